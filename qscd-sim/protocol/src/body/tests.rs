use seal::{ActivationRefusal, CredentialEnd, EvidenceRefusal, QscdError, SadRefusal};

use super::*;
use crate::Refusal;

#[test]
fn every_error_of_the_device_crosses_the_wire_unchanged() {
    let text = || "why".to_owned();
    let mut errors = vec![
        QscdError::Unavailable(text()),
        QscdError::AtCapacity,
        QscdError::EnrolmentRefused(text()),
        QscdError::NotSignable(text()),
    ];
    errors.extend(
        [
            EvidenceRefusal::TokenInvalid,
            EvidenceRefusal::TokenReplayed,
            EvidenceRefusal::OtherDocument,
            EvidenceRefusal::OtherSubject,
            EvidenceRefusal::NoMandate,
            EvidenceRefusal::WrongKind,
            EvidenceRefusal::ActivationUnknown,
            EvidenceRefusal::ActivationWithoutEvidence,
            EvidenceRefusal::OtherProfile,
            EvidenceRefusal::ImprintNotApproved,
            EvidenceRefusal::AttributesMalformed,
        ]
        .map(QscdError::from),
    );
    errors.extend(
        [
            ActivationRefusal::Unknown,
            ActivationRefusal::PossibleClone,
            ActivationRefusal::OtherChallenge,
        ]
        .map(QscdError::from),
    );
    errors.extend(
        [
            SadRefusal::Unknown,
            SadRefusal::OtherCredential,
            SadRefusal::OtherHashes,
            SadRefusal::Expired,
        ]
        .map(QscdError::from),
    );
    errors.extend(
        [
            CredentialEnd::Consumed,
            CredentialEnd::Expired,
            CredentialEnd::Evicted,
            CredentialEnd::Destroyed,
            CredentialEnd::Unknown,
        ]
        .map(QscdError::from),
    );
    for error in errors {
        let json = serde_json::to_string(&Refusal::from(error.clone())).unwrap();
        let back: Refusal = serde_json::from_str(&json).unwrap();
        assert_eq!(back.into_error(), error, "{json}");
    }
}

#[test]
fn hashes_and_evidence_cross_the_wire_unchanged() {
    let digest = Digest::of(DigestAlgorithm::Sha384, b"document");
    for to_sign in [
        ToSign::Digest(digest),
        ToSign::Salted(digest),
        ToSign::Message(b"message".to_vec()),
        ToSign::Attributes(b"attributes".to_vec()),
    ] {
        let json = serde_json::to_string(&SignedInput::from(&to_sign)).unwrap();
        let back: SignedInput = serde_json::from_str(&json).unwrap();
        assert_eq!(back.into_to_sign(), Some(to_sign), "{json}");
    }
    let short: SignedInput =
        serde_json::from_str(r#"{"digest": {"algorithm": "SHA-256", "value": "AAAA"}}"#).unwrap();
    assert!(short.into_to_sign().is_none());

    let document = Digest::of(DigestAlgorithm::Sha256, b"document");
    let token = IdentityToken::new("a.b.c".into());
    let evidence = ActivationEvidence::Person { token, documents: vec![document] };
    let json = serde_json::to_string(&Evidence::from(&evidence)).unwrap();
    let back: Evidence = serde_json::from_str(&json).unwrap();
    let Some(ActivationEvidence::Person { token, documents }) = back.into_evidence() else {
        panic!("other evidence")
    };
    assert_eq!((token.expose(), documents), ("a.b.c", vec![document]));
}

#[test]
fn what_is_not_base64_is_refused() {
    assert!(serde_json::from_str::<Base64>(r#""%%""#).is_err());
    assert_eq!(serde_json::from_str::<Base64>(r#""AQI=""#).unwrap().as_bytes(), [1, 2]);
}
