//! Signatures that OpenSSL made, by each algorithm that can be verified here and by some that cannot.

use super::*;

/// A moment of 2027.
fn later() -> SystemTime {
    SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_800_000_000)
}

fn validate(container: &[u8], content: SignedContent<'_>) -> SignatureReport {
    let read = SignedData::read(container).unwrap();
    let own = CertificateDer::new(read.certificates[0].to_vec());
    let trust =
        TrustMaterial { anchors: TrustAnchors::new([own]).unwrap(), ..TrustMaterial::default() };
    let (expectation, now) = (Expectation::Cades, later());
    Validation { trust: &trust, expectation, now, proven_time: None }.validate(container, content)
}

#[test]
fn foreign_algorithms_are_verified_or_reported_as_not_trusted() {
    let passed = (TotalPassed, None);
    let crypto = (Indeterminate, Some(SubIndication::CryptoConstraintsFailure));
    for (container, algorithm, expected) in [
        (
            &include_bytes!("foreign/rsa-pkcs1-sha256.p7s")[..],
            Some("RSASSA-PKCS1-v1_5 with SHA-256"),
            passed,
        ),
        (
            include_bytes!("foreign/rsa-pkcs1-sha512.p7s"),
            Some("RSASSA-PKCS1-v1_5 with SHA-512"),
            passed,
        ),
        (include_bytes!("foreign/rsa-pss-sha384.p7s"), Some("RSASSA-PSS with SHA-384"), passed),
        (include_bytes!("foreign/ecdsa-p384-sha256.p7s"), Some("ECDSA with SHA-256"), passed),
        (include_bytes!("foreign/rsa-pss-salt-20.p7s"), Some("RSASSA-PSS with SHA-256"), passed),
        (include_bytes!("foreign/ecdsa-p384-sha512.p7s"), Some("ECDSA with SHA-512"), passed),
        (include_bytes!("foreign/ecdsa-p521.p7s"), Some("ECDSA with SHA-512"), passed),
        (include_bytes!("foreign/rsa-1024.p7s"), Some("RSASSA-PKCS1-v1_5 with SHA-256"), crypto),
        (include_bytes!("foreign/rsa-pss-salt-max.p7s"), Some("RSASSA-PSS with SHA-256"), passed),
        (
            include_bytes!("foreign/rsa-pss-mgf1-sha1.p7s"),
            Some("RSASSA-PSS with SHA-256 and MGF1 over SHA-1"),
            passed,
        ),
        (include_bytes!("foreign/rsa-pss-sha1.p7s"), Some("RSASSA-PSS with SHA-1"), crypto),
        (include_bytes!("foreign/rsa-sha224.p7s"), Some("RSASSA-PKCS1-v1_5 with SHA-224"), passed),
        (
            include_bytes!("foreign/rsa-sha3-256.p7s"),
            Some("RSASSA-PKCS1-v1_5 with SHA3-256"),
            passed,
        ),
        (include_bytes!("foreign/ecdsa-p256-sha224.p7s"), Some("ECDSA with SHA-224"), passed),
        (include_bytes!("foreign/ecdsa-p256-sha1.p7s"), Some("ECDSA with SHA-1"), crypto),
        (include_bytes!("foreign/ecdsa-brainpool.p7s"), Some("ECDSA with SHA-256"), crypto),
        (include_bytes!("foreign/rsa-md5.p7s"), Some("RSASSA-PKCS1-v1_5 with MD5"), crypto),
        (include_bytes!("foreign/rsa-sha1.p7s"), Some("RSASSA-PKCS1-v1_5 with SHA-1"), crypto),
    ] {
        let report = validate(container, SignedContent::Bytes(CONTENT));
        assert_eq!(conclusion(&report), expected, "{algorithm:?} {:?}", report.findings);
        assert_eq!(report.algorithm.as_deref(), algorithm);
        if expected == passed {
            assert_eq!(report.level_name(), Some("CAdES-B-B"));
        }
        // Whatever the algorithm is worth: other content, and another value, are what they are.
        let changed = validate(container, SignedContent::Bytes(b"decision 18"));
        assert_eq!(conclusion(&changed), (TotalFailed, Some(SubIndication::HashFailure)));
        let mut forged = container.to_vec();
        *forged.last_mut().unwrap() ^= 1;
        let forged = validate(&forged, SignedContent::Bytes(CONTENT));
        let is_verified = !report.findings.iter().any(|one| one.explanation.contains("brainpool"));
        let crypto_failure = (TotalFailed, Some(SubIndication::SigCryptoFailure));
        assert_eq!(conclusion(&forged), if is_verified { crypto_failure } else { crypto });
    }
}

#[test]
fn an_algorithm_that_is_not_trusted_or_not_judged_is_told_by_its_name() {
    for (container, name) in [
        (&include_bytes!("foreign/rsa-sha1.p7s")[..], "SHA-1"),
        (include_bytes!("foreign/ecdsa-p256-sha1.p7s"), "SHA-1"),
        (include_bytes!("foreign/rsa-md5.p7s"), "MD5"),
        (include_bytes!("foreign/ecdsa-brainpool.p7s"), "brainpoolP256r1"),
    ] {
        let report = validate(container, SignedContent::Bytes(CONTENT));
        let finding = report.findings.iter().find(|one| one.code == code::ALGORITHM).unwrap();
        assert!(finding.explanation.contains(name), "{finding:?}");
    }
}

#[test]
fn indefinite_lengths_and_content_in_pieces_are_read() {
    let container = include_bytes!("foreign/indefinite-length.p7m");
    let report = validate(container, SignedContent::Attached);
    assert_eq!(conclusion(&report), (TotalPassed, None), "{:?}", report.findings);
    let report = validate(container, SignedContent::Bytes(CONTENT));
    assert_eq!(report.indication, TotalPassed);
}

#[test]
fn a_foreign_time_stamp_is_verified() {
    let token = include_bytes!("foreign/time-stamp.tst");
    let own = Token::parse(token).unwrap().certificates()[0].der().clone();
    let trust =
        TrustMaterial { anchors: TrustAnchors::new([own]).unwrap(), ..TrustMaterial::default() };
    let (expectation, now) = (Expectation::Cades, later());
    let validation = Validation { trust: &trust, expectation, now, proven_time: None };
    let report = validation.validate_time_stamp(token, &|of| of.hash(CONTENT));
    assert_eq!(conclusion(&report), (TotalPassed, None), "{:?}", report.findings);
    assert_eq!(report.algorithm.as_deref(), Some("RSASSA-PKCS1-v1_5 with SHA-384"));
    assert_eq!(Token::parse(token).unwrap().policy().to_string(), "2.999.3161.1");
    let report = validation.validate_time_stamp(token, &|of| of.hash(b""));
    assert_eq!(conclusion(&report), (TotalFailed, Some(SubIndication::HashFailure)));
}
