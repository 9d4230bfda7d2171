//! The certification authority: a root, an issuing CA below it, certificates for signers, seal
//! creators and time-stamping units, and answers about their revocation. Keys are new at every
//! start.

mod certification_authority;
mod flaw;
mod generations;
mod imported;
mod leaf;
mod revocation;
mod revocation_list;
mod status;

use std::{
    sync::RwLock,
    time::{Duration, SystemTime},
};

use ::authority::{
    Addresses, AuthorityKey, Country, IssuerName, RootCertificate, SERIAL_NUMBER_LENGTH,
    SerialNumbers, TsaCertificate, Validity, key_identifier,
};
use seal::CertificateDer;

pub use self::imported::ImportedCa;
use self::{
    certification_authority::{CertificationAuthority, ResponderTerms},
    generations::Generations,
};
pub(crate) use self::{
    flaw::CertificateFlaw,
    generations::grid_begin,
    leaf::{IssuedCertificate, LeafDraft},
};
use crate::{Error, issuer_key::issuer_key, randomness::Randomness};

/// What every name of the simulator says.
pub const SIMULATOR: &str = "SIMULATOR - NOT QUALIFIED";

/// The organizationIdentifier of the simulator's authorities (EN 319 412-1 clause 5.1.4). No
/// organisation has this number.
fn simulator_identifier(country: Country) -> String {
    format!("NTR{}-00000000", country.letters())
}

/// The name of an authority.
fn issuer_name<'a>(country: Country, identifier: &'a str, common_name: &'a str) -> IssuerName<'a> {
    IssuerName {
        country,
        organization: SIMULATOR,
        organization_identifier: identifier,
        common_name,
    }
}

/// A new serial number (big-endian) of a CA.
fn serial_number(
    numbers: &SerialNumbers,
    randomness: &Randomness,
) -> Result<[u8; SERIAL_NUMBER_LENGTH], Error> {
    Ok(numbers.number(randomness.bytes()?))
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
                let serial_numbers = SerialNumbers::new(&randomness.bytes()?);
                let identifier = simulator_identifier(options.country);
                let common_name = format!("{SIMULATOR} Root CA {run_id}");
                let parameters = RootCertificate {
                    name: issuer_name(options.country, &identifier, &common_name),
                    validity,
                    serial_number: &serial_number(&serial_numbers, &randomness)?,
                    addresses: &addresses,
                }
                .parameters()?;
                let key = issuer_key(&randomness)?;
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
        let identifier = simulator_identifier(self.country);
        let common_name = format!("{SIMULATOR} TSU {} {number}", self.run_id);
        let mut parameters = TsaCertificate {
            name: issuer_name(self.country, &identifier, &common_name),
            validity,
            serial_number: &serial_number(&self.root.serial_numbers, &self.randomness)?,
            addresses: &self.addresses,
        }
        .parameters()?;
        parameters.key_identifier_method =
            rcgen::KeyIdMethod::PreSpecified(key_identifier(key).to_vec());
        Ok((self.root.certify(&parameters, key)?, validity))
    }
}

#[cfg(test)]
mod tests;
