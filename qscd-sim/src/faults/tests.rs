use super::*;

fn of<'a>(profile: Option<&'a ProfileId>, credential: Option<&'a CredentialId>) -> Occasion<'a> {
    Occasion { profile, credential, caller: "test" }
}

fn strikes(faults: &Faults, hook: Hook) -> Vec<Fault> {
    let profile = ProfileId::new("decisions");
    faults.strike(hook, of(Some(&profile), None)).iter().map(|strike| strike.fault).collect()
}

#[test]
fn a_counted_fault_strikes_so_often_and_stays_listed_as_spent() {
    let faults = Faults::default();
    faults.plan(FaultRule { count: Some(2), ..FaultRule::always(Fault::CacheFull) }).unwrap();
    assert!(!faults.is_quiet());
    assert_eq!(strikes(&faults, Hook::Sign), [], "it strikes at enrolment alone");
    assert_eq!(strikes(&faults, Hook::Enrol), [Fault::CacheFull]);
    assert_eq!(faults.planned()[0].struck, 1);
    assert_eq!(strikes(&faults, Hook::Enrol), [Fault::CacheFull]);
    assert_eq!(strikes(&faults, Hook::Enrol), []);
    let [spent] = &faults.planned()[..] else { panic!("one fault") };
    assert!(faults.is_quiet() && spent.spent && spent.struck == 2);
    for _ in 0..2 * MAXIMUM_RULES {
        faults.plan(FaultRule::once(Fault::CacheFull)).unwrap();
        assert_eq!(strikes(&faults, Hook::Enrol), [Fault::CacheFull]);
    }
    assert_eq!(faults.planned().len(), MAXIMUM_RULES, "the newest");
    assert!(faults.planned().iter().all(|planned| planned.spent));
}

#[test]
fn a_scenario_is_planned_whole_or_not_at_all() {
    let faults = Faults::default();
    for _ in 0..MAXIMUM_RULES - 1 {
        faults.plan(FaultRule::always(Fault::TsaDown)).unwrap();
    }
    assert_eq!(faults.play(Scenario::FlakyConnection), Err(FaultError::TooMany));
    assert_eq!(faults.planned().len(), MAXIMUM_RULES - 1);
    faults.play(Scenario::LostKey).unwrap();
}

#[test]
fn eight_callers_and_one_seed_give_each_caller_the_same_faults_again() {
    let run = |order: &mut dyn Iterator<Item = usize>| {
        let faults = Faults::default();
        faults.seed(7);
        faults.plan(FaultRule { probability: 0.5, ..FaultRule::always(Fault::Delay) }).unwrap();
        let mut struck = vec![Vec::new(); 8];
        for who in order {
            let caller = who.to_string();
            let occasion = Occasion { caller: &caller, ..Occasion::default() };
            struck[who].push(faults.strike(Hook::Sign, occasion).len());
        }
        struck
    };
    let one_after_the_other = run(&mut (0..64).map(|call| call / 8));
    let in_turn = run(&mut (0..64).map(|call| call % 8));
    assert_eq!(one_after_the_other, in_turn);
    assert_ne!(in_turn[0], in_turn[1]);
}

#[test]
fn a_fault_that_strikes_is_told_and_one_that_does_not_is_not() {
    #[derive(Debug, Default)]
    struct Kept(Mutex<Vec<Event>>);
    impl EventSink for Kept {
        fn record(&self, event: &Event) {
            self.0.lock().unwrap().push(event.clone());
        }
    }
    let (faults, kept) = (Faults::default(), Arc::new(Kept::default()));
    faults.tell(kept.clone(), Arc::new(crate::SettableClock::new()));
    let id = faults.plan(FaultRule::once(Fault::CacheFull)).unwrap();
    assert_eq!(strikes(&faults, Hook::Sign), []);
    assert!(kept.0.lock().unwrap().is_empty());
    assert_eq!(strikes(&faults, Hook::Enrol), [Fault::CacheFull]);
    let told = kept.0.lock().unwrap().clone();
    let [Event::FaultStruck { id: number, fault: Fault::CacheFull, .. }] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(*number, id);
}

