use std::collections::BTreeSet;

use seal::{PersonId, ProfileId};

use super::*;
use crate::{Command, Erased, HolderKey, Permitted, RegisteredId, Role, Roles};

fn now() -> Moment {
    Moment::try_from(std::time::SystemTime::UNIX_EPOCH).unwrap().after(1_800_000_000)
}

fn karen() -> PersonId {
    PersonId { issuer: "https://identity.example".into(), subject: "karen".into() }
}

fn register() -> Register {
    let profiles = ["decisions", "payments", "people"].map(ProfileId::new).into();
    Register::beside(BTreeSet::new(), profiles, BTreeSet::new())
}

fn wanted(profile: &str, name: &str) -> WantedTerms {
    WantedTerms {
        profile: ProfileId::new(profile),
        kind: CertificateKind::System,
        uuid: "00112233445566778899aabbccddeeff".into(),
        name: name.into(),
        purposes: [Purpose::Authentication].into(),
        key: HolderKey::Rsa3072,
        lifetime_days: LIFETIME_DAYS,
        overlap_days: 60,
        email: None,
        show_email: false,
        published: false,
        relying_services: Vec::new(),
        expected: None,
    }
}

fn decide(register: &Register, role: Role, command: Command) -> Result<Change, RegistryRefusal> {
    let (roles, actor) = (Roles::from_iter([role]), Actor::Person(karen()));
    register.decide(&Permitted::asked(actor, &roles, command.needs())?, command, now())
}

fn set(register: &Register, wanted: WantedTerms) -> Result<Change, RegistryRefusal> {
    decide(register, Role::UserAdministrator, Command::SetCertificateTerms(wanted.into()))
}

#[test]
fn names_of_certificates_are_unlike_each_other_in_an_organisation() {
    let mut register = register();
    register.apply(&set(&register, wanted("payments", "Betalinger")).unwrap());
    for name in ["Betalinger", "BETALINGER", " betalinger ", "\u{ff22}etalinger"] {
        let refused = set(&register, wanted("decisions", name)).unwrap_err();
        let taken = RegistryRefusal::CertificateNameTaken(ProfileId::new("payments"));
        assert_eq!(refused, taken, "{name}");
    }
    register.apply(&set(&register, wanted("decisions", "Afg\u{f8}relser")).unwrap());
    let version = register.certificate_terms()[&ProfileId::new("payments")].version;
    let own = WantedTerms { expected: Some(version), ..wanted("payments", "BETALINGER") };
    register.apply(&set(&register, own).unwrap());
}

#[test]
fn the_uuid_stays_when_the_terms_change_and_each_change_is_made_on_the_version_that_was_read() {
    let mut register = register();
    let missing = WantedTerms { expected: Some(Version(1)), ..wanted("payments", "a") };
    let unknown = RegistryRefusal::TermsUnknown(ProfileId::new("payments"));
    assert_eq!(set(&register, missing).unwrap_err(), unknown);
    register.apply(&set(&register, wanted("payments", "a")).unwrap());
    let exist = RegistryRefusal::TermsExist(ProfileId::new("payments"));
    assert_eq!(set(&register, wanted("payments", "a")).unwrap_err(), exist);
    let version = register.certificate_terms()[&ProfileId::new("payments")].version;
    let uuid = "ffffffffffffffffffffffffffffffff".to_owned();
    let other = WantedTerms { uuid, expected: Some(version), ..wanted("payments", "b") };
    register.apply(&set(&register, other.clone()).unwrap());
    let kept = register.certificate_terms()[&ProfileId::new("payments")].value.clone();
    assert_eq!((&*kept.name, &*kept.uuid), ("b", "00112233445566778899aabbccddeeff"));
    assert!(matches!(set(&register, other), Err(RegistryRefusal::VersionPassed { .. })));
    let nowhere = set(&register, wanted("nowhere", "c")).unwrap_err();
    assert_eq!(nowhere, RegistryRefusal::ProfileUnknown(ProfileId::new("nowhere")));
}

