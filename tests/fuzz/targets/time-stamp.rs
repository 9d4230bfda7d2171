//! `Target::TimeStamp` under libFuzzer.
#![no_main]

fuzz::target!(TimeStamp);
