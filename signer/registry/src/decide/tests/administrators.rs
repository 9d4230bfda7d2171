use seal::ApplicationId;

use super::{House, moment};
use crate::{
    Actor, ChangeApplication, Command, KeyHash, KeyId, KeyState, MakeKey, Register,
    RegistryRefusal, Role,
};

#[test]
fn an_organisation_begins_with_its_administrators_and_begins_once() {
    let organisation = seal::Organisation {
        registered_name: "Havnsted Kommune".into(),
        cvr: "12345674".into(),
        country: seal::CountryCode::DENMARK,
        cvr_check: seal::CvrCheck::Modulo11,
        allow_seals: true,
    };
    let administrator = |role: Role| crate::Administrator {
        role,
        key: KeyId(role.name().into()),
        sha256: KeyHash([role as u8; 32]),
        replaces: false,
    };
    let founding = |roles: &[Role]| crate::Founding {
        organisation: organisation.clone(),
        administrators: roles.iter().copied().map(administrator).collect(),
    };
    let mut register = Register::default();
    for wrong in [&[][..], &[Role::Auditor, Role::Auditor]] {
        let refused = register.found(founding(wrong), moment(0)).unwrap_err();
        assert!(matches!(refused, RegistryRefusal::Invalid { field: "role", .. }));
    }
    let change = register.found(founding(&[Role::Auditor, Role::User]), moment(0)).unwrap();
    register.apply(&change);
    assert_eq!(register.organisation().unwrap().value.organisation, organisation);
    let roles = register.roles().values().map(|kept| kept.value.role);
    assert_eq!(roles.collect::<Vec<_>>(), [Role::Auditor, Role::User]);
    assert!(register.applications().values().all(|kept| kept.value.keys.len() == 1));
    let again = register.found(founding(&[Role::Auditor]), moment(0)).unwrap_err();
    assert_eq!(again, RegistryRefusal::OrganisationExists(organisation.id()));

    let key = |role: Role, id: &str| crate::Administrator {
        key: KeyId(id.into()),
        ..administrator(role)
    };
    let mut later = register.clone();
    for (number, ended) in [(2, false), (20, true)] {
        for more in later.applications()[&ApplicationId::new("auditor")].value.keys.len()..number {
            let change = later.appoint(key(Role::Auditor, &more.to_string()), moment(0));
            later.apply(&change.unwrap());
        }
        let again = later.appoint(key(Role::Auditor, "last"), moment(0));
        assert_eq!(again.is_err(), ended, "{again:?}");
    }
    // One that others know is revoked with the next.
    let wanted = crate::Administrator { replaces: true, ..key(Role::User, "second") };
    later.apply(&later.appoint(wanted, moment(0)).unwrap());
    let keys = &later.applications()[&ApplicationId::new("user")].value.keys;
    let states: Vec<_> = keys.iter().map(|key| key.state(moment(0))).collect();
    assert_eq!(states, [KeyState::Revoked, KeyState::Active]);
    let change = later.appoint(administrator(Role::UserAdministrator), moment(0)).unwrap();
    later.apply(&change);
    assert_eq!(later.roles().len(), 3);
    let none = Register::default().appoint(administrator(Role::Auditor), moment(0));
    assert_eq!(none.unwrap_err(), RegistryRefusal::OrganisationUnknown);

    let mut house = House { register, ..House::new() };
    let auditor = ApplicationId::new("auditor");
    let expected = house.register.applications()[&auditor].version;
    let renamed = ChangeApplication {
        id: auditor.clone(),
        expected,
        display_name: Some("The auditor".into()),
        active: None,
    };
    let own = [
        make_key_of("auditor"),
        Command::RevokeKey { application: auditor.clone(), key: KeyId("auditor".into()) },
        Command::ChangeApplication(ChangeApplication { active: Some(false), ..renamed.clone() }),
    ];
    for command in own.clone() {
        assert_eq!(house.refused(command), RegistryRefusal::HoldsRole);
    }
    house.decide(Command::ChangeApplication(renamed)).unwrap();
    house.actor = Actor::Application(auditor);
    own.into_iter().for_each(|command| drop(house.decide(command).unwrap()));
}

fn make_key_of(application: &str) -> Command {
    Command::MakeKey(MakeKey {
        application: ApplicationId::new(application),
        id: KeyId("another".into()),
        display_name: String::new(),
        sha256: KeyHash([9; 32]),
        expires: None,
    })
}
