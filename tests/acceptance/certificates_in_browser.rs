//! Certificates that live for years in a browser: ordered, approved by a second one, collected, renewed and blocked on
//! the pages. No request holds anything of a key that was made there, and other people's programs open the files.

mod search;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use self::search::Secrets;
use crate::{
    login::{configuration, printed},
    oracle::{Folder, Opened, PROGRAMS, in_browser, openssl},
    server::{MANAGEMENT_TOKEN, Server},
};

const PASSWORD: &str = "correct horse battery";
const WRONG: &str = "correct horse batterz";

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().expect("a list").iter().filter_map(Value::as_str).collect()
}

/// A request of another program's.
fn csr() -> Vec<u8> {
    let folder = Folder::new();
    let made = "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout @key -subj /CN=x -out @csr";
    openssl(&folder, made).expect("a request");
    std::fs::read(folder.path("csr")).expect("a file")
}

#[tokio::test]
async fn ordered_approved_collected_renewed_and_blocked_on_the_pages_and_no_request_holds_a_key() {
    let server = Server::configured(&configuration(), "{}").await;
    let origin = server.address.replace("127.0.0.1", "localhost");
    let moved = OffsetDateTime::now_utc() + Duration::days(2);
    let wanted = json!({
        "link": printed(&server).expect("a link"), "origin": origin, "password": PASSWORD,
        "management": server.management, "token": MANAGEMENT_TOKEN,
        "csr": STANDARD.encode(csr()), "moved": moved.format(&Rfc3339).expect("a time"),
    });
    let Some(said) = in_browser("certificates.mjs", &wanted) else { return };
    assert_eq!(said["found"], json!([]), "{:#}", said["found"]);
    assert_eq!(said["complaints"], json!([]));
    ordered_and_approved(&said);
    collected(&said);
    found_and_blocked(&said);
    policies(&said);
    files_and_requests(&said);
}

fn ordered_and_approved(said: &Value) {
    let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    // Nothing is offered before the policy is accepted.
    assert_eq!(said["before"], 0);
    assert_eq!(texts(&said["settings"]).len(), 2, "{}", said["settings"]);
    assert!(texts(&said["ofStaff"]).join("\n").contains("181"), "{}", said["ofStaff"]);
    let orderable = texts(&said["orderable"]).join("\n");
    for told in [
        "Medarbejdere | User certificate",
        "Betalinger Ærø | System certificate",
        "Bodil Ærø",
        "Missing",
    ] {
        assert!(orderable.contains(told), "{told}: {orderable}");
    }
    // Two choices, each with its default; of a person's there is one way alone.
    assert_eq!(texts(&said["ways"]).len(), 4, "{}", said["ways"]);
    assert_eq!(said["defaults"], json!(["login", "browser"]));
    assert!(text("missing").contains("Name the person"), "{}", said["missing"]);
    let ordered = texts(&said["ordered"]).join("\n");
    for told in ["Eva Ålborg", "They log in", "In a browser", "Waits for a second administrator"] {
        assert!(ordered.contains(told), "{told}: {ordered}");
    }
    assert!(text("own").contains("Whoever ordered does not approve"), "{}", said["own"]);
    assert!(text("approved").contains("Can be collected"), "{}", said["approved"]);
    assert_eq!(texts(&said["orders"]).len(), 4, "{}", said["orders"]);
    let filtered = texts(&said["filtered"]);
    assert!(filtered.len() == 1 && filtered[0].contains("Cancelled"), "{filtered:?}");
}

fn collected(said: &Value) {
    let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    assert!(text("unfit").contains("12 til 128"), "{}", said["unfit"]);
    assert_eq!(text("made").len(), 29, "{}", said["made"]);
    assert_eq!(said["early"], 0, "it is not due yet");
    assert!(text("wrong").contains("Reference or code is wrong"), "{}", said["wrong"]);
    assert!(text("spent").contains("Reference or code is wrong"), "{}", said["spent"]);
    assert!(text("nonsense").contains("Det er ikke en anmodning"), "{}", said["nonsense"]);
    assert_eq!(text("uploaded").matches("BEGIN CERTIFICATE").count(), 3);
    assert_eq!((&said["renewable"], &said["inUse"]), (&json!(0), &json!(1)));
    assert_eq!(said["files"]["user"]["name"], "Eva Ålborg.p12");
}

