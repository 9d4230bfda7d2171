//! What a person may be asked to agree to: seals of their organisation, with a credential of theirs or one
//! that is made for it. A signature of their own is nothing that a consent gives: the device wants the
//! person's act for that.

use std::{sync::Arc, time::SystemTime};

use oauth::CredentialDetails;
use seal::{CertificateProfile, DigestAlgorithm, ProfileId};

use super::{
    Asker, Csc, Failure,
    document::profile_of,
    wallets::{can_sign, is_of_use},
};
use crate::{authentication::Consent, service::SessionCredential};

/// What a person is asked, as the page shows it.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    profile: ProfileId,
    /// The profile's name for people.
    pub(crate) profile_name: String,
    credential: Option<String>,
}

/// Why a person cannot agree to it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unconsentable {
    /// There is no such credential of this person by this client, or its session is over.
    Credential,
    /// The person may request no seal by it; a signature of their own least of all.
    NotSealed,
    /// Not every signature has its hash, or one is of another algorithm than the credential's.
    Hashes,
}

impl Unconsentable {
    /// What the client is told, in ASCII.
    pub(crate) fn told(&self) -> &'static str {
        match self {
            Self::Credential => "there is no such credential of the person, or its session is over",
            Self::NotSealed => {
                "the person may request no seal with this, and a signature of their own is not given by consent"
            }
            Self::Hashes => {
                "each signature has its hash, of the algorithm that the credential signs"
            }
        }
    }
}

impl Csc {
    /// What a person is asked.
    ///
    /// # Errors
    /// [`Unconsentable`].
    pub(crate) fn subject(
        &self,
        asker: &Asker,
        asked: &CredentialDetails,
    ) -> Result<Subject, Unconsentable> {
        let now = self.service.clock().now();
        let snapshot = asker.caller.organisation.snapshot();
        let profile_of_policy = |id: &ProfileId| snapshot.policy().profile(id);
        let (id, credential) = match (&asked.credential, &asked.qualifier) {
            (Some(id), _) => {
                let found = self.wallets.credential(asker, id);
                let found = found.map_err(|_| Unconsentable::Credential)?;
                if !can_sign(&found, now) || found.left() < asked.signatures {
                    return Err(Unconsentable::Credential);
                }
                (found.profile().clone(), Some(id.clone()))
            }
            (None, Some(qualifier)) => {
                (profile_of(qualifier).ok_or(Unconsentable::NotSealed)?, None)
            }
            (None, None) => return Err(Unconsentable::Credential),
        };
        let profile = profile_of_policy(&id).ok_or(Unconsentable::NotSealed)?;
        if !self.service.may_open_session(&asker.caller, profile, now) {
            return Err(Unconsentable::NotSealed);
        }
        fits(asked, profile)?;
        Ok(Subject { profile: id, profile_name: profile.display_name.clone(), credential })
    }

    /// What the person agreed to: the credential is made where there is none.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be made.
    pub(crate) async fn agree(
        &self,
        asker: &Asker,
        subject: Subject,
        asked: &CredentialDetails,
    ) -> Result<Consent, Failure> {
        let hashes = asked.documents.iter().map(|document| document.hash.clone()).collect();
        let credential = match subject.credential {
            Some(credential) => credential,
            None => self.of_profile(asker, &subject.profile, asked.signatures).await?,
        };
        Ok(Consent { credential, hashes })
    }

    /// A credential of a profile that has so many signatures left.
    async fn of_profile(
        &self,
        asker: &Asker,
        profile: &ProfileId,
        signatures: u32,
    ) -> Result<String, Failure> {
        let wallet = self.wallets.of(asker);
        let _turn = wallet.making.lock().await;
        let now = self.service.clock().now();
        let usable = |one: &Arc<SessionCredential>, now: SystemTime| {
            one.profile() == profile && is_of_use(one, now) && one.left() >= signatures
        };
        if let Some((id, _)) = wallet.all().into_iter().find(|(_, one)| usable(one, now)) {
            return Ok(id);
        }
        wallet.room(now)?;
        let made = self.service.open_session(&asker.caller, profile).await?;
        let (id, _) = wallet.keep(made, now)?;
        Ok(id)
    }
}

/// That each signature has its hash: nobody agrees to what is not named.
fn fits(asked: &CredentialDetails, profile: &CertificateProfile) -> Result<(), Unconsentable> {
    let algorithm = profile.algorithm.digest_algorithm();
    let named = asked.digest_algorithm.as_deref();
    let is_of = |hash: &[u8]| seal::Digest::from_bytes(algorithm, hash).is_ok();
    let fits = named.is_none_or(|oid| DigestAlgorithm::from_oid(oid) == Some(algorithm))
        && asked.signatures as usize == asked.documents.len()
        && asked.documents.iter().all(|document| is_of(&document.hash));
    if fits { Ok(()) } else { Err(Unconsentable::Hashes) }
}
