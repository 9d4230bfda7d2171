//! What real clients send beside the specification: read all the same, and answered as it has it.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Client, ECDSA, SHA256_OID, assert_refused, hash};
use crate::server::{Server, send};

/// The names of members that an answer has, sorted.
fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().expect("an object").keys().map(|n| &**n).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn info_is_answered_to_get_and_to_post_with_a_body_or_without() {
    let server = Server::demo().await;
    for version in ["v1", "v2"] {
        let path = format!("/csc/{version}/info");
        let got = server.get(&path).await.ok().json();
        assert_eq!(send(server.post(&path)).await.ok().json(), got);
        let posted = server.post(&path).json(&json!({ "lang": null })).bearer_auth(super::API_KEY);
        assert_eq!(send(posted).await.ok().json(), got);
        assert_eq!(got["region"], "DK");
        assert_eq!(got["authType"], json!(["external", "oauth2client", "oauth2code", "basic"]));
    }
}

#[tokio::test]
async fn info_speaks_danish_and_its_sign_is_an_image() {
    let server = Server::demo().await;
    let ask = async |lang: &str| {
        send(server.post("/csc/v2/info").json(&json!({ "lang": lang }))).await.ok().json()
    };
    for (asked, answered) in [("da-DK", "da"), ("da", "da"), ("en-US", "en"), ("kl", "en")] {
        assert_eq!(ask(asked).await["lang"], answered, "{asked}");
    }
    let info = ask("en").await;
    let logo = info["logo"].as_str().expect("an address");
    assert!(logo.ends_with("/csc/logo.png"), "{logo}");
    let image = server.get("/csc/logo.png").await.ok();
    assert_eq!(image.header("content-type"), "image/png");
    let decoder = png::Decoder::new(std::io::Cursor::new(&image.body)).read_info();
    let image = decoder.expect("a PNG");
    assert_eq!((image.info().width, image.info().height), (64, 64));
    // What one client reads of it, and fails without.
    for needed in ["specs", "name", "description", "signAlgorithms", "signature_formats"] {
        assert!(!info[needed].is_null(), "{needed}");
    }
    assert_eq!(info["supportedHashTypes"], json!(["dtbsr", "sdr", "sodr"]));
    assert!(info["conformance_levels"].is_array());
}

#[tokio::test]
async fn the_names_of_version_1_are_read_on_the_paths_of_version_2_and_the_reverse() {
    let server = Server::demo().await;
    for version in ["v1", "v2"] {
        let client = Client::new(&server, version);
        let id = client.credential("Decisions").await;
        for (hashes, algorithm) in [("hash", "hashAlgo"), ("hashes", "hashAlgorithmOID")] {
            let asked = json!({
                "credentialID": id, "numSignatures": "1", hashes: [hash("a")],
                algorithm: SHA256_OID, "PIN": "1234", "clientData": "x",
            });
            let data = client.ask("credentials/authorize", asked).await.ok().json();
            assert_eq!(members(&data), ["SAD", "expiresIn"]);
            let asked = json!({
                "credentialID": id, "SAD": data["SAD"], hashes: [hash("a")], algorithm: SHA256_OID,
                "signAlgo": ECDSA, "signAlgoParams": null, "operationMode": "S",
            });
            let answer = client.ask("signatures/signHash", asked).await.ok();
            assert_eq!(members(&answer.json()), ["signatures"]);
            client.verify(&id, &answer, &["a"]).await;
        }
    }
}

