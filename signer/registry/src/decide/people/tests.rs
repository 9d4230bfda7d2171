use super::*;
use crate::{
    Amended, Application, Command, Erased, KeyHash, KeyId, PersonGrant, PersonGrantId, Roles, Told,
};

fn login(subject: &str) -> PersonId {
    PersonId { issuer: "https://identity.example".into(), subject: subject.into() }
}

fn id(name: &str) -> RegisteredId {
    RegisteredId(name.into())
}

/// A register in which `karen` answers for the organisation, and `mads` for its people.
struct House {
    register: Register,
    now: Moment,
}

impl House {
    fn new() -> Self {
        let now = Moment::try_from(std::time::SystemTime::UNIX_EPOCH).unwrap();
        let mut house = Self { register: Register::default(), now };
        for (name, role) in
            [("karen", Role::OrganisationAdministrator), ("mads", Role::UserAdministrator)]
        {
            house.done("operator", person(name));
            house.done("operator", state(name, house.version(name), PersonState::Active));
            house.done("operator", give(name, house.version(name), role));
        }
        house
    }

    fn decide(&self, by: &str, command: PeopleCommand) -> Result<Change, RegistryRefusal> {
        let command = Command::People(command);
        let actor = match by {
            "operator" => Actor::Operator,
            subject => Actor::Person(login(subject)),
        };
        let roles = Roles::from_iter(Role::ALL);
        let permitted = Permitted::asked(actor, &roles, command.needs())?;
        self.register.decide(&permitted, command, self.now)
    }

    fn done(&mut self, by: &str, command: PeopleCommand) {
        let change = self.decide(by, command).unwrap();
        self.register.apply(&change);
    }

    fn refused(&self, by: &str, command: PeopleCommand) -> RegistryRefusal {
        self.decide(by, command).unwrap_err()
    }

    fn version(&self, name: &str) -> Version {
        self.register.people()[&id(name)].version
    }
}

fn person(name: &str) -> PeopleCommand {
    PeopleCommand::Make(MakePerson {
        id: id(name),
        salt: "5a".repeat(32),
        given_name: name.into(),
        family_name: "Ørsted".into(),
        email: Some(format!("{name}@havnsted.example")),
        login: Some(login(name)),
    })
}

fn changed(name: &str, expected: Version) -> ChangePerson {
    ChangePerson {
        id: id(name),
        expected,
        given_name: None,
        family_name: None,
        email: Amended::Kept,
        state: None,
        login: Amended::Kept,
    }
}

fn state(name: &str, expected: Version, state: PersonState) -> PeopleCommand {
    PeopleCommand::Change(ChangePerson { state: Some(state), ..changed(name, expected) })
}

fn give(name: &str, expected: Version, role: Role) -> PeopleCommand {
    PeopleCommand::GiveRole(RoleOfPerson { id: id(name), expected, role })
}

fn take(name: &str, expected: Version, role: Role) -> PeopleCommand {
    PeopleCommand::TakeRole(RoleOfPerson { id: id(name), expected, role })
}

const LAST: Role = Role::OrganisationAdministrator;

#[test]
fn nobody_raises_themselves_nor_takes_their_own_last_role_nor_bars_themselves() {
    let mut house = House::new();
    let version = house.version("karen");
    assert_eq!(
        house.refused("karen", give("karen", version, Role::Auditor)),
        RegistryRefusal::OwnRight
    );
    house.done("operator", give("karen", version, Role::Auditor));
    house.done("karen", take("karen", house.version("karen"), Role::Auditor));
    let version = house.version("karen");
    assert_eq!(house.refused("karen", take("karen", version, LAST)), RegistryRefusal::OwnLastRole);
    for state_of in [PersonState::Blocked, PersonState::Left] {
        let refused = house.refused("mads", state("mads", house.version("mads"), state_of));
        assert_eq!(refused, RegistryRefusal::OwnLastRole);
    }
    // Nor by taking over somebody's login who holds roles.
    let wanted = ChangePerson { login: Amended::To(login("eva")), ..changed("karen", version) };
    let refused = house.refused("mads", PeopleCommand::Change(wanted));
    assert_eq!(refused, RegistryRefusal::PersonHoldsRole);
}

