//! What makes a visible signature one that people recognise.

/// What a seal or signature says in words, and which sign stands beside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// How it is laid out; by the shape of the rectangle when left out.
    pub preset: Option<Preset>,
    /// The sign.
    pub emblem: Emblem,
    /// What it is: `Sealed by`.
    pub title: String,
    /// Whose it is.
    pub name: String,
    /// What else says whose it is. Left out from the last on where there is no room.
    pub details: Vec<String>,
    /// The time in words.
    pub time: String,
    /// The same, shorter.
    pub short_time: String,
    /// Where it is checked.
    pub check: Option<Check>,
}

/// Where a seal is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The address of the page, up to the reference.
    pub address: String,
    /// The reference: capital letters and digits.
    pub reference: String,
    /// That the certificate is short-lived, and where the seal is checked.
    pub notice: String,
}

/// The sign of a visible signature. It is drawn as outlines, in one colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emblem {
    /// A rosette with a tick: the seal of an organisation.
    Seal,
    /// A pen's nib on a shield: the signature of a person.
    Signature,
}

/// How a seal is laid out. Each is legible from 120 by 40 points up, and leaves out what it has no
/// room for, never the name and the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// All of it, and the code by which it is checked.
    Full,
    /// Whose, when, and the code.
    Compact,
    /// One line of text.
    Line,
}

impl Preset {
    /// The one that suits a rectangle of this size, in points.
    pub(super) fn of(width: f64, height: f64) -> Self {
        if height < 34.0 || width > 7.0 * height {
            Self::Line
        } else if width >= 190.0 && height >= 66.0 {
            Self::Full
        } else {
            Self::Compact
        }
    }
}
