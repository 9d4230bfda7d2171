//! Stream filters: what cross-reference streams and object streams are compressed with.

mod ascii;

use std::io::Read;

use bytes::Bytes;
use flate2::bufread::ZlibDecoder;
use seal::{Effort, EffortError, Held};

use crate::held::counted;
use crate::syntax::{RawDictionary, RawValue};
use ascii::{ascii_85, ascii_hex};

/// Why a stream's data cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// A filter that is not supported here.
    #[error("filter `{0}` is not supported here")]
    Unsupported(String),
    /// The data is no zlib stream.
    #[error("its compressed data is damaged")]
    Damaged,
    /// The data inflates to more than it may.
    #[error("its data inflates to more than {maximum} bytes")]
    TooLong {
        /// How many bytes it may have.
        maximum: usize,
    },
    /// The predictor's parameters are outside what ISO 32000-1 table 8 allows.
    #[error("its predictor's parameters are wrong")]
    Predictor,
    /// The document has used up what it may cost.
    #[error(transparent)]
    Effort(#[from] EffortError),
}

/// Most filters on one stream.
const MAX_FILTERS: usize = 8;

/// One filter of a stream, with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    Flate(Predictor),
    AsciiHex,
    Ascii85,
}

/// `/DecodeParms` of a Flate filter (ISO 32000-1 table 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Predictor {
    kind: u64,
    colors: usize,
    bits: usize,
    columns: usize,
}

/// Decodes the data of the stream with this dictionary, to at most `maximum` bytes. `resolve`
/// follows references.
pub(crate) fn decode<E: From<FilterError>>(
    dictionary: &RawDictionary,
    data: &Bytes,
    maximum: usize,
    effort: &Effort,
    resolve: impl Fn(RawValue) -> Result<RawValue, E>,
) -> Result<Bytes, E> {
    let mut decoded = data.clone();
    for filter in filters(dictionary, resolve)? {
        let (bytes, held) = match filter {
            Filter::Flate(predictor) => {
                let (inflated, held) = inflate(&decoded, maximum, effort)?;
                predictor.undo(inflated, held, effort)?
            }
            Filter::AsciiHex => {
                let length = decoded.len() as u64;
                effort.step(4 * length).map_err(FilterError::from)?;
                let held = effort.hold(2 * length).map_err(FilterError::from)?;
                (ascii_hex(&decoded)?, held)
            }
            Filter::Ascii85 => {
                // One letter may stand for four zeros.
                let length = 4 * decoded.len() as u64;
                effort.step(4 * length).map_err(FilterError::from)?;
                let held = effort.hold(length).map_err(FilterError::from)?;
                let bytes = ascii_85(&decoded)?;
                if bytes.len() > maximum {
                    return Err(FilterError::TooLong { maximum }.into());
                }
                (bytes, held)
            }
        };
        decoded = counted(bytes, held);
    }
    Ok(decoded)
}

fn filters<E: From<FilterError>>(
    dictionary: &RawDictionary,
    resolve: impl Fn(RawValue) -> Result<RawValue, E>,
) -> Result<Vec<Filter>, E> {
    let entry = |key: &[u8]| -> Result<Vec<RawValue>, E> {
        let Some(value) = dictionary.value(key) else { return Ok(Vec::new()) };
        let value = resolve(value)?;
        let Some(array) = value.array() else { return Ok(vec![value]) };
        array
            .take(MAX_FILTERS)
            .map(|element| resolve(element.map_err(|_| FilterError::Damaged)?))
            .collect()
    };
    let names = entry(b"Filter")?;
    let parameters = entry(b"DecodeParms")?;
    let mut filters = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let Some(name) = name.as_name() else { continue };
        filters.push(match name.as_slice() {
            b"FlateDecode" | b"Fl" => {
                let parameters = parameters.get(index).map(RawValue::dictionary).transpose();
                let parameters = parameters.map_err(|_| FilterError::Predictor)?.flatten();
                Filter::Flate(Predictor::read(parameters.as_ref(), &resolve)?)
            }
            b"ASCIIHexDecode" | b"AHx" => Filter::AsciiHex,
            b"ASCII85Decode" | b"A85" => Filter::Ascii85,
            // What it stands for was done before: the data comes decrypted.
            b"Crypt" => continue,
            other => {
                let name = String::from_utf8_lossy(&other[..other.len().min(32)]).into_owned();
                return Err(FilterError::Unsupported(name).into());
            }
        });
    }
    Ok(filters)
}

