mod country;
mod grants;
mod subject;

use std::time::{Duration, SystemTime};

use super::*;
use crate::{
    Act, ApplicationId, Assurance, Certification, CommonName, ContactPerson, CountryCode, CvrCheck,
    Digest, DigestAlgorithm, DocumentFacts, Format, Grantee, Level, PersonId, ProfileKind,
    Reaction, Reactions, Subject, Unseen, identity::IdentityClaims,
};

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

fn karen() -> PersonId {
    PersonId { issuer: "https://id.example".into(), subject: "karen".into() }
}

/// One act that keeps every rule, and the policy that judges it.
struct Scene {
    organisation: Organisation,
    profile: CertificateProfile,
    grants: Vec<Grant>,
    settings: PolicySettings,
    request: ActRequest,
    caller: Caller,
}

impl Scene {
    fn seal() -> Self {
        let application = ApplicationId::new("archive");
        Self::new(Act::Seal, ProfileKind::Organisation, Caller::Application(application))
    }

    fn signature() -> Self {
        let claims = IdentityClaims {
            person: karen(),
            token_id: "t-1".into(),
            issued_at: now(),
            not_before: None,
            expires_at: now() + Duration::from_secs(300),
            authenticated_at: now(),
            name: "Karen Ørsted".into(),
            given_name: "Karen".into(),
            family_name: "Ørsted".into(),
            email: Some("karen@example.dk".into()),
            cvr: "12345674".into(),
            organisation_name: None,
            documents: vec![Digest::of(DigestAlgorithm::Sha256, b"document")],
        };
        Self::new(Act::Sign, ProfileKind::User, Caller::Person(Box::new(claims)))
    }

    fn new(act: Act, kind: ProfileKind, caller: Caller) -> Self {
        let id = ProfileId::new("decisions");
        let grantee = match &caller {
            Caller::Application(id) => Grantee::Application(id.clone()),
            Caller::Person(claims) => Grantee::Person(claims.person.clone()),
        };
        Self {
            organisation: Organisation {
                registered_name: "Havnsted Kommune".into(),
                cvr: "12345674".into(),
                country: CountryCode::DENMARK,
                cvr_check: CvrCheck::Modulo11,
                allow_seals: true,
            },
            profile: CertificateProfile {
                id: id.clone(),
                kind,
                display_name: "Decisions".into(),
                active: true,
                allow_signing: true,
                assurance: Assurance::ValidityAssured,
                lifetime_s: 900,
                back_dating_s: 300,
                algorithm: SignatureAlgorithm::EcdsaP256Sha256,
                formats: [Format::Pades].into(),
                levels: [Level::BT].into(),
                default_level: Level::BT,
                certify: Certification::None,
                on_timestamp_failure: Default::default(),
                unseen: Default::default(),
                signatures_per_credential: 1,
                session_lifetime_s: 3600,
                session_signatures: 100,
                common_name: CommonName::Organisation,
                show_email: false,
                email_validated: false,
                contact_person: None,
                appearances: Default::default(),
            },
            grants: vec![Grant::new(grantee, vec![act], None)],
            settings: PolicySettings::default(),
            request: ActRequest {
                appearance: None,
                act,
                profile: id,
                format: Format::Pades,
                level: Level::BT,
                certification: Certification::None,
                texts: Vec::new(),
                document: Digest::of(DigestAlgorithm::Sha256, b"document"),
                facts: DocumentFacts { size: Some(8), ..Default::default() },
                activated: false,
                seals: 1,
            },
            caller,
        }
    }

    fn judge(&self) -> Result<Approval, Refusals> {
        let policy = SealPolicy::new(
            self.organisation.clone(),
            vec![self.profile.clone()],
            self.grants.clone(),
            self.settings.clone(),
        );
        policy.evaluate(&self.request, &self.profile, &self.caller, now())
    }

