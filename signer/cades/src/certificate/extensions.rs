//! The extensions of a certificate (RFC 5280 section 4.2).

use der::{Decode, Tag};
pub(crate) use x509_cert::ext::pkix::KeyUsage;

use super::{
    Certificate, QcStatement,
    distribution_point::DistributionPoint,
    policies::{PolicyConstraints, PolicyMapping, read_policies},
};
use crate::asn1::{Element, Elements, Oid, identifiers, tag};

/// The most extensions that are read in one certificate.
const MAXIMUM_EXTENSIONS: usize = 64;

/// basicConstraints (RFC 5280 section 4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject is a certification authority.
    pub is_ca: bool,
    /// How many intermediate certificates may follow in a path.
    /// A number above 2³² - 1 is that.
    pub path_length: Option<u32>,
}

/// extKeyUsage (RFC 5280 section 4.2.1.12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedKeyUsage {
    /// Whether the extension is critical.
    pub critical: bool,
    /// The purposes.
    pub purposes: Vec<Oid>,
}

/// What Segl reads in the extensions.
#[derive(Clone, Debug, Default)]
pub(super) struct Extensions {
    key_usage: Option<KeyUsage>,
    basic_constraints: Option<BasicConstraints>,
    extended_key_usage: Option<ExtendedKeyUsage>,
    authority_key_identifier: Option<Vec<u8>>,
    subject_key_identifier: Option<Vec<u8>>,
    policies: Option<Vec<Oid>>,
    policy_mappings: Vec<PolicyMapping>,
    policy_constraints: PolicyConstraints,
    inhibit_any_policy: Option<u32>,
    name_constraints: Option<Vec<u8>>,
    alternative_names: Option<Vec<u8>>,
    distribution_points: Option<Vec<DistributionPoint>>,
    has_responder: bool,
    qc_statements: Vec<QcStatement>,
    no_revocation_available: bool,
    validity_assured: bool,
    no_check: bool,
    unknown_critical: Vec<Oid>,
}

impl Certificate {
    /// Whether keyUsage is there and has nonRepudiation, by its newer name contentCommitment.
    pub fn allows_non_repudiation(&self) -> bool {
        self.extensions.key_usage.is_some_and(|usage| usage.non_repudiation())
    }

    /// Whether keyUsage is absent or has digitalSignature or nonRepudiation.
    pub fn may_sign_content(&self) -> bool {
        self.extensions
            .key_usage
            .is_none_or(|usage| usage.non_repudiation() || usage.digital_signature())
    }

    /// Whether keyUsage is absent or has keyCertSign.
    pub fn may_sign_certificates(&self) -> bool {
        self.extensions.key_usage.is_none_or(|usage| usage.key_cert_sign())
    }

    /// Whether keyUsage is absent or has cRLSign.
    pub fn may_sign_revocation_lists(&self) -> bool {
        self.extensions.key_usage.is_none_or(|usage| usage.crl_sign())
    }

    /// Whether the key may sign OCSP responses about the certificates that it issued: keyUsage is
    /// absent, or has digitalSignature, nonRepudiation or cRLSign.
    pub(crate) fn may_sign_content_or_lists(&self) -> bool {
        self.may_sign_content() || self.may_sign_revocation_lists()
    }

    /// Whether the certificate is a certification authority's by its basicConstraints.
    pub fn is_authority(&self) -> bool {
        self.basic_constraints().is_some_and(|constraints| constraints.is_ca)
    }

    /// id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1): its revocation need not be checked.
    pub fn has_no_check(&self) -> bool {
        self.extensions.no_check
    }

