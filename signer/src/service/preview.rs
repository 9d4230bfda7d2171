//! What is known of an act before it is asked for: what a document holds, whether the act would be allowed,
//! and what its signature would show. Nothing of it is recorded, and no key is made.

use std::sync::Arc;

use bytes::Bytes;
use pades::{Facts, PreparedDocument};
use seal::{Act, ActRequest, policy::Refusals};

use super::{
    ActOptions, Document, Error, Service,
    flight::StopOnDrop,
    intent::judge,
    target::{Prepared, Room, Target},
};
use crate::authentication::Authenticated;

/// What a document is, as far as a signature is concerned.
#[derive(Clone, Debug)]
pub(crate) struct Inspected {
    /// Its fields, and what its pages do not show.
    pub(crate) facts: Facts,
}

/// An act that was not asked for yet.
#[derive(Debug)]
pub(crate) struct Preview {
    /// The document as it would look, without a signature; its memory is counted.
    pub(crate) document: Bytes,
}

impl Service {
    /// Reads what a PDF holds that can be signed.
    ///
    /// # Errors
    /// [`Error::Document`] when no signature can be prepared in it, however it is asked for.
    pub(crate) async fn inspect(
        &self,
        caller: &Authenticated,
        document: Document,
    ) -> Result<Inspected, Error> {
        let _place = self.place_of(caller)?;
        let effort = self.effort(&document);
        let _stop = StopOnDrop::new(&effort);
        let now = self.clock.now();
        let read = move || {
            if !document.looks_like_pdf() {
                return Err(pades::Error::HeaderMissing.into());
            }
            let prefix = Some(document.sha256_state());
            let options = pades::OpenOptions { prefix, effort: Some(effort), password: None };
            let opened = pades::Document::open_with(document.bytes().clone(), options)?;
            opened.takes_signature(now)?;
            Ok(Inspected { facts: opened.facts() })
        };
        self.flights.elsewhere(read).await
    }

    /// What the policy has against an act over a document with these facts, if anything. A person's
    /// signature is judged as if they had given their evidence.
    ///
    /// # Errors
    /// [`Error`] when it cannot be judged.
    pub(crate) async fn objections(
        &self,
        act: Act,
        caller: &Authenticated,
        options: &ActOptions,
        (document, facts): (&Document, &Facts),
    ) -> Result<Option<Refusals>, Error> {
        let snapshot = caller.organisation.snapshot();
        let profile = snapshot.policy().profile(&options.profile);
        let profile = profile.ok_or_else(|| Error::ProfileUnknown(options.profile.clone()))?;
        let request = ActRequest {
            appearance: options.appearance_name(),
            act,
            profile: profile.id.clone(),
            format: seal::Format::Pades,
            level: options.level.unwrap_or(profile.default_level),
            certification: options.certify.unwrap_or(profile.certify),
            texts: options.texts(profile),
            document: document.sha256(),
            facts: facts.into(),
            activated: true,
            seals: 1,
        };
        let judged = judge(&snapshot, caller, &request, profile, self.clock.now()).await?;
        Ok(judged.err())
    }

    /// The document as the act would leave it, but for the signature itself.
    ///
    /// # Errors
    /// [`Error`] where the act would be refused, or the document cannot take it; `Busy` when there is no
    /// memory for another copy of it.
    pub(crate) async fn preview(
        self: &Arc<Self>,
        act: Act,
        caller: Authenticated,
        options: ActOptions,
        document: Document,
    ) -> Result<Preview, Error> {
        let mut share = self.budget_of(&caller).share();
        let length = document.bytes().len() as u64;
        let prepared = self.try_out(act, caller, options, document).await?;
        share.grow_to(length)?;
        let unsigned = self.flights.elsewhere(move || Ok(Bytes::from(prepared.unsigned()))).await?;
        // What the signature shows is there already.
        share.grow_to(unsigned.len() as u64)?;
        Ok(Preview { document: share.around(unsigned) })
    }

    /// Makes everything ready for an act, and does not do it.
    ///
    /// # Errors
    /// [`Error`] where the act would be refused, or the document cannot take it.
    pub(crate) async fn try_out(
        self: &Arc<Self>,
        act: Act,
        caller: Authenticated,
        options: ActOptions,
        document: Document,
    ) -> Result<Box<PreparedDocument>, Error> {
        let _place = self.place_of(&caller)?;
        let snapshot = caller.organisation.snapshot();
        let options = options.named(&snapshot)?;
        let effort = self.effort(&document);
        let _stop = StopOnDrop::new(&effort);
        let sha256 = document.sha256();
        let open = move || {
            Target::open(&document, &options, &effort).map(|target| (target, options, effort))
        };
        let (target, options, effort) = self.flights.elsewhere(open).await?;
        let now = self.clock.now();
        let profile = snapshot.policy().profile(&options.profile);
        let profile = profile.ok_or_else(|| Error::ProfileUnknown(options.profile.clone()))?;
        let request = ActRequest {
            appearance: options.appearance_name(),
            act,
            profile: profile.id.clone(),
            format: target.format(),
            level: options.level.unwrap_or(profile.default_level),
            certification: target.certification(&options, profile),
            texts: options.texts(profile),
            document: sha256,
            facts: target.facts(),
            activated: true,
            seals: 1,
        };
        let approval = judge(&snapshot, &caller, &request, profile, now).await??;
        let maximum_token_length = self.time_stamping.maximum_token_length();
        let room = Room { reserved: self.reserve(&approval, now), maximum_token_length };
        let shown = self.names(profile);
        let prepare = move || {
            let prepared = target.prepare(&approval, &shown, &options, now, room)?;
            effort.commit().map_err(pades::Error::from)?;
            match prepared {
                Prepared::Pdf { pdf, .. } => Ok(pdf),
                Prepared::Content { .. } | Prepared::Digest(_) => {
                    Err(pades::Error::HeaderMissing.into())
                }
            }
        };
        self.flights.elsewhere(prepare).await
    }
}
