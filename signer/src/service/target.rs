//! What an act signs: a PDF from within, a document from outside, or a digest alone.

use std::time::SystemTime;

use bytes::Bytes;
use cades::{Content, Signature, SignatureKind};
use pades::{
    Extension, OpenOptions, PrefixHash, PreparedDocument, SignatureOptions, SignedDocument,
};
use seal::{
    CertificateProfile, Certification, Digest, DigestAlgorithm, DocumentFacts, Effort, Format,
    Level, Packaging, policy::Approval,
};

use super::{
    ActOptions, Document, Error, RequestError, appearance::Names, image::DecodedImage,
    reference::Reference,
};
use crate::store::AuditError;

/// A document that was opened: its facts are known, nothing is decided.
pub(super) enum Target {
    /// A PDF.
    Pdf {
        /// The PDF, read as far as needed.
        pdf: Box<pades::Document>,
        /// The state of SHA-256 after its last byte.
        original: PrefixHash,
        /// What the signature shows.
        image: Option<DecodedImage>,
    },
    /// Any content, to be signed from outside.
    Content {
        /// The content.
        document: Document,
        /// Whether the CMS will carry it.
        packaging: Packaging,
    },
    /// A digest whose document stays with its owner; the container is told apart by `pades`.
    Digest {
        /// The digest.
        digest: Digest,
        /// The container that the owner will put the CMS into.
        format: Format,
    },
}

/// A target of which everything that can fail on its side has not failed.
pub(super) enum Prepared {
    Pdf { pdf: Box<PreparedDocument>, original: PrefixHash, reference: Option<Reference> },
    Content { digest: Digest, document: Document, packaging: Packaging },
    Digest(Digest),
}

impl Target {
    /// Opens a document in the container that was asked for.
    ///
    /// # Errors
    /// [`Error::Document`], and [`RequestError::Malformed`] for what contradicts itself.
    pub(super) fn open(
        document: &Document,
        options: &ActOptions,
        effort: &Effort,
    ) -> Result<Self, Error> {
        if let (None, Some(offset)) = (options.format, document.late_header()) {
            return Err(pades::Error::HeaderLate { offset }.into());
        }
        match options.format.unwrap_or_else(|| document.natural_format()) {
            Format::Pades => {
                if options.packaging == Packaging::Attached {
                    let cause = "a PAdES signature is always detached (EN 319 142-1 clause 6.3)";
                    return Err(RequestError::Malformed(cause.into()).into());
                }
                if options.image.is_some() && options.appearance.is_none() {
                    let cause = "an image needs an appearance";
                    return Err(RequestError::Malformed(cause.into()).into());
                }
                let image = options.image.as_ref();
                let image = image.map(|file| DecodedImage::read(file, effort)).transpose()?;
                let original = document.sha256_state();
                let bytes = document.bytes().clone();
                let password = options.password.clone();
                let effort = Some(effort.clone());
                let opening = OpenOptions { password, prefix: Some(original.clone()), effort };
                let pdf = Box::new(pades::Document::open_with(bytes, opening)?);
                Ok(Self::Pdf { pdf, original, image })
            }
            Format::Cades => {
                let certifies = options.certify.is_some_and(|asked| asked != Certification::None);
                for (name, is_asked_for) in [
                    ("field", options.field.is_some()),
                    ("reason", options.reason.is_some()),
                    ("location", options.location.is_some()),
                    ("certify", certifies),
                    ("appearance", options.appearance.is_some() || options.image.is_some()),
                ] {
                    if is_asked_for {
                        let cause = format!("{name} belongs to PDF signatures alone");
                        return Err(RequestError::Malformed(cause).into());
                    }
                }
                let document = document.clone();
                Ok(Self::Content { document, packaging: options.packaging })
            }
        }
    }

    pub(super) fn format(&self) -> Format {
        match self {
            Self::Pdf { .. } => Format::Pades,
            Self::Content { .. } => Format::Cades,
            Self::Digest { format, .. } => *format,
        }
    }

    pub(super) fn packaging(&self) -> Packaging {
        match self {
            Self::Content { packaging, .. } => *packaging,
            Self::Pdf { .. } | Self::Digest { .. } => Packaging::Detached,
        }
    }

    /// What the signature makes of the document: as asked, else as the profile does.
    pub(super) fn certification(
        &self,
        options: &ActOptions,
        profile: &CertificateProfile,
    ) -> Certification {
        match self {
            Self::Pdf { .. } => options.certify.unwrap_or(profile.certify),
            Self::Content { .. } | Self::Digest { .. } => Certification::None,
        }
    }

    pub(super) fn facts(&self) -> DocumentFacts {
        match self {
            Self::Pdf { pdf, .. } => (&pdf.facts()).into(),
            Self::Content { document, .. } => {
                DocumentFacts { size: Some(document.bytes().len() as u64), ..Default::default() }
            }
            Self::Digest { .. } => DocumentFacts::default(),
        }
    }

