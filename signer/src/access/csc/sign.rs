//! `signatures/signHash` and `signatures/timestamp`.

use std::{sync::Arc, time::SystemTime};

use base64::{Engine, engine::general_purpose::STANDARD};
use csc::{
    ApiVersion, HashSignature, SignaturesAnswer, SignedAnswer, TimeStampAnswer, TimeStampRequest,
};
use seal::Digest;

use super::{
    Answered, Asker, BearerHash, Csc, Failure, authorise::live, bearer::bearer_hash,
    sads::IssuedSad,
};
use crate::{
    Error,
    authentication::{Access, Consent},
    store::SecretKind,
};

/// What a signature that is kept takes, in bytes at most: that of the longest RSA key in base64.
const BYTES_OF_SIGNATURE: usize = 1 << 10;

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
    ) -> Result<Answered, Failure> {
        let credential = self.wallets.credential(asker, request.credential)?;
        let now = self.service.clock().now();
        live(version, &credential, now)?;
        let suite = credential.algorithm();
        let to_sign = request.algorithm.to_sign(suite)?;
        let hashes = request.hashes.digests(suite.digest_algorithm())?;
        let sad = self.authorised(asker, (request.sad, Some(request.credential)), now).await?;
        let bytes = hashes.len() * BYTES_OF_SIGNATURE;
        let place = self.later.place(request.mode, asker, bytes, now)?;
        sad.with(|authorisation| authorisation.spend(&hashes))?;
        let to_sign = hashes.iter().copied().map(to_sign).collect();
        let (service, caller) = (Arc::clone(&self.service), asker.caller.clone());
        let act = async move {
            match service.sign_hashes(caller, credential, to_sign).await {
                Ok(values) => {
                    let values = values.iter().map(|value| STANDARD.encode(value.as_bytes()));
                    Ok(SignedAnswer::Hashes(SignaturesAnswer { signatures: values.collect() }))
                }
                Err(unsigned) => {
                    if !unsigned.asked {
                        sad.with(|authorisation| authorisation.give_back(hashes));
                    }
                    Err(unsigned.error.into())
                }
            }
        };
        place.take(Arc::clone(&self.service), act).await
    }

    /// What stands for the SAD: a handle, or the token of a person's consent, as the bearer or beside a
    /// token that the same person gave the same client (1.0.4.0 section 11.9, 2.0 section 11.10).
    /// For this credential, where one is named.
    pub(super) async fn authorised(
        &self,
        asker: &Asker,
        (sad, id): (Option<&str>, Option<&str>),
        now: SystemTime,
    ) -> Result<Arc<IssuedSad>, Failure> {
        let shown = sad.map(bearer_hash);
        let access = asker.caller.access.as_ref();
        if let Some((access, consent)) = access.and_then(|one| Some((one, one.consent.as_ref()?))) {
            if shown.is_some_and(|hash| hash != asker.bearer) {
                return Err(csc::Error::sad().into());
            }
            let times = (now, access.ends);
            return self.agreed((asker, asker.bearer), consent, id, times);
        }
        let hash = shown.ok_or_else(|| csc::Error::missing("string", "SAD"))?;
        let Some(own) = access.filter(|access| access.is_of_person()) else {
            return Ok(self.sads.find(asker, id, &hash, now)?);
        };
        let kept = self.service.store().secret(SecretKind::AccessToken, &hash, now).await;
        let kept = kept.map_err(Error::from)?.ok_or_else(csc::Error::sad)?;
        if kept.organisation != *asker.caller.organisation.organisation() {
            return Err(csc::Error::sad().into());
        }
        let other = Access::of(&kept).map_err(Error::from)?;
        // One that is bound to a key is shown with a proof of that key, here by the bearer's; one that is
        // bound to a certificate on the bearer's connection.
        let bound = |access: &Access| {
            (access.key.clone(), access.certificate.clone(), access.signer.clone())
        };
        if !other.is_with(own) || bound(&other) != bound(own) {
            return Err(csc::Error::sad().into());
        }
        let consent = other.consent.as_ref().ok_or_else(csc::Error::sad)?;
        self.agreed((asker, hash), consent, id, (now, other.ends))
    }

    fn agreed(
        &self,
        (asker, bearer): (&Asker, BearerHash),
        consent: &Consent,
        id: Option<&str>,
        times: (SystemTime, SystemTime),
    ) -> Result<Arc<IssuedSad>, Failure> {
        let agreed = consent.credential.as_str();
        if id.is_some_and(|named| named != agreed) {
            return Err(csc::Error::sad().into());
        }
        let credential = self.wallets.credential(asker, agreed)?;
        let algorithm = credential.algorithm().digest_algorithm();
        let hashes = consent.hashes.iter().map(|hash| Digest::from_bytes(algorithm, hash));
        let hashes = hashes.collect::<Result<_, _>>();
        let hashes = hashes.map_err(|_| csc::Error::hash_not_authorized())?;
        self.sads.of_token(asker, (agreed, bearer), hashes, times)
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
