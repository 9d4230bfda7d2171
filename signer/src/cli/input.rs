//! A file that is read, or standard input: in parts for a server, whole for this process.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    os::fd::AsFd,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;
use reqwest::{Body, multipart::Part};
use zeroize::Zeroizing;

use super::Failure;
use crate::{Error, config::Secret, service::RequestError};

/// The name of standard input.
const STANDARD_INPUT: &str = "-";

/// The longest file of certificates that is read, in bytes.
pub(super) const MAXIMUM_TRUST_LENGTH: u64 = 4 << 20;

/// Reads a file whole.
///
/// # Errors
/// [`Failure::File`]; the same refusal as over HTTP when it is longer than `limit` bytes.
pub(super) fn read(path: &Path, limit: u64) -> Result<Bytes, Failure> {
    let (file, metadata) = open(path)?;
    // A vector that grows stands in memory twice while it is moved. One byte more than the file has,
    // so that its end is seen without growing.
    let room = usize::try_from(metadata.len().min(limit)).unwrap_or(0) + 1;
    let mut bytes = Vec::with_capacity(room);
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::file(path, error))?;
    if bytes.len() as u64 > limit {
        return Err(Error::from(RequestError::TooLarge { limit }).into());
    }
    Ok(bytes.into())
}

/// Reads a file whole into memory that is wiped; none when it is longer than `limit` bytes.
///
/// # Errors
/// [`Failure::File`].
fn read_secret(path: &Path, limit: u64) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    let file = open(path)?.0;
    // Room for all of it, so that nothing is left behind when it grows.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(limit).unwrap_or(0) + 64));
    let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| Failure::file(path, error))?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// Reads a secret of one line, without the line's end, of `limit` bytes at most.
///
/// # Errors
/// [`Failure::File`]; [`Failure::Usage`] when it is longer or no UTF-8 text.
pub(super) fn read_secret_line(path: &Path, limit: u64) -> Result<Secret, Failure> {
    let unusable = |cause: &str| Failure::Usage(format!("{}: {cause}", path.display()));
    let bytes = read_secret(path, limit)?.ok_or_else(|| unusable("is too long for a secret"))?;
    let text = str::from_utf8(&bytes).map_err(|_| unusable("is no UTF-8 text"))?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    Ok(Secret::new(line.strip_suffix('\r').unwrap_or(line)))
}

/// A part of a form that is read while it is sent.
///
/// # Errors
/// [`Failure::File`].
pub(super) fn part(path: &Path) -> Result<Part, Failure> {
    let (file, metadata) = open(path)?;
    let body = Body::from(tokio::fs::File::from_std(file));
    // A pipe has no length to announce, and of standard input some may have been read.
    Ok(match metadata.is_file() && !is_standard_input(path) {
        true => Part::stream_with_length(body, metadata.len()),
        false => Part::stream(body),
    })
}

/// Opens a file and closes it again. Of a pipe there is one opening, which is left for the reading.
///
/// # Errors
/// [`Failure::File`].
pub(super) fn must_be_there(path: &Path) -> Result<(), Failure> {
    if is_standard_input(path) {
        return Ok(());
    }
    let metadata = std::fs::metadata(path).map_err(|error| Failure::file(path, error))?;
    if metadata.is_file() { open(path).map(drop) } else { Ok(()) }
}

fn is_standard_input(path: &Path) -> bool {
    path == Path::new(STANDARD_INPUT)
}

fn open(path: &Path) -> Result<(File, Metadata), Failure> {
    /// Whoever reads it second would find nothing.
    static READ: AtomicBool = AtomicBool::new(false);
    let failed = |error| Failure::file(path, error);
    let file = if is_standard_input(path) {
        if READ.swap(true, Ordering::SeqCst) {
            let cause = "`-` is standard input, which is read once";
            return Err(Failure::Usage(cause.to_owned()));
        }
        File::from(io::stdin().as_fd().try_clone_to_owned().map_err(failed)?)
    } else {
        File::open(path).map_err(failed)?
    };
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    Ok((file, metadata))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_the_limit_and_not_beyond() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("input");
        std::fs::write(&path, [7; 10]).unwrap();
        assert_eq!(read(&path, 10).unwrap().as_ref(), [7; 10]);
        assert!(matches!(read(&path, 9), Err(Failure::Problem(problem)) if problem.is_refusal()));
        for path in [folder.path(), &folder.path().join("missing")] {
            assert!(matches!(read(path, 9), Err(Failure::File { .. })));
        }
    }
}
