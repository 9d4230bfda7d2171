//! The text of a page, with its places: what is selected, read aloud and searched.

use std::{collections::BTreeSet, ops::RangeInclusive, sync::PoisonError};

use hayro::{
    hayro_interpret::{
        BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
        InterpreterCache, SoftMask, font::GlyphRun, hayro_cmap::BfString, interpret_page,
        util::TransformExt,
    },
    kurbo::{Affine, BezPath, Point, Rect},
    vello_cpu::Pixmap,
};
use serde::{Deserialize, Serialize};

use crate::{
    MAXIMUM_PIXELS, Missing, Pages, RenderingError, Size, Undrawn,
    draw::{Drawn, drawn, settings},
};

/// Most characters of a page's text.
pub const MAXIMUM_TEXT: usize = 100_000;

/// Pixels from left to right of the picture on which marks of letters are looked for, where no other one is
/// drawn: at this width letters of four points leave some on a page of A4.
const LOOKED_AT: u32 = 1_000;

/// How wide a picture may be, in pixels, that is drawn for people and looked at for the text beside it: on a wider
/// one the pixels that are looked at in search of marks would be too few.
pub const LOOKED_AT_BESIDE: RangeInclusive<u32> = LOOKED_AT..=2 * LOOKED_AT;

/// Most pixels that are looked at in search of a page's marks: all of its picture some times. Lines that
/// are many and in one place would have them looked at without end.
const LOOKED_AT_TOGETHER: usize = MAXIMUM_PIXELS as usize;

/// By how much the channels of pixels differ in whose place nothing is seen.
const SAME: u8 = 6;

/// What a page says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageText {
    /// Line by line, in the order in which they are drawn.
    pub lines: Vec<Line>,
    /// Whether it says more than is told here.
    pub is_cut: bool,
    /// What is missing from the page's picture.
    pub undrawn: BTreeSet<Undrawn>,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// Where it begins, from the left, in points of the page as shown.
    pub x: f32,
    /// The line on which its letters stand, from the top.
    pub baseline: f32,
    /// How long it is, in the direction in which it is written.
    pub length: f32,
    /// How high its letters are.
    pub height: f32,
    /// By how many degrees it is turned clockwise.
    pub turn: f32,
    /// Left, top, right and bottom of what its letters take up.
    pub area: [f32; 4],
    /// Whether it leaves a mark on the picture.
    pub is_seen: bool,
}

/// The text of a page that is drawn for it.
pub(crate) fn text(pages: &Pages, number: usize) -> Result<PageText, RenderingError> {
    let (size, mut text) = read(pages, number)?;
    if !text.lines.is_empty() {
        // A page that is much higher than wide is looked at with fewer pixels.
        let most = MAXIMUM_PIXELS as f32 * 0.9 * size.width / size.height;
        let width =
            LOOKED_AT.min(most.sqrt() as u32).min((65_000.0 * size.width / size.height) as u32);
        look(&mut text, size, &drawn(pages, number, width.max(1))?);
    }
    Ok(text)
}

/// The text of a page that was drawn.
pub(crate) fn text_beside(
    pages: &Pages,
    number: usize,
    drawn: &Drawn,
) -> Result<PageText, RenderingError> {
    let (size, mut text) = read(pages, number)?;
    look(&mut text, size, drawn);
    Ok(text)
}

/// What a page says, before anybody looked whether it is seen.
fn read(pages: &Pages, number: usize) -> Result<(Size, PageText), RenderingError> {
    let size = pages.size(number)?;
    let page = pages.page(number)?;
    let (own_width, own_height) = page.render_dimensions();
    let scale = Affine::scale_non_uniform(
        f64::from(size.width / own_width),
        f64::from(size.height / own_height),
    );
    let transform = scale * page.initial_transform(true).to_kurbo();
    let missing = Missing::default();
    let target = Rect::new(0.0, 0.0, f64::from(size.width), f64::from(size.height));
    let cache = InterpreterCache::new();
    let mut context = Context::new(transform, target, &cache, page.xref(), settings(&missing));
    let mut reading = Reading::default();
    interpret_page(page, &mut context, &mut reading);
    reading.end();
    let Reading { lines, length, .. } = reading;
    let undrawn = missing.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok((size, PageText { lines, is_cut: length > MAXIMUM_TEXT, undrawn }))
}

/// Tells which lines leave a mark on the picture, and what is missing from it.
fn look(text: &mut PageText, size: Size, drawn: &Drawn) {
    text.undrawn.extend(&drawn.undrawn);
    let mut left = LOOKED_AT_TOGETHER;
    for line in &mut text.lines {
        line.is_seen = line.is_seen && leaves_a_mark(&drawn.pixels, size, line, &mut left);
    }
}

