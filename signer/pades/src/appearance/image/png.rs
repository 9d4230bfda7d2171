//! PNG (ISO/IEC 15948), decoded: only its pixels go into the document.

use std::io::Cursor;

use png::{ColorType, Decoder, DecodingError, Limits, Transformations};

use super::bitmap::{Bitmap, Colours, Pixels, check_extent};
use super::{Image, ImageError};

/// What a file begins with (clause 5.2).
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1A\n";

/// What the decoder may allocate beside the pixels, in bytes.
const DECODER_MEMORY: usize = 8 << 20;

pub(super) fn read(file: &[u8]) -> Result<Bitmap, ImageError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), Limits { bytes: DECODER_MEMORY });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let header = decoder.read_header_info().map_err(|error| refusal(&error))?;
    let (width, height) = (header.width, header.height);
    check_extent(width, height)?;
    let mut reader = decoder.read_info().map_err(|error| refusal(&error))?;
    let mut decoded = vec![0; reader.output_buffer_size().ok_or(ImageError::Damaged)?];
    let frame = reader.next_frame(&mut decoded).map_err(|error| refusal(&error))?;
    if (frame.width, frame.height) != (width, height) {
        return Err(ImageError::Unsupported("animated"));
    }
    decoded.truncate(frame.buffer_size());
    let (colours, has_alpha) = match frame.color_type {
        ColorType::Grayscale => (Colours::Gray, false),
        ColorType::GrayscaleAlpha => (Colours::Gray, true),
        ColorType::Rgb => (Colours::Rgb, false),
        ColorType::Rgba => (Colours::Rgb, true),
        // Palettes have been expanded.
        ColorType::Indexed => return Err(ImageError::Damaged),
    };
    let (samples, alpha) = if has_alpha { split(&decoded, colours) } else { (decoded, Vec::new()) };
    let seen_through = alpha.iter().any(|&alpha| alpha < u8::MAX);
    let alpha = seen_through.then(|| alpha.into());
    Ok(Bitmap {
        width,
        height,
        pixels: Pixels::Samples { colours, samples: samples.into(), alpha },
    })
}

/// The colours of the pixels, and how opaque each of them is.
fn split(decoded: &[u8], colours: Colours) -> (Vec<u8>, Vec<u8>) {
    let count = colours.samples();
    let pixels = decoded.len() / (count + 1);
    let (mut samples, mut alpha) = (Vec::with_capacity(count * pixels), Vec::with_capacity(pixels));
    for pixel in decoded.chunks_exact(count + 1) {
        samples.extend_from_slice(&pixel[..count]);
        alpha.push(pixel[count]);
    }
    (samples, alpha)
}

fn refusal(error: &DecodingError) -> ImageError {
    match error {
        DecodingError::LimitsExceeded => ImageError::Pixels { maximum: Image::MAX_PIXELS },
        DecodingError::IoError(_) | DecodingError::Format(_) | DecodingError::Parameter(_) => {
            ImageError::Damaged
        }
    }
}
