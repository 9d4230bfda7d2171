use num_bigint::BigUint;
use ring::signature::{Ed25519KeyPair, KeyPair, RsaKeyPair};

use super::*;
use crate::asn1::{Element, Part, identifiers, tag};

const SHA_256: HashAlgorithm = HashAlgorithm::Sha256;

#[test]
fn ed25519_is_verified() {
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let public_key = PublicKey::Ed25519(key.public_key().as_ref());
    let value = key.sign(b"message");
    let verify =
        |message: &[u8]| VerificationAlgorithm::Ed25519.verify(public_key, message, value.as_ref());
    assert_eq!(verify(b"message"), Ok(()));
    assert_eq!(verify(b"another"), Err(Unverified::Wrong));
}

#[test]
fn an_algorithm_for_another_type_of_key_is_not_supported() {
    for (algorithm, key) in [
        (VerificationAlgorithm::Ed25519, PublicKey::P256(&[4; 65])),
        (VerificationAlgorithm::Ecdsa(SHA_256), PublicKey::Ed25519(&[1; 32])),
        (VerificationAlgorithm::Ecdsa(HashAlgorithm::Sha512), PublicKey::Rsa(&[4; 97])),
        (VerificationAlgorithm::RsaPss(PssParameters::of(SHA_256)), PublicKey::P256(&[4; 65])),
        (VerificationAlgorithm::RsaPkcs1(HashAlgorithm::Sha1), PublicKey::Other(&[])),
    ] {
        let result = algorithm.verify(key, b"message", &[]);
        assert_eq!(result, Err(Unverified::Unsupported), "{algorithm:?}");
    }
}

#[test]
fn rsa_keys_that_ring_does_not_take_are_told_apart_from_wrong_signatures() {
    for (bytes, expected) in [
        (64, Unverified::Unsupported),
        (128, Unverified::Wrong),
        (256, Unverified::Wrong),
        (1025, Unverified::Unsupported),
    ] {
        let modulus = [&[0][..], &vec![0xff; bytes]].concat();
        let modulus = Part::Raw(&modulus);
        let key = Part::Element(0x30, &[Part::Element(2, &[modulus]), Part::Raw(&[2, 3, 1, 0, 1])])
            .to_vec();
        let algorithm = VerificationAlgorithm::RsaPkcs1(SHA_256);
        let result = algorithm.verify(PublicKey::Rsa(&key), b"message", &vec![1; bytes]);
        assert_eq!(result, Err(expected), "{bytes}");
    }
}

/// An AlgorithmIdentifier with these parameters.
fn identifier(oid: &[u8], parameters: &[u8]) -> Vec<u8> {
    let oid = Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(oid)]);
    Part::Element(tag::SEQUENCE, &[oid, Part::Raw(parameters)]).to_vec()
}

fn read(identifier: &[u8]) -> Result<VerificationAlgorithm, Unverified> {
    let sequence = Element::parse(identifier, tag::SEQUENCE).unwrap();
    AlgorithmIdentifier::read(sequence).unwrap().signature(Some(SHA_256))
}

#[test]
fn null_parameters_say_the_same_as_none() {
    for (oid, expected) in [
        (identifiers::ECDSA_WITH_SHA_256, VerificationAlgorithm::Ecdsa(SHA_256)),
        (identifiers::ECDSA_WITH_SHA3_512, VerificationAlgorithm::Ecdsa(HashAlgorithm::Sha3_512)),
        (identifiers::ED25519, VerificationAlgorithm::Ed25519),
        (identifiers::SHA_256_WITH_RSA, VerificationAlgorithm::RsaPkcs1(SHA_256)),
        (identifiers::RSA_ENCRYPTION, VerificationAlgorithm::RsaPkcs1(SHA_256)),
    ] {
        assert_eq!(read(&identifier(oid, &[])), Ok(expected));
        assert_eq!(read(&identifier(oid, &[tag::NULL, 0])), Ok(expected));
        assert_eq!(read(&identifier(oid, &[2, 1, 1])), Err(Unverified::Unsupported));
    }
}

