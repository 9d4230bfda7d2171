//! `Target::Validation` under libFuzzer.
#![no_main]

fuzz::target!(Validation);
