use std::{collections::BTreeSet, time::SystemTime};

use seal::ProfileId;

use super::*;
use crate::{
    ClientProof, Command, HolderKey, KeyHash, MakeApplication, Permitted, Role, RoleGrant, Roles,
    Scope, Told, WantedTerms,
};

struct House {
    register: Register,
    now: Moment,
}

impl House {
    /// With the application `erp`.
    fn new() -> Self {
        let mut register = Register::default();
        let now = Moment::try_from(SystemTime::UNIX_EPOCH).unwrap();
        let made = MakeApplication { id: erp(), display_name: "The ledger".into() };
        let change = decide(&register, office(), Command::MakeApplication(made), now).unwrap();
        register.apply(&change);
        Self { register, now }
    }

    fn done(&mut self, command: Command) -> Change {
        let change = self.decide(command).unwrap();
        self.register.apply(&change);
        change
    }

    fn decide(&self, command: Command) -> Result<Change, RegistryRefusal> {
        decide(&self.register, office(), command, self.now)
    }

    fn clients(&self) -> &[Client] {
        &self.register.applications()[&erp()].value.clients
    }

    /// The version of the application.
    fn version(&self) -> Version {
        self.register.applications()[&erp()].version
    }

    fn revoke(&self, client: &str) -> Command {
        let client = ClientId(client.into());
        Command::RevokeClient { application: erp(), client, expected: self.version() }
    }
}

fn decide(
    register: &Register,
    by: Actor,
    command: Command,
    now: Moment,
) -> Result<Change, RegistryRefusal> {
    let roles = Roles::from_iter([Role::RightsAdministrator]);
    register.decide(&Permitted::asked(by, &roles, command.needs())?, command, now)
}

fn office() -> Actor {
    Actor::Application(ApplicationId::new("office"))
}

fn erp() -> ApplicationId {
    ApplicationId::new("erp")
}

fn client(id: &str) -> MakeClient {
    MakeClient {
        application: erp(),
        id: ClientId(id.into()),
        display_name: "The nightly run".into(),
        proof: ClientProof::Secret(KeyHash([7; 32])),
        scopes: BTreeSet::from([Scope::Service]),
        redirect_uris: Vec::new(),
        without_pkce: false,
        require_signed_request_object: false,
        expires: None,
    }
}

#[test]
fn a_client_is_made_and_revoked_once_and_the_log_is_told_of_it_alone() {
    let mut house = House::new();
    let made = house.done(Command::MakeClient(client("one")));
    assert_eq!((made.what(), made.client(), made.key()), ("client-made", Some("one"), None));
    let (before, after) = made.told();
    assert_eq!(before, None);
    let told = serde_json::to_string(&after).unwrap();
    let expected = r#"{"expires":null,"proof":"secret","revoked":null,"scopes":["service"]}"#;
    assert_eq!(told, expected);
    let revoked = house.done(house.revoke("one"));
    assert!(matches!(revoked.told().1, Told::Client { revoked: Some(_), .. }));
    assert_eq!(house.clients()[0].state(house.now), KeyState::Revoked);
    assert_eq!(house.decide(house.revoke("one")), Err(RegistryRefusal::Ended("the client")));
    let unknown = RegistryRefusal::ClientUnknown(ClientId("two".into()));
    assert_eq!(house.decide(house.revoke("two")), Err(unknown));
    let passed = Command::RevokeClient {
        application: erp(),
        client: ClientId("one".into()),
        expected: Version(1),
    };
    assert!(matches!(house.decide(passed), Err(RegistryRefusal::VersionPassed { .. })));
}

