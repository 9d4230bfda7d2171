//! Whether a certificate is for signing documents, by its extKeyUsage.

use super::Certificate;
use crate::asn1::identifiers;

/// What extKeyUsage says of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// There is none, it allows everything, or it names documents or what verifiers take for it.
    Documents,
    /// It names purposes of which none is known to be for documents, nor all for something else.
    Doubtful,
    /// Each of its purposes is for something else.
    Other,
}

impl Certificate {
    /// RFC 5280 section 4.2.1.12: where the extension stands, the certificate is for the purposes
    /// that it names alone. RFC 9336 section 4 has the verifier say which purposes it permits for
    /// documents and which it excludes; EN 319 102-1 clause 5.2.6 leaves it to the constraints.
    /// Permitted: anyExtendedKeyUsage, documentSigning (RFC 9336), emailProtection, by which S/MIME
    /// and openssl sign, codeSigning, as Acrobat has it, and the purposes of Adobe and Microsoft.
    /// Excluded when there is nothing else: servers (serverAuth), time-stamps, OCSP answers, and
    /// the protocols of RFC 4945. A certificate for clients or for purposes of the issuer's own is
    /// in use for signing, and is a finding.
    pub(crate) fn purpose(&self) -> Purpose {
        let Some(usage) = self.extended_key_usage() else { return Purpose::Documents };
        let purposes = || usage.purposes.iter().map(|purpose| purpose.contents());
        if purposes().any(|purpose| identifiers::DOCUMENT_PURPOSES.contains(&purpose)) {
            Purpose::Documents
        } else if purposes().all(|purpose| identifiers::OTHER_PURPOSES.contains(&purpose)) {
            Purpose::Other
        } else {
            Purpose::Doubtful
        }
    }
}
