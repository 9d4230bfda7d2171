//! Images (ISO 32000-2 clause 8.9.5), coded as they were; JPEGs without their metadata.

use lopdf::ObjectId;

use super::super::refusal::StampError;
use super::super::schema::Role;
use super::super::template::Template;
use super::{Copied, Import};
use crate::appearance::image::bitmap::Pixels;
use crate::appearance::image::{Image, jpeg};
use crate::error::{Error, ObjectError, Obstacle};
use crate::filter::FilterError;
use crate::syntax::{RawDictionary, RawValue};

/// Filters that every reader decodes, and at no more than their length. JBIG2 and JPEG 2000 are not
/// among them: not all readers do, and some have been broken into that way.
const FILTERS: [&[u8]; 6] = [
    b"FlateDecode",
    b"LZWDecode",
    b"ASCIIHexDecode",
    b"ASCII85Decode",
    b"RunLengthDecode",
    b"CCITTFaxDecode",
];

/// The most bytes of a pixel, decoded.
const PIXEL: usize = 16;

/// Bytes that a small image may have beyond that: a row may be longer than its pixels.
const SLACK: usize = 1 << 16;

impl Import<'_> {
    pub(super) fn raster(
        &mut self,
        id: ObjectId,
        dictionary: &RawDictionary,
    ) -> Result<Copied, StampError> {
        for (key, refusal) in
            [(&b"OC"[..], StampError::Layers), (b"OPI", StampError::Reference("OPI"))]
        {
            if self.has(dictionary, key)? {
                return Err(refusal);
            }
        }
        let [width, height] = self.sides(dictionary)?;
        let pixels = self.count(width, height)?;
        self.look(dictionary)?;
        let mut entries = Template::default();
        self.entries(dictionary, Role::Image, &mut entries)?;
        let filters = self.filters(dictionary)?;
        let coded = self.reader.coded_stream(id)?;
        if filters.iter().map(Vec::as_slice).eq([&b"DCTDecode"[..]]) {
            self.reader.effort().step(2 * coded.len() as u64)?;
            let bitmap = jpeg::read(&coded).map_err(|_| StampError::Jpeg)?;
            let sides = [bitmap.width, bitmap.height].map(u64::from);
            let Pixels::Jpeg { transform, file, .. } = bitmap.pixels else {
                return Err(StampError::Jpeg);
            };
            if sides != [width, height] {
                return Err(StampError::Jpeg);
            }
            entries.text(&format!(
                " /Filter /DCTDecode /DecodeParms << /ColorTransform {transform} >>"
            ));
            return Ok(Copied::Coded(entries, file));
        }
        for filter in &filters {
            if !FILTERS.contains(&filter.as_slice()) {
                let shown = String::from_utf8_lossy(&filter[..filter.len().min(32)]).into_owned();
                return Err(StampError::Filter(shown));
            }
            if filter != b"FlateDecode" {
                self.hinder(Obstacle::Images);
            }
        }
        // What inflates to more than its pixels is no image but a burden.
        match self.reader.stream_within(id, PIXEL * pixels + SLACK) {
            Err(Error::Object {
                cause: ObjectError::Filter(FilterError::Unsupported(_)), ..
            }) => {}
            other => drop(other?),
        }
        for (key, role) in [("Filter", Role::Plain), ("DecodeParms", Role::Parameters)] {
            if let Some(value) = self.entry(dictionary, key.as_bytes())? {
                entries.text(&format!(" /{key} "));
                self.value(&value, role, &mut entries)?;
            }
        }
        Ok(Copied::Coded(entries, coded))
    }

    /// Its width and height in pixels.
    fn sides(&self, dictionary: &RawDictionary) -> Result<[u64; 2], StampError> {
        let side = |key: &[u8]| -> Result<u64, StampError> {
            let side = self.entry(dictionary, key)?.and_then(|side| side.as_unsigned());
            side.filter(|side| *side > 0).ok_or(StampError::Malformed(Role::Image.name()))
        };
        Ok([side(b"Width")?, side(b"Height")?])
    }

    /// How many pixels that are, counted with those of the others.
    fn count(&mut self, width: u64, height: u64) -> Result<usize, StampError> {
        let maximum = Image::MAX_PIXELS;
        let pixels = width.saturating_mul(height);
        self.pixels = self.pixels.saturating_add(pixels);
        match usize::try_from(pixels) {
            Ok(pixels) if self.pixels <= u64::from(maximum) => Ok(pixels),
            _ => Err(StampError::Pixels { maximum }),
        }
    }

    /// What of it not every document permits.
    fn look(&mut self, dictionary: &RawDictionary) -> Result<(), StampError> {
        self.transparent |= self.has(dictionary, b"SMask")?;
        let is_true =
            |value: Option<RawValue>| value.is_some_and(|value| value.bytes().starts_with(b"true"));
        let bits = self.entry(dictionary, b"BitsPerComponent")?.and_then(|bits| bits.as_unsigned());
        if is_true(self.entry(dictionary, b"Interpolate")?)
            || bits.is_some_and(|bits| !matches!(bits, 1 | 2 | 4 | 8))
            || self.has(dictionary, b"Intent")?
        {
            self.hinder(Obstacle::Images);
        }
        Ok(())
    }

    /// The names of its filters.
    fn filters(&self, dictionary: &RawDictionary) -> Result<Vec<Vec<u8>>, StampError> {
        let Some(filter) = self.entry(dictionary, b"Filter")? else { return Ok(Vec::new()) };
        let all = match filter.array() {
            Some(array) => array.collect::<Result<Vec<_>, _>>()?,
            None => vec![filter],
        };
        let name = |filter: RawValue| -> Result<Vec<u8>, StampError> {
            let name = self.reader.resolve(filter)?.as_name();
            name.ok_or(StampError::Malformed(Role::Image.name()))
        };
        all.into_iter().map(name).collect()
    }
}
