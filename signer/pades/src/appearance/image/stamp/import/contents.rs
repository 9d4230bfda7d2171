//! Content streams, and what they draw with: of its resources a stream keeps those that it names.

use std::collections::BTreeMap;

use bytes::Bytes;
use lopdf::ObjectId;

use super::super::MAX_OBJECTS;
use super::super::content::{Kind, Scan, scan};
use super::super::refusal::StampError;
use super::super::schema::Role;
use super::super::template::Template;
use super::{Copied, Import, is_null, is_stream};
use crate::error::Obstacle;
use crate::held::counted;
use crate::syntax::{RawDictionary, RawValue};

/// Looking at a byte of content.
const STEPS: u64 = 8;

impl Import<'_> {
    /// The resources of the page, as an entry, and its content; and how many operations drawing that
    /// takes.
    pub(in super::super) fn page(
        &mut self,
        contents: Option<RawValue>,
    ) -> Result<(Template, Bytes, u64), StampError> {
        let mut content = Vec::new();
        for part in self.parts(contents)? {
            let Some(id) = self.reader.resolve(part)?.id() else { continue };
            let raw = self.reader.raw(id)?;
            self.stream(&raw, "its content")?;
            content.extend_from_slice(&self.decoded(id)?);
            // No token crosses from one part into the next (clause 7.7.3.3).
            content.push(b'\n');
        }
        let (scan, content) = self.scan(&content)?;
        let resources = self.page_resources.clone();
        let (resources, cost) = self.resources(&scan, &resources)?;
        Ok((resources, content, cost))
    }

    /// The streams that a page's content stands in.
    fn parts(&self, contents: Option<RawValue>) -> Result<Vec<RawValue>, StampError> {
        let Some(contents) = contents else { return Ok(Vec::new()) };
        let resolved = self.reader.resolve(contents.clone())?;
        let Some(parts) = resolved.array() else { return Ok(vec![contents]) };
        let parts = parts.take(MAX_OBJECTS + 1).collect::<Result<Vec<_>, _>>()?;
        if parts.len() > MAX_OBJECTS {
            return Err(StampError::Objects { maximum: MAX_OBJECTS });
        }
        Ok(parts)
    }

    /// Reads content; with what of it draws.
    fn scan(&mut self, content: &[u8]) -> Result<(Scan, Bytes), StampError> {
        self.reader.effort().step(STEPS * content.len() as u64)?;
        // Each token has a space behind it, and none needs more than itself.
        let held = self.reader.effort().hold(2 * content.len() as u64)?;
        let mut scan = scan(content)?;
        if let Some(obstacle) = scan.obstacle {
            self.hinder(obstacle);
        }
        let content = counted(std::mem::take(&mut scan.content), held);
        Ok((scan, content))
    }

    /// A form or an image.
    pub(super) fn x_object(
        &mut self,
        id: ObjectId,
        dictionary: &RawDictionary,
    ) -> Result<(Copied, u64), StampError> {
        for (key, refusal) in [
            (&b"OC"[..], StampError::Layers),
            (b"Ref", StampError::Reference("Ref")),
            (b"OPI", StampError::Reference("OPI")),
            (b"PS", StampError::PostScript),
        ] {
            if self.has(dictionary, key)? {
                return Err(refusal);
            }
        }
        let name = |value: Option<RawValue>| value.and_then(|value| value.as_name());
        if name(self.entry(dictionary, b"Subtype2")?).is_some_and(|name| name == b"PS") {
            return Err(StampError::PostScript);
        }
        match name(self.entry(dictionary, b"Subtype")?).as_deref() {
            Some(b"Image") => self.raster(id, dictionary).map(|image| (image, 1)),
            Some(b"PS") => Err(StampError::PostScript),
            Some(b"Form") => {
                let mut entries = Template::default();
                self.entries(dictionary, Role::XObject, &mut entries)?;
                self.group(dictionary, &mut entries)?;
                // Readers take those of the page instead (table 93), which is another one now.
                let resources = self.own_resources(dictionary)?;
                let resources = resources.unwrap_or_else(|| self.page_resources.clone());
                self.drawing(id, entries, &resources)
            }
            _ => Err(StampError::Malformed(Role::XObject.name())),
        }
    }

    /// A transparency group (clause 11.6.6).
    pub(in super::super) fn group(
        &mut self,
        dictionary: &RawDictionary,
        to: &mut Template,
    ) -> Result<(), StampError> {
        let Some(group) = self.entry(dictionary, b"Group")? else { return Ok(()) };
        let mut value = Template::default();
        value.text(" /Group ");
        // It is left out where nothing is seen through: its colours hinder nothing then.
        let obstacle = self.obstacle;
        self.value(&group, Role::Group, &mut value)?;
        self.obstacle = obstacle;
        to.group(value);
        Ok(())
    }

    /// A tiling pattern (clause 8.7.3).
    pub(super) fn tiling(
        &mut self,
        id: ObjectId,
        dictionary: &RawDictionary,
    ) -> Result<(Copied, u64), StampError> {
        self.hinder(Obstacle::Patterns);
        let mut entries = Template::default();
        self.entries(dictionary, Role::Pattern, &mut entries)?;
        let resources = self.own_resources(dictionary)?;
        let resources = resources.ok_or(StampError::Malformed(Role::Pattern.name()))?;
        self.drawing(id, entries, &resources)
    }

    /// The stream `id`, whose content draws with some of these resources.
    fn drawing(
        &mut self,
        id: ObjectId,
        mut entries: Template,
        resources: &RawDictionary,
    ) -> Result<(Copied, u64), StampError> {
        let content = self.decoded(id)?;
        let (scan, content) = self.scan(&content)?;
        let (resources, cost) = self.resources(&scan, resources)?;
        entries.append(resources);
        Ok((Copied::Decoded(entries, content), cost))
    }

    /// The letters of a Type 3 font (clause 9.6.4), which are content; how many operations the longest
    /// takes.
    pub(super) fn glyphs(
        &mut self,
        font: &RawDictionary,
        to: &mut Template,
    ) -> Result<u64, StampError> {
        const LETTER: &str = "a letter of a font";
        let Some(procedures) = self.entry(font, b"CharProcs")? else { return Ok(0) };
        let procedures = procedures.dictionary()?.ok_or(StampError::Malformed(LETTER))?;
        let procedures: BTreeMap<Vec<u8>, RawValue> =
            procedures.entries().take(MAX_OBJECTS + 1).collect();
        if procedures.len() > MAX_OBJECTS {
            return Err(StampError::Objects { maximum: MAX_OBJECTS });
        }
        let mut all = Scan::default();
        to.text(" /CharProcs <<");
        for (name, value) in procedures {
            let value = self.reader.resolve(value)?;
            let Some(id) = value.id() else { continue };
            self.stream(&value, LETTER)?;
            let object = self.reserve()?;
            let content = self.decoded(id)?;
            let (scan, content) = self.scan(&content)?;
            all.add(scan);
            self.finish(object, Copied::Decoded(Template::default(), content), 0);
            to.text(" ");
            to.name(&name);
            to.text(" ");
            to.object(object);
        }
        to.text(" >>");
        let resources = self.own_resources(font)?;
        let resources = resources.unwrap_or_else(|| self.page_resources.clone());
        let (resources, cost) = self.nested(|import| import.resources(&all, &resources))?;
        to.append(resources);
        Ok(cost)
    }

    fn own_resources(
        &self,
        dictionary: &RawDictionary,
    ) -> Result<Option<RawDictionary>, StampError> {
        match self.entry(dictionary, b"Resources")? {
            Some(own) => Ok(own.dictionary()?),
            None => Ok(None),
        }
    }

    /// The resources of one kind.
    fn kind_of(
        &self,
        resources: &RawDictionary,
        kind: Kind,
    ) -> Result<Option<RawDictionary>, StampError> {
        match self.entry(resources, kind.key().as_bytes())? {
            Some(all) => Ok(all.dictionary()?),
            None => Ok(None),
        }
    }

    /// Refuses what is no stream, and one whose data stand in another file.
    fn stream(&self, value: &RawValue, what: &'static str) -> Result<(), StampError> {
        let dictionary = value.dictionary()?.filter(|dictionary| is_stream(value, dictionary));
        let dictionary = dictionary.ok_or(StampError::Malformed(what))?;
        if self.has(&dictionary, b"F")? { Err(StampError::External) } else { Ok(()) }
    }

    /// Those of the resources that content names, as an entry; and how many operations the content
    /// takes with all that it draws.
    fn resources(
        &mut self,
        scan: &Scan,
        resources: &RawDictionary,
    ) -> Result<(Template, u64), StampError> {
        let mut used = scan.used.clone();
        let spaces = self.kind_of(resources, Kind::ColorSpace)?;
        for name in [&b"DefaultGray"[..], b"DefaultRGB", b"DefaultCMYK"] {
            // What device colours are taken for there, they are here.
            if spaces.as_ref().is_some_and(|spaces| spaces.value(name).is_some()) {
                used.insert((Kind::ColorSpace, name.to_vec()), 0);
                self.hinder(Obstacle::Colours);
            }
        }
        let mut all: BTreeMap<Kind, Template> = BTreeMap::new();
        let mut named: Option<(Kind, Option<RawDictionary>)> = None;
        let mut cost = scan.operations;
        for ((kind, name), count) in used {
            if named.as_ref().is_none_or(|(before, _)| *before != kind) {
                named = Some((kind, self.kind_of(resources, kind)?));
            }
            let value = named.as_ref().and_then(|(_, named)| named.as_ref()?.value(&name));
            let Some(value) = value.filter(|value| !is_null(value)) else {
                self.hinder(Obstacle::Content);
                continue;
            };
            let to = all.entry(kind).or_default();
            to.text(" ");
            to.name(&name);
            to.text(" ");
            let own = match kind {
                Kind::ColorSpace => self.copy(&value, Role::Space, to)?,
                Kind::ExtGState => self.copy(&value, Role::State, to)?,
                // Each letter may be one of the longest.
                Kind::Font => self.copy(&value, Role::Font, to)?.saturating_mul(scan.letters),
                Kind::Pattern => self.copy(&value, Role::Pattern, to)?.saturating_mul(count),
                Kind::Shading => self.copy(&value, Role::Shading, to)?,
                Kind::XObject => self.copy(&value, Role::XObject, to)?.saturating_mul(count),
            };
            cost = cost.saturating_add(own);
        }
        all.entry(Kind::ColorSpace).or_default().default_spaces();
        let mut written = Template::default();
        written.text(" /Resources <<");
        for (kind, entries) in all {
            written.text(&format!(" /{} <<", kind.key()));
            written.append(entries);
            written.text(" >>");
        }
        written.text(" >>");
        Ok((written, cost))
    }
}
