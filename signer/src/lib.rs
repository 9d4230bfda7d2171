//! Segl: the signing and sealing service, and its command line.

pub mod config;
pub mod demo;