    /// basicConstraints, if it is there.
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.extensions.basic_constraints
    }

    /// extKeyUsage, if it is there.
    pub fn extended_key_usage(&self) -> Option<&ExtendedKeyUsage> {
        self.extensions.extended_key_usage.as_ref()
    }

    /// Whether extKeyUsage is critical and holds id-kp-timeStamping alone (RFC 3161 section 2.3).
    pub fn is_for_time_stamping(&self) -> bool {
        self.extended_key_usage().is_some_and(|usage| {
            let [purpose] = &usage.purposes[..] else { return false };
            usage.critical && purpose.contents() == identifiers::TIME_STAMPING
        })
    }

    /// The keyIdentifier of authorityKeyIdentifier.
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.extensions.authority_key_identifier.as_deref()
    }

    /// subjectKeyIdentifier.
    pub fn subject_key_identifier(&self) -> Option<&[u8]> {
        self.extensions.subject_key_identifier.as_deref()
    }

    /// The policies of certificatePolicies.
    pub fn policies(&self) -> &[Oid] {
        self.extensions.policies.as_deref().unwrap_or_default()
    }

    /// The same; `None` when the extension is not there, which a path may forbid.
    pub(crate) fn stated_policies(&self) -> Option<&[Oid]> {
        self.extensions.policies.as_deref()
    }

    /// policyMappings (RFC 5280 section 4.2.1.5).
    pub(crate) fn policy_mappings(&self) -> &[PolicyMapping] {
        &self.extensions.policy_mappings
    }

    /// policyConstraints (section 4.2.1.11).
    pub(crate) fn policy_constraints(&self) -> PolicyConstraints {
        self.extensions.policy_constraints
    }

    /// inhibitAnyPolicy (section 4.2.1.14): after how many more certificates.
    pub(crate) fn inhibit_any_policy(&self) -> Option<u32> {
        self.extensions.inhibit_any_policy
    }

    /// The value of nameConstraints (section 4.2.1.10).
    pub(crate) fn name_constraints(&self) -> Option<&[u8]> {
        self.extensions.name_constraints.as_deref()
    }

    /// The value of subjectAltName (section 4.2.1.6).
    pub(crate) fn alternative_names(&self) -> Option<&[u8]> {
        self.extensions.alternative_names.as_deref()
    }

    /// cRLDistributionPoints (section 4.2.1.13).
    pub(crate) fn distribution_points(&self) -> &[DistributionPoint] {
        self.extensions.distribution_points.as_deref().unwrap_or_default()
    }

    /// Whether the certificate says where its revocation status is published: in
    /// cRLDistributionPoints, or at an OCSP responder of authorityInfoAccess.
    pub fn promises_revocation_data(&self) -> bool {
        self.extensions.distribution_points.is_some() || self.extensions.has_responder
    }

    /// The statements of qcStatements (EN 319 412-5): what the certificate claims.
    pub fn qc_statements(&self) -> &[QcStatement] {
        &self.extensions.qc_statements
    }

    /// noRevAvail (RFC 9608): no revocation status will ever be published.
    pub fn has_no_revocation_available(&self) -> bool {
        self.extensions.no_revocation_available
    }

    /// ext-etsi-valassured-ST-certs (EN 319 412-1 clause 5.2): validity-assured short-term.
    pub fn is_validity_assured(&self) -> bool {
        self.extensions.validity_assured
    }

    /// Critical extensions that are not understood; a path with one is refused.
    pub fn unknown_critical_extensions(&self) -> &[Oid] {
        &self.extensions.unknown_critical
    }
}

impl Extensions {
    pub(super) fn read(explicit: Element<'_>) -> der::Result<Self> {
        let mut extensions = Self::default();
        let mut seen: Vec<&[u8]> = Vec::with_capacity(16);
        for extension in ExtensionIterator::explicit(explicit)? {
            let extension = extension?;
            // RFC 5280 section 4.2: not more than one instance of a particular extension.
            if seen.contains(&extension.oid) || seen.len() == MAXIMUM_EXTENSIONS {
                return Err(Tag::Sequence.value_error().into());
            }
            seen.push(extension.oid);
            extensions.take(&extension)?;
        }
        Ok(extensions)
    }

    /// Takes one extension. What restricts a path and cannot be read is refused as one that is
    /// not understood; what only informs is not there then, unless it is critical (section 4.2).
    fn take(&mut self, extension: &Extension<'_>) -> der::Result<()> {
        let restricts = matches!(
            extension.oid,
            identifiers::KEY_USAGE
                | identifiers::BASIC_CONSTRAINTS
                | identifiers::EXTENDED_KEY_USAGE
                | identifiers::NAME_CONSTRAINTS
                | identifiers::POLICY_CONSTRAINTS
                | identifiers::POLICY_MAPPINGS
                | identifiers::INHIBIT_ANY_POLICY
        );
        let understood = self.read_value(extension).unwrap_or(!restricts && !extension.critical);
        if !understood && (restricts || extension.critical) {
            let unknown = Oid::from_contents(extension.oid);
            self.unknown_critical.push(unknown.ok_or(Tag::ObjectIdentifier.value_error())?);
        }
        Ok(())
    }

