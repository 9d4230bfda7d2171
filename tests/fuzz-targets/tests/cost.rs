//! What a document costs: for attacks that are known, and for documents made by rule, work and
//! memory end at their limits. Work is held against the clock too, so that none goes uncounted.
//!
//! `SEGL_LONG` is for how many seconds seeds are tried, beyond the ones that are always.
//! `SEGL_SEED` is the first one, for those that follow it were tried already.
#![expect(clippy::expect_used, reason = "what cannot be measured fails the test")]

use std::{
    fs,
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use cades::TrustMaterial;
use fuzz_targets::{
    World,
    costly::{attacks, container, document},
    make_world, noon,
};
use pades::{
    Appearance, Document, OpenOptions, PageNumber, Placement, Rectangle, SignatureOptions,
    validate::validate_within,
};
use peak_alloc::PeakAlloc;
use seal::{DigestAlgorithm, Effort, EffortLimits};

/// What is allocated, and not what the process keeps of what was: the second document that takes as
/// much as the first one shows too.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The limits here: those that are served, or less where a debug build is twenty times slower.
fn limits() -> EffortLimits {
    if cfg!(debug_assertions) {
        let (inflated, memory) = (64 << 20, 64 << 20);
        EffortLimits { steps: 30_000_000, steps_per_byte: 4, inflated, memory }
    } else {
        EffortLimits::default()
    }
}

/// What one operation may take before it is told that it is one too many, in steps: the longest
/// value is parsed to its end.
const STEPS_BEYOND: u64 = 64 << 20;

/// Steps beyond for each byte of a container: hashing it for a signature and for each of the 256
/// time-stamps on it is charged before it is done, and is not done when that is too much.
const STEPS_IN_ADVANCE: u64 = 2 * 257;

/// What may be taken beside what is counted, in bytes.
const MEMORY_BEYOND: u64 = 64 << 20;

/// The longest that a step may take on average: on a machine that others share one was seen to take four
/// nanoseconds. What takes longer is work that nobody counted.
const NANOSECONDS: u64 = if cfg!(debug_assertions) { 400 } else { 10 };

/// What is not worth counting.
const UNCOUNTED: Duration = Duration::from_millis(1_500);

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(make_world)
}

/// Memory is measured for the whole process: one test at a time.
fn alone() -> std::sync::MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long this thread has had a processor: whatever else runs on the machine does not count.
fn processor_time() -> Duration {
    let times = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let first = times.split_whitespace().next().and_then(|text| text.parse().ok());
    Duration::from_nanos(first.expect("a number"))
}

/// What something cost.
struct Cost {
    name: String,
    steps: u64,
    /// The most that it may take.
    maximum: u64,
    elapsed: Duration,
    memory: u64,
}

/// Does `work` on a document of `length` bytes within its limits.
fn measured(name: &str, length: usize, work: impl FnOnce(&Effort)) -> Cost {
    let effort = Effort::new(limits(), length as u64);
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let start = processor_time();
    work(&effort);
    let elapsed = processor_time() - start;
    let memory = MEMORY.peak_usage().saturating_sub(before) as u64;
    let beyond = STEPS_BEYOND + STEPS_IN_ADVANCE * length as u64;
    let (steps, maximum) = (effort.steps(), effort.limits().steps + beyond);
    assert_eq!(effort.held(), 0, "{name}: something is held that is gone");
    Cost { name: name.to_owned(), steps, maximum, elapsed, memory }
}

impl Cost {
    /// That it is within what may be.
    fn check(&self) {
        let Self { name, steps, maximum, elapsed, memory } = self;
        assert!(steps <= maximum, "{name}: {steps} of {maximum} steps");
        let most = limits().memory + MEMORY_BEYOND;
        assert!(*memory <= most, "{name}: {} MiB of memory", memory >> 20);
        let most = UNCOUNTED + Duration::from_nanos(steps.saturating_mul(NANOSECONDS));
        assert!(*elapsed <= most, "{name}: {steps} steps take {elapsed:?}");
    }
}

/// Opened, its facts read, and prepared in each way.
fn prepare(bytes: &Bytes, effort: &Effort) {
    let options = OpenOptions { effort: Some(effort.clone()), ..OpenOptions::default() };
    let Ok(document) = Document::open_with(bytes.clone(), options) else { return };
    assert!(document.facts().size == bytes.len() as u64);
    let rectangle = Rectangle { x: 1.0, y: 1.0, width: 9.0, height: 9.0 };
    let appearance = |page| Appearance {
        placement: Placement::Page { page, rectangle },
        face: None,
        lines: vec!["Segl".to_owned()],
        image: None,
        description: "Segl".to_owned(),
        language: "da",
    };
    for page in [None, Some(PageNumber::Number(3)), Some(PageNumber::Last)] {
        let appearance = page.map(appearance);
        let options = SignatureOptions { appearance, ..SignatureOptions::new(noon()) };
        let _ = document.prepare(&options, DigestAlgorithm::Sha256, 4_096);
    }
    let _ = document.signatures();
}