#[test]
fn each_parameter_of_pss_has_its_default_and_a_trailer_that_is_stated_is_the_only_one() {
    let sha_256 = identifier(identifiers::SHA_256, &[tag::NULL, 0]);
    let explicit =
        |number, value: &[u8]| Part::Element(tag::context(number), &[Part::Raw(value)]).to_vec();
    let hash = explicit(0, &sha_256);
    let mask = explicit(1, &identifier(identifiers::MGF_1, &sha_256));
    let pss = |fields: &[&[u8]]| {
        let fields = fields.concat();
        let parameters = Part::Element(tag::SEQUENCE, &[Part::Raw(&fields)]).to_vec();
        read(&identifier(identifiers::RSASSA_PSS, &parameters))
    };
    let of = |hash, mask_hash, salt_length| {
        Ok(VerificationAlgorithm::RsaPss(PssParameters { hash, mask_hash, salt_length }))
    };
    let sha_1 = HashAlgorithm::Sha1;
    assert_eq!(pss(&[]), of(sha_1, sha_1, 20));
    assert_eq!(pss(&[&hash]), of(SHA_256, sha_1, 20));
    assert_eq!(pss(&[&hash, &mask]), of(SHA_256, SHA_256, 20));
    let salt = explicit(2, &[2, 2, 0, 222]);
    assert_eq!(pss(&[&hash, &mask, &salt]), of(SHA_256, SHA_256, 222));
    let trailer = |value| explicit(3, &[2, 1, value]);
    assert_eq!(pss(&[&hash, &mask, &salt, &trailer(1)]), of(SHA_256, SHA_256, 222));
    assert_eq!(pss(&[&hash, &mask, &salt, &trailer(2)]), Err(Unverified::Unsupported));
    assert_eq!(pss(&[&mask, &hash]), Err(Unverified::Unsupported));
    assert_eq!(read(&identifier(identifiers::RSASSA_PSS, &[])), Err(Unverified::Unsupported));
}

#[test]
fn a_key_for_pss_alone_signs_with_pss_and_the_parameters_that_it_states() {
    let key = RsaKeyPair::from_pkcs8(
        rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048)
            .unwrap()
            .serialized_der(),
    )
    .unwrap();
    let bits = [&[0][..], key.public().as_ref()].concat();
    let verify = |parameters: &[u8], algorithm: VerificationAlgorithm| {
        let padding: &'static dyn ring::signature::RsaEncoding = match algorithm {
            VerificationAlgorithm::RsaPss(_) => &ring::signature::RSA_PSS_SHA256,
            _ => &ring::signature::RSA_PKCS1_SHA256,
        };
        let mut value = vec![0; key.public().modulus_len()];
        key.sign(padding, &ring::rand::SystemRandom::new(), b"message", &mut value).unwrap();
        let identifier = identifier(identifiers::RSASSA_PSS, parameters);
        let bits = Part::Element(tag::BIT_STRING, &[Part::Raw(&bits)]);
        let info = Part::Element(tag::SEQUENCE, &[Part::Raw(&identifier), bits]).to_vec();
        let key = PublicKey::read(Element::parse(&info, tag::SEQUENCE).unwrap()).unwrap();
        algorithm.verify(key, b"message", &value)
    };
    let explicit =
        |number, value: &[u8]| Part::Element(tag::context(number), &[Part::Raw(value)]).to_vec();
    let stated = |hash: &[u8], mask: &[u8], salt| {
        let hash = identifier(hash, &[tag::NULL, 0]);
        let mask = identifier(identifiers::MGF_1, &identifier(mask, &[tag::NULL, 0]));
        let fields = [explicit(0, &hash), explicit(1, &mask), explicit(2, &[2, 1, salt])].concat();
        Part::Element(tag::SEQUENCE, &[Part::Raw(&fields)]).to_vec()
    };
    let (sha_256, sha_512) = (identifiers::SHA_256, identifiers::SHA_512);
    let pss = VerificationAlgorithm::RsaPss(PssParameters::of(SHA_256));
    for (parameters, expected) in [
        (vec![], Ok(())),
        (vec![tag::NULL, 0], Ok(())),
        (stated(sha_256, sha_256, 32), Ok(())),
        (stated(sha_256, sha_256, 20), Ok(())),
        (stated(sha_256, sha_256, 33), Err(Unverified::Wrong)),
        (stated(sha_512, sha_256, 20), Err(Unverified::Wrong)),
        (stated(sha_256, sha_512, 20), Err(Unverified::Wrong)),
        // SHA-1, by default.
        (vec![tag::SEQUENCE, 0], Err(Unverified::Wrong)),
        (vec![tag::INTEGER, 1, 1], Err(Unverified::Unsupported)),
    ] {
        assert_eq!(verify(&parameters, pss), expected, "{parameters:02x?}");
    }
    let pkcs1 = VerificationAlgorithm::RsaPkcs1(SHA_256);
    assert_eq!(verify(&[], pkcs1), Err(Unverified::Wrong));
}

