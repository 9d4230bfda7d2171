//! Stream filters: what cross-reference streams and object streams are compressed with.

use std::io::Read;

use bytes::Bytes;
use flate2::bufread::ZlibDecoder;

use crate::limits::MAX_INFLATED_STREAM;
use crate::syntax::{RawDictionary, RawValue};

/// Why a stream's data cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// A filter that is not supported here.
    #[error("filter `{0}` is not supported here")]
    Unsupported(String),
    /// The data is no zlib stream.
    #[error("its compressed data is damaged")]
    Damaged,
    /// The data inflates to more than [`MAX_INFLATED_STREAM`] bytes.
    #[error("its data inflates to more than {MAX_INFLATED_STREAM} bytes")]
    TooLong,
    /// The predictor's parameters are outside what ISO 32000-1 table 8 allows.
    #[error("its predictor's parameters are wrong")]
    Predictor,
}

/// Most filters on one stream.
const MAX_FILTERS: usize = 8;

/// One filter of a stream, with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    Flate(Predictor),
    AsciiHex,
}

/// `/DecodeParms` of a Flate filter (ISO 32000-1 table 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Predictor {
    kind: u64,
    colors: usize,
    bits: usize,
    columns: usize,
}

/// Decodes the data of the stream with this dictionary. `resolve` follows references.
pub(crate) fn decode<E: From<FilterError>>(
    dictionary: &RawDictionary,
    data: &Bytes,
    resolve: impl Fn(RawValue) -> Result<RawValue, E>,
) -> Result<Bytes, E> {
    let mut decoded = data.clone();
    for filter in filters(dictionary, resolve)? {
        decoded = match filter {
            Filter::Flate(predictor) => predictor.undo(inflate(&decoded)?)?,
            Filter::AsciiHex => ascii_hex(&decoded)?,
        };
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
            other => {
                let name = String::from_utf8_lossy(&other[..other.len().min(32)]).into_owned();
                return Err(FilterError::Unsupported(name).into());
            }
        });
    }
    Ok(filters)
}

/// Inflates up to the end of the zlib stream. Data without its end or checksum is taken as far as
/// it goes, as readers do: what it should hold is checked by whoever reads it.
fn inflate(data: &[u8]) -> Result<Vec<u8>, FilterError> {
    let mut inflated = Vec::with_capacity((data.len() * 4).min(MAX_INFLATED_STREAM));
    let mut decoder = ZlibDecoder::new(data).take(MAX_INFLATED_STREAM as u64 + 1);
    let outcome = decoder.read_to_end(&mut inflated);
    if inflated.len() > MAX_INFLATED_STREAM {
        return Err(FilterError::TooLong);
    }
    if outcome.is_err() && inflated.is_empty() {
        return Err(FilterError::Damaged);
    }
    Ok(inflated)
}

fn ascii_hex(data: &[u8]) -> Result<Bytes, FilterError> {
    let digits: Vec<u8> = data
        .iter()
        .copied()
        .take_while(|&byte| byte != b'>')
        .filter(|&byte| !crate::syntax::is_whitespace(byte))
        .collect();
    digits
        .chunks(2)
        .map(|pair| {
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
            let high = digit(pair[0]).ok_or(FilterError::Damaged)?;
            let low = pair.get(1).map_or(Some(0), |&byte| digit(byte));
            Ok(high << 4 | low.ok_or(FilterError::Damaged)?)
        })
        .collect()
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

    fn undo(self, data: Vec<u8>) -> Result<Bytes, FilterError> {
        match self.kind {
            1 => Ok(data.into()),
            10..=15 => self.undo_png(data),
            _ => Err(FilterError::Unsupported("Predictor 2".to_owned())),
        }
    }

    /// PNG filters (RFC 2083 clause 6), a filter byte before each row; done in place. A last row
    /// that is incomplete is dropped.
    fn undo_png(self, mut data: Vec<u8>) -> Result<Bytes, FilterError> {
        let pixel = (self.colors * self.bits).div_ceil(8);
        let row = (self.colors * self.bits * self.columns).div_ceil(8);
        let rows = data.len() / (row + 1);
        for index in 0..rows {
            let (before, rest) = data.split_at_mut(index * (row + 1));
            let kind = rest[0];
            let out = index * row;
            // The row before, undone, ends where this one will begin.
            let above = out.checked_sub(row).map(|start| start..out);
            for column in 0..row {
                let left = column.checked_sub(pixel);
                let (decoded_left, up, corner);
                {
                    let at = |position: Option<usize>| position.map_or(0, |p| before[p]);
                    up = at(above.as_ref().map(|a| a.start + column));
                    corner = at(above.as_ref().zip(left).map(|(a, l)| a.start + l));
                    decoded_left = left.map_or(0, |l| rest[1 + l]);
                }
                let predicted = match kind {
                    0 => 0,
                    1 => decoded_left,
                    2 => up,
                    3 => ((u16::from(decoded_left) + u16::from(up)) / 2) as u8,
                    4 => paeth(decoded_left, up, corner),
                    _ => return Err(FilterError::Predictor),
                };
                rest[1 + column] = rest[1 + column].wrapping_add(predicted);
            }
            let start = index * (row + 1) + 1;
            data.copy_within(start..start + row, out);
        }
        data.truncate(rows * row);
        Ok(data.into())
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
