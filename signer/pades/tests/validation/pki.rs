//! One root, one organisation, one time-stamping unit; and what they sign.

use std::time::{Duration, SystemTime};

use cades::time_stamp::{Accuracy, Statement, TimeStampTrust, TimeStampingUnit, TokenToBeSigned};
use cades::{
    Certificate, Content, Signature, SignatureKind, ToBeSigned, TrustAnchors, TrustMaterial,
};
use pades::{Document, PreparedDocument, SignatureOptions};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SigningKey,
};
use seal::{
    CertificateDer, Chain, Digest, DigestAlgorithm, SignatureAlgorithm, SignatureValue,
    TimeStampTokenDer,
};

/// Room for any CMS or token made here.
pub const RESERVED: usize = 4_096;

pub struct Pki {
    root: CertificateDer,
    organisation: (CertificateDer, KeyPair),
    unit: (CertificateDer, KeyPair),
}

/// The time at which everything here happens.
pub fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_782_907_200)
}

impl Pki {
    pub fn new() -> Self {
        let root_key = KeyPair::generate().unwrap();
        let mut root = named("Test Root");
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let root_der = CertificateDer::new(root.self_signed(&root_key).unwrap().der().to_vec());
        let root = Issuer::new(root, root_key);

        let mut organisation = named("Havnsted Kommune");
        organisation.distinguished_name.push(DnType::OrganizationName, "Havnsted Kommune");
        organisation.key_usages = vec![KeyUsagePurpose::ContentCommitment];
        // noRevAvail (RFC 9608).
        organisation.custom_extensions =
            vec![CustomExtension::from_oid_content(&[2, 5, 29, 56], vec![5, 0])];

        let mut unit = named("Test Time-Stamping Unit");
        unit.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let purpose = [0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8];
        let mut purpose = CustomExtension::from_oid_content(&[2, 5, 29, 37], purpose.to_vec());
        purpose.set_criticality(true);
        unit.custom_extensions = vec![purpose];

        let issue = |params: CertificateParams| {
            let key = KeyPair::generate().unwrap();
            let der = params.signed_by(&key, &root).unwrap().der().to_vec();
            (CertificateDer::new(der), key)
        };
        Self { organisation: issue(organisation), unit: issue(unit), root: root_der }
    }

    pub fn trust(&self) -> TrustMaterial {
        let anchors = TrustAnchors::new([self.root.clone()]).unwrap();
        TrustMaterial { anchors, ..TrustMaterial::default() }
    }

    pub fn certificate(&self) -> &[u8] {
        self.organisation.0.as_bytes()
    }

    /// The document with one more seal, in a new field that shows nothing.
    pub fn seal(&self, document: &[u8]) -> Vec<u8> {
        self.seal_as(document, &SignatureOptions::new(noon()))
    }

    pub fn seal_as(&self, document: &[u8], options: &SignatureOptions) -> Vec<u8> {
        let document = Document::open(document.to_vec().into()).unwrap();
        let prepared = document.prepare(options, DigestAlgorithm::Sha256, RESERVED).unwrap();
        self.embed(prepared, false)
    }

    /// The same with a signature-time-stamp.
    pub fn seal_with_time_stamp(&self, document: &[u8]) -> Vec<u8> {
        let document = Document::open(document.to_vec().into()).unwrap();
        let options = SignatureOptions::new(noon());
        let prepared = document.prepare(&options, DigestAlgorithm::Sha256, RESERVED).unwrap();
        self.embed(prepared, true)
    }

    /// The CMS over this digest.
    pub fn cms(&self, digest: &Digest, time_stamp: bool) -> Vec<u8> {
        let mut signature = self.signature(digest);
        if time_stamp {
            signature = self.stamp(signature);
        }
        signature.to_der(Content::Detached).unwrap()
    }

    /// The CMS over these octets, which stand inside.
    pub fn attached_cms(&self, content: &[u8]) -> Vec<u8> {
        let digest = Digest::of(DigestAlgorithm::Sha256, content);
        self.signature(&digest).to_der(Content::Attached(content)).unwrap()
    }

    fn signature(&self, digest: &Digest) -> Signature {
        let (certificate, key) = &self.organisation;
        let chain = Chain::new(certificate.clone(), Vec::new());
        let suite = SignatureAlgorithm::EcdsaP256Sha256;
        let to_be_signed = ToBeSigned::new(digest, chain, suite, SignatureKind::Pades).unwrap();
        let value = SignatureValue::new(key.sign(to_be_signed.message()).unwrap());
        to_be_signed.assemble(value).unwrap()
    }

    fn embed(&self, prepared: PreparedDocument, time_stamp: bool) -> Vec<u8> {
        let cms = self.cms(&prepared.digest(), time_stamp);
        prepared.embed(&cms).unwrap().to_vec()
    }

    fn stamp(&self, signature: Signature) -> Signature {
        let token = self.token(signature.imprint(DigestAlgorithm::Sha256));
        let unit = Certificate::parse(self.unit.0.clone()).unwrap();
        signature.with_time_stamp(token, None, TimeStampTrust::Certificate(&unit)).unwrap()
    }

    /// The document with a document time-stamp.
    pub fn time_stamp(&self, document: &[u8]) -> Vec<u8> {
        let document = Document::open(document.to_vec().into()).unwrap();
        let prepared = document.prepare_time_stamp(DigestAlgorithm::Sha256, RESERVED).unwrap();
        let token = self.token(prepared.digest());
        prepared.embed(token.as_bytes()).unwrap().to_vec()
    }

    pub fn token(&self, imprint: Digest) -> TimeStampTokenDer {
        let (certificate, key) = &self.unit;
        let unit = TimeStampingUnit::new(certificate.clone()).unwrap();
        let statement = Statement {
            policy: "0.4.0.2023.1.1".parse().unwrap(),
            imprint,
            serial_number: vec![0x9a; 20],
            gen_time: noon(),
            milliseconds: true,
            accuracy: Accuracy::ONE_SECOND,
            nonce: None,
        };
        let token = TokenToBeSigned::new(&unit, &statement, true).unwrap();
        let value = SignatureValue::new(key.sign(token.message()).unwrap());
        token.assemble(&value)
    }
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = (noon() - Duration::from_secs(3_600)).into();
    params.not_after = (noon() + Duration::from_secs(3_600)).into();
    params.use_authority_key_identifier_extension = true;
    params
}
