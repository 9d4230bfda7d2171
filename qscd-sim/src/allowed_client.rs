//! Who may ask the device, where not everybody may.

/// A client that may come in, and the organisations for which it acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedClient {
    /// SHA-256 of its certificate's SubjectPublicKeyInfo, in lower-case hexadecimal.
    pub key_sha256: String,
    /// The organizationIdentifiers, as `NTRDK-12345674`, that its credentials may name.
    pub organizations: Vec<String>,
    /// Whether it may register further organisations, and acts for those that its service registered.
    pub registers: bool,
    /// The service that it is a node of, by a name of the operator's: what one node registers is all
    /// nodes'. Without one it is a service by itself.
    pub service: Option<String>,
}
