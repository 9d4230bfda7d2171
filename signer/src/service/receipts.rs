//! What the service seals and has time-stamped itself, for whoever takes the evidence of an act away.

use std::{sync::Arc, time::SystemTime};

use bytes::Bytes;
use cades::time_stamp::Token;
use seal::{
    Act, ApplicationId, Caller, CertificateProfile, Format, ProfileId, ProfileKind,
    TimeStampTokenDer,
};

use super::{ActOptions, Document, Service};
use crate::{
    Error,
    administration::{Administration, RECEIPTS_APPLICATION, Snapshot},
    audit::AuditPosition,
    authentication::Authenticated,
};

/// The audit log as it stood, and an authority's time-stamp over that.
#[derive(Clone, Debug)]
pub(crate) struct StampedHead {
    /// The name of the chain: that of the node.
    pub(crate) chain: String,
    /// The last record that is covered.
    pub(crate) head: AuditPosition,
    /// The token over [`AuditPosition::imprint`].
    pub(crate) token: TimeStampTokenDer,
    /// The time in it.
    pub(crate) time: SystemTime,
}

/// Whether a CMS can be sealed with a profile that no person stands in.
pub(super) fn seals_cms(profile: &CertificateProfile) -> bool {
    profile.kind != ProfileKind::User
        && profile.active
        && profile.allow_signing
        && profile.formats.contains(&Format::Cades)
}

/// The profile that the receipt of an act with another is sealed with: the same where it may, or else the
/// first that may; none where the organisation allows no seals.
pub(crate) fn sealing_profile(snapshot: &Snapshot, act: Option<&str>) -> Option<ProfileId> {
    if !snapshot.policy().organisation().allow_seals {
        return None;
    }
    let able = || snapshot.policy().profiles().iter().filter(|profile| seals_cms(profile));
    let same = able().find(|profile| Some(profile.id.as_str()) == act);
    same.or_else(|| able().next()).map(|profile| profile.id.clone())
}

impl Service {
    /// The origin of the pages.
    pub(crate) fn pages(&self) -> &str {
        &self.pages
    }

    /// Seals a receipt in the organisation's name: a CMS around it. It is an act like others, of an
    /// application that is the service's own.
    ///
    /// # Errors
    /// [`Error`].
    pub(crate) async fn seal_receipt(
        self: &Arc<Self>,
        organisation: &Arc<Administration>,
        profile: ProfileId,
        receipt: Vec<u8>,
    ) -> Result<Vec<Bytes>, Error> {
        let caller = Caller::Application(ApplicationId::new(RECEIPTS_APPLICATION));
        let caller = Authenticated::of(caller, Arc::clone(organisation));
        let document = Document::new(receipt.into());
        let sealed = self.perform(Act::Seal, caller, ActOptions::around(profile), document);
        Ok(sealed.await?.parts)
    }

    /// Has the audit log time-stamped as it stands, on record as ever.
    ///
    /// # Errors
    /// [`Error::TimeStamp`], [`Error::Signature`], [`Error::Audit`].
    pub(crate) async fn stamped_head(&self) -> Result<StampedHead, Error> {
        let mut kept = None;
        let check = |token: &TimeStampTokenDer, imprint: &_| {
            kept = Some(token.clone());
            self.trust.check_token(token, imprint)
        };
        let now = self.clock.now();
        let head: Result<_, Error> =
            self.store.time_stamp_head(&*self.time_stamping, check, now).await;
        let head = head?;
        let token = kept.ok_or(Error::Interrupted)?;
        let time = Token::parse(token.as_bytes()).map_err(cades::Error::from)?.gen_time();
        Ok(StampedHead { chain: self.store.chain().to_owned(), head, token, time })
    }
}
