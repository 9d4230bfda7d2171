//! What a person was given of a page, for the record of what they agreed to.

use serde_json::{Value, json};

use crate::audit::hex;

/// What was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// A picture, so many pixels wide, and the SHA-256 of its PNG file.
    Picture { width: u32, sha256: [u8; 32] },
    /// The text, and the SHA-256 of its lines with a line feed between each two.
    Text { sha256: [u8; 32] },
    /// The file, with all its pages.
    File,
}

/// What was given of one page: of each kind the last.
#[derive(Debug, Default)]
pub(super) struct Shown {
    picture: Option<(u32, [u8; 32])>,
    text: Option<[u8; 32]>,
    file: bool,
}

impl Shown {
    /// Notes one more.
    pub(super) fn add(&mut self, given: Given) {
        match given {
            Given::Picture { width, sha256 } => self.picture = Some((width, sha256)),
            Given::Text { sha256 } => self.text = Some(sha256),
            Given::File => self.file = true,
        }
    }

    /// What is told of a page, counted from 0.
    pub(super) fn told(&self, page: usize) -> Value {
        let mut told = json!({ "page": page + 1 });
        if let Some((width, sha256)) = &self.picture {
            told["picture"] = json!({ "width": width, "sha256": hex(sha256) });
        }
        if let Some(sha256) = &self.text {
            told["text_sha256"] = hex(sha256).into();
        }
        if self.file {
            told["file"] = true.into();
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_kind_the_last_is_told_and_nothing_else() {
        let mut shown = Shown::default();
        assert_eq!(shown.told(1), json!({ "page": 2 }));
        for width in [620, 1_240] {
            shown.add(Given::Picture { width, sha256: [1; 32] });
        }
        shown.add(Given::File);
        let picture = json!({ "width": 1_240, "sha256": "01".repeat(32) });
        assert_eq!(shown.told(0), json!({ "page": 1, "picture": picture, "file": true }));
    }
}
