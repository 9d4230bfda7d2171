//! Raising the level of signatures that are there already, our own and others', and renewing
//! their proof before its last time-stamp's certificate expires (ETSI EN 319 142-1 and
//! EN 319 122-1 clause 6.3).
//!
//! Nothing is signed and no key is used. What is raised held before and holds afterwards by our
//! own validator, or nothing is answered.

mod cms;
mod gather;
mod pdf;
mod verdict;

use std::{sync::Arc, time::SystemTime};

use bytes::Bytes;
use cades::{RevocationPolicy, TrustMaterial, time_stamp::Token};
use pades::Password;
use seal::{
    Digest, Effort, Format, Level, TimeStampError, TimeStampTokenDer, policy::AugmentationApproval,
};

pub(super) use self::gather::Gathered;
use super::{
    AugmentationError, Document, FileName, Objection, ProblemType, Service, Warning,
    flight::StopOnDrop,
};
use crate::{
    Error,
    audit::{AskedAugmentation, AugmentationDone},
    authentication::Authenticated,
    store::AugmentationReceipt,
};

/// How far the time-stamping authority's clock may be from ours.
const CLOCK_TOLERANCE: std::time::Duration = std::time::Duration::from_secs(60);

/// What is to be raised.
#[derive(Clone, Debug)]
pub struct AugmentationRequest {
    /// The level that every signature is to have.
    pub level: Level,
    /// A signed PDF, or a CMS in DER or BER.
    pub document: Document,
    /// The content that a detached CMS belongs to.
    pub content: Option<Document>,
    /// The password of an encrypted PDF; the empty one is tried first.
    pub password: Option<Password>,
}

/// The result of an augmentation.
#[derive(Debug)]
pub struct Augmented {
    /// The result's bytes, in pieces.
    pub parts: Vec<Bytes>,
    /// The constant name under which it may be saved.
    pub file_name: FileName,
    /// The receipt.
    pub receipt: AugmentationReceipt,
    /// What other people's readers may make of it.
    pub warnings: Vec<Warning>,
}

/// What the signatures of a document are refused for is the caller's, and has a name of its own;
/// only what concerns a token that was just asked for does not.
fn about_the_document(error: Error) -> Error {
    let Error::Signature(error) = error else { return error };
    match error {
        cades::Error::NotAugmentable(why) => AugmentationError::NotAugmentable(why).into(),
        cades::Error::Untrusted(failure) => AugmentationError::NotTrusted(Objection::untrusted(
            "a signature of the document".to_owned(),
            &failure,
        ))
        .into(),
        cades::Error::Malformed { .. }
        | cades::Error::TooLong { .. }
        | cades::Error::NoCertificate
        | cades::Error::OtherContent => AugmentationError::NotUsable(error.to_string()).into(),
        cades::Error::TimeOutOfRange
        | cades::Error::OtherDigest { .. }
        | cades::Error::OtherKey { .. }
        | cades::Error::SignedWrongly(_)
        | cades::Error::TokenRefused(_) => Error::Signature(error),
    }
}

/// What was made, before it is recorded.
struct Raised {
    parts: Vec<Bytes>,
    file_name: FileName,
    done: AugmentationDone,
    warnings: Vec<Warning>,
}

impl Service {
    /// Raises the level of every signature of a document. It runs to its recorded end, which comes
    /// soon when the caller does not wait.
    ///
    /// # Errors
    /// [`Error`]; never a lower level than asked for.
    pub async fn augment(
        self: &Arc<Self>,
        caller: Authenticated,
        request: AugmentationRequest,
    ) -> Result<Augmented, Error> {
        let service = Arc::clone(self);
        let place = self.place_of(&caller)?;
        let effort = self.effort(&request.document);
        let _stop = StopOnDrop::new(&effort);
        let act = async move {
            let _place = place;
            // Whatever it does between its waits may take long.
            let act = Arc::clone(&service).augment_recorded(caller, request, effort);
            service.flights.in_turns(act).await
        };
        self.flights.run(act).await
    }

