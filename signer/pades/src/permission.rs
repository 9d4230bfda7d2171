//! What one signature permits later updates to change (ISO 32000-2 clauses 12.8.2.2 and 12.8.2.4,
//! and table 236). Signing and validation read it here.

use crate::error::{Error, Limit};
use crate::limits::MAX_FIELDS;
use crate::limits::MAX_SHOWN;
use crate::place::Place;
use crate::reader::Reader;
use crate::syntax::RawValue;
use crate::text::decode_text;

/// P that permits nothing.
const NOTHING: u8 = 1;

/// P of a DocMDP transform that states none (table 257).
const DEFAULT: u8 = 2;

/// The restrictions that stand in one signature, and in the lock of its field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Permission {
    /// P of the strictest DocMDP transform, 1 to 3: the signature certifies the document.
    pub(crate) certification: Option<u8>,
    /// The strictest P that is stated anywhere: of a DocMDP or FieldMDP transform, or of the field's
    /// lock, which restrict the document without certifying it.
    pub(crate) access: Option<u8>,
    locks: Vec<Lock>,
}

/// Which fields may not be changed: a FieldMDP transform, or a field's lock dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lock {
    /// `All`, `Include` or `Exclude`; whatever else stands there locks all fields.
    pub(crate) action: Action,
    /// Fully qualified names.
    fields: Vec<String>,
}

/// What the names of a lock mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    All,
    Include,
    Exclude,
}

/// How many signature references and names have been read of one document.
#[derive(Debug, Default)]
pub(crate) struct Entries(usize);

impl Entries {
    fn count(&mut self) -> Result<(), Error> {
        self.0 += 1;
        if self.0 > MAX_FIELDS {
            return Err(Error::Limit { limit: Limit::Fields, maximum: MAX_FIELDS as u64 });
        }
        Ok(())
    }
}

impl Permission {
    /// Reads what stands in the signature dictionary, and in the field that has it.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read: then it is not known what is forbidden.
    pub(crate) fn read(
        reader: &Reader,
        signature: &Place,
        field: Option<&Place>,
        entries: &mut Entries,
    ) -> Result<Self, Error> {
        let mut permission = Self::default();
        if let Some(references) = signature.entry(reader, b"Reference")? {
            // Table 255 demands an array; readers take a single dictionary for one.
            if references.value.is_dictionary() {
                permission.add_reference(reader, &references, entries)?;
            }
            for reference in references.elements(reader) {
                entries.count()?;
                if let Some(reference) = reference? {
                    permission.add_reference(reader, &reference, entries)?;
                }
            }
        }
        let lock = field.map(|field| field.entry(reader, b"Lock")).transpose()?.flatten();
        if let Some(lock) = lock {
            permission.add_lock(reader, &lock, entries)?;
        }
        Ok(permission)
    }

    /// What is assumed of a signature whose restrictions cannot be read.
    pub(crate) fn nothing() -> Self {
        let lock = Lock { action: Action::All, fields: Vec::new() };
        Self { certification: None, access: Some(NOTHING), locks: vec![lock] }
    }

    /// A signature that locks these fields and says nothing else.
    #[cfg(test)]
    pub(crate) fn including(names: &[&str]) -> Self {
        let fields = names.iter().map(|name| (*name).to_owned()).collect();
        let lock = Lock { action: Action::Include, fields };
        Self { locks: vec![lock], ..Self::default() }
    }

    /// Whether the value of a field may not be changed, given its fully qualified name.
    pub(crate) fn locks(&self, field: &str) -> bool {
        self.locks.iter().any(|lock| lock.locks(field))
    }

    fn add_reference(
        &mut self,
        reader: &Reader,
        reference: &Place,
        entries: &mut Entries,
    ) -> Result<(), Error> {
        let method = reference.entry(reader, b"TransformMethod")?;
        let parameters = reference.entry(reader, b"TransformParams")?;
        match method.and_then(|method| method.value.as_name()).as_deref() {
            Some(b"DocMDP") => {
                let access =
                    parameters.map(|parameters| access(reader, &parameters)).transpose()?;
                let access = access.flatten().unwrap_or(DEFAULT);
                self.certification = stricter(self.certification, access);
                self.access = stricter(self.access, access);
                Ok(())
            }
            Some(b"FieldMDP") => match parameters {
                Some(parameters) => self.add_lock(reader, &parameters, entries),
                None => {
                    self.locks.push(Lock { action: Action::All, fields: Vec::new() });
                    Ok(())
                }
            },
            _ => Ok(()),
        }
    }

