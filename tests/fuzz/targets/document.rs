//! `Target::Document` under libFuzzer.
#![no_main]

fuzz::target!(Document);
