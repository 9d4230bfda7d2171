//! What a page needs to be drawn, copied: by its role, entry by entry, and nothing else.

mod contents;
mod raster;

use std::collections::HashMap;

use bytes::Bytes;
use lopdf::ObjectId;

use super::refusal::StampError;
use super::schema::Role;
use super::template::Template;
use super::{MAX_DECODED, MAX_DEPTH, MAX_OBJECTS, MAX_VALUES};
use crate::error::{Error, Obstacle};
use crate::reader::Reader;
use crate::syntax::{Lexer, RawArray, RawDictionary, RawValue};

/// The most elements of a colour space that are looked at.
const SPACE: usize = 4;

/// A copied object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Copied {
    /// Any value but a stream.
    Value(Template),
    /// A stream with its data decoded: its entries but length and filter.
    Decoded(Template, Bytes),
    /// A stream as it is coded: its entries but the length.
    Coded(Template, Bytes),
}

/// An import under way.
pub(super) struct Import<'r> {
    reader: &'r Reader,
    /// The resources of the page, for forms that have none of their own.
    page_resources: RawDictionary,
    /// By their numbers; none while what they need is copied.
    objects: Vec<Option<Copied>>,
    known: HashMap<(ObjectId, Role), usize>,
    /// How many operations drawing an object takes, with all that it draws.
    costs: HashMap<usize, u64>,
    depth: usize,
    decoded: usize,
    values: usize,
    pixels: u64,
    pub(super) obstacle: Option<Obstacle>,
    pub(super) text: bool,
    pub(super) transparent: bool,
}

impl<'r> Import<'r> {
    pub(super) fn new(reader: &'r Reader, page_resources: RawDictionary) -> Self {
        Self {
            reader,
            page_resources,
            objects: Vec::new(),
            known: HashMap::new(),
            costs: HashMap::new(),
            depth: 0,
            decoded: 0,
            values: 0,
            pixels: 0,
            obstacle: None,
            text: false,
            transparent: false,
        }
    }

    /// What was copied.
    pub(super) fn into_objects(self) -> Result<Vec<Copied>, StampError> {
        self.objects.into_iter().collect::<Option<_>>().ok_or(StampError::Cycle)
    }

    fn hinder(&mut self, obstacle: Obstacle) {
        self.obstacle.get_or_insert(obstacle);
    }

    /// Copies a value; answers how many operations drawing it takes.
    fn copy(&mut self, value: &RawValue, role: Role, to: &mut Template) -> Result<u64, StampError> {
        let value = self.reader.resolve(value.clone())?;
        match value.id() {
            Some(id) if role != Role::Plain && (value.is_dictionary() || value.is_array()) => {
                let object = self.object(id, &value, role)?;
                to.object(object);
                Ok(self.costs.get(&object).copied().unwrap_or(0))
            }
            _ => self.value(&value, role, to),
        }
    }

    /// Copies an object, once for each role.
    fn object(&mut self, id: ObjectId, value: &RawValue, role: Role) -> Result<usize, StampError> {
        if let Some(&object) = self.known.get(&(id, role)) {
            return match self.objects.get(object) {
                Some(Some(_)) => Ok(object),
                _ => Err(StampError::Cycle),
            };
        }
        let object = self.reserve()?;
        self.known.insert((id, role), object);
        let (copied, cost) = self.nested(|import| import.whole(id, value, role))?;
        self.finish(object, copied, cost);
        Ok(object)
    }

    fn reserve(&mut self) -> Result<usize, StampError> {
        if self.objects.len() == MAX_OBJECTS {
            return Err(StampError::Objects { maximum: MAX_OBJECTS });
        }
        self.objects.push(None);
        Ok(self.objects.len() - 1)
    }

    fn finish(&mut self, object: usize, copied: Copied, cost: u64) {
        self.objects[object] = Some(copied);
        if cost > 0 {
            self.costs.insert(object, cost);
        }
    }

