//! The font: its letters' widths, and the part of it that a document needs.
//!
//! A composite font of CIDs that are glyphs (ISO 32000-1 clause 9.7), embedded with widths, a
//! `/CIDSet` and a `/ToUnicode`, as PDF/A demands (ISO 19005-1 clauses 6.3.3 to 6.3.8).

use lopdf::ObjectId;
use ring::digest;
use std::collections::BTreeMap;
use subsetter::GlyphRemapper;
use ttf_parser::{Face, GlyphId};

use super::AppearanceError;
use crate::error::Error;
use crate::update::NewObjects;

/// Open Sans; see `fonts/README.md`.
const FONT: &[u8] = include_bytes!("../../fonts/OpenSans-Regular-subset.ttf");

const NAME: &str = "OpenSans";

/// Mappings in one block of a `/ToUnicode` (Adobe technical note 5014).
const BLOCK: usize = 100;

/// The font, and the letters that are used of it.
pub(super) struct Font {
    face: Face<'static>,
    glyphs: GlyphRemapper,
    /// The letter of each glyph, by the glyph's number in the embedded part.
    letters: BTreeMap<u16, char>,
}

/// A glyph of the embedded part, and its advance in ems.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    pub(super) number: u16,
    pub(super) advance: f64,
    /// Whether a line may be broken here.
    pub(super) space: bool,
}

impl Font {
    pub(super) fn new() -> Result<Self, Error> {
        let face = Face::parse(FONT, 0).map_err(|_| Error::Inconsistent)?;
        Ok(Self { face, glyphs: GlyphRemapper::new(), letters: BTreeMap::new() })
    }

    /// The glyph of a letter, which is then embedded.
    ///
    /// # Errors
    /// [`AppearanceError::Letter`].
    pub(super) fn glyph(&mut self, letter: char) -> Result<Glyph, AppearanceError> {
        let refused = AppearanceError::Letter(letter);
        let glyph = self.face.glyph_index(letter).filter(|glyph| glyph.0 != 0).ok_or(refused)?;
        let advance = self.face.glyph_hor_advance(glyph).ok_or(refused)?;
        let number = self.glyphs.remap(glyph.0);
        self.letters.entry(number).or_insert(letter);
        let advance = f64::from(advance) / f64::from(self.face.units_per_em());
        Ok(Glyph { number, advance, space: letter == ' ' })
    }

    /// Writes what was used of the font into an update or a document; the font's object.
    pub(super) fn embed(&self, update: &mut impl NewObjects) -> Result<ObjectId, Error> {
        let bad = || Error::Inconsistent;
        let part = subsetter::subset(FONT, 0, &self.glyphs).map_err(|_| bad())?;
        let embedded = Face::parse(&part, 0).map_err(|_| bad())?;
        let ids = [(); 6].map(|()| update.allocate());
        let [font, descendant, descriptor, file, set, unicode] = ids;
        let (font, descendant, descriptor) = (font?, descendant?, descriptor?);
        let (file, set, unicode) = (file?, set?, unicode?);
        let count = embedded.number_of_glyphs();
        let name = format!("{}+{NAME}", tag(&part));
        let value = format!(
            "<<\n/Type /Font\n/Subtype /Type0\n/BaseFont /{name}\n/Encoding /Identity-H\n\
             /DescendantFonts [{} 0 R]\n/ToUnicode {} 0 R\n>>",
            descendant.0, unicode.0
        );
        update.add(font, value.into_bytes());
        let value = format!(
            "<<\n/Type /Font\n/Subtype /CIDFontType2\n/BaseFont /{name}\n/CIDSystemInfo \
             << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>\n/FontDescriptor {} 0 R\n\
             /CIDToGIDMap /Identity\n/W [0 [{}]]\n>>",
            descriptor.0,
            self.widths(&embedded, count)
        );
        update.add(descendant, value.into_bytes());
        update.add(descriptor, self.descriptor(&name, file, set).into_bytes());
        update.add_stream(file, &format!(" /Length1 {}", part.len()), &part.into());
        update.add_stream(set, "", &all(count).into());
        update.add_stream(unicode, "", &self.to_unicode().into_bytes().into());
        Ok(font)
    }

