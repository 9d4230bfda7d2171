//! What a signature permits later updates to change (ISO 32000-2 clauses 12.8.2.2 and 12.8.2.4).

use lopdf::{Dictionary, Object};

use super::finding::Code;
use super::modification::{Change, Nature};
use super::view::{View, integer, name};
use crate::document::decode_text;

/// Most signature references, and field names in one lock, that are read.
const MAX_ENTRIES: usize = 4_096;

/// The restrictions that stand in one signature.
#[derive(Clone, Debug, Default)]
pub(super) struct Permissions {
    /// P of the DocMDP transform: 1 to 3.
    pub(super) certification: Option<u8>,
    locks: Vec<Lock>,
}

/// A FieldMDP transform.
#[derive(Clone, Debug)]
struct Lock {
    action: Action,
    fields: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    All,
    Include,
    Exclude,
}

/// What a signature says of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Permitted,
    /// Nothing forbids it, but it may change what the signer saw: a person has to look.
    Questionable,
    Forbidden,
}

impl Permissions {
    pub(super) fn read(view: View<'_>, signature: &Dictionary) -> Self {
        let mut permissions = Self::default();
        let references = signature.get(b"Reference").map(|value| view.elements(value));
        for reference in references.unwrap_or_default().iter().take(MAX_ENTRIES) {
            let Some(reference) = view.dictionary(reference) else { continue };
            let parameters = match view.entry(&reference, b"TransformParams") {
                Object::Dictionary(parameters) => parameters,
                _ => Dictionary::new(),
            };
            match name(&view.entry(&reference, b"TransformMethod")) {
                Some(b"DocMDP") => {
                    // The default is 2; a value that is not defined permits nothing.
                    let p = match view.entry(&parameters, b"P") {
                        Object::Null | Object::Integer(2) => 2,
                        value if integer(&value) == 3 => 3,
                        _ => 1,
                    };
                    let strictest = permissions.certification.map_or(p, |known: u8| known.min(p));
                    permissions.certification = Some(strictest);
                }
                Some(b"FieldMDP") => permissions.locks.push(Lock::read(view, &parameters)),
                _ => {}
            }
        }
        permissions
    }

    /// Judges a change. `certification` is the strictest of this signature and those before it;
    /// `accepted` says whether the signature of a field has passed.
    pub(super) fn judge(
        &self,
        change: &Change,
        certification: Option<u8>,
        accepted: &dyn Fn(&str) -> bool,
    ) -> Verdict {
        let field = change.finding.field.as_deref();
        if touches_value(change.finding.code)
            && field.is_some_and(|field| self.locks.iter().any(|lock| lock.locks(field)))
        {
            return Verdict::Forbidden;
        }
        let vouched_for = || match field.is_some_and(accepted) {
            true => Verdict::Permitted,
            false => Verdict::Questionable,
        };
        match (change.nature, certification) {
            (Nature::Other, _) => Verdict::Forbidden,
            (Nature::Evidence, _) => Verdict::Permitted,
            // Nothing else under P=1.
            (_, Some(1)) => Verdict::Forbidden,
            (Nature::Description | Nature::Signing | Nature::Filling, _) => Verdict::Permitted,
            // The certifier said that forms may be filled, and so changed. Otherwise nobody did.
            (Nature::Replacing, Some(_)) => Verdict::Permitted,
            (Nature::Replacing, None) => Verdict::Questionable,
            // What such a signature shows may cover anything; its signer answers for it, if we
            // know who that is.
            (Nature::VisibleSigning, _) => vouched_for(),
            (Nature::NewVisibleSigning, Some(2)) => Verdict::Questionable,
            (Nature::NewVisibleSigning, _) => vouched_for(),
            (Nature::HiddenAnnotation, Some(3)) => Verdict::Permitted,
            (Nature::Annotation, Some(3)) => Verdict::Questionable,
            (Nature::HiddenAnnotation | Nature::Annotation, _) => Verdict::Forbidden,
        }
    }
}

/// Whether a change is one of a field's value, which a lock forbids.
fn touches_value(code: Code) -> bool {
    matches!(
        code,
        Code::FieldFilled
            | Code::FieldValueReplaced
            | Code::SignatureAdded
            | Code::VisibleSignatureAdded
    )
}

impl Lock {
    fn read(view: View<'_>, parameters: &Dictionary) -> Self {
        let action = match name(&view.entry(parameters, b"Action")) {
            Some(b"Include") => Action::Include,
            Some(b"Exclude") => Action::Exclude,
            // An action that is not defined locks everything.
            _ => Action::All,
        };
        let names = parameters.get(b"Fields").map(|value| view.elements(value));
        let names = names.unwrap_or_default();
        let fields = names.iter().take(MAX_ENTRIES).filter_map(|name| match view.resolve(name) {
            Object::String(name, _) => Some(decode_text(&name)),
            _ => None,
        });
        Self { action, fields: fields.collect() }
    }

    /// A field is named by itself or by any of its ancestors.
    fn locks(&self, field: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::finding::Finding;

    fn judge(nature: Nature, certification: Option<u8>, accepted: bool) -> Verdict {
        let finding = Finding::new(Code::FieldFilled, "").of_field("a.b");
        let change = Change { revision: 1, nature, finding };
        Permissions::default().judge(&change, certification, &|_| accepted)
    }

    #[test]
    fn certification_narrows_what_is_permitted() {
        use Verdict::{Forbidden, Permitted, Questionable};
        // Without certification, then P = 1, 2, 3.
        for (nature, expected) in [
            (Nature::Evidence, [Permitted; 4]),
            (Nature::Description, [Permitted, Forbidden, Permitted, Permitted]),
            (Nature::Signing, [Permitted, Forbidden, Permitted, Permitted]),
            (Nature::Filling, [Permitted, Forbidden, Permitted, Permitted]),
            (Nature::Replacing, [Questionable, Forbidden, Permitted, Permitted]),
            (Nature::VisibleSigning, [Permitted, Forbidden, Permitted, Permitted]),
            (Nature::NewVisibleSigning, [Permitted, Forbidden, Questionable, Permitted]),
            (Nature::HiddenAnnotation, [Forbidden, Forbidden, Forbidden, Permitted]),
            (Nature::Annotation, [Forbidden, Forbidden, Forbidden, Questionable]),
            (Nature::Other, [Forbidden; 4]),
        ] {
            let certifications = [None, Some(1), Some(2), Some(3)];
            assert_eq!(certifications.map(|p| judge(nature, p, true)), expected, "{nature:?}");
        }
    }

    #[test]
    fn visible_signature_that_did_not_pass_is_questionable() {
        for nature in [Nature::VisibleSigning, Nature::NewVisibleSigning] {
            assert_eq!(judge(nature, None, false), Verdict::Questionable);
        }
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
    }

    #[test]
    fn locked_field_may_not_be_filled() {
        let lock = Lock { action: Action::Include, fields: vec!["a".to_owned()] };
        let permissions = Permissions { certification: None, locks: vec![lock] };
        for (field, expected) in [("a.b", Verdict::Forbidden), ("c", Verdict::Permitted)] {
            let finding = Finding::new(Code::FieldFilled, "").of_field(field);
            let change = Change { revision: 1, nature: Nature::Filling, finding };
            assert_eq!(permissions.judge(&change, None, &|_| true), expected);
        }
    }
}
