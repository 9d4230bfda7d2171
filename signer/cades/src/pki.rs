//! A small public key infrastructure for tests.

mod evidence;
pub(crate) mod list;
mod responder;
mod unit;

use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension,
    DistinguishedName, DnType, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_ED25519,
    PKCS_RSA_SHA256, RevokedCertParams, RsaKeySize, SerialNumber, SigningKey,
};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PSS_SHA256, RsaKeyPair},
};
use seal::{
    CertificateDer, Chain, Digest, DigestAlgorithm, RsaKeyLength, SignatureAlgorithm,
    SignatureValue, TimeStampTokenDer,
};
use time::OffsetDateTime;

pub(crate) use evidence::{DAY, Evidence, archived_at, only, stamped_at};
pub(crate) use responder::{Answer, Responder};
pub(crate) use unit::Unit;

use crate::{
    Certificate, Signature, SignatureKind, ToBeSigned, TrustAnchors,
    asn1::{Element, Part, identifiers, tag},
    signed_data::Container,
    time_stamp::{Accuracy, Nonce, Statement, TimeStampingUnit, TokenToBeSigned},
};

/// Root, issuing CA, time-stamping unit, and keys for end entities.
pub(crate) struct Pki {
    pub(crate) root: CertificateDer,
    pub(crate) ca: CertificateDer,
    pub(crate) unit: CertificateDer,
    root_issuer: Issuer<'static, KeyPair>,
    ca_issuer: Issuer<'static, KeyPair>,
    unit_key: KeyPair,
}

/// An end entity's certificate and key.
pub(crate) struct EndEntity {
    pub(crate) chain: Chain,
    pub(crate) key: KeyPair,
    pub(crate) algorithm: SignatureAlgorithm,
}

pub(crate) const CONTENT: &[u8] = b"decision 17";

/// Noon of 1 July 2026.
pub(crate) fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_782_907_200)
}

pub(crate) const MINUTE: Duration = Duration::from_secs(60);

impl Pki {
    pub(crate) fn new() -> Self {
        let root_key = key(SignatureAlgorithm::EcdsaP256Sha256);
        let mut root = named(&[(DnType::CommonName, "Test Root SIMULATOR - NOT QUALIFIED")]);
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let root_der = CertificateDer::new(root.self_signed(&root_key).unwrap().der().to_vec());
        let root_issuer = Issuer::new(root, root_key);

        let ca_key = key(SignatureAlgorithm::EcdsaP384Sha384);
        let mut ca = named(&[
            (DnType::CountryName, "DK"),
            (DnType::OrganizationName, "Test Trust Service"),
            (DnType::CommonName, "Test Issuing CA"),
        ]);
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        ca.use_authority_key_identifier_extension = true;
        let ca_der =
            CertificateDer::new(ca.signed_by(&ca_key, &root_issuer).unwrap().der().to_vec());
        let ca_issuer = Issuer::new(ca, ca_key);

        let unit_key = key(SignatureAlgorithm::EcdsaP256Sha256);
        let mut unit = named(&[(DnType::CommonName, "Test TSU")]);
        unit.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        unit.use_authority_key_identifier_extension = true;
        unit.custom_extensions = vec![time_stamping()];
        let unit =
            CertificateDer::new(unit.signed_by(&unit_key, &root_issuer).unwrap().der().to_vec());
        Self { root: root_der, ca: ca_der, unit, root_issuer, ca_issuer, unit_key }
    }

    pub(crate) fn anchors(&self) -> TrustAnchors {
        TrustAnchors::new([self.root.clone()]).unwrap()
    }

    pub(crate) fn unit_certificate(&self) -> Certificate {
        Certificate::parse(self.unit.clone()).unwrap()
    }

    /// A validity-assured seal certificate, valid from five minutes before noon to fifteen after.
    pub(crate) fn seal(&self, algorithm: SignatureAlgorithm) -> EndEntity {
        self.end_entity(algorithm, |params| {
            params.custom_extensions = vec![
                CustomExtension::from_oid_content(&[2, 5, 29, 56], vec![5, 0]),
                CustomExtension::from_oid_content(&[0, 4, 0, 194_121, 2, 1], vec![5, 0]),
            ];
        })
    }

