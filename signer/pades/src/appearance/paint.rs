//! Colours and outlines.

use super::frame::{Frame, Number};

/// Colours are independent of any device, so that a document for the archive needs no output
/// intent for them (ISO 19005-1 clause 6.2.3). White is D65's; gamma is nearly that of sRGB.
pub(super) const GRAY: &str = "[/CalGray << /WhitePoint [0.9505 1 1.089] /Gamma 2.2 >>]";

/// Colours independent of any device, nearly sRGB's (ISO 32000-1 clause 8.6.5.3).
pub(super) const RGB: &str = "[/CalRGB << /WhitePoint [0.9505 1 1.089] /Gamma [2.2 2.2 2.2] \
    /Matrix [0.4124 0.2126 0.0193 0.3576 0.7152 0.1192 0.1805 0.0722 0.9505] >>]";

/// How far the handles of a quarter of a circle stand from its ends, in radii.
const KAPPA: f64 = 0.5523;

/// A colour of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// What is read first.
    Ink,
    /// What is read last: four fifths black, so that it stays readable in a copy of a copy.
    Soft,
    /// Sealing wax: dark enough that it is nearly black without colour.
    Wax,
    /// What lies under a code.
    White,
}

impl Tone {
    /// The operators that fill and stroke in it.
    pub(super) fn set(self) -> &'static str {
        match self {
            Self::Ink => "/Gray cs 0 sc /Gray CS 0 SC\n",
            Self::Soft => "/Gray cs .2 sc /Gray CS .2 SC\n",
            Self::Wax => "/Rgb cs .55 .11 .18 sc /Rgb CS .55 .11 .18 SC\n",
            Self::White => "/Rgb cs 1 1 1 sc /Rgb CS 1 1 1 SC\n",
        }
    }
}

/// The colour spaces that the operators of [`Tone`] name.
pub(super) fn spaces() -> String {
    format!("/ColorSpace << /Gray {GRAY} /Rgb {RGB} >>")
}

/// The outline of a circle.
pub(super) fn circle(x: f64, y: f64, radius: f64) -> String {
    let handle = radius * KAPPA;
    let (left, right, low, high) = (x - radius, x + radius, y - radius, y + radius);
    let curves = [
        [right, y + handle, x + handle, high, x, high],
        [x - handle, high, left, y + handle, left, y],
        [left, y - handle, x - handle, low, x, low],
        [x + handle, low, right, y - handle, right, y],
    ];
    let begin = format!("{} {} m\n", Number(right), Number(y));
    curves.into_iter().fold(begin, |path, curve| path + &curved(curve)) + "h\n"
}

/// The outline of a rectangle with round corners.
pub(super) fn rounded(frame: &Frame, radius: f64) -> String {
    let Frame { x, y, width, height } = *frame;
    let (right, top, near) = (x + width, y + height, radius * (1.0 - KAPPA));
    let line = |x, y| format!("{} {} l\n", Number(x), Number(y));
    [
        format!("{} {} m\n", Number(x + radius), Number(y)),
        line(right - radius, y),
        curved([right - near, y, right, y + near, right, y + radius]),
        line(right, top - radius),
        curved([right, top - near, right - near, top, right - radius, top]),
        line(x + radius, top),
        curved([x + near, top, x, top - near, x, top - radius]),
        line(x, y + radius),
        curved([x, y + near, x + near, y, x + radius, y]),
        "h\n".to_owned(),
    ]
    .concat()
}

/// A Bezier curve by its two handles and its end.
pub(super) fn curved(points: [f64; 6]) -> String {
    let [a, b, c, d, e, f] = points.map(Number);
    format!("{a} {b} {c} {d} {e} {f} c\n")
}
