//! Time-stamping units besides the first, with lifetimes of their own.

use std::time::SystemTime;

use rcgen::{DnType, KeyPair, KeyUsagePurpose, SigningKey};
use seal::{CertificateDer, Digest, SignatureAlgorithm, SignatureValue, TimeStampTokenDer};
use time::OffsetDateTime;

use super::{Pki, key, named, time_stamping};
use crate::{
    Certificate,
    time_stamp::{Accuracy, Statement, TimeStampingUnit, TokenToBeSigned},
};

/// A unit's certificate and key.
pub(crate) struct Unit {
    pub(crate) certificate: Certificate,
    key: KeyPair,
}

impl Pki {
    /// A unit whose certificate the root issued, valid until then.
    pub(crate) fn unit_until(&self, name: &str, not_after: SystemTime) -> Unit {
        let key = key(SignatureAlgorithm::EcdsaP256Sha256);
        let mut params = named(&[(DnType::CommonName, name)]);
        params.not_after = OffsetDateTime::from(not_after);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        params.custom_extensions = vec![time_stamping()];
        let der = params.signed_by(&key, &self.root_issuer).unwrap().der().to_vec();
        Unit { certificate: Certificate::parse(CertificateDer::new(der)).unwrap(), key }
    }
}

impl Unit {
    /// A token over `imprint`, with the unit's certificate inside.
    pub(crate) fn token(&self, imprint: Digest, gen_time: SystemTime) -> TimeStampTokenDer {
        let unit = TimeStampingUnit::new(self.certificate.der().clone()).unwrap();
        let statement = Statement {
            policy: "0.4.0.2023.1.1".parse().unwrap(),
            imprint,
            serial_number: vec![0x17; 20],
            gen_time,
            milliseconds: true,
            accuracy: Accuracy::ONE_SECOND,
            nonce: None,
        };
        let token = TokenToBeSigned::new(&unit, &statement, true).unwrap();
        let value = SignatureValue::new(self.key.sign(token.message()).unwrap());
        token.assemble(&value)
    }
}
