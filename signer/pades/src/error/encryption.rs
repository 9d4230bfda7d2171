//! Why a document's encryption is not understood.

/// Why a document's encryption is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncryptionError {
    /// A security handler other than the standard one, such as one for recipients' certificates.
    #[error("security handler `{0}` is not supported, only `Standard`")]
    Handler(String),
    /// An algorithm that is not known.
    #[error("encryption of version {version}, revision {revision} is not supported")]
    Version {
        /// `/V` (ISO 32000-1 table 20).
        version: u64,
        /// `/R` (ISO 32000-1 table 21).
        revision: u64,
    },
    /// A crypt filter whose method is not known.
    #[error("crypt filter method `{0}` is not supported")]
    Method(String),
    /// An integrity code protects the document (ISO/TS 32004), which every update must renew.
    #[error("an integrity code (ISO/TS 32004) protects the document, and no update may follow it")]
    IntegrityCode,
    /// An entry of the encryption dictionary is missing or wrong.
    #[error("`/{0}` in the encryption dictionary is missing or wrong")]
    Entry(&'static str),
}
