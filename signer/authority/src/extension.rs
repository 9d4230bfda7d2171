//! Extensions that the encoders have no field for.

use std::sync::Arc;

use der::{
    Encode, Sequence,
    asn1::{Any, Ia5String, ObjectIdentifier, OctetString},
};
use rcgen::CustomExtension;
use x509_cert::ext::{
    Extension,
    pkix::{
        AccessDescription, AuthorityInfoAccessSyntax, CertificatePolicies, CrlDistributionPoints,
        certpolicy::PolicyInformation,
        crl::dp::DistributionPoint,
        name::{DistributionPointName, GeneralName},
    },
};

use crate::{Error, oid};

/// The DER encoding of NULL, the value of extensions that say all by being there.
pub(crate) const NULL: [u8; 2] = [5, 0];

/// Who registers the serialNumber values of Danish certificates. EN 319 412-1 clauses 5.1.3 and
/// 5.1.4 require it where the value begins with a national scheme such as `UI:DK-`.
const NAME_REGISTRATION_AUTHORITY: &str = "https://uid.gov.dk";

/// Extensions that all certificates of a profile share, each an Extension in DER after the other.
#[derive(Clone, Debug)]
pub(crate) struct SharedExtensions {
    /// cRLDistributionPoints (RFC 5280 section 4.2.1.13), or nothing.
    pub(crate) revocation_list: Arc<[u8]>,
    /// Those that a certificate ends with.
    pub(crate) others: Arc<[u8]>,
}

impl SharedExtensions {
    /// Encodes them.
    pub(crate) fn new(
        revocation_list: Option<&str>,
        others: &[CustomExtension],
    ) -> Result<Self, Error> {
        let distribution_points = revocation_list.map(distribution_point).transpose()?;
        let others = others.iter().map(to_der).collect::<Result<Vec<_>, _>>()?.concat();
        Ok(Self {
            revocation_list: distribution_points.unwrap_or_default().into(),
            others: others.into(),
        })
    }
}

/// cRLDistributionPoints with one address, as an Extension.
fn distribution_point(address: &str) -> Result<Vec<u8>, Error> {
    let address = GeneralName::UniformResourceIdentifier(Ia5String::new(address)?);
    let value = CrlDistributionPoints(vec![DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![address])),
        reasons: None,
        crl_issuer: None,
    }]);
    Ok(plain(oid::CRL_DISTRIBUTION_POINTS, &value)?.to_der()?)
}

fn to_der(extension: &CustomExtension) -> Result<Vec<u8>, Error> {
    let arcs = extension.oid_components().map(|arc| u32::try_from(arc).ok());
    let arcs: Vec<u32> = arcs.collect::<Option<_>>().unwrap_or_default();
    let extension = Extension {
        extn_id: ObjectIdentifier::from_arcs(arcs)
            .map_err(|_| der::Error::from(der::ErrorKind::OidMalformed))?,
        critical: extension.criticality(),
        extn_value: OctetString::new(extension.content())?,
    };
    Ok(extension.to_der()?)
}

/// authorityInfoAccess with the address of the issuer's certificate, and that of its OCSP
/// responder if the certificate can be revoked.
pub(crate) fn authority_information(
    ca_issuers: &str,
    ocsp: Option<&str>,
) -> Result<CustomExtension, Error> {
    let at = |access_method, address: &str| {
        Ok::<_, Error>(AccessDescription {
            access_method,
            access_location: GeneralName::UniformResourceIdentifier(Ia5String::new(address)?),
        })
    };
    let mut value = vec![at(oid::CA_ISSUERS, ca_issuers)?];
    if let Some(ocsp) = ocsp {
        value.push(at(oid::OCSP, ocsp)?);
    }
    let value = AuthorityInfoAccessSyntax(value);
    Ok(CustomExtension::from_oid_content(oid::AUTHORITY_INFO_ACCESS, value.to_der()?))
}

/// certificatePolicies with one policy and no qualifier.
pub(crate) fn certificate_policy(policy: ObjectIdentifier) -> Result<CustomExtension, Error> {
    let value = CertificatePolicies(vec![PolicyInformation {
        policy_identifier: policy,
        policy_qualifiers: None,
    }]);
    Ok(CustomExtension::from_oid_content(oid::CERTIFICATE_POLICIES, value.to_der()?))
}

