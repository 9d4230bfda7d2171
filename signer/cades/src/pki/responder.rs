//! An OCSP responder for tests.

use std::time::SystemTime;

use rcgen::{DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, SigningKey};
use ring::digest;
use seal::{CertificateDer, SignatureAlgorithm};
use time::OffsetDateTime;

use super::{MINUTE, Pki, key, named};
use crate::{
    Certificate,
    asn1::{Part, generalized_time, identifiers, tag},
};

/// Who answers.
pub(crate) struct Responder {
    pub(crate) certificate: Certificate,
    key: KeyPair,
}

/// One answer about one certificate.
#[derive(Clone)]
pub(crate) struct Answer {
    /// CertStatus in DER.
    pub(crate) status: Vec<u8>,
    pub(crate) this_update: SystemTime,
    pub(crate) next_update: Option<SystemTime>,
    pub(crate) archive_cutoff: Option<SystemTime>,
    pub(crate) sha_256: bool,
    pub(crate) by_key: bool,
    pub(crate) with_certificate: bool,
    /// Octets of the INTEGER before those of the serial number.
    pub(crate) before_serial_number: &'static [u8],
    /// Has a critical extension that nobody knows.
    pub(crate) is_extended: bool,
    /// What the same response says of the same certificate after it.
    pub(crate) others: Vec<Self>,
}

impl Answer {
    /// Good at this time, and for an hour from then on.
    pub(crate) fn good(at: SystemTime) -> Self {
        Self {
            status: vec![0x80, 0],
            this_update: at,
            next_update: Some(at + 60 * MINUTE),
            archive_cutoff: None,
            sha_256: false,
            by_key: true,
            with_certificate: true,
            before_serial_number: &[],
            is_extended: false,
            others: Vec::new(),
        }
    }

    /// Revoked since then, for keyCompromise.
    pub(crate) fn revoked(since: SystemTime, at: SystemTime) -> Self {
        Self::revoked_for(1, since, at)
    }

    /// The same, for certificateHold.
    pub(crate) fn held(since: SystemTime, at: SystemTime) -> Self {
        Self::revoked_for(6, since, at)
    }

    fn revoked_for(reason: u8, since: SystemTime, at: SystemTime) -> Self {
        let since = generalized(since);
        let reason = Part::Element(0xa0, &[Part::Raw(&[tag::ENUMERATED, 1, reason])]).to_vec();
        let status = Part::Element(0xa1, &[Part::Raw(&since), Part::Raw(&reason)]).to_vec();
        Self { status, ..Self::good(at) }
    }

    pub(crate) fn unknown(at: SystemTime) -> Self {
        Self { status: vec![0x82, 0], ..Self::good(at) }
    }
}

impl Pki {
    /// A responder that the issuing CA delegated to, valid until then.
    pub(crate) fn responder(&self, not_after: SystemTime) -> Responder {
        self.responder_for(not_after, ExtendedKeyUsagePurpose::OcspSigning)
    }

    /// The same, certified for another purpose.
    pub(crate) fn responder_for(
        &self,
        not_after: SystemTime,
        purpose: ExtendedKeyUsagePurpose,
    ) -> Responder {
        let key = key(SignatureAlgorithm::EcdsaP256Sha256);
        let mut params = named(&[(DnType::CommonName, "Test Responder")]);
        params.not_after = OffsetDateTime::from(not_after);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![purpose];
        params.use_authority_key_identifier_extension = true;
        let no_check =
            rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 48, 1, 5], vec![5, 0]);
        params.custom_extensions = vec![no_check];
        let der = params.signed_by(&key, &self.ca_issuer).unwrap().der().to_vec();
        Responder { certificate: Certificate::parse(CertificateDer::new(der)).unwrap(), key }
    }
}

impl Responder {
    /// The `OCSPResponse` about `certificate`, which `issuer` issued.
    pub(crate) fn answer(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        answer: &Answer,
    ) -> Vec<u8> {
        complete(&self.basic(certificate, issuer, answer))
    }

    /// The same with a producedAt that is no time.
    pub(crate) fn undated(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        answer: &Answer,
    ) -> Vec<u8> {
        let time = Part::Element(tag::GENERALIZED_TIME, &[Part::Raw(b"yesterday")]).to_vec();
        complete(&self.produced(&time, certificate, issuer, answer))
    }

    /// The `BasicOCSPResponse`.
    pub(crate) fn basic(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        answer: &Answer,
    ) -> Vec<u8> {
        self.produced(&generalized(answer.this_update), certificate, issuer, answer)
    }

