//! How a device may call a credential.

use seal::{CredentialId, QscdError};

/// A credential's name comes from the device and goes into an address.
pub(super) fn path_segment(id: &CredentialId) -> Result<&str, QscdError> {
    let name = id.as_str();
    if is_credential_name(name) {
        Ok(name)
    } else {
        let why = "a credential's name that cannot stand in an address";
        Err(QscdError::Unavailable(why.to_owned()))
    }
}

/// Whether a device may call a credential so: 1 to 128 letters, digits, hyphens and underscores.
pub(super) fn is_credential_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    !name.is_empty() && name.len() <= 128 && name.bytes().all(plain)
}
