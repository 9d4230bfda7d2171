//! What a finished act gives back.

use bytes::Bytes;
use pades::validate::Validation;
use seal::{
    Act, ActRequest, CertificateProfile, Certification, Format, Level, Packaging, Reaction, Unseen,
};

use crate::store::Receipt;

/// The result of an act.
#[derive(Debug)]
pub struct Completed {
    /// The result's bytes, in pieces: the original is not copied.
    pub parts: Vec<Bytes>,
    /// The constant name under which it may be saved, and with it the media type.
    pub file_name: FileName,
    /// The receipt.
    pub receipt: Receipt,
    /// The level that was reached, if it is lower than the one asked for.
    pub degraded: Option<Level>,
    /// What other people's readers may make of it.
    pub warnings: Vec<Warning>,
}

/// What was done as asked, but is judged differently by different readers of PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A document was certified, and evidence was added in a later revision: Foxit counts that as
    /// a change.
    EvidenceAfterCertification,
    /// A visible field was added to a certified document: readers do not agree on whether that is
    /// a change that the certification permits.
    VisibleAfterCertification,
    /// The document holds something that its pages do not show.
    Unseen(Unseen),
}

impl Warning {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::EvidenceAfterCertification => "evidence-after-certification",
            Self::VisibleAfterCertification => "visible-after-certification",
            Self::Unseen(unseen) => unseen.name(),
        }
    }

    /// What is to be said of an act.
    pub(super) fn of(
        request: &ActRequest,
        profile: &CertificateProfile,
        visible_field: bool,
    ) -> Vec<Self> {
        let certified =
            request.certification != Certification::None || request.facts.certification.is_some();
        let evidence = certified && request.format == Format::Pades && request.level > Level::BT;
        let visible = visible_field && request.facts.certification.is_some();
        let told = [
            evidence.then_some(Self::EvidenceAfterCertification),
            visible.then_some(Self::VisibleAfterCertification),
        ];
        let unseen = profile.unseen.with(&request.facts.unseen, Reaction::Warn);
        told.into_iter().flatten().chain(unseen.into_iter().map(Self::Unseen)).collect()
    }

    /// What is to be said of an augmentation of a document that was judged so.
    pub(super) fn of_augmentation(judged: &Validation) -> Vec<Self> {
        let certified = judged.signatures.iter().any(|one| one.certification.is_some());
        certified.then_some(Self::EvidenceAfterCertification).into_iter().collect()
    }
}

/// A name for a result. It never comes from a request, which might name a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileName {
    /// A sealed PDF.
    SealedPdf,
    /// A PDF signed by a person.
    SignedPdf,
    /// A PDF whose signatures were raised.
    AugmentedPdf,
    /// A detached CMS.
    DetachedCms,
    /// A CMS with its content.
    AttachedCms,
}

impl FileName {
    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SealedPdf => "sealed.pdf",
            Self::SignedPdf => "signed.pdf",
            Self::AugmentedPdf => "augmented.pdf",
            Self::DetachedCms => "signature.p7s",
            Self::AttachedCms => "signed.p7m",
        }
    }

    /// The header Content-Disposition (RFC 6266).
    pub fn disposition(self) -> &'static str {
        match self {
            Self::SealedPdf => "attachment; filename=\"sealed.pdf\"",
            Self::SignedPdf => "attachment; filename=\"signed.pdf\"",
            Self::AugmentedPdf => "attachment; filename=\"augmented.pdf\"",
            Self::DetachedCms => "attachment; filename=\"signature.p7s\"",
            Self::AttachedCms => "attachment; filename=\"signed.p7m\"",
        }
    }

    /// The media type (RFC 8551 section 3.2 for CMS).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::SealedPdf | Self::SignedPdf | Self::AugmentedPdf => "application/pdf",
            Self::DetachedCms => "application/pkcs7-signature",
            Self::AttachedCms => "application/pkcs7-mime; smime-type=signed-data",
        }
    }

    /// The name of what an act makes.
    pub(super) fn of(act: Act, format: Format, packaging: Packaging) -> Self {
        match (format, packaging, act) {
            (Format::Pades, _, Act::Seal) => Self::SealedPdf,
            (Format::Pades, _, Act::Sign) => Self::SignedPdf,
            (Format::Cades, Packaging::Detached, _) => Self::DetachedCms,
            (Format::Cades, Packaging::Attached, _) => Self::AttachedCms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disposition_holds_the_name() {
        for name in [
            FileName::SealedPdf,
            FileName::SignedPdf,
            FileName::AugmentedPdf,
            FileName::DetachedCms,
            FileName::AttachedCms,
        ] {
            assert!(name.disposition().contains(name.as_str()));
        }
    }
}