    /// The `BasicOCSPResponse` of this producedAt.
    fn produced(
        &self,
        produced_at: &[u8],
        certificate: &Certificate,
        issuer: &Certificate,
        answer: &Answer,
    ) -> Vec<u8> {
        let singles: Vec<u8> = [answer]
            .into_iter()
            .chain(&answer.others)
            .flat_map(|one| single_response(certificate, issuer, one))
            .collect();
        let responder = if answer.by_key {
            let hash = sha_1(self.certificate.public_key_octets());
            let hash = Part::Element(tag::OCTET_STRING, &[Part::Raw(&hash)]).to_vec();
            Part::Element(0xa2, &[Part::Raw(&hash)]).to_vec()
        } else {
            Part::Element(0xa1, &[Part::Raw(self.certificate.subject())]).to_vec()
        };
        let data = [
            Part::Raw(&responder),
            Part::Raw(produced_at),
            Part::Element(tag::SEQUENCE, &[Part::Raw(&singles)]),
        ];
        let data = Part::Element(tag::SEQUENCE, &data).to_vec();
        let signature = [&[0][..], &self.key.sign(&data).unwrap()].concat();
        let algorithm = [Part::Raw(identifiers::ECDSA_WITH_SHA_256)];
        let algorithm = [Part::Element(tag::OBJECT_IDENTIFIER, &algorithm)];
        let own = [Part::Raw(self.certificate.der().as_bytes())];
        let own = Part::Element(0xa0, &[Part::Element(tag::SEQUENCE, &own)]).to_vec();
        let fields = [
            Part::Raw(&data),
            Part::Element(tag::SEQUENCE, &algorithm),
            Part::Element(tag::BIT_STRING, &[Part::Raw(&signature)]),
            Part::Raw(if answer.with_certificate { &own } else { &[] }),
        ];
        Part::Element(tag::SEQUENCE, &fields).to_vec()
    }
}

/// The `OCSPResponse` around a `BasicOCSPResponse`.
fn complete(basic: &[u8]) -> Vec<u8> {
    let oid = [Part::Raw(identifiers::OCSP_BASIC)];
    let response = [
        Part::Element(tag::OBJECT_IDENTIFIER, &oid),
        Part::Element(tag::OCTET_STRING, &[Part::Raw(basic)]),
    ];
    let response = Part::Element(tag::SEQUENCE, &response).to_vec();
    let whole = [Part::Raw(&[tag::ENUMERATED, 1, 0]), Part::Element(0xa0, &[Part::Raw(&response)])];
    Part::Element(tag::SEQUENCE, &whole).to_vec()
}

fn single_response(certificate: &Certificate, issuer: &Certificate, answer: &Answer) -> Vec<u8> {
    let (oid, algorithm) = if answer.sha_256 {
        (identifiers::SHA_256, &digest::SHA256)
    } else {
        (identifiers::SHA_1, &digest::SHA1_FOR_LEGACY_USE_ONLY)
    };
    let hash = |bytes: &[u8]| {
        let hash = digest::digest(algorithm, bytes);
        Part::Element(tag::OCTET_STRING, &[Part::Raw(hash.as_ref())]).to_vec()
    };
    let oid = [Part::Raw(oid)];
    let oid = [Part::Element(tag::OBJECT_IDENTIFIER, &oid)];
    let (name, key) = (hash(issuer.subject()), hash(issuer.public_key_octets()));
    let serial_number =
        [Part::Raw(answer.before_serial_number), Part::Raw(certificate.serial_number())];
    let identifier = [
        Part::Element(tag::SEQUENCE, &oid),
        Part::Raw(&name),
        Part::Raw(&key),
        Part::Element(tag::INTEGER, &serial_number),
    ];
    let this_update = generalized(answer.this_update);
    let next_update = answer
        .next_update
        .map(|next| Part::Element(0xa0, &[Part::Raw(&generalized(next))]).to_vec())
        .unwrap_or_default();
    let extensions = match answer.archive_cutoff {
        Some(time) => extension(identifiers::OCSP_ARCHIVE_CUTOFF, false, &generalized(time)),
        None if answer.is_extended => extension(&[0x2a, 3], true, &[5, 0]),
        None => Vec::new(),
    };
    let fields = [
        Part::Element(tag::SEQUENCE, &identifier),
        Part::Raw(&answer.status),
        Part::Raw(&this_update),
        Part::Raw(&next_update),
        Part::Raw(&extensions),
    ];
    Part::Element(tag::SEQUENCE, &fields).to_vec()
}

/// singleExtensions with one of them.
fn extension(oid: &[u8], is_critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if is_critical { &[tag::BOOLEAN, 1, 0xff] } else { &[] };
    let oid = [Part::Raw(oid)];
    let extension = [
        Part::Element(tag::OBJECT_IDENTIFIER, &oid),
        Part::Raw(critical),
        Part::Element(tag::OCTET_STRING, &[Part::Raw(value)]),
    ];
    let extensions = [Part::Element(tag::SEQUENCE, &extension)];
    Part::Element(0xa1, &[Part::Element(tag::SEQUENCE, &extensions)]).to_vec()
}

fn generalized(time: SystemTime) -> Vec<u8> {
    let contents = generalized_time(time, false).unwrap();
    Part::Element(tag::GENERALIZED_TIME, &[Part::Raw(&contents)]).to_vec()
}

fn sha_1(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec()
}
