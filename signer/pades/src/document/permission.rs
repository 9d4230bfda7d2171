//! What earlier signatures permit, all together.

use super::form::Form;
use crate::error::Error;
use crate::permission::{Entries, Permission};
use crate::place::Place;
use crate::reader::Reader;

/// The restrictions that stand in the document.
#[derive(Debug, Default)]
pub(crate) struct Permissions {
    /// The strictest P that a signature states, 1 to 3.
    pub(crate) access: Option<u8>,
    /// What each signature field's signature permits, by the field's name.
    signatures: Vec<(String, Permission)>,
}

impl Permissions {
    pub(super) fn read(reader: &Reader, catalog: &Place, form: &Form) -> Result<Self, Error> {
        let mut permissions = Self::default();
        let mut entries = Entries::default();
        if let Some(perms) = catalog.entry(reader, b"Perms")?
            && let Some(signature) = perms.entry(reader, b"DocMDP")?
        {
            let permission = Permission::read(reader, &signature, None, &mut entries)?;
            permissions.add("", permission);
        }
        for field in &form.signature_fields {
            if let Some(signature) = &field.signature {
                let place = Some(&field.place);
                let permission = Permission::read(reader, signature, place, &mut entries)?;
                permissions.add(&field.name, permission);
            }
        }
        Ok(permissions)
    }

    /// The signature field that locks `field`, if one does.
    pub(crate) fn locked_by(&self, field: &str) -> Option<&str> {
        let locking = self.signatures.iter().find(|(_, permission)| permission.locks(field));
        locking.map(|(by, _)| by.as_str())
    }

    fn add(&mut self, field: &str, permission: Permission) {
        self.access = [self.access, permission.access].into_iter().flatten().min();
        self.signatures.push((field.to_owned(), permission));
    }
}
