//! The device over HTTP: `/qscd/v1`, as `docs/simulator.md` describes it.
//!
//! A call acts at most once. An enrolment may be sent again under its own name and gives the same
//! credential; an authorisation or a signature that is sent again meets the device's own ledger,
//! which lets every authorisation be spent once.

mod activations;
mod calls;
mod client;
mod error;
mod once;
mod pki;
mod public;
mod route;

use std::{collections::BTreeMap, sync::Arc};

use axum::Router;
use qscd_protocol::{DeviceDescription, ToldPage};
use seal::{
    Assurance, Clock, EnrolmentRequest, OrganisationSubject, Qscd, SignatureAlgorithm, Subject,
};

pub use self::route::DeviceService;
use self::{client::Clients, once::Enrolments};
use crate::{Simulator, device::Device, faults::FaultyDevice};

/// What the handlers share.
#[derive(Debug)]
pub(crate) struct DeviceApi {
    device: Arc<FaultyDevice>,
    /// Whose destructions are told.
    keys: Arc<Device>,
    run_id: String,
    description: DeviceDescription,
    enrolments: Enrolments,
    clients: Clients,
}

impl Simulator {
    /// The device for those who ask over HTTP. Who may reach it, may have anything signed that
    /// evidence allows: bind it to loopback, or behind mutual TLS. With a [`listener::TlsClient`] as extension of
    /// each request, what a client enrolled is its own, and quotas are counted by it.
    ///
    /// `public_url` is where [`Simulator::public_router`] answers.
    pub fn device_service(&self, public_url: &str) -> DeviceService {
        let keys = self.device();
        keys.keep_destructions();
        DeviceService(Arc::new(DeviceApi {
            device: Arc::new(self.faulty_device()),
            keys,
            run_id: self.run_id().to_owned(),
            description: self.describe(public_url),
            enrolments: Enrolments::default(),
            clients: Clients::new(self.clients.clone()),
        }))
    }

    /// [`Simulator::device_service`] as a router, to stand among others.
    pub fn device_router(&self, public_url: &str) -> Router {
        Router::new().fallback_service(self.device_service(public_url))
    }

    /// What a client must know of the device.
    fn describe(&self, public_url: &str) -> DeviceDescription {
        let identities = self.identities();
        DeviceDescription {
            simulator: crate::SIMULATOR.to_owned(),
            run_id: self.run_id().to_owned(),
            public_url: public_url.to_owned(),
            trust_anchor: self.trust_anchor().as_bytes().into(),
            event_key: self.device().event_public_key().as_slice().into(),
            time_stamping_unit: self.tsa_certificate().as_bytes().into(),
            maximum_token_length: self.time_stamp_authority().maximum_token_length(),
            maximum_chain_length: self.maximum_chain_lengths(),
            identity_issuer: identities.issuer().to_owned(),
            identity_audience: identities.audience().to_owned(),
            identity_keys: identities.key_set_json(),
            activation_page: self.page.as_ref().map(|page| ToldPage {
                origin: page.relying_party.origin.clone(),
                rp_id: page.relying_party.id.clone(),
            }),
        }
    }

    /// For each suite the longest chain of both assurances, without the texts of the subject.
    fn maximum_chain_lengths(&self) -> BTreeMap<String, usize> {
        let of = |algorithm: SignatureAlgorithm| {
            let length = |assurance| {
                let request = EnrolmentRequest {
                    profile: seal::ProfileId::new(""),
                    subject: Subject::Organisation(OrganisationSubject {
                        organization_name: String::new(),
                        organization_identifier: String::new(),
                        common_name: String::new(),
                        serial_number: String::new(),
                    }),
                    algorithm,
                    assurance,
                    at: self.clock().now(),
                    back_dating: std::time::Duration::ZERO,
                    lifetime: std::time::Duration::ZERO,
                    signatures: 1,
                    requester: String::new(),
                };
                self.device().maximum_chain_length(&request)
            };
            let longest = length(Assurance::ValidityAssured).max(length(Assurance::Revocable));
            (algorithm.name().to_owned(), longest)
        };
        SignatureAlgorithm::ALL.into_iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests;