    /// The same without any assurance, changed by `edit`.
    pub(crate) fn end_entity(
        &self,
        algorithm: SignatureAlgorithm,
        edit: impl FnOnce(&mut CertificateParams),
    ) -> EndEntity {
        let mut params = named(&[
            (DnType::CountryName, "DK"),
            (DnType::OrganizationName, "Ørsted Møbler ApS"),
            (DnType::CustomDnType(vec![2, 5, 4, 97]), "NTRDK-12345674"),
            (DnType::CommonName, "Ørsted Møbler ApS"),
            (DnType::CustomDnType(vec![2, 5, 4, 5]), "UI:DK-O:G:1"),
        ]);
        params.serial_number = Some(SerialNumber::from_slice(&[0x51; 16]));
        params.not_before = OffsetDateTime::from(noon() - 5 * MINUTE);
        params.not_after = OffsetDateTime::from(noon() + 15 * MINUTE);
        params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
        params.use_authority_key_identifier_extension = true;
        edit(&mut params);
        let key = key(algorithm);
        let leaf = params.signed_by(&key, &self.ca_issuer).unwrap().der().to_vec();
        let chain = Chain::new(CertificateDer::new(leaf), vec![self.ca.clone()]);
        EndEntity { chain, key, algorithm }
    }

    /// A token over `imprint` from the time-stamping unit, with its certificate inside.
    pub(crate) fn token(
        &self,
        imprint: Digest,
        gen_time: SystemTime,
        nonce: Option<Nonce>,
    ) -> TimeStampTokenDer {
        let unit = TimeStampingUnit::new(self.unit.clone()).unwrap();
        let statement = Statement {
            policy: "0.4.0.2023.1.1".parse().unwrap(),
            imprint,
            serial_number: vec![0x9a; 20],
            gen_time,
            milliseconds: true,
            accuracy: Accuracy::ONE_SECOND,
            nonce,
        };
        let token = TokenToBeSigned::new(&unit, &statement, true).unwrap();
        let token = self.assemble(token);
        let is_own = statement.nonce.as_ref().is_none_or(|one| one.as_bytes().len() <= 17);
        let maximum = unit.maximum_token_length(&statement.policy);
        assert!(!is_own || token.as_bytes().len() <= maximum);
        token
    }

    /// The token with the unit's signature.
    pub(crate) fn assemble(&self, token: TokenToBeSigned<'_>) -> TimeStampTokenDer {
        let value = self.unit_key.sign(token.message()).unwrap();
        token.assemble(&SignatureValue::new(value))
    }

    /// A list of the root with these serial numbers.
    pub(crate) fn revocation_list(&self, revoked: &[&[u8]], at: SystemTime) -> Vec<u8> {
        let revoked_certs = revoked.iter().map(|serial| RevokedCertParams {
            serial_number: SerialNumber::from_slice(serial),
            revocation_time: OffsetDateTime::from(at),
            reason_code: None,
            invalidity_date: None,
        });
        let params = CertificateRevocationListParams {
            this_update: OffsetDateTime::from(at),
            next_update: OffsetDateTime::from(at + 24 * 60 * MINUTE),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked_certs.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.root_issuer).unwrap().der().to_vec()
    }
}

impl EndEntity {
    /// A signature over `content`, not time-stamped.
    pub(crate) fn sign(&self, content: &[u8], kind: SignatureKind) -> Signature {
        let digest = Digest::of(self.algorithm.digest_algorithm(), content);
        let to_be_signed =
            ToBeSigned::new(&digest, self.chain.clone(), self.algorithm, kind).unwrap();
        let value = self.value(to_be_signed.message());
        to_be_signed.assemble(value).unwrap()
    }

