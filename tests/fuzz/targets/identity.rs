//! `Target::Identity` under libFuzzer.
#![no_main]

fuzz::target!(Identity);