/// Whether the pixels differ where a line stands. Where no pixel is left to look at it is not known, which
/// counts as unseen: nobody is told that something is seen which is not.
fn leaves_a_mark(picture: &Pixmap, size: Size, line: &Line, left: &mut usize) -> bool {
    let scale = f32::from(picture.width()) / size.width;
    let column = |x: f32| (x * scale).clamp(0.0, f32::from(picture.width())) as usize;
    let row = |y: f32| (y * scale).clamp(0.0, f32::from(picture.height())) as usize;
    let [from, top, to, bottom] = line.area;
    let columns = column(from)..column(to).max(column(from) + 1);
    let rows = row(top)..row(bottom).max(row(top) + 1);
    let width = usize::from(picture.width());
    let (mut least, mut most) = ([u8::MAX; 3], [0; 3]);
    for row in rows {
        let start = row * width;
        let pixels = start + columns.start..start + columns.end.min(width).max(columns.start);
        // Nothing of it lies on the page where there is no pixel.
        for pixel in picture.data().get(pixels).unwrap_or_default() {
            let Some(further) = left.checked_sub(1) else { return false };
            *left = further;
            for (at, value) in [pixel.r, pixel.g, pixel.b].into_iter().enumerate() {
                least[at] = least[at].min(value);
                most[at] = most[at].max(value);
                if most[at] - least[at] > SAME {
                    return true;
                }
            }
        }
    }
    false
}

/// Puts glyphs together into lines.
#[derive(Default)]
struct Reading {
    lines: Vec<Line>,
    open: Option<Open>,
    /// Characters so far.
    length: usize,
}

/// A line that goes on.
struct Open {
    line: Line,
    start: Point,
    end: Point,
    area: Rect,
    /// The direction of writing.
    direction: (f64, f64),
}

impl Reading {
    fn end(&mut self) {
        let open = self.open.take().map(|Open { line, area, .. }| {
            let area = [area.x0, area.y0, area.x1, area.y1].map(|one| one as f32);
            Line { area, ..line }
        });
        // Where a matrix overflows, it says no place.
        let is_placed = |line: &Line| {
            let places = [line.x, line.baseline, line.length, line.height, line.turn];
            places.iter().chain(&line.area).all(|place| place.is_finite())
        };
        let open = open.filter(|line| !line.text.trim().is_empty() && is_placed(line));
        self.lines.extend(open);
    }

    /// One glyph: where it stands, where the next one would, how high letters are there.
    fn glyph(
        &mut self,
        text: &str,
        (start, end): (Point, Point),
        area: Rect,
        height: f64,
        drawn: bool,
    ) {
        /// Parts of the letters' height by which a line may be left.
        const OFF: f64 = 0.3;
        /// Between two words.
        const SPACE: f64 = 0.15;
        /// Between two columns.
        const COLUMN: f64 = 1.5;
        self.length += text.chars().count();
        if self.length > MAXIMUM_TEXT || !height.is_finite() || height <= 0.0 {
            return;
        }
        let (dx, dy) = (end.x - start.x, end.y - start.y);
        let length = dx.hypot(dy);
        let direction = if length > 0.0 { (dx / length, dy / length) } else { (1.0, 0.0) };
        if let Some(open) = &mut self.open {
            let gap = (start.x - open.end.x, start.y - open.end.y);
            let (along, across) = (
                gap.0 * open.direction.0 + gap.1 * open.direction.1,
                gap.0 * open.direction.1 - gap.1 * open.direction.0,
            );
            let goes_on = across.abs() < OFF * height
                && (-OFF * height..COLUMN * height).contains(&along)
                && open.line.is_seen == drawn
                && (open.direction.0 * direction.0 + open.direction.1 * direction.1) > 0.9;
            if goes_on {
                if along > SPACE * height && !open.line.text.ends_with(' ') && text != " " {
                    open.line.text.push(' ');
                }
                open.line.text.push_str(text);
                open.end = end;
                let (dx, dy) = (end.x - open.start.x, end.y - open.start.y);
                open.line.length = open.line.length.max(dx.hypot(dy) as f32);
                open.area = open.area.union(area);
                open.line.height = open.line.height.max(height as f32);
                return;
            }
        }
        self.end();
        let line = Line {
            text: text.to_owned(),
            x: start.x as f32,
            baseline: start.y as f32,
            length: length as f32,
            height: height as f32,
            turn: direction.1.atan2(direction.0).to_degrees() as f32,
            area: [0.0; 4],
            is_seen: drawn,
        };
        self.open = Some(Open { line, start, end, area, direction });
    }
}

impl<'a> Device<'a> for Reading {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        /// Glyph space (ISO 32000-2 clause 9.2.4).
        const EM: f64 = 1_000.0;
        /// How far letters reach below their line.
        const DESCENT: f64 = -220.0;
        let drawn = !matches!(mode, DrawMode::Invisible);
        for glyph in run.glyphs() {
            let said = match glyph.as_unicode() {
                Some(BfString::Char(one)) => one.to_string(),
                Some(BfString::String(text)) => text,
                None => continue,
            };
            let said: String = said.chars().filter(|one| !one.is_control()).collect();
            let place = props.transform * glyph.transform();
            let advance = match &**glyph {
                hayro::hayro_interpret::font::Glyph::Outline(outline) => {
                    f64::from(outline.advance_width().unwrap_or(500.0))
                }
                hayro::hayro_interpret::font::Glyph::Type3(_) => 500.0,
            };
            let (start, end) = (place * Point::ORIGIN, place * Point::new(advance, 0.0));
            let top = place * Point::new(0.0, EM);
            let height = (top.x - start.x).hypot(top.y - start.y);
            let bottom = place * Point::new(0.0, DESCENT);
            let below = place * Point::new(advance, EM * 0.75);
            let area = Rect::from_points(bottom, below);
            self.glyph(&said, (start, end), area, height * 0.75, drawn);
        }
    }
}
