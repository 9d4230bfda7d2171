//! Which pages look different from what was signed: a document is compared with its own first bytes, which are
//! what a signature covers.
//!
//! Pages are held against those of the same number, one after the other, and each is told as soon as it is known:
//! whoever is stopped on the way has told how far they came.

use std::{
    collections::HashMap,
    io::{self, Write},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{
    Pages, Picture, RenderingError, Size,
    difference::{Area, areas},
    draw::{Drawn, drawn},
    line::{first, write_line},
};

/// Most pages that are compared, from the first one on.
pub const MAXIMUM_COMPARED: usize = 50;

/// Most bytes of all the pictures of one answer.
const MAXIMUM_BYTES: usize = 3 << 20;

/// How wide pictures are in pixels, where they do not have more than [`PIXELS`] so.
const WIDTH: u32 = 720;

/// Most pixels of a picture: an A4 page has fewer.
const PIXELS: f32 = 1_000_000.0;

/// Most lines that are told of a page, before or now, and most letters of each.
const LINES: (usize, usize) = (12, 160);

/// What became of a page since it was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Became {
    /// It looks the same.
    Same,
    /// It looks the same as far as it could be drawn: something of it, before or now, could not.
    Partly,
    /// It looks different.
    Other,
    /// There was no page of that number.
    Added,
    /// There is none now.
    Removed,
    /// It could not be drawn, before or now, and is not compared.
    Undrawn,
}

/// Which pages look different, as far as they were compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// How many pages there were.
    pub before: usize,
    /// How many there are.
    pub now: usize,
    /// How many were compared, from the first one on.
    pub compared: usize,
    /// Those that do not look the same.
    pub pages: Vec<ChangedPage>,
}

/// A page that does not look as it was signed.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedPage {
    /// Counted from 0.
    pub page: usize,
    /// What became of it.
    pub became: Became,
    /// As it was signed; none where it is not to be shown, or was not there.
    pub before: Option<Face>,
    /// As it is now.
    pub now: Option<Face>,
    /// Where the two differ, in pixels.
    pub areas: Vec<Area>,
    /// How its words differ, where they could be read.
    pub words: Option<Words>,
}

impl Changes {
    /// Of how many pages there are pictures.
    pub fn shown(&self) -> usize {
        self.pages.iter().filter(|page| page.is_shown()).count()
    }
}

impl ChangedPage {
    /// Whether there is a picture of it.
    pub fn is_shown(&self) -> bool {
        self.before.is_some() || self.now.is_some()
    }
}

/// A page's picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// A PNG file.
    pub png: Vec<u8>,
    /// In pixels.
    pub size: (u32, u32),
    /// Whether all of the page is on it.
    pub is_whole: bool,
}

/// Lines that stand on a page before alone, or now alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Before.
    pub before: Vec<String>,
    /// Now.
    pub now: Vec<String>,
    /// Whether more differ than are told.
    pub is_cut: bool,
}

/// A line of the answer.
#[derive(Debug, Serialize, Deserialize)]
enum Told {
    /// How many pages there were, and are.
    Pages(usize, usize),
    /// A page, and its pictures' sizes and lengths; they follow.
    Page { became: Became, before: Option<Length>, now: Option<Length>, areas: Vec<Area> },
    /// The words of a page that was told.
    Words { page: usize, words: Words },
}

/// What is told of a picture.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Length {
    bytes: usize,
    size: (u32, u32),
    is_whole: bool,
}

/// The first bytes of a document, or all of them.
struct Part(Arc<Vec<u8>>, usize);

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        self.0.get(..self.1).unwrap_or(&self.0)
    }
}

