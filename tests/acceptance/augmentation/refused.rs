//! What is not raised, each with its problem, and never with a document.

use serde_json::{Value, json};

use super::{CONTENT, SHAPES, Shape};
use crate::{
    audit_log, configuration, fixtures,
    pdf_signature::PdfSignature,
    server::{API_KEY, Answer, Server, sha256_hex},
    spoilt,
};

/// The problem's name, of an answer that holds nothing else.
pub(super) fn problem(answer: &Answer) -> String {
    let problem = answer.problem();
    assert!(answer.header("location").is_empty(), "a receipt for nothing");
    let name = problem["type"].as_str().expect("a type");
    name.strip_prefix("urn:segl:problem:").expect("one of ours").to_owned()
}

async fn refusal(server: &Server, level: &str, document: &[u8], shape: Shape) -> String {
    problem(&server.augment(level, document, shape.parts()).await)
}

#[tokio::test]
async fn there_must_be_something_to_raise() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    let page = fixtures::named("one-page.pdf");
    assert_eq!(refusal(&server, "B-LT", &page, Shape::Pades).await, "signature-missing");
    assert_eq!(refusal(&server, "B-LT", CONTENT, Shape::Attached).await, "signature-missing");
    for shape in SHAPES {
        let sealed = |level: &str| format!("profile=validity-assured-ES256&level={level}");
        let archived = shape.sealed(&server, &sealed("B-LTA")).await;
        for level in ["B-T", "B-LT"] {
            assert_eq!(refusal(&server, level, &archived, shape).await, "level-reached");
        }
        let stamped = shape.sealed(&server, &sealed("B-T")).await;
        assert_eq!(refusal(&server, "B-T", &stamped, shape).await, "level-reached");
        assert_eq!(refusal(&server, "B-B", &stamped, shape).await, "level-not-offered");
    }
}

#[tokio::test]
async fn what_does_not_hold_is_refused_with_its_finding() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    for shape in SHAPES {
        let sealed = shape.sealed(&server, "profile=validity-assured-ES256&level=B-T").await;
        let copies = match shape {
            Shape::Pades => spoilt::pdfs(&server, &sealed).await,
            Shape::Detached | Shape::Attached => spoilt::cms(&server, &sealed).await,
        };
        for spoilt::Spoilt { what, bytes } in copies {
            let answer = server.augment("B-LTA", &bytes, shape.parts()).await;
            assert_eq!(answer.status, 422, "{shape:?}, {what}: {}", answer.text());
            problem(&answer);
        }
    }
    let sealed = Shape::Detached.sealed(&server, "profile=validity-assured-ES256").await;
    let answer = server.augment("B-LT", &sealed, &[("content", b"another")]).await;
    assert_eq!(problem(&answer), "signature-not-valid");
    let detail = answer.problem()["detail"].as_str().expect("a sentence").to_owned();
    assert!(detail.contains("TOTAL-FAILED (HASH_FAILURE)"), "{detail}");
    assert!(detail.contains("the content is not the one that was signed"), "{detail}");
    // Without its content nothing can be said of it.
    assert_eq!(problem(&server.augment("B-LT", &sealed, &[]).await), "signature-not-valid");
}

#[tokio::test]
async fn what_has_expired_without_a_time_is_refused() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    for assurance in configuration::ASSURANCES {
        for shape in SHAPES {
            let query = format!("profile={assurance}-ES256&level=B-B");
            let sealed = shape.sealed(&server, &query).await;
            server.control("/clock", json!({ "action": "advance", "seconds": 86_400 })).await.ok();
            let answer = server.augment("B-LTA", &sealed, shape.parts()).await;
            assert_eq!(problem(&answer), "signature-not-valid", "{shape:?}: {}", answer.text());
            server.control("/clock", json!({ "action": "reset" })).await.ok();
        }
    }
}

/// A signer that is revoked after its time-stamp made the signature in time; before, it did not.
#[tokio::test]
async fn a_revoked_signer_counts_from_its_revocation_on() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    for shape in SHAPES {
        for (level, expected) in [("B-B", Err("signature-not-valid")), ("B-T", Ok(()))] {
            let query = format!("profile=revocable-ES256&level={level}&{}", shape.query());
            let page = fixtures::named("one-page.pdf");
            let input = if shape == Shape::Pades { &page } else { CONTENT };
            let sealed = server.seal(&query, input).await.ok();
            let receipt = server.get_as(sealed.header("location"), API_KEY).await.ok().json();
            let serial = receipt["certificate_serial"].as_str().expect("a number").to_owned();
            server.control("/clock", json!({ "action": "advance", "seconds": 5 })).await.ok();
            let revoke = format!("/certificates/{serial}/revoke");
            server.control(&revoke, json!({ "reason": "keyCompromise" })).await.ok();
            let answer = server.augment("B-LTA", &sealed.body, shape.parts()).await;
            match expected {
                Ok(()) => drop(answer.ok()),
                Err(expected) => assert_eq!(problem(&answer), expected, "{shape:?}"),
            }
        }
    }
}