    fn broken(&self) -> Vec<Rule> {
        self.judge().err().iter().flat_map(|r| r.iter().map(|refusal| refusal.rule)).collect()
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn person(&mut self) -> &mut IdentityClaims {
        match &mut self.caller {
            Caller::Person(claims) => claims,
            Caller::Application(_) => panic!("an application"),
        }
    }
}

#[test]
fn acts_that_keep_every_rule_are_approved() {
    assert_eq!(Scene::seal().broken(), []);
    assert_eq!(Scene::signature().broken(), []);
}

#[test]
fn each_rule_has_its_refusal() {
    let seal = Scene::seal;
    let sign = Scene::signature;
    let cases = [
        (Rule::OrganisationAllowsSeals, seal().with(|s| s.organisation.allow_seals = false)),
        (Rule::OrganisationNamePresent, seal().with(|s| s.organisation.registered_name.clear())),
        (Rule::CvrNumberWellFormed, seal().with(|s| s.organisation.cvr = "12345678".into())),
        (Rule::ProfileActive, seal().with(|s| s.profile.active = false)),
        (Rule::ProfileAllowsSigning, seal().with(|s| s.profile.allow_signing = false)),
        (Rule::KindFitsAct, seal().with(|s| s.profile.kind = ProfileKind::User)),
        (Rule::CallerHasGrant, seal().with(|s| s.grants.clear())),
        (
            Rule::MandateNotExhausted,
            seal().with(|s| s.grants[0].counted = Some(grants::counted(100))),
        ),
        (Rule::SignatureNeedsPerson, {
            let application = ApplicationId::new("archive");
            Scene::new(Act::Sign, ProfileKind::User, Caller::Application(application))
        }),
        (Rule::PersonOfOrganisation, sign().with(|s| s.person().cvr = "34051178".into())),
        (Rule::TokenNamesDocument, sign().with(|s| s.person().documents.clear())),
        (Rule::LifetimeWithinAssurance, seal().with(|s| s.profile.lifetime_s = 86_400)),
        (Rule::AlgorithmAllowed, seal().with(|s| s.settings.algorithms.clear())),
        (Rule::FormatAllowed, seal().with(|s| s.request.format = Format::Cades)),
        (Rule::LevelAllowed, seal().with(|s| s.request.level = Level::BLTA)),
        (
            Rule::CertificationAllowed,
            seal().with(|s| s.request.certification = Certification::FormFilling),
        ),
        (Rule::CertificationComplete, {
            let scene = certifying(Certification::NoChanges);
            scene.with(|s| {
                s.profile.levels = [Level::BLT].into();
                s.request.level = Level::BLT;
            })
        }),
        (Rule::SignaturesPerCredential, seal().with(|s| s.profile.signatures_per_credential = 0)),
        (Rule::EmailValidated, sign().with(|s| s.profile.show_email = true)),
        (
            Rule::NoPersonInSeal,
            seal().with(|s| {
                s.profile.common_name = CommonName::Profile;
                s.profile.display_name = "Mads Havn, decisions".into();
                s.profile.contact_person =
                    Some(ContactPerson { name: "Mads Havn".into(), email: None });
            }),
        ),
        (Rule::DocumentSize, seal().with(|s| s.settings.maximum_document_size = 7)),
        (Rule::DocumentSignatures, seal().with(|s| s.request.facts.signatures = 100)),
        (
            Rule::DocumentSeen,
            seal().with(|s| s.request.facts.unseen = [Unseen::ExternalContent].into()),
        ),
        (Rule::DocumentCertification, seal().with(|s| s.request.facts.certification = Some(1))),
        (Rule::CertificationFirst, {
            certifying(Certification::FormFilling).with(|s| s.request.facts.signatures = 1)
        }),
    ];
    for (rule, scene) in &cases {
        assert_eq!(scene.broken(), [*rule]);
    }
    let judged: BTreeSet<Rule> = cases.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(judged, Rule::ALL.into(), "every rule has a case");
}

#[test]
fn a_profile_says_what_may_be_unseen() {
    let found = [Unseen::JavaScript, Unseen::ExternalContent];
    for (stated, allowed) in [
        (vec![], false),
        (vec![(Unseen::ExternalContent, Reaction::Warn)], true),
        (vec![(Unseen::ExternalContent, Reaction::Allow)], true),
        (
            vec![(Unseen::ExternalContent, Reaction::Warn), (Unseen::JavaScript, Reaction::Refuse)],
            false,
        ),
    ] {
        let scene = Scene::seal().with(|s| {
            s.request.facts.unseen = found.into();
            s.profile.unseen = Reactions::from_iter(stated.clone());
        });
        assert_eq!(scene.broken().is_empty(), allowed, "{stated:?}");
    }
}

/// A seal that certifies as far as its profile does.
fn certifying(certification: Certification) -> Scene {
    Scene::seal().with(|s| {
        s.profile.certify = certification;
        s.request.certification = certification;
    })
}

#[test]
fn a_profile_allows_what_is_less_strict_than_its_own_certification() {
    use Certification::{FormFilling, NoChanges, None};
    for (most, asked, allowed) in [
        (NoChanges, FormFilling, true),
        (NoChanges, None, true),
        (FormFilling, None, true),
        (FormFilling, NoChanges, false),
    ] {
        let scene = certifying(most).with(|s| s.request.certification = asked);
        assert_eq!(scene.broken().is_empty(), allowed, "{asked} of {most}");
    }
}

#[test]
fn every_broken_rule_is_listed_not_only_the_first() {
    let scene = Scene::seal().with(|s| {
        s.organisation.allow_seals = false;
        s.request.level = Level::BLT;
        s.grants.clear();
    });
    let expected = [Rule::OrganisationAllowsSeals, Rule::CallerHasGrant, Rule::LevelAllowed];
    assert_eq!(scene.broken(), expected);
    let text = scene.judge().unwrap_err().to_string();
    assert!(text.starts_with("the seal policy refuses: the organisation does not"), "{text}");
}

#[test]
fn a_token_signs_for_five_minutes_and_the_leeway_to_the_second() {
    for (age, signs) in
        [(0, true), (299, true), (301, true), (359, true), (360, true), (361, false)]
    {
        let broken = Scene::signature()
            .with(|s| s.person().issued_at = now() - Duration::from_secs(age))
            .broken();
        let expected = if signs { vec![] } else { vec![Rule::TokenNamesDocument] };
        assert_eq!(broken, expected, "{age} s");
    }
}

#[test]
fn a_seal_asked_for_by_a_person_names_only_the_organisation() {
    let mut scene = Scene::signature().with(|s| {
        s.request.act = Act::Seal;
        s.profile.kind = ProfileKind::Organisation;
        s.grants[0].acts = vec![Act::Seal];
        s.person().documents.clear();
    });
    let approval = scene.judge().unwrap();
    let text = format!("{:?}", approval.enrolment());
    for trace in ["Karen", "karen", "rsted", "example.dk", "t-1"] {
        assert!(!text.contains(trace), "{trace} in {text}");
    }
    for (text, named) in [
        ("On behalf of ØRSTED, Karen", true),
        ("karen@example.dk", true),
        // One name is enough, as a word by itself and however it is written.
        ("Karen's decision", true),
        ("v/ Ørsted", true),
        ("K\u{430}ren", true),
        ("Oersted", true),
        ("Karensvej 7, Ørstedsparken", false),
        ("Køge, the 1st", false),
        ("www.example.dk", false),
    ] {
        scene.request.texts = vec![text.into()];
        assert_eq!(!scene.broken().is_empty(), named, "{text}");
    }
    // The organisation's own name is nobody else's.
    scene.organisation.registered_name = "Ørsted Kommune".into();
    for (text, named) in [("Ørsted Kommune, the council", false), ("Ørsted, by Karen", true)] {
        scene.request.texts = vec![text.into()];
        assert_eq!(!scene.broken().is_empty(), named, "{text}");
    }
    scene.request.texts.clear();
    scene.profile.common_name = CommonName::Profile;
    scene.profile.display_name = "Seal of karen ørsted".into();
    assert_eq!(scene.broken(), [Rule::NoPersonInSeal]);
}

#[test]
fn a_persons_name_is_found_however_it_is_disguised() {
    let scene = || {
        Scene::seal().with(|s| {
            let name = "Karen Marie Ørsted-Ålund".into();
            s.profile.contact_person =
                Some(ContactPerson { name, email: Some("Ida.L@example.dk".into()) });
        })
    };
    for (text, named) in [
        ("Karen Marie Ørsted-Ålund", true),
        // Decomposed, in full width, with a soft hyphen, a joiner and a space that has no width.
        ("Karen Marie \u{D8}rsted A\u{30A}lund", true),
        ("Ｋａｒｅｎ Ｍａｒｉｅ Ørsted Ålund", true),
        ("Ka\u{AD}ren Ma\u{200D}rie Ør\u{200B}sted Å\u{FEFF}lund", true),
        // Without spaces, with too many, in another order, with dots between.
        ("KarenMarieØrstedÅlund", true),
        ("sag-KARENMARIEØRSTEDÅLUND-7", true),
        ("K a r e n M a r i e Ø r s t e d Å l u n d", true),
        ("Ålund, Karen Marie Ørsted", true),
        ("karen_marie.ørsted·ålund", true),
        // Two of the names.
        ("for Karen Marie", true),
        ("Marie Ørsted decides", true),
        ("MarieØrsted", true),
        // The first and the last name alone.
        ("for Karen Ålund", true),
        ("ÅlundKaren", true),
        // Without the accents, and as one spells where there are none.
        ("Karen Marie Orsted Alund", true),
        ("Karen Marie Oersted Aalund", true),
        // Cyrillic and Greek letters that look the same.
        ("\u{41A}\u{430}r\u{435}n M\u{430}ri\u{435} Ørst\u{435}d Ålund", true),
        ("\u{39A}\u{391}REN \u{39C}ARIE ØRSTED ÅLUND", true),
        ("Ida.L@example.dk", true),
        ("lda L example dk", true),
        ("Karen's decision", false),
        ("Sag 2026-118, Ålundvej", false),
        ("", false),
        ("\u{200B}", false),
    ] {
        let scene = scene().with(|s| s.request.texts = vec![text.into()]);
        assert_eq!(scene.broken() == [Rule::NoPersonInSeal], named, "{text:?}");
    }
    // Particles are no names.
    for (text, named) in [("rue de la Paix", false), ("de Cruz", true), ("Maria la", true)] {
        let scene = Scene::seal().with(|s| {
            let name = "Maria de la Cruz".into();
            s.profile.contact_person = Some(ContactPerson { name, email: None });
            s.request.texts = vec![text.into()];
        });
        assert_eq!(scene.broken() == [Rule::NoPersonInSeal], named, "{text:?}");
    }
    // A short name must stand alone.
    for (text, named) in
        [("Bo Li", true), ("BoLi", true), ("Boligstøtte", false), ("b.o.l.i", true)]
    {
        let scene = Scene::seal().with(|s| {
            s.profile.contact_person = Some(ContactPerson { name: "Bo Li".into(), email: None });
            s.request.texts = vec![text.into()];
        });
        assert_eq!(scene.broken() == [Rule::NoPersonInSeal], named, "{text:?}");
    }
    let scene = scene().with(|s| {
        s.profile.common_name = CommonName::Profile;
        s.profile.display_name = "Decisions of K\u{430}renÅlund".into();
    });
    assert_eq!(scene.broken(), [Rule::NoPersonInSeal]);
}