/// Compares, and answers line by line. Pictures of the first `shown` pages that differ are in it.
pub(crate) fn compare(
    document: Vec<u8>,
    length: usize,
    shown: usize,
    mut output: impl Write,
) -> io::Result<()> {
    let document = Arc::new(document);
    let all = document.len();
    let open = |length| Pages::open(Part(Arc::clone(&document), length));
    let (before, now) = match open(length).and_then(|before| Ok((before, open(all)?))) {
        Ok(opened) => opened,
        Err(error) => return write_line(&mut output, &Err::<Told, _>(error)),
    };
    let mut say = |told: Told, pictures: &[&[u8]]| {
        write_line(&mut output, &Ok::<_, RenderingError>(told))?;
        pictures.iter().try_for_each(|png| output.write_all(png))?;
        output.flush()
    };
    say(Told::Pages(before.count(), now.count()), &[])?;
    let (mut left, mut shown_pages) = (MAXIMUM_BYTES, Vec::new());
    for page in 0..before.count().max(now.count()).min(MAXIMUM_COMPARED) {
        let (became, drawn, areas) = became(&before, &now, page);
        let is_shown =
            !matches!(became, Became::Same | Became::Partly) && shown_pages.len() < shown;
        let faces = is_shown.then(|| faces(drawn)).flatten().filter(|faces| {
            let bytes: usize = faces.iter().flatten().map(|face| face.png.len()).sum();
            left.checked_sub(bytes).inspect(|rest| left = *rest).is_some()
        });
        if faces.as_ref().is_some_and(|faces| faces.iter().any(Option::is_some)) {
            shown_pages.push((page, became));
        }
        let faces = faces.unwrap_or_default();
        let [old, new] = faces.each_ref().map(|one| one.as_ref().map(Face::length));
        let pngs: Vec<_> = faces.iter().flatten().map(|face| face.png.as_slice()).collect();
        say(Told::Page { became, before: old, now: new, areas }, &pngs)?;
    }
    // Words come last: they are for whoever does not see, and pictures for whoever does are not late for them.
    for (page, became) in shown_pages {
        let lines = |pages: &Pages, is_there| match is_there {
            true => pages.text(page).ok().map(|text| {
                let lines = text.lines.into_iter().filter(|line| line.is_seen);
                lines
                    .map(|line| line.text.trim().to_owned())
                    .filter(|line| !line.is_empty())
                    .collect::<Vec<_>>()
            }),
            false => Some(Vec::new()),
        };
        let old = lines(&before, became != Became::Added);
        let new = lines(&now, became != Became::Removed);
        if let (Some(old), Some(new)) = (old, new) {
            say(Told::Words { page, words: words(&old, &new) }, &[])?;
        }
    }
    Ok(())
}

fn became(before: &Pages, now: &Pages, page: usize) -> (Became, [Option<Drawn>; 2], Vec<Area>) {
    let [old, new] = [before, now].map(|pages| (page < pages.count()).then(|| face(pages, page)));
    match (old, new) {
        (Some(Ok((old_size, old))), Some(Ok((new_size, new)))) => {
            let areas = areas(&old.pixels, &new.pixels);
            match areas {
                Some(areas) if areas.is_empty() && old_size == new_size => {
                    let is_whole = old.undrawn.is_empty() && new.undrawn.is_empty();
                    let became = if is_whole { Became::Same } else { Became::Partly };
                    (became, [None, None], areas)
                }
                areas => (Became::Other, [Some(old), Some(new)], areas.unwrap_or_default()),
            }
        }
        (Some(Ok((_, old))), None) => (Became::Removed, [Some(old), None], Vec::new()),
        (None, Some(Ok((_, new)))) => (Became::Added, [None, Some(new)], Vec::new()),
        (Some(Err(_)), _) | (_, Some(Err(_))) | (None, None) => {
            (Became::Undrawn, [None, None], Vec::new())
        }
    }
}

fn face(pages: &Pages, page: usize) -> Result<(Size, Drawn), RenderingError> {
    let size = pages.size(page)?;
    let most = (PIXELS * size.width / size.height).sqrt();
    // Casting saturates, and there is a pixel at least.
    Ok((size, drawn(pages, page, WIDTH.min(most as u32).max(1))?))
}

/// The pictures of what was drawn, if all can be written.
fn faces(drawn: [Option<Drawn>; 2]) -> Option<[Option<Face>; 2]> {
    let [old, new] = drawn.map(|one| one.as_ref().map(Face::of).transpose());
    Some([old.ok()?, new.ok()?])
}

impl Face {
    fn of(drawn: &Drawn) -> Result<Self, RenderingError> {
        let Picture { png, undrawn } = drawn.picture()?;
        let size = (drawn.pixels.width().into(), drawn.pixels.height().into());
        Ok(Self { png, size, is_whole: undrawn.is_empty() })
    }

