use seal::PersonId;

use super::*;
use crate::{
    AdministrativeAct, Amended, Command, MakePerson, OWN_ISSUER, PeopleCommand, Permitted, Roles,
};

fn id(name: &str) -> RegisteredId {
    RegisteredId(name.into())
}

fn moment() -> Moment {
    Moment::try_from(std::time::SystemTime::UNIX_EPOCH).unwrap()
}

fn passkey(id: &str) -> Passkey {
    Passkey {
        id: id.into(),
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
    }
}

fn administrator(name: &str) -> Admitted {
    Admitted::Administrator {
        id: id(name),
        salt: "5a".repeat(32),
        given_name: "Karen".into(),
        family_name: "Aagaard".into(),
    }
}

/// Somebody who was invited, and nobody else.
fn invited(name: &str) -> Register {
    let mut register = Register::default();
    let wanted = MakePerson {
        id: id(name),
        salt: "5a".repeat(32),
        given_name: "Mads".into(),
        family_name: "Bæk".into(),
        email: None,
        login: None,
    };
    apply(&mut register, PeopleCommand::Make(wanted)).unwrap();
    register
}

fn apply(register: &mut Register, command: PeopleCommand) -> Result<(), RegistryRefusal> {
    let command = Command::People(command);
    let roles = Roles::from_iter(Role::ALL);
    let permitted = Permitted::asked(Actor::Operator, &roles, command.needs())?;
    let change = register.decide(&permitted, command, moment())?;
    register.apply(&change);
    Ok(())
}

fn admit(register: &mut Register, admitted: Admitted, key: &str) -> Result<(), RegistryRefusal> {
    let change = register.admit(admitted, passkey(key), moment())?;
    register.apply(&change);
    Ok(())
}

#[test]
fn the_first_administrator_holds_the_three_roles_and_is_found_by_passkey_and_login() {
    let mut register = Register::default();
    admit(&mut register, administrator("karen"), "one").unwrap();
    let karen = register.with_passkey("one").unwrap();
    assert_eq!(karen.roles.len(), 3);
    assert!(karen.holds(Role::OrganisationAdministrator));
    let login = PersonId { issuer: OWN_ISSUER.into(), subject: "karen".into() };
    assert_eq!(register.registered(&login).unwrap().id, id("karen"));
    let taken = admit(&mut register, administrator("eva"), "one");
    assert_eq!(taken, Err(RegistryRefusal::PasskeyTaken));
}

#[test]
fn whoever_was_invited_is_there_with_their_passkey_and_whoever_is_kept_out_gets_none() {
    let mut register = invited("mads");
    admit(&mut register, Admitted::Known(id("mads")), "one").unwrap();
    let mads = register.with_passkey("one").unwrap();
    assert_eq!((mads.state, mads.login.is_some()), (PersonState::Active, true));
    for number in 1..MAXIMUM_PASSKEYS {
        admit(&mut register, Admitted::Known(id("mads")), &number.to_string()).unwrap();
    }
    let full = admit(&mut register, Admitted::Known(id("mads")), "more");
    assert!(matches!(full, Err(RegistryRefusal::Full { what: "passkeys", .. })), "{full:?}");
    let mut blocked = register.people()[&id("mads")].value.clone();
    blocked.state = PersonState::Blocked;
    blocked.passkeys.clear();
    register.put(Entry::Person(blocked), register.revision());
    assert!(register.with_passkey("one").is_none());
    let refused = admit(&mut register, Admitted::Known(id("mads")), "new");
    assert_eq!(refused, Err(RegistryRefusal::PersonBarred));
    let unknown = admit(&mut register, Admitted::Known(id("eva")), "new");
    assert_eq!(unknown, Err(RegistryRefusal::PersonUnknown(id("eva"))));
}

