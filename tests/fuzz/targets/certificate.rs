//! `Target::Certificate` under libFuzzer.
#![no_main]

fuzz::target!(Certificate);
