//! The acceptance tests: whole flows against the release build of `signer`, judged by other people's
//! verifiers. `tests/run` starts them; `tests/README.md` says which module shows what.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "tests panic when they fail, read the real clock, and export nothing"
)]

// The arrange steps.
mod audit_log;
mod configuration;
mod documents;
mod drawn;
mod fixtures;
mod isolation;
mod issuer;
mod leak;
mod oracle;
mod organisations;
mod pdf_a;
mod pdf_signature;
mod pdf_writer;
mod ports;
mod reader;
mod server;
mod simulator;
mod tlv;

// The tests, in the order of what they show.
mod activations;
mod administering;
mod administration;
mod administration_pages;
mod algorithms;
mod anchor;
mod api;
mod appearance;
mod augmentation;
mod ber;
mod certificate_house;
mod certificate_profiles;
mod certificates;
mod certificates_in_browser;
mod certificates_of_batches;
mod certificates_of_collectors;
mod certificates_of_commands;
mod certificates_of_est_clients;
mod certificates_of_installations;
mod certificates_of_renewals;
mod certificates_of_three_years;
mod certification;
mod circles;
mod cli;
mod clients;
mod clock;
mod cms;
mod connections;
mod contract;
mod corpus;
mod costly;
mod crash;
mod csc;
mod destructions;
mod device_clients;
mod dss;
mod encrypted;
mod endurance;
mod evidence;
mod external_tsa;
mod faults;
mod first_seal;
mod golden;
mod idempotency;
mod keycloak;
mod laid_down;
mod login;
mod mail;
mod many_documents;
mod memory;
mod named_appearances;
mod no_name;
mod nodes;
mod oauth;
mod ocsp;
mod page_weight;
mod pdf_stamps;
mod pdf_ua;
mod pictures;
mod pyhanko;
mod refusals;
mod relying_servers;
mod remote;
mod repository;
mod sha1;
mod short_life;
mod spellings;
mod spoilt;
mod stamped_log;
mod start;
mod time_stamps;
mod token;
mod unseen;
mod upgrade;
mod validation;
mod verapdf;
mod verify;
mod wholeness;
