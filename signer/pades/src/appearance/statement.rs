//! A document of text alone that anybody can read, now and in many years: PDF/A-2a (ISO 19005-2) and
//! PDF/UA-1 (ISO 14289-1).

mod file;
mod metadata;
mod page;

use lopdf::ObjectId;
use unicode_normalization::UnicodeNormalization;

use self::{
    file::File,
    page::{Pages, Piece},
};
use super::{
    AppearanceError,
    font::{Font, Glyph},
    layout::broken,
    paint::GRAY,
};
use crate::{error::Error, update::NewObjects};

/// The most paragraphs.
const MAX_PARAGRAPHS: usize = 200;

/// The longest paragraph, in bytes.
const MAX_PARAGRAPH: usize = 4_096;

/// What stands for a letter that the font has not.
const UNKNOWN: char = '?';

/// What a document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The language (BCP 47).
    pub language: &'static str,
    /// The title, which is its first heading too.
    pub title: String,
    /// What follows.
    pub paragraphs: Vec<Paragraph>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paragraph {
    /// A heading.
    Heading(String),
    /// A text.
    Text(String),
}

/// What a paragraph is in the structure (ISO 32000-1 clause 14.8.4), and how it is set, in points.
#[derive(Clone, Copy)]
struct Style {
    tag: &'static str,
    size: f64,
    /// What is left free above it.
    above: f64,
}

const TITLE: Style = Style { tag: "H1", size: 20.0, above: 0.0 };
const HEADING: Style = Style { tag: "H2", size: 13.0, above: 16.0 };
const TEXT: Style = Style { tag: "P", size: 10.0, above: 5.0 };

impl Statement {
    /// Writes the document. The same statement gives the same bytes.
    ///
    /// # Errors
    /// [`AppearanceError::TextLimit`] for more than 200 paragraphs, or one of more than 4,096 bytes.
    pub fn write(&self) -> Result<Vec<u8>, Error> {
        let paragraphs = self.paragraphs.iter().map(|paragraph| match paragraph {
            Paragraph::Heading(text) => (HEADING, text),
            Paragraph::Text(text) => (TEXT, text),
        });
        let paragraphs: Vec<_> = [(TITLE, &self.title)].into_iter().chain(paragraphs).collect();
        let is_long = |(_, text): &(Style, &String)| text.len() > MAX_PARAGRAPH;
        if paragraphs.len() > MAX_PARAGRAPHS || paragraphs.iter().any(is_long) {
            let limit = AppearanceError::TextLimit { lines: MAX_PARAGRAPHS, bytes: MAX_PARAGRAPH };
            return Err(limit.into());
        }
        let (mut font, mut pages) = (Font::new()?, Pages::default());
        let mut pieces = Vec::with_capacity(paragraphs.len());
        for (style, text) in paragraphs {
            let rows = rows(text, &mut font, page::WIDTH / style.size)?;
            pieces.push((style.tag, pages.set(style, &rows)));
        }
        self.assemble(&font, pages, &pieces)
    }