#[tokio::test]
async fn hashes_are_read_in_either_alphabet_padded_or_not_and_escaped() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let id = client.credential("Decisions").await;
    // A message whose hash has both signs in which the alphabets differ.
    let message = (0..).map(|number| format!("message {number}"));
    let mut message = message.filter(|one| hash(one).contains('+') && hash(one).contains('/'));
    let message = message.next().expect("one of them");
    let standard = hash(&message);
    let url = standard.replace('+', "-").replace('/', "_");
    let escaped = standard.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let unpadded = url.trim_end_matches('=').to_owned();
    for spelt in [&standard, &url, &escaped, &unpadded] {
        let asked = json!({ "credentialID": id, "numSignatures": 1, "hashes": [spelt] });
        let data = client.ask("credentials/authorize", asked).await.ok();
        // It is the same hash, however it is spelt when it is signed.
        let answer = client.sign(&id, &super::sad(&data), &[&message]).await.ok();
        let value = answer.json()["signatures"][0].as_str().expect("base64").to_owned();
        STANDARD.decode(value).expect("the standard alphabet, padded");
    }
    for (spelt, description) in [
        ("not base64!", "Invalid Base64 hash string parameter"),
        ("AAAA", "Invalid digest value length"),
    ] {
        let asked = json!({ "credentialID": id, "numSignatures": 1, "hashes": [spelt] });
        assert_refused(&client.ask("credentials/authorize", asked).await, description);
    }
}

#[tokio::test]
async fn what_the_wallet_s_library_sends_gets_the_members_that_it_reads() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let asked = json!({
        "credentialInfo": true, "certificates": "chain", "certInfo": true, "authInfo": true,
        "onlyValid": true, "lang": null, "clientData": null,
    });
    let listed = client.ask("credentials/list", asked).await.ok().json();
    assert_eq!(listed["onlyValid"], true);
    let infos = listed["credentialInfos"].as_array().expect("a list");
    assert_eq!(infos.len(), listed["credentialIDs"].as_array().expect("a list").len());
    for info in infos {
        assert_eq!(info["key"]["status"], "enabled");
        assert!(info["key"]["len"].is_u64() && info["multisign"].is_u64(), "{info}");
        assert_eq!(info["auth"], json!({ "mode": "explicit", "objects": [] }));
        assert_eq!(info["SCAL"], "2");
        assert_eq!(info["cert"]["certificates"].as_array().expect("a list").len(), 2);
        for name in ["issuerDN", "subjectDN", "serialNumber"] {
            assert!(info["cert"][name].as_str().is_some_and(|text| !text.is_empty()), "{info}");
        }
        let subject = info["cert"]["subjectDN"].as_str().expect("a name");
        assert!(subject.contains("O=Havnsted Kommune,C=DK"), "{subject}");
        for moment in ["validFrom", "validTo"] {
            let moment = info["cert"][moment].as_str().expect("a moment");
            assert!(moment.len() == 15 && moment.ends_with('Z'), "{moment}");
        }
    }
    let id = &infos[0]["credentialID"];
    let asked = json!({
        "credentialID": id, "certificates": "CHAIN", "certInfo": "true", "authInfo": true,
        "lang": null, "clientData": null,
    });
    client.ask("credentials/info", asked).await.ok();
}

