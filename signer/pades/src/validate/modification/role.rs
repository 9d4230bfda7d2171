//! What objects are to the document, by every path on which they are reached.
//!
//! An object that is replaced after a signature must be explained in each of its roles. The roles
//! are the states of an automaton that walks the document from its trailer: the role of a value
//! follows from the role of what holds it and the key it stands under. So each object is visited
//! once in each role, however many paths lead to it.

use lopdf::{Dictionary, Object};

use super::super::view::name;

/// What an object is on one kind of path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Role {
    /// Anything that no rule explains: it must stay as it is.
    Opaque,
    Catalog,
    /// A page, or a node of the page tree.
    Page,
    /// `/Kids` of a node of the page tree.
    Pages,
    /// `/Annots` of a page.
    Annotations,
    Annotation,
    Form,
    /// `/DR` of the form.
    FormResources,
    /// A dictionary in it: fonts, say, by name.
    FormResourceNames,
    /// What such a name stands for.
    FormResource,
    /// `/Fields` of the form, or `/Kids` of a field.
    Fields,
    /// A field, a widget of one, or both in one dictionary.
    Field,
    /// `/AP` of a field.
    Appearance,
    /// An entry of such a dictionary: a stream, or a dictionary of streams by state.
    AppearanceStream,
    SecurityStore,
    /// An array of evidence.
    EvidenceList,
    /// A certificate, OCSP answer, list of revoked certificates or time-stamp.
    Evidence,
    /// `/VRI` of the security store.
    ValidationRecords,
    ValidationRecord,
    Extensions,
    Information,
    Metadata,
    /// The root of the structure tree of a tagged document.
    Structure,
    /// An element of it, or an array of elements.
    StructureElement,
    /// A node of the tree from marked content and widgets to their elements.
    ParentTree,
    /// What else names an element: its kids, its parent tree, its identifier.
    StructureReference,
    /// Where a page or the catalog may be named without making anything else of it: in a destination,
    /// as what something stands on, as what a signature restricts. Anything else that is named there is opaque.
    PageReference,
}

impl Role {
    const ALL: [Self; 27] = [
        Self::Opaque,
        Self::Catalog,
        Self::Page,
        Self::Pages,
        Self::Annotations,
        Self::Annotation,
        Self::Form,
        Self::FormResources,
        Self::FormResourceNames,
        Self::FormResource,
        Self::Fields,
        Self::Field,
        Self::Appearance,
        Self::AppearanceStream,
        Self::SecurityStore,
        Self::EvidenceList,
        Self::Evidence,
        Self::ValidationRecords,
        Self::ValidationRecord,
        Self::Extensions,
        Self::Information,
        Self::Metadata,
        Self::Structure,
        Self::StructureElement,
        Self::ParentTree,
        Self::StructureReference,
        Self::PageReference,
    ];
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Roles(u32);

impl Roles {
    /// Adds a role; false if it was there.
    pub(super) fn insert(&mut self, role: Role) -> bool {
        let bit = 1 << role as u32;
        let new = self.0 & bit == 0;
        self.0 |= bit;
        new
    }

