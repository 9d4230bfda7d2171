use std::collections::BTreeSet;

use super::*;
use crate::{
    Actor, AdministrativeAct, Admitted, Command, Moment, Passkey, PeopleCommand, Permitted, Role,
    Roles,
};

fn id(name: &str) -> RegisteredId {
    RegisteredId(name.into())
}

fn moment() -> Moment {
    Moment::try_from(std::time::SystemTime::UNIX_EPOCH).unwrap()
}

fn login(subject: &str) -> PersonId {
    PersonId { issuer: "https://id.example".into(), subject: subject.into() }
}

/// Somebody with a passkey and no role.
fn house() -> Register {
    let mut register = Register::default();
    for name in ["karen", "mads"] {
        let passkey = Passkey {
            id: format!("{name}'s"),
            public_key: "key".into(),
            party: "segl.example".into(),
            name: "The laptop".into(),
            sign_count: 0,
            backup_eligible: true,
            backed_up: false,
            made: moment(),
            used: None,
            known_to: None,
            signing_handle: None,
        };
        let admitted = Admitted::Administrator {
            id: id(name),
            salt: "5a".repeat(32),
            given_name: name.into(),
            family_name: "Aagaard".into(),
        };
        let change = register.admit(admitted, passkey, moment()).unwrap();
        register.apply(&change);
    }
    put(&mut register, "mads", |mads| mads.roles = BTreeSet::new());
    register
}

fn put(register: &mut Register, name: &str, change: impl FnOnce(&mut RegisteredPerson)) {
    let mut person = register.people()[&id(name)].value.clone();
    change(&mut person);
    let revision = register.revision();
    register.put(Entry::Person(person), revision);
}

fn link(register: &mut Register, name: &str, subject: &str) -> Result<(), RegistryRefusal> {
    let change = register.with_own_link(&id(name), login(subject))?;
    register.apply(&change);
    Ok(())
}

fn decide(register: &Register, command: PeopleCommand) -> Result<Change, RegistryRefusal> {
    let command = Command::People(command);
    let roles = Roles::from_iter(Role::ALL);
    assert_eq!(command.needs(), AdministrativeAct::ChangePeople);
    let permitted = Permitted::asked(Actor::Operator, &roles, command.needs())?;
    register.decide(&permitted, command, moment())
}

#[test]
fn whoever_comes_with_a_linked_login_is_its_person_and_nobody_links_anothers() {
    let mut register = house();
    assert_eq!(link(&mut register, "mads", "private"), Ok(()));
    assert_eq!(register.linked(&login("private")).unwrap().id, id("mads"));
    for taken in ["mads", "karen"] {
        assert_eq!(link(&mut register, taken, "private"), Err(RegistryRefusal::LoginTaken));
    }
    let own = PersonId { issuer: OWN_ISSUER.into(), subject: "mads".into() };
    assert_eq!(
        register.with_own_link(&id("mads"), own).map(drop),
        Err(RegistryRefusal::LoginTaken)
    );
    for number in 1..MAXIMUM_LINKS {
        link(&mut register, "mads", &number.to_string()).unwrap();
    }
    let full = link(&mut register, "mads", "one more");
    assert!(matches!(full, Err(RegistryRefusal::Full { .. })), "{full:?}");
    put(&mut register, "mads", |mads| mads.state = PersonState::Left);
    assert_eq!(link(&mut register, "mads", "late"), Err(RegistryRefusal::PersonBarred));
}

#[test]
fn an_administrator_links_a_login_to_nobody_who_holds_a_role() {
    let mut register = house();
    let wanted = |register: &Register, name: &str| {
        let expected = register.people()[&id(name)].version;
        PeopleCommand::Link(LinkLogin { id: id(name), expected, login: login("private") })
    };
    let karens = decide(&register, wanted(&register, "karen"));
    assert_eq!(karens, Err(RegistryRefusal::PersonHoldsRole));
    let command = wanted(&register, "mads");
    assert!(Command::People(command.clone()).gives_power());
    let change = decide(&register, command.clone()).unwrap();
    register.apply(&change);
    assert!(matches!(decide(&register, command), Err(RegistryRefusal::VersionPassed { .. })));
    let name = register.people()[&id("mads")].value.name_of_login(&login("private"));
    let unlink = PeopleCommand::Unlink { id: id("mads"), login: name };
    let change = decide(&register, unlink.clone()).unwrap();
    register.apply(&change);
    assert_eq!(register.linked(&login("private")), None);
    assert_eq!(decide(&register, unlink), Err(RegistryRefusal::LinkUnknown));
}

#[test]
fn what_the_device_took_is_kept_until_the_login_is_taken_away() {
    let mut register = house();
    link(&mut register, "mads", "private").unwrap();
    let person = |register: &Register| register.people()[&id("mads")].value.clone();
    let name = person(&register).name_of_login(&login("private"));
    assert_eq!(person(&register).provided_login(&name), Some(&login("private")));
    let take = |register: &Register, run| register.login_known_to(&id("mads"), &name, run);
    let change = take(&register, "run one").unwrap();
    register.apply(&change);
    assert!(!change.is_none() && take(&register, "run one").unwrap().is_none());
    let change = take(&register, "run two").unwrap();
    register.apply(&change);
    let known = person(&register).known_logins;
    assert_eq!(
        known,
        [KnownLogin { login: login("private"), known_to: "run two".into() }],
        "the newest alone"
    );
    let change = register.without_own_link(&id("mads"), &name).unwrap();
    register.apply(&change);
    assert_eq!((person(&register).known_logins, person(&register).links), (vec![], vec![]));
    assert_eq!(take(&register, "run two").map(drop), Err(RegistryRefusal::LinkUnknown));
}

#[test]
fn nobody_takes_their_last_login_away() {
    let mut register = house();
    link(&mut register, "mads", "one").unwrap();
    link(&mut register, "mads", "two").unwrap();
    put(&mut register, "mads", |mads| mads.passkeys.clear());
    let name = |register: &Register, subject: &str| {
        register.people()[&id("mads")].value.name_of_login(&login(subject))
    };
    let change = register.without_own_link(&id("mads"), &name(&register, "one")).unwrap();
    register.apply(&change);
    let last = register.without_own_link(&id("mads"), &name(&register, "two"));
    assert_eq!(last, Err(RegistryRefusal::LastLogin));
}

#[test]
fn whoever_is_blocked_is_barred_with_every_login_and_frees_none() {
    let mut register = house();
    link(&mut register, "mads", "private").unwrap();
    put(&mut register, "mads", |mads| mads.state = PersonState::Blocked);
    assert!(register.is_barred(&login("private")));
    let name = register.people()[&id("mads")].value.name_of_login(&login("private"));
    let unlink = PeopleCommand::Unlink { id: id("mads"), login: name };
    assert_eq!(decide(&register, unlink.clone()).map(drop), Err(RegistryRefusal::PersonBarred));
    put(&mut register, "mads", |mads| mads.state = PersonState::Active);
    assert!(!register.is_barred(&login("private")));
    let change = decide(&register, unlink).unwrap();
    register.apply(&change);
    assert!(register.linked(&login("private")).is_none());
}
