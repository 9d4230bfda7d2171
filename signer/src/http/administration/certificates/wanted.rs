//! Which certificates are looked for.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use registry::{Moment, folded};
use serde::Deserialize;
use utoipa::IntoParams;

use super::table::PURPOSES;
use crate::{
    problem::Problem,
    service::{RequestError, seconds},
    store::{CertificateSearch, CertificateState},
};

/// Which certificates are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http::administration) struct Wanted {
    /// Part of a name, an address or a UUID; capital letters count as small ones.
    q: Option<String>,
    /// Whom they name: `user`, `organisation`, `system`.
    kind: Option<String>,
    /// What they may be used for: `authentication`, `encryption`, `email`.
    purpose: Option<String>,
    /// How they stand: `valid`, `renewal-due`, `expired`, `blocked`.
    state: Option<String>,
    /// The profile.
    profile: Option<String>,
    /// The contact person's address.
    contact: Option<String>,
    /// The address that they show.
    email: Option<String>,
    /// The holder's UUID, in hexadecimal.
    uuid: Option<String>,
    /// Those that end before this moment.
    #[param(value_type = Option<String>)]
    expires_before: Option<Moment>,
    /// How many at most.
    #[serde(default = "hundred")]
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: u32,
    /// The `next` of the part before.
    after: Option<String>,
}

fn hundred() -> u32 {
    100
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let wanted = Query::<Self>::from_request_parts(parts, state).await;
        let Query(wanted) = wanted.map_err(|error| RequestError::Malformed(error.body_text()))?;
        if (1..=1000).contains(&wanted.limit) {
            Ok(wanted)
        } else {
            Err(malformed("limit: 1 to 1000"))
        }
    }
}

pub(super) fn malformed(cause: &str) -> Problem {
    RequestError::Malformed(cause.to_owned()).into()
}

impl Wanted {
    pub(super) fn search(self, now: i64) -> Result<CertificateSearch, Problem> {
        let purpose = self.purpose.map(|purpose| {
            let found = PURPOSES.iter().find(|(_, name)| *name == purpose);
            found.map(|(bit, _)| *bit).ok_or_else(|| malformed("purpose: there is none such"))
        });
        let state = self.state.map(|name| {
            let found = CertificateState::ALL.into_iter().find(|state| state.name() == name);
            found.ok_or_else(|| malformed("state: valid, renewal-due, expired or blocked"))
        });
        let after = self.after.map(|after| {
            let (end, id) = after.split_once('.').ok_or_else(|| malformed("after: no next"))?;
            let end = end.parse().map_err(|_| malformed("after: no next"))?;
            Ok::<_, Problem>((end, id.to_owned()))
        });
        Ok(CertificateSearch {
            text: self.q.map(|text| folded(&text)),
            kind: self.kind,
            purpose: purpose.transpose()?,
            state: state.transpose()?,
            profile: self.profile,
            contact: self.contact,
            email: self.email,
            uuid: self.uuid.map(|uuid| uuid.replace('-', "").to_lowercase()),
            holder: None,
            expires_before: self.expires_before.map(|end| seconds(end.into())),
            after: after.transpose()?,
            now,
            latest_first: false,
            limit: self.limit,
        })
    }
}