    fn length(&self) -> Length {
        Length { bytes: self.png.len(), size: self.size, is_whole: self.is_whole }
    }
}

/// The lines of one that the other does not have, as often.
fn words(before: &[String], now: &[String]) -> Words {
    let mut is_cut = false;
    let mut beyond = |these: &[String], those: &[String]| {
        let mut rest = HashMap::<&String, usize>::new();
        those.iter().for_each(|line| *rest.entry(line).or_default() += 1);
        let mut told = Vec::new();
        for line in these {
            if let Some(count) = rest.get_mut(line).filter(|count| **count > 0) {
                *count -= 1;
            } else if told.len() == LINES.0 {
                is_cut = true;
                break;
            } else {
                is_cut |= line.chars().nth(LINES.1).is_some();
                told.push(line.chars().take(LINES.1).collect());
            }
        }
        told
    };
    let (gone, come) = (beyond(before, now), beyond(now, before));
    Words { before: gone, now: come, is_cut }
}

/// The answer to [`crate::Asked::Changes`], as far as it came; `None` where that is nothing.
pub fn changes(answer: &[u8]) -> Option<Result<Changes, RenderingError>> {
    let (begin, mut rest) = first::<Told>(answer)?;
    let (before, now) = match begin {
        Ok(Told::Pages(before, now)) => (before, now),
        Ok(_) => return None,
        Err(error) => return Some(Err(error)),
    };
    let mut changes = Changes { before, now, compared: 0, pages: Vec::new() };
    while let Some((Ok(told), further)) = first::<Told>(rest) {
        rest = further;
        match told {
            Told::Pages(..) => return None,
            Told::Page { became, before, now, areas } => {
                let mut face = |length: Option<Length>| -> Option<Option<Face>> {
                    let Some(Length { bytes, size, is_whole }) = length else { return Some(None) };
                    let (png, further) = rest.split_at_checked(bytes)?;
                    rest = further;
                    Some(Some(Face { png: png.to_vec(), size, is_whole }))
                };
                // What was stopped within a picture did not compare that page.
                let (Some(before), Some(now)) = (face(before), face(now)) else { break };
                let page = changes.compared;
                changes.compared += 1;
                if became != Became::Same {
                    let words = None;
                    changes.pages.push(ChangedPage { page, became, before, now, areas, words });
                }
            }
            Told::Words { page, words } => {
                let known = changes.pages.iter_mut().find(|one| one.page == page);
                known?.words = Some(words);
            }
        }
    }
    Some(Ok(changes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_that_only_one_has_as_often_as_it_has_them() {
        let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let found = words(&lines("a b b c"), &lines("b c d"));
        assert_eq!((found.before, found.now), (lines("a b"), lines("d")));
        assert!(!found.is_cut);
        let long = words(&[], &vec!["x".repeat(200); 20]);
        assert!(long.is_cut && long.now.len() == LINES.0 && long.now[0].len() == LINES.1);
    }

    #[test]
    fn what_was_stopped_tells_how_far_it_came() {
        let mut answer = Vec::new();
        let told = |told| serde_json::to_string(&Ok::<Told, RenderingError>(told)).unwrap() + "\n";
        let page = |became, length| Told::Page {
            became,
            before: None,
            now: length,
            areas: vec![[1, 2, 3, 4]],
        };
        let length = Length { bytes: 4, size: (2, 2), is_whole: true };
        for line in [
            told(Told::Pages(3, 4)),
            told(page(Became::Same, None)),
            told(page(Became::Other, Some(length))) + "abcd",
            told(page(Became::Added, Some(length))) + "ab",
        ] {
            answer.extend_from_slice(line.as_bytes());
        }
        let read = changes(&answer).unwrap().unwrap();
        assert_eq!((read.before, read.now, read.compared), (3, 4, 2));
        assert_eq!(read.pages.len(), 1);
        assert_eq!(read.pages[0].now.as_ref().unwrap().png, b"abcd");
        assert!(changes(b"{\"Ok\":").is_none());
        assert_eq!(changes(b"{\"Err\":\"Unreadable\"}\n"), Some(Err(RenderingError::Unreadable)));
    }
}