#[tokio::test]
async fn version_1_pages_through_credentials_and_says_how_they_are_authorised() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v1");
    let all = client.credentials().await;
    assert!(all.len() > 1, "{all:?}");
    // Whom an application asks for is its own affair: what it gets are the organisation's seals.
    let named = client.ask("credentials/list", json!({ "userID": "karen" })).await.ok().json();
    assert_eq!(named["credentialIDs"], json!(all));
    let mut paged = Vec::new();
    let mut token = Value::Null;
    loop {
        let asked = json!({ "maxResults": 1, "pageToken": token });
        let part = client.ask("credentials/list", asked).await.ok().json();
        let ids = part["credentialIDs"].as_array().expect("a list");
        assert_eq!(ids.len(), 1);
        paged.push(ids[0].as_str().expect("a name").to_owned());
        token = part["nextPageToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(paged, all);
    let info = client.ask("credentials/info", json!({ "credentialID": all[0] })).await.ok().json();
    assert_eq!(info["authMode"], "implicit");
    assert!(info.get("auth").is_none(), "{info}");
    assert_eq!(info["cert"]["certificates"].as_array().expect("a list").len(), 1);
    assert!(info["cert"].get("subjectDN").is_none(), "{info}");
    let asked = json!({ "credentialID": all[0], "certificates": "none" });
    let info = client.ask("credentials/info", asked).await.ok().json();
    assert!(info["cert"].get("certificates").is_none(), "{info}");
}

#[tokio::test]
async fn what_is_missing_or_of_another_type_is_told_in_the_specification_s_words() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let id = client.credential("Decisions").await;
    for (method, asked, description) in [
        (
            "credentials/list",
            json!({ "userID": 7 }),
            "Missing (or invalid type) string parameter userID",
        ),
        ("credentials/info", json!({}), "Missing (or invalid type) string parameter credentialID"),
        (
            "credentials/info",
            json!({ "credentialID": 7 }),
            "Missing (or invalid type) string parameter credentialID",
        ),
        (
            "credentials/info",
            json!({ "credentialID": id, "certificates": "some" }),
            "Invalid parameter certificates",
        ),
        (
            "credentials/authorize",
            json!({ "credentialID": id, "hashes": [hash("a")] }),
            "Missing (or invalid type) integer parameter numSignatures",
        ),
        (
            "signatures/signHash",
            json!({ "credentialID": id, "hashes": [hash("a")], "signAlgo": ECDSA }),
            "Missing (or invalid type) string parameter SAD",
        ),
        (
            "signatures/signHash",
            json!({ "credentialID": id, "SAD": "x", "hashes": [hash("a")] }),
            "Missing (or invalid type) string parameter signAlgo",
        ),
        (
            "signatures/signHash",
            json!({ "credentialID": id, "SAD": "x", "hashes": [], "signAlgo": ECDSA }),
            "Empty hash array",
        ),
    ] {
        assert_refused(&client.ask(method, asked).await, description);
    }
}

#[tokio::test]
async fn a_time_stamp_has_the_digest_and_the_nonce_that_were_sent() {
    use crate::oracle::{Folder, openssl};
    let server = Server::demo().await;
    for version in ["v1", "v2"] {
        let client = Client::new(&server, version);
        let asked = json!({ "hash": hash("a"), "hashAlgo": SHA256_OID, "nonce": "01F3A5" });
        let answer = client.ask("signatures/timestamp", asked).await.ok().json();
        assert_eq!(members(&answer), ["timestamp"]);
        let folder = Folder::new();
        folder.write("token", &super::decoded(&answer["timestamp"]));
        folder.write("message", b"a");
        folder.write("trust.pem", &server.pki("trust-anchor.pem").await);
        let verify = "ts -verify -token_in -in @token -data @message -CAfile @trust.pem";
        let said = openssl(&folder, verify).unwrap_or_else(|said| panic!("{said}"));
        assert!(said.contains("Verification: OK"), "{said}");
        openssl(&folder, "ts -reply -token_in -in @token -token_out -text -out @text")
            .expect("text");
        let text = std::fs::read_to_string(folder.path("text")).expect("a text");
        assert!(text.contains("Nonce: 0x01F3A5"), "{text}");
        let asked = json!({ "hash": hash("a"), "hashAlgo": SHA256_OID, "nonce": "not a number" });
        let answer = client.ask("signatures/timestamp", asked).await;
        assert_refused(&answer, "Invalid parameter nonce");
    }
}

/// `credentials/list` page by page, until there is no more.
async fn paged(client: &Client<'_>) -> Vec<String> {
    let (mut all, mut token) = (Vec::new(), Value::Null);
    loop {
        let asked = json!({ "maxResults": 1, "pageToken": token });
        let part = client.ask("credentials/list", asked).await.ok().json();
        let ids = part["credentialIDs"].as_array().expect("a list");
        assert_eq!(ids.len(), 1);
        all.push(ids[0].as_str().expect("a name").to_owned());
        token = part["nextPageToken"].clone();
        if token.is_null() {
            return all;
        }
    }
}

