//! A file that holds a key: new, for its owner alone, and whole or not there at all.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::Failure;
use crate::data_directory::folder_of;

/// A place where there is no file yet, and what will stand there. Dropped, it leaves no file.
#[derive(Debug)]
pub(super) struct NewFile {
    temporary: NamedTempFile,
    place: PathBuf,
}

impl NewFile {
    /// Begins the file, which has mode 0600 from the first.
    ///
    /// # Errors
    /// [`Failure::IsThere`], for a link without a file behind it too; [`Failure::NoFolder`]; [`Failure::File`] when
    /// the folder takes no file.
    pub(super) fn begin(place: &Path) -> Result<Self, Failure> {
        if fs::symlink_metadata(place).is_ok() {
            return Err(Failure::IsThere(place.to_owned()));
        }
        let folder = folder_of(place);
        if fs::metadata(folder).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return Err(Failure::NoFolder(folder.to_owned()));
        }
        let temporary = tempfile::Builder::new().prefix(".signer-").tempfile_in(folder);
        // Its own name, which the error tells beside the cause, is nobody's to know.
        let temporary = temporary.map_err(|error| Failure::file(place, error.kind().into()))?;
        Ok(Self { temporary, place: place.to_owned() })
    }

    /// Puts it in its place, and waits until it is on disk.
    ///
    /// # Errors
    /// [`Failure::IsThere`] when somebody else made one meanwhile; [`Failure::File`].
    pub(super) fn finish(self, content: &[u8]) -> Result<(), Failure> {
        let Self { mut temporary, place } = self;
        let failed = |error| Failure::file(&place, error);
        temporary.write_all(content).map_err(failed)?;
        temporary.as_file().sync_all().map_err(failed)?;
        temporary.persist_noclobber(&place).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => Failure::IsThere(place.clone()),
            _ => failed(error.error),
        })?;
        // Not every folder that takes files may be read.
        match File::open(folder_of(&place)) {
            Ok(folder) => folder.sync_all().map_err(failed),
            Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_is_new_whole_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("holder.p12");
        drop(NewFile::begin(&place).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "dropped, it leaves nothing");
        NewFile::begin(&place).unwrap().finish(b"key").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"key");
        assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn nothing_that_is_there_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        symlink("nowhere", path("link")).unwrap();
        fs::write(path("precious"), "old").unwrap();
        for name in ["precious", "link", ""] {
            let begun = NewFile::begin(&path(name));
            assert!(matches!(begun, Err(Failure::IsThere(_))), "{name}: {begun:?}");
        }
        let late = NewFile::begin(&path("late")).unwrap();
        fs::write(path("late"), "first").unwrap();
        let refused = late.finish(b"second");
        assert!(matches!(refused, Err(Failure::IsThere(_))), "{refused:?}");
        assert_eq!(fs::read(path("late")).unwrap(), b"first");
        assert_eq!(fs::read(path("precious")).unwrap(), b"old");
        let missing = NewFile::begin(&path("no").join("such"));
        assert!(matches!(missing, Err(Failure::NoFolder(_))), "{missing:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing is left behind");
    }
}
