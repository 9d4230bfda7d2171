//! Who draws pages: few at a time, so that acts have the processors, each for a bounded time, and no more
//! wait than may.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::available_parallelism,
    time::Duration,
};

use moka::sync::Cache;
use rendering::{PageText, Pages, Picture, RenderingError};
use tokio::sync::Semaphore;

/// How long drawing a page may take. What takes longer goes on, in the place that it has, and nobody sees
/// what comes of it.
const LONGEST: Duration = Duration::from_secs(5);

/// How many pages wait to be drawn.
const WAITING: usize = 64;

/// How many bytes of pictures and texts are kept.
const KEPT: u64 = 64 << 20;

/// Which picture: of a batch's paper, a page, so many pixels wide.
pub(crate) type Name = (String, usize, usize, u32);

/// The place where pages are drawn.
#[derive(Debug)]
pub(crate) struct Drawing {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    pictures: Cache<Name, Arc<Picture>>,
    texts: Cache<(String, usize, usize), Arc<PageText>>,
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
    /// Drawing it failed.
    #[error("drawing the page failed")]
    Failed,
}

impl Default for Drawing {
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        let pictures = Cache::builder().max_capacity(KEPT);
        let pictures = pictures.support_invalidation_closures();
        let pictures = pictures.weigher(|_, one: &Arc<Picture>| weight(one.png.len())).build();
        let texts = Cache::builder().max_capacity(KEPT / 4).support_invalidation_closures();
        let texts = texts.weigher(|_, one: &Arc<PageText>| weight(one.lines.len() * 100)).build();
        let places = Arc::new(Semaphore::new((processors / 2).max(1)));
        Self { places, waiting: AtomicUsize::new(0), pictures, texts }
    }
}

impl Drawing {
    /// A page, counted from 0, as a picture.
    ///
    /// # Errors
    /// [`DrawingError`].
    pub(crate) async fn picture(
        &self,
        name: Name,
        pages: &Arc<Pages>,
    ) -> Result<Arc<Picture>, DrawingError> {
        if let Some(kept) = self.pictures.get(&name) {
            return Ok(kept);
        }
        let (pages, page, width) = (Arc::clone(pages), name.2, name.3);
        let drawn = Arc::new(self.work(move || pages.draw(page, width)).await?);
        self.pictures.insert(name, Arc::clone(&drawn));
        Ok(drawn)
    }

    /// A page's text.
    ///
    /// # Errors
    /// [`DrawingError`].
    pub(crate) async fn text(
        &self,
        name: (String, usize, usize),
        pages: &Arc<Pages>,
    ) -> Result<Arc<PageText>, DrawingError> {
        if let Some(kept) = self.texts.get(&name) {
            return Ok(kept);
        }
        let (pages, page) = (Arc::clone(pages), name.2);
        let read = Arc::new(self.work(move || pages.text(page)).await?);
        self.texts.insert(name, Arc::clone(&read));
        Ok(read)
    }

    /// Opens a document for drawing.
    ///
    /// # Errors
    /// [`DrawingError`].
    pub(crate) async fn open<T>(&self, document: T) -> Result<Arc<Pages>, DrawingError>
    where
        T: AsRef<[u8]> + Send + Sync + 'static,
    {
        self.work(move || Pages::open(document)).await.map(Arc::new)
    }

    /// Draws one page of a document that is shown once.
    ///
    /// # Errors
    /// [`DrawingError`].
    pub(crate) async fn once<T>(
        &self,
        document: T,
        page: usize,
        width: u32,
    ) -> Result<Picture, DrawingError>
    where
        T: AsRef<[u8]> + Send + Sync + 'static,
    {
        self.work(move || Pages::open(document)?.draw(page, width)).await
    }

    /// Forgets what was drawn of a batch.
    pub(crate) fn forget(&self, batch: &str) {
        let (one, other) = (batch.to_owned(), batch.to_owned());
        // They go with their age where this is refused, which it is not.
        let _ = self.pictures.invalidate_entries_if(move |name, _| name.0 == one);
        let _ = self.texts.invalidate_entries_if(move |name, _| name.0 == other);
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, RenderingError> + Send + 'static,
    ) -> Result<T, DrawingError> {
        let _waits = Waiting::of(&self.waiting)?;
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|_| DrawingError::Failed)?;
        let task = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        let done = tokio::time::timeout(LONGEST, task).await.map_err(|_| DrawingError::TooLong)?;
        // A panic in what draws is an answer, too: the page is not shown.
        Ok(done.map_err(|_| DrawingError::Failed)??)
    }
}

fn weight(bytes: usize) -> u32 {
    u32::try_from(bytes.max(1)).unwrap_or(u32::MAX)
}

/// One that waits or draws.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn of(count: &'a AtomicUsize) -> Result<Self, DrawingError> {
        let waiting = Self(count);
        match count.fetch_add(1, Ordering::AcqRel) {
            0..WAITING => Ok(waiting),
            _ => Err(DrawingError::Busy),
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
