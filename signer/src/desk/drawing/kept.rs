//! What was drawn, and what could not be: within a bound, and for a while.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use rendering::{PageText, Picture};

use super::DrawingError;

/// How many bytes of pictures are kept; of texts a quarter of it.
const KEPT: u64 = 64 << 20;

/// How long is kept what nobody looks at.
const IDLE: Duration = Duration::from_secs(30 * 60);

/// How many pages are known that cannot be drawn.
const REFUSED: u64 = 10_000;

/// How long a page that cannot be drawn is not tried again: the machine may have had much to do.
const REFUSED_FOR: Duration = Duration::from_secs(10 * 60);

/// Which document: of a batch, by its number.
pub(crate) type Document = (String, usize);

/// Which picture: of a document, a page, so many pixels wide.
pub(crate) type Name = (Document, usize, u32);

/// A page of a document; of its pictures the width, too.
type Tried = (Document, usize, Option<u32>);

/// Pictures, texts and failures.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pictures: Cache<Name, Arc<Picture>>,
    texts: Cache<(Document, usize), Arc<PageText>>,
    refused: Cache<Tried, DrawingError>,
}

impl Default for Kept {
    fn default() -> Self {
        let pictures = Cache::builder().max_capacity(KEPT).time_to_idle(IDLE);
        let pictures = pictures.support_invalidation_closures();
        let pictures = pictures.weigher(|_, one: &Arc<Picture>| weight(one.png.len())).build();
        let texts = Cache::builder().max_capacity(KEPT / 4).time_to_idle(IDLE);
        let texts = texts.support_invalidation_closures();
        let texts = texts.weigher(|_, one: &Arc<PageText>| weight(length(one))).build();
        let refused = Cache::builder().max_capacity(REFUSED).time_to_live(REFUSED_FOR).build();
        Self { pictures, texts, refused }
    }
}

impl Kept {
    pub(super) fn picture(&self, name: &Name) -> Option<Result<Arc<Picture>, DrawingError>> {
        let tried = (name.0.clone(), name.1, Some(name.2));
        let refused = || self.refused.get(&tried).map(Err);
        self.pictures.get(name).map(Ok).or_else(refused)
    }

    pub(super) fn text(
        &self,
        document: &Document,
        page: usize,
    ) -> Option<Result<Arc<PageText>, DrawingError>> {
        let name = (document.clone(), page);
        let refused = || self.refused.get(&(document.clone(), page, None)).map(Err);
        self.texts.get(&name).map(Ok).or_else(refused)
    }

    pub(super) fn keep_picture(&self, name: Name, drawn: &Result<Arc<Picture>, DrawingError>) {
        match drawn {
            Ok(picture) => self.pictures.insert(name, Arc::clone(picture)),
            Err(error) => self.refuse((name.0, name.1, Some(name.2)), *error),
        }
    }

    pub(super) fn keep_text(
        &self,
        document: &Document,
        page: usize,
        read: &Result<Arc<PageText>, DrawingError>,
    ) {
        match read {
            Ok(text) => self.texts.insert((document.clone(), page), Arc::clone(text)),
            Err(error) => self.refuse((document.clone(), page, None), *error),
        }
    }

    /// Forgets what was drawn of a batch.
    pub(super) fn forget(&self, batch: &str) {
        let (one, other) = (batch.to_owned(), batch.to_owned());
        // They go with their age where this is refused, which it is not.
        drop(self.pictures.invalidate_entries_if(move |name, _| name.0.0 == one));
        drop(self.texts.invalidate_entries_if(move |name, _| name.0.0 == other));
    }

    /// Drops what is over its time.
    pub(super) fn tidy(&self) {
        self.pictures.run_pending_tasks();
        self.texts.run_pending_tasks();
        self.refused.run_pending_tasks();
    }

    fn refuse(&self, tried: Tried, error: DrawingError) {
        match error {
            // That is of the moment, and not of the page.
            DrawingError::Busy => {}
            DrawingError::TooLong | DrawingError::Failed | DrawingError::Page(_) => {
                self.refused.insert(tried, error);
            }
        }
    }
}

/// How much memory a text takes, nearly.
fn length(text: &PageText) -> usize {
    text.lines.iter().map(|line| size_of_val(line) + line.text.len()).sum()
}

fn weight(bytes: usize) -> u32 {
    u32::try_from(bytes.max(1)).unwrap_or(u32::MAX)
}
