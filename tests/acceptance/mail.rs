//! Mail: addresses are confirmed by what is sent to them, whoever answers for a certificate is told of its end,
//! and no letter is lost or sent twice.

mod bounds;
mod calendar;
pub mod capture;
mod changes;
mod contact;
mod digest;
mod engines;
mod entry_ends;
mod invitations;
mod linted;
mod muted;
mod postfix;
mod published;
mod secure;

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use test_database::Server as Postgres;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use self::capture::{Capture, Manner, Received};
use crate::{
    certificate_house::{House, problem, refused},
    configuration::configuration,
    issuer::Issuer,
    oracle::{Folder, openssl},
    server::{Answer, MAIL_PASSWORD, Server, send},
};

const ADDRESS: &str = "archive@example.com";

fn plain(capture: &Capture) -> String {
    configuration() + &capture.settings()
}

async fn server(capture: &Capture) -> Server {
    Server::configured(&plain(capture), &Issuer::new().key_set()).await
}

/// An organisation that may order, and a mail server.
async fn house() -> (House, Capture) {
    let capture = Capture::plain().await;
    let house = house_of(&plain(&capture)).await;
    (house, capture)
}

/// The same with another configuration.
async fn house_of(configuration: &str) -> House {
    let house = House::of(Server::configured(configuration, &Issuer::new().key_set()).await).await;
    house.accept().await;
    house
}

async fn set_clock(server: &Server, days: f64) {
    let moment = OffsetDateTime::now_utc() + Duration::seconds_f64(days * 86_400.0);
    let time = moment.format(&Rfc3339).expect("a moment");
    server.control("/clock", json!({ "action": "set", "time": time })).await.ok();
}

/// Collects an order by its code.
async fn collected(house: &House, order: &Value) -> Answer {
    let folder = Folder::new();
    let request =
        "req -new -newkey rsa:3072 -nodes -keyout @key -subj /CN=any -outform DER -out @csr";
    openssl(&folder, request).expect("a request");
    let csr = std::fs::read(folder.path("csr")).expect("a file");
    let text = |name: &str| order[name].as_str().expect(name).to_owned();
    let path = format!("/v1/issuances/{}", text("reference"));
    let request = house.server.request(Method::POST, &path);
    let request = request.basic_auth(text("reference"), Some(text("code")));
    send(request.header("Content-Type", "application/pkcs10").body(csr)).await
}

/// The names of the certificates.
async fn certificates(house: &House) -> Vec<String> {
    let listed = house.get("/v1/certificates").await.ok().json();
    let items = listed["items"].as_array().expect("a list").iter();
    items.map(|one| one["id"].as_str().expect("a name").to_owned()).collect()
}

async fn block(house: &House, id: &str) {
    let path = format!("/v1/certificates/{id}/revocation");
    house.post(&house.users, &path, json!({ "reason": "not-given" })).await.ok();
}

/// Orders a certificate that shows an address.
async fn order_with_address(house: &House) -> Value {
    let ordered =
        house.order(json!({ "profile": "archive", "identification": "one-time-code" })).await;
    assert_eq!(ordered.status, 201, "{}", ordered.text());
    ordered.json()
}

async fn show_address(house: &House) {
    let terms = json!({ "name": "Arkiv", "purposes": ["email"], "email": ADDRESS });
    let at = "/v1/certificate-profiles/archive/terms";
    let request = house.server.request(Method::PUT, at).bearer_auth(&house.users).json(&terms);
    assert_eq!(send(request).await.status, 201);
}

async fn state(house: &House, order: &Value) -> String {
    let path = format!("/v1/certificate-orders/{}", order["id"].as_str().expect("a name"));
    house.get(&path).await.ok().json()["state"].as_str().expect("a state").to_owned()
}

async fn press(server: &Server, path: &str) -> Answer {
    send(server.post(path).header("Sec-Fetch-Site", "same-origin")).await
}