#[test]
fn terms_that_make_no_certificate_are_refused_by_the_field() {
    type Spoil = fn(&mut WantedTerms);
    let user = |wanted: &mut WantedTerms| wanted.kind = CertificateKind::User;
    let cases: [(&str, Spoil); 19] = [
        ("name", |one| one.name = " ".into()),
        ("name", |one| one.name = "a".repeat(65)),
        ("name", |one| one.name = "a\u{202e}b".into()),
        ("purposes", |one| one.purposes.clear()),
        ("purposes", |one| {
            one.purposes.insert(Purpose::Email);
        }),
        ("lifetime_days", |one| one.lifetime_days = 0),
        ("lifetime_days", |one| one.lifetime_days = 1096),
        ("overlap_days", |one| one.overlap_days = 0),
        ("overlap_days", |one| one.overlap_days = 181),
        ("overlap_days", |one| (one.lifetime_days, one.overlap_days) = (30, 30)),
        ("show_email", |one| one.show_email = true),
        ("published", |one| one.published = true),
        ("relying_services", |one| one.relying_services = vec![" ".into()]),
        ("relying_services", |one| one.relying_services = vec!["a".repeat(101)]),
        ("relying_services", |one| one.relying_services = vec!["a\u{202e}b".into()]),
        ("relying_services", |one| one.relying_services = vec!["a".into(), " a ".into()]),
        ("relying_services", |one| {
            one.relying_services = (0..31).map(|number| number.to_string()).collect();
        }),
        ("email", |one| one.email = Some("nobody".into())),
        ("email", |one| one.email = Some("a b@example.com".into())),
    ];
    for (field, spoil) in cases {
        let mut one = wanted("payments", "a");
        spoil(&mut one);
        let refused = set(&register(), one).unwrap_err();
        assert!(
            matches!(refused, RegistryRefusal::Invalid { field: named, .. } if named == field),
            "{field} {refused:?}"
        );
    }
    let mut one = wanted("people", "a");
    user(&mut one);
    one.email = Some("post@example.com".into());
    let refused = set(&register(), one).unwrap_err();
    assert!(matches!(refused, RegistryRefusal::Invalid { field: "email", .. }), "{refused:?}");
    for address in ["post@example.com", "s\u{f8}ren@b\u{e5}d.example", "a.b+c@x-y.example"] {
        let with = WantedTerms { email: Some(address.into()), ..wanted("payments", "a") };
        assert!(set(&register(), with).is_ok(), "{address}");
    }
    for address in ["@example.com", "a@", "a@localhost", "a..b@example.com", "a@-b.example"] {
        assert!(!is_address(address), "{address}");
    }
}

#[test]
fn what_the_organisation_allows_is_off_until_its_administrator_says_so() {
    let mut register = register();
    assert!(!register.certificate_settings().value.allow_user_certificates);
    let on = CertificateSettings {
        allow_user_certificates: true,
        four_eyes: false,
        digest_for_administrators: false,
    };
    let command = |expected| Command::SetCertificateSettings { settings: on, expected };
    for role in [Role::UserAdministrator, Role::RightsAdministrator, Role::Auditor, Role::User] {
        let refused = decide(&register, role, command(Version(0)));
        assert!(matches!(refused, Err(RegistryRefusal::NotPermitted(_))), "{role:?}");
    }
    let made = decide(&register, Role::OrganisationAdministrator, command(Version(0))).unwrap();
    let version = register.apply(&made);
    assert_eq!(*register.certificate_settings(), Kept { value: on, version });
    let again = decide(&register, Role::OrganisationAdministrator, command(Version(0)));
    assert!(matches!(again, Err(RegistryRefusal::VersionPassed { .. })));
    let kept = register.without_person(&RegisteredId("nobody".into()), None);
    assert_eq!(kept.certificate_settings().value, on);
}

#[test]
fn whoever_is_erased_made_no_terms() {
    let mut register = register();
    register.apply(&set(&register, wanted("payments", "a")).unwrap());
    let entry = |register: &Register| {
        register.certificate_terms()[&ProfileId::new("payments")].value.clone()
    };
    assert_eq!(entry(&register).made_by, Actor::Person(karen()));
    let kept = Entry::CertificateTerms(entry(&register).into()).without(&karen());
    assert!(matches!(kept, Erased::Rewritten(_)));
    let left = register.without_person(&RegisteredId("nobody".into()), Some(&karen()));
    assert_eq!(entry(&left).made_by, Actor::Erased);
}
