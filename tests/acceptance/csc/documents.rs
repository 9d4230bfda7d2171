//! Whole documents and digests, each sealed with a key of its own; and credentials in the client's hands.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Client, ECDSA, assert_refused, decoded, hash, refused};
use crate::{
    configuration::configuration,
    fixtures,
    issuer::Issuer,
    oracle::{Folder, csc_embedded, openssl, pdfsig, pyhanko},
    server::{API_KEY, Server},
};

const DECISIONS: &str = "x_segl_decisions";
/// A profile that certifies.
const PAYROLL: &str = "x_segl_payroll";

fn document(bytes: &[u8], more: Value) -> Value {
    let mut item = json!({ "document": STANDARD.encode(bytes), "signAlgo": ECDSA });
    let Value::Object(more) = more else { panic!("an object") };
    item.as_object_mut().expect("an object").extend(more);
    item
}

async fn sign(
    client: &Client<'_>,
    qualifier: &str,
    member: &str,
    item: Value,
) -> crate::server::Answer {
    let asked = json!({ "signatureQualifier": qualifier, member: [item] });
    client.ask("signatures/signDoc", asked).await
}

#[tokio::test]
async fn a_pdf_is_certified_by_default_where_the_profile_certifies_and_not_in_a_revision() {
    let keys = Issuer::new().key_set();
    let server = Server::configured(&configuration(), &keys).await;
    let client = Client::new(&server, "v2");
    let pdf = fixtures::named("one-page.pdf");
    let trust = server.pki("trust-anchor.pem").await;
    let cases = [(PAYROLL, json!({}), json!(2)), (DECISIONS, json!("Revision"), Value::Null)];
    for (qualifier, property, certification) in cases {
        let mut more = json!({ "signature_format": "p", "conformance_level": "AdES-B-T" });
        if property.is_string() {
            more["signed_envelope_property"] = property;
        }
        let answer = sign(&client, qualifier, "documents", document(&pdf, more)).await.ok().json();
        let sealed = decoded(&answer["DocumentWithSignature"][0]);
        assert!(answer.get("SignatureObject").is_none(), "{qualifier}");
        let [signature] = pdfsig(&sealed).try_into().expect("one signature");
        assert!(signature.valid && signature.covers_document, "{signature:?}");
        let [signature] = pyhanko(&sealed, &trust, &[]).expect("a PDF").try_into().expect("one");
        assert!(signature.is_good(), "{signature:?}");
        let report = server.validate(&sealed).await;
        assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
        assert_eq!(report["signatures"][0]["certification"], certification, "{report}");
    }
    // What the specification has by default is more than this profile permits.
    let more = json!({ "signature_format": "P" });
    let (status, code, description) =
        refused(&sign(&client, DECISIONS, "documents", document(&pdf, more)).await);
    assert_eq!((status, &*code), (403, "access_denied"), "{description}");
    assert!(description.contains("certify = 2"), "{description}");
}

#[tokio::test]
async fn a_cms_carries_its_document_or_not_and_openssl_verifies_it() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let content = b"Minutes of the meeting";
    let folder = Folder::new();
    folder.write("trust.pem", &server.pki("trust-anchor.pem").await);
    folder.write("content", content);
    let verify = "cms -verify -cades -binary -inform DER -in @cms -CAfile @trust.pem -out @out";
    for (property, member, outside) in [
        ("attached", "DocumentWithSignature", ""),
        ("Detached", "SignatureObject", " -content @content"),
    ] {
        let more = json!({ "signature_format": "C", "signed_envelope_property": property });
        let answer = sign(&client, DECISIONS, "documents", document(content, more)).await.ok();
        folder.write("cms", &decoded(&answer.json()[member][0]));
        openssl(&folder, &format!("{verify}{outside}")).unwrap_or_else(|said| panic!("{said}"));
        assert_eq!(std::fs::read(folder.path("out")).expect("the content"), content);
    }
    let digest = json!({
        "hashes": [hash("Minutes of the meeting")], "hashAlgorithmOID": super::SHA256_OID,
        "signature_format": "C", "conformance_level": "Ades-B-T", "signAlgo": ECDSA,
    });
    let answer = sign(&client, DECISIONS, "documentDigests", digest).await.ok().json();
    folder.write("cms", &decoded(&answer["SignatureObject"][0]));
    openssl(&folder, &format!("{verify} -content @content"))
        .unwrap_or_else(|said| panic!("{said}"));
}

