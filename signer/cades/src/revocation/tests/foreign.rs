//! Lists that another program signed, by algorithms that ring does not verify.

use super::*;

#[test]
fn a_list_is_read_whatever_it_is_signed_with() {
    let (elliptic, rsa) =
        (&include_bytes!("foreign/ec.cer")[..], include_bytes!("foreign/rsa.cer"));
    for (what, issuer, list) in [
        ("ECDSA, SHA-224", elliptic, &include_bytes!("foreign/ec-sha224.crl")[..]),
        ("ECDSA, SHA3-384", elliptic, include_bytes!("foreign/ec-sha3-384.crl")),
        ("RSA, SHA-224", rsa, include_bytes!("foreign/rsa-sha224.crl")),
        ("RSA, SHA3-512", rsa, include_bytes!("foreign/rsa-sha3-512.crl")),
        ("PSS, the longest salt", rsa, include_bytes!("foreign/rsa-pss-salt-max.crl")),
        ("PSS, no salt", rsa, include_bytes!("foreign/rsa-pss-salt-0.crl")),
        ("PSS, another hash of the mask", rsa, include_bytes!("foreign/rsa-pss-mgf1-sha512.crl")),
    ] {
        let issuer = certificate(&CertificateDer::new(issuer.to_vec()));
        // They name number 1, which is their issuer's own.
        let status = |list: Vec<u8>| RevocationList::parse(list).unwrap().status(&issuer, &issuer);
        let read = status(list.to_vec());
        assert!(matches!(read, Ok(RevocationStatus::Revoked { .. })), "{what}: {read:?}");
        let mut forged = list.to_vec();
        *forged.last_mut().unwrap() ^= 1;
        assert_eq!(status(forged), Err(Unverified::Wrong), "{what}");
    }
}
