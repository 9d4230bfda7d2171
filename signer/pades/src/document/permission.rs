//! What earlier signatures permit (ISO 32000-1 clause 12.8.2).

use super::form::{Form, too_many_fields};
use super::text::decode_text;
use crate::error::Error;
use crate::limits::MAX_FIELDS;
use crate::place::Place;
use crate::reader::Reader;

/// The restrictions that stand in the document.
#[derive(Debug, Default)]
pub(crate) struct Permissions {
    /// The strictest P of any DocMDP transform: 1 to 3.
    pub(crate) certification: Option<u8>,
    locks: Vec<Lock>,
    /// Signature references and names in locks that have been read.
    entries: usize,
}

/// A FieldMDP transform (clause 12.8.2.4).
#[derive(Debug)]
struct Lock {
    /// The signature field whose signature has it.
    by: String,
    action: Action,
    fields: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Action {
    All,
    Include,
    Exclude,
}

impl Permissions {
    pub(super) fn read(reader: &Reader, catalog: &Place, form: &Form) -> Result<Self, Error> {
        let mut permissions = Self::default();
        if let Some(perms) = catalog.entry(reader, b"Perms")?
            && let Some(signature) = perms.entry(reader, b"DocMDP")?
        {
            permissions.read_references(reader, &signature, "")?;
        }
        for field in &form.signature_fields {
            if let Some(signature) = &field.signature {
                permissions.read_references(reader, signature, &field.name)?;
            }
        }
        Ok(permissions)
    }

    /// The signature field that locks `field`, if one does.
    pub(crate) fn locked_by(&self, field: &str) -> Option<&str> {
        let locks = |lock: &&Lock| {
            let named = lock.fields.iter().any(|name| {
                field == name
                    || field.strip_prefix(name.as_str()).is_some_and(|r| r.starts_with('.'))
            });
            match lock.action {
                Action::All => true,
                Action::Include => named,
                Action::Exclude => !named,
            }
        };
        self.locks.iter().find(locks).map(|lock| lock.by.as_str())
    }

    fn read_references(
        &mut self,
        reader: &Reader,
        signature: &Place,
        by: &str,
    ) -> Result<(), Error> {
        let Some(references) = signature.entry(reader, b"Reference")? else { return Ok(()) };
        for reference in references.elements(reader) {
            self.count()?;
            let Some(reference) = reference? else { continue };
            let method = reference.entry(reader, b"TransformMethod")?;
            let parameters = reference.entry(reader, b"TransformParams")?;
            match method.and_then(|method| method.value.as_name()).as_deref() {
                Some(b"DocMDP") => {
                    let p = match parameters {
                        Some(parameters) => parameters.entry(reader, b"P")?,
                        None => None,
                    };
                    let p = p.and_then(|p| p.value.as_unsigned());
                    // The default is 2; a value that is not defined permits nothing.
                    let p = p.map_or(2, |p| match p {
                        2 => 2,
                        3 => 3,
                        _ => 1,
                    });
                    let strictest = self.certification.map_or(p, |known| known.min(p));
                    self.certification = Some(strictest);
                }
                Some(b"FieldMDP") => {
                    if let Some(parameters) = parameters {
                        let lock = self.lock(reader, &parameters, by)?;
                        self.locks.push(lock);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn lock(&mut self, reader: &Reader, parameters: &Place, by: &str) -> Result<Lock, Error> {
        let action = parameters.entry(reader, b"Action")?;
        let action = match action.and_then(|action| action.value.as_name()).as_deref() {
            Some(b"Include") => Action::Include,
            Some(b"Exclude") => Action::Exclude,
            // An action that is not defined locks everything.
            _ => Action::All,
        };
        let mut fields = Vec::new();
        if let Some(names) = parameters.entry(reader, b"Fields")? {
            for name in names.elements(reader) {
                self.count()?;
                let name = name?.and_then(|name| name.value.as_string());
                fields.extend(name.as_deref().map(decode_text));
            }
        }
        Ok(Lock { by: by.to_owned(), action, fields })
    }

    fn count(&mut self) -> Result<(), Error> {
        self.entries += 1;
        if self.entries > MAX_FIELDS { Err(too_many_fields()) } else { Ok(()) }
    }
}
