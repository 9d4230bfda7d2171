//! How many letters there are within a day: of what is asked for no more are written, and notices wait.

use serde_json::{Value, json};

use super::{
    capture::Capture, certificates, collected, house_of, order_with_address, plain, set_clock,
    show_address, subjects,
};
use crate::{
    certificate_house::{House, refused},
    oracle::{run, workspace},
};

const BOUND: &str = "letters_per_address_and_day = 3\n";

async fn bounded() -> (House, Capture) {
    let capture = Capture::plain().await;
    let house = house_of(&(plain(&capture) + BOUND)).await;
    (house, capture)
}

async fn cancel(house: &House, order: &Value) {
    let path = format!("/v1/certificate-orders/{}", order["id"].as_str().expect("a name"));
    let request = house.server.request(reqwest::Method::DELETE, &path).bearer_auth(&house.users);
    assert!(crate::server::send(request).await.status < 300);
}

async fn orders(house: &House) -> usize {
    let listed = house.get("/v1/certificate-orders").await.ok().json();
    listed["items"].as_array().expect("a list").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_orders_and_cancels_again_and_again_fills_nobodys_address() {
    let (house, capture) = bounded().await;
    show_address(&house).await;
    for count in 1..=3 {
        let order = order_with_address(&house).await;
        assert_eq!(order["state"], "awaiting-email");
        capture.after(count).await;
        cancel(&house, &order).await;
    }
    let wanted = json!({ "profile": "archive", "identification": "one-time-code" });
    let fourth = house.order(wanted.clone()).await;
    refused(&fourth, 429, "letters-spent");
    assert_eq!(fourth.header("retry-after"), "3600");
    assert_eq!(orders(&house).await, 3, "nothing was ordered");
    // Another address has letters of its own, and so has this one a day later.
    house.ordered().await;
    capture.after(4).await;
    set_clock(&house.server, 1.01).await;
    let order = order_with_address(&house).await;
    let letters = capture.after(5).await;
    assert_eq!(letters[4].to, letters[0].to);
    // Whoever presses the button has no means to ask again: what follows of it is written.
    let pressed = super::press(&house.server, &letters[4].path()).await;
    assert_eq!(pressed.status, 200, "{}", pressed.text());
    assert_eq!(super::state(&house, &order).await, "ready");
    capture.after(6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_has_so_many_letters_written_whoever_they_are_to() {
    let capture = Capture::plain().await;
    let house = house_of(&(plain(&capture) + "letters_per_organisation_and_day = 2\n")).await;
    show_address(&house).await;
    order_with_address(&house).await;
    house.ordered().await;
    let wanted = json!({ "profile": "payments", "identification": "one-time-code" });
    refused(&house.order(wanted).await, 429, "letters-spent");
    capture.after(2).await;
    assert_eq!(orders(&house).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_beyond_the_bound_wait_for_the_next_day_and_none_is_lost() {
    let (house, capture) = bounded().await;
    for (day, before) in [(0.0, 0), (1.01, 2)] {
        set_clock(&house.server, day).await;
        for one in 1..=2 {
            let order = house.ordered().await;
            // What goes out after the clock has moved is counted there, and after it was collected nothing does.
            capture.after(before + one).await;
            assert_eq!(collected(&house, &order).await.status, 201);
        }
    }
    let all = certificates(&house).await;
    assert_eq!(all.len(), 4);
    let before = capture.letters().len();
    for id in &all {
        super::block(&house, id).await;
    }
    // Three go out beside what was ordered that day; the fourth waits, and keeps nothing else.
    capture.after(before + 3).await;
    let waits = async {
        while !house.server.log().contains("a letter waits") {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    let patience = std::time::Duration::from_secs(60);
    tokio::time::timeout(patience, waits).await.expect("a letter that waits");
    assert_eq!(capture.letters().len(), before + 3);
    set_clock(&house.server, 2.1).await;
    let letters = capture.after(before + 4).await;
    let blocked = subjects(&letters[before..]);
    assert!(blocked.iter().all(|one| one.ends_with("A certificate was blocked")), "{blocked:?}");
    let serials: std::collections::BTreeSet<String> =
        letters[before..].iter().map(super::Received::text).collect();
    assert_eq!(serials.len(), 4, "each is told of once");
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_that_nobody_can_be_told_of_keep_no_others_from_being_told_of() {
    let capture = Capture::plain().await;
    let mut house = house_of(&plain(&capture)).await;
    let order = house.ordered().await;
    capture.after(1).await;
    assert_eq!(collected(&house, &order).await.status, 201);
    let database = house.server.data_directory().join("segl.sqlite");
    if !database.metadata().is_ok_and(|file| file.len() > 0) {
        // Of a database elsewhere the store's own tests show the same.
        return;
    }
    house.server.stop();
    // As they stand there after an organisation was taken out of service: 450 that end before.
    let statement = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450)
         INSERT INTO certificate SELECT '87654321', 'c' || i, order_id, randomblob(20), randomblob(32),
             generation, der, profile, kind, holder, uuid, name, email, contact, contact_email, purposes,
             not_before, renewal, not_after - 1000 + i, replaces, installed, search, noticed, muted, muted_by
         FROM certificate, n";
    let script = workspace().join("tests/oracle/sqlite.py");
    let made = run("python3", [script.as_os_str(), database.as_os_str(), statement.as_ref()]);
    assert!(made.status.success(), "{made:?}");
    house.server = house.server.again_with(&plain(&capture)).await;
    set_clock(&house.server, 1_006.0).await;
    let letters = capture.after(2).await;
    assert_eq!(subjects(&letters)[1], "mads@example.com | A certificate ends in 90 days");
}
