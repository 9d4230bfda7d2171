mod administrators;
mod profiles;
mod texts;

use seal::{Act, ApplicationId, PersonId};

use super::*;
use crate::{
    Actor, AdministrativeAct, ApiKey, ChangeApplication, EntryKind, Erased, KeyHash, KeyId,
    KeyState, MakeApplication, MakeKey, MandateId, PersonGrantId, Role, Roles, RotateKey, Told,
    Version,
};

fn moment(seconds: u64) -> Moment {
    Moment::try_from(std::time::SystemTime::UNIX_EPOCH).unwrap().after(1_800_000_000 + seconds)
}

fn person(subject: &str) -> PersonId {
    PersonId { issuer: "https://identity.example".into(), subject: subject.into() }
}

struct House {
    register: Register,
    actor: Actor,
    now: Moment,
}

impl House {
    fn new() -> Self {
        let file = [ApplicationId::new("filed")].into();
        let register = Register::beside(
            file,
            vec![ProfileId::new("decisions")],
            [ApplicationId::new("segl-readiness")].into(),
        );
        Self { register, actor: Actor::Person(person("karen")), now: moment(0) }
    }

    fn decide(&self, command: Command) -> Result<Change, RegistryRefusal> {
        let roles = Roles::from_iter([Role::RightsAdministrator]);
        let permitted = Permitted::asked(self.actor.clone(), &roles, command.needs())?;
        self.register.decide(&permitted, command, self.now)
    }

    fn done(&mut self, command: Command) -> Version {
        let change = self.decide(command).unwrap();
        self.register.apply(&change)
    }

    fn refused(&self, command: Command) -> RegistryRefusal {
        self.decide(command).unwrap_err()
    }

    fn keys(&self) -> &[ApiKey] {
        &self.register.applications()[&ApplicationId::new("erp")].value.keys
    }

    fn states(&self) -> Vec<KeyState> {
        self.keys().iter().map(|key| key.state(self.now)).collect()
    }
}

fn application(id: &str) -> Command {
    let (id, display_name) = (ApplicationId::new(id), "The ledger".into());
    Command::MakeApplication(MakeApplication { id, display_name })
}

fn new_key(id: &str, expires: Option<Moment>) -> MakeKey {
    MakeKey {
        application: ApplicationId::new("erp"),
        id: KeyId(id.into()),
        display_name: String::new(),
        sha256: KeyHash([7; 32]),
        expires,
    }
}

fn mandate(application: &str) -> MakeMandate {
    MakeMandate {
        id: MandateId("m".into()),
        application: ApplicationId::new(application),
        profiles: Some(vec![ProfileId::new("decisions")]),
        from: None,
        until: None,
        maximum_seals: Some(100),
        note: "the yearly letters".into(),
    }
}

fn grant(subject: &str) -> MakeGrant {
    MakeGrant {
        id: PersonGrantId("g".into()),
        person: person(subject),
        acts: vec![Act::Sign],
        profiles: None,
        until: None,
        note: String::new(),
    }
}

#[test]
fn who_has_no_role_for_it_is_refused_and_a_permission_is_good_for_its_own_act_alone() {
    let house = House::new();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::RightsAdministrator) {
        let asked = Permitted::asked(
            house.actor.clone(),
            &Roles::from_iter([role]),
            AdministrativeAct::ChangeRights,
        );
        assert!(matches!(asked, Err(RegistryRefusal::NotPermitted(_))), "{role:?}");
    }
    let roles = Roles::from_iter([Role::RightsAdministrator]);
    let reads = Permitted::asked(house.actor.clone(), &roles, AdministrativeAct::ReadRights);
    let refused = house.register.decide(&reads.unwrap(), application("erp"), house.now);
    assert!(matches!(refused, Err(RegistryRefusal::NotPermitted(_))));
}

#[test]
fn nobody_gives_a_right_to_themselves() {
    let mut house = House::new();
    assert_eq!(house.refused(Command::MakeGrant(grant("karen"))), RegistryRefusal::OwnRight);
    house.done(Command::MakeGrant(grant("mads")));
    house.actor = Actor::Application(ApplicationId::new("filed"));
    assert_eq!(house.refused(Command::MakeMandate(mandate("filed"))), RegistryRefusal::OwnRight);
}

#[test]
fn what_the_file_says_is_changed_in_the_file() {
    let mut house = House::new();
    let key = MakeKey { application: ApplicationId::new("filed"), ..new_key("k", None) };
    assert!(matches!(
        house.refused(Command::MakeKey(key)),
        RegistryRefusal::ManagedByFile("the application")
    ));
    assert!(matches!(house.refused(application("filed")), RegistryRefusal::ApplicationExists(_)));
    assert!(matches!(
        house.refused(application("segl-readiness")),
        RegistryRefusal::ApplicationExists(_)
    ));
    let own = house.refused(Command::MakeMandate(mandate("segl-readiness")));
    assert!(matches!(own, RegistryRefusal::ManagedByFile(_)));
    // A mandate is the register's own, whoever it is for.
    house.done(Command::MakeMandate(mandate("filed")));
}