    pub(super) fn has(self, role: Role) -> bool {
        self.0 & 1 << role as u32 != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }
}

/// Calls `found` with each object that `value`, in this role, refers to, and its role there.
pub(super) fn references(role: Role, value: &Object, found: &mut impl FnMut(u32, Role)) {
    match value {
        Object::Reference((number, _)) => found(*number, role),
        Object::Array(elements) => {
            let element = in_array(role);
            elements.iter().for_each(|value| references(element, value, found));
        }
        Object::Dictionary(dictionary) => {
            for (key, value) in dictionary {
                references(in_dictionary(role, dictionary, key), value, found);
            }
        }
        Object::Stream(stream) => {
            for (_, value) in &stream.dict {
                references(Role::Opaque, value, found);
            }
        }
        _ => {}
    }
}

/// The role of an element of an array in this role.
fn in_array(role: Role) -> Role {
    match role {
        Role::Pages => Role::Page,
        Role::Annotations => Role::Annotation,
        Role::Fields => Role::Field,
        Role::EvidenceList => Role::Evidence,
        Role::Annotation
        | Role::Extensions
        | Role::Information
        | Role::StructureElement
        | Role::ParentTree
        | Role::StructureReference => role,
        // Destinations, and lists of what stands on pages.
        Role::Opaque | Role::PageReference => Role::PageReference,
        _ => Role::Opaque,
    }
}

/// The role of the value of `key` in a dictionary in this role.
fn in_dictionary(role: Role, dictionary: &Dictionary, key: &[u8]) -> Role {
    let role = if role == Role::PageReference { Role::Opaque } else { role };
    match (role, key) {
        (Role::Catalog, b"Pages") => Role::Page,
        (Role::Catalog, b"AcroForm") => Role::Form,
        (Role::Catalog, b"DSS") => Role::SecurityStore,
        (Role::Catalog, b"Extensions") => Role::Extensions,
        (Role::Catalog, b"Metadata") => Role::Metadata,
        (Role::Catalog, b"StructTreeRoot") => Role::Structure,
        (Role::Structure | Role::StructureElement, b"K") => Role::StructureElement,
        (Role::Structure, b"ParentTree") | (Role::ParentTree, b"Kids") => Role::ParentTree,
        (Role::Structure, b"IDTree")
        | (Role::StructureElement, b"P" | b"Ref")
        | (Role::ParentTree, b"Nums") => Role::StructureReference,
        (Role::Page, b"Parent") => Role::Page,
        (Role::Page, b"Kids") => Role::Pages,
        (Role::Page, b"Annots") => Role::Annotations,
        (Role::Form, b"Fields") => Role::Fields,
        (Role::Form, b"DR") => Role::FormResources,
        // The calculation order names fields, as `/Fields` does.
        (Role::Form, b"CO") => Role::Annotation,
        (Role::FormResources, _) => Role::FormResourceNames,
        (Role::FormResourceNames, _) => Role::FormResource,
        (Role::Field, b"Kids") => Role::Fields,
        (Role::Field, b"Parent") => Role::Field,
        (Role::Field, b"AP") => Role::Appearance,
        (Role::Appearance, b"N" | b"R" | b"D") => Role::AppearanceStream,
        (Role::SecurityStore, b"Certs" | b"OCSPs" | b"CRLs") => Role::EvidenceList,
        (Role::SecurityStore, b"VRI") => Role::ValidationRecords,
        (Role::ValidationRecords, _) => Role::ValidationRecord,
        (Role::ValidationRecord, b"Cert" | b"OCSP" | b"CRL") => Role::EvidenceList,
        (Role::ValidationRecord, b"TS") => Role::Evidence,
        // A pop-up and its annotation name each other.
        (Role::Annotation, b"Parent" | b"Popup" | b"IRT") => Role::Annotation,
        (Role::Extensions | Role::Information, _) => role,
        // Places that name an annotation or a field without making anything else of it.
        (Role::Opaque | Role::StructureElement | Role::StructureReference, b"Obj")
            if has(dictionary, b"Type", b"OBJR") =>
        {
            Role::Annotation
        }
        (Role::Opaque, b"T") if has(dictionary, b"S", b"Hide") => Role::Annotation,
        (Role::Opaque, b"Fields")
            if has(dictionary, b"S", b"SubmitForm") || has(dictionary, b"S", b"ResetForm") =>
        {
            Role::Annotation
        }
        (Role::StructureReference, _) => role,
        (_, b"P" | b"Pg" | b"Page" | b"Parent" | b"Dest" | b"Start" | b"End" | b"Data") => {
            Role::PageReference
        }
        _ => Role::Opaque,
    }
}

/// Whether `key` is this name in `dictionary`.
pub(super) fn has(dictionary: &Dictionary, key: &[u8], value: &[u8]) -> bool {
    dictionary.get(key).ok().and_then(name) == Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_follows_from_the_holder_and_the_key() {
        let catalog = crate::syntax::parse(
            b"<< /Pages 1 0 R /AcroForm << /Fields [2 0 R] /DR 3 0 R >> /Names << /X [4 0 R] >>
                 /DSS << /Certs [5 0 R] /VRI << /AB << /TS 6 0 R /Cert 7 0 R >> >> >> >>",
        )
        .unwrap();
        let mut found = Vec::new();
        references(Role::Catalog, &catalog, &mut |number, role| found.push((number, role)));
        assert_eq!(
            found,
            [
                (1, Role::Page),
                (2, Role::Field),
                (3, Role::FormResources),
                (4, Role::PageReference),
                (5, Role::Evidence),
                (6, Role::Evidence),
                (7, Role::EvidenceList),
            ]
        );
    }

    #[test]
    fn annotation_is_named_by_the_structure_tree_without_harm() {
        let named = crate::syntax::parse(b"<< /Type /OBJR /Obj 1 0 R /Pg 2 0 R >>").unwrap();
        let mut found = Vec::new();
        references(Role::Opaque, &named, &mut |number, role| found.push((number, role)));
        assert_eq!(found, [(1, Role::Annotation), (2, Role::PageReference)]);
    }

    #[test]
    fn page_is_named_by_destinations_and_not_by_resources() {
        let named = crate::syntax::parse(
            b"<< /D [1 0 R /Fit] /P 2 0 R /Font 3 0 R /Kids [<< /Pg 4 0 R /CharProcs 5 0 R >>] >>",
        );
        let mut found = Vec::new();
        references(Role::Opaque, &named.unwrap(), &mut |number, role| found.push((number, role)));
        let expected = [1, 2, 3, 4, 5].map(|number| match number {
            3 | 5 => (number, Role::Opaque),
            _ => (number, Role::PageReference),
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn set_keeps_each_role_once() {
        let mut roles = Roles::default();
        assert!(roles.is_empty());
        for role in Role::ALL {
            assert!(!roles.has(role));
            assert!(roles.insert(role));
            assert!(!roles.insert(role));
        }
        assert!(roles.iter().eq(Role::ALL));
    }
}
