//! Segl: the signing and sealing service, and its command line.

pub mod audit;
pub mod config;
pub mod data_directory;
pub mod demo;
pub mod store;
