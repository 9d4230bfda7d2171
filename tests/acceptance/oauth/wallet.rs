//! The European wallet's library, over TLS, from `info` to a signature that verifies; and the bodies of its
//! later version, which Maven Central has not.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::{
    House,
    authenticator::Person,
    encoded,
    person::{Browser, asked, told, with},
};
use crate::{
    issuer::Issuer,
    oracle::{Folder, Wallet, openssl},
    server::{Server, send, sha256_hex},
};

const OFFICE: &str = "of-the-office-of-the-tests-of-the-wallet-0123456789";

const PEOPLE: &str = "of-whoever-looks-after-people-in-these-tests-0123456789";

/// A certificate for the loopback and its key, in PEM.
fn pair() -> (Vec<u8>, Vec<u8>) {
    let folder = Folder::new();
    openssl(
        &folder,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout @k -out @c -days 2 \
         -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1",
    )
    .expect("openssl makes a certificate");
    let read = |name| std::fs::read(folder.path(name)).expect("a file");
    (read("c"), read("k"))
}

fn configuration() -> String {
    format!(
        r#"
        [server]
        public_url = "https://localhost:{{port}}"
        [server.tls]
        certificate = "server.pem"
        key = "server.key"

        [organisation]
        registered_name = "Havnsted Kommune"
        cvr = "12345674"
        allow_seals = true

        [[profile]]
        id = "decisions"
        kind = "organisation"
        display_name = "Decisions"
        allow_signing = true

        [[application]]
        id = "office"
        api_key_sha256 = "{}"

        [[grant]]
        to = {{ application = "office" }}
        acts = ["administer"]
        role = "rights-administrator"

        [[application]]
        id = "people"
        api_key_sha256 = "{}"

        [[grant]]
        to = {{ application = "people" }}
        acts = ["administer"]
        role = "user-administrator"
        "#,
        sha256_hex(OFFICE.as_bytes()),
        sha256_hex(PEOPLE.as_bytes())
    )
}

