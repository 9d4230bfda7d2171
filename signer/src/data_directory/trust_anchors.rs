//! The file of root certificates, in PEM (RFC 7468), oldest first.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use seal::CertificateDer;

use super::DataDirectoryError;

/// The longest file that is read, in bytes: tens of thousands of runs.
const MAXIMUM_FILE_LENGTH: u64 = 64 * 1024 * 1024;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

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
    let pem: String = anchors.iter().map(pem).collect();
    super::replace(&path, pem.as_bytes()).map_err(|error| DataDirectoryError::file(&path, error))
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

fn pem(certificate: &CertificateDer) -> String {
    let encoded = STANDARD.encode(certificate.as_bytes());
    let mut text = format!("{BEGIN}\n");
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, next) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = next;
    }
    text.push_str(END);
    text.push('\n');
    text
}

fn parse(text: &str) -> Option<Vec<CertificateDer>> {
    let mut certificates = Vec::new();
    let mut encoded: Option<String> = None;
    for line in text.lines().map(str::trim) {
        match (line, encoded.take()) {
            (BEGIN, None) => encoded = Some(String::new()),
            (END, Some(base64)) => {
                certificates.push(CertificateDer::new(STANDARD.decode(base64).ok()?));
            }
            ("", None) => {}
            (BEGIN | END, _) | (_, None) => return None,
            (line, Some(mut base64)) => {
                base64.push_str(line);
                encoded = Some(base64);
            }
        }
    }
    encoded.is_none().then_some(certificates)
}
