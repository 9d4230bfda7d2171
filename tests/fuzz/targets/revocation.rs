//! `Target::Revocation` under libFuzzer.
#![no_main]

fuzz::target!(Revocation);
