//! Everything together: authority, device, time-stamping unit and identity issuer, under one
//! clock.

mod ocsp;
mod start;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use ::authority::Country;
use axum::Router;
use bytes::Bytes;
use seal::{
    CertificateDer, Clock, ProfileId, Qscd, TimeStampAuthority,
    identity::{IdentityIssuer, IdentityVerifier},
};

use crate::{
    Error,
    activation_page::ActivationPage,
    allowed_client::AllowedClient,
    authority::{Authority, AuthorityOptions, ImportedCa},
    clock::SettableClock,
    device::{Device, DeviceLimits, Mandate, PersonalMeans},
    event::{EventSink, EventStream},
    faults::{Faults, FaultyDevice, FaultyTimeStamping},
    identity::{IdentityProvider, Person},
    management::Management,
    time_stamping::{TimeStampingAuthority, UNIT_LIFETIMES},
};

/// What a simulator is made from.
#[derive(Clone, Debug)]
pub struct SimulatorOptions {
    /// The address under which the service answers: certificates point there for the root's
    /// revocation list (`/pki/root.crl`), the root (`/pki/root.cer`) and the issuing CA
    /// (`/pki/issuing-ca.cer`).
    pub public_url: String,
    /// The organisation's standing mandates.
    pub mandates: Vec<Mandate>,
    /// `iss` of the simulator's own tokens.
    pub identity_issuer: String,
    /// `aud` of the simulator's own tokens.
    pub identity_audience: String,
    /// The persons for whom the simulator issues tokens.
    pub persons: Vec<Person>,
    /// Other issuers whose tokens activate persons' keys.
    pub other_issuers: Vec<IdentityIssuer>,
    /// By what persons show the device who they are when it asks them itself.
    pub means: PersonalMeans,
    /// The page on which the device asks persons itself. Passkeys are then taken from there alone, whatever
    /// `means` says of them.
    pub activation_page: Option<ActivationPage>,
    /// The profiles that enrolments come with, beside those of the mandates: a fault cannot be
    /// limited to a profile that nobody knows.
    pub profiles: Vec<ProfileId>,
    /// The TLS clients of the device over HTTP and for whom they act; whoever gets in, if none is
    /// named.
    pub clients: Vec<AllowedClient>,
    /// The device's limits.
    pub limits: DeviceLimits,
    /// How long the certificates of the two time-stamping units live. The second takes over on
    /// demand, and when the first one's has expired.
    pub time_stamping_lifetimes: [Duration; 2],
    /// The country of the authorities, and of subjects whose identifier tells none.
    pub country: Country,
    /// How long the certificates of the OCSP responders live.
    pub responder_lifetime: Duration,
    /// The operator's own root, instead of a new one.
    pub imported_root: Option<ImportedCa>,
    /// A fixed seed, for tests alone: the same keys, names, serial numbers, dice and to-be-signed
    /// bytes at every start. RSA keys, signature values, activation data and the key that signs for
    /// destructions stay random.
    pub seed: Option<u64>,
}

impl SimulatorOptions {
    /// No mandates, no persons, the usual limits.
    pub fn new(public_url: impl Into<String>) -> Self {
        let authority = AuthorityOptions::new(public_url);
        Self {
            public_url: authority.public_url,
            mandates: Vec::new(),
            identity_issuer: "https://identity.segl.invalid/simulator".to_owned(),
            identity_audience: "segl".to_owned(),
            persons: Vec::new(),
            other_issuers: Vec::new(),
            means: PersonalMeans::default(),
            activation_page: None,
            profiles: Vec::new(),
            clients: Vec::new(),
            limits: DeviceLimits::default(),
            time_stamping_lifetimes: UNIT_LIFETIMES,
            country: authority.country,
            responder_lifetime: authority.responder_lifetime,
            imported_root: None,
            seed: None,
        }
    }
}

/// A running simulator. Its keys die with the last handle to its device, or at
/// [`Simulator::shutdown`].
///
/// ```
/// use std::sync::Arc;
///
/// use qscd_sim::{SettableClock, Simulator, SimulatorOptions};
///
/// # fn main() -> Result<(), qscd_sim::Error> {
/// let options = SimulatorOptions::new("http://127.0.0.1:8080");
/// let simulator = Simulator::new(options, SettableClock::new(), Arc::new(()))?;
/// assert_eq!(simulator.device().counters().created, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Simulator {
    authority: Arc<Authority>,
    device: Arc<Device>,
    time_stamping: Arc<TimeStampingAuthority>,
    identities: Arc<IdentityProvider>,
    faults: Arc<Faults>,
    events: Arc<EventStream>,
    clock: SettableClock,
    profiles: Arc<[ProfileId]>,
    pub(crate) clients: Vec<AllowedClient>,
    pub(crate) page: Option<ActivationPage>,
    seed: Option<u64>,
    persons: IdentityVerifier,
}

