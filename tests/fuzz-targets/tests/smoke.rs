//! Each target with its seeds, with what once broke it, and with a fixed number of mutations.

use std::{fs, path::Path};

use fuzz_targets::{Bench, Outcome, Target, make_world, mutate};

/// Mutations of each seed of a target.
fn mutations(target: Target) -> u64 {
    match target {
        Target::Document | Target::Validation | Target::Agreement | Target::Container => 40,
        Target::TimeStamp | Target::Revocation => 120,
        Target::Certificate | Target::Identity | Target::Csc => 200,
        Target::Webauthn => 2_000,
    }
}

#[test]
fn nothing_breaks_a_target_that_once_did() {
    let bench = Bench::new(make_world());
    for target in Target::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions").join(target.name());
        // Most targets have never been broken.
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            println!("{}", path.display());
            bench.run(target, &fs::read(&path).expect("a regression"));
        }
    }
}

/// A target that could not fail would hold for everything.
#[test]
fn what_nobody_is_known_to_have_signed_is_a_finding() {
    let world = make_world();
    let sealed = world.folder("documents").next().expect("a document").1.to_vec();
    let token = world.folder("tokens").next().expect("a token").1.to_vec();
    let list = world.folder("lists").next().expect("a list").1.to_vec();
    let assertion = world.folder("assertions").next().expect("an assertion").1.to_vec();
    let stamp = world.folder("time-stamps").next().expect("a time-stamp").1.to_vec();
    let unknown = ["documents", "tokens", "lists", "time-stamps", "assertions"];
    let bench = Bench::new(world.without(&unknown));
    for (target, input) in [
        (Target::Validation, sealed),
        (Target::Identity, token),
        (Target::Revocation, list),
        (Target::TimeStamp, stamp),
        (Target::Webauthn, assertion),
    ] {
        let run = std::panic::AssertUnwindSafe(|| bench.run(target, &input));
        assert!(std::panic::catch_unwind(run).is_err(), "{target:?} finds nothing");
    }
}

#[test]
fn every_target_holds_for_its_seeds_and_their_mutations() {
    let bench = Bench::new(make_world());
    for target in Target::ALL {
        let seeds = target.seeds(bench.world());
        assert!(!seeds.is_empty(), "{target:?} starts from nothing");
        let mut outcomes = [0_u32; 3];
        for (name, seed) in &seeds {
            assert_ne!(bench.run(target, seed), Outcome::Refused, "{target:?}: {name}");
            for number in 0..mutations(target) {
                let outcome = bench.run(target, &mutate(seed, 1 << 20, number));
                outcomes[outcome as usize] += 1;
            }
        }
        println!("{}: {} seeds, mutations {outcomes:?}", target.name(), seeds.len());
        // Neither may the mutations all be refused at the door, nor may they change nothing. Of a
        // person's token every byte is signed.
        let [refused, read, passed] = outcomes;
        let some_are_read = read + passed > 0 || target == Target::Identity;
        assert!(refused > 0 && some_are_read, "{target:?}: {outcomes:?}");
    }
}