/// Whether readers agree on how the data of a stream is coded: they differ in whether entries that have
/// another form count than ISO 32000-2 clause 7.3.8.2 gives them, or the abbreviations of inline images.
pub(crate) fn is_decoded_alike<E>(
    dictionary: &RawDictionary,
    resolve: impl Fn(RawValue) -> Result<RawValue, E>,
) -> Result<bool, E> {
    const OTHERS: [&[u8]; 4] = [b"F", b"FFilter", b"FDecodeParms", b"DP"];
    if OTHERS.iter().any(|key| dictionary.value(key).is_some()) {
        return Ok(false);
    }
    let entry = |key: &[u8]| dictionary.value(key).map(&resolve).transpose();
    let (names, parameters) = (entry(b"Filter")?, entry(b"DecodeParms")?);
    let Some(parameters) = parameters.filter(|one| !one.bytes().starts_with(b"null")) else {
        return Ok(true);
    };
    let count = |value: &RawValue| value.array().map(Iterator::count);
    Ok(match names.as_ref().map(count) {
        None => false,
        Some(None) => parameters.is_dictionary(),
        Some(Some(names)) => count(&parameters) == Some(names),
    })
}

/// Inflates up to the end of the zlib stream. Data without its end or checksum is taken as far as
/// it goes, as readers do: what it should hold is checked by whoever reads it.
fn inflate(data: &[u8], maximum: usize, effort: &Effort) -> Result<(Vec<u8>, Held), FilterError> {
    /// How much is inflated at a time, at least, in bytes.
    const PORTION: usize = 64 << 10;
    let mut decoder = ZlibDecoder::new(data);
    let mut held = effort.hold(0)?;
    let mut inflated = Vec::new();
    loop {
        // One byte more than it may have tells that it has too many.
        let portion = PORTION.max(inflated.len() / 4).min(maximum + 1 - inflated.len());
        let portion = if inflated.is_empty() { portion.min(8 * data.len() + 64) } else { portion };
        held.grow(portion as u64)?;
        inflated.reserve_exact(portion);
        let before = inflated.len();
        let outcome = decoder.by_ref().take(portion as u64).read_to_end(&mut inflated);
        let more = inflated.len() - before;
        effort.inflate(more as u64)?;
        if inflated.len() > maximum {
            return Err(FilterError::TooLong { maximum });
        }
        if outcome.is_err() && inflated.is_empty() {
            return Err(FilterError::Damaged);
        }
        if outcome.is_err() || more < portion {
            return Ok((inflated, held));
        }
    }
}

impl Predictor {
    fn read<E: From<FilterError>>(
        parameters: Option<&RawDictionary>,
        resolve: impl Fn(RawValue) -> Result<RawValue, E>,
    ) -> Result<Self, E> {
        let number = |key: &[u8], default: u64, maximum: u64| -> Result<u64, E> {
            let Some(value) = parameters.and_then(|p| p.value(key)) else { return Ok(default) };
            let number = resolve(value)?.as_unsigned().filter(|n| (1..=maximum).contains(n));
            number.ok_or_else(|| FilterError::Predictor.into())
        };
        let size = |key: &[u8], default: u64, maximum: u64| -> Result<usize, E> {
            usize::try_from(number(key, default, maximum)?)
                .map_err(|_| FilterError::Predictor.into())
        };
        Ok(Self {
            kind: number(b"Predictor", 1, 15)?,
            colors: size(b"Colors", 1, 32)?,
            bits: size(b"BitsPerComponent", 8, 16)?,
            columns: size(b"Columns", 1, 1 << 20)?,
        })
    }

    fn undo(
        self,
        data: Vec<u8>,
        held: Held,
        effort: &Effort,
    ) -> Result<(Vec<u8>, Held), FilterError> {
        /// Predicting a byte.
        const STEPS: u64 = 8;
        match self.kind {
            1 => Ok((data, held)),
            10..=15 => {
                effort.step(STEPS * data.len() as u64)?;
                let held = effort.hold(data.len() as u64)?;
                Ok((self.undo_png(&data)?, held))
            }
            _ => Err(FilterError::Unsupported("Predictor 2".to_owned())),
        }
    }