#[tokio::test]
async fn signatures_of_authorities_that_nobody_trusts_are_refused() {
    let [server, stranger] = [Server::demo().await, Server::demo().await];
    for shape in SHAPES {
        let sealed = shape.sealed(&stranger, "profile=decisions&level=B-T").await;
        assert_eq!(refusal(&server, "B-LT", &sealed, shape).await, "signature-not-trusted");
    }
}

#[tokio::test]
async fn without_a_time_stamp_nothing_is_answered() {
    let mut server = Server::configured(&configuration::every_combination(), "{}").await;
    let faults = [
        ("tsa-down", "time-stamp-unavailable"),
        ("tsa-wrong-imprint", "time-stamp-invalid"),
        ("tsa-wrong-nonce", "time-stamp-invalid"),
        ("tsa-late", "time-stamp-invalid"),
        ("tsa-no-certificate", "time-stamp-unavailable"),
    ];
    let mut causes = Vec::new();
    for shape in SHAPES {
        for (from, to) in [("B-B", "B-T"), ("B-T", "B-LTA"), ("B-LTA", "B-LTA")] {
            let query = format!("profile=validity-assured-ES256&level={from}");
            let sealed = shape.sealed(&server, &query).await;
            for (fault, expected) in faults {
                let planned = server.control("/faults", json!({ "fault": fault, "count": 1 }));
                assert_eq!(planned.await.status, 201);
                let answer = server.augment(to, &sealed, shape.parts()).await;
                assert_eq!(problem(&answer), expected, "{shape:?} {from} {fault}");
                causes.push(expected);
            }
            server.augment(to, &sealed, shape.parts()).await.ok();
        }
    }
    server.stop();
    let records = audit_log::records(&server.data_directory());
    let failed: Vec<&str> = records
        .iter()
        .filter(|record| record["kind"] == "augmentation" && record["event"]["result"] == "failed")
        .map(|record| record["event"]["cause"].as_str().expect("a cause"))
        .collect();
    assert_eq!(failed, causes);
}

#[tokio::test]
async fn whoever_may_neither_sign_nor_seal_may_not_raise() {
    let server = Server::demo().await;
    let sealed = Shape::Pades.sealed(&server, "profile=decisions&level=B-T").await;
    let stranger = server.augment_as("segl_nobody", "B-LT", &sealed, &[]).await;
    assert_eq!(problem(&stranger), "credentials-invalid");
    // A person that may only sign may raise a seal: nothing is said in anybody's name.
    let token = server.token("mads", &[]).await;
    let raised = server.augment_as(&token, "B-LT", &sealed, &[]).await.ok();
    let receipt = server.get_as(raised.header("location"), &token).await.ok().json();
    assert_eq!(receipt["act"], "augmentation");
    // Nothing was signed, so the token is not spent.
    server.augment_as(&token, "B-LTA", &raised.body, &[]).await.ok();
}

#[tokio::test]
async fn an_application_without_a_grant_is_refused_by_name() {
    let key = sha256_hex(b"segl_without_a_grant");
    let another = format!("[[application]]\nid = \"another\"\napi_key_sha256 = \"{key}\"");
    let configuration = format!("{}\n{another}", configuration::every_combination());
    let mut server = Server::configured(&configuration, "{}").await;
    let page = fixtures::named("one-page.pdf");
    let answer = server.augment_as("segl_without_a_grant", "B-LT", &page, &[]).await;
    assert_eq!(answer.broken_rules(), ["caller-has-grant"]);
    server.stop();
    let records = audit_log::records(&server.data_directory());
    let refused = records.iter().find(|record| record["kind"] == "augmentation");
    assert_eq!(refused.expect("a record")["event"]["rules"], json!(["caller-has-grant"]));
}

#[tokio::test]
async fn what_is_asked_wrongly_is_malformed() {
    let server = Server::demo().await;
    let sealed = Shape::Pades.sealed(&server, "profile=decisions&level=B-T").await;
    for (path, parts) in [
        ("?level=B-X", vec![]),
        ("", vec![]),
        ("?level=B-LT&password=x", vec![]),
        ("?level=B-LT", vec![("options", b"{\"certify\": 1}".as_slice())]),
        ("?level=B-T", vec![("options", b"{\"level\": \"B-LTA\"}".as_slice())]),
        ("?level=B-LT", vec![("image", b"x".as_slice())]),
        ("?level=B-LT", vec![("document", b"x".as_slice())]),
    ] {
        let form = reqwest::multipart::Form::new()
            .part("document", reqwest::multipart::Part::bytes(sealed.clone()));
        let form = parts.into_iter().fold(form, |form, (name, content)| {
            form.part(name, reqwest::multipart::Part::bytes(content.to_vec()))
        });
        let request = server.post(&format!("/v1/augmentations{path}")).bearer_auth(API_KEY);
        let answer = crate::server::send(request.multipart(form)).await;
        assert_eq!(problem(&answer), "request-malformed", "{path}");
    }
    // The level may stand in the part as well, if it says the same.
    let options: &[u8] = b"{\"level\": \"B-LTA\"}";
    let raised = server.augment("B-LTA", &sealed, &[("options", options)]).await.ok();
    let report: Value = server.validate(&raised.body).await;
    assert_eq!(report["signatures"][0]["level"], "PAdES-B-LTA", "{report}");
    assert!(PdfSignature::last(&raised.body).cms.len() > 100);
}