fn subjects(letters: &[Received]) -> Vec<String> {
    letters.iter().map(|one| format!("{} | {}", one.to.join(","), one.subject())).collect()
}

/// Whether some file below this folder holds these bytes.
fn kept(folder: &Path, needle: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return kept(&path, needle);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_confirmed_by_the_button_once_and_its_order_goes_on() {
    let (house, capture) = house().await;
    show_address(&house).await;
    let order = order_with_address(&house).await;
    assert_eq!(order["state"], "awaiting-email");
    refused(&collected(&house, &order).await, 401, "credentials-invalid");
    let letter = capture.after(1).await.remove(0);
    assert_eq!(letter.to, [ADDRESS]);
    assert_eq!(letter.header("From"), "Segl <segl@example.com>");
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    assert!(letter.text().contains("Havnsted"), "{}", letter.text());
    assert!(!letter.text().contains(order["code"].as_str().unwrap()));
    // Whoever opens the link, a program that looks at mail among them, has confirmed nothing.
    let path = letter.path();
    for language in ["en", "da"] {
        let page = house.server.get(&format!("{path}?lang={language}")).await.ok();
        let text = page.text();
        assert!(text.contains(ADDRESS) && text.contains("<button"), "{text}");
        assert!(text.contains(&format!("<html lang=\"{language}\">")) && !text.contains("<script"));
    }
    assert_eq!(state(&house, &order).await, "awaiting-email");
    // Another site's page does not press the button.
    let elsewhere = house.server.post(&path).header("Sec-Fetch-Site", "cross-site");
    assert_eq!(send(elsewhere).await.status, 403);
    let pressed = press(&house.server, &path).await.ok().text();
    assert!(pressed.contains("The address is confirmed"), "{pressed}");
    assert_eq!(state(&house, &order).await, "ready");
    for again in [press(&house.server, &path).await, house.server.get(&path).await] {
        assert_eq!(again.status, 404, "{}", again.text());
    }
    let invited = capture.after(2).await.remove(1);
    assert_eq!(invited.to, ["mads@example.com"]);
    assert!(invited.text().contains(order["reference"].as_str().unwrap()));
    assert!(!invited.text().contains(order["code"].as_str().unwrap()));
    let collected = collected(&house, &order).await;
    assert_eq!(collected.status, 201, "{}", collected.text());
    // It is remembered, and nothing of it lies anywhere.
    assert_eq!(order_with_address(&house).await["state"], "ready");
    capture.after(3).await;
    let token = path.rsplit('/').next().unwrap();
    assert!(!kept(&house.server.data_directory(), token));
    let log = house.server.log();
    assert!(log.contains("a letter was sent") && !log.contains("example.com"), "{log}");
    assert!(!log.contains(token));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_good_for_a_day_and_a_check_for_thirty_and_nobody_is_pestered() {
    let (house, capture) = house().await;
    show_address(&house).await;
    let order = order_with_address(&house).await;
    let first = capture.after(1).await.remove(0);
    set_clock(&house.server, 1.01).await;
    assert_eq!(press(&house.server, &first.path()).await.status, 404);
    let asked = json!({ "order": order["id"] });
    let again = async || house.post(&house.users, "/v1/email-checks", asked.clone()).await;
    for count in 2..=5 {
        assert_eq!(again().await.ok().json()["state"], "awaiting-email");
        capture.after(count).await;
    }
    refused(&again().await, 409, "order-not-possible");
    let last = capture.after(5).await.remove(4);
    press(&house.server, &last.path()).await.ok();
    assert_eq!(state(&house, &order).await, "ready");
    refused(&again().await, 409, "order-state");
    capture.after(6).await;
    set_clock(&house.server, 29.0).await;
    assert_eq!(order_with_address(&house).await["state"], "ready");
    set_clock(&house.server, 32.0).await;
    assert_eq!(order_with_address(&house).await["state"], "awaiting-email");
    let unknown = json!({ "order": "none" });
    let unknown = house.post(&house.users, "/v1/email-checks", unknown).await;
    assert_eq!(problem(&unknown), (404, "entry-unknown".to_owned()));
    let other = house.server.get("/email-checks/0123456789abcdef0123456789abcdef").await;
    assert_eq!(other.status, 404);
}

/// A person with an address who is to be told as one with this role.
async fn administrator(house: &House, subject: &str, role: &str) {
    let at = format!("/v1/people/{}", house.person(subject).await);
    let change = async |method: Method, path: &str, key: &str, body: Value| {
        let tag = house.get(&at).await.ok().header("etag").to_owned();
        let request = house.server.request(method, path).bearer_auth(key);
        send(request.header("If-Match", tag).json(&body)).await.ok();
    };
    let email = json!({ "email": format!("{subject}@example.com") });
    change(Method::PATCH, &at, &house.users, email).await;
    change(Method::PUT, &format!("{at}/roles/{role}"), &house.settings, json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_three_years_exactly_the_notices_are_sent_that_the_rules_name() {
    let (house, capture) = house().await;
    administrator(&house, "karen", "user-administrator").await;
    administrator(&house, "eva", "organisation-administrator").await;
    let order = house.ordered().await;
    // Whoever has collected is not told any more that they can.
    let mut sent = subjects(&capture.after(1).await);
    assert_eq!(collected(&house, &order).await.status, 201);
    let [first] = certificates(&house).await.try_into().expect("one");
    let (contact, users, organisation) =
        ("mads@example.com", "karen@example.com", "eva@example.com");
    assert_eq!(sent, [format!("{contact} | A certificate can be collected")]);
    // Days after now, and what is said to whom.
    let steps: [(f64, &str, &[&str]); 6] = [
        (1_004.0, "", &[]),
        (1_006.0, "A certificate ends in 90 days", &[contact]),
        (1_066.0, "A certificate ends in 30 days", &[contact]),
        (1_089.0, "A certificate ends in 7 days", &[contact, users]),
        (1_094.5, "A certificate ends today", &[contact, users, organisation]),
        (1_096.0, "A certificate has ended", &[contact, users, organisation]),
    ];
    for (days, subject, to) in steps {
        set_clock(&house.server, days).await;
        let told: Vec<String> = to.iter().map(|to| format!("{to} | {subject}")).collect();
        let letters = subjects(&capture.after(sent.len() + told.len()).await);
        let mut new = letters[sent.len()..].to_vec();
        new.sort();
        let mut told = told;
        told.sort();
        assert_eq!(new, told, "{days}");
        sent = letters;
    }
    // Long after its end, back at home, and when it is blocked: of what was told nothing is told again.
    set_clock(&house.server, 1_110.0).await;
    set_clock(&house.server, 0.0).await;
    block(&house, &first).await;
    let letters = capture.after(sent.len() + 1).await;
    assert_eq!(
        subjects(&letters)[sent.len()..],
        [format!("{contact} | A certificate was blocked")]
    );
    let names: std::collections::BTreeSet<String> =
        letters.iter().map(|letter| letter.header("Message-ID")).collect();
    assert_eq!(names.len(), letters.len());
    // What can still be renewed comes with its end for the calendar, each time as the same day.
    let days: Vec<Vec<calendar::Day>> = letters.iter().map(calendar::days).collect();
    let [day] = &days[1][..] else { panic!("{days:?}") };
    assert!(day.summary.contains("Havnsted") && day.name.starts_with("certificate-"), "{day:?}");
    assert!(day.first < day.after, "{day:?}");
    let renewable = |letter: &Received| letter.subject().contains("ends in");
    for (letter, days) in letters.iter().zip(&days) {
        let same = if renewable(letter) { std::slice::from_ref(day) } else { &[] };
        assert_eq!(days, same, "{}", letter.subject());
    }
    let data = house.server.data_directory();
    assert!(!kept(&data, "A certificate"), "what was sent is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_was_under_way_when_the_service_was_killed_is_sent_once_more_under_its_name()
{
    let capture = Capture::plain().await;
    let mut house = House::of(server(&capture).await).await;
    house.accept().await;
    capture.behave(Manner::Silent);
    house.ordered().await;
    // The mail server has it, and nobody has heard so.
    capture.after(1).await;
    house.server.kill();
    house.server.ended();
    capture.behave(Manner::Taking);
    house.server = house.server.again_with(&plain(&capture)).await;
    // Whoever was killed has it for five minutes.
    set_clock(&house.server, 6.0 / 1_440.0).await;
    let twice = capture.after(2).await;
    assert_eq!(twice[0].header("Message-ID"), twice[1].header("Message-ID"));
    assert_eq!(twice[0].raw, twice[1].raw);
    set_clock(&house.server, 1.0).await;
    house.ordered().await;
    let third = capture.after(3).await.remove(2);
    assert_ne!(third.header("Message-ID"), twice[0].header("Message-ID"));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_mail_server_is_away_letters_wait_and_none_is_lost() {
    let (house, capture) = house().await;
    capture.behave(Manner::Away);
    let orders = [house.ordered().await, house.ordered().await, house.ordered().await];
    while !house.server.log().contains("a letter was not sent") {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(capture.letters().is_empty());
    capture.behave(Manner::Taking);
    set_clock(&house.server, 0.5).await;
    let letters = capture.after(3).await;
    for order in orders {
        let reference = order["reference"].as_str().unwrap();
        let about = letters.iter().filter(|letter| letter.text().contains(reference));
        assert_eq!(about.count(), 1, "{reference}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_on_one_database_send_each_letter_once() {
    let (capture, address) = (Capture::plain().await, Postgres::shared().database());
    let node = |name: &str| format!("{}\n[data]\nnode = \"{name}\"\n", plain(&capture));
    let keys = Issuer::new().key_set();
    let one = Server::on_database_with_keys(&node("one"), &keys, &address).await;
    let _two = Server::on_database_with_keys(&node("two"), &keys, &address).await;
    let house = House::of(one).await;
    house.accept().await;
    let mut references = Vec::new();
    for _ in 0..30 {
        references.push(house.ordered().await["reference"].as_str().unwrap().to_owned());
    }
    let letters = capture.after(30).await;
    for reference in references {
        let about = letters.iter().filter(|letter| letter.text().contains(&reference));
        assert_eq!(about.count(), 1, "{reference}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn name_and_password_go_through_tls_alone_and_to_the_server_that_is_meant() {
    let capture = Capture::with_tls().await;
    let with = |ca: &str| {
        let port = capture.port;
        format!(
            "{}\n[mail]\nserver = \"localhost\"\nport = {port}\nfrom = \"segl@example.com\"\n\
             user = \"segl\"\nca = \"{ca}\"\n",
            configuration()
        )
    };
    let other = Capture::with_tls().await.authority.clone();
    let files: [(&str, &[u8]); 2] =
        [("ca.pem", capture.authority.as_bytes()), ("other.pem", other.as_bytes())];
    let keys = Issuer::new().key_set();
    let mut house = House::of(Server::with_files(&with("other.pem"), &keys, &files).await).await;
    house.accept().await;
    house.ordered().await;
    while !house.server.log().contains("a letter was not sent") {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(capture.letters().is_empty(), "a server that nobody vouches for");
    house.server.stop();
    house.server = house.server.again_with(&with("ca.pem")).await;
    set_clock(&house.server, 0.1).await;
    let letter = capture.after(1).await.remove(0);
    assert!(letter.tls);
    assert_eq!(letter.login, Some(format!("|segl|{MAIL_PASSWORD}")));
    assert!(
        letter.text().contains("hentes"),
        "Danish where the organisation is: {}",
        letter.text()
    );
    assert!(!house.server.log().contains(MAIL_PASSWORD));
}
