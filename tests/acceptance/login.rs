//! People log in: in Chromium with passkeys, and what is refused of sessions, forms and links.

mod device_page;
mod elsewhere;
mod flood;
mod links;
mod provider;
pub(crate) mod provider_signing;
mod sessions;
mod signing;

pub use self::{elsewhere::device_elsewhere, signing::with_staff};

use serde_json::json;

use crate::{
    oracle::in_browser,
    server::{Server, sha256_hex},
};

/// An organisation that nobody administers.
pub(crate) fn configuration() -> String {
    format!(
        r#"
        [organisation]
        registered_name = "Havnsted Kommune"
        cvr = "12345674"
        allow_seals = true

        [[application]]
        id = "tests"
        api_key_sha256 = "{}"
        "#,
        sha256_hex(crate::server::API_KEY.as_bytes())
    )
}

/// The link that the service printed.
pub(crate) fn printed(server: &Server) -> Option<String> {
    let log = server.log();
    let at = log.find("http://localhost:")?;
    log[at..].split_whitespace().next().map(str::to_owned)
}

#[tokio::test]
async fn the_printed_link_makes_an_administrator_who_logs_in_with_a_passkey_and_nothing_else_does()
{
    let server = Server::configured(&configuration(), "{}").await;
    let link = printed(&server).expect("a link");
    let origin = server.address.replace("127.0.0.1", "localhost");
    assert!(link.starts_with(&format!("{origin}/invitation/")), "{link}");
    let wanted = json!({ "link": link, "origin": origin });
    let Some(said) = in_browser("login.mjs", &wanted) else { return };
    assert_eq!(said["complaints"], json!([]), "{said:#}");
    assert_eq!(said["found"], json!(["localhost"]), "{said:#}");
    assert_eq!(said["name"], "Karen Ørsted <b>");
    assert_eq!(said["madsName"], "Mads Bæk");
    assert_eq!(said["cookie"], json!({ "secure": true, "httpOnly": true, "sameSite": "Lax" }));
    assert_eq!(said["fixed"], false, "each login has a cookie of its own");
    let asked = &said["asked"];
    for (how, status) in
        [("with", 200), ("without", 401), ("other", 401), ("made", 201), ("invited", 201)]
    {
        assert_eq!(asked[how], status, "{how}: {said:#}");
    }
    let refused = &said["refused"];
    assert_eq!(refused["good"], 200, "{said:#}");
    for how in ["replayed", "unverified", "handle", "nobody", "signature", "unknown", "origin"] {
        assert_eq!(refused[how], 403, "{how}: {said:#}");
    }
    assert_eq!(refused["extra"], 400);
    assert_eq!((&said["gone"], &said["linkGone"]), (&json!(303), &json!(404)));

    // It is in the log, by name of cause and without a name of a person.
    let mut server = server;
    server.stop();
    let log = crate::audit_log::records(&server.data_directory());
    let causes: Vec<&str> = log
        .iter()
        .filter(|record| record["kind"] == "access" && record["event"]["what"] == "login-refused")
        .filter_map(|record| record["event"]["cause"].as_str())
        .collect();
    let expected = [
        "user-not-verified",
        "other-person",
        "other-person",
        "signature",
        "passkey-unknown",
        "other-origin",
    ];
    assert_eq!(causes, expected);
    let text = format!("{log:?}");
    assert!(!text.contains("Ørsted") && !text.contains("Bæk"), "{text}");
}

#[tokio::test]
async fn a_link_is_printed_until_somebody_administers_and_the_one_before_ends() {
    let server = Server::configured(&configuration(), "{}").await;
    let first = printed(&server).expect("a link");
    let path = |link: &str| format!("/invitation/{}", link.rsplit('/').next().expect("a code"));
    let asked = async |server: &Server, link: &str| {
        let origin = server.address.replace("127.0.0.1", "localhost");
        let request = reqwest::Client::new().get(format!("{origin}{}", path(link)));
        crate::server::send(request).await.status
    };
    assert_eq!(asked(&server, &first).await, 200);
    server.kill();
    let again = server.again_with(&configuration()).await;
    let second = printed(&again).expect("a link");
    assert_ne!(path(&first), path(&second));
    assert_eq!((asked(&again, &first).await, asked(&again, &second).await), (404, 200));

    // The demo has its own people.
    let demo = Server::embedded().await;
    assert!(!demo.log().contains("/invitation/"), "{}", demo.log());
    assert!(demo.log().contains("/login, as one of the demo's people"), "{}", demo.log());
}