#[test]
fn a_key_that_is_rotated_is_taken_through_its_overlap_and_no_longer_than_its_own_end() {
    let mut house = House::new();
    house.done(application("erp"));
    house.done(Command::MakeKey(new_key("first", Some(moment(50)))));
    let new = new_key("second", None);
    let rotate = RotateKey { old: KeyId("first".into()), overlap_s: 3600, new };
    let change = house.decide(Command::RotateKey(rotate.clone())).unwrap();
    assert_eq!((change.key(), change.next()), (Some("first"), Some("second")));
    let told = serde_json::to_string(&change.told()).unwrap();
    assert!(told.contains("2027-01-15T08:00:50Z"), "{told}");
    house.register.apply(&change);
    assert_eq!(house.states(), [KeyState::Active, KeyState::Active]);
    let Entry::Application(erp) = change.after() else { panic!("an application") };
    let next: Vec<_> = erp.keys.iter().map(|key| key.next.as_ref().map(|next| &*next.0)).collect();
    assert_eq!(next, [Some("second"), None]);
    house.now = moment(49);
    assert_eq!(house.states()[0], KeyState::Active);
    house.now = moment(50);
    assert_eq!(house.states(), [KeyState::Expired, KeyState::Active]);
    assert_eq!(house.refused(Command::RotateKey(rotate)), RegistryRefusal::Ended("the key"));
    let next = RotateKey { old: KeyId("second".into()), overlap_s: 0, new: new_key("3", None) };
    house.done(Command::RotateKey(next));
    assert_eq!(house.states(), [KeyState::Expired, KeyState::Expired, KeyState::Active]);
}

#[test]
fn a_key_is_revoked_once_and_an_ended_one_makes_room() {
    let mut house = House::new();
    house.done(application("erp"));
    for number in 0..MAXIMUM_KEYS {
        house.done(Command::MakeKey(new_key(&number.to_string(), None)));
    }
    let full = RegistryRefusal::Full { what: "keys", most: MAXIMUM_KEYS };
    assert_eq!(house.refused(Command::MakeKey(new_key("more", None))), full);
    let revoke = |key: &str| Command::RevokeKey {
        application: ApplicationId::new("erp"),
        key: KeyId(key.into()),
    };
    house.done(revoke("4"));
    assert_eq!(house.refused(revoke("4")), RegistryRefusal::Ended("the key"));
    assert!(matches!(house.refused(revoke("none")), RegistryRefusal::KeyUnknown(_)));
    let change = house.decide(Command::MakeKey(new_key("more", None))).unwrap();
    assert_eq!(change.removed_key(), Some("4"));
    house.register.apply(&change);
    assert!(!house.keys().iter().any(|key| key.id.0 == "4"));
}

#[test]
fn a_change_by_an_old_version_is_refused() {
    let mut house = House::new();
    let expected = house.done(application("erp"));
    let change = Command::ChangeApplication(ChangeApplication {
        id: ApplicationId::new("erp"),
        expected,
        display_name: None,
        active: Some(false),
    });
    let present = house.done(change.clone());
    assert_eq!(house.refused(change), RegistryRefusal::VersionPassed { expected, present });
}

#[test]
fn what_is_malformed_is_refused_by_field() {
    let house = House::new();
    let field = |command| {
        let RegistryRefusal::Invalid { field, .. } = house.refused(command) else { panic!() };
        field
    };
    for id in ["", "-a", "A", "a b", "æ", &"a".repeat(65)] {
        assert_eq!(field(application(id)), "id", "{id}");
    }
    let nameless = MakeApplication { id: ApplicationId::new("a"), display_name: " ".into() };
    assert_eq!(field(Command::MakeApplication(nameless)), "display_name");
    let past = MakeMandate { until: Some(house.now), ..mandate("filed") };
    assert_eq!(field(Command::MakeMandate(past)), "until");
    let (from, until) = (Some(moment(9)), Some(moment(9)));
    let empty = MakeMandate { from, until, ..mandate("filed") };
    assert_eq!(field(Command::MakeMandate(empty)), "until");
    for most in [0, 1 << 53, u64::MAX] {
        let wanted = MakeMandate { maximum_seals: Some(most), ..mandate("filed") };
        assert_eq!(field(Command::MakeMandate(wanted)), "maximum_seals");
    }
    let no_acts = MakeGrant { acts: Vec::new(), ..grant("mads") };
    assert_eq!(field(Command::MakeGrant(no_acts)), "acts");
    let long = MakeGrant { note: "n".repeat(1001), ..grant("mads") };
    assert_eq!(field(Command::MakeGrant(long)), "note");
    let unknown = MakeGrant { profiles: Some(vec![ProfileId::new("none")]), ..grant("mads") };
    let refused = house.refused(Command::MakeGrant(unknown));
    assert!(matches!(refused, RegistryRefusal::ProfileUnknown(_)));
}

