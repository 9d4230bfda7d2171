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
    /// A change of the register or of a certificate, by the kind and the name of what it left or was about.
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
            certificate: Option<String>,
            order: Option<String>,
            policy: Option<String>,
        }
        let Record { event, .. } = serde_json::from_str(body).ok()?;
        let Event { entry, id, secret, certificate, order, policy } = event;
        if let Some(secret) = secret {
            return Some(Self::Receipt(ReceiptId::of(sequence, secret)));
        }
        let named = |kind: &str, id: Option<String>| id.map(|id| (kind.to_owned(), id));
        let left = entry.zip(id).or_else(|| named("certificate", certificate));
        let left = left.or_else(|| named("certificate-order", order));
        let left = left.or_else(|| named("policy", policy));
        left.map(|(kind, id)| Self::Entry { kind, id })
    }

    /// Where it is read.
    pub fn address(&self) -> String {
        match self {
            Self::Receipt(receipt) => format!("/v1/receipts/{receipt}"),
            Self::Entry { kind, id } => {
                let list = match kind.as_str() {
                    // Each version is read where the one in force is.
                    "policy" => return "/v1/policies".to_owned(),
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

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use audit::{CertificateRecord, CertificateStep, ChangedBy, KeyedRequest, sample};

    use super::*;

    #[test]
    fn whatever_was_done_to_a_certificate_under_a_key_leads_to_where_it_is_read() {
        let karen = sample::person("karen");
        let keyed = KeyedRequest::new(&karen, "one", [1; 32]);
        let record = CertificateRecord {
            keyed: Some(&keyed),
            profile: Some("payments"),
            ..CertificateRecord::of(CertificateStep::Ordered, ChangedBy::Caller(&karen))
        };
        let leads = |record: &CertificateRecord<'_>| {
            let body = record.draft(Vec::new(), SystemTime::UNIX_EPOCH).unwrap().body(7);
            DoneRequest::read(7, &body).map(|done| done.address())
        };
        let of_order = CertificateRecord { order: Some("01"), ..record.clone() };
        assert_eq!(leads(&of_order).unwrap(), "/v1/certificate-orders/01");
        let of_certificate = CertificateRecord { certificate: Some("02"), ..record.clone() };
        assert_eq!(leads(&of_certificate).unwrap(), "/v1/certificates/02");
        let accepted = CertificateRecord { policy: Some("1.0"), ..record.clone() };
        assert_eq!(leads(&accepted).unwrap(), "/v1/policies");
        assert_eq!(leads(&record), None);
    }
}
