//! What administrators are told of certificates in one letter a day.

use serde_json::json;

use super::{
    administrator, block,
    capture::{Capture, Manner},
    certificates, collected, house, plain, set_clock, subjects,
};
use crate::certificate_house::House;

const CONTACT: &str = "mads@example.com";
const USERS: &str = "karen@example.com";
const ORGANISATION: &str = "eva@example.com";

/// An organisation whose administrators get one letter a day, with so many certificates, by their names.
async fn with_certificates(count: usize) -> (House, Capture, Vec<String>) {
    let (house, capture) = house().await;
    administrator(&house, "karen", "user-administrator").await;
    administrator(&house, "eva", "organisation-administrator").await;
    house.allow(json!({ "digest_for_administrators": true })).await;
    for number in 1..=count {
        let order = house.ordered().await;
        // Whoever has collected is not told any more that they can.
        capture.after(number).await;
        assert_eq!(collected(&house, &order).await.status, 201);
    }
    let ids = certificates(&house).await;
    assert_eq!(ids.len(), count);
    (house, capture, ids)
}

async fn serial(house: &House, id: &str) -> String {
    let found = house.get(&format!("/v1/certificates/{id}")).await.ok().json();
    found["serial_number"].as_str().expect("a number").to_owned()
}

async fn mute(house: &House, id: &str) {
    house.post(&house.users, &format!("/v1/certificates/{id}/mute"), json!({})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn in_three_years_administrators_get_one_letter_a_day_with_each_certificate_once() {
    let (house, capture, ids) = with_certificates(3).await;
    let mut serials = Vec::new();
    for id in &ids {
        serials.push(serial(&house, id).await);
    }
    let mut sent = 3;
    // Days after now, what the contact person is told of each at once, and what administrators are told that day.
    let steps: [(f64, &str, &[&str], &str); 7] = [
        (1_006.0, "A certificate ends in 90 days", &[], ""),
        (1_089.0, "A certificate ends in 7 days", &[], ""),
        (1_090.1, "", &[USERS], "ends in 7 days"),
        (1_094.5, "A certificate ends today", &[], ""),
        (1_095.6, "A certificate has ended", &[USERS, ORGANISATION], "ends within a day"),
        (1_096.7, "", &[USERS, ORGANISATION], "has ended"),
        (1_110.0, "", &[], ""),
    ];
    for (days, at_once, to, what) in steps {
        set_clock(&house.server, days).await;
        let told = if at_once.is_empty() { 0 } else { ids.len() };
        let letters = capture.after(sent + told + to.len()).await;
        let mut expected = vec![format!("{CONTACT} | {at_once}"); told];
        expected.extend(to.iter().map(|to| format!("{to} | Certificates: 3 notices")));
        let mut new = subjects(&letters[sent..]);
        expected.sort();
        new.sort();
        assert_eq!(new, expected, "{days}");
        for letter in letters[sent..].iter().filter(|letter| letter.to != [CONTACT]) {
            let text = letter.text();
            assert_eq!(text.matches(what).count(), 3, "{text}");
            assert!(text.contains("“Betalinger”") && text.contains("Days left: "), "{text}");
            assert!(text.contains("/administration/certificates"), "{text}");
            for serial in &serials {
                assert_eq!(text.matches(serial.as_str()).count(), 1, "{text}");
            }
        }
        sent = letters.len();
    }
    // The letters before were all: none came late.
    set_clock(&house.server, 1_120.0).await;
    block(&house, &ids[0]).await;
    let letters = capture.after(sent + 1).await;
    assert_eq!(subjects(&letters[sent..]), [format!("{CONTACT} | A certificate was blocked")]);
    let names: std::collections::BTreeSet<String> =
        letters.iter().map(|letter| letter.header("Message-ID")).collect();
    assert_eq!(names.len(), letters.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_to_be_told_is_told_however_many_others_administer() {
    let (house, capture, _) = with_certificates(1).await;
    administrator(&house, "ole", "user-administrator").await;
    // More than are told of one thing, and by chance some of them before these two.
    for number in 0..40 {
        administrator(&house, &format!("o{number}"), "organisation-administrator").await;
    }
    set_clock(&house.server, 1_089.0).await;
    capture.after(2).await;
    set_clock(&house.server, 1_090.1).await;
    let mut told = subjects(&capture.after(4).await[2..]);
    told.sort();
    let expected = [USERS, "ole@example.com"].map(|to| format!("{to} | Certificates: 1 notice"));
    assert_eq!(told, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_is_to_be_reminded_of_in_the_morning_is_in_no_letter() {
    let (house, capture, ids) = with_certificates(3).await;
    set_clock(&house.server, 1_089.0).await;
    capture.after(6).await;
    mute(&house, &ids[0]).await;
    block(&house, &ids[1]).await;
    let kept = serial(&house, &ids[2]).await;
    capture.after(7).await;
    set_clock(&house.server, 1_090.1).await;
    let letters = capture.after(8).await;
    assert_eq!(subjects(&letters[7..]), [format!("{USERS} | Certificates: 1 notice")]);
    assert!(letters[7].text().contains(&kept), "{}", letters[7].text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_of_the_day_that_was_under_way_when_the_service_was_killed_keeps_its_name() {
    let (mut house, capture, _) = with_certificates(2).await;
    set_clock(&house.server, 1_089.0).await;
    capture.after(4).await;
    capture.behave(Manner::Silent);
    set_clock(&house.server, 1_090.1).await;
    // The mail server has it, and nobody has heard so.
    capture.after(5).await;
    house.server.kill();
    house.server.ended();
    capture.behave(Manner::Taking);
    house.server = house.server.again_with(&plain(&capture)).await;
    // What another clock put off is due at once.
    let letters = capture.after(6).await;
    assert_eq!(subjects(&letters[4..5]), [format!("{USERS} | Certificates: 2 notices")]);
    assert_eq!(letters[4].raw, letters[5].raw);
    // The same day again, and the next.
    for days in [1_090.2, 1_091.3] {
        set_clock(&house.server, days).await;
    }
    house.ordered().await;
    let letters = capture.after(7).await;
    assert_eq!(subjects(&letters[6..]), [format!("{CONTACT} | A certificate can be collected")]);
}
