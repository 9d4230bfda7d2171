//! The certification authority: a root, an issuing CA below it, certificates for signers, seal
//! creators and time-stamping units, and answers about their revocation. Keys are new at every
//! start.

mod addresses;
mod certification_authority;
mod country;
mod extension;
mod flaw;
mod imported;
mod issuing_ca_certificate;
mod key;
mod key_form;
mod leaf;
mod leaf_profiles;
mod name;
mod ocsp;
mod oid;
mod person_certificate;
mod responder_certificate;
mod revocation;
mod revocation_list;
mod root_certificate;
mod seal_certificate;
mod serial_number;
mod status;
mod tsa_certificate;
mod validity;

use std::{
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::{Duration, SystemTime},
};

use seal::CertificateDer;

use self::{
    addresses::Addresses,
    certification_authority::{CertificationAuthority, ResponderTerms, key_identifier},
    issuing_ca_certificate::IssuingCaCertificate,
    leaf_profiles::LeafProfiles,
    root_certificate::RootCertificate,
    serial_number::SerialNumbers,
    tsa_certificate::TsaCertificate,
};
pub use self::{
    country::Country,
    imported::ImportedCa,
    ocsp::OcspUntruth,
    revocation::{Revocation, RevocationReason},
    serial_number::SERIAL_NUMBER_LENGTH,
};
pub(crate) use self::{
    flaw::CertificateFlaw,
    key::AuthorityKey,
    leaf::{IssuedCertificate, LeafDraft, LeafTerms},
    oid::POLICY_TIME_STAMP,
    validity::Validity,
};
use crate::{
    Error,
    moment::{after, shifted, unix_seconds},
    randomness::Randomness,
};

/// What every name of the simulator says.
pub const SIMULATOR: &str = "SIMULATOR - NOT QUALIFIED";

/// The organizationIdentifier of the simulator's authorities (EN 319 412-1 clause 5.1.4). No
/// organisation has this number.
fn simulator_identifier(country: Country) -> String {
    format!("NTR{}-00000000", country.letters())
}

