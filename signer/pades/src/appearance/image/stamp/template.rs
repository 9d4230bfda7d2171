//! Values that refer to objects whose numbers are not known yet.

use lopdf::ObjectId;

use super::super::super::paint::{GRAY, RGB};

/// A value, or part of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Template {
    parts: Vec<Part>,
    /// The bytes of its text, references counted as so many letters as they have at most.
    length: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    /// A reference to a copied object.
    Object(usize),
    /// What device colours are taken for, where the document demands that (ISO 32000-2 clause
    /// 8.6.5.6).
    DefaultSpaces,
    /// A transparency group, which is left out where nothing is seen through.
    Group(Template),
}

/// What a document makes of a template.
#[derive(Clone, Copy)]
pub(super) struct Writing<'a> {
    /// By the number of the copied object.
    pub(super) ids: &'a [ObjectId],
    pub(super) default_spaces: bool,
    pub(super) groups: bool,
}

impl Template {
    pub(super) fn text(&mut self, text: &str) {
        self.length += text.len();
        match self.parts.last_mut() {
            Some(Part::Text(before)) => before.push_str(text),
            _ => self.parts.push(Part::Text(text.to_owned())),
        }
    }

    /// A name, in letters that every reader takes alike (ISO 32000-2 clause 7.3.5).
    pub(super) fn name(&mut self, name: &[u8]) {
        let mut text = "/".to_owned();
        for &byte in name {
            if byte.is_ascii_alphanumeric() || b"+-_.,*".contains(&byte) {
                text.push(char::from(byte));
            } else {
                text.push_str(&format!("#{byte:02X}"));
            }
        }
        self.text(&text);
    }

    pub(super) fn string(&mut self, string: &[u8]) {
        let digits: String = string.iter().map(|byte| format!("{byte:02X}")).collect();
        self.text(&format!("<{digits}>"));
    }

    pub(super) fn object(&mut self, object: usize) {
        self.push(Part::Object(object), "8388607 0 R".len());
    }

    pub(super) fn default_spaces(&mut self) {
        self.push(Part::DefaultSpaces, 0);
    }

    pub(super) fn group(&mut self, group: Self) {
        let length = group.length;
        self.push(Part::Group(group), length);
    }

    pub(super) fn append(&mut self, other: Self) {
        self.length += other.length;
        self.parts.extend(other.parts);
    }

    fn push(&mut self, part: Part, length: usize) {
        self.length += length;
        self.parts.push(part);
    }

    /// The bytes that it has at most when it is written, without what is written for the archive.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    pub(super) fn write(&self, writing: Writing<'_>) -> String {
        let mut all = String::with_capacity(self.length);
        for part in &self.parts {
            match part {
                Part::Text(text) => all.push_str(text),
                Part::Object(object) => {
                    let number = writing.ids.get(*object).map_or(0, |id| id.0);
                    all.push_str(&format!("{number} 0 R"));
                }
                Part::DefaultSpaces if writing.default_spaces => {
                    all.push_str(&format!(" /DefaultGray {GRAY} /DefaultRGB {RGB}"));
                }
                Part::Group(group) if writing.groups => all.push_str(&group.write(writing)),
                Part::DefaultSpaces | Part::Group(_) => {}
            }
        }
        all
    }
}
