//! The simulator in this process.

use std::{sync::Arc, time::SystemTime};

use axum::Router;
use qscd_sim::{DeviceCounters, NoAnswer, Simulator};
use seal::{CertificateDer, IdentityToken, TimeStampError};

pub use qscd_sim::{Person, SettableClock, SystemClock};

use super::{DeviceCounts, PublishedDevice, TimeStampAnswer};

/// What the public address tells of the simulator.
#[derive(Debug)]
pub struct EmbeddedDevice(pub Arc<Simulator>);

impl PublishedDevice for EmbeddedDevice {
    fn trust_anchor(&self) -> CertificateDer {
        self.0.trust_anchor().clone()
    }

    fn routes(self: Arc<Self>) -> Router {
        self.0.pki_router()
    }

    fn time_stamp(&self, request: &[u8]) -> Result<TimeStampAnswer, TimeStampError> {
        let answer = self.0.faulty_time_stamping().respond(request);
        answer
            .map(TimeStampAnswer::Response)
            .map_err(|NoAnswer| TimeStampError::Unavailable("it is silent".to_owned()))
    }

    fn counts(&self) -> Option<DeviceCounts> {
        let DeviceCounters {
            created,
            consumed,
            expired,
            evicted,
            destroyed,
            shutdown,
            live,
            rsa_keys_ready,
            rsa_keys_made,
            rsa_pool_empty,
        } = self.0.device().counters();
        let ended = [
            ("consumed", consumed),
            ("expired", expired),
            ("evicted", evicted),
            ("destroyed", destroyed),
            ("shutdown", shutdown),
        ];
        Some(DeviceCounts { created, ended, live, rsa_keys_ready, rsa_keys_made, rsa_pool_empty })
    }

    fn demo_login(&self, subject: &str, nonce: &str, now: SystemTime) -> Option<IdentityToken> {
        self.0.identities().issue_id_token(subject, nonce, now).ok().flatten()
    }
}