/// extKeyUsage with timeStamping alone, critical (RFC 3161 section 2.3).
pub(crate) fn time_stamping_only() -> Result<CustomExtension, Error> {
    let value = vec![oid::TIME_STAMPING].to_der()?;
    let mut extension = CustomExtension::from_oid_content(oid::EXTENDED_KEY_USAGE, value);
    extension.set_criticality(true);
    Ok(extension)
}

/// extKeyUsage with OCSPSigning alone (RFC 6960 section 4.2.2.2), not critical.
pub(crate) fn ocsp_signing_only() -> Result<CustomExtension, Error> {
    let value = vec![oid::OCSP_SIGNING].to_der()?;
    Ok(CustomExtension::from_oid_content(oid::EXTENDED_KEY_USAGE, value))
}

/// extKeyUsage with clientAuth, emailProtection, or both (RFC 5280 section 4.2.1.12), not critical; nothing
/// for neither.
pub(crate) fn holder_purposes(client: bool, email: bool) -> Result<Option<CustomExtension>, Error> {
    let purposes = [client.then_some(oid::CLIENT_AUTH), email.then_some(oid::EMAIL_PROTECTION)];
    let purposes: Vec<_> = purposes.into_iter().flatten().collect();
    if purposes.is_empty() {
        return Ok(None);
    }
    Ok(Some(CustomExtension::from_oid_content(oid::EXTENDED_KEY_USAGE, purposes.to_der()?)))
}

/// qcStatements with the semantics of the subject's identifiers and nothing else: it claims no
/// legal status (RFC 3739 section 3.2.6.1, EN 319 412-1 clause 5.1).
pub(crate) fn identifier_semantics(semantics: ObjectIdentifier) -> Result<CustomExtension, Error> {
    let information = SemanticsInformation {
        semantics_identifier: semantics,
        name_registration_authorities: vec![GeneralName::UniformResourceIdentifier(
            Ia5String::new(NAME_REGISTRATION_AUTHORITY)?,
        )],
    };
    let statement = QcStatement {
        statement_id: oid::PKIX_QC_SYNTAX_V2,
        statement_info: Some(Any::encode_from(&information)?),
    };
    Ok(CustomExtension::from_oid_content(oid::QC_STATEMENTS, vec![statement].to_der()?))
}

/// noRevAvail (RFC 9608 section 2), not critical.
pub(crate) fn no_revocation_available() -> CustomExtension {
    CustomExtension::from_oid_content(oid::NO_REVOCATION_AVAILABLE, NULL.to_vec())
}

/// The validity-assured short-term extension (EN 319 412-1 clause 5.2), not critical.
pub(crate) fn validity_assured() -> CustomExtension {
    CustomExtension::from_oid_content(oid::VALIDITY_ASSURED, NULL.to_vec())
}

/// ```text
/// QCStatement ::= SEQUENCE {
///     statementId    QC-STATEMENT.&id({SupportedStatements}),
///     statementInfo  QC-STATEMENT.&Type({SupportedStatements}{@statementId}) OPTIONAL }
/// ```
/// RFC 3739 section 3.2.6.
#[derive(Sequence)]
struct QcStatement {
    statement_id: ObjectIdentifier,
    #[asn1(optional = "true")]
    statement_info: Option<Any>,
}

/// ```text
/// SemanticsInformation ::= SEQUENCE {
///     semanticsIdentifier          OBJECT IDENTIFIER OPTIONAL,
///     nameRegistrationAuthorities  NameRegistrationAuthorities OPTIONAL }
/// ```
/// RFC 3739 section 3.2.6.1; both are always present here.
#[derive(Sequence)]
struct SemanticsInformation {
    semantics_identifier: ObjectIdentifier,
    name_registration_authorities: Vec<GeneralName>,
}

/// An extension that is not critical.
///
/// # Errors
/// [`Error::Der`].
pub fn plain(oid: ObjectIdentifier, value: &impl Encode) -> Result<Extension, Error> {
    let value = OctetString::new(value.to_der()?)?;
    Ok(Extension { extn_id: oid, critical: false, extn_value: value })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The statement of a real Danish organisation certificate (OCES), octet for octet.
    #[test]
    fn semantics_are_encoded_as_in_a_danish_certificate() {
        let extension = identifier_semantics(oid::SEMANTICS_LEGAL).unwrap();
        let hex: String = extension.content().iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(
            hex,
            "302D302B06082B06010505070B02301F060704008BEC4901023014861268747470733A2F2F7569642E\
             676F762E646B"
        );
    }

    #[test]
    fn the_time_stamping_purpose_is_critical() {
        assert!(time_stamping_only().unwrap().criticality());
    }
}