/// How long before the start the authorities' certificates begin, so that leaves can be
/// back-dated.
const BACK_DATING: Duration = Duration::from_secs(24 * 3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const YEAR: Duration = DAY.saturating_mul(365);
/// The root stands for the whole run, and a tester's clock goes far: it begins long before the start
/// and ends long after it, and issuing CAs and units below it follow the clock.
const ROOT_BACK_DATING: Duration = YEAR.saturating_mul(10);
const ROOT_LIFETIME: Duration = YEAR.saturating_mul(100);
const ISSUING_CA_LIFETIME: Duration = YEAR.saturating_mul(10);
/// The longest that a leaf can live (EN 319 411-1, and NemLog-in's ten days).
const LONGEST_LEAF: Duration = DAY.saturating_mul(10);
/// Issuing CAs that the clock asks for begin on a grid of this width, so that a clock that wanders
/// about needs few.
const ISSUING_CA_GRID: Duration = YEAR.saturating_mul(5);
/// The most issuing CAs of one run: clients look through them by number.
pub const MAXIMUM_GENERATIONS: usize = 64;
/// At half of it a responder is renewed: 45 days, and a leaf lives for ten at most.
const RESPONDER_LIFETIME: Duration = DAY.saturating_mul(90);

/// What an authority is made from.
#[derive(Clone, Debug)]
pub struct AuthorityOptions {
    /// The address under which the service answers.
    pub public_url: String,
    /// The country of the authorities, and of subjects whose identifier tells none.
    pub country: Country,
    /// How long the certificates of the OCSP responders live. They are renewed at half their
    /// life, so twice the longest leaf's is the least with which a responder outlives it.
    pub responder_lifetime: Duration,
    /// The operator's own root, instead of a new one.
    pub imported_root: Option<ImportedCa>,
    /// A fixed seed, for tests alone: the same keys, names and serial numbers at every start.
    pub seed: Option<u64>,
}

impl AuthorityOptions {
    /// A new root, and random keys.
    pub fn new(public_url: impl Into<String>) -> Self {
        Self {
            public_url: public_url.into(),
            country: Country::DENMARK,
            responder_lifetime: RESPONDER_LIFETIME,
            imported_root: None,
            seed: None,
        }
    }
}

/// The root CA and the issuing CAs, and the certificates they issue.
#[derive(Debug)]
pub struct Authority {
    run_id: String,
    addresses: Addresses,
    country: Country,
    responder_lifetime: Duration,
    randomness: Randomness,
    root: CertificationAuthority,
    /// When it was made.
    start: SystemTime,
    issuing: RwLock<Generations>,
}

/// The issuing CAs, the oldest first.
#[derive(Debug, Default)]
struct Generations {
    all: Vec<Arc<IssuingCa>>,
    /// Which one came on demand last, from zero. It issues where it is valid; elsewhere another
    /// does.
    demanded: usize,
}

/// An issuing CA with the profiles of its leaves.
#[derive(Debug)]
struct IssuingCa {
    authority: CertificationAuthority,
    profiles: LeafProfiles,
}

impl Authority {
    /// Makes new keys and certificates for a service that answers under `public_url`.
    ///
    /// # Errors
    /// [`Error`] when `public_url` cannot stand in a certificate, or key or certificate fail.
    pub fn new(public_url: &str, now: SystemTime) -> Result<Self, Error> {
        Self::with(AuthorityOptions::new(public_url), now)
    }

    /// Makes keys and certificates as the options say.
    ///
    /// # Errors
    /// As [`Authority::new`], and [`Error::ImportedCa`].
    pub fn with(options: AuthorityOptions, now: SystemTime) -> Result<Self, Error> {
        let randomness = options.seed.map_or_else(Randomness::machine, Randomness::seeded);
        let run_id = hex::encode(randomness.bytes::<8>()?);
        let addresses = Addresses::new(&options.public_url)?;
        let responder_terms = ResponderTerms {
            common_name: format!("{SIMULATOR} Root CA {run_id} OCSP"),
            ca_issuers: addresses.root_certificate.clone(),
            country: options.country,
            lifetime: options.responder_lifetime,
        };
        let root = match options.imported_root {
            Some(imported) => imported.take_up(responder_terms, &randomness, now)?,
            None => {
                let validity = Validity::around(now, ROOT_BACK_DATING, ROOT_LIFETIME)?;
                let serial_numbers = SerialNumbers::new(&randomness)?;
                let parameters = RootCertificate {
                    run_id: &run_id,
                    country: options.country,
                    validity,
                    serial_number: &serial_numbers.next(&randomness)?,
                    addresses: &addresses,
                }
                .parameters()?;
                let key = AuthorityKey::generate(&randomness)?;
                CertificationAuthority::new(
                    parameters,
                    key,
                    validity,
                    None,
                    responder_terms,
                    serial_numbers,
                )?
            }
        };
        let authority = Self {
            run_id,
            addresses,
            country: options.country,
            responder_lifetime: options.responder_lifetime,
            randomness,
            root,
            start: now,
            issuing: RwLock::default(),
        };
        authority.roll_over(now)?;
        Ok(authority)
    }

    /// Puts a new issuing CA in the place of the present one, which goes on answering for what it
    /// issued: chains through either are valid. The first CA comes to be in the same way.
    ///
    /// # Errors
    /// [`Error::RootEnded`], [`Error::TooManyGenerations`], or when key or certificate fail.
    pub fn roll_over(&self, now: SystemTime) -> Result<CertificateDer, Error> {
        let mut issuing = self.issuing.write().unwrap_or_else(PoisonError::into_inner);
        let made = self.make_issuing_ca(&mut issuing, now)?;
        issuing.demanded = issuing.all.len() - 1;
        Ok(made.authority.certificate.clone())
    }

    /// Lets the first issuing CA issue again. The others go on answering for what they issued.
    pub(crate) fn reset(&self) {
        self.issuing.write().unwrap_or_else(PoisonError::into_inner).demanded = 0;
    }

    /// Makes one more issuing CA, whose certificate begins a day before `begin`.
    fn make_issuing_ca(
        &self,
        issuing: &mut Generations,
        begin: SystemTime,
    ) -> Result<Arc<IssuingCa>, Error> {
        let generation = issuing.all.len() + 1;
        if generation > MAXIMUM_GENERATIONS {
            return Err(Error::TooManyGenerations);
        }
        let root = self.root.validity;
        if !root.includes(begin) {
            return Err(Error::RootEnded);
        }
        let id = match generation {
            1 => self.run_id.clone(),
            _ => format!("{} {generation}", self.run_id),
        };
        // RFC 5280 section 6.1.3: a path is valid where all of it is. What is issued below is
        // held against this, not against what the root cuts off.
        let validity = Validity::around(begin, BACK_DATING, ISSUING_CA_LIFETIME)?.within(root);
        let parameters = IssuingCaCertificate {
            id: &id,
            country: self.country,
            validity,
            serial_number: &self.root.serial_numbers.next(&self.randomness)?,
            addresses: &self.addresses,
        }
        .parameters()?;
        let addresses = self.addresses.issuing_ca(generation);
        let authority = CertificationAuthority::new(
            parameters,
            AuthorityKey::generate(&self.randomness)?,
            validity,
            Some(&self.root),
            ResponderTerms {
                common_name: format!("{SIMULATOR} Issuing CA {id} OCSP"),
                ca_issuers: addresses.ca_issuers.clone(),
                country: self.country,
                lifetime: self.responder_lifetime,
            },
            SerialNumbers::new(&self.randomness)?,
        )?;
        let made = Arc::new(IssuingCa {
            authority,
            profiles: LeafProfiles::new(&addresses, self.country)?,
        });
        issuing.all.push(made.clone());
        Ok(made)
    }

    /// The issuing CA whose certificate covers `leaf`: the one that came on demand last if it
    /// does, else the newest that does. Where the clock has left them all behind one is made, as a
    /// CA that had gone on would have made it.
    fn issuer_for(&self, leaf: &Validity) -> Result<Arc<IssuingCa>, Error> {
        if let Some(issuer) = self.generations().covering(leaf) {
            return Ok(issuer);
        }
        if leaf.not_after - leaf.not_before > LONGEST_LEAF {
            return Err(Error::Validity);
        }
        let root = self.root.validity;
        if !root.covers(leaf) {
            let begun = root.includes(leaf.not_before.into());
            return Err(if begun { Error::OutlivesIssuer } else { Error::RootEnded });
        }
        let mut issuing = self.issuing.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(issuer) = issuing.covering(leaf) {
            return Ok(issuer);
        }
        let begins = after(leaf.not_before.into(), BACK_DATING)?;
        let begin = grid_begin(self.start, ISSUING_CA_GRID, begins)?;
        // The grid's first and last fields are cut by the root's certificate.
        let begin = begin.max(root.not_before.into());
        let made = self.make_issuing_ca(&mut issuing, begin)?;
        if made.authority.validity.covers(leaf) { Ok(made) } else { Err(Error::OutlivesIssuer) }
    }

    /// What tells this start's certificates from those of other starts.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// The root certificate.
    pub fn trust_anchor(&self) -> &CertificateDer {
        &self.root.certificate
    }

    /// From when until when anything can be issued.
    #[cfg(test)]
    pub(crate) fn root_validity(&self) -> Validity {
        self.root.validity
    }

    /// The certificate of the CA that issues to signers and seal creators now.
    pub fn issuing_ca(&self) -> CertificateDer {
        self.current().authority.certificate.clone()
    }

    /// The certificates of all issuing CAs of this start, the oldest first.
    pub fn issuing_cas(&self) -> Vec<CertificateDer> {
        self.generations().all.iter().map(|ca| ca.authority.certificate.clone()).collect()
    }

    /// Whether a certificate with this serial number (big-endian) was issued here.
    pub fn issued(&self, serial_number: &[u8]) -> bool {
        self.all_made_here(serial_number).is_some()
    }

    /// Whether keys, names and serial numbers follow from a seed.
    pub fn is_seeded(&self) -> bool {
        self.randomness.is_seeded()
    }

    /// Where keys and serial numbers come from.
    pub(crate) fn randomness(&self) -> &Randomness {
        &self.randomness
    }

    /// Issues the certificate of a time-stamping unit, directly under the root.
    pub(crate) fn certify_time_stamping_unit(
        &self,
        key: &AuthorityKey,
        number: usize,
        lifetime: Duration,
        begin: SystemTime,
    ) -> Result<(CertificateDer, Validity), Error> {
        let validity = Validity::around(begin, BACK_DATING, lifetime)?.within(self.root.validity);
        if validity.not_before >= validity.not_after {
            return Err(Error::RootEnded);
        }
        let mut parameters = TsaCertificate {
            id: &format!("{} {number}", self.run_id),
            country: self.country,
            validity,
            serial_number: &self.root.serial_numbers.next(&self.randomness)?,
            addresses: &self.addresses,
        }
        .parameters()?;
        parameters.key_identifier_method =
            rcgen::KeyIdMethod::PreSpecified(key_identifier(key).to_vec());
        Ok((self.root.certify(&parameters, key)?, validity))
    }

    fn generations(&self) -> RwLockReadGuard<'_, Generations> {
        self.issuing.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The issuing CA that came on demand last.
    fn current(&self) -> Arc<IssuingCa> {
        self.generations().current().clone()
    }
}

impl Generations {
    #[expect(clippy::expect_used, reason = "`with` makes the first, and none is ever removed")]
    fn current(&self) -> &Arc<IssuingCa> {
        self.all.get(self.demanded).expect("there is an issuing CA")
    }

    fn covering(&self, leaf: &Validity) -> Option<Arc<IssuingCa>> {
        let covers = |ca: &&Arc<IssuingCa>| ca.authority.validity.covers(leaf);
        let current = Some(self.current()).filter(covers);
        current.or_else(|| self.all.iter().rev().find(covers)).cloned()
    }
}

/// The last point at or before `moment` of a grid through `start`, in whole seconds.
pub(crate) fn grid_begin(
    start: SystemTime,
    width: Duration,
    moment: SystemTime,
) -> Result<SystemTime, Error> {
    let width = i64::try_from(width.as_secs().max(1)).map_err(|_| Error::Validity)?;
    let offset = unix_seconds(moment)?.saturating_sub(unix_seconds(start)?);
    shifted(start, offset.div_euclid(width).saturating_mul(width))
}

#[cfg(test)]
mod tests;
