//! Paragraphs on pages, from the top to the bottom.

use super::{super::font::Glyph, Style};
use crate::appearance::frame::Number;

/// The paper, in points: A4.
pub(super) const PAPER: (u32, u32) = (595, 842);

/// What is left free on each side, in points.
const MARGIN: f64 = 56.0;

/// How wide text is set, in points.
pub(super) const WIDTH: f64 = PAPER.0 as f64 - 2.0 * MARGIN;

/// From one row to the next, in ems.
const LEADING: f64 = 1.4;

/// Where a piece of a paragraph stands: the page, counted from 0, and the number of its marked content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) page: usize,
    pub(super) mark: usize,
}

/// What was set.
#[derive(Debug)]
pub(super) struct Pages {
    /// By page, what draws it, and how many pieces of marked content that has.
    contents: Vec<(String, usize)>,
    /// Where the next row may begin, in points from the bottom.
    top: f64,
}

impl Default for Pages {
    fn default() -> Self {
        Self { contents: vec![Default::default()], top: Self::TOP }
    }
}

impl Pages {
    const TOP: f64 = PAPER.1 as f64 - MARGIN;

    /// Sets a paragraph below what is there, on as many pages as it takes.
    pub(super) fn set(&mut self, style: Style, rows: &[Vec<Glyph>]) -> Vec<Piece> {
        let (mut pieces, mut rest) = (Vec::new(), rows);
        let leading = style.size * LEADING;
        // A heading has at least a row of what it is about below it.
        let together = if style.tag == "P" { leading } else { 3.0 * leading };
        self.top -= if self.top < Self::TOP { style.above } else { 0.0 };
        if self.top - together < MARGIN {
            self.turn();
        }
        while !rest.is_empty() {
            // What is between the margins is a handful of hundred points.
            let room = ((self.top - MARGIN) / leading).floor() as usize;
            let (here, later) = rest.split_at(room.clamp(1, rest.len()));
            pieces.push(self.draw(style, leading, here));
            rest = later;
            if !rest.is_empty() {
                self.turn();
            }
        }
        pieces
    }

    fn turn(&mut self) {
        self.contents.push(Default::default());
        self.top = Self::TOP;
    }

    fn draw(&mut self, style: Style, leading: f64, rows: &[Vec<Glyph>]) -> Piece {
        let page = self.contents.len() - 1;
        let (x, y) = (Number(MARGIN), Number(self.top - style.size));
        self.top -= leading * rows.len() as f64;
        let mut drawn = String::new();
        for row in rows {
            drawn.push('<');
            row.iter().for_each(|glyph| drawn.push_str(&format!("{:04X}", glyph.number)));
            drawn.push_str("> Tj T*\n");
        }
        let (size, leading) = (Number(style.size), Number(leading));
        let mark = match self.contents.last_mut() {
            None => 0,
            Some((content, marks)) => {
                let mark = *marks;
                *marks += 1;
                content.push_str(&format!(
                    "/{} << /MCID {mark} >> BDC\n/Gray cs 0 sc\nBT\n/F0 {size} Tf\n{leading} TL\n\
                     {x} {y} Td\n{drawn}ET\nEMC\n",
                    style.tag
                ));
                mark
            }
        };
        Piece { page, mark }
    }

    /// What draws each page.
    pub(super) fn contents(self) -> Vec<String> {
        self.contents.into_iter().map(|(content, _)| content).collect()
    }
}