#[test]
fn the_last_who_administers_the_organisation_stays() {
    let mut house = House::new();
    let version = house.version("karen");
    let all = [
        take("karen", version, LAST),
        state("karen", version, PersonState::Blocked),
        state("karen", version, PersonState::Left),
    ];
    for command in all.clone() {
        assert_eq!(house.refused("mads", command), RegistryRefusal::LastAdministrator);
    }
    let permitted = |roles: &Roles| {
        Permitted::asked(Actor::Person(login("mads")), roles, AdministrativeAct::ChangePeople)
    };
    let user_administrator = permitted(&Roles::from_iter([Role::UserAdministrator])).unwrap();
    let erasable = |house: &House, name: &str| {
        house.register.erasable(&user_administrator, &id(name), house.now).map(drop)
    };
    assert_eq!(erasable(&house, "karen"), Err(RegistryRefusal::LastAdministrator));
    assert_eq!(erasable(&house, "mads"), Err(RegistryRefusal::OwnLastRole));
    assert_eq!(erasable(&house, "eva"), Err(RegistryRefusal::PersonUnknown(id("eva"))));
    // One that the file names is enough, and so is another person who is there.
    let beside = house.register.clone().beside_administrators(true);
    let beside = House { register: beside, now: house.now };
    all.clone().into_iter().for_each(|command| drop(beside.decide("mads", command).unwrap()));
    house.done("operator", person("eva"));
    house.done("operator", give("eva", house.version("eva"), LAST));
    assert_eq!(house.refused("mads", all[0].clone()), RegistryRefusal::LastAdministrator);
    house.done("mads", state("eva", house.version("eva"), PersonState::Active));
    all.into_iter().for_each(|command| drop(house.decide("mads", command).unwrap()));
    assert_eq!(erasable(&house, "karen"), Ok(()));
}

#[test]
fn a_change_is_made_on_the_version_that_was_read() {
    let house = House::new();
    let passed = Version(1);
    let present = house.version("karen");
    for command in [
        give("karen", passed, Role::Auditor),
        take("karen", passed, LAST),
        state("karen", passed, PersonState::Left),
    ] {
        let expected = RegistryRefusal::VersionPassed { expected: passed, present };
        assert_eq!(house.refused("mads", command), expected);
    }
}

#[test]
fn who_changes_people_gives_no_roles_and_the_other_way_round() {
    let roles = [Role::UserAdministrator, LAST].map(|role| Roles::from_iter([role]));
    let ask = |roles: &Roles, act| Permitted::asked(Actor::Operator, roles, act).is_ok();
    let people = AdministrativeAct::ChangePeople;
    assert_eq!(roles.each_ref().map(|roles| ask(roles, people)), [true, false]);
    let given = AdministrativeAct::ChangeRoles;
    assert_eq!(roles.each_ref().map(|roles| ask(roles, given)), [false, true]);
}

#[test]
fn a_new_address_is_not_validated_and_a_login_is_one_persons() {
    let mut house = House::new();
    let mut entry = house.register.people()[&id("karen")].value.clone();
    entry.email_validated = true;
    house.register.put(Entry::Person(entry), house.version("karen"));
    let version = house.version("karen");
    let with = |email: &str| {
        let wanted = ChangePerson { email: Amended::To(email.into()), ..changed("karen", version) };
        let change = house.decide("mads", PeopleCommand::Change(wanted)).unwrap();
        let Entry::Person(person) = change.after() else { panic!("{change:?}") };
        person.email_validated
    };
    assert!(with("karen@havnsted.example"));
    assert!(!with("karen@other.example"));

    let PeopleCommand::Make(wanted) = person("eva") else { panic!() };
    let taken = MakePerson { login: Some(login("karen")), ..wanted.clone() };
    assert_eq!(house.refused("mads", PeopleCommand::Make(taken)), RegistryRefusal::LoginTaken);
    let none = MakePerson { login: None, ..wanted.clone() };
    house.done("mads", PeopleCommand::Make(none));
    let refused = house.refused("mads", state("eva", house.version("eva"), PersonState::Active));
    assert!(matches!(refused, RegistryRefusal::Invalid { field: "state", .. }), "{refused:?}");
    for email in ["", "karen", "@b", "a@", "a b@c", &"a@b".repeat(100)] {
        let wanted = MakePerson { email: Some(email.to_owned()), ..wanted.clone() };
        let refused = house.refused("mads", PeopleCommand::Make(wanted));
        assert!(matches!(refused, RegistryRefusal::Invalid { field: "email", .. }), "{email}");
    }
}

