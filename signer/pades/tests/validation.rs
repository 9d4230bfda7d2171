//! Validation of signed documents: those that must pass, and those that must not.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "tests panic when they fail, and export nothing"
)]

// The arrange steps.
mod validation {
    pub mod document;
    pub mod handmade;
    pub mod pki;
    pub mod sealed;
    pub mod update;

    // The tests.
    mod encrypted;
    mod exhausted;
    mod extended;
    mod mutated;
    mod older_formats;
    mod permitted;
    mod permitted_copies;
    mod permitted_structure;
    mod restricted;
    mod spoilt_ancestors;
    mod spoilt_before;
    mod spoilt_form;
    mod spoilt_form_text;
    mod spoilt_mentions;
    mod spoilt_permission;
    mod spoilt_reading;
    mod spoilt_roles;
    mod spoilt_search;
    mod spoilt_sight;
    mod spoilt_signature;
    mod spoilt_update;
    mod spoilt_widget_kinds;
    mod spoilt_widgets;
    mod spoilt_writing;
}
