//! A request that is sent again under its key is not done again.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::{
    audit_log,
    certificate_house::House,
    fixtures,
    server::{API_KEY, Answer, Server, send, sha256_hex},
};

fn seal(server: &Server, key: &str, document: &[u8]) -> RequestBuilder {
    let request = server.post("/v1/seals?profile=decisions").bearer_auth(API_KEY);
    request.header("Idempotency-Key", key).body(document.to_vec())
}

fn kind(answer: &Answer) -> String {
    let problem = answer.problem();
    problem["type"].as_str().unwrap().rsplit(':').next().unwrap().to_owned()
}

/// The answer that what is asked was done before, and where it is.
fn done_already(answer: &Answer) -> String {
    assert_eq!((answer.status, kind(answer).as_str()), (409, "already-done"));
    let location = answer.header("location");
    assert_eq!(answer.problem()["location"], location);
    location.to_owned()
}

fn seals_made(server: &Server) -> usize {
    let records = audit_log::records(&server.data_directory());
    records.iter().filter(|record| record["event"]["result"] == "done").count()
}

#[tokio::test]
async fn a_seal_that_is_asked_for_again_is_not_made_again() {
    let server = Server::embedded().await;
    let document = fixtures::named("one-page.pdf");
    let key = "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"";
    let first = send(seal(&server, key, &document)).await.ok();
    let again = send(seal(&server, key, &document)).await;
    assert_eq!(done_already(&again), first.header("location"));
    let receipt = again.problem()["receipt"].as_str().unwrap().to_owned();
    let read = server.get_as(&format!("/v1/receipts/{receipt}"), API_KEY).await.ok().json();
    assert_eq!(read["output_sha256"], sha256_hex(&first.body));

    // What was asked counts, and how: the document, the options, the address.
    let other = fixtures::named("crlf.pdf");
    let reused = send(seal(&server, key, &other)).await;
    assert_eq!((reused.status, kind(&reused).as_str()), (422, "idempotency-key-reused"));
    let request = server.post("/v1/seals?profile=decisions&level=B-B").bearer_auth(API_KEY);
    let reused = send(request.header("Idempotency-Key", key).body(document.clone())).await;
    assert_eq!((reused.status, kind(&reused).as_str()), (422, "idempotency-key-reused"));
    // Another caller's key is another key.
    let karen = server.token("karen", &[]).await;
    let request = server.post("/v1/seals?profile=decisions").bearer_auth(&karen);
    send(request.header("Idempotency-Key", key).body(document.clone())).await.ok();
    assert_eq!(seals_made(&server), 2);

    for wrong in ["\"\"", "\"a", "a b", &"k".repeat(256)] {
        let refused = send(seal(&server, wrong, &document)).await;
        assert_eq!((refused.status, kind(&refused).as_str()), (400, "request-malformed"));
    }
    let twice = seal(&server, "a", &document).header("Idempotency-Key", "b");
    assert_eq!(kind(&send(twice).await), "request-malformed");
}

#[tokio::test]
async fn of_many_that_ask_at_once_under_one_key_one_gets_a_seal() {
    let server = Server::embedded().await;
    let document = fixtures::named("one-page.pdf");
    let asked = (0..24).map(|_| send(seal(&server, "once", &document)));
    let answers = futures_util::future::join_all(asked).await;
    let made = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(made, 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        let kind = kind(answer);
        assert!(["already-done", "idempotency-key-in-use"].contains(&kind.as_str()), "{kind}");
        assert_eq!(answer.status, 409);
    }
    assert_eq!(seals_made(&server), 1);
}

#[tokio::test]
async fn what_failed_before_the_device_signed_is_asked_for_again_and_what_may_have_signed_is_not() {
    let server = Server::embedded().await;
    let document = fixtures::named("one-page.pdf");
    for (fault, free) in [("refuse-enrolment", true), ("drop-after-signing", false)] {
        server.control("/faults", json!({ "fault": fault, "count": 1 })).await.ok();
        let failed = send(seal(&server, fault, &document)).await;
        assert!(failed.status >= 500, "{}", failed.text());
        let again = send(seal(&server, fault, &document)).await;
        if free {
            again.ok();
        } else {
            assert_eq!((again.status, kind(&again).as_str()), (409, "idempotency-key-in-use"));
        }
    }
}

