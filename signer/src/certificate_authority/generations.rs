//! The root and its issuing authorities, made and read.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use authority::{
    Addresses, AuthorityKey, Curve, IssuingCaCertificate, RootCertificate, Validity, certify,
    key_identifier,
};
use rcgen::KeyIdMethod;
use seal::CertificateDer;

use super::{
    error::AuthorityError,
    folder::{Folder, Kept},
    issuer::{BACK_DATING, Issuer, name, serial_number},
};
use crate::audit::{hex, random};

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
    /// Reads what a folder keeps; `None` when it keeps no whole authority.
    pub(super) fn read(
        folder: &Folder,
        addresses: &Addresses,
    ) -> Result<Option<Self>, AuthorityError> {
        let last = folder.last_generation()?;
        let Some(root) = folder.read("root")? else {
            // A new root would overwrite keys whose certificates are about.
            return if last == 0 { Ok(None) } else { Err(folder.incomplete("root.cer")) };
        };
        let certificate = root.certificate.clone();
        let root_issuer = Issuer::new(root, addresses.root_certificate.clone())?.map(Arc::new);
        let mut issuing = Vec::new();
        while let Some(kept) = folder.read(&file(issuing.len() + 1))? {
            let at = addresses.issuing_ca(issuing.len() + 1).ca_issuers;
            let name = file(issuing.len() + 1);
            let issuer = Issuer::new(kept, at)?;
            let issuer = issuer.ok_or_else(|| folder.incomplete(&format!("{name}.key")))?;
            issuing.push(Arc::new(issuer));
        }
        // The last key may lack its certificate: its making was interrupted, and goes on with this key.
        let missing = file(issuing.len() + 1);
        let is_begun = last == issuing.len() + 1 && folder.key(&missing)?.is_some();
        if last > issuing.len() && !is_begun {
            return Err(folder.incomplete(&format!("{missing}.cer")));
        }
        Ok(Some(Self { root: certificate, root_issuer, issuing }))
    }

    /// Makes a root.
    pub(super) fn make_root(
        folder: &Folder,
        addresses: &Addresses,
        now: SystemTime,
    ) -> Result<Self, AuthorityError> {
        let key = key(folder, "root", Curve::P384)?;
        let mark = random::<4>().map_err(|_| AuthorityError::NoRandomness)?;
        let common_name = format!("SIMULATOR - NOT QUALIFIED Registry Root CA {}", hex(&mark));
        let profile = RootCertificate {
            name: name(&common_name),
            validity: Validity::around(now, BACK_DATING, ROOT_LIFETIME)?,
            serial_number: &serial_number()?,
            addresses,
        };
        let mut parameters = profile.parameters()?;
        let identifier = key_identifier(&key).to_vec();
        parameters.key_identifier_method = KeyIdMethod::PreSpecified(identifier);
        let made = parameters.self_signed(&key).map_err(authority::Error::from)?;
        let certificate = CertificateDer::new(made.der().to_vec());
        folder.keep_certificate("root", &certificate)?;
        let kept = Kept { certificate: certificate.clone(), key: Some(key) };
        let root_issuer = Issuer::new(kept, addresses.root_certificate.clone())?.map(Arc::new);
        Ok(Self { root: certificate, root_issuer, issuing: Vec::new() })
    }

    /// The same with another issuing authority, which issues from now on.
    pub(super) fn with_next(
        &self,
        folder: &Folder,
        addresses: &Addresses,
        now: SystemTime,
    ) -> Result<Self, AuthorityError> {
        let generation = self.issuing.len() + 1;
        let root = self.root_issuer.as_ref().ok_or(AuthorityError::Outlives)?;
        let file = file(generation);
        let key = key(folder, &file, Curve::P256)?;
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
        let identifier = key_identifier(&key).to_vec();
        parameters.key_identifier_method = KeyIdMethod::PreSpecified(identifier);
        let certificate = certify(&parameters, &key, root.leaf_issuer())?;
        folder.keep_certificate(&file, &certificate)?;
        let kept = Kept { certificate, key: Some(key) };
        let mut next = self.clone();
        let issuer = Issuer::new(kept, addresses.issuing_ca(generation).ca_issuers)?;
        next.issuing.extend(issuer.map(Arc::new));
        Ok(next)
    }

    /// The one that issues.
    pub(super) fn present(&self) -> Option<&Arc<Issuer>> {
        self.issuing.last()
    }
}

fn file(generation: usize) -> String {
    format!("issuing-{generation}")
}

/// The key of this name: one that was kept before its making was interrupted, else a new one.
fn key(folder: &Folder, name: &str, curve: Curve) -> Result<AuthorityKey, AuthorityError> {
    if let Some(kept) = folder.key(name)? {
        return Ok(kept);
    }
    let pkcs8 = AuthorityKey::generate_pkcs8(curve)?;
    let key = AuthorityKey::read(&pkcs8);
    let key = key.ok_or(authority::Error::KeyGeneration("P-256 or P-384"))?;
    folder.keep_key(name, &pkcs8)?;
    Ok(key)
}
