//! `[limits]`: how much, how many, how long.

use std::{collections::BTreeSet, time::Duration};

use listener::Bounds;
use seal::{EffortLimits, SignatureAlgorithm, policy::PolicySettings};
use serde::Deserialize;

use crate::service::{Pace, StrangerLimits};

/// The limits of the service. Each has a default that suits one machine.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The longest document, in bytes.
    pub maximum_document_bytes: u64,
    /// The longest time that one request may take, in seconds, its upload included.
    pub maximum_request_s: u64,
    /// The longest time that a client may take to send a request's header, in seconds.
    pub maximum_header_s: u64,
    /// The longest header of a request, in bytes.
    pub maximum_header_bytes: usize,
    /// How many requests are worked on at once; those beyond are told to come back.
    pub concurrent_requests: usize,
    /// How many bytes of documents are held in memory at once, over all requests.
    pub maximum_bytes_in_flight: u64,
    /// How many steps of work one document may cost, whatever its length; a step is about a
    /// nanosecond. Each of its bytes adds [`EffortLimits::steps_per_byte`].
    pub maximum_document_steps: u64,
    /// How many bytes may come out of what is compressed in one document.
    pub maximum_inflated_bytes: u64,
    /// How many bytes of memory reading one document may take, beside its own.
    pub maximum_reading_bytes: u64,
    /// How many connections there are at once, on each port.
    pub maximum_connections: usize,
    /// How many of them come from one address; behind a proxy, which is one, this is not looked at.
    pub maximum_connections_per_address: usize,
    /// How long an HTTP/2 connection may have no request, in seconds.
    pub maximum_idle_s: u64,
    /// How long a body or the reading of an answer may stand still, in seconds.
    pub maximum_stall_s: u64,
    /// How fast a body comes and an answer is read at least beyond that, in bytes a second.
    pub minimum_bytes_per_s: u64,
    /// How many requests of those who show no key are worked on or waited for at once.
    pub anonymous_requests: usize,
    /// How many bytes of their documents are held in memory at once: a part of no other limit.
    pub anonymous_bytes_in_flight: u64,
    /// How many requests that cost work those who show no key may send in a second, all together.
    pub anonymous_requests_per_s: u32,
    /// The same for one address; behind a proxy this is not looked at.
    pub anonymous_requests_per_s_and_address: u32,
    /// How many times in a second one address may show a key or a token that is not accepted; behind
    /// a proxy this is not looked at.
    pub failed_authentications_per_s_and_address: u32,
    /// How many requests of the API of the Cloud Signature Consortium one caller may send in a second.
    pub csc_requests_per_s_and_caller: u32,
    /// How long a shutdown waits for requests in flight, in seconds.
    pub shutdown_s: u64,
    /// The signature suites that may be used.
    pub algorithms: BTreeSet<SignatureAlgorithm>,
    /// How many signatures a document may hold already.
    pub maximum_signatures_in_document: u32,
    /// How many signatures one credential may make.
    pub maximum_signatures_per_credential: u32,
}

impl Limits {
    /// The limits that the seal policy judges.
    pub fn policy_settings(&self) -> PolicySettings {
        PolicySettings {
            algorithms: self.algorithms.clone(),
            maximum_document_size: self.maximum_document_bytes,
            maximum_signatures_in_document: self.maximum_signatures_in_document,
            maximum_signatures_per_credential: self.maximum_signatures_per_credential,
        }
    }

    /// What one document may cost.
    pub fn effort(&self) -> EffortLimits {
        EffortLimits {
            steps: self.maximum_document_steps,
            inflated: self.maximum_inflated_bytes,
            memory: self.maximum_reading_bytes,
            ..EffortLimits::default()
        }
    }

    /// [`Limits::maximum_request_s`] as a duration.
    pub fn maximum_request(&self) -> Duration {
        Duration::from_secs(self.maximum_request_s)
    }

    /// [`Limits::maximum_header_s`] as a duration.
    pub fn maximum_header(&self) -> Duration {
        Duration::from_secs(self.maximum_header_s)
    }

    /// What those who show no key may take.
    pub fn strangers(&self, behind_proxy: bool) -> StrangerLimits {
        let (requests, per_second) = (self.anonymous_requests, self.anonymous_requests_per_s);
        let per_second_of_one = self.anonymous_requests_per_s_and_address;
        let failures = self.failed_authentications_per_s_and_address;
        StrangerLimits {
            requests,
            requests_of_one: if behind_proxy { requests } else { requests.div_ceil(2) },
            bytes_in_flight: self.anonymous_bytes_in_flight,
            per_second,
            per_second_of_one: if behind_proxy { per_second } else { per_second_of_one },
            failures_per_second_of_one: if behind_proxy { per_second } else { failures },
        }
    }

    /// How slowly a body may come.
    pub fn pace(&self) -> Pace {
        Pace {
            stall: Duration::from_secs(self.maximum_stall_s),
            minimum_rate: self.minimum_bytes_per_s,
        }
    }

    /// The bounds of the management port's connections.
    pub fn management_bounds(&self) -> Bounds {
        Bounds { body: Some(Duration::from_secs(self.maximum_stall_s)), ..self.bounds(false) }
    }

    /// The bounds of the public port's connections. Whoever reads a body there keeps [`Pace`].
    pub fn bounds(&self, behind_proxy: bool) -> Bounds {
        let of_one = self.maximum_connections_per_address;
        Bounds {
            connections: self.maximum_connections,
            connections_per_address: if behind_proxy { self.maximum_connections } else { of_one },
            handshake: self.maximum_header(),
            header: self.maximum_header(),
            header_bytes: self.maximum_header_bytes,
            idle: Duration::from_secs(self.maximum_idle_s),
            patience: Duration::from_secs(self.maximum_stall_s),
            minimum_rate: self.minimum_bytes_per_s,
            body: None,
            request: self.maximum_request(),
            stop: self.shutdown(),
        }
    }

    /// [`Limits::shutdown_s`] as a duration.
    pub fn shutdown(&self) -> Duration {
        Duration::from_secs(self.shutdown_s)
    }
}

impl Default for Limits {
    fn default() -> Self {
        let policy = PolicySettings::default();
        let effort = EffortLimits::default();
        Self {
            maximum_document_bytes: policy.maximum_document_size,
            maximum_request_s: 120,
            maximum_header_s: 10,
            maximum_header_bytes: 32 << 10,
            concurrent_requests: 256,
            maximum_bytes_in_flight: 1 << 30,
            maximum_document_steps: effort.steps,
            maximum_inflated_bytes: effort.inflated,
            maximum_reading_bytes: effort.memory,
            maximum_connections: 800,
            maximum_connections_per_address: 400,
            maximum_idle_s: 60,
            maximum_stall_s: 20,
            minimum_bytes_per_s: 4 << 10,
            anonymous_requests: 64,
            anonymous_bytes_in_flight: 256 << 20,
            anonymous_requests_per_s: 1000,
            anonymous_requests_per_s_and_address: 500,
            failed_authentications_per_s_and_address: 20,
            csc_requests_per_s_and_caller: 5000,
            shutdown_s: 30,
            algorithms: policy.algorithms,
            maximum_signatures_in_document: policy.maximum_signatures_in_document,
            maximum_signatures_per_credential: policy.maximum_signatures_per_credential,
        }
    }
}
