use seal::{CertificateProfile, ProfileId};

use super::{House, moment, person};
use crate::{
    Actor, Change, Command, Entry, Erased, Permitted, Register, RegistryRefusal, Role, Roles,
    Version,
};

fn profile(id: &str) -> CertificateProfile {
    let text = format!(
        r#"{{"id": "{id}", "kind": "organisation", "display_name": "Letters", "allow_signing": true,
            "contact_person": {{"name": "Karen", "email": "karen@havnsted.dk"}}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn decide(register: &Register, command: Command) -> Result<Change, RegistryRefusal> {
    let roles = Roles::from_iter([Role::UserAdministrator]);
    let permitted = Permitted::asked(Actor::Person(person("karen")), &roles, command.needs())?;
    register.decide(&permitted, command, moment(0))
}

fn make(id: &str) -> Command {
    Command::MakeProfile(profile(id).into())
}

fn change(expected: u64, profile: CertificateProfile) -> Command {
    Command::ChangeProfile { profile: profile.into(), expected: Version(expected) }
}

#[test]
fn a_profile_changes_by_versions_until_it_is_retired() {
    let mut register = House::new().register;
    register.apply(&decide(&register, make("letters")).unwrap());
    let longer = CertificateProfile { lifetime_s: 1800, ..profile("letters") };
    let changed = decide(&register, change(1, longer.clone())).unwrap();
    assert_eq!(register.apply(&changed), Version(2));
    let kept = &register.profiles()[&ProfileId::new("letters")];
    assert_eq!((kept.value.profile.lifetime_s, kept.version), (1800, Version(2)));
    assert!(kept.value.in_use().active);

    let passed = decide(&register, change(1, longer.clone())).unwrap_err();
    let versions = RegistryRefusal::VersionPassed { expected: Version(1), present: Version(2) };
    assert_eq!(passed, versions);
    let other_kind = CertificateProfile { kind: seal::ProfileKind::User, ..longer.clone() };
    let refused = decide(&register, change(2, other_kind)).unwrap_err();
    assert!(matches!(refused, RegistryRefusal::Invalid { field: "kind", .. }));

    let retire = || Command::RetireProfile(ProfileId::new("letters"));
    register.apply(&decide(&register, retire()).unwrap());
    assert!(!register.profiles()[&ProfileId::new("letters")].value.in_use().active);
    let ended = RegistryRefusal::Ended("the profile");
    assert_eq!(decide(&register, retire()).unwrap_err(), ended);
    assert_eq!(decide(&register, change(3, longer)).unwrap_err(), ended);
}

#[test]
fn a_name_is_taken_once_and_the_files_profiles_are_changed_there() {
    let mut register = House::new().register;
    register.apply(&decide(&register, make("letters")).unwrap());
    for taken in ["letters", "decisions"] {
        let refused = decide(&register, make(taken)).unwrap_err();
        assert_eq!(refused, RegistryRefusal::ProfileExists(ProfileId::new(taken)));
    }
    for command in
        [change(0, profile("decisions")), Command::RetireProfile(ProfileId::new("decisions"))]
    {
        let refused = decide(&register, command).unwrap_err();
        assert_eq!(refused, RegistryRefusal::ManagedByFile("the profile"));
    }
    let unknown = decide(&register, change(0, profile("none"))).unwrap_err();
    assert_eq!(unknown, RegistryRefusal::ProfileUnknown(ProfileId::new("none")));
    for wrong in ["", "Letters", "../letters", &"a".repeat(65)] {
        let refused = decide(&register, make(wrong)).unwrap_err();
        assert!(matches!(refused, RegistryRefusal::Invalid { field: "id", .. }), "{wrong}");
    }
    let nameless = CertificateProfile { display_name: " ".into(), ..profile("other") };
    let refused = decide(&register, Command::MakeProfile(nameless.into())).unwrap_err();
    assert!(matches!(refused, RegistryRefusal::Invalid { field: "display_name", .. }));
}

#[test]
fn nobody_says_here_that_an_address_was_validated() {
    let mut register = House::new().register;
    let validated = CertificateProfile { email_validated: true, ..profile("letters") };
    let claimed = CertificateProfile { email_validated: true, ..profile("other") };
    let claimed = Command::MakeProfile(claimed.into());
    register.apply(&decide(&register, make("letters")).unwrap());
    for command in [claimed, change(1, validated)] {
        let refused = decide(&register, command).unwrap_err();
        assert!(matches!(refused, RegistryRefusal::Invalid { field: "email_validated", .. }));
    }
}

#[test]
fn the_log_tells_every_setting_of_a_profile_and_nothing_that_people_wrote() {
    let made = decide(&House::new().register, make("letters")).unwrap();
    let (before, after) = made.told();
    assert!(before.is_none());
    let told = serde_json::to_string(&after).unwrap();
    let settings: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&told).unwrap();
    let places: Vec<usize> =
        settings.keys().map(|name| told.find(&format!("\"{name}\":")).unwrap()).collect();
    let sorted: std::collections::BTreeMap<&String, usize> =
        settings.keys().zip(places.iter().copied()).collect();
    assert!(sorted.values().is_sorted(), "canonical JSON (RFC 8785): {told}");
    // All that a profile says, but its name, which the record has, and two texts.
    let all = serde_json::to_value(profile("letters")).unwrap();
    for said in all.as_object().unwrap().keys() {
        let written = ["id", "display_name", "contact_person"].contains(&said.as_str());
        assert_eq!(!written, settings.contains_key(said), "{said}");
    }
    assert!(!told.contains("Karen") && !told.contains("Letters"), "{told}");
}

#[test]
fn erasing_whoever_made_a_profile_leaves_the_profile() {
    let made = decide(&House::new().register, make("letters")).unwrap();
    let erased = made.after().clone().without(&person("karen"));
    let Erased::Rewritten(entry) = erased else { panic!("{erased:?}") };
    assert!(matches!(*entry, Entry::Profile(made) if made.made_by == Actor::Erased));
}
