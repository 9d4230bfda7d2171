//! Who may ask the device, where not everybody may.

/// A client that may come in, and the organisations for which it acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedClient {
    /// SHA-256 of its certificate's SubjectPublicKeyInfo, in lower-case hexadecimal.
    pub key_sha256: String,
    /// The organizationIdentifiers, as `NTRDK-12345674`, that its credentials may name.
    pub organizations: Vec<String>,
    /// Whether it may register organisations, and acts for those that are registered.
    pub registers: bool,
}