#[test]
fn the_log_and_what_is_printed_name_nobody_and_erasing_takes_the_entry() {
    let house = House::new();
    let change = house.decide("mads", person("eva")).unwrap();
    let (_, told) = change.told();
    let Told::Person { commitment, .. } = &told else { panic!("{told:?}") };
    assert_eq!(commitment.len(), 64);
    let printed = format!("{told:?} {change:?} {:?}", person("eva"));
    for word in ["eva@", "Ørsted", "identity.example/eva"] {
        assert!(!printed.contains(word), "{printed}");
    }
    assert_eq!(change.after().clone().without(&login("eva")), Erased::Gone);
    // What made the entry is no trace of its maker either.
    assert!(matches!(change.after().clone().without(&login("mads")), Erased::Rewritten(_)));
}

#[test]
fn an_application_counts_as_the_last_administrator_while_a_key_of_it_is_taken() {
    let mut house = House::new();
    let organisation = seal::Organisation {
        registered_name: "Havnsted Kommune".into(),
        cvr: "12345674".into(),
        country: seal::CountryCode::DENMARK,
        cvr_check: seal::CvrCheck::Modulo11,
        allow_seals: true,
    };
    let administrator = crate::Administrator {
        role: LAST,
        key: KeyId("k".into()),
        sha256: KeyHash([1; 32]),
        replaces: false,
    };
    let founding = crate::Founding { organisation, administrators: vec![administrator] };
    let founded = Register::default().found(founding, house.now).unwrap();
    for entry in founded.also() {
        house.register.put(entry.clone(), Version(1));
    }
    let bar = state("karen", house.version("karen"), PersonState::Blocked);
    house.decide("mads", bar.clone()).unwrap();
    let administrator = ApplicationId::new(LAST.name());
    let told = |change: fn(&mut Application)| {
        let mut application = house.register.applications()[&administrator].value.clone();
        change(&mut application);
        let mut register = house.register.clone();
        register.put(Entry::Application(application), Version(2));
        House { register, now: house.now }.refused("mads", bar.clone())
    };
    for refused in [
        told(|application| application.active = false),
        told(|application| application.keys[0].revoked = Some(application.made)),
        told(|application| application.keys[0].expires = Some(application.made)),
        told(|application| application.keys.clear()),
    ] {
        assert_eq!(refused, RegistryRefusal::LastAdministrator);
    }
    // Nor does it shut itself out when it is the last.
    let revoke = Command::RevokeKey { application: administrator.clone(), key: KeyId("k".into()) };
    let revoked = |house: &House| {
        let roles = Roles::from_iter(Role::ALL);
        let actor = Actor::Application(administrator.clone());
        let permitted = Permitted::asked(actor, &roles, revoke.needs()).unwrap();
        house.register.decide(&permitted, revoke.clone(), house.now).map(drop)
    };
    assert_eq!(revoked(&house), Ok(()));
    house.done("mads", bar);
    assert_eq!(revoked(&house), Err(RegistryRefusal::LastAdministrator));
}

#[test]
fn the_login_of_who_is_kept_out_or_holds_a_grant_stays() {
    let mut house = House::new();
    house.done("mads", person("eva"));
    let other = |house: &House, state: Option<PersonState>| {
        let version = house.version("eva");
        let wanted =
            ChangePerson { login: Amended::To(login("e")), state, ..changed("eva", version) };
        house.decide("mads", PeopleCommand::Change(wanted)).map(drop)
    };
    for barred in [PersonState::Blocked, PersonState::Left] {
        house.done("mads", state("eva", house.version("eva"), barred));
        for and in [None, Some(PersonState::Active)] {
            assert_eq!(other(&house, and), Err(RegistryRefusal::PersonBarred), "{barred:?}");
        }
        house.done("mads", state("eva", house.version("eva"), PersonState::Active));
    }
    // Nor does a grant stay with a login that is nobody's any more.
    let grant = |revoked, until| PersonGrant {
        id: PersonGrantId("g".into()),
        person: login("eva"),
        acts: vec![seal::Act::Sign],
        profiles: None,
        until,
        note: String::new(),
        made: house.now,
        made_by: Actor::Operator,
        revoked,
    };
    let (version, now) = (Version(1), house.now);
    let ended = [grant(Some(now), None), grant(None, Some(now))];
    let standing = [grant(None, None), grant(None, Some(now.after(1)))];
    for standing in standing {
        house.register.put(Entry::Grant(standing), version);
        assert_eq!(other(&house, None), Err(RegistryRefusal::PersonHoldsGrant));
    }
    for ended in ended {
        house.register.put(Entry::Grant(ended), version);
        assert_eq!(other(&house, None), Ok(()));
    }
}