    /// Adds the parameters of a FieldMDP transform, or a lock dictionary: their entries are the same.
    fn add_lock(
        &mut self,
        reader: &Reader,
        dictionary: &Place,
        entries: &mut Entries,
    ) -> Result<(), Error> {
        if let Some(access) = access(reader, dictionary)? {
            self.access = stricter(self.access, access);
        }
        self.locks.push(Lock::read(reader, dictionary, entries)?);
        Ok(())
    }
}

impl Lock {
    fn read(reader: &Reader, dictionary: &Place, entries: &mut Entries) -> Result<Self, Error> {
        let action = dictionary.entry(reader, b"Action")?;
        let mut action = match action.and_then(|action| action.value.as_name()).as_deref() {
            Some(b"Include") => Action::Include,
            Some(b"Exclude") => Action::Exclude,
            _ => Action::All,
        };
        let mut fields = Vec::new();
        match dictionary.entry(reader, b"Fields")? {
            Some(names) if names.value.is_array() => {
                for name in names.elements(reader) {
                    entries.count()?;
                    match name?.as_ref().and_then(|name| field_name(&name.value)) {
                        Some(name) => fields.push(name),
                        // What an unreadable name includes is not known.
                        None if action == Action::Include => action = Action::All,
                        None => {}
                    }
                }
            }
            Some(name) => fields.extend(field_name(&name.value)),
            None => {}
        }
        if fields.is_empty() && action == Action::Include {
            action = Action::All;
        }
        Ok(Self { action, fields })
    }