#[tokio::test]
async fn what_is_made_of_a_digest_is_put_into_the_pdf_by_pyhanko() {
    let server = Server::demo().await;
    let pdf = fixtures::named("one-page.pdf");
    let sealed = csc_embedded(&server.address, API_KEY, DECISIONS, &pdf);
    let trust = server.pki("trust-anchor.pem").await;
    let [signature] = pdfsig(&sealed).try_into().expect("one signature");
    assert!(signature.valid && signature.covers_document, "{signature:?}");
    let [signature] = pyhanko(&sealed, &trust, &[]).expect("a PDF").try_into().expect("one");
    assert!(signature.is_good(), "{signature:?}");
}

#[tokio::test]
async fn what_does_not_fit_is_told_and_nothing_is_sealed() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let pdf = fixtures::named("one-page.pdf");
    let item = |more: Value| {
        let mut all = json!({ "signature_format": "P", "signed_envelope_property": "Revision" });
        let more = more.as_object().expect("an object").clone();
        all.as_object_mut().expect("an object").extend(more);
        document(&pdf, all)
    };
    for (more, description) in [
        (json!({ "signature_format": "X" }), "Invalid parameter signature_format"),
        (json!({ "conformance_level": "AdES-B-C" }), "Invalid parameter conformance_level"),
        (
            json!({ "signed_envelope_property": "Attached" }),
            "Invalid parameter signed_envelope_property",
        ),
        (json!({ "signAlgo": "1.2.840.113549.1.1.11" }), "Invalid parameter signAlgo"),
        (json!({ "document": "?" }), "Invalid parameter document"),
    ] {
        let answer = sign(&client, DECISIONS, "documents", item(more)).await;
        assert_refused(&answer, description);
    }
    let answer = sign(&client, "eu_eidas_qeseal", "documents", item(json!({}))).await;
    assert_refused(&answer, "Invalid parameter signatureQualifier");
    let asked = json!({ "signatureQualifier": DECISIONS });
    let answer = client.ask("signatures/signDoc", asked).await;
    assert_refused(&answer, "Empty documentDigests and documents objects");
    let digest = json!({
        "hashes": [hash("a")], "hashAlgorithmOID": "2.16.840.1.101.3.4.2.1",
        "signature_format": "C", "signAlgo": "1.2.840.10045.4.3.3",
    });
    let answer = sign(&client, DECISIONS, "documentDigests", digest).await;
    assert_refused(&answer, "Invalid parameter signAlgo");
    // Version 1 knows no documents.
    let first = Client::new(&server, "v1");
    let answer = sign(&first, DECISIONS, "documents", item(json!({}))).await;
    assert_eq!((answer.status, refused(&answer).2.as_str()), (404, "There is no such method"));
}

#[tokio::test]
async fn a_credential_is_made_on_demand_signs_and_is_gone_when_it_is_deleted() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let before = server.device_counters().await["live"].as_u64().expect("a number");
    for policy in [DECISIONS, "1.3.6.1.4.1.32473.1.1"] {
        let asked = json!({
            "credentialCreationRequest": { "certificatePolicy": policy, "subjectData": {} },
            "certificates": "chain", "certInfo": true,
        });
        let made = client.ask("credentials/create", asked).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let made = made.json();
        let id = made["credentialID"].as_str().expect("a name");
        assert_eq!(made["signatureQualifier"], DECISIONS);
        assert_eq!(made["cert"]["certificates"].as_array().expect("a list").len(), 2);
        assert!(client.credentials().await.contains(&id.to_owned()));
        let sad = client.sad(id, &["a", "b"]).await;
        client.verify(id, &client.sign(id, &sad, &["a"]).await.ok(), &["a"]).await;
        let other = client
            .with_key(&super::application(&server, &format!("of-{}", policy.len()), None).await.0);
        let unknown = "Invalid parameter credentialID";
        let delete = json!({ "credentialID": id });
        assert_refused(&other.ask("credentials/delete", delete.clone()).await, unknown);
        let deleted = client.ask("credentials/delete", delete.clone()).await;
        assert_eq!((deleted.status, &*deleted.text()), (204, ""));
        assert_refused(&client.ask("credentials/delete", delete).await, unknown);
        assert_refused(&client.sign(id, &sad, &["b"]).await, unknown);
    }
    for id in client.credentials().await {
        client.ask("credentials/delete", json!({ "credentialID": id })).await.ok();
    }
    // Their keys are destroyed at once, by a task of its own.
    for _ in 0..100 {
        if server.device_counters().await["live"].as_u64() <= Some(before) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(server.device_counters().await["live"], before);
    for policy in ["x_segl_staff", "x_segl_nothing", "0.4.0.194112.1.2"] {
        let asked = json!({ "credentialCreationRequest": { "certificatePolicy": policy } });
        assert!(refused(&client.ask("credentials/create", asked).await).0 < 500, "{policy}");
    }
}
