//! How a page is shown: which part of it, which way up, how large (ISO 32000-1 clauses 7.7.3.3,
//! 14.11.2 and 8.3.2.3).

use std::collections::HashSet;

use crate::error::{AppearanceError, Error};
use crate::place::Place;
use crate::reader::Reader;
use crate::syntax::RawValue;

/// Nodes above a page that are asked for what it inherits.
const MAX_DEPTH: usize = 64;

/// The largest coordinate that is believed, in units of user space (ISO 32000-1 annex C.2).
const MAX_COORDINATE: f64 = 1e7;

/// A rectangle, in points (1/72 inch) of the page as it is shown, from its lower left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// From the left edge.
    pub x: f64,
    /// From the lower edge.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

/// How a page is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Extent {
    /// Left, bottom, right and top of what is shown, in user space.
    corners: [f64; 4],
    /// Clockwise quarter turns.
    turns: u8,
    /// Points in a unit of user space.
    unit: f64,
}

impl Extent {
    /// Reads it of a page.
    pub(crate) fn of(reader: &Reader, page: &Place) -> Result<Self, Error> {
        let bad = || Error::Appearance(AppearanceError::PageExtent);
        let media = inherited(reader, page, b"MediaBox")?.and_then(|place| corners(reader, &place));
        let media = media.ok_or_else(bad)?;
        let crop = inherited(reader, page, b"CropBox")?.and_then(|place| corners(reader, &place));
        // What lies outside the medium is not shown.
        let corners = crop.map_or(media, |crop| {
            [
                crop[0].max(media[0]),
                crop[1].max(media[1]),
                crop[2].min(media[2]),
                crop[3].min(media[3]),
            ]
        });
        let rotation = inherited(reader, page, b"Rotate")?.and_then(|place| number(&place.value));
        let unit = page.entry(reader, b"UserUnit")?.and_then(|place| number(&place.value));
        let unit = unit.unwrap_or(1.0);
        let known = corners[0] < corners[2] && corners[1] < corners[3] && unit > 0.0;
        if !known {
            return Err(bad());
        }
        Ok(Self { corners, turns: quarter_turns(rotation.unwrap_or(0.0)), unit })
    }

    /// The width and height as shown, in points.
    pub(crate) fn size(&self) -> (f64, f64) {
        let [left, bottom, right, top] = self.corners;
        self.shown(right - left, top - bottom)
    }

    /// Width and height in user space as they are shown, in points; and the other way round but
    /// for the unit.
    fn shown(&self, width: f64, height: f64) -> (f64, f64) {
        let (width, height) = (width * self.unit, height * self.unit);
        if self.turns % 2 == 1 { (height, width) } else { (width, height) }
    }

    /// Left, bottom, right and top in user space of a rectangle on the page as shown.
    pub(crate) fn in_user_space(&self, rectangle: Rectangle) -> Result<[f64; 4], AppearanceError> {
        let Rectangle { x, y, width, height } = rectangle;
        if ![x, y, width, height].iter().all(|number| number.abs() <= MAX_COORDINATE)
            || width <= 0.0
            || height <= 0.0
        {
            return Err(AppearanceError::Rectangle);
        }
        let (shown_width, shown_height) = self.size();
        // A hundredth of a point is what a caller's arithmetic may be off.
        const SLACK: f64 = 0.01;
        if x < -SLACK
            || y < -SLACK
            || x + width > shown_width + SLACK
            || y + height > shown_height + SLACK
        {
            let (width, height) = (shown_width.round() as u32, shown_height.round() as u32);
            return Err(AppearanceError::OutsidePage { width, height });
        }
        let [left, bottom, right, top] = self.corners;
        let unit = self.unit;
        let corner = |x: f64, y: f64| match self.turns {
            0 => (left + x / unit, bottom + y / unit),
            1 => (right - y / unit, bottom + x / unit),
            2 => (right - x / unit, top - y / unit),
            _ => (left + y / unit, top - x / unit),
        };
        let (one, other) = (corner(x, y), corner(x + width, y + height));
        Ok([one.0.min(other.0), one.1.min(other.1), one.0.max(other.0), one.1.max(other.1)])
    }

    /// The width and height in points of an annotation, given its corners in user space.
    pub(crate) fn size_of(&self, corners: [f64; 4]) -> (f64, f64) {
        self.shown(corners[2] - corners[0], corners[3] - corners[1])
    }

    /// Left, bottom, right and top of what is shown, in user space.
    pub(crate) fn corners(&self) -> [f64; 4] {
        self.corners
    }

    /// What takes user space to the unit square, in which the page then stands as it is shown.
    pub(crate) fn to_unit_square(self) -> [f64; 6] {
        let [left, bottom, right, top] = self.corners;
        let (width, height) = (right - left, top - bottom);
        match self.turns {
            0 => [1.0 / width, 0.0, 0.0, 1.0 / height, -left / width, -bottom / height],
            1 => [0.0, -1.0 / width, 1.0 / height, 0.0, -bottom / height, right / width],
            2 => [-1.0 / width, 0.0, 0.0, -1.0 / height, right / width, top / height],
            _ => [0.0, 1.0 / width, -1.0 / height, 0.0, top / height, -left / width],
        }
    }

