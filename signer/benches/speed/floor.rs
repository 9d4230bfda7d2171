//! The primitives themselves, in the libraries that the service uses.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING as DEVICE, EcdsaKeyPair as DeviceKey};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, UnparsedPublicKey,
    },
};

/// Keys as the certification authority and the time-stamping unit hold them.
pub struct Floor {
    authority: EcdsaKeyPair,
    random: SystemRandom,
}

impl Floor {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let authority =
            EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).expect("a key");
        Self { authority, random }
    }

    /// One credential: key generation, certificate signature, document signature.
    pub fn credential(&self) {
        let message = [7; 256];
        let key = DeviceKey::generate(&DEVICE).expect("a key");
        self.authority.sign(&self.random, &message).expect("a signature");
        key.sign(&aws_lc_rs::rand::SystemRandom::new(), &message).expect("a signature");
    }

    /// One certificate for somebody else's key: its request's signature verified, and the certificate's made.
    pub fn certificate(&self) {
        use ring::signature::KeyPair as _;
        let message = [7; 256];
        let value = self.authority.sign(&self.random, &message).expect("a signature");
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, self.authority.public_key().as_ref())
            .verify(&message, value.as_ref())
            .expect("the signature verifies");
    }

    /// One seal: key generation, certificate signature, document signature, a time-stamp's
    /// signature if there is one, and one verification of the document signature.
    pub fn seal(&self, time_stamped: bool) {
        use aws_lc_rs::signature::KeyPair as _;
        let message = [7; 256];
        let key = DeviceKey::generate(&DEVICE).expect("a key");
        self.authority.sign(&self.random, &message).expect("a signature");
        let value = key.sign(&aws_lc_rs::rand::SystemRandom::new(), &message).expect("a signature");
        if time_stamped {
            self.authority.sign(&self.random, &message).expect("a signature");
        }
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.public_key().as_ref())
            .verify(&message, value.as_ref())
            .expect("the signature verifies");
    }
}

/// One pass of SHA-256.
pub fn hash(document: &[u8]) {
    std::hint::black_box(digest(&SHA256, document));
}
