//! `signatures/signHash` and `signatures/timestamp`.

use base64::{Engine, engine::general_purpose::STANDARD};
use csc::{ApiVersion, HashSignature, SignaturesAnswer, TimeStampAnswer, TimeStampRequest};

use super::{Asker, Csc, Failure, authorise::live};

impl Csc {
    /// Signs hashes that were authorised, all of them or none.
    ///
    /// # Errors
    /// [`Failure`]. What was authorised can be asked for again only when the device was not asked.
    pub async fn sign_hashes(
        &self,
        version: ApiVersion,
        asker: &Asker,
        request: &HashSignature<'_>,
    ) -> Result<SignaturesAnswer, Failure> {
        let credential = self.wallets.credential(asker, request.credential)?;
        let now = self.service.clock().now();
        live(version, &credential, now)?;
        let suite = credential.algorithm();
        let to_sign = request.algorithm.to_sign(suite)?;
        let hashes = request.hashes.digests(suite.digest_algorithm())?;
        let sad = self.sads.find(asker, request.credential, request.sad, now)?;
        sad.with(|authorisation| authorisation.spend(&hashes))?;
        let to_sign = hashes.iter().copied().map(to_sign).collect();
        let signed = self.service.sign_hashes(asker.caller.clone(), credential, to_sign).await;
        match signed {
            Ok(values) => {
                let values = values.iter().map(|value| STANDARD.encode(value.as_bytes()));
                Ok(SignaturesAnswer { signatures: values.collect() })
            }
            Err(unsigned) => {
                if !unsigned.asked {
                    sad.with(|authorisation| authorisation.give_back(hashes));
                }
                Err(unsigned.error.into())
            }
        }
    }

    /// A time-stamp over a digest, for whoever may sign or seal.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn time_stamp(
        &self,
        asker: Asker,
        TimeStampRequest { imprint, nonce }: TimeStampRequest,
    ) -> Result<TimeStampAnswer, Failure> {
        let token = self.service.time_stamp_digest(asker.caller, imprint, nonce).await?;
        Ok(TimeStampAnswer { timestamp: STANDARD.encode(token.as_bytes()) })
    }
}