    async fn augment_recorded(
        self: Arc<Self>,
        caller: Authenticated,
        request: AugmentationRequest,
        effort: Effort,
    ) -> Result<Augmented, Error> {
        let original = request.document.bytes().clone();
        let asked = AskedAugmentation {
            caller: &caller.caller,
            input: request.document.sha256(),
            format: request.document.natural_format(),
            level: request.level,
            keyed: caller.keyed.as_ref(),
        };
        let size = request.document.bytes().len() as u64;
        let tenant = caller.organisation.tenant();
        self.is_asked_first(&caller).await?;
        let (snapshot, now) = (caller.organisation.snapshot(), self.clock.now());
        caller.holds(&snapshot, now)?;
        let approval = match snapshot.policy().evaluate_augmentation(&caller.caller, size, now) {
            Ok(approval) => approval,
            Err(refusals) => {
                if let Some(log) = caller.log() {
                    log.augmentation_refused(asked, &refusals.names(), now).await?;
                }
                return Err(refusals.into());
            }
        };
        // As of an act: what may come twice has come once before anything is made.
        let open = tenant.begin_augmentation(asked, now).await?;
        match self.raise(approval, request, now, &effort).await {
            Ok(Raised { mut parts, file_name, done, warnings }) => {
                self.budget_of(&caller).count(&mut parts, &original);
                let receipt = tenant.augmented(open, &done, self.clock.now()).await?;
                Ok(Augmented { parts, file_name, receipt, warnings })
            }
            Err(error) => {
                let cause = ProblemType::from(&error).name();
                tenant.augmentation_failed(open, cause, self.clock.now()).await?;
                Err(error)
            }
        }
    }

    async fn raise(
        &self,
        _approval: AugmentationApproval,
        request: AugmentationRequest,
        now: SystemTime,
        effort: &Effort,
    ) -> Result<Raised, Error> {
        if request.level == Level::BB {
            // What is there has it already, and nothing can be taken away.
            return Err(Error::LevelNotOffered(Level::BB));
        }
        if request.document.is_neither() {
            return Err(AugmentationError::Neither.into());
        }
        let raised = match request.document.natural_format() {
            Format::Pades => self.raise_pdf(request, now, effort).await,
            Format::Cades => self.raise_cms(request, now, effort).await,
        };
        // What ran over may have been taken for something else: that a signature does not hold.
        effort.check().map_err(pades::Error::from)?;
        raised.map_err(about_the_document)
    }

    /// A time-stamp of now over `imprint`, from whom it must come, and its time.
    async fn time_stamp_of_now(
        &self,
        imprint: Digest,
    ) -> Result<(TimeStampTokenDer, SystemTime), Error> {
        let earliest = self.clock.now().checked_sub(CLOCK_TOLERANCE);
        let token = self.time_stamping.time_stamp(imprint).await?;
        self.trust.check_token(&token, &imprint)?;
        let time = Token::parse(token.as_bytes()).map_err(cades::Error::from)?.gen_time();
        let latest = self.clock.now().checked_add(CLOCK_TOLERANCE);
        if earliest.is_none_or(|earliest| time < earliest)
            || latest.is_none_or(|latest| time > latest)
        {
            return Err(TimeStampError::Invalid("its time is not the present".into()).into());
        }
        Ok((token, time))
    }

    /// What signatures are judged by before and after they are raised. Revocation data that are
    /// missing keep no signature from its time-stamp; whether they are there is what B-LT says
    /// (ETSI EN 319 142-1 clause 6.3), and what accuses is heeded under every policy.
    fn augmentation_trust(&self) -> Result<TrustMaterial, Error> {
        let revocation_policy = RevocationPolicy::WhenAvailable;
        Ok(TrustMaterial { revocation_policy, ..self.trust_material(None)? })
    }
}