    /// The widths of all embedded glyphs, in thousandths of an em.
    fn widths(&self, embedded: &Face<'_>, count: u16) -> String {
        let width = |glyph| {
            let advance = embedded.glyph_hor_advance(GlyphId(glyph)).unwrap_or(0);
            self.thousandths(i32::from(advance)).to_string()
        };
        (0..count).map(width).collect::<Vec<_>>().join(" ")
    }

    fn thousandths(&self, units: i32) -> i32 {
        let per_em = i32::from(self.face.units_per_em());
        (units * 1_000 + units.signum() * per_em / 2) / per_em
    }

    fn descriptor(&self, name: &str, file: ObjectId, set: ObjectId) -> String {
        let face = &self.face;
        let scaled = |units: i16| self.thousandths(i32::from(units));
        let bounds = face.global_bounding_box();
        let capital = face.capital_height().unwrap_or(face.ascender());
        // 4: symbolic, for its glyphs have numbers of their own (ISO 32000-1 table 123).
        format!(
            "<<\n/Type /FontDescriptor\n/FontName /{name}\n/Flags 4\n/FontBBox [{} {} {} {}]\n\
             /ItalicAngle 0\n/Ascent {}\n/Descent {}\n/CapHeight {}\n/StemV 80\n\
             /FontFile2 {} 0 R\n/CIDSet {} 0 R\n>>",
            scaled(bounds.x_min),
            scaled(bounds.y_min),
            scaled(bounds.x_max),
            scaled(bounds.y_max),
            scaled(face.ascender()),
            scaled(face.descender()),
            scaled(capital),
            file.0,
            set.0
        )
    }

    /// The letters of the glyphs (ISO 32000-1 clause 9.10.3).
    fn to_unicode(&self) -> String {
        let mut map = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            .to_owned();
        let letters: Vec<_> = self.letters.iter().collect();
        for block in letters.chunks(BLOCK) {
            map.push_str(&format!("{} beginbfchar\n", block.len()));
            for (glyph, letter) in block {
                map.push_str(&format!("<{glyph:04X}> <"));
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    map.push_str(&format!("{unit:04X}"));
                }
                map.push_str(">\n");
            }
            map.push_str("endbfchar\n");
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend");
        map
    }
}

/// Six capitals that are the embedded part's own (ISO 32000-1 clause 9.6.4).
fn tag(part: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, part);
    digest.as_ref().iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

/// A `/CIDSet` of the first `count` glyphs: all that are embedded.
fn all(count: u16) -> Vec<u8> {
    let mut set = vec![0xFF; usize::from(count).div_ceil(8)];
    if let Some(last) = set.last_mut() {
        *last = !(0xFF_u8.checked_shr(u32::from(count - 1) % 8 + 1).unwrap_or(0));
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_the_letters_of_europe() {
        let mut font = Font::new().unwrap();
        let latin_1 = (0x20..0x7F).chain(0xA0..=0xFF).filter_map(char::from_u32);
        let extended = (0x100..0x180).filter_map(char::from_u32);
        for letter in latin_1.chain(extended).chain("ȘșȚț„“”’–—•…€αΩжЯ".chars())
        {
            let glyph = font.glyph(letter).unwrap();
            assert!((0.0..2.0).contains(&glyph.advance), "{letter}");
        }
        for letter in ['\u{9}', '\n', '漢', 'ש', '\u{1F600}', '\u{301}', '\u{200B}'] {
            assert_eq!(font.glyph(letter), Err(AppearanceError::Letter(letter)));
        }
    }

    #[test]
    fn a_set_has_one_bit_for_each_glyph() {
        assert_eq!(all(1), [0b1000_0000]);
        assert_eq!(all(7), [0b1111_1110]);
        assert_eq!(all(8), [0xFF]);
        assert_eq!(all(10), [0xFF, 0b1100_0000]);
    }

    #[test]
    fn a_glyph_has_the_letter_it_was_first_used_for() {
        let mut font = Font::new().unwrap();
        let [a, b] = ['A', 'b'].map(|letter| font.glyph(letter).unwrap().number);
        assert_eq!(font.glyph('A').unwrap().number, a);
        let map = font.to_unicode();
        assert!(map.contains(&format!("2 beginbfchar\n<{a:04X}> <0041>\n<{b:04X}> <0062>\n")));
    }
}
