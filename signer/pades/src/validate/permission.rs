//! What a signature permits later updates to change (ISO 32000-2 clauses 12.8.2.2 and 12.8.2.4).

use super::finding::Code;
use super::modification::{Change, Nature};
use crate::permission::Permission;

/// What a signature says of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Permitted,
    /// Nothing forbids it, but it may change what the signer saw: a person has to look.
    Questionable,
    Forbidden,
}

impl Permission {
    /// Judges a change. `access` is the strictest P of this signature and those before it;
    /// `accepted` says whether the signature that answers for it has passed.
    pub(super) fn judge(
        &self,
        change: &Change,
        access: Option<u8>,
        accepted: &dyn Fn(&Change) -> bool,
    ) -> Verdict {
        let field = change.finding.field.as_deref();
        if touches_value(change) && field.is_some_and(|field| self.locks(field)) {
            return Verdict::Forbidden;
        }
        let vouched_for = || match accepted(change) {
            true => Verdict::Permitted,
            false => Verdict::Questionable,
        };
        match (change.nature, access) {
            (Nature::Other, _) => Verdict::Forbidden,
            (Nature::Evidence | Nature::TimeStamping, _) => Verdict::Permitted,
            // Nothing else under P=1.
            (_, Some(1)) => Verdict::Forbidden,
            (Nature::Upkeep | Nature::Description | Nature::Signing | Nature::Filling, _) => {
                Verdict::Permitted
            }
            // Nobody answers for it.
            (Nature::VisibleTimeStamp, _) => Verdict::Questionable,
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

    /// Which restriction forbids a change, for people; `None` for what no restriction had to forbid.
    /// `stated` is the strictest P of this signature and those before it, and the field of the one
    /// that states it.
    pub(super) fn restriction(
        &self,
        change: &Change,
        stated: Option<(u8, &str)>,
    ) -> Option<String> {
        let field = change.finding.field.as_deref();
        if touches_value(change) && field.is_some_and(|field| self.locks(field)) {
            return Some("this signature's FieldMDP or `/Lock` locks the field".to_owned());
        }
        match (change.nature, stated) {
            (Nature::Other, _) => None,
            (_, Some((access @ 1, by)))
            | (Nature::HiddenAnnotation | Nature::Annotation, Some((access @ 2, by))) => {
                Some(format!("P={access} of the signature `{by}` does not permit it"))
            }
            _ => None,
        }
    }
}

/// Whether a change is one of a field's value, which a lock forbids.
fn touches_value(change: &Change) -> bool {
    change.nature == Nature::TimeStamping
        || matches!(
            change.finding.code,
            Code::FieldFilled
                | Code::FieldValueReplaced
                | Code::SignatureAdded
                | Code::VisibleSignatureAdded
                | Code::VisibleTimeStampAdded
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::finding::Finding;

    fn judge(nature: Nature, certification: Option<u8>, accepted: bool) -> Verdict {
        let finding = Finding::new(Code::FieldFilled, "").of_field("a.b");
        let change = Change { revision: 1, nature, finding, signature: None };
        Permission::default().judge(&change, certification, &|_| accepted)
    }

    #[test]
    fn certification_narrows_what_is_permitted() {
        use Verdict::{Forbidden, Permitted, Questionable};
        // Without certification, then P = 1, 2, 3.
        for (nature, expected) in [
            (Nature::Evidence, [Permitted; 4]),
            (Nature::TimeStamping, [Permitted; 4]),
            (Nature::Description, [Permitted, Forbidden, Permitted, Permitted]),
            (Nature::Signing, [Permitted, Forbidden, Permitted, Permitted]),
            (Nature::Filling, [Permitted, Forbidden, Permitted, Permitted]),
            (Nature::Replacing, [Questionable, Forbidden, Permitted, Permitted]),
            (Nature::Upkeep, [Permitted, Forbidden, Permitted, Permitted]),
            (Nature::VisibleTimeStamp, [Questionable, Forbidden, Questionable, Questionable]),
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
    fn locked_field_may_not_be_filled() {
        let permissions = Permission::including(&["a"]);
        for (field, expected) in [("a.b", Verdict::Forbidden), ("c", Verdict::Permitted)] {
            let finding = Finding::new(Code::FieldFilled, "").of_field(field);
            let change = Change { revision: 1, nature: Nature::Filling, finding, signature: None };
            assert_eq!(permissions.judge(&change, None, &|_| true), expected);
        }
    }
}
