//! What every target needs under libFuzzer: the world that its seeds come from, and a mutator that
//! keeps structure.

use std::{path::Path, sync::OnceLock};

pub use fuzz_targets::Target;
use fuzz_targets::{Bench, World};
pub use libfuzzer_sys;

/// The folder that the example `seeds` has written.
const WORLD: &str = "FUZZ_WORLD";

/// Runs a target.
///
/// # Panics
/// When an invariant is broken: that is a finding.
pub fn run(target: Target, input: &[u8]) {
    static BENCH: OnceLock<Bench> = OnceLock::new();
    let bench = BENCH.get_or_init(|| {
        let folder = std::env::var(WORLD).expect("FUZZ_WORLD names the folder of the seeds");
        Bench::new(World::read(Path::new(&folder)).expect("a folder that `seeds` has written"))
    });
    bench.run(target, input);
}

/// One change in four is libFuzzer's own, which knows what comparisons look for; the others keep
/// structure.
pub fn mutate(data: &mut [u8], size: usize, longest: usize, seed: u32) -> usize {
    if seed.is_multiple_of(4) {
        return libfuzzer_sys::fuzzer_mutate(data, size, longest);
    }
    let changed = fuzz_targets::mutate(&data[..size], longest, u64::from(seed));
    data[..changed.len()].copy_from_slice(&changed);
    changed.len()
}

/// A target's program.
#[macro_export]
macro_rules! target {
    ($target:ident) => {
        use $crate::libfuzzer_sys;

        libfuzzer_sys::fuzz_target!(|input: &[u8]| {
            $crate::run($crate::Target::$target, input);
        });

        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, longest: usize, seed: u32| {
            $crate::mutate(data, size, longest, seed)
        });
    };
}