impl Simulator {
    /// Makes all keys and certificates anew.
    ///
    /// # Errors
    /// [`Error`] when `public_url` cannot stand in a certificate, or a key or certificate fails.
    pub fn new(
        options: SimulatorOptions,
        clock: SettableClock,
        sink: Arc<dyn EventSink>,
    ) -> Result<Self, Error> {
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let events = Arc::new(EventStream::new(sink));
        let of_mandates = options.mandates.iter().map(|mandate| mandate.profile.clone());
        let mut profiles: Vec<ProfileId> = options.profiles;
        profiles.extend(of_mandates);
        profiles.sort();
        profiles.dedup();
        let seed = options.seed;
        let authority = AuthorityOptions {
            public_url: options.public_url,
            country: options.country,
            responder_lifetime: options.responder_lifetime,
            imported_root: options.imported_root,
            seed,
        };
        let authority = Arc::new(Authority::with(authority, clock.now())?);
        let identities = Arc::new(IdentityProvider::with(
            options.identity_issuer,
            options.identity_audience,
            options.persons,
            authority.randomness().branch("identities"),
        )?);
        let mut issuers = options.other_issuers;
        issuers.push(identities.as_issuer()?);
        let persons = IdentityVerifier::new(issuers);
        let mut means = options.means;
        let page = options.activation_page;
        if let Some(page) = &page {
            means.relying_party = Some(page.relying_party.clone());
        }
        means.logins.push(identities.as_signing_login()?);
        let device = Arc::new(Device::new(
            authority.clone(),
            options.limits,
            options.mandates,
            persons.clone(),
            means,
            shared.clone(),
            events.clone(),
        )?);
        let time_stamping = Arc::new(TimeStampingAuthority::new(
            authority.clone(),
            options.time_stamping_lifetimes,
            shared.clone(),
        )?);
        let faults: Arc<Faults> = Arc::default();
        faults.reset(seed);
        faults.tell(events.clone(), shared);
        let profiles = profiles.into();
        Ok(Self {
            authority,
            device,
            time_stamping,
            identities,
            faults,
            events,
            clock,
            profiles,
            clients: options.clients,
            page,
            seed,
            persons,
        })
    }

    /// The device with the faults that are planned: what a signing product is given.
    pub fn qscd(&self) -> Arc<dyn Qscd> {
        Arc::new(self.faulty_device())
    }

    /// The time-stamping authority with the faults that are planned.
    pub fn time_stamp_authority(&self) -> Arc<dyn TimeStampAuthority> {
        Arc::new(self.faulty_time_stamping())
    }

    /// The faults.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The device without any fault. Its ticker is started with [`Device::spawn_ticker`].
    pub fn device(&self) -> Arc<Device> {
        self.device.clone()
    }

    /// The time-stamping authority without any fault.
    pub fn time_stamping(&self) -> Arc<TimeStampingAuthority> {
        self.time_stamping.clone()
    }

    /// The issuer of the persons' tokens.
    pub fn identities(&self) -> Arc<IdentityProvider> {
        self.identities.clone()
    }

    /// Puts the keys of `issuers` in place of those that they had; others keep theirs.
    pub fn renew_issuers(&self, issuers: &[IdentityIssuer]) {
        self.persons.renew(issuers);
        self.device.renew_issuers(issuers);
    }

    /// The clock that all of it asks.
    pub fn clock(&self) -> &SettableClock {
        &self.clock
    }

    /// What tells this start's names from those of other starts.
    pub fn run_id(&self) -> &str {
        self.authority.run_id()
    }

    /// The root certificate: `/pki/root.cer`, and in PEM `/pki/trust-anchor.pem`.
    pub fn trust_anchor(&self) -> &CertificateDer {
        self.authority.trust_anchor()
    }

    /// The certification authority.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The certificate of the CA that issues now.
    pub fn issuing_ca(&self) -> CertificateDer {
        self.authority.issuing_ca()
    }

    /// The active time-stamping unit's certificate: `/pki/tsa.cer`. Those of all are `/pki/tsa-1.cer`
    /// and so on.
    pub fn tsa_certificate(&self) -> CertificateDer {
        self.time_stamping.certificate()
    }

    /// The root's revocation list in DER: `/pki/root.crl`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be signed.
    pub fn root_crl(&self, now: SystemTime) -> Result<Bytes, Error> {
        self.authority.root_crl(now)
    }

    /// The routes of the management port. Bind them to loopback only.
    pub fn management_router(&self) -> Router {
        self.management().router()
    }

    /// Puts clock, faults, dice, keys, the list of certificates and the rollovers back to what they
    /// were at the start. Revocations, spent tokens, later generations of authorities and the chain
    /// of destructions stay: others hold what depends on them.
    pub fn reset(&self) {
        self.management().reset();
    }

    /// Ends the streams of events that are being read, so that they hold up no orderly end.
    pub fn end_streams(&self) {
        self.events.end();
    }

    fn management(&self) -> Management {
        Management {
            authority: self.authority.clone(),
            device: self.device.clone(),
            time_stamping: self.time_stamping.clone(),
            identities: self.identities.clone(),
            faults: self.faults.clone(),
            events: self.events.clone(),
            clock: self.clock.clone(),
            profiles: self.profiles.clone(),
            seed: self.seed,
        }
    }

    pub(crate) fn faulty_device(&self) -> FaultyDevice {
        FaultyDevice::new(self.device.clone(), self.faults.clone(), self.clock.clone())
    }

    /// The time-stamping authority as it answers on a wire, with the faults that are planned.
    pub fn faulty_time_stamping(&self) -> FaultyTimeStamping {
        FaultyTimeStamping::new(self.time_stamping.clone(), self.faults.clone())
    }

    /// Destroys every key; the device makes no more.
    pub fn shutdown(&self) {
        self.end_streams();
        self.device.shutdown();
    }
}

#[cfg(test)]
mod tests;
