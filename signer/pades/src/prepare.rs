//! From a document to the update that will hold a signature, and the digest to be signed.

mod field;
mod form;
mod seed;
mod shown;
mod structure;
mod target;
mod trial;

use seal::{Certification, DigestAlgorithm};

use crate::dictionary::{self, SignatureDictionary};
use crate::document::Document;
use crate::error::{Error, Prohibition, StructureError};
use crate::extension;
use crate::options::SignatureOptions;
use crate::prepared::PreparedDocument;
use crate::security_store::ValidationData;
use crate::update::{Identifier, Update};
use field::Target;

impl Document {
    /// Prepares a signature: makes the update, with `reserved` bytes for the CMS, and hashes all
    /// but them.
    ///
    /// # Errors
    /// [`Error`] when the document cannot be signed as asked.
    pub fn prepare(
        &self,
        options: &SignatureOptions,
        algorithm: DigestAlgorithm,
        reserved: usize,
    ) -> Result<PreparedDocument, Error> {
        self.reader().effort().settle(self.prepare_signature(options, algorithm, reserved))
    }

    fn prepare_signature(
        &self,
        options: &SignatureOptions,
        algorithm: DigestAlgorithm,
        reserved: usize,
    ) -> Result<PreparedDocument, Error> {
        let content = self.content()?;
        let certifies = options.certify != Certification::None;
        if certifies && content.form.signature_fields.iter().any(|f| f.is_signed()) {
            return Err(Error::Forbidden(Prohibition::CertifySigned));
        }
        let target = self.target(options.field.as_deref(), Purpose::Signature)?;
        let mut permission = options.certify.permission();
        let mut references = Vec::new();
        if let Target::Existing(field) = &target {
            seed::check(self.reader(), field, options, algorithm)?;
            if let Some(lock) = seed::lock(self.reader(), field, content.catalog.holder)? {
                // The stricter of both: a lock restricts the document without certifying it.
                permission = [permission, lock.permission].into_iter().flatten().min();
                references.push(lock.reference);
            }
        }
        if options.extended.is_some() && permission == Some(1) {
            return Err(Error::Forbidden(Prohibition::NoExtension));
        }
        references.extend(permission.map(|p| dictionary::certification(p).into_bytes()));
        let reference = references.join(&b' ');
        let reference = (!reference.is_empty()).then(|| [b"[", &reference[..], b"]"].concat());
        let signature = SignatureDictionary::signature(options, reference.as_deref(), reserved)?;
        let update = Update::new(self)?;
        let made = Made { options: Some(options), signature };
        let prepared = self.write(update, &target, made, algorithm)?;
        if let Some(later) = options.extended {
            prepared.rehearse(later, algorithm)?;
        }
        Ok(prepared)
    }

    /// Prepares a document time-stamp (ETSI EN 319 142-1 clause 5.4.3) in a new field.
    ///
    /// # Errors
    /// As [`Document::prepare`].
    pub fn prepare_time_stamp(
        &self,
        algorithm: DigestAlgorithm,
        reserved: usize,
    ) -> Result<PreparedDocument, Error> {
        self.prepare_archive_time_stamp(&ValidationData::default(), algorithm, reserved)
    }

    /// Prepares a document time-stamp over the document and over `data`, which one revision adds
    /// to the security store together with the time-stamp: B-LTA, or its renewal.
    ///
    /// # Errors
    /// As [`Document::prepare`] and [`Document::append_security_store`].
    pub fn prepare_archive_time_stamp(
        &self,
        data: &ValidationData,
        algorithm: DigestAlgorithm,
        reserved: usize,
    ) -> Result<PreparedDocument, Error> {
        self.reader().effort().settle(self.prepare_stamp(data, algorithm, reserved))
    }

    fn prepare_stamp(
        &self,
        data: &ValidationData,
        algorithm: DigestAlgorithm,
        reserved: usize,
    ) -> Result<PreparedDocument, Error> {
        let target = self.target(None, Purpose::TimeStamp)?;
        let signature = SignatureDictionary::time_stamp(reserved)?;
        let mut update = Update::new(self)?;
        self.store(&mut update, data)?;
        self.write(update, &target, Made { options: None, signature }, algorithm)
    }

    /// The field to be signed, if the document permits it.
    fn target(&self, field: Option<&str>, purpose: Purpose) -> Result<Target, Error> {
        let content = self.content()?;
        let form = &content.form;
        if form.needs_rendering || (form.xfa && !form.has_fields) {
            return Err(Error::Structure(StructureError::Xfa));
        }
        if content.permissions.access == Some(1) {
            return Err(Error::Forbidden(Prohibition::NoChanges));
        }
        let target = Target::choose(form, field)?;
        let new_field = matches!(target, Target::New(_));
        if self.reader().encryption().is_some_and(|e| !e.permits_signature(new_field)) {
            return Err(Error::Forbidden(Prohibition::Permissions { new_field }));
        }
        // A lock forbids changes to the values of fields (ISO 32000-2 clause 12.8.2.4). The new field of
        // a time-stamp over the document changes none, and nobody fills it in.
        if purpose == Purpose::Signature
            && let Some(by) = content.permissions.locked_by(target.name())
        {
            let (by, field) = (by.to_owned(), target.name().to_owned());
            return Err(Error::Forbidden(Prohibition::Locked { by, field }));
        }
        Ok(target)
    }

    fn write(
        &self,
        mut update: Update<'_>,
        target: &Target,
        Made { options, signature }: Made<'_>,
        algorithm: DigestAlgorithm,
    ) -> Result<PreparedDocument, Error> {
        let reader = self.reader();
        let catalog = self.content()?.catalog.holder;
        let certify = options.is_some_and(|options| options.certify != Certification::None);
        let appearance = options.and_then(|options| options.appearance.as_ref());
        let id = update.allocate()?;
        let value = format!("{} {} R", id.0, id.1);
        match target {
            Target::Existing(field) => {
                self.fill(&mut update, field, &value, appearance)?;
                form::set_flags(&mut update, catalog)?;
            }
            Target::New(name) => {
                let reference = self.add_field(&mut update, name, &value, appearance)?;
                form::add_field(&mut update, catalog, reference.as_bytes())?;
            }
        }
        extension::name_etsi(&mut update, catalog, reader.header_version())?;
        if let Some(algorithm) = options.and_then(|options| options.signature_algorithm) {
            extension::name_iso(&mut update, catalog, reader.header_version(), algorithm)?;
        }
        if certify {
            form::add_certification(&mut update, catalog, value.as_bytes())?;
        }
        let signature = match reader.encryption() {
            Some(encryption) => signature.encrypt(encryption, id, reader.source().length())?,
            None => signature,
        };
        let SignatureDictionary { bytes, byte_range, contents } = signature;
        // Unique to this writing: the document's hash, and the signature's claimed time.
        let prefix = self.prefix_hash(algorithm);
        let mut identifier = prefix.clone();
        identifier.update(&bytes[..byte_range.start]);
        let identifier = Identifier::of(identifier.finish().as_bytes());
        update.add_encrypted(id, bytes);
        let tail = update.write(&identifier)?;
        PreparedDocument::new(self, prefix, tail, id, byte_range, contents)
    }
}

/// What a field is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Signature,
    TimeStamp,
}

/// A signature dictionary, and what it was made from unless it is a time-stamp's.
struct Made<'a> {
    options: Option<&'a SignatureOptions>,
    signature: SignatureDictionary,
}

#[cfg(test)]
mod tests;
