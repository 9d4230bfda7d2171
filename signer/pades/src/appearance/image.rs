//! The image of a signature. What a file says beside its pixels (text, EXIF, comments, colour
//! profiles) is left behind: it may name a person.

mod jpeg;
mod png;

use std::fmt;

use bytes::Bytes;
use lopdf::ObjectId;

use super::paint::{GRAY, RGB};
use crate::error::Error;
use crate::update::Update;

/// An image that a signature shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    width: u32,
    height: u32,
    pixels: Pixels,
}

#[derive(Clone, PartialEq, Eq)]
enum Pixels {
    /// Eight bits a sample; `alpha` has a sample a pixel.
    Samples { colours: Colours, samples: Bytes, alpha: Option<Bytes> },
    /// A JPEG file without its metadata; `transform` is `/ColorTransform`.
    Jpeg { colours: Colours, transform: u8, file: Bytes },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colours {
    Gray,
    Rgb,
}

/// Why an image cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// It is neither PNG nor JPEG.
    #[error("the image is neither PNG nor JPEG")]
    Format,
    /// It is too long.
    #[error("the image has more than {maximum} bytes")]
    Length {
        /// The most bytes.
        maximum: usize,
    },
    /// It has too many pixels.
    #[error("the image has more than {maximum} pixels")]
    Pixels {
        /// The most pixels.
        maximum: u32,
    },
    /// It is damaged.
    #[error("the image is damaged")]
    Damaged,
    /// It is of a kind that not every reader of PDF shows.
    #[error("the image is {0}, which is not supported")]
    Unsupported(&'static str),
}

impl Image {
    /// The most bytes of a file.
    pub const MAX_LENGTH: usize = 2 << 20;

    /// The most pixels.
    pub const MAX_PIXELS: u32 = 1 << 21;

    /// The most memory that reading a file takes, in bytes, by what its header says; at most that
    /// of an image that is not refused.
    pub fn memory(file: &[u8]) -> u64 {
        // Up to eight bytes a pixel while it is decoded, and as many for what is kept of it.
        const PNG: u64 = 16;
        file.len() as u64 + PNG * Self::decoded_pixels(file)
    }

    /// The steps that reading a file and compressing its pixels counts for, by what its header
    /// says; at most those of an image that is not refused.
    pub fn steps(file: &[u8]) -> u64 {
        /// Up to four samples, each of which compression looks for among those before it.
        const PNG: u64 = 256;
        2 * file.len() as u64 + PNG * Self::decoded_pixels(file)
    }

    /// How many pixels are decoded: those of a PNG file.
    fn decoded_pixels(file: &[u8]) -> u64 {
        match file.get(16..24) {
            Some([a, b, c, d, e, f, g, h]) if file.starts_with(png::SIGNATURE) => {
                let width = u64::from(u32::from_be_bytes([*a, *b, *c, *d]));
                let height = u64::from(u32::from_be_bytes([*e, *f, *g, *h]));
                width.saturating_mul(height).min(u64::from(Self::MAX_PIXELS))
            }
            _ => 0,
        }
    }

    /// Reads a PNG or JPEG file.
    ///
    /// # Errors
    /// [`ImageError`].
    pub fn parse(file: &[u8]) -> Result<Self, ImageError> {
        if file.len() > Self::MAX_LENGTH {
            return Err(ImageError::Length { maximum: Self::MAX_LENGTH });
        }
        if file.starts_with(png::SIGNATURE) {
            png::read(file)
        } else if file.starts_with(b"\xFF\xD8") {
            jpeg::read(file)
        } else {
            Err(ImageError::Format)
        }
    }

    /// Whether something is seen through it.
    pub(super) fn is_transparent(&self) -> bool {
        matches!(&self.pixels, Pixels::Samples { alpha: Some(_), .. })
    }

    /// Its width for each unit of its height.
    pub(super) fn aspect(&self) -> f64 {
        f64::from(self.width) / f64::from(self.height)
    }

    /// Writes the image into the update. `opaque` puts what is transparent onto white.
    pub(super) fn embed(&self, update: &mut Update<'_>, opaque: bool) -> Result<ObjectId, Error> {
        let id = update.allocate()?;
        let head = format!(
            " /Type /XObject /Subtype /Image /Width {} /Height {} /BitsPerComponent 8",
            self.width, self.height
        );
        match &self.pixels {
            Pixels::Samples { colours, samples, alpha: None } => {
                update.add_stream(id, &format!("{head} /ColorSpace {}", colours.space()), samples);
            }
            Pixels::Samples { colours, samples, alpha: Some(alpha) } if opaque => {
                let samples = on_white(*colours, samples, alpha).into();
                update.add_stream(id, &format!("{head} /ColorSpace {}", colours.space()), &samples);
            }
            Pixels::Samples { colours, samples, alpha: Some(alpha) } => {
                let mask = update.allocate()?;
                // A soft mask has no other colours (ISO 32000-1 clause 11.6.5.3).
                update.add_stream(mask, &format!("{head} /ColorSpace /DeviceGray"), alpha);
                let space = colours.space();
                let entries = format!("{head} /ColorSpace {space} /SMask {} 0 R", mask.0);
                update.add_stream(id, &entries, samples);
            }
            Pixels::Jpeg { colours, transform, file } => {
                let entries = format!(
                    "{head} /ColorSpace {} /Filter /DCTDecode \
                     /DecodeParms << /ColorTransform {transform} >>",
                    colours.space()
                );
                update.add_encoded(id, entries, file.clone());
            }
        }
        Ok(id)
    }
}

/// Refuses an image with more pixels than allowed, or none.
fn check_extent(width: u32, height: u32) -> Result<(), ImageError> {
    match u64::from(width) * u64::from(height) {
        0 => Err(ImageError::Damaged),
        pixels if pixels > u64::from(Image::MAX_PIXELS) => {
            Err(ImageError::Pixels { maximum: Image::MAX_PIXELS })
        }
        _ => Ok(()),
    }
}

impl Colours {
    fn samples(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::Rgb => 3,
        }
    }

    fn space(self) -> &'static str {
        match self {
            Self::Gray => GRAY,
            Self::Rgb => RGB,
        }
    }
}

fn on_white(colours: Colours, samples: &[u8], alpha: &[u8]) -> Vec<u8> {
    let blend = |sample: u8, alpha: u8| {
        let (sample, alpha) = (u32::from(sample), u32::from(alpha));
        // At most 255 again: a mean of two bytes.
        ((sample * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    let pixels = samples.chunks_exact(colours.samples()).zip(alpha);
    pixels.flat_map(|(pixel, &alpha)| pixel.iter().map(move |&s| blend(s, alpha))).collect()
}

/// Says how large it is, never what is in it.
impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({} by {} pixels)", self.width, self.height)
    }
}

#[cfg(test)]
mod tests;
