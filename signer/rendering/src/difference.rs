//! Where two pictures differ.

use hayro::vello_cpu::Pixmap;

/// Left, top, right and bottom in pixels.
pub type Area = [u32; 4];

/// How many rows without a difference stand between two areas at least.
const BETWEEN: u32 = 24;

/// Most areas; what comes after is in the last one.
const MAXIMUM_AREAS: usize = 12;

/// Bytes of a pixel: red, green, blue and how opaque it is.
const PIXEL: usize = 4;

/// Where two pictures of one size differ, from the top; `None` where they are of different sizes, and so differ
/// everywhere.
pub(crate) fn areas(one: &Pixmap, other: &Pixmap) -> Option<Vec<Area>> {
    if (one.width(), one.height()) != (other.width(), other.height()) {
        return None;
    }
    let row = usize::from(one.width()) * PIXEL;
    let rows = one.data_as_u8_slice().chunks_exact(row);
    let rows = rows.zip(other.data_as_u8_slice().chunks_exact(row));
    let mut areas: Vec<Area> = Vec::new();
    for (row, (these, those)) in (0..).zip(rows).filter(|(_, (these, those))| these != those) {
        let differs = |(one, other): (&u8, &u8)| one != other;
        let Some(left) = these.iter().zip(those).position(differs) else { continue };
        let right = these.iter().zip(those).rposition(differs).unwrap_or(left);
        let (left, right) = ((left / PIXEL) as u32, (right / PIXEL) as u32 + 1);
        let is_full = areas.len() == MAXIMUM_AREAS;
        match areas.last_mut() {
            Some(last) if is_full || row < last[3] + BETWEEN => {
                *last = [last[0].min(left), last[1], last[2].max(right), row + 1];
            }
            _ => areas.push([left, row, right, row + 1]),
        }
    }
    Some(areas)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture((width, height): (u16, u16), dark: &[(usize, usize)]) -> Pixmap {
        let mut picture = Pixmap::new(width, height);
        for (column, row) in dark {
            let at = (row * usize::from(width) + column) * PIXEL;
            picture.data_as_u8_slice_mut()[at] = u8::MAX;
        }
        picture
    }

    #[test]
    fn areas_are_where_pixels_differ() {
        let one = picture((40, 60), &[(3, 3)]);
        assert_eq!(areas(&one, &picture((40, 60), &[(3, 3)])), Some(vec![]));
        let other = picture((40, 60), &[(3, 3), (10, 5), (12, 20), (30, 50)]);
        assert_eq!(areas(&one, &other), Some(vec![[10, 5, 13, 21], [30, 50, 31, 51]]));
        assert_eq!(areas(&one, &picture((60, 40), &[])), None);
    }
}
