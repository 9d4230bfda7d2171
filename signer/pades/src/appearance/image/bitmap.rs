//! Pixels, and how PDF writes them.

use bytes::Bytes;
use lopdf::ObjectId;

use super::super::paint::{GRAY, RGB};
use super::{Image, ImageError};
use crate::error::Error;
use crate::update::Update;

/// A picture of pixels.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Bitmap {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Pixels,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Pixels {
    /// Eight bits a sample; `alpha` has a sample a pixel.
    Samples { colours: Colours, samples: Bytes, alpha: Option<Bytes> },
    /// A JPEG file without its metadata; `transform` is `/ColorTransform`.
    Jpeg { colours: Colours, transform: u8, file: Bytes },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    Gray,
    Rgb,
}

impl Bitmap {
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
pub(super) fn check_extent(width: u32, height: u32) -> Result<(), ImageError> {
    match u64::from(width) * u64::from(height) {
        0 => Err(ImageError::Damaged),
        pixels if pixels > u64::from(Image::MAX_PIXELS) => {
            Err(ImageError::Pixels { maximum: Image::MAX_PIXELS })
        }
        _ => Ok(()),
    }
}

impl Colours {
    pub(super) fn samples(self) -> usize {
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

pub(super) fn on_white(colours: Colours, samples: &[u8], alpha: &[u8]) -> Vec<u8> {
    let blend = |sample: u8, alpha: u8| {
        let (sample, alpha) = (u32::from(sample), u32::from(alpha));
        // At most 255 again: a mean of two bytes.
        ((sample * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    let pixels = samples.chunks_exact(colours.samples()).zip(alpha);
    pixels.flat_map(|(pixel, &alpha)| pixel.iter().map(move |&s| blend(s, alpha))).collect()
}