    /// Answers whether the extension is one that is understood.
    fn read_value(&mut self, extension: &Extension<'_>) -> der::Result<bool> {
        let value = extension.value;
        match extension.oid {
            identifiers::KEY_USAGE => self.key_usage = Some(KeyUsage::from_der(value)?),
            identifiers::BASIC_CONSTRAINTS => {
                self.basic_constraints = Some(BasicConstraints::read(value)?);
            }
            identifiers::EXTENDED_KEY_USAGE => {
                let purposes = oids(Element::parse(value, tag::SEQUENCE)?.elements()?)?;
                let critical = extension.critical;
                self.extended_key_usage = Some(ExtendedKeyUsage { critical, purposes });
            }
            identifiers::AUTHORITY_KEY_IDENTIFIER => {
                self.authority_key_identifier = key_identifier(value)?.map(<[u8]>::to_vec);
            }
            identifiers::SUBJECT_KEY_IDENTIFIER => {
                let identifier = Element::parse(value, tag::OCTET_STRING)?.contents;
                self.subject_key_identifier = Some(identifier.to_vec());
            }
            identifiers::CERTIFICATE_POLICIES => self.policies = Some(read_policies(value)?),
            identifiers::POLICY_MAPPINGS => self.policy_mappings = PolicyMapping::read_all(value)?,
            identifiers::POLICY_CONSTRAINTS => {
                self.policy_constraints = PolicyConstraints::read(value)?;
            }
            identifiers::INHIBIT_ANY_POLICY => {
                let number = Element::parse(value, tag::INTEGER)?.saturating_integer()?;
                self.inhibit_any_policy = Some(number);
            }
            identifiers::NAME_CONSTRAINTS => self.name_constraints = Some(value.to_vec()),
            identifiers::SUBJECT_ALT_NAME => self.alternative_names = Some(value.to_vec()),
            identifiers::CRL_DISTRIBUTION_POINTS => {
                // A promise that cannot be read is one still.
                let points = self.distribution_points.insert(Vec::new());
                *points = DistributionPoint::read_all(value)?;
            }
            identifiers::AUTHORITY_INFORMATION_ACCESS => {
                // The same.
                self.has_responder = true;
                self.has_responder = names_responder(value)?;
            }
            identifiers::QC_STATEMENTS => {
                let (statements, all) = QcStatement::read_all(value)?;
                self.qc_statements = statements;
                return Ok(all);
            }
            identifiers::NO_REV_AVAIL => self.no_revocation_available = true,
            identifiers::VALIDITY_ASSURED => self.validity_assured = true,
            identifiers::OCSP_NOCHECK => self.no_check = true,
            // It does not restrict what a path may be used for here.
            identifiers::ISSUER_ALT_NAME => {}
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl BasicConstraints {
    /// pathLenConstraint is an INTEGER of any length (section 4.2.1.9).
    fn read(value: &[u8]) -> der::Result<Self> {
        let mut fields = Element::parse(value, tag::SEQUENCE)?.elements()?;
        let is_ca = match fields.optional(tag::BOOLEAN)? {
            Some(is_ca) => is_ca.boolean()?,
            None => false,
        };
        let path_length = fields.optional(tag::INTEGER)?;
        let path_length = path_length.map(|length| length.saturating_integer()).transpose()?;
        fields.finish()?;
        Ok(Self { is_ca, path_length })
    }
}

/// Whether authorityInfoAccess (section 4.2.2.1) names an OCSP responder.
fn names_responder(value: &[u8]) -> der::Result<bool> {
    for description in Element::parse(value, tag::SEQUENCE)?.elements()? {
        let method = description?.elements()?.expect(tag::OBJECT_IDENTIFIER)?.contents;
        if method == identifiers::OCSP_ACCESS {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One extension, raw.
pub(crate) struct Extension<'a> {
    pub(crate) oid: &'a [u8],
    pub(crate) critical: bool,
    pub(crate) value: &'a [u8],
}

/// The extensions of a certificate, a list or a request.
pub(crate) struct ExtensionIterator<'a>(Elements<'a>);

impl<'a> ExtensionIterator<'a> {
    /// Goes into the explicit tag that holds the SEQUENCE OF.
    pub(crate) fn explicit(explicit: Element<'a>) -> der::Result<Self> {
        let mut inner = explicit.elements()?;
        let extensions = inner.expect(tag::SEQUENCE)?;
        inner.finish()?;
        Self::plain(extensions)
    }

    /// Goes into the SEQUENCE OF itself.
    pub(crate) fn plain(extensions: Element<'a>) -> der::Result<Self> {
        extensions.elements().map(Self)
    }
}

impl<'a> Iterator for ExtensionIterator<'a> {
    type Item = der::Result<Extension<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(Iterator::next(&mut self.0)?.and_then(|extension| {
            let mut fields = extension.elements()?;
            let oid = fields.expect(tag::OBJECT_IDENTIFIER)?.contents;
            let critical = match fields.optional(tag::BOOLEAN)? {
                Some(critical) => critical.boolean()?,
                None => false,
            };
            let value = fields.expect(tag::OCTET_STRING)?.contents;
            fields.finish()?;
            Ok(Extension { oid, critical, value })
        }))
    }
}

/// The key identifier in an authorityKeyIdentifier extension (RFC 5280 section 4.2.1.1).
pub(crate) fn key_identifier(extension: &[u8]) -> der::Result<Option<&[u8]>> {
    let mut fields = Element::parse(extension, tag::SEQUENCE)?.elements()?;
    Ok(fields.optional(tag::primitive(0))?.map(|field| field.contents))
}

fn oids(elements: Elements<'_>) -> der::Result<Vec<Oid>> {
    elements.map(|element| oid(element?)).collect()
}

fn oid(element: Element<'_>) -> der::Result<Oid> {
    Oid::from_contents(element.contents)
        .filter(|_| element.tag == tag::OBJECT_IDENTIFIER)
        .ok_or_else(|| Tag::ObjectIdentifier.value_error().into())
}
