//! The document security store (ETSI EN 319 142-1 clause 5.4.2, ISO 32000-2 clause 12.8.4.3):
//! what a verifier needs when the certificates' issuers no longer answer.

mod known;
mod related;

use bytes::Bytes;
use lopdf::ObjectId;

use crate::document::Document;
use crate::error::{Error, Limit, Prohibition};
use crate::extension;
use crate::limits::MAX_STORE_ENTRIES;
use crate::place::Place;
use crate::signed::SignedDocument;
use crate::update::Update;
use known::Known;

/// Certificates and revocation data for a document's security store, each in DER.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidationData {
    /// Certificates of the paths of all signatures and time-stamps.
    pub certificates: Vec<Bytes>,
    /// Certificate revocation lists.
    pub crls: Vec<Bytes>,
    /// OCSP answers: whole `OCSPResponse` values (RFC 6960), not only the signed part.
    pub ocsp_responses: Vec<Bytes>,
    /// Signed fields, by their fully qualified names, for which an entry of `/VRI` names this
    /// data. Empty by default: baseline signatures need none (EN 319 142-1 clause 5.4.2.2).
    pub related_to: Vec<String>,
}

impl From<&cades::ValidationData> for ValidationData {
    fn from(data: &cades::ValidationData) -> Self {
        let certificates = data.certificates.iter();
        Self {
            certificates: certificates
                .map(|one| Bytes::copy_from_slice(one.der().as_bytes()))
                .collect(),
            crls: data.revocation_lists.iter().map(|list| list.der().clone()).collect(),
            ocsp_responses: data.ocsp_responses.iter().map(|one| one.der().clone()).collect(),
            related_to: Vec::new(),
        }
    }
}

/// One of the store's arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    /// Its key in the store.
    key: &'static str,
    /// Its key in an entry of `/VRI`.
    related: &'static str,
}

const KINDS: [Kind; 3] = [
    Kind { key: "Certs", related: "Cert" },
    Kind { key: "CRLs", related: "CRL" },
    Kind { key: "OCSPs", related: "OCSP" },
];

impl ValidationData {
    /// What belongs into each array, in the order of [`KINDS`].
    fn by_kind(&self) -> [&[Bytes]; 3] {
        [&self.certificates, &self.crls, &self.ocsp_responses]
    }
}

impl Document {
    /// Appends a revision with a document security store, or with what `data` adds to the one
    /// that is there. What the store holds already is not written again; without anything new
    /// nothing is appended.
    ///
    /// # Errors
    /// [`Prohibition::NoChanges`] for a document whose certification permits no change: Acrobat
    /// counts the store as one. [`Error`] when the document cannot be read as far as needed, or
    /// `data` holds too much.
    pub fn append_security_store(&self, data: &ValidationData) -> Result<SignedDocument, Error> {
        self.reader().effort().settle(self.with_security_store(data))
    }

    fn with_security_store(&self, data: &ValidationData) -> Result<SignedDocument, Error> {
        let mut update = Update::new(self)?;
        let update = if self.store(&mut update, data)? {
            let identifier = update.identifier();
            update.write(&identifier)?.bytes.into()
        } else {
            Bytes::new()
        };
        let source = self.reader().source().clone();
        Ok(SignedDocument::new(source, self.prefixes(), update, self.known()))
    }

    /// Adds `data` to the store; whether there was anything new.
    pub(crate) fn store(
        &self,
        update: &mut Update<'_>,
        data: &ValidationData,
    ) -> Result<bool, Error> {
        let content = self.content()?;
        if content.permissions.access == Some(1) {
            return Err(Error::Forbidden(Prohibition::NoChanges));
        }
        let count: usize = data.by_kind().iter().map(|values| values.len()).sum();
        if count > MAX_STORE_ENTRIES {
            let maximum = MAX_STORE_ENTRIES as u64;
            return Err(Error::Limit { limit: Limit::SecurityStore, maximum });
        }
        if count == 0 && data.related_to.is_empty() {
            return Ok(false);
        }
        let catalog = content.catalog.holder;
        let mut known = Known::read(self.reader(), &content.catalog)?;
        let mut references = [const { Vec::new() }; 3];
        let mut changed = false;
        for ((kind, values), references) in KINDS.iter().zip(data.by_kind()).zip(&mut references) {
            let mut new = Vec::new();
            for value in values {
                let id = match known.find(kind, value) {
                    Some(id) => id,
                    None => {
                        let id = update.allocate()?;
                        update.add_stream(id, "", value);
                        known.insert(kind, value, id);
                        new.push(id);
                        id
                    }
                };
                references.push(id);
            }
            if !new.is_empty() {
                changed = true;
                append(update, catalog, kind, &new)?;
            }
        }
        for field in &data.related_to {
            changed |= related::relate(self, update, field, &references)?;
        }
        if changed {
            extension::name_etsi(update, catalog, self.reader().header_version())?;
        }
        Ok(changed)
    }
}

/// Appends new objects to an array of the store; both are made if they are not there.
fn append(
    update: &mut Update<'_>,
    catalog: ObjectId,
    kind: &Kind,
    new: &[ObjectId],
) -> Result<(), Error> {
    let store = store_place(update, catalog)?;
    update.append(&store, kind.key, &listed(new))
}

/// The store's place; an empty one is made if there is none.
fn store_place(update: &mut Update<'_>, catalog: ObjectId) -> Result<Place, Error> {
    let place = Place::of(update, catalog)?;
    if let Some(store) = place.entry(update, b"DSS")?.filter(|store| store.value.is_dictionary()) {
        return Ok(store);
    }
    let id = update.allocate()?;
    update.add(id, b"<<\n/Type /DSS\n>>".to_vec());
    update.set(&place, &[("DSS", format!("{} {} R", id.0, id.1).as_bytes())])?;
    Place::of(update, id)
}

/// References, separated by spaces.
fn listed(ids: &[ObjectId]) -> Vec<u8> {
    let references: Vec<String> = ids.iter().map(|id| format!("{} {} R", id.0, id.1)).collect();
    references.join(" ").into_bytes()
}

#[cfg(test)]
mod tests;
