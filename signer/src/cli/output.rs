//! Where a result goes: a file that is written beside its place and moved there when it is whole, or
//! what is no file, through which the bytes go as they come.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write},
    os::{
        fd::AsFd,
        unix::fs::{MetadataExt, PermissionsExt},
    },
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::Failure;
use crate::data_directory::folder_of;

/// The name of standard output.
pub(super) const STANDARD_OUTPUT: &str = "-";

/// How many symbolic links are followed to a file that is not there yet.
const MAXIMUM_LINKS: usize = 32;

/// A result that is being written. Dropped, it leaves no file.
#[derive(Debug)]
pub(super) struct Output {
    sink: Sink,
    /// As the user wrote it.
    name: PathBuf,
}

#[derive(Debug)]
enum Sink {
    /// A file beside `place`, which takes its place at the end.
    File { temporary: NamedTempFile, place: PathBuf },
    /// Standard output, a pipe, a device: nobody may put a file in its place.
    Through(File),
}

impl Output {
    /// Begins the result for `name`; `-` is standard output. An existing file is replaced at the
    /// end, the one behind a symbolic link and not the link, unless it is one of `inputs`, under
    /// whatever name.
    ///
    /// # Errors
    /// [`Failure::OutputIsInput`]; [`Failure::NoFolder`]; [`Failure::File`] when the folder takes no file, or what is there
    /// takes no bytes.
    pub(super) fn begin(name: &Path, inputs: &[&Path]) -> Result<Self, Failure> {
        let sink = Sink::of(name, inputs)?;
        Ok(Self { sink, name: name.to_owned() })
    }

    /// Begins what is written beside the result `output`, when it is asked for.
    ///
    /// # Errors
    /// Those of [`Output::begin`]; [`Failure::Usage`] when both are one file.
    pub(super) fn begin_beside(
        output: &Path,
        trust_out: Option<&Path>,
        inputs: &[&Path],
    ) -> Result<Option<Self>, Failure> {
        if trust_out == Some(output) {
            return Err(Failure::Usage("--trust-out and --output are one file".into()));
        }
        trust_out.map(|path| Self::begin(path, inputs)).transpose()
    }

    /// Adds bytes at the end.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = match &mut self.sink {
            Sink::File { temporary, .. } => temporary.write_all(bytes),
            Sink::Through(file) => file.write_all(bytes),
        };
        written.map_err(|error| Failure::file(&self.name, error))
    }

    /// Gives the result another place beside the one that it had: its name and this extension.
    ///
    /// # Errors
    /// Those of [`Output::begin`].
    pub(super) fn extended(self, extension: &str, inputs: &[&Path]) -> Result<Self, Failure> {
        let mut name = self.name.into_os_string();
        name.push(".");
        name.push(extension);
        let name = PathBuf::from(name);
        let place = match (Sink::of(&name, inputs)?, self.sink) {
            (Sink::File { place, .. }, Sink::File { temporary, .. }) => {
                Sink::File { temporary, place }
            }
            // Its bytes have gone elsewhere.
            _ => return Err(Failure::file(&name, io::ErrorKind::Unsupported.into())),
        };
        Ok(Self { sink: place, name })
    }

    /// Moves the file to its place, and waits until both are on disk.
    ///
    /// # Errors
    /// [`Failure::File`]; the place is then as it was, unless the disk failed after the move.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Self { sink, name } = self;
        let failed = |error| Failure::file(&name, error);
        let Sink::File { temporary, place } = sink else { return Ok(()) };
        temporary.as_file().sync_all().map_err(failed)?;
        temporary.persist(&place).map_err(|error| failed(error.error))?;
        // Not every folder that takes files may be read.
        match File::open(folder_of(&place)) {
            Ok(folder) => folder.sync_all().map_err(failed),
            Err(_) => Ok(()),
        }
    }
}

impl Sink {
    fn of(name: &Path, inputs: &[&Path]) -> Result<Self, Failure> {
        let failed = |error| Failure::file(name, error);
        let standard_output = || io::stdout().as_fd().try_clone_to_owned().map(File::from);
        if name == Path::new(STANDARD_OUTPUT) {
            return Ok(Self::Through(standard_output().map_err(failed)?));
        }
        let there = fs::metadata(name).ok();
        if there.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        if let Some(there) = there {
            if there.is_file() && inputs.iter().any(|input| is_same_file(&there, input)) {
                return Err(Failure::OutputIsInput(name.to_owned()));
            }
            // `/dev/stdout`, wherever it leads: what else goes there stays.
            let standard = standard_output().map_err(failed)?;
            let is_standard = standard.metadata().is_ok_and(|one| is_same(&one, &there));
            if is_standard && name.is_symlink() {
                return Ok(Self::Through(standard));
            }
            if !there.is_file() {
                let opened = OpenOptions::new().write(true).open(name).map_err(failed)?;
                return Ok(Self::Through(opened));
            }
        }
        let place = behind_links(name).map_err(failed)?;
        let folder = folder_of(&place);
        if fs::metadata(folder).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return Err(Failure::NoFolder(folder.to_owned()));
        }
        // The process's umask takes away what the user does not want others to do.
        let temporary = tempfile::Builder::new()
            .prefix(".signer-")
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)
            // Its own name, which the error tells beside the cause, is nobody's to know.
            .map_err(|error| Failure::file(name, error.kind().into()))?;
        Ok(Self::File { temporary, place })
    }
}

