//! Who draws pages: a process of its own for each call, with little memory and little time. Few draw at once,
//! so that acts have the processors; one of a person's at a time; and no more wait than may.

mod child;
mod kept;
mod queue;

use std::{net::IpAddr, ops::Range, sync::Arc};

use bytes::Bytes;
use rendering::{Asked, Changes, LOOKED_AT_BESIDE, PageText, Picture, RenderingError, Sizes};

pub(crate) use self::child::DRAW_PAGES;
use self::{
    child::{Answer, Program},
    kept::{Document, Kept, Name},
    queue::{Queue, Whose},
};
use super::owner::Owner;

/// How many processes read the texts of some pages before the rest of them is called too slow: one that gets
/// on is gone on with.
const ROUNDS: usize = 3;

/// How many pages' texts are read in one turn, after the first page's: a picture that is waited for meanwhile waits
/// for no more of them. The pages that are shown at once are read in [`ROUNDS`].
const TOGETHER: usize = 12;

/// The place where pages are drawn.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    program: Program,
    queue: Queue,
    kept: Kept,
}

/// Why a page is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DrawingError {
    /// Others draw.
    #[error("too many pages wait to be drawn")]
    Busy,
    /// It took too long.
    #[error("drawing the page took too long")]
    TooLong,
    /// It cannot be drawn.
    #[error(transparent)]
    Page(#[from] RenderingError),
    /// Drawing it failed: it takes more memory than there is for it, or what draws it broke.
    #[error("drawing the page failed")]
    Failed,
}

impl Drawing {
    /// How many pages a document has, and how large.
    ///
    /// # Errors
    /// [`DrawingError`].
    pub(crate) async fn sizes(&self, owner: &Owner, bytes: &Bytes) -> Result<Sizes, DrawingError> {
        let sizes = |answer: &Answer| whole(rendering::sizes(&answer.bytes), answer);
        self.work(person(owner), Asked::Sizes, bytes.clone(), sizes).await
    }

    /// A page, counted from 0, as a picture.
    ///
    /// # Errors
    /// [`DrawingError`].
    pub(crate) async fn picture(
        &self,
        owner: &Owner,
        name: Name,
        bytes: &Bytes,
    ) -> Result<Arc<Picture>, DrawingError> {
        if let Some(kept) = self.kept.picture(&name) {
            return kept;
        }
        let (page, width) = (name.1, name.2);
        // What is looked at is selected and searched next.
        let is_text_known = self.kept.text(&name.0, page).is_some();
        let asked = match !is_text_known && LOOKED_AT_BESIDE.contains(&width) {
            true => Asked::Page { page, width },
            false => Asked::Picture { page, width },
        };
        let kept = self.kept.clone();
        let keep = move |answer: &Answer| {
            let drawn = whole(rendering::picture(&answer.bytes), answer).map(Arc::new);
            // A text that did not come is asked for by itself, and has the whole time then.
            if let Some(text) = rendering::text_beside(&answer.bytes) {
                let text = text.map(Arc::new).map_err(DrawingError::Page);
                kept.keep_text(&name.0, page, &text);
            }
            kept.keep_picture(name, &drawn);
            drawn
        };
        self.work(person(owner), asked, bytes.clone(), keep).await
    }

    /// A page's text.
    ///
    /// # Errors
    /// [`DrawingError`].
    pub(crate) async fn text(
        &self,
        owner: &Owner,
        (document, page): (&Document, usize),
        bytes: &Bytes,
    ) -> Result<Arc<PageText>, DrawingError> {
        let texts = self.texts(owner, (document, page..page + 1), bytes).await;
        texts.into_iter().next().unwrap_or(Err(DrawingError::Page(RenderingError::NoPage)))
    }

