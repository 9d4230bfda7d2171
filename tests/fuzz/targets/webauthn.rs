//! `Target::Webauthn` under libFuzzer.
#![no_main]

fuzz::target!(Webauthn);