    /// Brings text, structure and metadata together.
    fn assemble(
        &self,
        font: &Font,
        pages: Pages,
        pieces: &[(&'static str, Vec<Piece>)],
    ) -> Result<Vec<u8>, Error> {
        let mut file = File::default();
        let [catalog, tree, metadata, root, document] = [(); 5].map(|()| file.allocate());
        let (catalog, tree, metadata) = (catalog?, tree?, metadata?);
        let (root, document) = (root?, document?);
        let contents = pages.contents();
        let mut leaves = Vec::with_capacity(contents.len());
        for _ in &contents {
            leaves.push((file.allocate()?, file.allocate()?));
        }
        let font = font.embed(&mut file)?;
        // By page, the element of each piece of marked content (ISO 32000-1 clause 14.7.4.4).
        let mut parents: Vec<Vec<ObjectId>> = vec![Vec::new(); contents.len()];
        let mut elements = Vec::with_capacity(pieces.len());
        for (tag, pieces) in pieces {
            let element = file.allocate()?;
            let mut kids = String::new();
            for Piece { page, mark } in pieces {
                let (Some((leaf, _)), Some(marks)) = (leaves.get(*page), parents.get_mut(*page))
                else {
                    return Err(Error::Inconsistent);
                };
                marks.push(element);
                kids.push_str(&format!(" << /Type /MCR /Pg {} 0 R /MCID {mark} >>", leaf.0));
            }
            let value =
                format!("<< /Type /StructElem /S /{tag} /P {} 0 R /K [{kids} ] >>", document.0);
            file.add(element, value.into_bytes());
            elements.push(element);
        }
        for (at, (content, (leaf, stream))) in contents.iter().zip(&leaves).enumerate() {
            let value = format!(
                "<< /Type /Page /Parent {} 0 R /MediaBox [0 0 {} {}] /Contents {} 0 R /Resources << \
                 /ColorSpace << /Gray {GRAY} >> /Font << /F0 {} 0 R >> >> /StructParents {at} \
                 /Tabs /S >>",
                tree.0,
                page::PAPER.0,
                page::PAPER.1,
                stream.0,
                font.0
            );
            file.add(*leaf, value.into_bytes());
            file.add_stream(*stream, "", &content.clone().into_bytes().into());
        }
        let kids = references(leaves.iter().map(|(leaf, _)| *leaf));
        let value = format!("<< /Type /Pages /Kids [{kids} ] /Count {} >>", leaves.len());
        file.add(tree, value.into_bytes());
        let numbers: String = parents
            .into_iter()
            .enumerate()
            .map(|(at, marks)| format!(" {at} [{} ]", references(marks.into_iter())))
            .collect();
        let value = format!(
            "<< /Type /StructTreeRoot /K {} 0 R /ParentTree << /Nums [{numbers} ] >> \
             /ParentTreeNextKey {} >>",
            document.0,
            leaves.len()
        );
        file.add(root, value.into_bytes());
        let kids = references(elements.into_iter());
        let value = format!("<< /Type /StructElem /S /Document /P {} 0 R /K [{kids} ] >>", root.0);
        file.add(document, value.into_bytes());
        // Metadata are not compressed: whoever has nothing but a text editor finds them.
        file.add_plain_stream(
            metadata,
            " /Type /Metadata /Subtype /XML",
            metadata::packet(&self.title).as_bytes(),
        );
        let value = format!(
            "<< /Type /Catalog /Pages {} 0 R /Metadata {} 0 R /Lang ({}) /MarkInfo << /Marked true >> \
             /StructTreeRoot {} 0 R /ViewerPreferences << /DisplayDocTitle true >> >>",
            tree.0, metadata.0, self.language, root.0
        );
        file.add(catalog, value.into_bytes());
        Ok(file.write(catalog))
    }
}

/// Text in rows of at most `width` ems; what is longer than a row is broken within itself.
fn rows(text: &str, font: &mut Font, width: f64) -> Result<Vec<Vec<Glyph>>, Error> {
    let mut glyphs = Vec::new();
    for letter in text.nfc() {
        let letter = if letter.is_whitespace() { ' ' } else { letter };
        let glyph = font.glyph(letter).or_else(|_| font.glyph(UNKNOWN));
        glyphs.push(glyph?);
    }
    Ok(broken(&glyphs, width).unwrap_or_else(|| cut(&glyphs, width)))
}

/// The same wherever a row is full.
fn cut(glyphs: &[Glyph], width: f64) -> Vec<Vec<Glyph>> {
    let mut rows: Vec<Vec<Glyph>> = vec![Vec::new()];
    let mut used = 0.0;
    for glyph in glyphs {
        if used + glyph.advance > width {
            rows.push(Vec::new());
            used = 0.0;
        }
        used += glyph.advance;
        if let Some(row) = rows.last_mut() {
            row.push(*glyph);
        }
    }
    rows
}

fn references(ids: impl Iterator<Item = ObjectId>) -> String {
    ids.map(|id| format!(" {} 0 R", id.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn statement(paragraphs: Vec<Paragraph>) -> Statement {
        Statement { language: "da", title: "Bevis for et segl".to_owned(), paragraphs }
    }

    #[test]
    fn our_own_reader_reads_it_and_the_same_gives_the_same() {
        let text = Paragraph::Text("Rødgrød med fløde ".repeat(20));
        let many = statement(vec![text; 120]);
        let written = many.write().unwrap();
        assert_eq!(many.write().unwrap(), written);
        let text = String::from_utf8_lossy(&written);
        assert!(!text.contains("/Count 1 >>") && text.contains("/ParentTreeNextKey"), "{text}");
        Document::open(written.clone().into()).unwrap();
    }

    #[test]
    fn what_has_no_glyph_and_what_is_too_long_for_a_row_stands_there_all_the_same() {
        let odd = vec![Paragraph::Text("漢".to_owned()), Paragraph::Text("x".repeat(4_000))];
        Document::open(statement(odd).write().unwrap().into()).unwrap();
        let long = statement(vec![Paragraph::Text("x".repeat(MAX_PARAGRAPH + 1))]);
        assert!(matches!(
            long.write().unwrap_err(),
            Error::Appearance(AppearanceError::TextLimit { .. })
        ));
    }
}
