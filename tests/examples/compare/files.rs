//! The signed files of a folder, known by what they hold and not by what they are called.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use memchr::memmem;
use seal::{Digest, DigestAlgorithm};

/// id-signedData (RFC 5652 clause 5.1).
const SIGNED_DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/// Where `%PDF-` is looked for, in bytes from the beginning.
const BEGINNING: usize = 1_024;

/// Where id-signedData is looked for: a ContentInfo begins with it, and others only hold one.
const BEGINNING_OF_CMS: usize = 32;

/// A signed file, and what stands beside it.
pub(crate) struct Signed {
    pub path: PathBuf,
    pub bytes: Bytes,
    pub is_pdf: bool,
    /// `X.anchors.pem`.
    pub anchors: Option<PathBuf>,
    /// `X.content`.
    pub content: Option<PathBuf>,
}

/// Every signed file below the folders, sorted by name, each content once.
pub(crate) fn signed(folders: &[PathBuf]) -> Vec<Signed> {
    let mut paths = Vec::new();
    folders.iter().for_each(|folder| collect(folder, &mut paths));
    paths.sort();
    let mut seen = HashSet::new();
    paths
        .into_iter()
        .filter_map(Signed::read)
        .filter(|file| seen.insert(Digest::of(DigestAlgorithm::Sha256, &file.bytes).to_string()))
        .collect()
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) {
    if !path.is_dir() {
        found.push(path.to_owned());
        return;
    }
    for entry in fs::read_dir(path).expect("a folder that can be read") {
        let path = entry.expect("an entry").path();
        // A link may lead in a circle.
        if !path.is_symlink() {
            collect(&path, found);
        }
    }
}

impl Signed {
    fn read(path: PathBuf) -> Option<Self> {
        let bytes = Bytes::from(fs::read(&path).ok()?);
        let beginning = &bytes[..bytes.len().min(BEGINNING)];
        let is_pdf = memmem::find(beginning, b"%PDF-").is_some();
        let is_signed = match is_pdf {
            // A signature's dictionary stands in no object stream.
            true => memmem::find(&bytes, b"/ByteRange").is_some(),
            false => {
                let beginning = &beginning[..beginning.len().min(BEGINNING_OF_CMS)];
                beginning.first() == Some(&0x30) && memmem::find(beginning, &SIGNED_DATA).is_some()
            }
        };
        let beside = |ending: &str| {
            let mut name = path.clone().into_os_string();
            name.push(ending);
            Some(PathBuf::from(name)).filter(|path| path.is_file())
        };
        // `X.anchors.pem` of `X.pdf` too.
        let stem = path.with_extension("anchors.pem");
        let anchors = beside(".anchors.pem").or_else(|| Some(stem).filter(|path| path.is_file()));
        let content = beside(".content");
        is_signed.then_some(Self { path, bytes, is_pdf, anchors, content })
    }
}