#[test]
fn the_same_seed_repeats_the_run() {
    let run = |seed| -> Vec<usize> {
        let faults = Faults::default();
        faults.seed(seed);
        faults.plan(FaultRule { probability: 0.5, ..FaultRule::always(Fault::Delay) }).unwrap();
        (0..64).map(|_| strikes(&faults, Hook::Sign).len()).collect()
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
    assert!((10..54).contains(&run(7).iter().sum::<usize>()));
}

#[test]
fn a_scope_spares_everyone_else() {
    let faults = Faults::default();
    let rule = FaultRule::always(Fault::WrongSignature);
    let payroll = FaultRule { profile: Some(ProfileId::new("payroll")), ..rule.clone() };
    faults.plan(payroll).unwrap();
    assert_eq!(strikes(&faults, Hook::Sign), []);
    faults.plan(FaultRule { credential: Some("c1".into()), ..rule }).unwrap();
    assert_eq!(strikes(&faults, Hook::Sign), []);
    let struck = faults.strike(Hook::Sign, of(None, Some(&CredentialId::new("c1"))));
    assert_eq!(struck.len(), 1);
}

#[test]
fn faults_of_one_call_take_turns_but_a_delay_goes_with_any() {
    let faults = Faults::default();
    faults.plan(FaultRule::always(Fault::Delay)).unwrap();
    faults.play(Scenario::FlakyConnection).unwrap();
    assert_eq!(strikes(&faults, Hook::Sign), [Fault::Delay, Fault::DropBeforeSigning]);
    assert_eq!(strikes(&faults, Hook::Sign), [Fault::Delay, Fault::DropAfterSigning]);
    assert_eq!(strikes(&faults, Hook::Sign), [Fault::Delay]);
}

#[test]
fn a_withdrawn_fault_strikes_no_more() {
    let faults = Faults::default();
    let id = faults.plan(FaultRule::always(Fault::TsaDown)).unwrap();
    assert!(faults.withdraw(id));
    assert!(!faults.withdraw(id));
    assert!(faults.is_quiet());
    faults.play(Scenario::CarelessTimeStamping).unwrap();
    faults.clear();
    assert!(faults.is_quiet());
}

#[test]
fn a_rule_that_contradicts_itself_is_refused() {
    let rule = FaultRule::always(Fault::TsaDown);
    let scope = |scope| FaultError::Scope { fault: Fault::TsaDown, scope };
    let profile = Some(ProfileId::new("decisions"));
    let cases = [
        (FaultRule { probability: 1.5, ..rule.clone() }, FaultError::Probability),
        (FaultRule { probability: f64::NAN, ..rule.clone() }, FaultError::Probability),
        (FaultRule { count: Some(0), ..rule.clone() }, FaultError::Count),
        (FaultRule { profile, ..rule.clone() }, scope("profile")),
        (FaultRule { credential: Some("c".into()), ..rule.clone() }, scope("credential")),
        (FaultRule { milliseconds: u32::MAX, ..rule.clone() }, FaultError::Amount),
        (FaultRule { seconds: Some(i64::MAX), ..rule.clone() }, FaultError::Amount),
        (FaultRule { seconds: Some(i64::MIN), ..rule.clone() }, FaultError::Amount),
    ];
    let faults = Faults::default();
    for (rule, error) in cases {
        assert_eq!(faults.plan(rule), Err(error));
    }
    for _ in 0..MAXIMUM_RULES {
        faults.plan(rule.clone()).unwrap();
    }
    assert_eq!(faults.plan(rule), Err(FaultError::TooMany));
}

#[test]
fn every_fault_has_its_own_name_and_a_scenario() {
    let mut names: Vec<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
    for (fault, name) in Fault::ALL.iter().zip(&names) {
        assert_eq!(serde_json::to_value(fault).unwrap(), *name);
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Fault::ALL.len());
    for fault in Fault::ALL {
        // A refusal alone is no situation.
        let in_one = Scenario::ALL
            .iter()
            .any(|scenario| scenario.rules().iter().any(|rule| rule.fault == fault));
        let alone = [Fault::RefuseEnrolment, Fault::SadForAnotherHash];
        assert!(in_one || alone.contains(&fault), "{}", fault.name());
    }
    for scenario in Scenario::ALL {
        assert_eq!(Scenario::named(scenario.name()), Some(scenario));
    }
}
