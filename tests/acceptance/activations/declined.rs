//! Whoever is asked to sign by another program's activation may say no on its page.

use reqwest::Method;
use serde_json::Value;

use super::{begin, give, id_token, kind, sign};
use crate::{
    fixtures,
    reader::{Reader, hidden},
    server::{Answer, Server, send},
};

const UNKNOWN: &str = "urn:segl:problem:activation-unknown";

async fn shown(server: &Server, token: &str, begun: &Value) -> Answer {
    let path = format!("/v1/activations/{}", begun["id"].as_str().expect("a name"));
    send(server.request(Method::GET, &path).bearer_auth(token)).await
}

#[tokio::test]
async fn what_its_person_declined_is_on_record_and_signs_nothing_any_more() {
    let server = Server::embedded().await;
    let token = server.token("karen", &[]).await;
    let karen = Reader::log_in(&server, "karen").await;
    let document = fixtures::named("one-page.pdf");
    let begun = begin(&server, "profile=staff", &token, &document).await;
    let evidence = id_token(&server, "karen", &begun).await;
    let page = format!("/sign/{}", begun["id"].as_str().expect("a name"));
    let asked = karen.get(&page).await.ok().text();
    assert!(asked.contains("Do not sign"), "{asked}");
    assert!(asked.contains(&format!("action=\"{page}/decline\"")), "{asked}");
    let decline = format!("{page}/decline");

    // What is none of the reasons, and whoever is somebody else, decline nothing.
    assert_eq!(karen.post(&decline, &[("reason", "because")]).await.status, 400);
    let mads = Reader::log_in(&server, "mads").await;
    assert_eq!(mads.post(&decline, &[("reason", "later")]).await.status, 404);
    shown(&server, &token, &begun).await.ok();

    let told = karen.post(&decline, &[("reason", "not-mine")]).await.ok().text();
    assert!(told.contains("Nothing was signed"), "{told}");
    assert_eq!(karen.post(&decline, &[]).await.status, 404);
    let given = give(&server, &token, &begun, &evidence).await;
    for refused in
        [given, shown(&server, &token, &begun).await, sign(&server, &token, &begun).await]
    {
        assert_eq!((refused.status, kind(&refused)), (404, UNKNOWN.to_owned()));
    }
    let acts = karen.get("/acts").await.ok().text();
    assert!(acts.contains("<p class=\"mark-open\">Declined</p>"), "{acts}");
    assert!(acts.contains("<dd>It is not for me to sign</dd>"), "{acts}");
    assert!(acts.contains(begun["reference_code"].as_str().expect("a code")), "{acts}");
}

#[tokio::test]
async fn whoever_gave_their_evidence_declines_no_more() {
    let server = Server::embedded().await;
    let token = server.token("karen", &[]).await;
    let karen = Reader::log_in(&server, "karen").await;
    let begun = begin(&server, "profile=staff", &token, &fixtures::named("one-page.pdf")).await;
    give(&server, &token, &begun, &id_token(&server, "karen", &begun).await).await.ok();
    let page = format!("/sign/{}", begun["id"].as_str().expect("a name"));
    assert!(!karen.get(&page).await.ok().text().contains("Do not sign"));
    let late = karen.post(&format!("{page}/decline"), &[]).await;
    assert_eq!(late.status, 409);
    assert!(late.text().contains("You have agreed to these documents already"), "{}", late.text());
    sign(&server, &token, &begun).await.ok();
    assert!(!karen.get("/acts").await.ok().text().contains("Declined"));
}

#[tokio::test]
async fn documents_that_were_laid_down_are_declined_where_they_lie() {
    let server = Server::embedded().await;
    let karen = Reader::log_in(&server, "karen").await;
    let batch = karen.lay(vec![("one.pdf".to_owned(), fixtures::named("one-page.pdf"))]).await;
    karen.read(&batch, 1).await;
    let choice = [("profile", "staff"), ("placed", "invisible"), ("level", "B-T")];
    assert_eq!(karen.post(&format!("{batch}/choice"), &choice).await.status, 303);
    let page = karen.get(&format!("{batch}/consent")).await.ok().text();
    let agreement = hidden(&page, "agreement");
    let agreed = [("agreement", agreement.as_str()), ("agree", "yes")];
    let asked = karen.post(&format!("{batch}/consent"), &agreed).await;
    let page = asked.header("location").to_owned();
    assert!(page.starts_with("/sign/"), "{page}");
    assert!(karen.get(&page).await.ok().text().contains(&format!("action=\"{batch}/decline\"")));

    let led = karen.post(&format!("{page}/decline"), &[("reason", "later")]).await;
    assert_eq!((led.status, led.header("location")), (303, batch.as_str()));
    assert_eq!(karen.state(&batch).await.0, 0, "nothing was begun");
    assert!(!karen.state(&batch).await.2, "nothing is under way");
    karen.decline(&batch).await;
    assert_eq!(karen.get(&page).await.status, 404);
}
