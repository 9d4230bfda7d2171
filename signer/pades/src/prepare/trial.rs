//! Whether a document takes any signature at all.

use std::time::SystemTime;

use seal::DigestAlgorithm;

use crate::document::Document;
use crate::error::{Error, FieldError, Prohibition};
use crate::options::SignatureOptions;

/// How many empty fields are tried: each costs what preparing a signature does.
const TRIED: usize = 16;

/// Room for a signature that nobody makes.
const RESERVED: usize = 8_192;

impl Document {
    /// Whether the document takes a signature: an invisible one, in a new field or in one of its empty ones. What is
    /// refused here is refused however a signature is asked for.
    ///
    /// # Errors
    /// [`Error`], which says why a new field takes none, when no empty one takes any either.
    pub fn takes_signature(&self, now: SystemTime) -> Result<(), Error> {
        let Err(refused) = self.try_field(None, now) else { return Ok(()) };
        // What else is refused, no field of the document's own changes.
        let is_of_new_field = matches!(
            refused,
            Error::Forbidden(Prohibition::Permissions { .. } | Prohibition::Locked { .. })
        );
        let fields = &self.content()?.form.signature_fields;
        let empty = fields.iter().filter(|field| is_of_new_field && !field.is_signed());
        match empty.take(TRIED).any(|field| self.try_field(Some(&field.name), now).is_ok()) {
            true => Ok(()),
            false => Err(refused),
        }
    }

    fn try_field(&self, field: Option<&str>, now: SystemTime) -> Result<(), Error> {
        let field = field.map(str::to_owned);
        let options = SignatureOptions { field, ..SignatureOptions::new(now) };
        match self.prepare(&options, DigestAlgorithm::Sha256, RESERVED) {
            // Another signature may be the one that the field demands.
            Ok(_) | Err(Error::Field { cause: FieldError::SeedValue { .. }, .. }) => Ok(()),
            Err(refused) => Err(refused),
        }
    }
}
