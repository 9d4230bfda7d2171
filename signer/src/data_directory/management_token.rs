//! The token of the management port, for whoever may read the data directory.

use std::path::{Path, PathBuf};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};

use super::{DataDirectoryError, replace};
use crate::config::Secret;

/// Makes 256 random bits in base64url (RFC 4648 section 5), and puts them in place of the last
/// run's; the file is for its owner alone.
pub(super) fn make(directory: &Path) -> Result<(Secret, PathBuf), DataDirectoryError> {
    let path = directory.join("management.token");
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| {
        DataDirectoryError::file(&path, std::io::Error::other("the machine gives no randomness"))
    })?;
    let token = Secret::new(URL_SAFE_NO_PAD.encode(bytes));
    replace(&path, token.expose().as_bytes())
        .map_err(|error| DataDirectoryError::file(&path, error))?;
    Ok((token, path))
}
