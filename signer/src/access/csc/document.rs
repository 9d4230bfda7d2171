//! `signatures/signDoc`: seals of documents and digests, each with a key of its own, by the profile that a
//! signature qualifier names.

use base64::{Engine, engine::general_purpose::STANDARD};
use csc::{DocumentContent, DocumentItem, DocumentsAnswer, DocumentsRequest, Envelope};
use seal::{Act, Certification, Format, Packaging, ProfileId};

use super::{Asker, Csc, Failure, authorise::by_consent};
use crate::service::{ActOptions, Completed, DigestRequest, Document, FileName};

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
    /// [`Failure`].
    pub async fn sign_documents(
        &self,
        asker: &Asker,
        request: DocumentsRequest,
    ) -> Result<DocumentsAnswer, Failure> {
        if asker.agrees() {
            return Err(by_consent().into());
        }
        let unknown = || csc::Error::invalid("signatureQualifier");
        let profile = profile_of(&request.qualifier).ok_or_else(unknown)?;
        let snapshot = asker.caller.organisation.snapshot();
        let known = snapshot.policy().profile(&profile).ok_or_else(unknown)?;
        request.items.iter().try_for_each(|item| item.suits(known.algorithm))?;
        let mut answer = DocumentsAnswer::default();
        for item in request.items {
            for completed in self.seal_item(asker, &profile, item).await? {
                let encoded = STANDARD.encode(completed.parts.concat());
                match completed.file_name {
                    FileName::DetachedCms => answer.signatures.push(encoded),
                    FileName::SealedPdf
                    | FileName::SignedPdf
                    | FileName::AugmentedPdf
                    | FileName::AttachedCms => answer.documents.push(encoded),
                }
            }
        }
        Ok(answer)
    }

    async fn seal_item(
        &self,
        asker: &Asker,
        profile: &ProfileId,
        item: DocumentItem,
    ) -> Result<Vec<Completed>, Failure> {
        let (caller, service) = (&asker.caller, &self.service);
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
            Envelope::Detached | Envelope::Certification | Envelope::Revision => {
                Packaging::Detached
            }
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
}