#[test]
fn what_ring_verifies_and_what_it_does_not_are_verified_alike() {
    let key = RsaKeyPair::from_pkcs8(
        rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048)
            .unwrap()
            .serialized_der(),
    )
    .unwrap();
    let public = key.public().as_ref();
    let signed = |padding: &'static dyn ring::signature::RsaEncoding| {
        let mut value = vec![0; key.public().modulus_len()];
        key.sign(padding, &ring::rand::SystemRandom::new(), b"message", &mut value).unwrap();
        value
    };
    let ours = RsaPublicKey::read(public).unwrap();
    let pss = signed(&ring::signature::RSA_PSS_SHA512);
    let parameters = PssParameters::of(HashAlgorithm::Sha512);
    assert!(ours.verify_pss(parameters, b"message", &pss));
    assert!(!ours.verify_pss(parameters, b"another", &pss));
    for other in [
        PssParameters { salt_length: 63, ..parameters },
        PssParameters { salt_length: 65, ..parameters },
        PssParameters { salt_length: u32::MAX, ..parameters },
        PssParameters { mask_hash: SHA_256, ..parameters },
        PssParameters { hash: SHA_256, ..parameters },
    ] {
        assert!(!ours.verify_pss(other, b"message", &pss), "{other:?}");
    }
    let pkcs1 = signed(&ring::signature::RSA_PKCS1_SHA384);
    assert!(ours.verify_pkcs1(HashAlgorithm::Sha384, b"message", &pkcs1));
    assert!(!ours.verify_pkcs1(HashAlgorithm::Sha384, b"another", &pkcs1));
    assert!(!ours.verify_pkcs1(SHA_256, b"message", &pkcs1));
    for value in [&pkcs1[1..], &[0; 256], &[0xff; 256], &[&[0][..], &pkcs1].concat()] {
        assert!(!ours.verify_pkcs1(HashAlgorithm::Sha384, b"message", value));
    }
    // The modulus without the zero that keeps it positive.
    let sequence = Element::parse(public, tag::SEQUENCE).unwrap();
    let fields: Vec<_> = sequence.elements().unwrap().map(Result::unwrap).collect();
    let negative = Part::Element(tag::INTEGER, &[Part::Raw(&fields[0].contents[1..])]).to_vec();
    let negative =
        Part::Element(tag::SEQUENCE, &[Part::Raw(&negative), Part::Raw(fields[1].raw)]).to_vec();
    let algorithm = VerificationAlgorithm::RsaPkcs1(HashAlgorithm::Sha384);
    assert_eq!(algorithm.verify(PublicKey::Rsa(&negative), b"message", &pkcs1), Ok(()));
    let wrong = algorithm.verify(PublicKey::Rsa(&negative), b"another", &pkcs1);
    assert_eq!(wrong, Err(Unverified::Wrong));
}

#[test]
fn a_hash_without_null_parameters_is_signed_as_well_and_nothing_else_is() {
    let pair = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048);
    let pair = pair.unwrap();
    let key = RsaKeyPair::from_pkcs8(pair.serialized_der()).unwrap();
    // PrivateKeyInfo holds RSAPrivateKey: version, n, e, d.
    let info = Element::parse(pair.serialized_der(), tag::SEQUENCE).unwrap();
    let fields: Vec<_> = info.elements().unwrap().map(Result::unwrap).collect();
    let private = Element::parse(fields[2].contents, tag::SEQUENCE).unwrap();
    let numbers: Vec<_> = private.elements().unwrap().map(Result::unwrap).collect();
    let number = |at: usize| BigUint::from_bytes_be(numbers[at].contents);
    let signed = |digest_info: &[u8]| {
        let padding = vec![0xff; 256 - 3 - digest_info.len()];
        let encoded = [&[0, 1][..], &padding, &[0], digest_info].concat();
        let value = BigUint::from_bytes_be(&encoded).modpow(&number(3), &number(1)).to_bytes_be();
        [vec![0; 256 - value.len()], value].concat()
    };
    let hash = SHA_256.hash(b"message");
    let digest_info = |parameters: &[u8]| {
        let identifier = identifier(identifiers::SHA_256, parameters);
        let octets = Part::Element(tag::OCTET_STRING, &[Part::Raw(hash.as_bytes())]);
        Part::Element(tag::SEQUENCE, &[Part::Raw(&identifier), octets]).to_vec()
    };
    let public = PublicKey::Rsa(key.public().as_ref());
    for (digest_info, expected) in [
        (digest_info(&[tag::NULL, 0]), Ok(())),
        (digest_info(&[]), Ok(())),
        (digest_info(&[tag::INTEGER, 1, 0]), Err(Unverified::Wrong)),
        (hash.as_bytes().to_vec(), Err(Unverified::Wrong)),
        ([&digest_info(&[])[..], &[0]].concat(), Err(Unverified::Wrong)),
    ] {
        let value = signed(&digest_info);
        let verified = VerificationAlgorithm::RsaPkcs1(SHA_256).verify(public, b"message", &value);
        assert_eq!(verified, expected, "{digest_info:02x?}");
    }
}

#[test]
fn a_short_rsa_key_is_short_however_its_modulus_is_written() {
    for modulus in [
        [&[0][..], &[0xff; 128]].concat(),
        // Negative, with an octet that an INTEGER must not have, and with zeros before it.
        vec![0xff; 128],
        [&[0, 0][..], &[0xff; 128]].concat(),
    ] {
        let modulus = Part::Element(tag::INTEGER, &[Part::Raw(&modulus)]).to_vec();
        let fields = [Part::Raw(&modulus), Part::Raw(&[2, 3, 1, 0, 1])];
        let key = Part::Element(tag::SEQUENCE, &fields).to_vec();
        let key = PublicKey::Rsa(&key);
        assert_eq!(key.rsa_modulus_length(), Some(128));
        assert!(!key.is_rsa_of_ring());
        assert!(VerificationAlgorithm::RsaPkcs1(SHA_256).is_legacy(key));
    }
}
