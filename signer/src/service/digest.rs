//! An act over a digest: the document never leaves its owner.

use std::sync::Arc;

use seal::{Digest, Effort, Format, Level, Packaging, ProfileId};

use super::{ActOptions, Completed, Service, act::Work, target::Target};
use crate::{Error, authentication::Authenticated};

/// A digest to be signed or sealed.
#[derive(Clone, Debug)]
pub struct DigestRequest {
    /// The certificate profile; its kind says whether a person is needed.
    pub profile: ProfileId,
    /// The document's digest, or for `pades` the digest of the byte ranges.
    pub digest: Digest,
    /// Where the owner will put the CMS: `pades` leaves the signing-time out.
    pub format: Format,
    /// The level; the profile's own when left out.
    pub level: Option<Level>,
}

impl Service {
    /// Makes a detached CMS over a digest.
    ///
    /// # Errors
    /// [`Error`], as [`Service::perform`].
    pub async fn perform_on_digest(
        self: &Arc<Self>,
        caller: Authenticated,
        request: DigestRequest,
    ) -> Result<Completed, Error> {
        let DigestRequest { profile, digest, format, level } = request;
        let act = match caller.organisation.snapshot().policy().profile(&profile) {
            Some(profile) => profile.kind.act(),
            None => return Err(Error::ProfileUnknown(profile)),
        };
        let options = ActOptions {
            profile,
            format: Some(format),
            packaging: Packaging::Detached,
            level,
            field: None,
            reason: None,
            location: None,
            certify: None,
            appearance: None,
            image: None,
            password: None,
        };
        let target = Target::Digest { digest, format };
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let snapshot = caller.organisation.snapshot();
        let work = Work { effort: Effort::default(), long: false, snapshot };
        self.flights
            .run(async move {
                let _place = place;
                service.act(act, caller, options, target, digest, work).await
            })
            .await
    }
}
