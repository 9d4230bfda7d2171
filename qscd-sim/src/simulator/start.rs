//! A simulator for anyone's test: three lines to the first signature or the first fault.

use std::{sync::Arc, time::Duration};

use seal::{
    ActivationEvidence, Assurance, Clock, EnrolmentRequest, MandateId, OrganisationSubject,
    ProfileId, SignatureAlgorithm, Subject,
};

use super::{Simulator, SimulatorOptions};
use crate::{Error, SettableClock, device::Mandate};

/// The profile, and the name of the mandate for it, of a simulator that was just started.
const PROFILE: &str = "test";
/// Its organisation.
const ORGANISATION: &str = "Havnsted Kommune";
const ORGANIZATION_IDENTIFIER: &str = "NTRDK-12345674";

impl Simulator {
    /// A simulator with one organisation that has one standing mandate, a clock that a test may
    /// set, and no faults yet.
    ///
    /// ```
    /// use qscd_sim::{Fault, FaultRule, Simulator};
    /// use seal::{Digest, DigestAlgorithm, ToSign};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::start()?;
    /// simulator.faults().plan(FaultRule::once(Fault::SadExpired))?;
    /// let device = simulator.qscd();
    ///
    /// let to_sign = [ToSign::Digest(Digest::of(DigestAlgorithm::Sha256, b"document"))];
    /// let credential = device.enrol(simulator.enrolment()).await?;
    /// let sad = device.authorise(&credential.id, &to_sign, &simulator.mandate()).await?;
    /// let error = device.sign(&credential.id, sad, &to_sign).await.unwrap_err();
    /// assert!(error.to_string().contains("expired"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`] when a key or certificate cannot be made.
    pub fn start() -> Result<Self, Error> {
        let mandate = Mandate {
            id: MandateId::new(PROFILE),
            organization_name: ORGANISATION.to_owned(),
            organization_identifier: ORGANIZATION_IDENTIFIER.to_owned(),
            profile: ProfileId::new(PROFILE),
        };
        let options = SimulatorOptions {
            mandates: vec![mandate],
            ..SimulatorOptions::new("http://127.0.0.1:8090")
        };
        Self::new(options, SettableClock::new(), Arc::new(()))
    }

    /// A request for a seal's credential that [`Simulator::start`] grants, by its clock: P-256,
    /// one signature, a quarter of an hour.
    pub fn enrolment(&self) -> EnrolmentRequest {
        EnrolmentRequest {
            profile: ProfileId::new(PROFILE),
            subject: Subject::Organisation(OrganisationSubject {
                organization_name: ORGANISATION.to_owned(),
                organization_identifier: ORGANIZATION_IDENTIFIER.to_owned(),
                common_name: ORGANISATION.to_owned(),
                serial_number: "UI:DK-O:G:00000000-0000-4000-8000-000000000000".to_owned(),
            }),
            algorithm: SignatureAlgorithm::EcdsaP256Sha256,
            assurance: Assurance::ValidityAssured,
            at: self.clock.now(),
            back_dating: Duration::from_secs(300),
            lifetime: Duration::from_secs(900),
            signatures: 1,
            requester: "test".to_owned(),
        }
    }

    /// The evidence that activates such a credential.
    pub fn mandate(&self) -> ActivationEvidence {
        ActivationEvidence::Mandate(MandateId::new(PROFILE))
    }
}
