//! Where two pictures differ.

use std::io::Cursor;

use png::Decoder;

/// Left, top, right and bottom in pixels.
pub type Area = [u32; 4];

/// How many rows without a difference stand between two areas at least.
const BETWEEN: u32 = 24;

/// Most areas; what comes after is in the last one.
const MAXIMUM_AREAS: usize = 12;

/// A picture's pixels: of each one byte where there are no colours, or red, green and blue.
struct Pixels {
    width: usize,
    height: usize,
    samples: usize,
    bytes: Vec<u8>,
}

/// Where two PNG files of one size differ, from the top; nothing where they are of different sizes, and so
/// differ everywhere.
pub(crate) fn areas(one: &[u8], other: &[u8]) -> Vec<Area> {
    let (Some(one), Some(other)) = (decoded(one), decoded(other)) else { return Vec::new() };
    if (one.width, one.height) != (other.width, other.height) {
        return Vec::new();
    }
    let (one, other) = match one.samples == other.samples {
        true => (one, other),
        false => (one.coloured(), other.coloured()),
    };
    let samples = one.samples;
    let rows = one.bytes.chunks_exact(one.width * samples);
    let rows = rows.zip(other.bytes.chunks_exact(one.width * samples));
    let mut areas: Vec<Area> = Vec::new();
    for (row, (these, those)) in (0..).zip(rows).filter(|(_, (these, those))| these != those) {
        let differs = |(one, other): (&u8, &u8)| one != other;
        let Some(left) = these.iter().zip(those).position(differs) else { continue };
        let right = these.iter().zip(those).rposition(differs).unwrap_or(left);
        let (left, right) = ((left / samples) as u32, (right / samples) as u32 + 1);
        let is_full = areas.len() == MAXIMUM_AREAS;
        match areas.last_mut() {
            Some(last) if is_full || row < last[3] + BETWEEN => {
                *last = [last[0].min(left), last[1], last[2].max(right), row + 1];
            }
            _ => areas.push([left, row, right, row + 1]),
        }
    }
    areas
}

/// The pixels of what this crate writes: pages are opaque, or have a fourth byte.
fn decoded(file: &[u8]) -> Option<Pixels> {
    let mut reader = Decoder::new(Cursor::new(file)).read_info().ok()?;
    let mut bytes = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut bytes).ok()?;
    bytes.truncate(info.buffer_size());
    let (width, height) = (info.width as usize, info.height as usize);
    Some(Pixels { width, height, samples: info.color_type.samples(), bytes })
}

impl Pixels {
    /// With red, green and blue.
    fn coloured(self) -> Self {
        let pixels = self.bytes.chunks_exact(self.samples);
        let bytes = pixels.flat_map(|pixel| match *pixel {
            [red, green, blue, ..] => [red, green, blue],
            [grey, ..] => [grey; 3],
            [] => [0; 3],
        });
        Self { bytes: bytes.collect(), samples: 3, ..self }
    }
}

#[cfg(test)]
mod tests {
    use png::{BitDepth, ColorType, Encoder};

    use super::*;

    fn picture(colour: ColorType, dark: &[(usize, usize)]) -> Vec<u8> {
        let (width, height, samples) = (40, 60, colour.samples());
        let mut bytes = vec![255; width * height * samples];
        for (column, row) in dark {
            bytes[(row * width + column) * samples..][..samples].fill(0);
        }
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, 40, 60);
        encoder.set_color(colour);
        encoder.set_depth(BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(&bytes).unwrap();
        file
    }

    #[test]
    fn areas_are_where_pixels_differ_however_the_colours_are_written() {
        let grey = picture(ColorType::Grayscale, &[(3, 3)]);
        assert_eq!(areas(&grey, &picture(ColorType::Rgb, &[(3, 3)])), [[0; 4]; 0]);
        let other = picture(ColorType::Rgb, &[(3, 3), (10, 5), (12, 20), (30, 50)]);
        assert_eq!(areas(&grey, &other), [[10, 5, 13, 21], [30, 50, 31, 51]]);
        assert_eq!(areas(&grey, b"no picture"), [[0; 4]; 0]);
    }
}