#[tokio::test]
async fn a_signature_a_digest_and_an_augmentation_are_not_done_again_either() {
    let server = Server::embedded().await;
    let document = fixtures::named("one-page.pdf");
    let token = server.token("karen", &[document.as_slice()]).await;
    let sign = || {
        let request = server.post("/v1/signatures?profile=staff").bearer_auth(&token);
        request.header("Idempotency-Key", "signature").body(document.clone())
    };
    let first = send(sign()).await.ok();
    // Not that the token is spent: whoever asks again learns what came of it.
    assert_eq!(done_already(&send(sign()).await), first.header("location"));

    let digest = || {
        let body = json!({ "profile": "decisions", "hash": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" });
        let request = server.post("/v1/digests").bearer_auth(API_KEY).json(&body);
        send(request.header("Idempotency-Key", "digest"))
    };
    let first = digest().await.ok();
    assert_eq!(done_already(&digest().await), first.header("location"));

    let sealed = server.seal("profile=decisions&level=B-B", &document).await.ok().body;
    let raise = || {
        let request = server.post("/v1/augmentations?level=B-T").bearer_auth(API_KEY);
        send(request.header("Idempotency-Key", "augmentation").body(sealed.clone()))
    };
    // Of those that come at the same time one is worked on.
    let raised = futures_util::future::join_all((0..4).map(|_| raise())).await;
    let (done, others): (Vec<_>, Vec<_>) = raised.into_iter().partition(|one| one.status == 200);
    let [first] = <[_; 1]>::try_from(done).expect("one");
    assert!(others.iter().all(|other| other.status == 409));
    assert_eq!(done_already(&raise().await), first.header("location"));
}

#[tokio::test]
async fn what_administration_makes_is_made_once() {
    let server = Server::embedded().await;
    let karen = server.token("karen", &[]).await;
    let make = async |path: &str, key: &str, body: Value| {
        let request = server.post(path).bearer_auth(&karen).json(&body);
        send(request.header("Idempotency-Key", key)).await
    };
    let archive = json!({ "id": "archive", "display_name": "The archive" });
    assert_eq!(make("/v1/applications", "a", archive.clone()).await.status, 201);
    let again = make("/v1/applications", "a", archive.clone()).await;
    assert_eq!(done_already(&again), "/v1/applications/archive");
    assert!(again.problem().get("receipt").is_none());
    let reused = make("/v1/mandates", "a", json!({ "application": "archive" })).await;
    assert_eq!((reused.status, kind(&reused).as_str()), (422, "idempotency-key-reused"));

    let mandate = json!({ "application": "archive", "note": "once" });
    let first = make("/v1/mandates", "m", mandate.clone()).await.ok();
    let again = make("/v1/mandates", "m", mandate).await;
    assert_eq!(done_already(&again), first.header("location"));
    // A key is shown once; whoever lost it makes another.
    let keys = "/v1/applications/archive/keys";
    assert_eq!(make(keys, "k", json!({})).await.status, 201);
    assert_eq!(done_already(&make(keys, "k", json!({})).await), "/v1/applications/archive");
    let shown = server.get_as("/v1/applications/archive", &karen).await.ok().json();
    assert_eq!(shown["keys"].as_array().unwrap().len(), 1);

    // What is refused takes no key.
    let wrong = json!({ "id": "Wrong", "display_name": "Wrong" });
    assert_eq!(make("/v1/applications", "w", wrong).await.status, 400);
    let right = json!({ "id": "right", "display_name": "Right" });
    assert_eq!(make("/v1/applications", "w", right).await.status, 201);
}

#[tokio::test]
async fn what_is_done_to_a_certificate_is_done_once() {
    let house = House::open().await;
    house.accept().await;
    let post = async |path: &str, key: &str, body: Value| {
        let request = house.server.post(path).bearer_auth(&house.users).json(&body);
        send(request.header("Idempotency-Key", key)).await
    };
    let wanted = json!({ "profile": "payments", "identification": "one-time-code" });
    let orders = "/v1/certificate-orders";
    let first = post(orders, "order", wanted.clone()).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let at = first.header("location").to_owned();
    assert_eq!(done_already(&post(orders, "order", wanted).await), at);
    assert_eq!(house.get(orders).await.ok().json()["items"].as_array().unwrap().len(), 1);
    let other = json!({ "profile": "archive", "identification": "one-time-code" });
    let reused = post(orders, "order", other).await;
    assert_eq!((reused.status, kind(&reused).as_str()), (422, "idempotency-key-reused"));

    // A code is shown once; whoever lost it makes another.
    let code = format!("{at}/code");
    let make = async |key: &str| {
        let request = house.server.post(&code).bearer_auth(&house.users);
        send(request.header("Idempotency-Key", key)).await
    };
    make("code").await.ok();
    assert_eq!(done_already(&make("code").await), at);
    make("another").await.ok();
}