    /// Makes everything ready but the signature. `names` are what it shows, if it does.
    ///
    /// # Errors
    /// [`Error::Document`], or [`RequestError::DigestAlgorithm`] for a digest that the suite of
    /// the profile does not sign.
    pub(super) fn prepare(
        &self,
        approval: &Approval,
        names: &Names,
        options: &ActOptions,
        now: SystemTime,
        Room { reserved, maximum_token_length }: Room,
    ) -> Result<Prepared, Error> {
        let algorithm = approval.algorithm().digest_algorithm();
        match self {
            Self::Pdf { pdf, original, image } => {
                let image = image.as_ref().map(|decoded| decoded.image.clone());
                let shown = options.appearance.as_ref();
                let reference = shown.filter(|shown| shown.has_face()).map(|_| Reference::new(now));
                let reference = reference.transpose().map_err(AuditError::from)?;
                let shown = shown.map(|shown| {
                    shown.appearance(
                        &approval.enrolment().subject,
                        names,
                        now,
                        image,
                        reference.as_ref(),
                    )
                });
                let options = SignatureOptions {
                    field: options.field.clone(),
                    reason: options.reason.clone(),
                    location: options.location.clone(),
                    appearance: shown,
                    certify: approval.certification(),
                    signature_algorithm: Some(approval.algorithm()),
                    time_stamped: approval.level() >= Level::BT,
                    extended: later(approval.level(), maximum_token_length),
                    ..SignatureOptions::new(now)
                };
                let pdf = Box::new(pdf.prepare(&options, algorithm, reserved)?);
                Ok(Prepared::Pdf { pdf, original: original.clone(), reference })
            }
            Self::Content { document, packaging } => {
                let (digest, document) = (document.digest(algorithm), document.clone());
                Ok(Prepared::Content { digest, document, packaging: *packaging })
            }
            Self::Digest { digest, .. } if digest.algorithm() != algorithm => {
                let sent = digest.algorithm();
                Err(RequestError::DigestAlgorithm { expected: algorithm, sent }.into())
            }
            Self::Digest { digest, .. } => Ok(Prepared::Digest(*digest)),
        }
    }
}

/// The room that a signature and a time-stamp after it may take up at most, in bytes.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) reserved: usize,
    pub(super) maximum_token_length: usize,
}

/// What is appended to a PDF after a signature of this level.
fn later(level: Level, maximum_token_length: usize) -> Option<Extension> {
    match level {
        Level::BB | Level::BT => None,
        Level::BLT => Some(Extension::SecurityStore),
        Level::BLTA => Some(Extension::ArchiveTimeStamp { reserved: maximum_token_length }),
    }
}

impl Prepared {
    /// The digest that the message-digest attribute will hold.
    pub(super) fn digest(&self) -> Digest {
        match self {
            Self::Pdf { pdf, .. } => pdf.digest(),
            Self::Content { digest, .. } | Self::Digest(digest) => *digest,
        }
    }

    /// What stands in a visible signature, so that anybody finds the act by it.
    pub(super) fn reference(&self) -> Option<String> {
        match self {
            Self::Pdf { reference, .. } => reference.as_ref().map(ToString::to_string),
            Self::Content { .. } | Self::Digest(_) => None,
        }
    }

    /// Puts the signature into its container.
    ///
    /// # Errors
    /// [`Error::Document`] when the container is longer than what was reserved.
    pub(super) fn embed(self, signature: &Signature) -> Result<Embedded, Error> {
        match self {
            Self::Pdf { pdf, original, reference: _ } => {
                let signed = Box::new(pdf.embed(&signature.to_der(Content::Detached)?)?);
                Ok(Embedded::Pdf { signed, original })
            }
            Self::Content { digest, document, packaging: Packaging::Attached } => {
                let container = signature.to_der(Content::Attached(document.bytes()))?.into();
                Ok(Embedded::Cms { container, content: SignedOver { digest, attached: true } })
            }
            Self::Content { digest, packaging: Packaging::Detached, .. } | Self::Digest(digest) => {
                let container = signature.to_der(Content::Detached)?.into();
                Ok(Embedded::Cms { container, content: SignedOver { digest, attached: false } })
            }
        }
    }
}

/// A signature in its container.
pub(super) enum Embedded {
    /// In a PDF; with the state of SHA-256 after the original's last byte.
    Pdf { signed: Box<SignedDocument>, original: PrefixHash },
    /// In a CMS of its own.
    Cms { container: Bytes, content: SignedOver },
}

/// What a CMS is over, for the archive time-stamp.
#[derive(Clone, Copy, Debug)]
pub(super) struct SignedOver {
    pub(super) digest: Digest,
    pub(super) attached: bool,
}

/// A finished document, in pieces, and the state of SHA-256 after its last byte.
pub(super) struct Output {
    pub(super) parts: Vec<Bytes>,
    pub(super) sha256: PrefixHash,
}

impl From<Embedded> for Output {
    fn from(embedded: Embedded) -> Self {
        match embedded {
            Embedded::Pdf { signed, original } => {
                let mut sha256 = original;
                // The original's digest goes on: a long document is not hashed again.
                signed.appended().for_each(|part| sha256.update(part));
                Self { parts: signed.parts().cloned().collect(), sha256 }
            }
            Embedded::Cms { container, .. } => {
                let mut sha256 = PrefixHash::new(DigestAlgorithm::Sha256);
                sha256.update(&container);
                Self { parts: vec![container], sha256 }
            }
        }
    }
}

/// The attributes that the container demands: the signing-time is signed in CAdES and forbidden
/// in PAdES (EN 319 122-1 and EN 319 142-1, table 1).
pub(super) fn signature_kind(format: Format, signing_time: SystemTime) -> SignatureKind {
    match format {
        Format::Pades => SignatureKind::Pades,
        Format::Cades => SignatureKind::Cades { signing_time },
    }
}