#[test]
fn a_client_without_scopes_or_with_a_past_end_is_refused() {
    let house = House::new();
    let refused = |wanted: MakeClient| match house.decide(Command::MakeClient(wanted)) {
        Err(RegistryRefusal::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(MakeClient { scopes: BTreeSet::new(), ..client("a") }), "scopes");
    assert_eq!(refused(MakeClient { expires: Some(house.now), ..client("a") }), "expires");
    assert_eq!(refused(MakeClient { display_name: "a\nb".into(), ..client("a") }), "display_name");
}

#[test]
fn the_oldest_client_that_has_ended_makes_room_and_one_that_has_not_never_does() {
    let mut house = House::new();
    for number in 0..MAXIMUM_CLIENTS {
        house.done(Command::MakeClient(client(&number.to_string())));
    }
    let full = house.decide(Command::MakeClient(client("more")));
    assert_eq!(full, Err(RegistryRefusal::Full { what: "clients", most: MAXIMUM_CLIENTS }));
    house.done(house.revoke("3"));
    let made = house.done(Command::MakeClient(client("more")));
    assert_eq!(made.removed_key(), Some("3"));
    assert_eq!(house.clients().len(), MAXIMUM_CLIENTS);
}

#[test]
fn an_application_that_holds_a_role_decides_on_its_own_clients_alone() {
    let mut house = House::new();
    let role = RoleGrant {
        application: erp(),
        role: Role::OrganisationAdministrator,
        made: house.now,
        made_by: Actor::Operator,
    };
    house.register.put(Entry::Role(role), Version(9));
    let refused = house.decide(Command::MakeClient(client("one")));
    assert_eq!(refused, Err(RegistryRefusal::HoldsRole));
    let own = Actor::Application(erp());
    assert!(decide(&house.register, own, Command::MakeClient(client("one")), house.now).is_ok());
}

#[test]
fn what_an_earlier_release_kept_of_an_application_is_read() {
    let house = House::new();
    let kept = serde_json::to_string(&house.register.applications()[&erp()].value).unwrap();
    assert!(!kept.contains("clients"), "{kept}");
    assert!(serde_json::from_str::<Application>(&kept).unwrap().clients.is_empty());
}

#[test]
fn a_client_that_asks_persons_says_where_they_go_back_to_and_a_public_one_has_pkce() {
    let mut house = House::new();
    let public = |uris: &[&str], without_pkce| MakeClient {
        proof: ClientProof::Public,
        redirect_uris: uris.iter().map(|&one| one.to_owned()).collect(),
        without_pkce,
        ..client("public")
    };
    let refused = |house: &House, wanted| match house.decide(Command::MakeClient(wanted)) {
        Err(RegistryRefusal::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    let many: Vec<String> = (0..11).map(|port| format!("https://a.example:{port}/")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(refused(&house, public(&[], false)), "redirect_uris");
    assert_eq!(refused(&house, public(&["https://a.example/"], true)), "without_pkce");
    assert_eq!(refused(&house, public(&["https://a.example/"; 2], false)), "redirect_uris");
    assert_eq!(refused(&house, public(&many, false)), "redirect_uris");
    let with_secret = MakeClient { without_pkce: true, ..client("first") };
    assert_eq!(refused(&house, with_secret.clone()), "redirect_uris");
    let redirect_uris = vec!["https://a.example/".to_owned()];
    let made = house.done(Command::MakeClient(MakeClient { redirect_uris, ..with_secret }));
    let told = serde_json::to_string(&made.told().1).unwrap();
    assert!(told.contains(r#""redirect_uris":["https://a.example/"]"#), "{told}");
    assert!(told.contains(r#""without_pkce":true"#), "{told}");
    house.done(Command::MakeClient(public(&["http://127.0.0.1/cb"], false)));

    let signs = |proof, uris: &[&str]| MakeClient {
        proof,
        redirect_uris: uris.iter().map(|&one| one.to_owned()).collect(),
        require_signed_request_object: true,
        ..client("signs")
    };
    let (at, keys) = (&["https://a.example/"][..], ClientProof::Keys("{}".into()));
    for (proof, uris) in [
        (ClientProof::Public, at),
        (ClientProof::Secret(KeyHash([7; 32])), at),
        (keys.clone(), &[]),
    ] {
        assert_eq!(refused(&house, signs(proof, uris)), "require_signed_request_object");
    }
    let made = house.done(Command::MakeClient(signs(keys, at)));
    let told = serde_json::to_string(&made.told().1).unwrap();
    assert!(told.contains(r#""require_signed_request_object":true"#), "{told}");
}

#[test]
fn a_client_is_known_by_the_organisations_own_certificates_for_authentication_alone() {
    let mut house = House::new();
    let known = [("own", [7; 16]), ("system", [8; 16]), ("people", [9; 16]), ("mail", [10; 16])];
    let profiles = known.map(|(profile, _)| ProfileId::new(profile)).into();
    let mut register = Register::beside(BTreeSet::new(), profiles, BTreeSet::new());
    let made = MakeApplication { id: erp(), display_name: "The ledger".into() };
    let change = decide(&register, office(), Command::MakeApplication(made), house.now).unwrap();
    register.apply(&change);
    for (profile, uuid) in known {
        let (kind, purpose) = match profile {
            "own" => (CertificateKind::Organisation, Purpose::Authentication),
            "people" => (CertificateKind::User, Purpose::Authentication),
            "mail" => (CertificateKind::System, Purpose::Encryption),
            _ => (CertificateKind::System, Purpose::Authentication),
        };
        let wanted = WantedTerms {
            profile: ProfileId::new(profile),
            kind,
            uuid: hex::encode(uuid),
            name: profile.into(),
            purposes: [purpose].into(),
            key: HolderKey::Rsa3072,
            lifetime_days: 1095,
            overlap_days: 60,
            email: None,
            show_email: false,
            published: false,
            relying_services: Vec::new(),
            expected: None,
        };
        let roles = Roles::from_iter([Role::UserAdministrator]);
        let command = Command::SetCertificateTerms(wanted.into());
        let permitted = Permitted::asked(office(), &roles, command.needs()).unwrap();
        let change = register.decide(&permitted, command, house.now).unwrap();
        register.apply(&change);
    }
    house.register = register;
    let of = |uuid: [u8; 16]| MakeClient {
        proof: ClientProof::Certificate(hex::encode(uuid)),
        ..client("one")
    };
    // One of a person, one for something else, and one that only others may have: they are told the same.
    let refused = [[9; 16], [10; 16], [11; 16]]
        .map(|uuid| house.decide(Command::MakeClient(of(uuid))).unwrap_err());
    assert!(refused.iter().all(|one| *one == refused[0]));
    assert!(matches!(refused[0], RegistryRefusal::Invalid { field: "certificate", .. }));
    for uuid in [[7; 16], [8; 16]] {
        let made = house.decide(Command::MakeClient(of(uuid))).unwrap();
        let told = serde_json::to_string(&made.told().1).unwrap();
        let expected = format!(r#""holder":"{}","proof":"certificate""#, hex::encode(uuid));
        assert!(told.contains(&expected), "the log names it: {told}");
    }
}
