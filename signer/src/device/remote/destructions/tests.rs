use std::sync::{Arc, Mutex};

use qscd_sim::{Event, EventSink, SettableClock, Simulator, SimulatorOptions};
use seal::Qscd;

use super::*;

/// What a device told, and its description.
#[derive(Debug, Default)]
struct Told(Mutex<(Vec<Destruction>, Vec<DestructionHead>)>);

impl EventSink for Told {
    fn record(&self, event: &Event) {
        let mut told = self.0.lock().unwrap();
        match event {
            Event::Destroyed(destruction) => told.0.push(destruction.clone()),
            Event::DestructionsSigned(head) => told.1.push(head.clone()),
            _ => {}
        }
    }
}

/// A run of `count` destructions with a signed head after each, and the run as it begins.
async fn run(count: usize) -> (FollowedRun, Vec<Destruction>, Vec<DestructionHead>) {
    let told = Arc::new(Told::default());
    let options = SimulatorOptions::new("http://127.0.0.1:8090");
    let simulator = Simulator::new(options, SettableClock::new(), told.clone()).unwrap();
    let request = Simulator::start().unwrap().enrolment();
    let device = simulator.device();
    for _ in 0..count {
        let credential = device.enrol(request.clone()).await.unwrap();
        device.destroy(&credential.id).await.unwrap();
        device.tick();
    }
    let followed = FollowedRun {
        run: simulator.run_id().to_owned(),
        event_key: device.event_public_key(),
        last: None,
        proved: true,
    };
    let (destructions, heads) = std::mem::take(&mut *told.0.lock().unwrap());
    assert_eq!((destructions.len(), heads.len()), (count, count));
    (followed, destructions, heads)
}

fn page(
    destructions: &[Destruction],
    head: Option<&DestructionHead>,
    newest: u64,
) -> DestructionPage {
    DestructionPage {
        run_id: "run".to_owned(),
        newest,
        forgotten: 0,
        destructions: destructions.to_vec(),
        head: head.cloned(),
    }
}

#[tokio::test]
async fn what_follows_is_taken_once() {
    let (mut followed, all, heads) = run(5).await;
    let proved = followed.read(page(&all[..2], Some(&heads[1]), 5)).unwrap().unwrap();
    assert_eq!((&proved.destructions[..], &proved.lost), (&all[..2], &None));
    followed.advance(&proved);
    assert_eq!(followed.sequence(), 2);
    let proved = followed.read(page(&all[2..], Some(&heads[4]), 5)).unwrap().unwrap();
    followed.advance(&proved);
    assert_eq!(followed.sequence(), 5);
    assert_eq!(followed.read(page(&[], Some(&heads[4]), 5)), Ok(None));
    assert_eq!(
        followed.read(page(&all[2..], Some(&heads[4]), 5)),
        Err(Unproved::Replayed { after: 5, found: 3 })
    );
}

