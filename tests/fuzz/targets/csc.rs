//! `Target::Csc` under libFuzzer.
#![no_main]

fuzz::target!(Csc);