    /// PNG filters (RFC 2083 clause 6), a filter byte before each row. A last row may be incomplete.
    fn undo_png(self, data: &[u8]) -> Result<Vec<u8>, FilterError> {
        let pixel = (self.colors * self.bits).div_ceil(8);
        let length = (self.colors * self.bits * self.columns).div_ceil(8);
        let mut decoded = Vec::with_capacity(data.len());
        let mut above = vec![0; length];
        for encoded in data.chunks(length + 1) {
            // What is no row, such as an end of line, is nothing.
            if encoded.len() <= length && (encoded.len() == 1 || encoded[0] > 4) {
                break;
            }
            let length = encoded.len() - 1;
            let start = decoded.len();
            decoded.extend_from_slice(&encoded[1..]);
            let row = &mut decoded[start..];
            match encoded[0] {
                0 => {}
                1 => {
                    for index in pixel..length {
                        row[index] = row[index].wrapping_add(row[index - pixel]);
                    }
                }
                2 => {
                    for (byte, up) in row.iter_mut().zip(&above) {
                        *byte = byte.wrapping_add(*up);
                    }
                }
                kind @ (3 | 4) => {
                    for index in 0..length {
                        let before = index.checked_sub(pixel);
                        let left = before.map_or(0, |before| row[before]);
                        let corner = before.map_or(0, |before| above[before]);
                        let up = above[index];
                        let predicted =
                            if kind == 3 { left.midpoint(up) } else { paeth(left, up, corner) };
                        row[index] = row[index].wrapping_add(predicted);
                    }
                }
                _ => return Err(FilterError::Predictor),
            }
            above[..length].copy_from_slice(row);
        }
        Ok(decoded)
    }
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |value: u8| (estimate - i16::from(value)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::compressed_stream;

    /// The data of a stream made from `data`, decoded by its own dictionary.
    fn decoded(entries: &str, data: &[u8]) -> Result<Bytes, FilterError> {
        let stream = Bytes::from(compressed_stream(entries, data));
        let dictionary = RawDictionary::read(&stream).unwrap();
        let start = dictionary.length() + "\nstream\n".len();
        let length = dictionary.value(b"Length").unwrap().as_unsigned().unwrap() as usize;
        decode::<FilterError>(
            &dictionary,
            &stream.slice(start..start + length),
            1_000,
            &Effort::default(),
            Ok,
        )
    }

    #[test]
    fn flate_data_is_inflated() {
        assert_eq!(decoded("", b"some data").unwrap(), "some data");
    }

    #[test]
    fn each_png_predictor_is_undone() {
        // Two columns of one byte; rows: None, Sub, Up, Average, Paeth.
        let encoded = [0, 1, 2, 1, 3, 4, 2, 5, 6, 3, 7, 8, 4, 1, 1];
        let rows = decoded("/DecodeParms << /Predictor 15 /Columns 2 >>", &encoded).unwrap();
        let sub = [3, 7];
        let up = [8, 13];
        let average = [7 + 8 / 2, 8 + (11 + 13) / 2];
        let paeth = [1 + 11, 1 + 20];
        assert_eq!(rows[..], [[1, 2], sub, up, average, paeth].concat());
    }

    #[test]
    fn a_last_row_may_be_incomplete() {
        let rows =
            decoded("/DecodeParms << /Predictor 12 /Columns 2 >>", &[0, 1, 2, 2, 5]).unwrap();
        assert_eq!(rows[..], [1, 2, 6]);
        let rows = decoded("/DecodeParms << /Predictor 12 /Columns 2 >>", &[0, 1, 2, 1]).unwrap();
        assert_eq!(rows[..], [1, 2]);
    }

    #[test]
    fn a_row_of_an_unknown_predictor_is_refused() {
        let error = decoded("/DecodeParms << /Predictor 12 >>", &[9, 1]).unwrap_err();
        assert_eq!(error, FilterError::Predictor);
    }

    #[test]
    fn what_was_inflated_is_held_until_its_last_part_is_gone() {
        let stream = Bytes::from(compressed_stream("", &[b'x'; 100_000]));
        let dictionary = RawDictionary::read(&stream).unwrap();
        let data = stream.slice(dictionary.length() + "\nstream\n".len()..);
        let effort = Effort::default();
        let decoded = decode::<FilterError>(&dictionary, &data, 1 << 20, &effort, Ok).unwrap();
        let part = decoded.slice(..1);
        drop(decoded);
        assert!(effort.held() >= 100_000, "{}", effort.held());
        drop(part);
        assert_eq!(effort.held(), 0);
    }

    #[test]
    fn what_inflates_beyond_the_limit_is_refused() {
        let stream = compressed_stream("", &[0; 1_001]);
        let data = &stream[stream.windows(7).position(|w| w == b"stream\n").unwrap() + 7..];
        let inflated = |maximum| inflate(data, maximum, &Effort::default()).map(|(all, _)| all);
        assert_eq!(inflated(1_001).unwrap().len(), 1_001);
        assert_eq!(inflated(1_000).unwrap_err(), FilterError::TooLong { maximum: 1_000 });
    }

    #[test]
    fn a_filter_that_is_not_supported_is_named() {
        let dictionary = Bytes::from_static(b"<< /Filter /LZWDecode >>");
        let dictionary = RawDictionary::read(&dictionary).unwrap();
        let error =
            decode::<FilterError>(&dictionary, &Bytes::new(), 1_000, &Effort::default(), Ok)
                .unwrap_err();
        assert_eq!(error, FilterError::Unsupported("LZWDecode".to_owned()));
    }
}