    /// A detached container over `content` with one more signed attribute.
    pub(crate) fn sign_with(&self, content: &[u8], more: &[u8]) -> Vec<u8> {
        let digest = Digest::of(self.algorithm.digest_algorithm(), content);
        let kind = SignatureKind::Cades { signing_time: noon() };
        let to_be_signed =
            ToBeSigned::new(&digest, self.chain.clone(), self.algorithm, kind).unwrap();
        let attributes = Element::parse(to_be_signed.message(), tag::SET).unwrap();
        let mut attributes: Vec<_> =
            attributes.elements().unwrap().map(|one| one.unwrap().raw).chain([more]).collect();
        attributes.sort_unstable();
        let attributes: Vec<_> = attributes.into_iter().map(Part::Raw).collect();
        let signed_attributes = Part::Element(tag::SET, &attributes).to_vec();
        let value = self.value(&signed_attributes);
        let certificates: Vec<_> = self.chain.iter().map(|one| Part::Raw(one.as_bytes())).collect();
        Container {
            version: 1,
            digest_algorithm: self.algorithm.digest_algorithm(),
            content_type: identifiers::DATA,
            content: None,
            certificates: &certificates,
            issuer: Part::Raw(to_be_signed.certificate().issuer()),
            serial_number: Part::Raw(to_be_signed.certificate().serial_number()),
            signed_attributes: &signed_attributes,
            signature_algorithm: self.algorithm,
            signature: Part::Raw(value.as_bytes()),
            unsigned_attributes: &[],
        }
        .to_der()
    }

    /// What the key's device answers.
    fn value(&self, message: &[u8]) -> SignatureValue {
        let SignatureAlgorithm::RsaPssSha256(length) = self.algorithm else {
            return SignatureValue::new(self.key.sign(message).unwrap());
        };
        let key = RsaKeyPair::from_pkcs8(self.key.serialized_der()).unwrap();
        let mut value = vec![0; length.bytes()];
        key.sign(&RSA_PSS_SHA256, &SystemRandom::new(), message, &mut value).unwrap();
        SignatureValue::new(value)
    }
}

/// The digest of a signature value that a time-stamp covers.
pub(crate) fn imprint(signature: &Signature) -> Digest {
    signature.imprint(DigestAlgorithm::Sha256)
}

/// An end entity's certificate from another issuer.
pub(crate) fn issued_by(issuer: &Issuer<'_, KeyPair>) -> Certificate {
    let params = named(&[(DnType::CommonName, "Below")]);
    let key = key(SignatureAlgorithm::EcdsaP256Sha256);
    let der = params.signed_by(&key, issuer).unwrap().der().to_vec();
    Certificate::parse(CertificateDer::new(der)).unwrap()
}

/// A self-signed certificate with the issuing CA's name and key identifier, and another key.
pub(crate) fn impostor(pki: &Pki, serial: u64) -> Certificate {
    let ca = Certificate::parse(pki.ca.clone()).unwrap();
    let name = ca.subject_name();
    let mut params = named(&[
        (DnType::CountryName, name.country.as_deref().unwrap()),
        (DnType::OrganizationName, name.organization.as_deref().unwrap()),
        (DnType::CommonName, name.common_name.as_deref().unwrap()),
    ]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.key_identifier_method =
        KeyIdMethod::PreSpecified(ca.subject_key_identifier().unwrap().to_vec());
    params.serial_number = Some(SerialNumber::from(serial));
    let key = key(SignatureAlgorithm::EcdsaP256Sha256);
    let der = params.self_signed(&key).unwrap().der().to_vec();
    Certificate::parse(CertificateDer::new(der)).unwrap()
}

fn key(algorithm: SignatureAlgorithm) -> KeyPair {
    let rsa = |length| {
        let size = match length {
            RsaKeyLength::Bits2048 => RsaKeySize::_2048,
            RsaKeyLength::Bits3072 => RsaKeySize::_3072,
            RsaKeyLength::Bits4096 => RsaKeySize::_4096,
        };
        KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, size)
    };
    match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
        SignatureAlgorithm::EcdsaP384Sha384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384),
        SignatureAlgorithm::EcdsaP521Sha512 => KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512),
        SignatureAlgorithm::RsaPssSha256(length) | SignatureAlgorithm::RsaPkcs1Sha256(length) => {
            rsa(length)
        }
        SignatureAlgorithm::Ed25519 => KeyPair::generate_for(&PKCS_ED25519),
    }
    .unwrap()
}

fn named(attributes: &[(DnType, &str)]) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    for (attribute, value) in attributes {
        params.distinguished_name.push(attribute.clone(), *value);
    }
    params.not_before = OffsetDateTime::from(noon() - 1000 * 60 * MINUTE);
    params.not_after = OffsetDateTime::from(noon() + 1000 * 60 * MINUTE);
    params
}

/// extKeyUsage with time-stamping alone, critical, which rcgen does not write.
fn time_stamping() -> CustomExtension {
    let value = [0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8];
    let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, 37], value.to_vec());
    extension.set_criticality(true);
    extension
}
