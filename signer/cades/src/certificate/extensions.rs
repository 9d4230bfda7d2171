//! The extensions of a certificate (RFC 5280 section 4.2).

use der::{Decode, Tag};
use x509_cert::ext::pkix::BasicConstraints as BasicConstraintsExtension;
pub(crate) use x509_cert::ext::pkix::KeyUsage;

use super::{Certificate, QcStatement};
use crate::asn1::{Element, Elements, Oid, identifiers, tag};

/// The most extensions that are read in one certificate.
const MAXIMUM_EXTENSIONS: usize = 64;

/// basicConstraints (RFC 5280 section 4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject is a certification authority.
    pub is_ca: bool,
    /// How many intermediate certificates may follow in a path.
    pub path_length: Option<u8>,
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
    policies: Vec<Oid>,
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
        &self.extensions.policies
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

    fn take(&mut self, extension: &Extension<'_>) -> der::Result<()> {
        let value = extension.value;
        match extension.oid {
            identifiers::KEY_USAGE => self.key_usage = Some(KeyUsage::from_der(value)?),
            identifiers::BASIC_CONSTRAINTS => {
                let read = BasicConstraintsExtension::from_der(value)?;
                let path_length = read.path_len_constraint;
                self.basic_constraints = Some(BasicConstraints { is_ca: read.ca, path_length });
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
            identifiers::CERTIFICATE_POLICIES => {
                for policy in Element::parse(value, tag::SEQUENCE)?.elements()? {
                    self.policies.push(oid(policy?.elements()?.expect(tag::OBJECT_IDENTIFIER)?)?);
                }
            }
            identifiers::QC_STATEMENTS => self.qc_statements = QcStatement::read_all(value)?,
            identifiers::NO_REV_AVAIL => self.no_revocation_available = true,
            identifiers::VALIDITY_ASSURED => self.validity_assured = true,
            identifiers::OCSP_NOCHECK => self.no_check = true,
            // Neither restricts what a path may be used for here.
            identifiers::SUBJECT_ALT_NAME
            | identifiers::ISSUER_ALT_NAME
            | identifiers::CRL_DISTRIBUTION_POINTS
            | identifiers::AUTHORITY_INFORMATION_ACCESS => {}
            other if extension.critical => {
                let unknown = Oid::from_contents(other).ok_or(Tag::ObjectIdentifier.value_error());
                self.unknown_critical.push(unknown?);
            }
            _ => {}
        }
        Ok(())
    }
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
