//! What the audit log tells of a certificate profile, so that each version can be known from it.

use std::collections::{BTreeMap, BTreeSet};

use seal::{
    Assurance, CertificateProfile, Certification, CommonName, Format, Level, OnTimestampFailure,
    ProfileKind, Reactions, SignatureAlgorithm,
};
use serde::Serialize;

use crate::{MadeProfile, Moment, ToldAppearance};

/// A profile's settings. The fields stand in the order of their names: that is what makes the JSON
/// canonical.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToldProfile<'a> {
    active: bool,
    algorithm: SignatureAlgorithm,
    allow_signing: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    appearances: BTreeMap<&'a str, ToldAppearance<'a>>,
    assurance: Assurance,
    back_dating_s: u64,
    certify: Certification,
    common_name: CommonName,
    default_level: Level,
    email_validated: bool,
    formats: &'a BTreeSet<Format>,
    kind: ProfileKind,
    levels: &'a BTreeSet<Level>,
    lifetime_s: u64,
    on_timestamp_failure: OnTimestampFailure,
    retired: Option<Moment>,
    session_lifetime_s: u64,
    session_signatures: u32,
    show_email: bool,
    signatures_per_credential: u32,
    unseen: &'a Reactions,
}

impl<'a> ToldProfile<'a> {
    pub(crate) fn of(made: &'a MadeProfile) -> Self {
        let CertificateProfile {
            id: _,
            kind,
            display_name: _,
            active,
            allow_signing,
            assurance,
            lifetime_s,
            back_dating_s,
            algorithm,
            formats,
            levels,
            default_level,
            certify,
            on_timestamp_failure,
            unseen,
            signatures_per_credential,
            session_lifetime_s,
            session_signatures,
            common_name,
            show_email,
            email_validated,
            appearances,
            contact_person: _,
        } = &made.profile;
        Self {
            active: *active,
            algorithm: *algorithm,
            allow_signing: *allow_signing,
            appearances: appearances
                .iter()
                .map(|(name, one)| (name.as_str(), ToldAppearance::of(one)))
                .collect(),
            assurance: *assurance,
            back_dating_s: *back_dating_s,
            certify: *certify,
            common_name: *common_name,
            default_level: *default_level,
            email_validated: *email_validated,
            formats,
            kind: *kind,
            levels,
            lifetime_s: *lifetime_s,
            on_timestamp_failure: *on_timestamp_failure,
            retired: made.retired,
            session_lifetime_s: *session_lifetime_s,
            session_signatures: *session_signatures,
            show_email: *show_email,
            signatures_per_credential: *signatures_per_credential,
            unseen,
        }
    }
}
