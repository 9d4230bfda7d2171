//! The object identifiers that Segl knows, as the contents octets of their DER encoding.

use const_oid::ObjectIdentifier;

macro_rules! identifiers {
    ($($name:ident = $dotted:literal;)*) => {$(
        pub(crate) const $name: &[u8] = {
            const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap($dotted);
            OID.as_bytes()
        };
    )*};
}

// Digests and signatures: RFC 5754, RFC 5758, RFC 8017, RFC 8410.
identifiers! {
    SHA_256 = "2.16.840.1.101.3.4.2.1";
    SHA_384 = "2.16.840.1.101.3.4.2.2";
    SHA_512 = "2.16.840.1.101.3.4.2.3";
    EC_PUBLIC_KEY = "1.2.840.10045.2.1";
    SECP256R1 = "1.2.840.10045.3.1.7";
    SECP384R1 = "1.3.132.0.34";
    SECP521R1 = "1.3.132.0.35";
    ECDSA_WITH_SHA_256 = "1.2.840.10045.4.3.2";
    ECDSA_WITH_SHA_384 = "1.2.840.10045.4.3.3";
    ECDSA_WITH_SHA_512 = "1.2.840.10045.4.3.4";
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
    SHA_1_WITH_RSA = "1.2.840.113549.1.1.5";
    MGF_1 = "1.2.840.113549.1.1.8";
    RSASSA_PSS = "1.2.840.113549.1.1.10";
    SHA_256_WITH_RSA = "1.2.840.113549.1.1.11";
    SHA_384_WITH_RSA = "1.2.840.113549.1.1.12";
    SHA_512_WITH_RSA = "1.2.840.113549.1.1.13";
    ED25519 = "1.3.101.112";
}

// CMS, its attributes and time-stamps: RFC 5652, RFC 5035, RFC 3161, EN 319 122-1.
identifiers! {
    DATA = "1.2.840.113549.1.7.1";
    SIGNED_DATA = "1.2.840.113549.1.7.2";
    TST_INFO = "1.2.840.113549.1.9.16.1.4";
    CONTENT_TYPE = "1.2.840.113549.1.9.3";
    MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
    SIGNING_TIME = "1.2.840.113549.1.9.5";
    SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
    SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14";
    CONTENT_TIME_STAMP = "1.2.840.113549.1.9.16.2.20";
    CERTIFICATE_VALUES = "1.2.840.113549.1.9.16.2.23";
    REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24";
    COMPLETE_CERTIFICATE_REFERENCES = "1.2.840.113549.1.9.16.2.21";
    COMPLETE_REVOCATION_REFERENCES = "1.2.840.113549.1.9.16.2.22";
    TIME_STAMPED_REFERENCES = "1.2.840.113549.1.9.16.2.26";
    ARCHIVE_TIME_STAMP = "1.2.840.113549.1.9.16.2.27";
    SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
    ARCHIVE_TIME_STAMP_V2 = "1.2.840.113549.1.9.16.2.48";
    ARCHIVE_TIME_STAMP_V3 = "0.4.0.1733.2.4";
    LONG_TERM_VALIDATION = "0.4.0.1733.2.2";
    ATS_HASH_INDEX_V3 = "0.4.0.19122.1.5";
    ADOBE_REVOCATION_INFORMATION = "1.2.840.113583.1.1.8";
}

// OCSP: RFC 6960, RFC 5940.
identifiers! {
    OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1";
    OCSP_NOCHECK = "1.3.6.1.5.5.7.48.1.5";
    OCSP_ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6";
    OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    OCSP_RESPONSE_IN_CMS = "1.3.6.1.5.5.7.16.2";
    SHA_1 = "1.3.14.3.2.26";
}

// Attributes of a name: X.520.
identifiers! {
    COMMON_NAME = "2.5.4.3";
    SURNAME = "2.5.4.4";
    SERIAL_NUMBER = "2.5.4.5";
    COUNTRY_NAME = "2.5.4.6";
    ORGANIZATION_NAME = "2.5.4.10";
    GIVEN_NAME = "2.5.4.42";
    PSEUDONYM = "2.5.4.65";
    ORGANIZATION_IDENTIFIER = "2.5.4.97";
}

// Certificate and CRL extensions: RFC 5280, RFC 9608, EN 319 412-1, EN 319 412-5.
identifiers! {
    SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    KEY_USAGE = "2.5.29.15";
    SUBJECT_ALT_NAME = "2.5.29.17";
    ISSUER_ALT_NAME = "2.5.29.18";
    CRL_REASON = "2.5.29.21";
    EXPIRED_CERTIFICATES_ON_CRL = "2.5.29.60";
    BASIC_CONSTRAINTS = "2.5.29.19";
    CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    CERTIFICATE_POLICIES = "2.5.29.32";
    AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    EXTENDED_KEY_USAGE = "2.5.29.37";
    NO_REV_AVAIL = "2.5.29.56";
    AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
    QC_STATEMENTS = "1.3.6.1.5.5.7.1.3";
    TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
    VALIDITY_ASSURED = "0.4.0.194121.2.1";
    QC_COMPLIANCE = "0.4.0.1862.1.1";
    QC_SSCD = "0.4.0.1862.1.4";
    QC_TYPE = "0.4.0.1862.1.6";
    QC_TYPE_ESIGN = "0.4.0.1862.1.6.1";
    QC_TYPE_ESEAL = "0.4.0.1862.1.6.2";
    QC_TYPE_WEB = "0.4.0.1862.1.6.3";
}
