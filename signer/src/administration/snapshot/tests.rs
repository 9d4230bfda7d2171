use super::*;

fn mandate() -> MandateId {
    MandateId("of-three".into())
}

/// What the store says that the mandate has given.
fn kept(given: u64) -> KeptRegister {
    KeptRegister { given: [(mandate(), given)].into(), ..KeptRegister::default() }
}

/// What counts when the store is read for the first time.
fn started(given: u64) -> Snapshot {
    Snapshot::of(Declared::sample().into(), kept(given), &HashMap::new())
}

/// An act of this process is counted.
fn count(snapshot: &Snapshot) {
    snapshot.given[&mandate()].fetch_add(1, Ordering::Relaxed);
}

#[test]
fn an_act_that_is_counted_while_the_store_is_read_is_counted_once() {
    let first = started(1);
    // The store is read before the act is in it, or after that and before the policy is told.
    for read in [1, 2] {
        let renewed = first.renewed(kept(read), None);
        let before = renewed.given(&mandate());
        count(&first);
        assert_eq!(renewed.given(&mandate()), before + 1, "the store said {read}");
    }
    assert_eq!(first.given(&mandate()), 3);
}

#[test]
fn what_another_node_gave_is_learnt_and_no_act_of_this_one_is_lost() {
    let first = started(1);
    let counted = first.counts();
    assert_eq!(first.renewed(kept(5), Some(&counted)).given(&mandate()), 5);
    let counted = first.counts();
    count(&first);
    assert_eq!(first.renewed(kept(5), Some(&counted)).given(&mandate()), 6);
}
