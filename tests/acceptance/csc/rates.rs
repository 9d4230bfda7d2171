//! How often one caller may ask, told in the API's own words.

use serde_json::json;

use super::{Client, refused};
use crate::{
    configuration::{OFFICE_KEY, configuration},
    issuer::Issuer,
    server::Server,
};

#[tokio::test]
async fn who_asks_too_often_waits_and_takes_nothing_from_another_caller() {
    let limits = "[limits]\n        csc_requests_per_s_and_caller = 5";
    let limited = configuration().replace("[limits]", limits);
    let server = Server::configured(&limited, &Issuer::new().key_set()).await;
    let client = Client::new(&server, "v2");
    let ask = async |client: &Client<'_>| {
        client.ask("credentials/info", json!({ "credentialID": "none" })).await
    };
    let mut answered = 0;
    let late = loop {
        let answer = ask(&client).await;
        if answer.status == 429 {
            break answer;
        }
        assert_eq!(answer.status, 400, "{}", answer.text());
        answered += 1;
        assert!(answered < 1000, "no end");
    };
    assert!(answered >= 5, "{answered}");
    assert_eq!(refused(&late).1, "temporarily_unavailable");
    assert_eq!(late.header("retry-after"), "1");
    assert_eq!(ask(&client.with_key(OFFICE_KEY)).await.status, 400);
}
