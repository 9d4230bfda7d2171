//! The root and its issuing authorities, made and read.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use authority::{
    Addresses, Curve, IssuingCaCertificate, RootCertificate, Validity, certify, key_identifier,
};
use rcgen::KeyIdMethod;
use seal::CertificateDer;

use super::{
    error::AuthorityError,
    issuer::{BACK_DATING, Issuer, name, serial_number},
    keeping::Keeping,
};
use crate::audit::{hex, random};

/// The name by which the root is kept.
pub(super) const ROOT: &str = "root";

const DAY: Duration = Duration::from_secs(24 * 3600);
/// 25 years, as the Danish root has.
const ROOT_LIFETIME: Duration = Duration::from_secs(9131 * DAY.as_secs());
/// 10 years, as the Danish issuing authorities have.
const ISSUING_LIFETIME: Duration = Duration::from_secs(3652 * DAY.as_secs());

/// The root and its issuing authorities, the first one first.
#[derive(Clone, Debug)]
pub(super) struct Generations {
    pub(super) root: CertificateDer,
    /// Where the root's key is here.
    pub(super) root_issuer: Option<Arc<Issuer>>,
    pub(super) issuing: Vec<Arc<Issuer>>,
}

impl Generations {
    /// Reads what is kept; `None` when it is no whole authority.
    pub(super) fn read(
        kept: &dyn Keeping,
        addresses: &Addresses,
    ) -> Result<Option<Self>, AuthorityError> {
        let last = kept.last_generation()?;
        let Some(root) = kept.read(ROOT)? else {
            // A new root would overwrite keys whose certificates are about.
            return if last == 0 { Ok(None) } else { Err(kept.incomplete("root.cer")) };
        };
        let certificate = root.certificate.clone();
        let root_issuer = Issuer::new(root, addresses.root_certificate.clone())?.map(Arc::new);
        let root = Self { root: certificate, root_issuer, issuing: Vec::new() };
        let read = root.grown(kept, addresses)?;
        // The last key may lack its certificate: its making was interrupted, and goes on with this key.
        let missing = file(read.issuing.len() + 1);
        let is_begun = last == read.issuing.len() + 1 && kept.is_begun(&missing)?;
        if last > read.issuing.len() && !is_begun {
            return Err(kept.incomplete(&format!("{missing}.cer")));
        }
        Ok(Some(read))
    }

    /// The same with those that came since.
    pub(super) fn grown(
        mut self,
        kept: &dyn Keeping,
        addresses: &Addresses,
    ) -> Result<Self, AuthorityError> {
        loop {
            let generation = self.issuing.len() + 1;
            let name = file(generation);
            let Some(found) = kept.read(&name)? else { return Ok(self) };
            let issuer = Issuer::new(found, addresses.issuing_ca(generation).ca_issuers)?;
            let issuer = issuer.ok_or_else(|| kept.incomplete(&format!("{name}.key")))?;
            self.issuing.push(Arc::new(issuer));
        }
    }

    /// Makes a root.
    pub(super) fn make_root(
        kept: &dyn Keeping,
        addresses: &Addresses,
        now: SystemTime,
    ) -> Result<Self, AuthorityError> {
        let begun = kept.begin(ROOT, Curve::P384)?;
        let key = &begun.key;
        let mark = random::<4>().map_err(|_| AuthorityError::NoRandomness)?;
        let common_name = format!("SIMULATOR - NOT QUALIFIED Registry Root CA {}", hex(&mark));
        let profile = RootCertificate {
            name: name(&common_name),
            validity: Validity::around(now, BACK_DATING, ROOT_LIFETIME)?,
            serial_number: &serial_number()?,
            addresses,
        };
        let mut parameters = profile.parameters()?;
        let identifier = key_identifier(key).to_vec();
        parameters.key_identifier_method = KeyIdMethod::PreSpecified(identifier);
        let made = parameters.self_signed(key).map_err(authority::Error::from)?;
        let certificate = CertificateDer::new(made.der().to_vec());
        let root = kept.finish(ROOT, begun, certificate)?;
        let certificate = root.certificate.clone();
        let root_issuer = Issuer::new(root, addresses.root_certificate.clone())?.map(Arc::new);
        Ok(Self { root: certificate, root_issuer, issuing: Vec::new() })
    }

    /// The same with another issuing authority, which issues from now on.
    pub(super) fn with_next(
        &self,
        kept: &dyn Keeping,
        addresses: &Addresses,
        now: SystemTime,
    ) -> Result<Self, AuthorityError> {
        let generation = self.issuing.len() + 1;
        let root = self.root_issuer.as_ref().ok_or(AuthorityError::Outlives)?;
        let kept_as = file(generation);
        let begun = kept.begin(&kept_as, Curve::P256)?;
        let key = &begun.key;
        let mark = random::<4>().map_err(|_| AuthorityError::NoRandomness)?;
        let common_name =
            format!("SIMULATOR - NOT QUALIFIED Registry CA {generation} {}", hex(&mark));
        let around = Validity::around(now, BACK_DATING, ISSUING_LIFETIME)?;
        let profile = IssuingCaCertificate {
            name: name(&common_name),
            validity: around.within(root.validity),
            serial_number: &serial_number()?,
            addresses,
        };
        let mut parameters = profile.parameters()?;
        let identifier = key_identifier(key).to_vec();
        parameters.key_identifier_method = KeyIdMethod::PreSpecified(identifier);
        let certificate = certify(&parameters, key, root.leaf_issuer())?;
        let finished = kept.finish(&kept_as, begun, certificate)?;
        let mut next = self.clone();
        let issuer = Issuer::new(finished, addresses.issuing_ca(generation).ca_issuers)?;
        next.issuing.extend(issuer.map(Arc::new));
        Ok(next)
    }

    /// The one that issues.
    pub(super) fn present(&self) -> Option<&Arc<Issuer>> {
        self.issuing.last()
    }
}

/// The name by which an issuing authority is kept.
pub(super) fn file(generation: usize) -> String {
    format!("issuing-{generation}")
}