    /// The first four numbers of a form's `/Matrix` that puts it upright on the page as shown.
    pub(crate) fn upright(&self) -> &'static str {
        match self.turns {
            0 => "1 0 0 1",
            1 => "0 1 -1 0",
            2 => "-1 0 0 -1",
            _ => "0 -1 1 0",
        }
    }
}

/// The four corners of a rectangle in any order (ISO 32000-1 clause 7.9.5) as left, bottom, right
/// and top.
pub(crate) fn corners(reader: &Reader, place: &Place) -> Option<[f64; 4]> {
    let mut numbers = Vec::with_capacity(4);
    for element in place.elements(reader).take(5) {
        let coordinate = number(&element.ok()??.value)?;
        numbers.push(Some(coordinate).filter(|number| number.abs() <= MAX_COORDINATE)?);
    }
    let [a, b, c, d] = numbers[..] else { return None };
    Some([a.min(c), b.min(d), a.max(c), b.max(d)])
}

fn number(value: &RawValue) -> Option<f64> {
    value.parse().ok()?.as_float().ok().map(f64::from)
}

fn quarter_turns(degrees: f64) -> u8 {
    match degrees.rem_euclid(360.0) {
        90.0 => 1,
        180.0 => 2,
        270.0 => 3,
        // What is no quarter turn is not shown as one.
        _ => 0,
    }
}

/// An attribute of a page, or of the nearest node above it that has it.
pub(crate) fn inherited(reader: &Reader, page: &Place, key: &[u8]) -> Result<Option<Place>, Error> {
    let mut visited = HashSet::new();
    let mut node = page.clone();
    for _ in 0..MAX_DEPTH {
        if let Some(value) = node.entry(reader, key)? {
            return Ok(Some(value));
        }
        match node.entry(reader, b"Parent")? {
            Some(parent) if visited.insert((parent.holder, parent.offset)) => node = parent,
            _ => break,
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of 100 by 50 units, whose lower left corner is (10, 20).
    fn extent(turns: u8, unit: f64) -> Extent {
        Extent { corners: [10.0, 20.0, 110.0, 70.0], turns, unit }
    }

    const RECTANGLE: Rectangle = Rectangle { x: 1.0, y: 2.0, width: 30.0, height: 4.0 };

    #[test]
    fn a_rectangle_is_found_on_a_page_that_is_turned() {
        for (turns, expected) in [
            (0, [11.0, 22.0, 41.0, 26.0]),
            (1, [104.0, 21.0, 108.0, 51.0]),
            (2, [79.0, 64.0, 109.0, 68.0]),
            (3, [12.0, 39.0, 16.0, 69.0]),
        ] {
            let extent = extent(turns, 1.0);
            assert_eq!(extent.in_user_space(RECTANGLE), Ok(expected), "{turns}");
            assert_eq!(extent.size_of(expected), (30.0, 4.0));
        }
    }

    #[test]
    fn a_page_fills_the_unit_square_as_it_is_shown() {
        for turns in 0..4 {
            let extent = extent(turns, 1.0);
            let (width, height) = extent.size();
            let [a, b, c, d, e, f] = extent.to_unit_square();
            let [left, bottom, right, top] = extent.in_user_space(RECTANGLE).unwrap();
            let at = |x: f64, y: f64| ((a * x + c * y + e) * width, (b * x + d * y + f) * height);
            let (one, other) = (at(left, bottom), at(right, top));
            let found =
                [one.0.min(other.0), one.1.min(other.1), one.0.max(other.0), one.1.max(other.1)];
            for (found, expected) in found.into_iter().zip([1.0, 2.0, 31.0, 6.0]) {
                assert!((found - expected).abs() < 1e-9, "{turns}: {found} {expected}");
            }
        }
    }

    #[test]
    fn a_point_is_a_point_whatever_the_unit() {
        let extent = extent(0, 2.0);
        assert_eq!(extent.size(), (200.0, 100.0));
        assert_eq!(extent.in_user_space(RECTANGLE), Ok([10.5, 21.0, 25.5, 23.0]));
    }

    #[test]
    fn a_rectangle_outside_the_page_or_without_extent_is_refused() {
        let of =
            |x, y, width, height| extent(1, 1.0).in_user_space(Rectangle { x, y, width, height });
        assert!(of(0.0, 0.0, 50.0, 100.0).is_ok());
        let outside = Err(AppearanceError::OutsidePage { width: 50, height: 100 });
        for rectangle in [(0.0, 0.0, 51.0, 9.0), (-1.0, 0.0, 9.0, 9.0), (0.0, 92.0, 9.0, 9.0)] {
            assert_eq!(of(rectangle.0, rectangle.1, rectangle.2, rectangle.3), outside);
        }
        for rectangle in [(0.0, 0.0, 0.0, 9.0), (0.0, 0.0, 9.0, -9.0), (f64::NAN, 0.0, 9.0, 9.0)] {
            let refused = of(rectangle.0, rectangle.1, rectangle.2, rectangle.3);
            assert_eq!(refused, Err(AppearanceError::Rectangle));
        }
    }
}
