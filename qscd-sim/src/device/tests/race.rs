use std::{
    sync::{Arc, Barrier},
    thread,
};

use seal::{Credential, Qscd, QscdError, Sad, SignatureValue};

use super::fixture::{Bench, by_mandate, hash};

/// Runs `act` on eight threads at once.
fn on_eight_threads<T: Send + 'static>(act: impl Fn() -> T + Send + Sync + 'static) -> Vec<T> {
    let (act, start) = (Arc::new(act), Arc::new(Barrier::new(8)));
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let (act, start) = (act.clone(), start.clone());
            thread::spawn(move || {
                start.wait();
                act()
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn credential(bench: &Bench) -> Credential {
    block_on(bench.seal_credential())
}

fn assert_one_signature(bench: &Bench, results: &[Result<Vec<SignatureValue>, QscdError>]) {
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    for result in results {
        let refused = matches!(
            result,
            Ok(_)
                | Err(QscdError::SadRefused(_)
                    | QscdError::CredentialEnded(_)
                    | QscdError::NotSignable(_))
        );
        assert!(refused, "{result:?}");
    }
    let counters = bench.device.counters();
    assert_eq!((counters.live, counters.consumed), (0, counters.created), "{counters:?}");
}

#[test]
fn eight_threads_with_one_sad_get_exactly_one_signature() {
    let bench = Bench::new();
    for _ in 0..200 {
        let credential = credential(&bench);
        let sad = block_on(bench.authorise(&credential, &[hash("a")])).unwrap();
        let (device, handle) = (bench.device.clone(), sad.expose().to_owned());
        let results = on_eight_threads(move || {
            block_on(device.sign(&credential.id, Sad::new(handle.clone()), &[hash("a")]))
        });
        assert_one_signature(&bench, &results);
    }
}

#[test]
fn eight_threads_that_activate_one_credential_get_exactly_one_signature() {
    let bench = Bench::new();
    for _ in 0..200 {
        let credential = credential(&bench);
        let device = bench.device.clone();
        let results = on_eight_threads(move || {
            block_on(async {
                let sad = device.authorise(&credential.id, &[hash("a")], &by_mandate()).await?;
                device.sign(&credential.id, sad, &[hash("a")]).await
            })
        });
        assert_one_signature(&bench, &results);
    }
}

#[test]
fn a_kill_switch_against_a_signature_ends_the_key_once() {
    let bench = Bench::new();
    for _ in 0..200 {
        let credential = credential(&bench);
        let sad = block_on(bench.authorise(&credential, &[hash("a")])).unwrap();
        let (device, handle) = (bench.device.clone(), sad.expose().to_owned());
        on_eight_threads(move || {
            block_on(async {
                let sad = Sad::new(handle.clone());
                let _ = device.sign(&credential.id, sad, &[hash("a")]).await;
                let _ = device.destroy(&credential.id).await;
                device.tick();
            });
        });
    }
    let counters = bench.device.counters();
    assert_eq!((counters.created, counters.ended(), counters.live), (200, 200, 0));
}
