//! `Target::Agreement` under libFuzzer.
#![no_main]

fuzz::target!(Agreement);
