//! `signatures/signDoc`: seals of documents and digests, each with a key of its own, by the profile that a
//! signature qualifier names, or by that of the credential that activation data are for.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use csc::{
    ApiVersion, DocumentContent, DocumentItem, DocumentsAnswer, DocumentsRequest, Envelope,
    Permission, SignedAnswer,
};
use seal::{Act, Certification, Digest, Format, Packaging, ProfileId};

use super::{
    Answered, Asker, Csc, Failure,
    authorise::{by_consent, live},
    sads::IssuedSad,
};
use crate::{
    Error,
    authentication::Authenticated,
    service::{ActOptions, Completed, DigestRequest, Document, FileName, Service},
};

/// What stands before the name of a profile in its qualifier. It claims nothing of what the law knows.
const PREFIX: &str = "x_segl_";

/// The signature qualifier of a profile.
pub(super) fn qualifier(profile: &ProfileId) -> String {
    format!("{PREFIX}{profile}")
}

/// The profile of a qualifier; it may be none that there is.
pub(super) fn profile_of(qualifier: &str) -> Option<ProfileId> {
    qualifier.strip_prefix(PREFIX).map(ProfileId::new)
}

impl Csc {
    /// Seals documents or digests. Each is an act of its own; when one fails none is answered.
    ///
    /// # Errors
    /// [`Failure`]. What was authorised and not sealed because the seal policy refuses it may be asked for
    /// again; whatever else came of it, it may not.
    pub async fn sign_documents(
        &self,
        asker: &Asker,
        request: DocumentsRequest,
    ) -> Result<Answered, Failure> {
        let unknown = || csc::Error::invalid("signatureQualifier");
        let now = self.service.clock().now();
        let (profile, sad) = match &request.permission {
            // Nobody agreed to anything.
            Permission::Qualifier(_) if asker.agrees() => return Err(by_consent().into()),
            Permission::Qualifier(qualifier) => (profile_of(qualifier).ok_or_else(unknown)?, None),
            Permission::ActivationData { sad, credential, qualifier } => {
                let shown = (Some(sad.as_str()), credential.as_deref());
                let sad = self.authorised(asker, shown, now).await?;
                let credential = self.wallets.credential(asker, sad.credential())?;
                live(ApiVersion::V2, &credential, now)?;
                let profile = credential.profile().clone();
                if qualifier.as_ref().is_some_and(|named| *named != self::qualifier(&profile)) {
                    return Err(unknown().into());
                }
                (profile, Some(sad))
            }
        };
        let snapshot = asker.caller.organisation.snapshot();
        let suite = snapshot.policy().profile(&profile).ok_or_else(unknown)?.algorithm;
        request.items.iter().try_for_each(|item| item.suits(suite))?;
        let bytes = request.items.iter().map(|item| weight(&item.content)).sum();
        let place = self.later.place(request.mode, asker, bytes, now)?;
        let allowed = match sad {
            Some(sad) => {
                let hashes = |item: &DocumentItem| item.content.hashes(suite.digest_algorithm());
                let listed: Vec<Vec<Digest>> = request.items.iter().map(hashes).collect();
                let spent = sad.with(|authorisation| authorisation.spend(&listed.concat()));
                spent.map_err(|_| csc::Error::document_not_authorized())?;
                Some((sad, listed))
            }
            None => None,
        };
        let (service, caller) = (Arc::clone(&self.service), asker.caller.clone());
        let act = async move {
            let mut answer = DocumentsAnswer::default();
            for (at, item) in request.items.into_iter().enumerate() {
                match seal_item(&service, &caller, &profile, item).await {
                    Ok(made) => made.into_iter().for_each(|one| put(&mut answer, &one)),
                    Err(error) => {
                        if let Some((sad, listed)) =
                            allowed.filter(|_| matches!(error, Error::Refused(_)))
                        {
                            give_back(&sad, listed, at);
                        }
                        return Err(error.into());
                    }
                }
            }
            Ok(SignedAnswer::Documents(answer))
        };
        place.take(Arc::clone(&self.service), act).await
    }
}

/// Gives back what was not asked for when the seal policy refused the item `at` of those that were spent for.
fn give_back(sad: &IssuedSad, mut listed: Vec<Vec<Digest>>, at: usize) {
    let mut unasked = listed.split_off(at);
    // Of several digests the first ones may have been sealed.
    if unasked.first().is_some_and(|refused| refused.len() > 1) {
        unasked.remove(0);
    }
    sad.with(|authorisation| authorisation.give_back(unasked.concat()));
}

/// What a document and its signatures may take while they are kept, in bytes.
fn weight(content: &DocumentContent) -> usize {
    /// A container with certificates, time-stamps and revocation data, in base64.
    const CONTAINER: usize = 256 << 10;
    // The document, and it once more in base64 with its signature.
    3 * content.size() + content.number() * CONTAINER
}

fn put(answer: &mut DocumentsAnswer, completed: &Completed) {
    let encoded = STANDARD.encode(completed.parts.concat());
    match completed.file_name {
        FileName::DetachedCms => answer.signatures.push(encoded),
        FileName::SealedPdf
        | FileName::SignedPdf
        | FileName::AugmentedPdf
        | FileName::AttachedCms => answer.documents.push(encoded),
    }
}

async fn seal_item(
    service: &Arc<Service>,
    caller: &Authenticated,
    profile: &ProfileId,
    item: DocumentItem,
) -> Result<Vec<Completed>, Error> {
    let DocumentItem { content, format, level, envelope, reason, location, .. } = item;
    let bytes = match content {
        DocumentContent::Document(bytes) => bytes,
        DocumentContent::Digests(digests) => {
            let mut made = Vec::with_capacity(digests.len());
            for digest in digests {
                let (profile, level) = (profile.clone(), Some(level));
                let request = DigestRequest { profile, digest, format, level };
                made.push(service.perform_on_digest(caller.clone(), request).await?);
            }
            return Ok(made);
        }
    };
    let certify = match envelope {
        Envelope::Certification => Certification::FormFilling,
        Envelope::Revision | Envelope::Attached | Envelope::Detached => Certification::None,
    };
    let packaging = match envelope {
        Envelope::Attached => Packaging::Attached,
        Envelope::Detached | Envelope::Certification | Envelope::Revision => Packaging::Detached,
    };
    let options = ActOptions {
        profile: profile.clone(),
        format: Some(format),
        packaging,
        level: Some(level),
        field: None,
        reason,
        location,
        certify: (format == Format::Pades).then_some(certify),
        appearance: None,
        image: None,
        password: None,
    };
    let document = Document::new(bytes.into());
    Ok(vec![service.perform(Act::Seal, caller.clone(), options, document).await?])
}