    /// The texts of some pages of a document, from the first one on: where one takes too long or no place is
    /// free, that is the last one that is told.
    pub(crate) async fn texts(
        &self,
        owner: &Owner,
        (document, pages): (&Document, Range<usize>),
        bytes: &Bytes,
    ) -> Vec<Result<Arc<PageText>, DrawingError>> {
        let mut told = Vec::new();
        let mut rounds = 0..ROUNDS;
        while told.len() < pages.len() {
            let from = pages.start + told.len();
            if let Some(kept) = self.kept.text(document, from) {
                let is_slow = matches!(kept, Err(DrawingError::TooLong));
                told.push(kept);
                if is_slow {
                    break;
                }
                continue;
            }
            if rounds.next().is_none() {
                told.push(Err(DrawingError::TooLong));
                break;
            }
            let together = if told.is_empty() { 1 } else { TOGETHER };
            let until = pages.end.min(from + together);
            let (kept, document) = (self.kept.clone(), document.clone());
            let keep = move |answer: &Answer| {
                let read = rendering::texts(&answer.bytes).into_iter();
                let mut read: Vec<_> =
                    read.map(|text| text.map(Arc::new).map_err(DrawingError::Page)).collect();
                // The page whose text did not come is the one that was too much.
                match answer.is_in_time {
                    _ if !read.is_empty() => {}
                    true => read.push(Err(DrawingError::Failed)),
                    false => read.push(Err(DrawingError::TooLong)),
                }
                for (at, text) in read.iter().enumerate() {
                    kept.keep_text(&document, from + at, text);
                }
                Ok(read)
            };
            let asked = Asked::Texts { from, until };
            let read = self.work(person(owner), asked, bytes.clone(), keep).await;
            let read = read.unwrap_or_else(|error| vec![Err(error)]);
            let is_last =
                matches!(read.last(), Some(Err(DrawingError::TooLong | DrawingError::Busy)) | None);
            told.extend(read.into_iter().take(pages.end - from));
            if is_last {
                break;
            }
        }
        told
    }

    /// Draws one page of a document that is shown once.
    ///
    /// # Errors
    /// [`DrawingError`].
    pub(crate) async fn once(
        &self,
        owner: &Owner,
        bytes: Bytes,
        page: usize,
        width: u32,
    ) -> Result<Picture, DrawingError> {
        let picture = |answer: &Answer| whole(rendering::picture(&answer.bytes), answer);
        self.work(person(owner), Asked::Picture { page, width }, bytes, picture).await
    }

    /// Which pages of a document look different from those in its first `length` bytes, with pictures of `shown`
    /// of them at most, for somebody who is not logged in and asks `from` there. Nothing of it is kept.
    ///
    /// # Errors
    /// [`DrawingError`].
    pub(crate) async fn changes(
        &self,
        bytes: Bytes,
        length: usize,
        shown: usize,
        from: IpAddr,
    ) -> Result<Changes, DrawingError> {
        let read = |answer: &Answer| whole(rendering::changes(&answer.bytes), answer);
        self.work(Whose::from(from), Asked::Changes { length, shown }, bytes, read).await
    }

    /// Forgets what was drawn of a batch.
    pub(crate) fn forget(&self, batch: &str) {
        self.kept.forget(batch);
    }

    /// Drops what is over its time.
    pub(crate) fn tidy(&self) {
        self.kept.tidy();
    }

    /// Waits for a place, has a process answer, and reads what it says. Whoever goes away meanwhile leaves the
    /// process to its end, which is near, and what comes of it is kept.
    async fn work<T: Send + 'static>(
        &self,
        whose: Whose,
        asked: Asked,
        bytes: Bytes,
        read: impl FnOnce(&Answer) -> Result<T, DrawingError> + Send + 'static,
    ) -> Result<T, DrawingError> {
        let turn = self.queue.turn(&whose).await?;
        let program = self.program.clone();
        let work = tokio::spawn(async move {
            let answer = child::run(&program, asked, &bytes).await?;
            // Given back once the process is gone.
            drop(turn);
            let read = tokio::task::spawn_blocking(move || read(&answer)).await;
            read.map_err(|_| DrawingError::Failed)?
        });
        work.await.map_err(|_| DrawingError::Failed)?
    }
}

fn person(owner: &Owner) -> Whose {
    Whose::Person(owner.clone())
}

/// How many pages a document has, for whoever has this process to themselves.
///
/// # Errors
/// [`DrawingError`].
pub(crate) async fn count_pages(document: &[u8]) -> Result<usize, DrawingError> {
    let answer = child::run(&Program::default(), Asked::Sizes, document).await?;
    whole(rendering::sizes(&answer.bytes), &answer).map(|sizes| sizes.count())
}

/// Draws one page, counted from 0, for whoever has this process to themselves.
///
/// # Errors
/// [`DrawingError`].
pub(crate) async fn draw(
    document: &[u8],
    page: usize,
    width: u32,
) -> Result<Picture, DrawingError> {
    let asked = Asked::Picture { page, width };
    let answer = child::run(&Program::default(), asked, document).await?;
    whole(rendering::picture(&answer.bytes), &answer)
}

/// What was answered; where that is not whole, why.
fn whole<T>(read: Option<Result<T, RenderingError>>, answer: &Answer) -> Result<T, DrawingError> {
    match read {
        Some(read) => Ok(read?),
        None if answer.is_in_time => Err(DrawingError::Failed),
        None => Err(DrawingError::TooLong),
    }
}

#[cfg(test)]
mod tests;
