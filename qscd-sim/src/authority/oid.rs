//! Object identifiers that are ours, and those that our crates do not name.

use der::asn1::ObjectIdentifier;

/// Our certificate policy for seals, under IANA's documentation enterprise number (RFC 5612).
pub(crate) const POLICY_SEAL: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1.1");
/// Our certificate policy for persons.
pub(crate) const POLICY_PERSON: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1.2");
/// Our time-stamp policy.
pub(crate) const POLICY_TIME_STAMP: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.2.1");

/// anyPolicy (RFC 5280 section 4.2.1.4).
pub(crate) const ANY_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32.0");

/// id-etsi-qcs-SemanticsId-Natural (EN 319 412-1 clause 5.1.3).
pub(crate) const SEMANTICS_NATURAL: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("0.4.0.194121.1.1");
/// id-etsi-qcs-SemanticsId-Legal (EN 319 412-1 clause 5.1.4).
pub(crate) const SEMANTICS_LEGAL: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("0.4.0.194121.1.2");
/// id-qcs-pkixQCSyntax-v2 (RFC 3739 section 3.2.6.1).
pub(crate) const PKIX_QC_SYNTAX_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.11.2");
/// id-ad-caIssuers (RFC 5280 section 4.2.2.1).
pub(crate) const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");
/// id-kp-timeStamping (RFC 3161 section 2.3).
pub(crate) const TIME_STAMPING: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

/// authorityInfoAccess (RFC 5280 section 4.2.2.1).
pub(crate) const AUTHORITY_INFO_ACCESS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
/// certificatePolicies (RFC 5280 section 4.2.1.4).
pub(crate) const CERTIFICATE_POLICIES: &[u64] = &[2, 5, 29, 32];
/// extKeyUsage (RFC 5280 section 4.2.1.12).
pub(crate) const EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];
/// qcStatements (RFC 3739 section 3.2.6).
pub(crate) const QC_STATEMENTS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 3];
/// noRevAvail (RFC 9608 section 2).
pub(crate) const NO_REVOCATION_AVAILABLE: &[u64] = &[2, 5, 29, 56];
/// id-etsi-ext-valassured-ST-certs (EN 319 412-1 clause 5.2.1).
pub(crate) const VALIDITY_ASSURED: &[u64] = &[0, 4, 0, 194121, 2, 1];

/// organizationIdentifier (X.520).
pub(crate) const ORGANIZATION_IDENTIFIER: &[u64] = &[2, 5, 4, 97];
/// serialNumber (X.520).
pub(crate) const SERIAL_NUMBER: &[u64] = &[2, 5, 4, 5];
/// givenName (X.520).
pub(crate) const GIVEN_NAME: &[u64] = &[2, 5, 4, 42];
/// surname (X.520).
pub(crate) const SURNAME: &[u64] = &[2, 5, 4, 4];
/// pseudonym (X.520).
pub(crate) const PSEUDONYM: &[u64] = &[2, 5, 4, 65];
