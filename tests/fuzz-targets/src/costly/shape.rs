//! The shapes that an array, a tree or a chain is given.

use fastrand::Rng;

/// What makes a structure dear to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing in it.
    Empty,
    /// The same element again and again.
    Repeated(usize),
    /// Another element each time.
    Long(usize),
    /// Any elements.
    Random(usize),
    /// Arrays in arrays.
    Nested(usize),
}

impl Shape {
    /// Any shape, with at most about `most` elements.
    pub(super) fn any(rng: &mut Rng, most: usize) -> Self {
        // Small ones are as many as large ones.
        let bits = rng.u32(0..=most.max(2).ilog2());
        let count = rng.usize(1..=1 << bits);
        match rng.u8(0..9) {
            0 => Self::Empty,
            1 | 2 => Self::Repeated(count),
            3..=5 => Self::Long(count),
            6 | 7 => Self::Random(count),
            _ => Self::Nested(count.min(400)),
        }
    }

    /// An array of references to objects from `first` on, of which there are `many`.
    pub(super) fn array(self, rng: &mut Rng, first: u32, many: u32) -> String {
        let many = many.max(1);
        let reference = |number: u32| format!("{number} 0 R ");
        let start = rng.u32(0..many);
        match self {
            Self::Empty => "[]".to_owned(),
            Self::Repeated(count) => format!("[{}]", reference(first + start).repeat(count)),
            Self::Long(count) => {
                let all = (0..count as u32).map(|index| reference(first + (start + index) % many));
                format!("[{}]", all.collect::<String>())
            }
            Self::Random(count) => {
                let all = (0..count).map(|_| reference(first + rng.u32(0..many)));
                format!("[{}]", all.collect::<String>())
            }
            Self::Nested(count) => {
                format!("{}{}{}", "[".repeat(count), reference(first + start), "]".repeat(count))
            }
        }
    }
}

/// A string, or what stands for one, of about `length` bytes.
pub(super) fn text(rng: &mut Rng, length: usize) -> String {
    match rng.u8(0..5) {
        0 => format!("({})", "x".repeat(length)),
        1 => format!("<{}>", "41".repeat(length / 2)),
        2 => format!("({})", "\\)".repeat(length / 2)),
        3 => format!("<FEFF{}>", "0041".repeat(length / 4)),
        _ => format!("{}x{}", "(".repeat(length / 2), ")".repeat(length / 2)),
    }
}

/// A name of about `length` bytes.
pub(super) fn name(rng: &mut Rng, length: usize) -> String {
    match rng.u8(0..3) {
        0 => format!("/{}", "#41".repeat(length / 3)),
        1 => format!("/{}", "#".repeat(length)),
        _ => format!("/{}", "n".repeat(length)),
    }
}
