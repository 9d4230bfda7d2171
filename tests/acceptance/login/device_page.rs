//! People make passkeys on the page of a device elsewhere and sign there, in Chromium: and what the device has
//! against anything else.

use serde_json::json;

use super::{
    elsewhere::device_elsewhere,
    printed,
    signing::{is_signed, with_staff},
};
use crate::{
    fixtures,
    oracle::{Folder, in_browser},
    ports,
};

#[tokio::test]
async fn people_sign_on_the_devices_own_page_and_by_nothing_from_the_services() {
    let files = Folder::new();
    let port = ports::free_port();
    let page = format!("http://sign.localhost:{port}");
    let more = format!(
        "[activation_page]\nlisten = \"127.0.0.1:{port}\"\norigin = \"{page}\"\nreturn_to = [\"{{origin}}\"]"
    );
    let (server, token) = device_elsewhere(&with_staff(), &files, &more).await;
    let management = server.simulator.as_ref().expect("a simulator").management();
    files.write("one.pdf", &fixtures::named("one-page.pdf"));
    let wanted = json!({
        "link": printed(&server).expect("a link"),
        "origin": server.address.replace("127.0.0.1", "localhost"),
        "document": files.path("one.pdf"), "page": page,
        "management": management, "token": token,
    });
    let Some(said) = in_browser("device-page.mjs", &wanted) else { return };
    assert_eq!((&said["complaints"], &said["found"]), (&json!([]), &json!([])), "{said:#}");
    assert!(is_signed(&said["signed"]), "{said:#}");
    assert_eq!(said["code"], said["codeOfDevice"], "{said:#}");
    let titles = json!(["NEW PASSKEY FOR SIGNING", "SIGNATURE", "UNDERSKRIFT"]);
    assert_eq!(said["titles"], titles, "{said:#}");
    let has = |list: &str, text: &str| {
        let list = said[list].as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().any(|one| one.as_str().is_some_and(|one| one.contains(text)))
    };
    assert!(has("before", "For login alone") && !has("before", "Registered for"), "{said:#}");
    assert!(has("after", "Registered for signing, and for no login"), "{said:#}");
    // The passkey of the service's pages was not the organisation's first.
    assert_eq!(said["known"], 1, "{said:#}");
    for (how, status, cause) in [
        ("madeAgain", 404, ""),
        ("loginPasskey", 403, "(passkey-unknown)"),
        ("otherOrigin", 403, "(other-origin)"),
        ("otherPage", 400, ""),
        ("noPage", 400, ""),
        ("spoilt", 403, "(signature-invalid)"),
        ("otherPerson", 403, "(passkey-of-another)"),
        ("elsewhere", 400, ""),
        ("elsewherePosted", 400, ""),
        ("again", 404, ""),
        ("answered", 404, ""),
        ("unknown", 404, ""),
    ] {
        let answer = &said["refused"][how];
        assert_eq!(answer["status"], status, "{how}: {said:#}");
        let text = answer["text"].as_str().unwrap_or_default();
        assert!(text.contains(cause), "{how}: {answer}");
    }
    let at_service = &said["refused"]["atService"];
    assert_eq!(at_service["type"], "urn:segl:problem:evidence-refused", "{said:#}");
    let himself = said["himself"].as_str().unwrap_or_default();
    assert!(himself.contains("ikke registreret her til dig. (passkey-unknown)"), "{said:#}");
    assert!(has("waiting", "Ikke registreret til underskrift"), "{said:#}");
    assert_eq!(said["stolen"], "That did not work", "{said:#}");
    assert_eq!(said["begun"]["status"], 405, "{said:#}");
    // Who made a passkey and who agrees to it see the same code of it.
    assert!(said["codes"][0].is_string(), "{said:#}");
    assert_eq!(said["codes"][0], said["codes"][1], "{said:#}");
    assert_eq!(said["imprint"].as_str().map(str::len), Some(64), "{said:#}");
    assert_eq!(said["stillWaiting"], 0, "{said:#}");
    assert!(has("agreed", "Registreret til underskrift, og ikke til login"), "{said:#}");
    assert_eq!(said["passkeys"], json!([false, true]), "{said:#}");
}
