//! `Target::Container` under libFuzzer.
#![no_main]

fuzz::target!(Container);
