//! Nobody of one organisation finds anything of another one's, whatever is asked for by whatever name.
//!
//! Every address that the OpenAPI document describes is asked with every bearer of the other
//! organisations; one that stands in no arm of [`questions`] fails the test. Both organisations have
//! profiles, applications and a person of the same names, so that a question that forgets the
//! organisation finds something.
//!
//! It was seen to find a query that was spoilt on purpose: when the store's receipts were asked for
//! without the organisation (`is_of` and the number left out of `signer/store/src/sqlite/read.rs`), it
//! failed at `GET /v1/receipts/{id}`, which an application of the same name was answered.

mod asked;
mod furnished;
mod member;
mod pages;
mod question;
mod routes;

use serde_json::Value;

use self::{
    furnished::{Bearer, House},
    question::{Expected, Question, questions},
};
use crate::{
    configuration::{OFFICE_KEY, configuration},
    issuer::{Claims, Issuer},
    server::{API_KEY, Server, send},
};

/// What one of the others gets for a question.
async fn assert_isolated(
    server: &Server,
    issuer: &Issuer,
    (asker, bearer): (&str, &Bearer),
    question: &Question,
    house: &House,
) {
    let Question { method, address, body, expected } = question;
    let document = body.document();
    let bearer_text = match bearer {
        Bearer::Key(key) => key.clone(),
        Bearer::Person => {
            let documents: Vec<&[u8]> = document.into_iter().collect();
            issuer.token(&Claims {
                cvr: asker,
                age: std::time::Duration::ZERO,
                documents: &documents,
            })
        }
    };
    let request = server.request(method.clone(), address).bearer_auth(bearer_text);
    let mut request = request.header("If-Match", "\"1\"");
    if address == furnished::SEALED {
        // The house has used this key for this request, as every other one has.
        request = request.header("Idempotency-Key", "once");
    }
    let answer = send(body.put_into(request)).await;
    let told = format!("{bearer:?} of {asker}: {method} {address}: {}", answer.status);
    assert!(answer.status < 500, "{told} {}", answer.text());
    if *expected == Expected::Nothing {
        assert!([403, 404].contains(&answer.status), "{told} {}", answer.text());
    }
    let headers = format!("{:?}", answer.headers);
    for mark in house.marks() {
        let found = answer.text().contains(mark.as_str()) || headers.contains(mark.as_str());
        // What was asked for by its name may be named in the refusal.
        let named = address.contains(mark.as_str()) || body.text().contains(mark.as_str());
        let echoed = answer.status >= 400 && named;
        assert!(!found || echoed, "{mark} in {told} {}", answer.text());
    }
}

#[tokio::test]
async fn nobody_finds_anything_of_another_organisation_at_any_address() {
    let issuer = Issuer::new();
    let server = Server::configured(&configuration(), &issuer.key_set()).await;
    let mut houses = Vec::new();
    for (number, name) in [("34051178", "Digitaliseringsstyrelsen"), ("19552101", "Andetby Havn")] {
        houses.push(House::furnish(&server, &issuer, number, name).await);
    }
    let description = server.get("/openapi.json").await.ok().json();
    let paths = description["paths"].as_object().expect("paths");
    let mut asked = 0;
    for house in &houses {
        let before = house.view(&server).await;
        let others = houses.iter().filter(|other| other.number != house.number);
        let mut askers: Vec<(&str, Bearer)> = others
            .flat_map(|other| other.bearers().into_iter().map(|bearer| (&*other.number, bearer)))
            .collect();
        // The organisation of the configuration file, and one that is not served here.
        askers.push(("12345674", Bearer::Key(API_KEY.to_owned())));
        askers.extend([("12345674", Bearer::Person), ("29915938", Bearer::Person)]);
        for (path, operations) in paths {
            for method in operations.as_object().expect("operations").keys() {
                if method == "parameters" {
                    continue;
                }
                for question in questions(method, path, house) {
                    for (asker, bearer) in &askers {
                        let by = (*asker, bearer);
                        assert_isolated(&server, &issuer, by, &question, house).await;
                        asked += 1;
                    }
                }
            }
        }
        let after: Value = house.view(&server).await;
        assert_eq!(before, after, "{} was changed by others", house.number);
        house.seal(&server).await;
    }
    assert!(asked > 300, "{asked}");
}

#[tokio::test]
async fn somebody_of_an_organisation_that_is_not_served_stands_in_no_other_ones_log() {
    let issuer = Issuer::new();
    let auditor =
        configuration().replace(r#"role = "rights-administrator""#, r#"role = "auditor""#);
    let server = Server::configured(&auditor, &issuer.key_set()).await;
    let records = async || {
        let answer = server.get_as("/v1/audit-records?limit=1000", OFFICE_KEY).await.ok().json();
        answer["items"].as_array().expect("items").len()
    };
    let document = furnished::document();
    let token = |cvr: &str| {
        let documents: &[&[u8]] = &[&document];
        issuer.token(&Claims { cvr, age: std::time::Duration::ZERO, documents })
    };
    let sign = async |cvr: &str, profile: &str| {
        server.act("signatures", &format!("profile={profile}"), &token(cvr), &document).await
    };
    let before = records().await;
    let elsewhere = "29915938";
    let refused = [
        sign(elsewhere, "staff").await,
        server.act("seals", "profile=decisions", &token(elsewhere), &document).await,
        server.augment_as(&token(elsewhere), "B-T", &document, &[]).await,
    ];
    for refused in refused {
        assert_eq!(refused.status, 403, "{}", refused.text());
        assert!(refused.text().contains("person-of-organisation"), "{}", refused.text());
    }
    assert_eq!(records().await, before);
    // Whoever acts for the organisation itself stands there.
    assert_eq!(sign("12345674", "decisions").await.status, 403);
    assert_eq!(records().await, before + 1);
}