#[test]
fn the_log_is_told_what_was_and_what_is_and_of_no_person() {
    let mut house = House::new();
    house.done(Command::MakeGrant(MakeGrant { note: "her wish".into(), ..grant("mads") }));
    let change = house.decide(Command::RevokeGrant(PersonGrantId("g".into()))).unwrap();
    let told = serde_json::to_string(&change.told()).unwrap();
    assert!(told.contains("2027-01-15T08:00:00Z") && !told.contains("mads"), "{told}");
    assert!(!told.contains("her wish"), "{told}");
    house.register.apply(&change);
    let again = house.refused(Command::RevokeGrant(PersonGrantId("g".into())));
    assert_eq!(again, RegistryRefusal::Ended("the grant"));

    house.done(application("erp"));
    let change = house.decide(Command::MakeKey(new_key("first", None))).unwrap();
    assert_eq!((change.what(), change.key()), ("key-made", Some("first")));
    let (before, after) = change.told();
    assert!(before.is_none() && matches!(after, Told::Key { .. }));
    assert!(!serde_json::to_string(&after).unwrap().contains("0707"));
}

#[test]
fn what_was_kept_is_the_register_again() {
    let mut house = House::new();
    house.done(application("erp"));
    house.done(Command::MakeKey(new_key("first", Some(moment(5)))));
    house.done(Command::MakeMandate(mandate("erp")));
    let Register { applications, mandates, .. } = &house.register;
    let applications =
        applications.values().map(|kept| (Entry::Application(kept.value.clone()), kept.version));
    let mandates = mandates.values().map(|kept| (Entry::Mandate(kept.value.clone()), kept.version));
    let mut again = House::new().register;
    for (entry, version) in applications.chain(mandates) {
        let written = serde_json::to_string(&entry).unwrap();
        again.put(serde_json::from_str(&written).unwrap(), version);
    }
    assert_eq!(again.revision(), house.register.revision());
    assert_eq!(again.applications(), house.register.applications());
    assert_eq!(again.mandates(), house.register.mandates());
}

#[test]
fn of_as_many_mandates_as_are_kept_the_oldest_that_has_ended_makes_room() {
    let mut house = House::new();
    let named = |number: usize| MandateId(format!("{number:05}"));
    for number in 0..MAXIMUM_ENTRIES {
        house.done(Command::MakeMandate(MakeMandate { id: named(number), ..mandate("filed") }));
    }
    let more = || Command::MakeMandate(MakeMandate { id: named(99_999), ..mandate("filed") });
    let full = RegistryRefusal::Full { what: "mandates", most: MAXIMUM_ENTRIES };
    assert_eq!(house.refused(more()), full);
    house.done(Command::RevokeMandate(named(7)));
    house.done(Command::RevokeMandate(named(3)));
    let change = house.decide(more()).unwrap();
    assert_eq!(change.removed(), Some((EntryKind::Mandate, "00007")));
    house.register.apply(&change);
    assert_eq!(house.register.mandates().len(), MAXIMUM_ENTRIES);
    assert!(!house.register.mandates().contains_key(&named(7)));
}

#[test]
fn an_erased_person_holds_nothing_and_has_given_nothing() {
    let mut house = House::new();
    house.done(application("erp"));
    house.done(Command::MakeKey(new_key("first", None)));
    house.done(Command::MakeMandate(mandate("erp")));
    house.done(Command::MakeGrant(grant("mads")));
    let Register { applications, grants, mandates, .. } = &house.register;
    let grants = grants.values().map(|kept| Entry::Grant(kept.value.clone()));
    let mandates = mandates.values().map(|kept| Entry::Mandate(kept.value.clone()));
    let applications = applications.values().map(|kept| Entry::Application(kept.value.clone()));
    let entries: Vec<Entry> = grants.chain(mandates).chain(applications).collect();
    assert_eq!(entries[0].clone().without(&person("mads")), Erased::Gone);
    assert_eq!(entries[1].clone().without(&person("mads")), Erased::Unnamed);
    for entry in entries {
        let Erased::Rewritten(rewritten) = entry.without(&person("karen")) else { panic!() };
        let written = serde_json::to_string(&rewritten).unwrap();
        assert!(written.contains("erased") && !written.contains("karen"), "{written}");
    }
}