#[test]
fn an_address_can_be_removed_and_a_login_of_one_who_is_invited_and_holds_nothing() {
    let mut house = House::new();
    let without = |house: &House, name: &str, state: Option<PersonState>| {
        let version = house.version(name);
        let wanted = ChangePerson { login: Amended::Removed, state, ..changed(name, version) };
        house.decide("operator", PeopleCommand::Change(wanted))
    };
    let mut entry = house.register.people()[&id("karen")].value.clone();
    entry.email_validated = true;
    house.register.put(Entry::Person(entry), house.version("karen"));
    let version = house.version("karen");
    let wanted = ChangePerson { email: Amended::Removed, ..changed("karen", version) };
    house.done("mads", PeopleCommand::Change(wanted));
    let karen = house.register.people()[&id("karen")].value.clone();
    assert_eq!((karen.email, karen.email_validated), (None, false));
    assert_eq!(without(&house, "karen", None), Err(RegistryRefusal::PersonHoldsRole));

    house.done("operator", person("eva"));
    for (state, refused) in [
        (PersonState::Active, None),
        (PersonState::Blocked, Some(RegistryRefusal::PersonBarred)),
        (PersonState::Left, Some(RegistryRefusal::PersonBarred)),
    ] {
        let Err(refusal) = without(&house, "eva", Some(state)) else { panic!("{state:?}") };
        match refused {
            Some(refused) => assert_eq!(refusal, refused, "{state:?}"),
            None => assert!(matches!(refusal, RegistryRefusal::Invalid { field: "login", .. })),
        }
    }
    let change = without(&house, "eva", None).unwrap();
    house.register.apply(&change);
    assert_eq!(house.register.people()[&id("eva")].value.login, None);
    assert_eq!(house.register.registered(&login("eva")), None);
    house.done("operator", state("eva", house.version("eva"), PersonState::Left));
    house.done("operator", state("eva", house.version("eva"), PersonState::Blocked));
}

#[test]
fn nobody_is_known_by_what_no_token_can_say() {
    let house = House::new();
    let PeopleCommand::Make(wanted) = person("eva") else { panic!() };
    let long = "ø".repeat(PersonId::MAXIMUM_LENGTH / 2);
    for (subject, refused) in [(&*long, "subject"), ("", "subject"), ("a\0", "subject")] {
        let made = MakePerson { login: Some(login(subject)), ..wanted.clone() };
        let refusal = house.refused("mads", PeopleCommand::Make(made));
        assert!(
            matches!(refusal, RegistryRefusal::Invalid { field, .. } if field == refused),
            "{subject}: {refusal:?}"
        );
    }
    let longest = PersonId::MAXIMUM_LENGTH - login("").issuer.len();
    let made = MakePerson { login: Some(login(&"x".repeat(longest))), ..wanted };
    house.decide("mads", PeopleCommand::Make(made)).unwrap();
}

#[test]
fn who_left_comes_back_without_roles_and_who_was_blocked_with_them() {
    let mut house = House::new();
    let roles = |house: &House| house.register.people()[&id("mads")].value.roles.clone();
    for (kept_out, kept) in [(PersonState::Blocked, 1), (PersonState::Left, 0)] {
        house.done("karen", state("mads", house.version("mads"), kept_out));
        assert_eq!(roles(&house).len(), kept, "{kept_out:?}");
        house.done("karen", state("mads", house.version("mads"), PersonState::Active));
        assert_eq!(roles(&house).len(), kept, "{kept_out:?}");
    }
    house.done("karen", state("mads", house.version("mads"), PersonState::Left));
    house.done("karen", give("mads", house.version("mads"), Role::UserAdministrator));
    house.done("karen", state("mads", house.version("mads"), PersonState::Active));
    assert!(roles(&house).is_empty(), "what was given meanwhile");
}
