//! The file of root certificates, in PEM (RFC 7468), oldest first.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use rustls::pki_types::{CertificateDer as Block, pem::PemObject};
use seal::CertificateDer;

use super::DataDirectoryError;

/// The longest file that is read, in bytes: tens of thousands of runs.
const MAXIMUM_FILE_LENGTH: u64 = 64 * 1024 * 1024;

pub(super) fn remember(
    directory: &Path,
    anchor: &CertificateDer,
) -> Result<(), DataDirectoryError> {
    let mut anchors = read(directory)?;
    if anchors.contains(anchor) {
        return Ok(());
    }
    anchors.push(anchor.clone());
    write(directory, &anchors)
}

pub(super) fn forget(directory: &Path, gone: &[CertificateDer]) -> Result<(), DataDirectoryError> {
    let gone: HashSet<&[u8]> = gone.iter().map(CertificateDer::as_bytes).collect();
    let mut anchors = read(directory)?;
    anchors.retain(|anchor| !gone.contains(anchor.as_bytes()));
    write(directory, &anchors)
}

fn write(directory: &Path, anchors: &[CertificateDer]) -> Result<(), DataDirectoryError> {
    let path = path_in(directory);
    super::replace(&path, seal::pem(anchors).as_bytes())
        .map_err(|error| DataDirectoryError::file(&path, error))
}

pub(super) fn read(directory: &Path) -> Result<Vec<CertificateDer>, DataDirectoryError> {
    let path = path_in(directory);
    let mut text = String::new();
    let read = match File::open(&path) {
        Ok(file) => file.take(MAXIMUM_FILE_LENGTH + 1).read_to_string(&mut text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => Err(error),
    };
    let length = match read {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => None,
        read => Some(read.map_err(|error| DataDirectoryError::file(&path, error))?),
    };
    length
        .filter(|length| (*length as u64) <= MAXIMUM_FILE_LENGTH)
        .and_then(|_| parse(&text))
        .ok_or(DataDirectoryError::TrustAnchorsDamaged { path })
}

fn path_in(directory: &Path) -> PathBuf {
    directory.join("trust-anchors.pem")
}

/// The certificates, if each line belongs to one: what was begun and not ended, or lost its beginning,
/// was a root as well.
fn parse(text: &str) -> Option<Vec<CertificateDer>> {
    let certificates = Block::pem_slice_iter(text.as_bytes());
    let certificates = certificates.map(|block| Some(CertificateDer::new(block.ok()?.to_vec())));
    let certificates: Vec<_> = certificates.collect::<Option<_>>()?;
    let lines = |pem: &str| pem.lines().map(str::trim).filter(|line| !line.is_empty()).count();
    (lines(text) == lines(&seal::pem(&certificates))).then_some(certificates)
}
