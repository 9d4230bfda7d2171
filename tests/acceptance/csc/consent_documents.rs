//! A person agrees to documents, by their hashes, and they are sealed under that consent.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::digest::{SHA256, digest};
use serde_json::json;

use super::{
    ECDSA, SHA256_OID, assert_refused,
    consent::{bearing, token},
    decoded, hash, refused,
};
use crate::{
    fixtures,
    oauth::{
        House,
        person::{Browser, asked, with},
    },
    server::Answer,
};

#[tokio::test]
async fn a_token_of_a_consent_seals_the_documents_that_were_agreed_to_each_once() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let (service, _) = house.tokens(&client, "karen").await;
    let service = bearing(&house, &service);
    let id = service.credential("Decisions").await;
    let pdf = fixtures::named("one-page.pdf");
    let digests = json!([
        { "label": "The decision", "hashType": "SODR", "hash": STANDARD.encode(digest(&SHA256, &pdf)) },
        { "label": "Its annex", "hashType": "SDR", "hash": hash("annex") },
    ]);
    let asked_for = json!([{
        "type": "credential", "credentialID": id, "documentDigests": digests,
        "hashAlgorithmOID": SHA256_OID,
    }]);
    let details = asked_for.to_string();
    let wanted = with(&asked(&client, "credential"), &[("authorization_details", &details)]);
    let code = Browser::of(&house, "karen").await.code(&wanted).await;
    let given = house.exchange(&client, &code, &[("authorization_details", &details)]).await;
    let sad = bearing(&house, &token(&given.ok().json()));

    let whole = |pdf: &[u8]| {
        let document = STANDARD.encode(pdf);
        json!({ "credentialID": id, "documents": [{
            "document": document, "signature_format": "P", "conformance_level": "AdES-B-T",
            "signed_envelope_property": "Revision", "signAlgo": ECDSA,
        }] })
    };
    let by_digest = |message: &str| {
        json!({ "documentDigests": [{
            "hashes": [hash(message)], "hashAlgorithmOID": SHA256_OID, "signature_format": "C",
            "conformance_level": "AdES-B-B", "signed_envelope_property": "Detached",
            "signAlgo": ECDSA,
        }] })
    };
    let unseen = |answer: &Answer| {
        let (status, code, _) = refused(answer);
        assert_eq!((status, &*code), (403, "invalid_hash"), "{}", answer.text());
    };
    let mut other = pdf.clone();
    other.extend_from_slice(b"\n");
    unseen(&sad.ask("signatures/signDoc", whole(&other)).await);
    unseen(&sad.ask("signatures/signDoc", by_digest("another")).await);
    let mut foreign = whole(&pdf);
    foreign["credentialID"] = json!(service.credential("Payroll").await);
    assert_refused(&sad.ask("signatures/signDoc", foreign).await, "Invalid parameter SAD");
    // The service's token seals nothing by itself.
    let mut bare = whole(&pdf);
    bare["signatureQualifier"] = json!("x_segl_decisions");
    bare.as_object_mut().expect("an object").remove("credentialID");
    let (status, code, _) = refused(&service.ask("signatures/signDoc", bare).await);
    assert_eq!((status, &*code), (403, "access_denied"));

    let sealed = sad.ask("signatures/signDoc", whole(&pdf)).await.ok().json();
    let sealed = decoded(&sealed["DocumentWithSignature"][0]);
    let report = house.server.validate(&sealed).await;
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
    unseen(&sad.ask("signatures/signDoc", whole(&pdf)).await);
    // Beside the service's token, as the SAD.
    let mut beside = by_digest("annex");
    beside["SAD"] = json!(sad.key);
    let sealed = service.ask("signatures/signDoc", beside.clone()).await.ok().json();
    assert!(sealed["SignatureObject"][0].is_string(), "{sealed}");
    unseen(&service.ask("signatures/signDoc", beside).await);
}