#[tokio::test]
async fn what_is_forged_missing_or_withheld_is_refused_by_name() {
    let (followed, all, heads) = run(5).await;
    let (other, others, other_heads) = run(3).await;
    let mut known = followed.clone();
    known.advance(&followed.read(page(&all[..2], Some(&heads[1]), 5)).unwrap().unwrap());
    let read = |page| known.read(page).unwrap_err();
    let rest = || all[2..].to_vec();
    let spoilt = |spoil: fn(&mut Vec<Destruction>)| {
        let mut rest = rest();
        spoil(&mut rest);
        read(page(&rest, Some(&heads[4]), 5))
    };
    let broken = |sequence| Unproved::Proof(EventProofError::ChainBroken { sequence });
    assert_eq!(spoilt(|rest| rest[0].uses += 1), broken(4));
    assert_eq!(spoilt(|rest| drop(rest.remove(1))), broken(5));
    assert_eq!(
        spoilt(|rest| rest[2].uses += 1),
        Unproved::Proof(EventProofError::OtherHead { sequence: 5 })
    );
    assert_eq!(spoilt(|rest| drop(rest.remove(0))), Unproved::Gap { after: 2, found: 4 });
    let long = spoilt(|rest| rest[1].credential = "a".repeat(129));
    assert_eq!(long, Unproved::Implausible { sequence: 4 });
    assert_eq!(
        spoilt(|rest| rest[1].credential = "a b".into()),
        Unproved::Implausible { sequence: 4 }
    );
    assert_eq!(read(page(&rest(), None, 5)), Unproved::NoHead { last: 5 });
    assert_eq!(
        read(page(&rest(), Some(&heads[3]), 5)),
        Unproved::Proof(EventProofError::OtherHead { sequence: 5 })
    );
    let signature = heads[3].signature.clone();
    assert_eq!(
        read(page(&rest(), Some(&DestructionHead { signature, ..heads[4].clone() }), 5)),
        Unproved::Proof(EventProofError::SignatureInvalid)
    );
    assert_eq!(read(page(&[], Some(&heads[1]), 5)), Unproved::Withheld { after: 2, newest: 5 });
    assert_eq!(read(page(&[], None, 1)), Unproved::RolledBack { after: 2, newest: 1 });
    // Another run's, whole and signed, but by another key.
    assert_eq!(
        followed.read(page(&others, Some(&other_heads[2]), 3)),
        Err(Unproved::Proof(EventProofError::SignatureInvalid))
    );
    assert!(other.read(page(&others, Some(&other_heads[2]), 3)).is_ok());
    // The right key, but another beginning.
    let mut stranger = known.clone();
    stranger.last.as_mut().unwrap().uses += 1;
    assert_eq!(stranger.read(page(&rest(), Some(&heads[4]), 5)), Err(broken(3)));
}

#[tokio::test]
async fn what_the_device_forgot_is_told_and_the_rest_is_taken() {
    let (followed, all, heads) = run(5).await;
    let forgetful =
        |forgotten| DestructionPage { forgotten, ..page(&all[3..], Some(&heads[4]), 5) };
    let proved = followed.read(forgetful(3)).unwrap().unwrap();
    assert_eq!(proved.lost, Some(1..=3));
    assert_eq!(proved.destructions, all[3..]);
    for forgotten in [0, 2, 4] {
        assert_eq!(followed.read(forgetful(forgotten)), Err(Unproved::Gap { after: 0, found: 4 }));
    }
}

#[tokio::test]
async fn a_head_that_was_cut_off_is_made_up_for() {
    let (followed, all, heads) = run(3).await;
    let cut = followed.resumed(Some(all[1].clone()), false);
    let proved = cut.read(page(&[], Some(&heads[1]), 2)).unwrap().unwrap();
    assert_eq!((proved.destructions.len(), proved.head.sequence), (0, 2));
    assert_eq!(cut.read(page(&[], None, 2)), Err(Unproved::NoHead { last: 2 }));
    assert_eq!(
        cut.read(page(&[], Some(&heads[0]), 2)),
        Err(Unproved::Proof(EventProofError::OtherHead { sequence: 2 }))
    );
    let mut whole = cut.clone();
    whole.advance(&proved);
    assert_eq!(whole.read(page(&[], Some(&heads[1]), 2)), Ok(None));
    // The next destruction's head covers it as well.
    let next = cut.read(page(&all[2..], Some(&heads[2]), 3)).unwrap().unwrap();
    assert_eq!(next.destructions, all[2..]);
}

#[tokio::test]
async fn a_beginning_that_is_none_is_refused() {
    let (followed, all, heads) = run(2).await;
    let mut renumbered = all.clone();
    for (one, sequence) in renumbered.iter_mut().zip(0..) {
        one.sequence = sequence;
    }
    assert!(matches!(
        followed.read(page(&renumbered, Some(&heads[1]), 2)),
        Err(Unproved::Replayed { after: 0, found: 0 })
    ));
    assert_eq!(
        followed.read(page(&all[1..], Some(&heads[1]), 2)),
        Err(Unproved::Gap { after: 0, found: 2 })
    );
}
