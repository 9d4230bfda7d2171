//! Requests as other software makes them, and what is wrong with others.

use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384};

use super::*;
use crate::KeyRefusal;

fn request(key: &KeyPair) -> Vec<u8> {
    let request = CertificateParams::default().serialize_request(key).unwrap();
    request.der().to_vec()
}

fn p256() -> Vec<u8> {
    request(&KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap())
}

#[test]
fn a_key_comes_out_of_its_request_as_it_stood_there() {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let read = CertificationRequest::read(&request(&key)).unwrap();
    assert_eq!(read.public_key, rcgen::PublicKeyData::subject_public_key_info(&key));
    assert_eq!(read.key, RequestedKey::P256);
    assert_eq!(read.public_key_sha256().as_slice(), digest(&SHA256, &read.public_key).as_ref());
}

#[test]
fn no_bit_of_a_request_can_be_changed() {
    let sound = p256();
    for at in 0..sound.len() {
        for bit in 0..8 {
            let mut changed = sound.clone();
            changed[at] ^= 1 << bit;
            assert!(CertificationRequest::read(&changed).is_err(), "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn another_curve_is_refused_by_name() {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let refused = CertificationRequest::read(&request(&key)).unwrap_err();
    assert_eq!(refused, RequestRefusal::Key(KeyRefusal::Kind));
}

#[test]
fn a_request_that_somebody_elses_key_signed_proves_nothing() {
    let (one, other) = (p256(), p256());
    let signed = CertReq::from_der(&one).unwrap();
    let stolen = CertReq { info: signed.info, ..CertReq::from_der(&other).unwrap() };
    let refused = CertificationRequest::read(&stolen.to_der().unwrap()).unwrap_err();
    assert_eq!(refused, RequestRefusal::NoProof);
}

#[test]
fn what_is_behind_a_request_or_too_long_is_refused() {
    let mut longer = p256();
    longer.push(0);
    assert_eq!(CertificationRequest::read(&longer), Err(RequestRefusal::Malformed));
    let long = vec![0x30; MAXIMUM_REQUEST_LENGTH + 1];
    assert_eq!(CertificationRequest::read(&long), Err(RequestRefusal::TooLong));
}

#[test]
fn moduli_and_exponents_outside_the_bounds_are_refused_by_name() {
    // A number is what it is, whether it is a key or not: what is weak is told before the signature.
    let modulus = |bits: usize| {
        let mut modulus = vec![0xff; bits / 8];
        *modulus.last_mut().unwrap() = 0xfd;
        modulus
    };
    let refused = |modulus: &[u8], exponent: &[u8]| {
        let template = CertReq::from_der(&p256()).unwrap();
        let mut info = template.info;
        let integer = |bytes: &[u8]| der::asn1::Uint::new(bytes).unwrap();
        let key = vec![integer(modulus), integer(exponent)].to_der().unwrap();
        info.public_key.algorithm = x509_cert::spki::AlgorithmIdentifierOwned {
            oid: crate::oid::RSA_ENCRYPTION,
            parameters: Some(der::asn1::Any::from(der::asn1::Null)),
        };
        info.public_key.subject_public_key = der::asn1::BitString::from_bytes(&key).unwrap();
        let request = CertReq { info, ..CertReq::from_der(&p256()).unwrap() };
        match CertificationRequest::read(&request.to_der().unwrap()) {
            Err(RequestRefusal::Key(refusal)) => Some(refusal),
            _ => None,
        }
    };
    let usual = &[1, 0, 1];
    assert_eq!(refused(&modulus(2048), usual), Some(KeyRefusal::Length(2048)));
    assert_eq!(refused(&modulus(8192), usual), Some(KeyRefusal::Length(8192)));
    for exponent in [&[1][..], &[3], &[1, 0, 0], &[1, 0, 0, 0, 0, 0, 0, 0, 1]] {
        assert_eq!(refused(&modulus(3072), exponent), Some(KeyRefusal::Exponent), "{exponent:?}");
    }
    let mut even = modulus(3072);
    *even.last_mut().unwrap() = 0xfe;
    assert_eq!(refused(&even, usual), Some(KeyRefusal::Weak));
}