/// The link that the service printed, without its origin.
fn invitation(server: &Server) -> String {
    let log = server.log();
    let at = log.find("/invitation/").expect("a link");
    log[at..].split_whitespace().next().expect("a link").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wallet_s_library_seals_over_tls() {
    let (certificate, key) = pair();
    let files = [("server.pem", certificate.as_slice()), ("server.key", key.as_slice())];
    let server = Server::with_files(&configuration(), &Issuer::new().key_set(), &files).await;
    let house = House { server, karen: OFFICE.to_owned() };
    let origin = house.server.address.replace("127.0.0.1", "localhost");
    let mut browser = Browser::new(&house);
    let link = invitation(&house.server);
    let karen = Person::invited(&mut browser, &origin, &link).await;
    let people = house.server.get_as("/v1/people", PEOPLE).await.ok().json();
    let login = people["items"][0]["login"].clone();
    let grant = json!({ "person": login, "acts": ["seal"] });
    house.post("/v1/grants", grant).await.ok();
    house.application("archive").await;
    let client = house.asking(json!({ "redirect_uris": ["https://wallet.example/cb"] })).await;

    let arguments = [&*client.id, &client.secret, "https://wallet.example/cb"];
    let Some(mut wallet) = Wallet::start(&origin, &certificate, arguments) else { return };
    let messages = ["Decision 12", "Decision 13"];
    let (mut shown, mut signatures, mut asked) = (None, Vec::new(), 0);
    while let Some((word, rest)) = wallet.says() {
        match &*word {
            "AUTHORIZE" => {
                let path = rest.strip_prefix(&origin).unwrap_or_else(|| panic!("{rest}"));
                let login = browser.go(path).await;
                assert!(login.text().contains("/login/passkey"), "it wants a login each time");
                karen.log_in(&mut browser).await;
                let page = browser.go("/me").await;
                let told = told(&browser.decide(&page, "allow").await);
                wallet.answer(&format!("{} {}", told["code"], told["state"]));
                asked += 1;
            }
            "CREDENTIAL" => shown = rest.split(' ').nth(3).map(str::to_owned),
            "HASH" => {
                let hash = |message: &&str| STANDARD.encode(digest(&SHA256, message.as_bytes()));
                wallet.answer(&messages.iter().map(hash).collect::<Vec<_>>().join(" "));
            }
            "SIGNATURE" => signatures.push(rest),
            _ => panic!("{word} {rest}"),
        }
    }
    wallet.ends();
    assert_eq!((asked, signatures.len()), (2, 2));
    let folder = Folder::new();
    let decoded = |text: &str| STANDARD.decode(text).expect("base64");
    folder.write("certificate", &decoded(&shown.expect("a credential")));
    openssl(&folder, "x509 -inform DER -in @certificate -pubkey -noout -out @key").expect("a key");
    for (signature, message) in signatures.iter().zip(messages) {
        folder.write("signature", &decoded(signature));
        folder.write("message", message.as_bytes());
        openssl(&folder, "dgst -sha256 -verify @key -signature @signature @message")
            .unwrap_or_else(|said| panic!("{said}"));
    }
}

/// What 0.8.0 sends, byte for byte, gets what 0.8.0 parses: numbers as numbers, and no member that it has
/// not asked for without a value.
#[tokio::test]
async fn the_bodies_of_the_later_version_get_the_shapes_that_it_reads() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let (bearer, _) = house.tokens(&client, "karen").await;
    let ask = async |method: &str, bearer: &str, body: String| {
        let request = house.server.post(&format!("/csc/v2/{method}")).bearer_auth(bearer);
        send(request.header("Content-Type", "application/json").body(body)).await.ok().json()
    };
    let info = send(house.server.post("/csc/v2/info").body("{}")).await.ok().json();
    assert!(info["supportedHashTypes"].is_array() && info["conformance_levels"].is_array());
    let list = r#"{"credentialInfo":true,"certificates":"chain","certInfo":true,"authInfo":true,"onlyValid":true,"lang":null,"clientData":null}"#;
    let listed = ask("credentials/list", &bearer, list.to_owned()).await;
    let is_of_p256 = |one: &&Value| one["key"]["curve"] == "1.2.840.10045.3.1.7";
    let infos = listed["credentialInfos"].as_array().expect("a list");
    let credential = infos.iter().find(is_of_p256).expect("a credential");
    assert_complete(credential);
    let id = credential["credentialID"].as_str().expect("a name");
    let hash = STANDARD.encode(digest(&SHA256, b"Decision 12"));
    let details = format!(
        r#"[{{"type":"https://cloudsignatureconsortium.org/2025/credential","credentialID":"{id}","numSignatures":1,"documentDigests":[{{"label":"Decision 12","hash":"{hash}","hashType":"dtbsr"}}],"hashAlgorithmOID":"2.16.840.1.101.3.4.2.1"}}]"#
    );
    let wanted = with(
        &asked(&client, "credential"),
        &[("authorization_details", &details), ("prompt", "login")],
    );
    let pushed = house.as_client("/oauth2/pushed_authorize", &client, &wanted).await;
    assert_eq!(pushed.status, 201, "{}", pushed.text());
    let uri = pushed.json()["request_uri"].as_str().expect("a name").to_owned();
    let path = [("client_id", &*client.id), ("state", "the state"), ("request_uri", &*uri)];
    let mut browser = Browser::new(&house);
    browser.go(&format!("/oauth2/authorize?{}", encoded(&path))).await;
    browser.log_in("karen").await;
    let page = browser.go("/me").await;
    let code = told(&browser.decide(&page, "allow").await)["code"].clone();
    let given = house.exchange(&client, &code, &[("authorization_details", &details)]).await;
    let given = given.ok().json();
    let echoed = &given["authorization_details"][0];
    assert!(echoed["numSignatures"].is_u64(), "{given}");
    let expected: Value = serde_json::from_str(&details).expect("JSON");
    assert_eq!(*echoed, expected[0]);
    let sad = given["access_token"].as_str().expect("a token");
    let one = format!(
        r#"{{"credentialID":"{id}","certificates":"chain","certInfo":true,"authInfo":true,"lang":null,"clientData":null}}"#
    );
    assert_complete(&ask("credentials/info", sad, one).await);
    let sign = format!(
        r#"{{"credentialID":"{id}","hashes":["{hash}"],"hashAlgorithmOID":"2.16.840.1.101.3.4.2.1","signAlgo":"1.2.840.10045.4.3.2","operationMode":"S","signAlgoParams":null,"SAD":null,"clientData":null}}"#
    );
    let signed = ask("signatures/signHash", sad, sign).await;
    assert_eq!(signed["signatures"].as_array().map(Vec::len), Some(1), "{signed}");
    // And by the query alone, as its twin in Swift asks.
    let swift = with(&asked(&client, "credential"), &[("authorization_details", &details)]);
    assert!(browser.agree(&swift).await.contains_key("code"));
}

/// That a credential has what the library cannot do without.
fn assert_complete(credential: &Value) {
    let text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let cert = &credential["cert"];
    for member in ["issuerDN", "subjectDN", "serialNumber", "validFrom", "validTo", "status"] {
        assert!(text(&cert[member]), "{member}: {credential}");
    }
    assert!(cert["certificates"].as_array().is_some_and(|all| all.len() > 1), "{credential}");
    let key = &credential["key"];
    assert!(key["len"].is_u64() && text(&key["status"]) && key["algo"].is_array(), "{credential}");
    assert!(credential["multisign"].is_u64() && credential["SCAL"] == "2", "{credential}");
    assert_eq!(credential["auth"]["mode"], "oauth2code");
    assert!(credential["auth"].as_object().is_some_and(|auth| auth.contains_key("objects")));
}
