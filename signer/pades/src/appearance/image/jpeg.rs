//! JPEG (ISO/IEC 10918-1 annex B), passed on as it is coded: PDF readers decode it themselves.
//! Only what decoding needs is kept; application segments and comments are not.

use super::ImageError;
use super::bitmap::{Bitmap, Colours, Pixels, check_extent};

/// The most segments of a file. Progressive files have some dozens.
const MAX_SEGMENTS: usize = 4_096;

/// What a frame header says.
struct Frame {
    width: u32,
    height: u32,
    /// The components' identifiers.
    components: Vec<u8>,
}

pub(super) fn read(file: &[u8]) -> Result<Bitmap, ImageError> {
    let mut kept = file.get(..2).ok_or(ImageError::Damaged)?.to_vec();
    let mut at = 2;
    let mut frame: Option<Frame> = None;
    let mut scans = 0;
    let (mut jfif, mut adobe) = (false, None);
    for _ in 0..MAX_SEGMENTS {
        let (marker, start) = next_marker(file, at)?;
        if marker == 0xD9 {
            kept.extend_from_slice(b"\xFF\xD9");
            let frame = frame.filter(|_| scans > 0).ok_or(ImageError::Damaged)?;
            return finish(frame, jfif, adobe, kept);
        }
        let length = file.get(start..start + 2).ok_or(ImageError::Damaged)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let content = file.get(start + 2..start + length).ok_or(ImageError::Damaged)?;
        at = start + length;
        match marker {
            // Baseline, extended, progressive.
            0xC0..=0xC2 if frame.is_none() => frame = Some(Frame::read(content)?),
            // Quantization and Huffman tables, restart intervals.
            0xC4 | 0xDB | 0xDD => {}
            0xDA if frame.is_some() => {
                scans += 1;
                at = end_of_scan(file, at)?;
            }
            0xE0 => {
                jfif |= content.starts_with(b"JFIF\0");
                continue;
            }
            0xEE => {
                // Adobe technical note 5116: the last byte is the transform.
                adobe = content.strip_prefix(b"Adobe").and_then(|rest| rest.get(6).copied());
                continue;
            }
            0xE1..=0xEF | 0xFE => continue,
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCF => {
                return Err(ImageError::Unsupported("a lossless, hierarchical or arithmetic JPEG"));
            }
            _ => return Err(ImageError::Damaged),
        }
        kept.extend_from_slice(&[0xFF, marker]);
        kept.extend_from_slice(&file[start..at]);
    }
    Err(ImageError::Damaged)
}

/// The marker at `at`, and where what follows it stands. Bytes of ones may stand before it.
fn next_marker(file: &[u8], at: usize) -> Result<(u8, usize), ImageError> {
    let rest = file.get(at..).filter(|rest| rest.first() == Some(&0xFF));
    let rest = rest.ok_or(ImageError::Damaged)?;
    let fill = rest.iter().position(|&byte| byte != 0xFF).ok_or(ImageError::Damaged)?;
    Ok((rest[fill], at + fill + 1))
}

/// Where coded data ends: at the next marker that is neither a restart nor a stuffed byte.
fn end_of_scan(file: &[u8], from: usize) -> Result<usize, ImageError> {
    let mut at = from;
    loop {
        let rest = file.get(at..).ok_or(ImageError::Damaged)?;
        at += memchr::memchr(0xFF, rest).ok_or(ImageError::Damaged)?;
        match file.get(at + 1).ok_or(ImageError::Damaged)? {
            0x00 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            _ => return Ok(at),
        }
    }
}

impl Frame {
    /// ISO/IEC 10918-1 clause B.2.2.
    fn read(content: &[u8]) -> Result<Self, ImageError> {
        let [precision, high, low, left, right, count, rest @ ..] = content else {
            return Err(ImageError::Damaged);
        };
        if *precision != 8 {
            return Err(ImageError::Unsupported("a JPEG of other than eight bits"));
        }
        let height = u32::from(u16::from_be_bytes([*high, *low]));
        let width = u32::from(u16::from_be_bytes([*left, *right]));
        check_extent(width, height)?;
        let components: Vec<u8> = rest.chunks_exact(3).map(|component| component[0]).collect();
        if components.len() != usize::from(*count) || rest.len() % 3 != 0 {
            return Err(ImageError::Damaged);
        }
        Ok(Self { width, height, components })
    }
}

fn finish(
    frame: Frame,
    jfif: bool,
    adobe: Option<u8>,
    kept: Vec<u8>,
) -> Result<Bitmap, ImageError> {
    let Frame { width, height, components } = frame;
    let colours = match components.len() {
        1 => Colours::Gray,
        3 => Colours::Rgb,
        _ => return Err(ImageError::Unsupported("a JPEG of other colours than gray or RGB")),
    };
    // The segments that tell how the colours are coded are gone: it is said outside of the file.
    let plain = !jfif && (adobe == Some(0) || adobe.is_none() && components == b"RGB");
    let transform = u8::from(colours == Colours::Rgb && !plain);
    let pixels = Pixels::Jpeg { colours, transform, file: kept.into() };
    Ok(Bitmap { width, height, pixels })
}
