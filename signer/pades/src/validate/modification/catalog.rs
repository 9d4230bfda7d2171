//! The document catalog, the document information and the XMP metadata.

use lopdf::{Dictionary, Object};

use super::super::finding::{Code, Finding};
use super::super::view::{name, show};
use super::Comparison;
use super::change::Nature;
use super::judge::of;
use super::role::has;
use super::same::same;

impl Comparison<'_> {
    pub(super) fn compare_catalogs(&mut self, number: u32, old: &Dictionary, new: &Dictionary) {
        for key in self.changed_keys(old, new) {
            let null = Object::Null;
            let (before, after) = (old.get(&key).unwrap_or(&null), new.get(&key).unwrap_or(&null));
            let resolved = self.new.resolve(after);
            if self.is_ambiguous(before, after) {
                let text = "what the catalog refers to has the same key twice";
                self.other(of(number, Code::CatalogChanged, text));
            }
            match (key.as_slice(), &resolved) {
                (b"AcroForm", Object::Dictionary(form)) => {
                    let before = self.old.dictionary(before).unwrap_or_default();
                    self.compare_forms(number, &before, form);
                }
                (b"DSS", store) => self.compare_security_stores(number, store),
                (b"Extensions", extensions) => self.compare_extensions(Some(number), extensions),
                (b"Metadata", _) => {
                    let metadata = match after {
                        Object::Reference((number, _)) => self.new.object(*number),
                        value => Ok(value.clone()),
                    };
                    self.compare_metadata(Some(number), &metadata.unwrap_or(Object::Null));
                }
                (b"StructTreeRoot", Object::Dictionary(root)) => {
                    let before = self.old.dictionary(before).unwrap_or_default();
                    self.compare_structures(number, &before, root);
                }
                (b"Perms", Object::Dictionary(permissions))
                    if self.adds_certification(before, permissions) => {}
                (b"Version", Object::Name(version))
                    if is_version(version)
                        && name(before).is_none_or(|before| before <= version.as_slice()) =>
                {
                    let finding = of(number, Code::VersionChanged, "the PDF version was raised")
                        .values(Some(show(before)), Some(show(after)));
                    self.note(Nature::Evidence, finding);
                }
                _ => {
                    let key = String::from_utf8_lossy(&key);
                    let text = format!("`/{key}` of the document catalog was changed");
                    self.other(of(number, Code::CatalogChanged, text));
                }
            }
        }
    }

    /// Whether nothing but a certification came to the permissions (ISO 32000-2 table 263), with a
    /// signature that was not there. It can only forbid.
    fn adds_certification(&self, old: &Object, new: &Dictionary) -> bool {
        let old = self.old.dictionary(old).unwrap_or_default();
        self.changed_keys(&old, new).iter().all(|key| {
            let value = new.get(key).and_then(Object::as_reference);
            key == b"DocMDP"
                && !old.has(key)
                && value.is_ok_and(|(number, _)| self.graph.roles(number).is_empty())
        })
    }

    pub(super) fn compare_extensions(&mut self, number: Option<u32>, new: &Object) {
        let finding =
            |code, text: &str| Finding::new(code, text).of_object(number.map(|number| (number, 0)));
        match new {
            Object::Dictionary(_) | Object::Array(_) => {
                let text = "the developer extensions were changed";
                self.note(Nature::Evidence, finding(Code::ExtensionsChanged, text));
            }
            _ => {
                let text = "the developer extensions are no dictionary any more";
                self.other(finding(Code::CatalogChanged, text));
            }
        }
    }

    /// `number` is none when the trailer names another dictionary.
    pub(super) fn compare_information(&mut self, number: Option<u32>, old: &Object, new: &Object) {
        let (before, after) = (self.old.resolve(old), self.new.resolve(new));
        let finding =
            |code, text: &str| Finding::new(code, text).of_object(number.map(|number| (number, 0)));
        if same(&before, &after) {
            return;
        }
        let mut nature = Nature::Description;
        let (old, new) = match (&before, &after) {
            (Object::Dictionary(old), Object::Dictionary(new)) => {
                let keys = self.changed_keys(old, new);
                if keys.iter().all(|key| matches!(&key[..], b"ModDate" | b"Producer")) {
                    nature = Nature::Upkeep;
                }
                (listed(old, &keys), listed(new, &keys))
            }
            (Object::Null, Object::Dictionary(new)) => {
                let keys: Vec<_> = new.iter().map(|(key, _)| key.clone()).collect();
                (String::new(), listed(new, &keys))
            }
            (_, Object::Stream(_)) => {
                let text = "the document information was replaced by a stream";
                return self.other(finding(Code::ObjectReplaced, text));
            }
            (old, new) => (show(old), show(new)),
        };
        let text = "the document information was changed";
        let finding = finding(Code::InformationChanged, text).values(Some(old), Some(new));
        self.note(nature, finding);
    }

    pub(super) fn compare_metadata(&mut self, number: Option<u32>, new: &Object) {
        let is_metadata = match new {
            Object::Stream(stream) => {
                has(&stream.dict, b"Type", b"Metadata") && has(&stream.dict, b"Subtype", b"XML")
            }
            _ => false,
        };
        let (nature, code, text) = if is_metadata {
            (Nature::Description, Code::MetadataChanged, "the XMP metadata was changed")
        } else {
            (Nature::Other, Code::CatalogChanged, "the XMP metadata was removed or is no metadata")
        };
        self.note(nature, Finding::new(code, text).of_object(number.map(|number| (number, 0))));
    }
}

/// Whether a name is a version: a digit, a full stop and a digit (ISO 32000-2 clause 7.5.2).
fn is_version(name: &[u8]) -> bool {
    matches!(name, [b'0'..=b'9', b'.', b'0'..=b'9'])
}

/// The entries under `keys`, for people.
fn listed(dictionary: &Dictionary, keys: &[Vec<u8>]) -> String {
    let entry = |key: &Vec<u8>| {
        let value = dictionary.get(key).ok()?;
        Some(format!("{}: {}", String::from_utf8_lossy(key), show(value)))
    };
    keys.iter().take(16).filter_map(entry).collect::<Vec<_>>().join("; ")
}
