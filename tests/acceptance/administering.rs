//! Administrators decide on the pages, and auditors look: in Chromium.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    audit_log, fixtures,
    login::{configuration, printed},
    mail::capture::Capture,
    oracle::in_browser,
    server::Server,
};

/// How much the first page may weigh, in bytes.
const MAXIMUM_WEIGHT: u64 = 60_000;

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().expect("a list").iter().filter_map(Value::as_str).collect()
}

#[tokio::test]
async fn from_nothing_to_a_mandate_of_three_without_touching_a_file_and_an_auditor_changes_nothing()
{
    // Where letters are sent a link may be sent, too.
    let capture = Capture::plain().await;
    let server = Server::configured(&(configuration() + &capture.settings()), "{}").await;
    let link = printed(&server).expect("a link");
    let origin = server.address.replace("127.0.0.1", "localhost");
    let document = STANDARD.encode(fixtures::named("one-page.pdf"));
    let wanted = json!({ "link": link, "origin": origin, "document": document });
    let Some(said) = in_browser("administering.mjs", &wanted) else { return };
    assert_eq!(said["found"], json!([]), "{:#}", said["found"]);
    assert_eq!(said["complaints"], json!([]));

    // What is wrong is said beside the field; what changes is shown before it does.
    let beside = said["beside"].as_str().unwrap_or_default();
    assert!(beside.starts_with("id-error"), "{beside}");
    let shown = texts(&said["shown"]).join("\n");
    for fact in ["permits", "The organisation", "Permits", "B-LTA"] {
        assert!(shown.contains(fact), "{fact}: {shown}");
    }
    let changed = texts(&said["changed"]);
    assert_eq!(changed.len(), 2, "{changed:?}");
    assert!(changed[0].contains("Permits | Building permits"), "{changed:?}");
    assert!(changed[1].contains("B-B, B-T, B-LT, B-LTA | B-T, B-LT, B-LTA"), "{changed:?}");
    let history = texts(&said["history"]);
    assert_eq!(history.len(), 2, "{history:?}");
    assert!(history[0].contains("→ B-T, B-LT, B-LTA"), "{history:?}");
    assert!(texts(&said["granted"]).join("\n").contains("Mads Bæk"));

    // A client gets tokens until it is revoked, and its secret is on one page alone.
    let client = &said["client"];
    assert!(texts(&client["shown"]).join("\n").contains("The robot"), "{client}");
    assert_eq!((&client["before"], &client["after"]), (&json!(200), &json!(401)), "{client}");
    assert_eq!(client["shownAgain"], false);

    // Three seals, and no fourth; and what is revoked counts for the next.
    assert_eq!(said["without"]["problem"]["refusals"][0]["rule"], "caller-has-grant");
    let seals = said["seals"].as_array().expect("seals");
    let statuses: Vec<_> = seals.iter().map(|seal| &seal["status"]).collect();
    assert_eq!(statuses, [200, 200, 200, 403], "{seals:?}");
    let refusal = &seals[3]["problem"]["refusals"][0];
    assert_eq!(refusal["rule"], "mandate-not-exhausted");
    let three = said["three"].as_str().expect("a name");
    assert!(refusal["explanation"].as_str().is_some_and(|why| why.contains(three)), "{refusal}");
    assert!(
        said["spent"].as_str().is_some_and(|text| text.contains("3 of 3")),
        "{}",
        said["spent"]
    );
    assert_eq!((&said["before"]["status"], &said["after"]["status"]), (&json!(200), &json!(403)));
    // The mandate of three is spent, and no other is there.
    let rule = &said["after"]["problem"]["refusals"][0]["rule"];
    assert_eq!(rule, "mandate-not-exhausted", "{}", said["after"]);

    // An auditor sees every page and changes nothing; who has no role sees none.
    let auditor = &said["auditor"];
    assert!(
        auditor["read"].as_array().is_some_and(|all| all.iter().all(|one| one == 200)),
        "{auditor}"
    );
    assert!(
        auditor["forms"].as_array().is_some_and(|all| all.iter().all(|one| one == 0)),
        "{auditor}"
    );
    let verified = auditor["verified"].as_str().expect("a page");
    assert!(verified.contains("Loggen er hel."), "{verified}");
    let posted = auditor["posted"].as_object().expect("statuses");
    assert_eq!(posted.len(), 16);
    assert!(posted.values().all(|status| status == 403), "{posted:?}");
    assert_eq!((&said["others"], &said["forged"]), (&json!(403), &json!(403)));

    let log = said["log"].as_str().expect("the log");
    for what in [
        "Profil lavet: permits",
        "Ny version af en profil: permits",
        "Ret givet",
        "System oprettet: archive",
        "Nøgle lavet: archive",
        "Fuldmagt givet",
        "Fuldmagt tilbagekaldt",
        "Person oprettet",
        "Rolle givet",
    ] {
        assert!(log.contains(what), "{what}: {log}");
    }
    let lines = texts(&said["lines"]);
    assert_eq!(lines.iter().filter(|outcome| **outcome == "done").count(), 4, "{lines:?}");
    assert_eq!(lines.iter().filter(|outcome| **outcome == "refused").count(), 3, "{lines:?}");
    assert!(
        said["weight"].as_u64().is_some_and(|weight| weight < MAXIMUM_WEIGHT),
        "{}",
        said["weight"]
    );

    // Neither key nor link is kept anywhere.
    let key = said["key"].as_str().expect("a key");
    assert_eq!((key.len(), &said["keyShownAgain"]), (43, &json!(false)));
    let mut server = server;
    server.stop();
    let records = format!("{:?}", audit_log::records(&server.data_directory()));
    for secret in
        texts(&said["links"]).iter().filter_map(|link| link.rsplit('/').next()).chain([key])
    {
        assert!(!records.contains(secret) && !server.log().contains(secret));
    }
    assert!(!records.contains("Ørsted") && !records.contains("Bæk"), "no name in the log");
}
