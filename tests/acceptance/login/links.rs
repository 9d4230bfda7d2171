//! Somebody links a further login at an OpenID provider, npm's `oidc-provider`, whose claims name no
//! organisation: they log in by it at once, and sign by it once the device took it on their own word or an
//! administrator's, given with a passkey.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    elsewhere::device_elsewhere,
    printed,
    provider_signing::{keys, with_signing},
};
use crate::{
    fixtures,
    oracle::{Folder, in_browser, pdfsig},
    ports,
    server::Server,
};

/// The `subject` whom the file names, and who has no part in it.
const NOBODY: &str = "nobody-here";

fn assert_is_signed(document: &Value) {
    let document = STANDARD.decode(document.as_str().expect("a document")).expect("base64");
    let verdicts = pdfsig(&document);
    assert!(verdicts.len() == 1 && verdicts[0].valid, "{verdicts:?}");
}

/// Runs the script against a service whose device judges ID tokens of this key set.
async fn assert_links(server: &Server, port: u16, private: &Value) {
    let folder = Folder::new();
    folder.write("one.pdf", &fixtures::named("one-page.pdf"));
    let wanted = json!({
        "link": printed(server).expect("a link"),
        "origin": server.address.replace("127.0.0.1", "localhost"),
        "port": port, "secret": std::env::var("PATH").expect("a path"), "key": private,
        "document": folder.path("one.pdf"),
    });
    let Some(said) = in_browser("link.mjs", &wanted) else { return };
    assert_eq!(said["found"], json!([]), "{said:#}");
    assert_eq!(said["elsewhere"], 403, "{said:#}");
    let shown = ["The municipality", "private", "Privat Person", "Karen Ørsted, Havnsted Kommune"];
    assert_eq!(said["asks"], json!([200, shown]), "{said:#}");
    assert_eq!(said["prompt"], json!(["login", "0"]));
    for (how, status) in [
        ("again", 403),
        ("forged", 403),
        ("crossSite", 403),
        ("spent", 403),
        ("twice", 409),
        ("unregistered", 403),
        ("late", 403),
        ("nobody", 403),
    ] {
        assert_eq!(said[how], status, "{how}: {said:#}");
    }
    assert_eq!((&said["linked"], &said["left"]), (&json!([1, 0]), &json!(0)), "{said:#}");
    assert_eq!((&said["name"], &said["mads"]), (&json!("Karen Ørsted"), &json!("Mads Bæk")));
    assert_is_signed(&said["signed"]);
    assert_is_signed(&said["madsSigned"]);
}

#[tokio::test]
async fn a_linked_login_logs_in_at_once_and_signs_when_the_device_took_it_on_a_passkeys_word() {
    let (port, (private, public)) = (ports::free_port(), keys());
    let configuration = with_signing(&format!("http://localhost:{port}"), NOBODY);
    let server = Server::configured(&configuration, &public.to_string()).await;
    assert_links(&server, port, &private).await;
}

#[tokio::test]
async fn a_linked_login_signs_at_a_device_elsewhere_which_took_it_on_a_passkeys_word() {
    let (port, (private, public)) = (ports::free_port(), keys());
    let issuer = format!("http://localhost:{port}");
    let files = Folder::new();
    files.write("keys.json", public.to_string().as_bytes());
    let login = format!(
        "[[login]]\nissuer = \"{issuer}\"\nclient_id = \"segl-signing\"\njwks_file = \"{}\"\n",
        files.path("keys.json").display()
    );
    let configuration = with_signing(&issuer, NOBODY);
    let configuration = configuration.replacen(
        "jwks_file = \"keys.json\"",
        &format!("jwks_file = \"{}\"", files.path("keys.json").display()),
        1,
    );
    let (server, _) = device_elsewhere(&configuration, &files, &login).await;
    assert_links(&server, port, &private).await;
}
