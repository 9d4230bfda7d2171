//! Findings: what a validation saw, each with a stable code.

use serde::Serialize;

pub use super::code::Code;

/// Something that a validation found in a document. Whether it matters is said by the signature
/// that lists it among its own findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// The object it is about: number and generation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The fully qualified name of the form field it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// One sentence for people.
    pub explanation: String,
    /// The value before the change, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_value: Option<String>,
    /// The value after the change, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_value: Option<String>,
    /// The revision that brought it, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<usize>,
}

impl Finding {
    pub(super) fn new(code: Code, explanation: impl Into<String>) -> Self {
        Self {
            code,
            object: None,
            field: None,
            explanation: explanation.into(),
            old_value: None,
            new_value: None,
            revision: None,
        }
    }

    pub(super) fn of_object(mut self, id: Option<lopdf::ObjectId>) -> Self {
        self.object = id.map(|(number, generation)| format!("{number} {generation}"));
        self
    }

    pub(super) fn of_field(mut self, name: impl Into<String>) -> Self {
        self.field = Some(name.into());
        self
    }

    pub(super) fn values(mut self, old: Option<String>, new: Option<String>) -> Self {
        (self.old_value, self.new_value) = (old, new);
        self
    }
}
