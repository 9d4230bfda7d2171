//! Certificates as text.

use crate::CertificateDer;
use base64::{Engine, engine::general_purpose::STANDARD};

/// Certificates as PEM (RFC 7468 section 5), one after the other.
pub fn pem(certificates: &[CertificateDer]) -> String {
    let mut text = String::new();
    for certificate in certificates {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        let base64 = STANDARD.encode(certificate.as_bytes());
        for line in base64.as_bytes().chunks(64) {
            text.extend(line.iter().map(|byte| char::from(*byte)));
            text.push('\n');
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text
}
