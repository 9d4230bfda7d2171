//! What the key of a request was used for.

use std::fmt;

use audit::Record;
use serde::Deserialize;

use crate::ReceiptId;

/// What a key was used for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyUse {
    /// Something else was asked under it.
    #[error("the key was used for another request")]
    OtherRequest,
    /// The same is under way, or it was cut off when a signature may have been made.
    #[error(
        "the request of this key is under way, or was cut off when a signature may have been made"
    )]
    UnderWay,
    /// The same was done.
    #[error("the request of this key was done: {0}")]
    Done(DoneRequest),
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoneRequest {
    /// An act or an augmentation, by the name of its receipt.
    Receipt(ReceiptId),
    /// A change of the register, by the kind and the name of what it left.
    Entry {
        /// The kind.
        kind: String,
        /// The name.
        id: String,
    },
}

impl DoneRequest {
    /// What a record says was done; `None` when it says nothing of that.
    pub(super) fn read(sequence: u64, body: &str) -> Option<Self> {
        /// The members that tell of it.
        #[derive(Deserialize)]
        struct Event {
            entry: Option<String>,
            id: Option<String>,
            secret: Option<String>,
        }
        let Record { event: Event { entry, id, secret }, .. } = serde_json::from_str(body).ok()?;
        match (secret, entry, id) {
            (Some(secret), _, _) => Some(Self::Receipt(ReceiptId::of(sequence, secret))),
            (None, Some(kind), Some(id)) => Some(Self::Entry { kind, id }),
            (None, _, _) => None,
        }
    }

    /// Where it is read.
    pub fn address(&self) -> String {
        match self {
            Self::Receipt(receipt) => format!("/v1/receipts/{receipt}"),
            Self::Entry { kind, id } => {
                let list = match kind.as_str() {
                    "person" => "people".to_owned(),
                    "profile" => "certificate-profiles".to_owned(),
                    kind => format!("{kind}s"),
                };
                format!("/v1/{list}/{id}")
            }
        }
    }
}

impl fmt::Display for DoneRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address())
    }
}
