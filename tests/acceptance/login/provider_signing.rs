//! Somebody signs by logging in anew at an OpenID provider, npm's `oidc-provider`: the nonce is the
//! activation's challenge, and the device takes no token of anything else.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use super::configuration;
use crate::{
    fixtures,
    oracle::{Folder, in_browser, pdfsig},
    ports,
    server::Server,
};

/// A key of the provider's (RFC 7517): the private one, and the set of the public one.
pub(crate) fn keys() -> (Value, Value) {
    let (rng, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &rng).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &rng).expect("the key");
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let point = pair.public_key().as_ref();
    let public = json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "one",
        "x": encode(&point[1..33]), "y": encode(&point[33..]),
    });
    // ring's template (RFC 5915) has the private key in these bytes.
    let mut private = public.clone();
    private["d"] = encode(&pkcs8.as_ref()[36..68]).into();
    (private, json!({ "keys": [public] }))
}

/// A service where this person of a provider's signs, with the provider's own login.
pub(crate) fn with_signing(issuer: &str, subject: &str) -> String {
    format!(
        r#"{}
        [[profile]]
        id = "staff"
        kind = "user"
        display_name = "Staff"
        allow_signing = true
        show_email = false

        [[grant]]
        to = {{ person = {{ issuer = "{issuer}", subject = "{subject}" }} }}
        acts = ["signature"]

        [[identity_issuer]]
        issuer = "{issuer}"
        audience = "segl-tokens"
        jwks_file = "keys.json"
        signing_client = "segl-signing"

        [[login.provider]]
        id = "local"
        name = "The municipality"
        issuer = "{issuer}"
        client_id = "segl"
        client_secret_variable = "PATH"

        [login.provider.signing]
        client_id = "segl-signing"
        client_secret_variable = "PATH"
        parameters = {{ idp_params = "{{\"reference_text\":\"{{reference_code}}\"}}" }}
        "#,
        configuration(),
    )
}

#[tokio::test]
async fn who_logs_in_anew_at_a_provider_signs_these_documents_and_no_other_token_does() {
    let port = ports::free_port();
    let (private, public) = keys();
    let issuer = format!("http://localhost:{port}");
    let configuration = with_signing(&issuer, "signer");
    let server = Server::configured(&configuration, &public.to_string()).await;
    let origin = server.address.replace("127.0.0.1", "localhost");
    let folder = Folder::new();
    folder.write("one.pdf", &fixtures::named("one-page.pdf"));
    let secret = std::env::var("PATH").expect("a path");
    let wanted = json!({
        "origin": origin, "port": port, "secret": secret, "key": private,
        "document": folder.path("one.pdf"),
    });
    let Some(said) = in_browser("provider-sign.mjs", &wanted) else { return };
    assert_eq!(said["found"], json!([]), "{said:#}");
    let signed = STANDARD.decode(said["signed"].as_str().expect("a document")).expect("base64");
    let verdicts = pdfsig(&signed);
    assert!(verdicts.len() == 1 && verdicts[0].valid, "{verdicts:?}");
    let report = server.validate(&signed).await;
    assert_eq!(report["signatures"][0]["kind"], "signature", "{report}");

    // It was asked for a login anew, and told which documents by their code.
    let request = &said["request"];
    for (name, value) in [("client_id", "segl-signing"), ("prompt", "login"), ("max_age", "0")] {
        assert_eq!(request[name], value, "{request}");
    }
    let code = said["code"].as_str().expect("a code");
    let shown = format!("{{\"reference_text\":\"{code}\"}}");
    assert_eq!(request["idp_params"], shown.as_str());

    assert_eq!(said["refusedThere"], 403);
    assert_eq!(said["accepted"]["evidence"]["kind"], "id-token", "{said:#}");
    let refused = &said["refused"];
    for (how, cause) in [
        ("document", "another challenge"),
        ("client", "another client"),
        ("clients", "another client"),
        ("party", "another client"),
        ("older", "older than"),
        ("timeless", "lacks a claim"),
        ("person", "not linked"),
        ("organisation", "another organisation"),
        ("again", "given for it already"),
        ("elsewhere", "another challenge"),
    ] {
        let detail = refused[how]["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(cause), "{how}: {refused:#}");
    }
}
