//! Whoever asks in a client's name without being it takes none of its places.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::{
    House, encoded, error,
    person::{Browser, asked, service, told, with},
};

/// How many requests of one address wait, as the service has it.
const MAXIMUM_OF_ONE: usize = 500;

/// How many tokens of a kind one person may have of one client, as the service has it.
const MAXIMUM_OF_ONE_PERSON: usize = 100;

const COOKIE: &str = "__Host-segl-authorization";

#[tokio::test]
async fn whoever_floods_in_a_client_s_name_crowds_out_their_own_requests_alone() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let mut far = Browser::at(&house, "127.0.0.2");
    far.log_in("karen").await;
    let before = far.ask(&service(&client)).await;
    let push = async || {
        let pushed = house.as_client("/oauth2/pushed_authorize", &client, &service(&client)).await;
        pushed.ok().json()["request_uri"].as_str().expect("a name").to_owned()
    };
    let pushed = push().await;

    let mut near = Browser::of(&house, "mads").await;
    let path = format!("/oauth2/authorize?{}", encoded(&service(&client)));
    assert_eq!(near.get(&path).await.status, 303);
    let first = near.cookies[COOKIE].clone();
    let mut asked = 1;
    while asked < MAXIMUM_OF_ONE + 20 {
        match near.get(&path).await.status {
            303 => asked += 1,
            429 => tokio::time::sleep(Duration::from_millis(100)).await,
            other => panic!("{other}"),
        }
    }
    assert_eq!(near.go("/oauth2/consent").await.status, 200, "the last one waits");
    near.cookies.insert(COOKIE.to_owned(), first);
    assert_eq!(near.go("/oauth2/consent").await.status, 404, "the first one waits no more");

    // What came from elsewhere waits still, what the client pushed does, and both are asked anew.
    assert!(told(&far.decide(&before, "allow").await).contains_key("code"));
    for uri in [pushed, push().await] {
        let named = [("client_id", &*client.id), ("request_uri", &*uri)];
        for browser in [&mut far, &mut near] {
            let page = browser.ask(&named).await;
            if page.status == 200 {
                assert!(told(&browser.decide(&page, "allow").await).contains_key("code"));
                continue;
            }
            assert_eq!(page.status, 400, "it is good once: {}", page.text());
        }
    }
    assert!(far.agree(&service(&client)).await.contains_key("code"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_in_the_name_of_a_public_client_takes_no_request_from_it_elsewhere() {
    let house = House::open().await;
    let client = house.asking(json!({ "public": true })).await;
    let wrong = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let named = with(&wrong, &[("client_id", &client.id)]);
    let mut far = Browser::at(&house, "127.0.0.2");
    let (mut many, mut other) = (Vec::new(), Vec::new());
    for _ in 0..20 {
        let flood = (0..100).map(|_| house.as_client("/oauth2/token", &client, &wrong));
        many.extend(join_all(flood).await.iter().map(|answer| answer.status));
        other.push(far.post("/oauth2/token", &named).await.status);
    }
    assert!(many.contains(&429), "{many:?}");
    assert_eq!(other, [400; 20]);
}

#[tokio::test]
async fn whoever_has_a_token_made_again_and_again_ends_their_own_oldest_and_nobody_else_s() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let (of_karen, _) = house.tokens(&client, "karen").await;
    let (first, refresh) = house.tokens(&client, "mads").await;
    let mut newest = String::new();
    let mut made = 1;
    while made <= MAXIMUM_OF_ONE_PERSON {
        if made == MAXIMUM_OF_ONE_PERSON {
            assert_eq!(house.list(&first).await, 200, "as many as may be");
        }
        let given = house.refresh(&client, &refresh).await;
        match given.status {
            200 => {
                given.json()["access_token"].as_str().expect("a token").clone_into(&mut newest);
                made += 1;
            }
            429 => tokio::time::sleep(Duration::from_millis(100)).await,
            other => panic!("{other}"),
        }
    }
    assert_eq!(house.list(&first).await, 401, "the oldest");
    assert_eq!((house.list(&newest).await, house.list(&of_karen).await), (200, 200));
}

#[tokio::test]
async fn whoever_proves_nothing_asks_briefly() {
    let house = House::open().await;
    let languages = "da ".repeat(6000);
    let client = house.asking(json!({})).await;
    let public = house.asking(json!({ "public": true })).await;
    for (client, expected) in [(&client, 201), (&public, 400)] {
        let long = with(&asked(client, "service"), &[("ui_locales", &languages)]);
        let answer = house.as_client("/oauth2/pushed_authorize", client, &long).await;
        assert_eq!(answer.status, expected, "{}", answer.text());
        if expected == 400 {
            assert_eq!(error(&answer), "invalid_request");
        }
    }
}
