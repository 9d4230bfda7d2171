//! Object identifiers that are ours, and those that our crates do not name.

use der::asn1::ObjectIdentifier;

/// Our certificate policy for seals, under IANA's documentation enterprise number (RFC 5612).
pub const POLICY_SEAL: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1.1");
/// Our certificate policy for persons.
pub const POLICY_PERSON: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1.2");
/// Our time-stamp policy.
pub const POLICY_TIME_STAMP: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.2.1");

/// Our policy for OCSP responders.
pub const POLICY_OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.3.1");

/// Our policy for certificates of users that live for years.
pub const POLICY_USER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.4.1");
/// Our policy for certificates of organisations that live for years.
pub const POLICY_ORGANISATION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.4.2");
/// Our policy for certificates of systems that live for years.
pub const POLICY_SYSTEM: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.4.3");

/// anyPolicy (RFC 5280 section 4.2.1.4).
pub const ANY_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32.0");

/// id-etsi-qcs-SemanticsId-Natural (EN 319 412-1 clause 5.1.3).
pub const SEMANTICS_NATURAL: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.194121.1.1");
/// id-etsi-qcs-SemanticsId-Legal (EN 319 412-1 clause 5.1.4).
pub const SEMANTICS_LEGAL: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.194121.1.2");
/// id-qcs-pkixQCSyntax-v2 (RFC 3739 section 3.2.6.1).
pub const PKIX_QC_SYNTAX_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.11.2");
/// id-ad-caIssuers (RFC 5280 section 4.2.2.1).
pub const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");
/// id-kp-timeStamping (RFC 3161 section 2.3).
pub const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

/// id-kp-clientAuth (RFC 5280 section 4.2.1.12).
pub const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
/// id-kp-emailProtection (RFC 5280 section 4.2.1.12).
pub const EMAIL_PROTECTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.4");
/// id-kp-OCSPSigning (RFC 6960 section 4.2.2.2).
pub const OCSP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");
/// id-ad-ocsp (RFC 5280 section 4.2.2.1).
pub const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
/// id-pkix-ocsp-basic (RFC 6960 section 4.2.1).
pub const OCSP_BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
/// id-pkix-ocsp-nonce (RFC 6960 section 4.4.1).
pub const OCSP_NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");
/// id-pkix-ocsp-archive-cutoff (RFC 6960 section 4.4.4).
pub const OCSP_ARCHIVE_CUTOFF: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.6");
/// id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1).
pub const OCSP_NO_CHECK: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 48, 1, 5];

/// authorityKeyIdentifier (RFC 5280 section 5.2.1).
pub const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
/// cRLNumber (RFC 5280 section 5.2.3).
pub const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
/// cRLDistributionPoints (RFC 5280 section 4.2.1.13).
pub const CRL_DISTRIBUTION_POINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.31");
/// reasonCode (RFC 5280 section 5.3.1).
pub const REASON_CODE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
/// expiredCertsOnCRL (X.509 clause 9.5.2.6).
pub const EXPIRED_CERTIFICATES_ON_CRL: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.60");

/// rsaEncryption (RFC 8017 appendix A.1).
pub const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// id-ecPublicKey (RFC 5480 section 2.1.1).
pub const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// secp256r1 (RFC 5480 section 2.1.1.1).
pub const P_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// ecdsa-with-SHA256 (RFC 5758 section 3.2).
pub const ECDSA_WITH_SHA_256: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
/// ecdsa-with-SHA384 (RFC 5758 section 3.2).
pub const ECDSA_WITH_SHA_384: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
/// sha256WithRSAEncryption (RFC 4055 section 5).
pub const SHA_256_WITH_RSA_ENCRYPTION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
/// id-sha1, as CertID names issuers (RFC 6960 section 4.1.1).
pub const SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
/// id-sha256 (RFC 5754 section 2).
pub const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
/// id-sha384.
pub const SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
/// id-sha512.
pub const SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

/// authorityInfoAccess (RFC 5280 section 4.2.2.1).
pub const AUTHORITY_INFO_ACCESS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
/// certificatePolicies (RFC 5280 section 4.2.1.4).
pub const CERTIFICATE_POLICIES: &[u64] = &[2, 5, 29, 32];
/// extKeyUsage (RFC 5280 section 4.2.1.12).
pub const EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];
/// qcStatements (RFC 3739 section 3.2.6).
pub const QC_STATEMENTS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 3];
/// noRevAvail (RFC 9608 section 2).
pub const NO_REVOCATION_AVAILABLE: &[u64] = &[2, 5, 29, 56];
/// id-etsi-ext-valassured-ST-certs (EN 319 412-1 clause 5.2.1).
pub const VALIDITY_ASSURED: &[u64] = &[0, 4, 0, 194121, 2, 1];
