//! A document that may be signed: what stands in it that matters for a signature.

mod conformance;
mod extent;
mod facts;
mod form;
mod page;
mod permission;

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use seal::{DigestAlgorithm, Effort, EffortLimits};

use crate::encryption::Password;
use crate::error::{Error, StructureError};
use crate::place::Place;
use crate::prefix::PrefixHash;
use crate::reader::Reader;
use crate::signed::{Known, SignedDocument};
use crate::source::Source;
use crate::unseen::Survey;

pub(crate) use conformance::Conformance;
pub use extent::Rectangle;
pub(crate) use extent::{Extent, corners, inherited};
pub use facts::Facts;
pub(crate) use form::{Form, SignatureField};
pub use page::PageNumber;
pub(crate) use page::{first_page, page, page_with};
pub(crate) use permission::Permissions;

/// A PDF that has been opened for signing.
#[derive(Debug)]
pub struct Document {
    reader: Reader,
    /// Or why an encrypted document is not readable.
    content: Result<Content, Error>,
    survey: Arc<Survey>,
    prefixes: Mutex<Vec<PrefixHash>>,
}

/// What is known of a document before it is opened.
#[derive(Debug, Default)]
pub struct OpenOptions {
    /// The password of an encrypted document, its user's or its owner's. The empty user password
    /// is tried in any case.
    pub password: Option<Password>,
    /// The state of a hash after the document's last byte, if it was hashed while it streamed in.
    /// That it covers these bytes is the caller's promise.
    pub prefix: Option<PrefixHash>,
    /// What reading the document may cost; by default what a document of its length may.
    pub effort: Option<Effort>,
}

#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) catalog: Place,
    pub(crate) form: Form,
    pub(crate) permissions: Permissions,
}

impl Document {
    /// Opens a document.
    ///
    /// An encrypted document that needs a password can be opened without it, for its facts; it
    /// cannot be prepared.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read without repair.
    pub fn open(original: Bytes) -> Result<Self, Error> {
        Self::open_with(original, OpenOptions::default())
    }

    /// Opens a document with what is known of it.
    ///
    /// # Errors
    /// As [`Document::open`]; [`Error::PrefixLength`] when the hash covers another number of
    /// bytes, [`Error::Password`] when the password is wrong. One that the document does not need
    /// is not looked at.
    pub fn open_with(original: Bytes, options: OpenOptions) -> Result<Self, Error> {
        let length = original.len() as u64;
        if let Some(prefix) = options.prefix.as_ref().filter(|prefix| prefix.length() != length) {
            return Err(Error::PrefixLength { hashed: prefix.length(), length });
        }
        let effort = options.effort;
        let effort = effort.unwrap_or_else(|| Effort::new(EffortLimits::default(), length));
        let opened = Reader::of(Source::new(original), effort.clone()).and_then(|mut reader| {
            let unlocked = reader.unlock(options.password.as_ref());
            let content = match unlocked {
                Ok(()) => Ok(Content::read(&reader)?),
                Err(Error::Password) => return Err(Error::Password),
                Err(locked) => Err(locked),
            };
            let survey = match &content {
                Ok(_) => Arc::new(Survey::of(&reader)),
                Err(_) => Arc::default(),
            };
            let prefixes = Mutex::new(options.prefix.into_iter().collect());
            Ok(Self { reader, content, survey, prefixes })
        });
        effort.settle(opened)
    }

    /// Opens a document whose bytes have been hashed already, while they were streaming in.
    ///
    /// # Errors
    /// As [`Document::open`]; [`Error::PrefixLength`] when the hash covers another number of
    /// bytes. That it covers these bytes is the caller's promise.
    pub fn open_with_prefix(original: Bytes, prefix: PrefixHash) -> Result<Self, Error> {
        Self::open_with(original, OpenOptions { prefix: Some(prefix), ..OpenOptions::default() })
    }

    /// Opens a document that has just been signed, for another update. Nothing of it is copied,
    /// and only what was appended last is still to be hashed.
    ///
    /// # Errors
    /// As [`Document::open`].
    pub fn reopen(signed: SignedDocument) -> Result<Self, Error> {
        let (source, prefixes, known) = signed.into_parts();
        let Known { encryption, effort, survey } = known;
        let reopened = Reader::of(source, effort.clone()).and_then(|mut reader| {
            if let Some(encryption) = encryption {
                reader.unlock_with(encryption);
            }
            let content = Ok(Content::read(&reader)?);
            Ok(Self { reader, content, survey, prefixes: Mutex::new(prefixes) })
        });
        effort.settle(reopened)
    }

    /// The reader beneath.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// What a seal policy may want to know of the document.
    pub fn facts(&self) -> Facts {
        Facts::of(&self.reader, self.content.as_ref().ok(), self.survey.kinds())
    }

    /// The hash of all the document's bytes, before it is finished. Computed once for each
    /// algorithm.
    pub fn prefix_hash(&self, algorithm: DigestAlgorithm) -> PrefixHash {
        let known = {
            let prefixes = self.prefixes.lock().unwrap_or_else(PoisonError::into_inner);
            prefixes.iter().find(|prefix| prefix.algorithm() == algorithm).cloned()
        };
        known.unwrap_or_else(|| {
            let mut prefix = PrefixHash::new(algorithm);
            for piece in self.reader.source().pieces() {
                prefix.update(piece);
            }
            let mut prefixes = self.prefixes.lock().unwrap_or_else(PoisonError::into_inner);
            prefixes.push(prefix.clone());
            prefix
        })
    }

    /// The hashes of all the document's bytes that are known already.
    pub(crate) fn prefixes(&self) -> Vec<PrefixHash> {
        self.prefixes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was seen of the document as it was first.
    pub(crate) fn survey(&self) -> &Survey {
        &self.survey
    }

    pub(crate) fn known(&self) -> Known {
        Known {
            encryption: self.reader.encryption().cloned(),
            effort: self.reader.effort().clone(),
            survey: Arc::clone(&self.survey),
        }
    }

    pub(crate) fn content(&self) -> Result<&Content, Error> {
        self.content.as_ref().map_err(Clone::clone)
    }
}

impl Content {
    fn read(reader: &Reader) -> Result<Self, Error> {
        let catalog = catalog(reader)?;
        let form = Form::read(reader, &catalog)?;
        let permissions = Permissions::read(reader, &catalog, &form)?;
        Ok(Self { catalog, form, permissions })
    }
}

/// The document's catalog.
///
/// # Errors
/// [`Error::Structure`] when there is none that could be replaced.
pub(crate) fn catalog(reader: &Reader) -> Result<Place, Error> {
    let root = reader.trailer_value(b"Root").ok_or(Error::Structure(StructureError::NoCatalog))?;
    if root.is_dictionary() {
        return Err(Error::Structure(StructureError::DirectCatalog));
    }
    let catalog = reader.resolve(root)?;
    let id = catalog.id().filter(|_| catalog.is_dictionary());
    let id = id.ok_or(Error::Structure(StructureError::CatalogKind))?;
    Ok(Place { holder: id, offset: 0, value: catalog })
}
