//! Several documents, several at once: what fails fails alone.

use std::{
    collections::HashMap,
    ffi::OsStr,
    fmt,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use seal::{Act, ForeignLines};

use super::{Failure, input, made::Made, maker::Maker, output::Output, terminal};

/// Where results go, each under its document's name.
pub(super) struct Batch<'a> {
    /// The documents.
    documents: Vec<&'a Path>,
    folder: &'a Path,
    at_once: usize,
}

impl<'a> Batch<'a> {
    /// Results of `documents` in `folder`, which is there, worked on so many at once.
    ///
    /// # Errors
    /// [`Failure::Usage`] when two results would have one name, or a document has none;
    /// [`Failure::NoFolder`]. Nothing is begun then.
    pub(super) fn new(
        documents: Vec<&'a Path>,
        folder: &'a Path,
        at_once: usize,
    ) -> Result<Self, Failure> {
        let mut names: HashMap<&OsStr, &Path> = HashMap::new();
        for document in &documents {
            let name = document.file_name().filter(|_| *document != Path::new("-"));
            let name = name.ok_or_else(|| {
                Failure::Usage(format!("{}: has no name for --out-dir", document.display()))
            })?;
            if let Some(other) = names.insert(name, document) {
                let (one, other) = (other.display(), document.display());
                return Err(Failure::Usage(format!(
                    "{one} and {other}: their results would have one name in --out-dir"
                )));
            }
        }
        if !folder.is_dir() {
            return Err(Failure::NoFolder(folder.to_owned()));
        }
        Ok(Self { documents, folder, at_once })
    }

    /// Makes one result after the other and tells of each; goes on when one fails.
    ///
    /// # Errors
    /// [`Failure::NotAll`].
    pub(super) async fn make(&self, act: Act, maker: &Maker) -> Result<(), Failure> {
        let all = self.documents.len();
        let progress = Progress::new(all);
        let mut left = self.documents.iter();
        let mut under_way = FuturesUnordered::new();
        under_way.extend(left.by_ref().take(self.at_once).map(|next| self.one(next, maker)));
        let (mut failed, mut refused) = (0, true);
        while let Some((document, result)) = under_way.next().await {
            under_way.extend(left.next().map(|next| self.one(next, maker)));
            match result {
                Ok((place, made)) => {
                    for warning in &made.warnings {
                        let warning = ForeignLines(warning);
                        progress.tell(format_args!("{}: warning: {warning}", document.display()));
                    }
                    progress.tell(format_args!("{}: {act} made, {made}", place.display()));
                }
                Err(failure) => {
                    failed += 1;
                    refused &= failure.is_refusal();
                    progress.tell(terminal::failure_of(document.display(), &failure));
                }
            }
            progress.step();
        }
        progress.end();
        terminal::note(format_args!("{} of {all} made", all - failed));
        if failed == 0 { Ok(()) } else { Err(Failure::NotAll { failed, all, refused }) }
    }

    fn one<'b>(&'b self, document: &'b Path, maker: &'b Maker) -> BoxFuture<'b, Ended<'b>> {
        Box::pin(async move { (document, self.result(document, maker).await) })
    }

    async fn result(&self, document: &Path, maker: &Maker) -> Result<(PathBuf, Made), Failure> {
        input::must_be_there(document)?;
        let mut place = self.folder.join(document.file_name().unwrap_or_default());
        let mut output = Output::begin(&place, &self.documents)?;
        let made = maker.make(document, &mut output).await?;
        if let Some(extension) = made.extension {
            output = output.extended(extension, &self.documents)?;
            place.as_mut_os_string().push(format!(".{extension}"));
        }
        output.finish()?;
        Ok((place, made))
    }
}

/// A document, and where its result is and what it is.
type Ended<'a> = (&'a Path, Result<(PathBuf, Made), Failure>);

/// How far it is, where somebody watches.
struct Progress(ProgressBar);

impl Progress {
    fn new(all: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(all as u64), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{wide_bar} {pos} of {len}, {eta} left");
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        if !io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        bar.tick();
        Self(bar)
    }

    /// Tells a line above the bar.
    fn tell(&self, line: impl fmt::Display) {
        self.0.suspend(|| terminal::note(line));
    }

    fn step(&self) {
        self.0.inc(1);
    }

    fn end(&self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_that_would_have_one_name_are_refused_before_anything_is_begun() {
        let folder = tempfile::tempdir().unwrap();
        let batch = |documents: &[&'static str], folder: &Path| {
            Batch::new(documents.iter().map(Path::new).collect(), folder, 1).map(drop)
        };
        assert!(batch(&["a/x.pdf", "a/y.pdf"], folder.path()).is_ok());
        let same = batch(&["a/x.pdf", "b/x.pdf"], folder.path()).unwrap_err().to_string();
        assert!(same.contains("a/x.pdf and b/x.pdf"), "{same}");
        for nameless in ["-", "..", "/"] {
            assert!(matches!(batch(&[nameless], folder.path()), Err(Failure::Usage(_))));
        }
        let missing = batch(&["x.pdf"], &folder.path().join("missing"));
        assert!(matches!(missing, Err(Failure::NoFolder(_))));
    }
}
