//! The first page of a PDF as a stamp: a form XObject (ISO 32000-2 clause 8.10) that draws what the
//! page shows.
//!
//! What drawing needs is copied, entry by entry; what else stands in the file (scripts, annotations,
//! metadata, other pages) is not. Nothing that refers to outside of it, that may look one way or
//! another, or that takes long to draw is taken.

mod content;
mod import;
mod refusal;
mod schema;
mod template;

use bytes::Bytes;
use lopdf::ObjectId;
use seal::Effort;

use crate::appearance::frame::Number;
use crate::document::{Conformance, Extent, catalog, first_page, inherited};
use crate::error::{AppearanceError, Error, Obstacle};
use crate::place::Place;
use crate::reader::Reader;
use crate::source::Source;
use crate::syntax::RawDictionary;
use crate::update::Update;
use import::{Copied, Import};
pub use refusal::StampError;
use template::{Template, Writing};

/// The most objects that a page needs.
const MAX_OBJECTS: usize = 4_096;

/// The most levels of what draws others.
const MAX_DEPTH: usize = 32;

/// The most bytes of content, fonts and the like, decoded; those of images are their pixels'.
const MAX_DECODED: usize = 8 << 20;

/// The most bytes of dictionaries and arrays.
const MAX_VALUES: usize = 4 << 20;

/// The most operations that drawing it takes, each form counted as often as it is drawn.
const MAX_OPERATIONS: u64 = 1 << 22;

/// The most that one side of the page may have of the other.
const MAX_ASPECT: u32 = 1_000;

/// A page that was imported.
#[derive(PartialEq)]
pub(super) struct Stamp {
    extent: Extent,
    /// The form's own entries that are neither the same for all nor its extent: resources, group.
    entries: Template,
    content: Bytes,
    objects: Vec<Copied>,
    /// What keeps it out of documents for the archive.
    obstacle: Option<Obstacle>,
    /// Whether it shows text.
    text: bool,
    /// Whether anything in it is seen through.
    transparent: bool,
}

impl Stamp {
    /// The most bytes of dictionaries and arrays.
    pub(super) const MAX_VALUES: usize = MAX_VALUES;

    /// Imports the first page of a file. What is read is charged to `effort`.
    pub(super) fn read(file: Bytes, effort: &Effort) -> Result<Self, StampError> {
        let stamp = Self::import(file, effort);
        effort.check()?;
        stamp
    }

    fn import(file: Bytes, effort: &Effort) -> Result<Self, StampError> {
        let reader = Reader::of(Source::new(file), effort.clone())?;
        if reader.is_encrypted() {
            return Err(StampError::Encrypted);
        }
        let page = first_page(&reader, &catalog(&reader)?)?;
        let dictionary = page.expect_dictionary()?;
        refuse_annotations(&reader, &page)?;
        let extent = Extent::of(&reader, &page)?;
        let (width, height) = extent.size();
        let (long, short) = (width.max(height), width.min(height));
        if short < 1.0 || long > short * f64::from(MAX_ASPECT) {
            return Err(StampError::Extent { maximum: MAX_ASPECT });
        }
        let resources = inherited(&reader, &page, b"Resources")?;
        let resources = resources.map(|place| place.dictionary()).transpose()?.flatten();
        let none = RawDictionary::read(&Bytes::from_static(b"<< >>"))?;
        let mut import = Import::new(&reader, resources.unwrap_or(none));
        let (mut entries, content, cost) = import.page(dictionary.value(b"Contents"))?;
        import.group(&dictionary, &mut entries)?;
        if cost > MAX_OPERATIONS {
            return Err(StampError::Operations { maximum: MAX_OPERATIONS });
        }
        let (obstacle, text, transparent) = (import.obstacle, import.text, import.transparent);
        let obstacle = obstacle.or(transparent.then_some(Obstacle::Transparency));
        let objects = import.into_objects()?;
        Ok(Self { extent, entries, content, objects, obstacle, text, transparent })
    }

    /// How many objects it needs.
    pub(super) fn length(&self) -> usize {
        self.objects.len() + 1
    }

    /// Its width for each unit of its height.
    pub(super) fn aspect(&self) -> f64 {
        let (width, height) = self.extent.size();
        width / height
    }

    /// Writes it into the update: a form that fills the unit square.
    pub(super) fn embed(
        &self,
        update: &mut Update<'_>,
        conformance: Conformance,
    ) -> Result<ObjectId, Error> {
        let refused = |accessible, obstacle| {
            Error::Appearance(AppearanceError::Conformance { accessible, obstacle })
        };
        match self.obstacle {
            Some(obstacle) if conformance.pdf_a => return Err(refused(false, obstacle)),
            _ if conformance.pdf_ua && self.text => return Err(refused(true, Obstacle::Text)),
            _ => {}
        }
        let form = update.allocate()?;
        let ids = self.objects.iter().map(|_| update.allocate()).collect::<Result<Vec<_>, _>>()?;
        let writing =
            Writing { ids: &ids, default_spaces: conformance.pdf_a, groups: self.transparent };
        for (copied, id) in self.objects.iter().zip(&ids) {
            match copied {
                Copied::Value(value) => update.add(*id, value.write(writing).into_bytes()),
                Copied::Decoded(entries, data) => {
                    update.add_stream(*id, &entries.write(writing), data);
                }
                Copied::Coded(entries, data) => {
                    update.add_encoded(*id, entries.write(writing), data.clone());
                }
            }
        }
        let corners = self.extent.corners().map(|corner| Number(corner).to_string()).join(" ");
        let matrix = self.extent.to_unit_square().map(precise).join(" ");
        let entries = format!(
            " /Type /XObject /Subtype /Form /FormType 1 /BBox [{corners}] /Matrix [{matrix}]{}",
            self.entries.write(writing)
        );
        update.add_stream(form, &entries, &self.content);
        Ok(form)
    }
}

/// A number without exponent, precise for the thousandth part of a point on a long page.
fn precise(number: f64) -> String {
    let text = format!("{number:.10}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Refuses annotations that are seen, which are no part of the page's content. Links are not, nor what
/// opens beside the page.
fn refuse_annotations(reader: &Reader, page: &Place) -> Result<(), StampError> {
    let Some(annotations) = page.entry(reader, b"Annots")? else { return Ok(()) };
    for annotation in annotations.elements(reader) {
        let Some(annotation) = annotation? else { continue };
        let kind = annotation.entry(reader, b"Subtype")?.and_then(|kind| kind.value.as_name());
        if !matches!(kind.as_deref(), Some(b"Link" | b"Popup")) {
            return Err(StampError::Annotations);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