fn validate(bytes: &Bytes, trust: &TrustMaterial, effort: &Effort) {
    let answer = validate_within(bytes, None, trust, noon(), effort);
    assert_eq!(effort.check().is_err(), matches!(answer, Err(pades::Error::Effort(_))));
}

fn check(name: &str, bytes: Vec<u8>, trust: &TrustMaterial) -> [Cost; 2] {
    let bytes = Bytes::from(bytes);
    let prepared = measured(&format!("{name}, prepared"), bytes.len(), |e| prepare(&bytes, e));
    let validated =
        measured(&format!("{name}, validated"), bytes.len(), |e| validate(&bytes, trust, e));
    let costs = [prepared, validated];
    costs.iter().for_each(Cost::check);
    costs
}

#[test]
fn what_is_made_encrypted_can_be_read() {
    let seeds = (0..200).filter(|seed| [3, 6].contains(&(seed % 8)));
    let read = seeds.clone().filter(|seed| {
        let document = Bytes::from(document(*seed, 4_096));
        let reader = pades::Reader::open_with_password(document, None);
        reader.is_ok_and(|reader| reader.is_encrypted())
    });
    let (read, all) = (read.count(), seeds.count());
    assert!(2 * read > all, "{read} of {all}: the others have sections that nobody reads");
}

#[test]
fn what_once_took_seconds_or_gigabytes_ends_at_its_limits() {
    let _alone = alone();
    let trust = world().trust();
    for attack in attacks(world()) {
        println!("{}: {} KiB", attack.name, attack.document.len() >> 10);
        for cost in check(attack.name, attack.document, &trust) {
            println!(
                "  {}: {} steps, {:?}, {} MiB",
                cost.name,
                cost.steps,
                cost.elapsed,
                cost.memory >> 20
            );
        }
    }
}

#[test]
fn no_document_made_by_rule_costs_more_than_its_limits() {
    let _alone = alone();
    let trust = world().trust();
    let containers: Vec<_> = world().folder("containers").map(|(_, bytes)| bytes).collect();
    let long = std::env::var("SEGL_LONG").ok().and_then(|text| text.parse().ok());
    let (start, patience) = (processor_time(), Duration::from_secs(long.unwrap_or(0)));
    let (mut slowest, mut largest) = (None::<(u64, String)>, None::<(u64, String)>);
    let mut longest = None::<(Duration, String)>;
    let first: u64 =
        std::env::var("SEGL_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut seed = first;
    while seed < first + 120 || processor_time() - start < patience {
        let length = 1 << (12 + seed % 10);
        let pdf = check(&format!("document {seed}"), document(seed, length), &trust);
        let genuine = containers[seed as usize % containers.len()];
        let cms = container(genuine, seed, length);
        let cms = validated(&format!("container {seed}"), &cms, &trust);
        for cost in pdf.into_iter().chain([cms]) {
            let pace = cost.elapsed.as_nanos() as u64 / (cost.steps + 1_000_000).max(1);
            if slowest.as_ref().is_none_or(|(known, _)| pace > *known) {
                slowest = Some((pace, cost.name.clone()));
            }
            if longest.as_ref().is_none_or(|(known, _)| cost.elapsed > *known) {
                longest = Some((cost.elapsed, cost.name.clone()));
            }
            if largest.as_ref().is_none_or(|(known, _)| cost.memory > *known) {
                largest = Some((cost.memory, cost.name));
            }
        }
        seed += 1;
    }
    println!(
        "{} seeds in {:?}; nanoseconds a step: {slowest:?}; longest: {longest:?}; bytes: {largest:?}",
        seed - first,
        processor_time() - start
    );
}

fn validated(name: &str, cms: &[u8], trust: &TrustMaterial) -> Cost {
    let cost = measured(name, cms.len(), |effort| {
        let trust = TrustMaterial { effort: Some(effort.clone()), ..trust.clone() };
        let validation = cades::Validation {
            trust: &trust,
            expectation: cades::Expectation::Cades,
            now: noon(),
            proven_time: None,
        };
        let _ = validation.validate_all(cms, cades::SignedContent::Attached);
        let _ = validation.needs(cms);
    });
    cost.check();
    cost
}
