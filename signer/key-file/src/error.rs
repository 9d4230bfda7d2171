//! Why a key cannot be protected or opened.

/// Why a key cannot be protected or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is not what it should be.
    #[error("that is no EncryptedPrivateKeyInfo (PKCS#8) in DER")]
    Malformed,
    /// It is not what it should be.
    #[error("that is no PKCS#12 file in DER with one key under a password")]
    NotPkcs12,
    /// It is encrypted in another way.
    #[error(
        "the key is not encrypted by PBES2 with PBKDF2 (HMAC-SHA-256) and AES-256-CBC, or in PKCS#12 Triple \
         DES, with 10,000,000 iterations at most"
    )]
    Algorithm,
    /// The password is wrong, or the file was changed.
    #[error("the password is wrong, or the file is damaged")]
    Password,
    /// Not everybody would read this password the same way, or it is too short.
    #[error("the password must be 12 to 128 letters, digits and signs of ASCII")]
    UnfitPassword,
    /// A friendly name that cannot stand there.
    #[error("the name is empty or longer than 200 bytes")]
    Name,
    /// The operating system gave no random bytes.
    #[error("there are no random numbers")]
    NoRandomness,
}
