//! Object identifiers, in contents octets.

/// 1.2.840.113549.1.7.1, id-data (RFC 5652 section 4).
pub(crate) const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
/// 1.2.840.113549.1.7.6, id-encryptedData (RFC 5652 section 8).
pub(crate) const ENCRYPTED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06";
/// 1.2.840.113549.1.5.13, id-PBES2 (RFC 8018 appendix A.4).
pub(crate) const PBES2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
/// 1.2.840.113549.1.5.12, id-PBKDF2 (RFC 8018 appendix A.2).
pub(crate) const PBKDF2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
/// 1.2.840.113549.2.9, id-hmacWithSHA256 (RFC 8018 appendix B.1.2).
pub(crate) const HMAC_WITH_SHA_256: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x09";
/// 2.16.840.1.101.3.4.1.42, aes256-CBC-PAD (RFC 8018 appendix B.2.5).
pub(crate) const AES_256_CBC: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a";
/// 2.16.840.1.101.3.4.2.1, id-sha256 (RFC 5754 section 2.2).
pub(crate) const SHA_256: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x01";
/// 1.3.14.3.2.26, id-sha1 (RFC 3370 section 2.1).
pub(crate) const SHA_1: &[u8] = b"\x2b\x0e\x03\x02\x1a";
/// 1.2.840.113549.1.12.1.3, pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 appendix C).
pub(crate) const SHA_1_AND_TRIPLE_DES: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x03";
/// 1.2.840.113549.1.12.10.1.2, pkcs8ShroudedKeyBag (RFC 7292 section 4.2.2).
pub(crate) const SHROUDED_KEY_BAG: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02";
/// 1.2.840.113549.1.12.10.1.3, certBag (RFC 7292 section 4.2.3).
pub(crate) const CERTIFICATE_BAG: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x03";
/// 1.2.840.113549.1.9.22.1, x509Certificate (RFC 7292 section 4.2.3).
pub(crate) const X509_CERTIFICATE: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x16\x01";
/// 1.2.840.113549.1.9.20, friendlyName (RFC 2985 section 5.5.1).
pub(crate) const FRIENDLY_NAME: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x14";
/// 1.2.840.113549.1.9.21, localKeyId (RFC 2985 section 5.5.2).
pub(crate) const LOCAL_KEY_ID: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x15";