#[tokio::test]
async fn version_2_is_paged_through_by_the_members_of_version_1_and_takes_its_pin_and_otp() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let all = client.credentials().await;
    assert!(all.len() > 1, "{all:?}");
    assert_eq!(paged(&client).await, all);
    let asked = json!({
        "credentialID": all[0], "numSignatures": 1, "hashes": [hash("a")], "PIN": "1234",
        "OTP": "5678", "authData": [{ "id": "PIN", "value": "1234" }],
    });
    client.ask("credentials/authorize", asked).await.ok();
}

#[tokio::test]
async fn scal_is_a_text_and_multisign_a_number_in_both_versions() {
    let server = Server::demo().await;
    for version in ["v1", "v2"] {
        let client = Client::new(&server, version);
        let id = client.credential("Decisions").await;
        let info = client.ask("credentials/info", json!({ "credentialID": id })).await.ok().json();
        assert_eq!((&info["SCAL"], &info["multisign"]), (&json!("2"), &json!(100)), "{info}");
    }
}

#[tokio::test]
async fn the_address_of_the_authorisation_server_is_one_to_which_clients_add_the_path() {
    let server = Server::demo().await;
    for version in ["v1", "v2"] {
        let info = server.get(&format!("/csc/{version}/info")).await.ok().json();
        let base = info["oauth2"].as_str().expect("an address");
        assert!(!base.ends_with('/') && !base.contains("/oauth2"), "{base}");
        assert_eq!(base, server.address);
        let answer = send(server.post("/oauth2/token")).await;
        assert!([400, 401].contains(&answer.status), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_hash_alone_stands_for_a_list_of_one_and_a_level_in_any_case() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    for level in ["Ades-B-B", "AdES-B-T", "ades-b-t", "AdES-T"] {
        let asked = json!({
            "signatureQualifier": "x_segl_decisions",
            "documentDigests": [{
                "hashes": hash("a"), "hashAlgorithmOID": SHA256_OID, "signature_format": "c",
                "conformance_level": level, "signAlgo": ECDSA,
            }],
        });
        let answer = client.ask("signatures/signDoc", asked).await.ok();
        assert_eq!(members(&answer.json()), ["SignatureObject"], "{level}");
    }
}

#[tokio::test]
async fn a_pdf_s_envelope_may_be_called_enveloped_and_revocation_data_are_refused_by_either_name() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let mut asked = json!({
        "signatureQualifier": "x_segl_decisions",
        "documents": [{
            "document": STANDARD.encode(crate::fixtures::named("one-page.pdf")),
            "signature_format": "P", "signAlgo": ECDSA, "signed_envelope_property": "Enveloped",
        }],
    });
    client.ask("signatures/signDoc", asked.clone()).await.ok();
    for name in ["returnValidationInfo", "returnValidationInformation"] {
        asked[name] = json!(false);
        client.ask("signatures/signDoc", asked.clone()).await.ok();
        asked[name] = json!(true);
        let answer = client.ask("signatures/signDoc", asked.clone()).await;
        assert_refused(&answer, "Invalid parameter returnValidationInfo");
        asked[name] = Value::Null;
    }
}

/// Names of tests in `` `code` ``, one or more in the last column of each row.
#[test]
fn the_table_of_deviations_names_tests_that_there_are() {
    let workspace = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(workspace.join(path)).expect("a file");
    let mut sources = String::new();
    for folder in
        ["tests/acceptance/csc", "tests/acceptance/oauth", "signer/csc/src", "signer/oauth/src"]
    {
        for entry in walkdir(&workspace.join(folder)) {
            sources += &std::fs::read_to_string(entry).expect("a source");
        }
    }
    let table = read("docs/clients/deviations.md");
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() >= 35, "{} rows", rows.len());
    for row in rows {
        let tests = row.trim_end_matches(" |").rsplit(" | ").next().expect("a column");
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "{row}");
        for name in names {
            assert!(sources.contains(&format!("fn {name}(")), "{name} in {row}");
        }
    }
}

/// Every file below a folder.
fn walkdir(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(walkdir(&path));
        } else {
            found.push(path);
        }
    }
    found
}