    /// A field is named by itself or by any of its ancestors. Of a name that is as long as a report
    /// shows the end is not known: it may be named.
    fn locks(&self, field: &str) -> bool {
        if field.chars().count() >= MAX_SHOWN {
            return true;
        }
        let named = self.fields.iter().any(|name| {
            field
                .strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        match self.action {
            Action::All => true,
            Action::Include => named,
            Action::Exclude => !named,
        }
    }
}

/// `/P` of a transform's parameters or of a lock. A number that is an integer counts as one; a value
/// that is not defined permits nothing.
fn access(reader: &Reader, dictionary: &Place) -> Result<Option<u8>, Error> {
    let value = dictionary.entry(reader, b"P")?;
    Ok(value.map(|place| defined_access(&place.value).unwrap_or(NOTHING)))
}

/// The P that a value is, 1 to 3.
pub(crate) fn defined_access(value: &RawValue) -> Option<u8> {
    let number = value.parse().ok()?.as_float().ok()?;
    [1, 2, 3].into_iter().find(|&access| f32::from(access) == number)
}

/// A name in a lock: a text string, or a name object, which some writers use.
pub(crate) fn field_name(value: &RawValue) -> Option<String> {
    if let Some(string) = value.as_string() {
        return Some(decode_text(&string));
    }
    let name = value.as_name()?;
    Some(String::from_utf8(name).unwrap_or_else(|error| decode_text(error.as_bytes())))
}

fn stricter(known: Option<u8>, access: u8) -> Option<u8> {
    Some(known.map_or(access, |known| known.min(access)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::with_table;

    /// What a signature with these entries, in a field with those, permits. Objects 3 to 6 stand for
    /// values that are referred to.
    fn permission(signature: &str, field: &str) -> Permission {
        let objects = [
            (1, format!("<< /Type /Sig {signature} >>")),
            (2, format!("<< /FT /Sig {field} >>")),
            (3, "[4 0 R]".to_owned()),
            (4, "<< /TransformMethod 5 0 R /TransformParams 6 0 R >>".to_owned()),
            (5, "/FieldMDP".to_owned()),
            (6, "<< /Action 7 0 R /Fields 8 0 R /P 9 0 R >>".to_owned()),
            (7, "/Include".to_owned()),
            (8, "[10 0 R]".to_owned()),
            (9, "1".to_owned()),
            (10, "<41A0>".to_owned()),
        ];
        let objects = objects.map(|(number, value): (usize, String)| (number, value.into_bytes()));
        let reader = Reader::open(with_table(objects, "/Root 1 0 R").into()).unwrap();
        let place = |number| Place::of(&reader, (number, 0)).unwrap();
        Permission::read(&reader, &place(1), Some(&place(2)), &mut Entries::default()).unwrap()
    }

    fn reference(method: &str, parameters: &str) -> String {
        format!("<< /TransformMethod /{method} /TransformParams << {parameters} >> >>")
    }

    #[test]
    fn p_is_read_wherever_it_stands_and_the_strictest_counts() {
        let certifying = |p: &str| format!("/Reference [{}]", reference("DocMDP", p));
        let locking = |p: &str| format!("/Reference [{}]", reference("FieldMDP", p));
        for (signature, field, certification, access) in [
            (String::new(), "", None, None),
            (certifying(""), "", Some(2), Some(2)),
            (certifying("/P null"), "", Some(2), Some(2)),
            (certifying("/P 1"), "", Some(1), Some(1)),
            (certifying("/P 1.0"), "", Some(1), Some(1)),
            (certifying("/P 3.0"), "", Some(3), Some(3)),
            (certifying("/P 2.5"), "", Some(1), Some(1)),
            (certifying("/P 0"), "", Some(1), Some(1)),
            (certifying("/P -2"), "", Some(1), Some(1)),
            (certifying("/P /Two"), "", Some(1), Some(1)),
            (certifying("/P 9 0 R"), "", Some(1), Some(1)),
            // A single dictionary instead of an array.
            (format!("/Reference {}", reference("DocMDP", "/P 1")), "", Some(1), Some(1)),
            (locking("/Action /All /P 1"), "", None, Some(1)),
            (locking("/Action /All"), "", None, None),
            (String::new(), "/Lock << /Action /All /P 2 >>", None, Some(2)),
            (certifying("/P 3"), "/Lock << /Action /All /P 1 >>", Some(3), Some(1)),
            (certifying("/P 1"), "/Lock << /Action /All /P 3 >>", Some(1), Some(1)),
            ("/Reference 3 0 R".to_owned(), "", None, Some(1)),
            (String::new(), "/Lock 6 0 R", None, Some(1)),
        ] {
            let read = permission(&signature, field);
            let found = (read.certification, read.access);
            assert_eq!(found, (certification, access), "{signature} {field}");
        }
    }

    #[test]
    fn a_lock_is_read_in_the_signature_and_in_its_field() {
        for (signature, field) in [
            ("/Reference 3 0 R", ""),
            ("", "/Lock 6 0 R"),
            ("", "/Lock << /Action /Include /Fields [<FEFF004120AC>] >>"),
            ("", "/Lock << /Action /Include /Fields [/A#E2#82#AC] >>"),
            ("", "/Lock << /Action /Include /Fields <EFBBBF41E282AC> >>"),
            ("", "/Lock << /Action /Exclude /Fields [(c)] >>"),
        ] {
            let read = permission(signature, field);
            assert!(read.locks("A€") && read.locks("A€.b"), "{signature} {field}");
            assert!(!read.locks("c"), "{signature} {field}");
        }
    }

    #[test]
    fn a_lock_that_cannot_be_understood_locks_everything() {
        for lock in [
            "<< >>",
            "<< /Action /Some /Fields [(a)] >>",
            "<< /Action /Include >>",
            "<< /Action /Include /Fields [] >>",
            "<< /Action /Include /Fields [(a) 17] >>",
            "<< /Action (Include) /Fields [(a)] >>",
        ] {
            assert!(permission("", &format!("/Lock {lock}")).locks("c"), "{lock}");
        }
        let without = "/Reference [<< /TransformMethod /FieldMDP >>]";
        assert!(permission(without, "").locks("c"));
    }

    #[test]
    fn lock_names_fields_and_what_is_below_them() {
        let lock = |action, name: &str| Lock { action, fields: vec![name.to_owned()] };
        for (action, name, expected) in [
            (Action::All, "", true),
            (Action::Include, "a", true),
            (Action::Include, "a.b", true),
            (Action::Include, "a.bc", false),
            (Action::Include, "b", false),
            (Action::Exclude, "a", false),
            (Action::Exclude, "b", true),
        ] {
            assert_eq!(lock(action, name).locks("a.b"), expected, "{action:?} {name}");
        }
        // The name in a report is cut off there.
        let long = "a".repeat(MAX_SHOWN + 1);
        for action in [Action::Include, Action::Exclude] {
            assert!(lock(action, &long).locks(&long[..MAX_SHOWN]), "{action:?}");
        }
    }
}
