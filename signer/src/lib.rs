//! Segl: the signing and sealing service, and its command line.

pub mod access;
pub mod administration;
mod anchor;
pub mod authentication;
pub mod certificate_authority;
pub mod cli;
pub mod compose;
pub mod config;
mod danish_time;
pub mod data_directory;
pub mod demo;
mod desk;
pub mod device;
pub mod http;
pub mod log;
mod operator;
mod post;
pub mod problem;
mod random_secret;
pub mod secret;
pub mod service;
mod web;
mod who;

pub use ::{audit, store};
pub use service::Error;