fn found_and_blocked(said: &Value) {
    let listed = texts(&said["listed"]);
    assert!(
        listed.len() == 3
            && listed.iter().all(|row| row.contains("| Valid") || row.contains("To be renewed")),
        "{listed:?}"
    );
    // Fewer than nine: the filters are there, and folded away.
    assert_eq!(said["folded"], 0);
    let searched = texts(&said["searched"]);
    assert!(searched.len() == 1 && searched[0].contains("Eva Ålborg"), "{searched:?}");
    let table = said["table"].as_str().unwrap_or_default();
    assert!(table.lines().count() == 3 && table.contains("bodil@example.com"), "{table}");
    let own = texts(&said["mutedOwn"]);
    assert_eq!(own, ["Slå påmindelser til", "Slå påmindelser fra"], "{own:?}");
    let muted = said["muted"].as_str().unwrap_or_default();
    let muted = muted.split_once("Reminders stopped").map_or("", |(_, after)| after);
    assert!(muted.contains("Karen"), "{muted}");
    assert_eq!(texts(&said["blocked"]), ["Spærret"], "{}", said["blocked"]);
    assert_eq!(said["others"], 403, "the list is the administrators'");
    let shown = texts(&said["shown"]).join("\n");
    assert!(shown.contains("Blocked: Somebody else may have the key"), "{shown}");
    // Reminders of many: what would become of each, then what did.
    let shown = texts(&said["manyShown"]);
    assert!(shown.len() == 2 && shown.iter().all(|row| row.ends_with("| Stopped")), "{shown:?}");
    assert!(shown.iter().any(|row| row.contains("| Sent when they are due |")), "{shown:?}");
    let muted = texts(&said["manyMuted"]);
    assert!(muted.len() == 2 && muted.iter().all(|row| row.ends_with("| Stopped")), "{muted:?}");
    assert_eq!(texts(&said["results"]).len(), 2);
    let ended = texts(&said["ended"]);
    let count = ended.iter().filter(|row| row.contains("| Blocked |")).count();
    assert_eq!((ended.len(), count), (4, 3), "{ended:?}");
}

fn policies(said: &Value) {
    let all = said["policies"].as_array().expect("a list");
    assert_eq!(all.len(), 3);
    for one in all {
        assert_eq!(one["type"], "text/markdown; charset=utf-8");
        let text = one["text"].as_str().unwrap_or_default();
        assert!(text.starts_with("# ") && text.contains("https://certificat.gov.dk"), "{text}");
    }
    for (one, told) in all.iter().zip(["Certifikatpolitik", "Certificate policy"]) {
        let shown = one["shown"].as_str().unwrap_or_default();
        assert!(shown.contains(told) && shown.contains("certificat.gov.dk"), "{shown}");
        assert!(shown.contains("organisation-allows-seals"), "the auditors' guideline: {shown}");
    }
}

/// Other people's programs open the files with their password alone, none opens one that is spoilt, and nothing of
/// their keys was sent.
fn files_and_requests(said: &Value) {
    let folder = Folder::new();
    let mut secrets = Secrets::default();
    for (file, name) in
        [("user", "Eva Ålborg"), ("system", "Betalinger Ærø"), ("renewed", "Eva Ålborg")]
    {
        let octets = said["files"][file]["file"].as_str().expect("a file");
        let octets = STANDARD.decode(octets).expect("Base64");
        let path = folder.write(&format!("{file}.p12"), &octets);
        let spoilt = [octets.len() / 3, octets.len() - 30].map(|at| {
            let mut spoilt = octets.clone();
            spoilt[at] ^= 1;
            folder.write(&format!("spoilt-{file}-{at}"), &spoilt)
        });
        for program in PROGRAMS {
            match program.open(&path, PASSWORD) {
                // Java's aliases have no capitals.
                Opened::As(told) => {
                    assert!(
                        told.to_lowercase().contains(&name.to_lowercase()),
                        "{program:?}: {told}"
                    );
                }
                Opened::Not(why) => panic!("{program:?} {file}: {why}"),
                Opened::Unknown => continue,
            }
            for (path, password) in [(&path, WRONG), (&spoilt[0], PASSWORD), (&spoilt[1], PASSWORD)]
            {
                let opened = program.open(path, password);
                assert!(matches!(opened, Opened::Not(_)), "{program:?} {file}: {opened:?}");
            }
        }
        secrets.of_file(&folder, file, PASSWORD);
    }
    assert!(secrets.count() > 1000, "{}", secrets.count());
    secrets.finds_what_is_planted();
    let requests = said["requests"].as_array().expect("requests");
    assert!(requests.len() > 100, "{}", requests.len());
    let requested: Vec<_> = requests
        .iter()
        .filter(|one| {
            one["url"]
                .as_str()
                .is_some_and(|url| url.contains("/v1/issuances/") || url.ends_with("/renewal"))
                && one["method"] == "POST"
        })
        .collect();
    assert_eq!(requested.len(), 3, "each key was made once");
    for one in requests {
        let body = STANDARD.decode(one["body"].as_str().unwrap_or_default()).expect("Base64");
        let head = format!("{} {} {}", one["method"], one["url"], one["headers"]);
        for octets in [head.as_bytes(), &body] {
            assert!(!secrets.are_in(octets), "{} {}", one["method"], one["url"]);
            let told = String::from_utf8_lossy(octets).into_owned();
            let plain = told.replace('+', " ").replace("%20", " ");
            assert!(!plain.contains(PASSWORD), "the password: {}", one["url"]);
        }
    }
}