#[test]
fn a_use_counts_on_and_one_that_changes_nothing_is_no_change() {
    let mut register = invited("mads");
    admit(&mut register, Admitted::Known(id("mads")), "one").unwrap();
    let used = |register: &Register, count| {
        register.used_passkey(&id("mads"), "one", (count, true), moment())
    };
    let change = used(&register, 0).unwrap();
    register.apply(&change);
    assert!(!change.is_none() && used(&register, 0).unwrap().is_none());
    let change = used(&register, 7).unwrap();
    register.apply(&change);
    assert_eq!(used(&register, 7), Err(RegistryRefusal::PasskeyUnknown), "counted before");
    let unknown = register.used_passkey(&id("mads"), "two", (8, true), moment());
    assert_eq!(unknown, Err(RegistryRefusal::PasskeyUnknown));
}

#[test]
fn nobody_takes_their_own_last_passkey_and_an_administrator_takes_any_but_the_last_ones() {
    let mut register = Register::default();
    admit(&mut register, administrator("karen"), "one").unwrap();
    let last = register.without_own_passkey(&id("karen"), "one");
    assert_eq!(last, Err(RegistryRefusal::LastLogin));
    let taken = |id: &str, passkey: &str| PeopleCommand::TakePasskey {
        id: RegisteredId(id.into()),
        passkey: passkey.into(),
    };
    let refused = apply(&mut register, taken("karen", "one"));
    assert_eq!(refused, Err(RegistryRefusal::LastAdministrator));
    admit(&mut register, Admitted::Known(id("karen")), "two").unwrap();
    let change = register.without_own_passkey(&id("karen"), "one").unwrap();
    register.apply(&change);
    assert_eq!(change.what(), "passkey-removed");
    assert!(register.with_passkey("one").is_none() && register.with_passkey("two").is_some());
    let unknown = apply(&mut register, taken("karen", "one"));
    assert_eq!(unknown, Err(RegistryRefusal::LastAdministrator));
    admit(&mut register, administrator("eva"), "three").unwrap();
    apply(&mut register, taken("karen", "two")).unwrap();
    assert!(register.with_passkey("two").is_none());
}

#[test]
fn a_passkey_that_only_signs_is_no_way_in_and_goes_when_its_owner_says() {
    let mut register = Register::default();
    admit(&mut register, administrator("karen"), "login").unwrap();
    let signing = Passkey { signing_handle: Some("handle".into()), ..passkey("signing") };
    let change = register.admit(Admitted::Known(id("karen")), signing, moment()).unwrap();
    register.apply(&change);
    let karen = &register.people()[&id("karen")].value;
    assert_eq!((karen.passkeys.len(), karen.ways_to_log_in()), (2, 1));
    let last = register.without_own_passkey(&id("karen"), "login");
    assert_eq!(last, Err(RegistryRefusal::LastLogin));
    let taken =
        |passkey: &str| PeopleCommand::TakePasskey { id: id("karen"), passkey: passkey.into() };
    let refused = apply(&mut register, taken("login"));
    assert_eq!(refused, Err(RegistryRefusal::LastAdministrator));
    let change = register.without_own_passkey(&id("karen"), "signing").unwrap();
    register.apply(&change);
    assert!(register.with_passkey("signing").is_none());
    let said = serde_json::to_value(passkey("login")).unwrap();
    assert!(said.get("signing_handle").is_none(), "registers of before read as they were");
}

#[test]
fn nobody_is_called_as_another_entry_is() {
    let mut register = invited("mads");
    let other = PersonId { issuer: OWN_ISSUER.into(), subject: "karen".into() };
    let wanted = crate::ChangePerson {
        id: id("mads"),
        expected: register.revision(),
        given_name: None,
        family_name: None,
        email: Amended::Kept,
        state: None,
        login: Amended::To(other),
    };
    let refused = apply(&mut register, PeopleCommand::Change(wanted));
    assert!(matches!(refused, Err(RegistryRefusal::Invalid { field: "login", .. })), "{refused:?}");
    assert_eq!(
        PeopleCommand::TakePasskey { id: id("mads"), passkey: String::new() }.needs(),
        AdministrativeAct::ChangePeople
    );
}
