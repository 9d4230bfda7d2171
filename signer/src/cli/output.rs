//! A file that is written beside its place and moved there when it is whole.

use std::{
    fs::{self, Permissions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::Failure;

/// A file that is not yet in its place. Dropped, it leaves nothing.
#[derive(Debug)]
pub(super) struct NewFile {
    temporary: NamedTempFile,
    place: PathBuf,
}

impl NewFile {
    /// Begins the file for `place`. An existing file there is replaced at the end, unless it is
    /// one of `inputs`, under whatever name.
    ///
    /// # Errors
    /// [`Failure::OutputIsInput`]; [`Failure::File`] when the folder takes no file.
    pub(super) fn begin(place: &Path, inputs: &[&Path]) -> Result<Self, Failure> {
        if inputs.iter().any(|input| is_same_file(place, input)) {
            return Err(Failure::OutputIsInput(place.to_owned()));
        }
        if place.is_dir() {
            return Err(Failure::file(place, io::ErrorKind::IsADirectory.into()));
        }
        let folder = match place.parent() {
            Some(folder) if folder != Path::new("") => folder,
            Some(_) | None => Path::new("."),
        };
        // The process's umask takes away what the user does not want others to do.
        let temporary = tempfile::Builder::new()
            .prefix(".signer-")
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .map_err(|error| Failure::file(place, error))?;
        Ok(Self { temporary, place: place.to_owned() })
    }

    /// Adds bytes at the end.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.temporary.write_all(bytes).map_err(|error| Failure::file(&self.place, error))
    }

    /// Moves the file to its place.
    ///
    /// # Errors
    /// [`Failure::File`]; the place is then as it was.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Self { temporary, place } = self;
        temporary.as_file().sync_all().map_err(|error| Failure::file(&place, error))?;
        temporary.persist(&place).map_err(|error| Failure::file(&place, error.error))?;
        Ok(())
    }
}

/// The same file by device and inode: links and other spellings of a path are seen through.
fn is_same_file(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        (Ok(_) | Err(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_input_is_not_overwritten_under_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("input"), "precious").unwrap();
        symlink(path("input"), path("symbolic")).unwrap();
        fs::hard_link(path("input"), path("hard")).unwrap();
        fs::create_dir(path("sub")).unwrap();
        for name in ["input", "symbolic", "hard", "sub/../input"] {
            let begun = NewFile::begin(&path(name), &[&path("input")]);
            assert!(matches!(begun, Err(Failure::OutputIsInput(_))), "{name}");
        }
        assert_eq!(fs::read(path("input")).unwrap(), b"precious");
    }

    #[test]
    fn an_existing_file_is_replaced_only_when_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("output");
        fs::write(&place, "old").unwrap();
        let mut dropped = NewFile::begin(&place, &[]).unwrap();
        dropped.write(b"half").unwrap();
        drop(dropped);
        assert_eq!(fs::read(&place).unwrap(), b"old");
        let mut whole = NewFile::begin(&place, &[]).unwrap();
        whole.write(b"new").unwrap();
        whole.finish().unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn a_folder_is_no_output_and_a_missing_folder_takes_none() {
        let folder = tempfile::tempdir().unwrap();
        for place in [folder.path().to_owned(), folder.path().join("no/such")] {
            assert!(matches!(NewFile::begin(&place, &[]), Err(Failure::File { .. })));
        }
    }
}