    fn nested<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StampError>,
    ) -> Result<T, StampError> {
        if self.depth == MAX_DEPTH {
            return Err(StampError::Depth { maximum: MAX_DEPTH });
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        done
    }

    /// The whole of an object, which may be a stream.
    fn whole(
        &mut self,
        id: ObjectId,
        value: &RawValue,
        role: Role,
    ) -> Result<(Copied, u64), StampError> {
        let malformed = || StampError::Malformed(role.name());
        let dictionary = value.dictionary()?.filter(|dictionary| is_stream(value, dictionary));
        let Some(dictionary) = dictionary else {
            if matches!(role, Role::XObject | Role::Image) && value.is_dictionary() {
                return Err(malformed());
            }
            let mut copied = Template::default();
            let cost = self.value(value, role, &mut copied)?;
            return Ok((Copied::Value(copied), cost));
        };
        if self.has(&dictionary, b"F")? {
            return Err(StampError::External);
        }
        match role {
            Role::XObject => self.x_object(id, &dictionary),
            Role::Pattern => self.tiling(id, &dictionary),
            Role::Image => self.raster(id, &dictionary).map(|image| (image, 1)),
            Role::Encoding
            | Role::FontFile
            | Role::Data
            | Role::Profile
            | Role::Function
            | Role::Shading => {
                let mut entries = Template::default();
                self.entries(&dictionary, role, &mut entries)?;
                let data = self.decoded(id)?;
                Ok((Copied::Decoded(entries, data), 0))
            }
            Role::Plain
            | Role::Font
            | Role::SystemInfo
            | Role::Descriptor
            | Role::Space
            | Role::Calibration
            | Role::State
            | Role::Mask
            | Role::Group
            | Role::Parameters => Err(malformed()),
        }
    }

    /// A value that is no stream.
    fn value(
        &mut self,
        value: &RawValue,
        role: Role,
        to: &mut Template,
    ) -> Result<u64, StampError> {
        let before = to.length();
        let cost = self.nested(|import| {
            if value.is_dictionary() {
                let dictionary = value.dictionary()?;
                let dictionary = dictionary.ok_or(StampError::Malformed(role.name()))?;
                return import.dictionary(&dictionary, role, to);
            }
            match value.array() {
                Some(array) => import.array(array, role, to),
                None => import.scalar(value, role, to).map(|()| 0),
            }
        })?;
        // What contains it is counted by itself again: at most so often as it is nested.
        self.values += to.length() - before;
        if self.values > MAX_VALUES {
            return Err(StampError::Length { maximum: MAX_VALUES });
        }
        Ok(cost)
    }

    fn dictionary(
        &mut self,
        dictionary: &RawDictionary,
        role: Role,
        to: &mut Template,
    ) -> Result<u64, StampError> {
        if role.entries().is_empty() || matches!(role, Role::XObject | Role::Image) {
            return Err(StampError::Malformed(role.name()));
        }
        to.text("<<");
        let mut cost = self.entries(dictionary, role, to)?;
        match role {
            Role::Font => {
                self.hinder(Obstacle::Text);
                self.text = true;
                cost += self.glyphs(dictionary, to)?;
            }
            Role::Shading | Role::Pattern => self.hinder(Obstacle::Patterns),
            Role::State => self.state(dictionary)?,
            _ => {}
        }
        to.text(" >>");
        Ok(cost)
    }

    /// The entries that are copied of a dictionary in this role, each with a space before it.
    fn entries(
        &mut self,
        dictionary: &RawDictionary,
        role: Role,
        to: &mut Template,
    ) -> Result<u64, StampError> {
        let mut cost = 0_u64;
        for (key, role) in role.entries() {
            let Some(value) = self.entry(dictionary, key.as_bytes())? else { continue };
            to.text(" ");
            to.name(key.as_bytes());
            to.text(" ");
            cost = cost.saturating_add(self.copy(&value, *role, to)?);
        }
        Ok(cost)
    }

    fn array(
        &mut self,
        elements: RawArray,
        role: Role,
        to: &mut Template,
    ) -> Result<u64, StampError> {
        let role = match role {
            Role::Space => {
                let elements = elements.take(SPACE).collect::<Result<Vec<_>, _>>()?;
                return self.space(&elements, to);
            }
            // A colour key (clause 8.9.6.4).
            Role::Image => Role::Plain,
            other => other,
        };
        let mut cost = 0_u64;
        to.text("[");
        for element in elements {
            to.text(" ");
            cost = cost.saturating_add(self.copy(&element?, role, to)?);
        }
        to.text(" ]");
        Ok(cost)
    }

    /// A colour space (clause 8.6). Of DeviceN the attributes are left behind: they are for those
    /// who mix its inks.
    fn space(&mut self, elements: &[RawValue], to: &mut Template) -> Result<u64, StampError> {
        let malformed = StampError::Malformed(Role::Space.name());
        let family =
            elements.first().map(|family| self.reader.resolve(family.clone())).transpose()?;
        let family = family.and_then(|family| family.as_name()).unwrap_or_default();
        let roles: &[Role] = match family.as_slice() {
            b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" => &[Role::Space],
            b"CalGray" | b"CalRGB" | b"Lab" => &[Role::Plain, Role::Calibration],
            b"ICCBased" => &[Role::Plain, Role::Profile],
            b"Indexed" | b"I" => &[Role::Plain, Role::Space, Role::Plain, Role::Data],
            b"Pattern" => &[Role::Plain, Role::Space],
            b"Separation" | b"DeviceN" => &[Role::Plain, Role::Plain, Role::Space, Role::Function],
            _ => return Err(malformed),
        };
        match family.as_slice() {
            b"DeviceGray" | b"DeviceRGB" | b"CalGray" | b"CalRGB" => {}
            b"Pattern" => self.hinder(Obstacle::Patterns),
            _ => self.hinder(Obstacle::Colours),
        }
        to.text("[");
        for (element, role) in elements.iter().zip(roles) {
            to.text(" ");
            self.copy(element, *role, to)?;
        }
        to.text(" ]");
        Ok(0)
    }

    fn scalar(
        &mut self,
        value: &RawValue,
        role: Role,
        to: &mut Template,
    ) -> Result<(), StampError> {
        let bytes = value.bytes();
        match bytes.first() {
            Some(b'/') => {
                let name = value.as_name().unwrap_or_default();
                match name.as_slice() {
                    b"DeviceGray" | b"DeviceRGB" => {}
                    b"Pattern" if role == Role::Space => self.hinder(Obstacle::Patterns),
                    _ if role == Role::Space => self.hinder(Obstacle::Colours),
                    _ => {}
                }
                to.name(&name);
            }
            Some(b'(' | b'<') => {
                let string = value.as_string().ok_or(StampError::Malformed(role.name()))?;
                to.string(&string);
            }
            _ => {
                let mut lexer = Lexer::new(bytes, 0);
                let token = lexer.regular();
                let number = |byte: &u8| byte.is_ascii_digit() || b"+-.".contains(byte);
                let known = matches!(token, b"true" | b"false" | b"null")
                    || !token.is_empty() && token.iter().all(number);
                match std::str::from_utf8(token) {
                    Ok(token) if known => to.text(token),
                    _ => return Err(StampError::Malformed(role.name())),
                }
            }
        }
        Ok(())
    }

    /// What a graphics state says that is seen through (ISO 19005-1 clause 6.4).
    fn state(&mut self, dictionary: &RawDictionary) -> Result<(), StampError> {
        for key in [&b"CA"[..], b"ca"] {
            let alpha = self.entry(dictionary, key)?.and_then(|alpha| alpha.parse().ok());
            self.transparent |= alpha.is_some_and(|alpha| alpha.as_float().ok() != Some(1.0));
        }
        let named = |value: Option<RawValue>, names: [&[u8]; 2]| {
            value.is_none_or(|value| value.as_name().is_some_and(|n| names.contains(&&n[..])))
        };
        self.transparent |= !named(self.entry(dictionary, b"BM")?, [b"Normal", b"Compatible"]);
        self.transparent |= !named(self.entry(dictionary, b"SMask")?, [b"None", b"None"]);
        let intent = self.entry(dictionary, b"RI")?.is_some();
        if intent {
            self.hinder(Obstacle::Content);
        }
        Ok(())
    }

    /// The value of an entry, resolved; none for null.
    fn entry(&self, dictionary: &RawDictionary, key: &[u8]) -> Result<Option<RawValue>, Error> {
        let Some(value) = dictionary.value(key) else { return Ok(None) };
        let value = self.reader.resolve(value)?;
        Ok(Some(value).filter(|value| !is_null(value)))
    }

    fn has(&self, dictionary: &RawDictionary, key: &[u8]) -> Result<bool, Error> {
        Ok(self.entry(dictionary, key)?.is_some())
    }

    /// The data of a stream, decoded, as far as there is room for more.
    fn decoded(&mut self, id: ObjectId) -> Result<Bytes, StampError> {
        let data = self.reader.stream_within(id, MAX_DECODED - self.decoded)?;
        self.decoded += data.len();
        if self.decoded > MAX_DECODED {
            return Err(StampError::Length { maximum: MAX_DECODED });
        }
        /// Compressing a byte when it is written.
        const STEPS: u64 = 64;
        self.reader.effort().step(STEPS * data.len() as u64)?;
        Ok(data)
    }
}

fn is_null(value: &RawValue) -> bool {
    value.bytes().starts_with(b"null")
}

fn is_stream(value: &RawValue, dictionary: &RawDictionary) -> bool {
    let mut lexer = Lexer::new(value.bytes(), dictionary.length());
    lexer.skip_whitespace();
    lexer.rest().starts_with(b"stream")
}
