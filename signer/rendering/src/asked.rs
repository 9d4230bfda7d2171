//! What a process of its own is asked to draw, and how it answers: the reader of a stranger's pages is kept
//! apart from the keys and from other people's documents, and can be stopped.
//!
//! A line of JSON says what is wanted, and the document follows until the input ends. The answer is a line of
//! JSON for each thing that was wanted, written as soon as it is known; a picture follows its line, which says how
//! long it is.

use std::{
    collections::BTreeSet,
    io::{self, BufRead, Write},
};

use serde::{Deserialize, Serialize};

use crate::{
    PageText, Pages, Picture, RenderingError, Sizes, Undrawn,
    changes::compare,
    draw::drawn,
    line::{first, write_line},
    text::text_beside as text_of,
};

/// Most bytes of the line that says what is wanted.
const MAXIMUM_ASKED: u64 = 1_000;

/// What is wanted of a document. Pages are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asked {
    /// How many pages there are, and how large: [`sizes`] reads the answer.
    Sizes,
    /// A page's picture: [`picture`] reads the answer.
    Picture {
        /// Which page.
        page: usize,
        /// How many pixels from left to right.
        width: u32,
    },
    /// A page's picture, and its text as far as it leaves a mark there: [`picture`] and [`text_beside`] read the
    /// answer. A page that is drawn once for both costs a third less than one that is drawn for each.
    Page {
        /// Which page.
        page: usize,
        /// How many pixels from left to right, of [`LOOKED_AT_BESIDE`](crate::LOOKED_AT_BESIDE).
        width: u32,
    },
    /// The texts of pages: [`texts`] reads the answer.
    Texts {
        /// The first page.
        from: usize,
        /// The page after the last.
        until: usize,
    },
    /// Which pages look different from those in the first bytes: [`crate::changes()`] reads the answer.
    Changes {
        /// How many bytes were signed.
        length: usize,
        /// Of how many pages there are to be pictures.
        shown: usize,
    },
}

impl Asked {
    /// What stands before the document.
    ///
    /// # Errors
    /// None that is known: numbers can be written.
    pub fn line(&self) -> io::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }
}

/// Reads what is wanted and the document, and answers.
///
/// # Errors
/// The input is nothing that [`Asked::line`] writes, or the output fails.
pub fn answer(mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    io::Read::take(&mut input, MAXIMUM_ASKED).read_until(b'\n', &mut line)?;
    let asked: Asked = serde_json::from_slice(&line)?;
    let mut document = Vec::new();
    input.read_to_end(&mut document)?;
    match asked {
        Asked::Sizes => write_line(&mut output, &Pages::open(document).map(|pages| pages.sizes()))?,
        Asked::Picture { page, width } => {
            write_picture(
                &mut output,
                Pages::open(document).and_then(|pages| pages.draw(page, width)),
            )?;
        }
        Asked::Page { page, width } => {
            let drawn =
                Pages::open(document).and_then(|pages| Ok((drawn(&pages, page, width)?, pages)));
            match drawn {
                Ok((drawn, pages)) => {
                    write_picture(&mut output, drawn.picture())?;
                    // It is there even if its text is too much.
                    output.flush()?;
                    write_line(&mut output, &text_of(&pages, page, &drawn))?;
                }
                Err(error) => write_picture(&mut output, Err(error))?,
            }
        }
        Asked::Texts { from, until } => match Pages::open(document) {
            Ok(pages) => {
                for page in from..until.min(pages.count()) {
                    write_line(&mut output, &pages.text(page))?;
                    output.flush()?;
                }
            }
            Err(error) => write_line(&mut output, &Err::<PageText, _>(error))?,
        },
        Asked::Changes { length, shown } => compare(document, length, shown, &mut output)?,
    }
    output.flush()
}

/// What stands before a picture.
#[derive(Serialize, Deserialize)]
struct Before {
    undrawn: BTreeSet<Undrawn>,
    /// How many bytes the picture has.
    length: usize,
}

fn write_picture(
    mut output: impl Write,
    picture: Result<Picture, RenderingError>,
) -> io::Result<()> {
    match picture {
        Ok(Picture { png, undrawn }) => {
            write_line(&mut output, &Ok(Before { undrawn, length: png.len() }))?;
            output.write_all(&png)
        }
        Err(error) => write_line(output, &Err::<Before, _>(error)),
    }
}

/// The answer to [`Asked::Sizes`]; `None` where it is not whole.
pub fn sizes(answer: &[u8]) -> Option<Result<Sizes, RenderingError>> {
    first(answer).map(|(sizes, _)| sizes)
}

/// The picture of the answer to [`Asked::Picture`] and [`Asked::Page`]; `None` where it is not whole.
pub fn picture(answer: &[u8]) -> Option<Result<Picture, RenderingError>> {
    let (before, rest) = first::<Before>(answer)?;
    match before {
        Ok(Before { undrawn, length }) => {
            Some(Ok(Picture { png: rest.get(..length)?.to_vec(), undrawn }))
        }
        Err(error) => Some(Err(error)),
    }
}

/// The text of the answer to [`Asked::Page`]; `None` where it is not whole, or no page was drawn.
pub fn text_beside(answer: &[u8]) -> Option<Result<PageText, RenderingError>> {
    let (before, rest) = first::<Before>(answer)?;
    Some(first(rest.get(before.ok()?.length..)?)?.0)
}

/// The answer to [`Asked::Texts`], as far as it came: a text for each page, from the first one on.
pub fn texts(answer: &[u8]) -> Vec<Result<PageText, RenderingError>> {
    let (mut texts, mut rest) = (Vec::new(), answer);
    while let Some((text, further)) = first(rest) {
        texts.push(text);
        rest = further;
    }
    texts
}