/// The file that a chain of symbolic links leads to, whether it is there or not.
fn behind_links(name: &Path) -> io::Result<PathBuf> {
    let mut place = name.to_owned();
    for _ in 0..MAXIMUM_LINKS {
        if !place.is_symlink() {
            return Ok(place);
        }
        place = folder_of(&place).join(fs::read_link(&place)?);
    }
    Err(io::Error::other("too many symbolic links"))
}

/// Links and other spellings of a path are seen through.
fn is_same_file(there: &fs::Metadata, other: &Path) -> bool {
    fs::metadata(other).is_ok_and(|other| is_same(there, &other))
}

/// The same by device and inode.
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(test)]
mod tests {
    use std::{
        os::unix::fs::{FileTypeExt, symlink},
        process::Command,
        thread,
    };

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
            let begun = Output::begin(&path(name), &[&path("input")]);
            assert!(matches!(begun, Err(Failure::OutputIsInput(_))), "{name}");
        }
        assert_eq!(fs::read(path("input")).unwrap(), b"precious");
    }

    #[test]
    fn an_existing_file_is_replaced_only_when_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("output");
        fs::write(&place, "old").unwrap();
        let mut dropped = Output::begin(&place, &[]).unwrap();
        dropped.write(b"half").unwrap();
        drop(dropped);
        assert_eq!(fs::read(&place).unwrap(), b"old");
        let mut whole = Output::begin(&place, &[]).unwrap();
        whole.write(b"new").unwrap();
        whole.finish().unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn a_folder_is_no_output_and_a_missing_folder_takes_none() {
        let folder = tempfile::tempdir().unwrap();
        let begun = Output::begin(folder.path(), &[]);
        assert!(matches!(begun, Err(Failure::File { .. })), "{begun:?}");
        let missing = folder.path().join("no");
        let refused = Output::begin(&missing.join("such"), &[]).unwrap_err();
        assert_eq!(refused.to_string(), format!("{}: there is no such folder", missing.display()));
        fs::write(&missing, "a file").unwrap();
        let refused = Output::begin(&missing.join("such"), &[]).unwrap_err();
        assert!(!refused.to_string().contains(".signer-"), "{refused}");
    }

    #[test]
    fn a_symbolic_link_stays_and_the_file_behind_it_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("sub")).unwrap();
        fs::write(path("sub/there"), "old").unwrap();
        for (target, link) in [("sub/there", "one"), ("sub/not-yet", "two"), ("two", "three")] {
            symlink(target, path(link)).unwrap();
            let mut output = Output::begin(&path(link), &[]).unwrap();
            output.write(b"new").unwrap();
            output.finish().unwrap();
            assert!(path(link).is_symlink(), "{link}");
            assert_eq!(fs::read(path(link)).unwrap(), b"new", "{link}");
        }
        assert_eq!(fs::read(path("sub/there")).unwrap(), b"new");
        symlink("circle", path("circle")).unwrap();
        assert!(matches!(Output::begin(&path("circle"), &[]), Err(Failure::File { .. })));
    }

    #[test]
    fn what_is_no_regular_file_is_written_through_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        symlink(&pipe, folder.path().join("link")).unwrap();
        for name in ["pipe", "link"] {
            let name = folder.path().join(name);
            let reader = thread::spawn({
                let pipe = pipe.clone();
                move || fs::read(pipe).unwrap()
            });
            let mut output = Output::begin(&name, &[]).unwrap();
            output.write(b"through").unwrap();
            output.finish().unwrap();
            assert_eq!(reader.join().unwrap(), b"through");
            assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo(), "{}", name.display());
        }
        let null = Path::new("/dev/null");
        let mut output = Output::begin(null, &[null]).unwrap();
        output.write(b"gone").unwrap();
        output.finish().unwrap();
        assert!(fs::metadata(null).unwrap().file_type().is_char_device());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
    }
}
