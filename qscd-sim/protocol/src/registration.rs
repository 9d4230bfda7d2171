//! Registrations: chained, so that each acknowledgement names all before it.

use ring::digest::{SHA256, digest};
use seal::{Registered, Registration};
use serde::{Deserialize, Serialize};

/// What stands before the first registration of a run: 64 zeros.
pub const FIRST_PREVIOUS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The answer to `POST /qscd/v1/registrations`, whose body is a [`Registration`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The run that it counts for.
    pub run_id: String,
    /// Its place in the chain.
    pub registered: Registered,
}

#[derive(Serialize)]
struct Link<'a> {
    sequence: u64,
    previous: &'a str,
    registration: &'a Registration,
}

/// The place of a registration after `previous`: the hash is SHA-256 over the JSON of number, previous
/// hash and registration, in this order and without white space.
///
/// # Errors
/// When there is no such JSON, which these types always have.
pub fn registered(
    sequence: u64,
    previous: &str,
    registration: &Registration,
) -> Result<Registered, serde_json::Error> {
    let link = serde_json::to_vec(&Link { sequence, previous, registration })?;
    let hash = hex::encode(digest(&SHA256, &link));
    Ok(Registered { sequence, previous: previous.to_owned(), hash })
}
