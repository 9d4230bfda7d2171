//! Consent in Chromium: the page, and where it leads.

use serde_json::json;

use super::{House, person::CHALLENGE};
use crate::oracle::in_browser;

const SCHEME: &str = "dk.client.example:/cb";

#[tokio::test]
async fn chromium_goes_to_another_port_to_the_loopback_of_ipv6_and_to_a_scheme_of_a_program() {
    let house = House::open().await;
    let redirects = ["http://127.0.0.1/cb", "http://[::1]/cb", SCHEME];
    let client = house.asking(json!({ "public": true, "redirect_uris": redirects })).await;
    let origin = house.server.address.replace("127.0.0.1", "localhost");
    let wanted = json!({
        "origin": origin, "clientId": client.id, "challenge": CHALLENGE, "scheme": SCHEME,
    });
    let Some(said) = in_browser("consent.mjs", &wanted) else { return };
    for host in ["127.0.0.1", "::1"] {
        let expected = json!({ "there": true, "code": true, "iss": house.server.address });
        assert_eq!(said["back"][host], expected, "{said:#}");
    }
    assert_eq!(said["back"]["scheme"], json!({ "status": 303, "there": true }), "{said:#}");
    assert_eq!(said["went"], 1, "{said:#}");
    for complaints in ["found", "complaints", "policy"] {
        assert_eq!(said[complaints], json!([]), "{said:#}");
    }
}
