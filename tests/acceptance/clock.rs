//! The clock walks a year back, sixty years ahead and home again, through the whole service.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    fixtures,
    server::{Answer, Server},
};

/// The stations of the walk, in years from now, there and back.
const YEARS: [f64; 17] = [
    -1.0, -0.5, 0.0, 4.9, 9.9, 10.1, 11.0, 24.0, 26.0, 40.0, 60.0, 26.0, 11.0, 9.9, 0.0, -1.0, 0.0,
];

async fn set(server: &Server, years: f64) {
    let moment = OffsetDateTime::now_utc() + Duration::seconds_f64(years * 365.25 * 86_400.0);
    let time = moment.format(&Rfc3339).expect("a moment");
    server.control("/clock", json!({ "action": "set", "time": time })).await.ok();
}

/// Whether an answer is a document, or a refusal with its name. Anything else fails, and so does an
/// answer that does not come: the client waits half a minute.
fn named(answer: &Answer, at: &str) -> bool {
    if answer.status == 200 {
        return true;
    }
    let problem = answer.problem();
    let kind = problem["type"].as_str().unwrap_or_default();
    assert!(kind.starts_with("urn:segl:problem:"), "{at}: {problem}");
    assert_ne!(answer.status, 500, "{at}: {problem}");
    false
}

async fn indication(server: &Server, document: &[u8]) -> String {
    let report: Value = server.validate(document).await;
    report["signatures"][0]["indication"].as_str().expect("an indication").to_owned()
}

#[tokio::test]
async fn the_clock_walks_sixty_years_ahead_and_back_with_seals_rollovers_and_restarts_between() {
    let mut server = Server::embedded().await;
    let document = fixtures::named("one-page.pdf");
    let first = server.seal("profile=decisions", &document).await.ok().body;
    for (station, years) in YEARS.into_iter().enumerate() {
        let at = format!("station {station}, {years} years");
        set(&server, years).await;
        for (profile, level) in [("decisions", "B-T"), ("register", "B-LT")] {
            let query = format!("profile={profile}&level={level}");
            let answer = server.seal(&query, &document).await;
            assert!(named(&answer, &at), "{at}: {profile} {}", answer.text());
            assert_eq!(indication(&server, &answer.body).await, "TOTAL-PASSED", "{at}: {profile}");
        }
        // A person signs wherever the clock stands, with a token of that moment.
        let token = server.token("karen", &[&document]).await;
        let signed = server.act("signatures", "profile=staff", &token, &document).await;
        assert!(named(&signed, &at), "{at}: {}", signed.text());
        // What was sealed before is judged, whatever is found.
        indication(&server, &first).await;
        if station % 4 == 1 {
            for authority in ["issuing-ca", "time-stamping"] {
                let path = format!("/{authority}/roll-over");
                server.control(&path, Value::Null).await.ok();
            }
            let answer = server.seal("profile=decisions", &document).await;
            assert!(named(&answer, &at), "{at}, after a rollover: {}", answer.text());
        }
        if station % 6 == 5 {
            server.stop();
            server = server.again().await;
        }
    }
    server.control("/reset", Value::Null).await.ok();
    server.seal("profile=decisions", &document).await.ok();
    assert_eq!(indication(&server, &first).await, "TOTAL-PASSED", "at home again");
}

#[tokio::test]
async fn where_the_root_is_not_valid_each_act_is_refused_by_name_and_a_reset_brings_it_home() {
    let server = Server::embedded().await;
    let document = fixtures::named("one-page.pdf");
    for years in [150.0, -20.0, 7000.0] {
        set(&server, years).await;
        let answer = server.seal("profile=decisions", &document).await;
        assert!(!named(&answer, "outside"), "sealed {years} years from now");
        for authority in ["issuing-ca", "time-stamping"] {
            let refused = server.control(&format!("/{authority}/roll-over"), Value::Null).await;
            assert_eq!(refused.status, 409, "{}", refused.text());
        }
    }
    server.control("/reset", Value::Null).await.ok();
    server.seal("profile=decisions", &document).await.ok();
}
