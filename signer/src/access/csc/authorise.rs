//! `credentials/authorize` and `credentials/extendTransaction`: activation data for exactly these hashes.

use std::time::{Duration, SystemTime};

use csc::{Activation, ApiVersion, Authorisation, Extension, SadAnswer};
use seal::Digest;

use super::{Asker, BearerHash, Csc, Failure, bearer::bearer_hash, sads::SAD_LIFETIME_S};
use crate::service::SessionCredential;

impl Csc {
    /// Activation data for hashes of whoever asks. Nothing is judged yet: each use of them is.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn authorise(
        &self,
        version: ApiVersion,
        asker: &Asker,
        request: &Activation,
    ) -> Result<SadAnswer, Failure> {
        if asker.agrees() {
            return Err(by_consent().into());
        }
        let credential = self.wallets.credential(asker, &request.credential)?;
        let now = self.service.clock().now();
        live(version, &credential, now)?;
        let hashes = request.hashes.digests(credential.algorithm().digest_algorithm())?;
        if request.signatures > credential.left() as usize {
            return Err(csc::Error::too_many_signatures().into());
        }
        let authorisation = Authorisation::new(request.signatures, hashes)?;
        self.issue(asker, (&request.credential, &credential), authorisation, now)
    }

    /// Activation data for further hashes, in place of those that are given. Where these are the caller's
    /// own token, which authorises nothing by itself, the hashes are the first.
    ///
    /// # Errors
    /// [`Failure`]; those that were given are then as they were.
    pub fn extend(
        &self,
        version: ApiVersion,
        asker: &Asker,
        request: &Extension,
    ) -> Result<SadAnswer, Failure> {
        if asker.agrees() {
            return Err(by_consent().into());
        }
        let credential = self.wallets.credential(asker, &request.credential)?;
        let now = self.service.clock().now();
        live(version, &credential, now)?;
        let hashes = request.hashes.digests(credential.algorithm().digest_algorithm())?;
        let shown = bearer_hash(&request.sad);
        let extended = if is_own_token(asker, &shown) {
            if hashes.len() > credential.left() as usize {
                return Err(csc::Error::too_many_signatures().into());
            }
            Authorisation::new(hashes.len(), hashes)?
        } else {
            let present = self.sads.find(asker, Some(&request.credential), &shown, now)?;
            present.with(|present| present.extend(hashes))?
        };
        self.issue(asker, (&request.credential, &credential), extended, now)
    }

    fn issue(
        &self,
        asker: &Asker,
        (id, credential): (&str, &SessionCredential),
        authorisation: Authorisation<Digest>,
        now: SystemTime,
    ) -> Result<SadAnswer, Failure> {
        let session = credential.ends().duration_since(now).unwrap_or_default();
        let lifetime = session.min(Duration::from_secs(SAD_LIFETIME_S));
        let sad = self.sads.issue(asker, id, authorisation, (now, now + lifetime))?;
        Ok(SadAnswer { sad, expires_in: lifetime.as_secs() })
    }
}

/// Credentials of mode `oauth2code` are authorised by the person alone (2.0 section 11.6).
pub(super) fn by_consent() -> csc::Error {
    let why = "The person agrees to it themselves: oauth2/authorize with scope credential";
    csc::Error::new(csc::Code::AccessDenied, why)
}

/// Whether activation data are what an application showed to be known: nobody has to agree to its seals, and
/// it could authorise the hashes by the same right.
fn is_own_token(asker: &Asker, shown: &BearerHash) -> bool {
    asker.caller.caller.person().is_none() && *shown == asker.bearer
}

/// That a credential's session goes on, and that it has signatures left.
///
/// # Errors
/// [`csc::Error`], in the words of the version.
pub(super) fn live(
    version: ApiVersion,
    credential: &SessionCredential,
    now: SystemTime,
) -> Result<(), csc::Error> {
    if !credential.is_live_at(now) {
        return Err(csc::Error::request(match version {
            ApiVersion::V1 => {
                let name = credential.certificate().subject_name();
                let organisation = name.organization.unwrap_or_default();
                let common_name = name.common_name.unwrap_or_default();
                format!("Signing certificate 'O={organisation},CN={common_name}' is expired.")
                    .into()
            }
            ApiVersion::V2 => std::borrow::Cow::Borrowed("Signing certificate is expired"),
        }));
    }
    if credential.left() == 0 {
        return Err(csc::Error::request("The credential identified by credentialID is disabled"));
    }
    Ok(())
}
