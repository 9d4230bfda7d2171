//! Revocation lists in every shape, written by hand: rcgen makes plain ones alone.

use std::time::SystemTime;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, SigningKey,
};
use seal::{CertificateDer, SignatureAlgorithm};

use super::{MINUTE, Pki, key, named, noon};
use crate::{
    Certificate, RevocationList,
    asn1::{Part, tag, time_of_choice},
};

/// An extension of a list or an entry: contents of the identifier, criticality, value.
pub(crate) type ListExtension = (&'static [u8], bool, Vec<u8>);

/// issuingDistributionPoint.
pub(crate) const SCOPE: &[u8] = &[0x55, 29, 28];
/// deltaCRLIndicator.
pub(crate) const DELTA: &[u8] = &[0x55, 29, 27];
/// cRLReason, of an entry.
pub(crate) const REASON: &[u8] = &[0x55, 29, 21];
/// certificateIssuer, of an entry.
pub(crate) const CERTIFICATE_ISSUER: &[u8] = &[0x55, 29, 29];

/// ecdsa-with-SHA384, of the keys of CAs, and an identifier of no algorithm.
const WITH_SHA_384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];
const UNKNOWN: &[u8] = &[0x88, 0x37, 1];

/// What stands in a list.
pub(crate) struct ListParts {
    /// Serial numbers, each with the extensions of its entry.
    pub(crate) entries: Vec<(Vec<u8>, Vec<ListExtension>)>,
    pub(crate) extensions: Vec<ListExtension>,
    pub(crate) this_update: SystemTime,
    /// thisUpdate, written as it likes.
    pub(crate) this_update_der: Option<Vec<u8>>,
    /// nextUpdate and what else stands before the entries, written as it likes.
    pub(crate) next_update_der: Option<Vec<u8>>,
    /// The tag round the entries.
    pub(crate) entries_tag: u8,
    /// The algorithm's parameters, where it stands outside of what is signed.
    pub(crate) outer_parameters: &'static [u8],
    pub(crate) unknown_algorithm: bool,
    pub(crate) broken_signature: bool,
}

impl Default for ListParts {
    /// An empty list of noon.
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            extensions: Vec::new(),
            this_update: noon(),
            this_update_der: None,
            next_update_der: None,
            entries_tag: tag::SEQUENCE,
            outer_parameters: &[],
            unknown_algorithm: false,
            broken_signature: false,
        }
    }
}

impl ListParts {
    /// The list with this extension, critical.
    pub(crate) fn with(mut self, oid: &'static [u8], value: Vec<u8>) -> Self {
        self.extensions.push((oid, true, value));
        self
    }

    /// The list with an entry for `certificate`.
    pub(crate) fn naming(mut self, certificate: &Certificate, entry: Vec<ListExtension>) -> Self {
        self.entries.push((certificate.serial_number().to_vec(), entry));
        self
    }
}

/// A CA that may sign lists.
pub(crate) struct Authority {
    pub(crate) certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Pki {
    /// A list of the issuing CA.
    pub(crate) fn ca_list(&self, parts: &ListParts) -> RevocationList {
        let ca = Certificate::parse(self.ca.clone()).unwrap();
        list(&ca, self.ca_issuer.key(), parts)
    }

    /// Another authority below the root.
    pub(crate) fn authority(&self, name: &str) -> Authority {
        self.authority_named(named(&[(DnType::CommonName, name)]))
    }

    /// The issuing CA with a new key.
    pub(crate) fn renewed_ca(&self) -> Authority {
        self.authority_named(named(&[
            (DnType::CountryName, "DK"),
            (DnType::OrganizationName, "Test Trust Service"),
            (DnType::CommonName, "Test Issuing CA"),
        ]))
    }

    fn authority_named(&self, mut params: CertificateParams) -> Authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.use_authority_key_identifier_extension = true;
        let key = key(SignatureAlgorithm::EcdsaP384Sha384);
        let der = params.signed_by(&key, &self.root_issuer).unwrap().der().to_vec();
        let certificate = Certificate::parse(CertificateDer::new(der)).unwrap();
        Authority { certificate, issuer: Issuer::new(params, key) }
    }
}

impl Authority {
    pub(crate) fn list(&self, parts: &ListParts) -> RevocationList {
        list(&self.certificate, self.issuer.key(), parts)
    }
}

fn list(issuer: &Certificate, key: &KeyPair, parts: &ListParts) -> RevocationList {
    let oid = if parts.unknown_algorithm { UNKNOWN } else { WITH_SHA_384 };
    let algorithm = |parameters: &[u8]| {
        element(tag::SEQUENCE, &[&element(tag::OBJECT_IDENTIFIER, &[oid]), parameters])
    };
    let extensions = |all: &[ListExtension]| {
        let all: Vec<Vec<u8>> = all
            .iter()
            .map(|(oid, critical, value)| {
                let critical: &[u8] = if *critical { &[1, 1, 0xff] } else { &[] };
                let oid = element(tag::OBJECT_IDENTIFIER, &[oid]);
                element(tag::SEQUENCE, &[&oid, critical, &element(tag::OCTET_STRING, &[value])])
            })
            .collect();
        if all.is_empty() { Vec::new() } else { element(tag::SEQUENCE, &[&all.concat()]) }
    };
    let entries: Vec<Vec<u8>> = parts
        .entries
        .iter()
        .map(|(serial_number, entry)| {
            let serial_number = element(tag::INTEGER, &[serial_number]);
            element(tag::SEQUENCE, &[&serial_number, &time(noon()), &extensions(entry)])
        })
        .collect();
    let entries = match entries.concat() {
        none if none.is_empty() => none,
        some => element(parts.entries_tag, &[&some]),
    };
    let own = match extensions(&parts.extensions) {
        none if none.is_empty() => none,
        some => element(0xa0, &[&some]),
    };
    let this_update = parts.this_update_der.clone().unwrap_or_else(|| time(parts.this_update));
    let next_update = || time(parts.this_update + 24 * 60 * MINUTE);
    let next_update = parts.next_update_der.clone().unwrap_or_else(next_update);
    let signed = element(
        tag::SEQUENCE,
        &[
            &[2, 1, 1],
            &algorithm(&[]),
            issuer.subject(),
            &this_update,
            &next_update,
            &entries,
            &own,
        ],
    );
    let mut value = key.sign(&signed).unwrap();
    if parts.broken_signature {
        *value.last_mut().unwrap() ^= 1;
    }
    let value = element(tag::BIT_STRING, &[&[0], &value]);
    let algorithm = algorithm(parts.outer_parameters);
    RevocationList::parse(element(tag::SEQUENCE, &[&signed, &algorithm, &value])).unwrap()
}

/// An element whose contents are these pieces.
pub(crate) fn element(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    Part::Element(tag, &[Part::Raw(&contents.concat())]).to_vec()
}

/// GeneralNames with one URI.
pub(crate) fn uri(address: &str) -> Vec<u8> {
    element(0x86, &[address.as_bytes()])
}

pub(crate) fn time(time: SystemTime) -> Vec<u8> {
    let (tag, contents) = time_of_choice(time).unwrap();
    element(tag, &[&contents])
}
