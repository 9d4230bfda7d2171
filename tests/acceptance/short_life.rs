//! Keys and tokens live for one act. What only the device can show is in `qscd-sim`'s own tests.

use std::{fs, path::Path};

use crate::{
    fixtures,
    server::{Server, send},
};

#[tokio::test]
async fn persons_token_signs_its_documents_once_and_nothing_else() {
    let server = Server::demo().await;
    let [named, other] = ["one-page.pdf", "rotated.pdf"].map(fixtures::named);
    let token = server.token("karen", &[&named]).await;

    let refused = server.act("signatures", "profile=staff", &token, &other).await;
    assert_eq!(refused.broken_rules(), ["token-names-document"]);

    server.act("signatures", "profile=staff", &token, &named).await.ok();
    let again = server.act("signatures", "profile=staff", &token, &named).await;
    assert!((400..500).contains(&again.status), "the token signed twice");
    again.problem();
}

#[tokio::test]
async fn eight_callers_race_with_one_token_and_one_signs() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    for _ in 0..5 {
        let token = server.token("karen", &[&document]).await;
        let calls = (0..8).map(|_| {
            let request = server.post("/v1/signatures?profile=staff").bearer_auth(&token);
            tokio::spawn(send(request.body(document.clone())))
        });
        let mut signed = 0;
        for call in calls.collect::<Vec<_>>() {
            let answer = call.await.expect("a call ends");
            match answer.status {
                200 => signed += 1,
                status => assert!((400..500).contains(&status), "{status}: {}", answer.text()),
            }
        }
        assert_eq!(signed, 1);
    }
}

#[tokio::test]
async fn tokens_that_are_not_what_they_say_are_unauthorised() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let token = server.token("karen", &[&document]).await;
    let [header, payload, signature] =
        token.split('.').collect::<Vec<_>>().try_into().expect("three parts");
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    for bearer in [
        format!("{none}.{payload}."),
        format!("{header}.{payload}."),
        format!("{header}.{payload}.{}", signature.chars().rev().collect::<String>()),
        "no-such-key".to_owned(),
        "a.b.c".to_owned(),
    ] {
        let answer = server.act("signatures", "profile=staff", &bearer, &document).await;
        assert_eq!(answer.status, 401, "{bearer}: {}", answer.text());
        answer.problem();
    }
    let without = send(server.post("/v1/seals?profile=decisions").body(document)).await;
    assert_eq!(without.status, 401);
    assert!(!without.header("www-authenticate").is_empty(), "RFC 9110 section 11.6.1");
}

/// The forms in which a private key could stand in a file: PEM and PKCS #8, SEC 1, PKCS #1 in DER.
fn private_keys(bytes: &[u8]) -> usize {
    const EC_PUBLIC_KEY: &[u8] = &[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
    const RSA: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
    // PrivateKeyInfo ::= SEQUENCE { version 0 or 1, SEQUENCE { algorithm ... (RFC 5958).
    let pkcs8 = |at: usize| {
        [EC_PUBLIC_KEY, RSA].into_iter().any(|algorithm| {
            let before = at.checked_sub(5).and_then(|start| bytes.get(start..at));
            bytes[at..].starts_with(algorithm)
                && before.is_some_and(|b| matches!(b, [0x02, 0x01, 0 | 1, 0x30, _]))
        })
    };
    // ECPrivateKey ::= SEQUENCE { version 1, OCTET STRING of 32 or 48 octets ... (RFC 5915).
    let sec1 = |at: usize| {
        matches!(bytes[at..], [0x30, _, 0x02, 0x01, 0x01, 0x04, 0x20 | 0x30, ..])
            || matches!(bytes[at..], [0x30, 0x81, _, 0x02, 0x01, 0x01, 0x04, 0x20 | 0x30, ..])
    };
    // RSAPrivateKey ::= SEQUENCE { version 0, modulus of 256 octets or more ... (RFC 8017).
    let pkcs1 =
        |at: usize| matches!(bytes[at..], [0x30, 0x82, _, _, 0x02, 0x01, 0x00, 0x02, 0x82, ..]);
    let pem = |at: usize| bytes[at..].starts_with(b"PRIVATE KEY-----");
    (0..bytes.len()).filter(|at| pkcs8(*at) || sec1(*at) || pkcs1(*at) || pem(*at)).count()
}

fn private_keys_below(folder: &Path) -> usize {
    fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            if path.is_dir() {
                private_keys_below(&path)
            } else {
                private_keys(&fs::read(&path).expect("a file"))
            }
        })
        .sum()
}

#[tokio::test]
async fn no_private_key_is_in_the_data_directory() {
    let mut server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    for _ in 0..20 {
        server.seal("profile=decisions", &document).await.ok();
    }
    assert_eq!(private_keys_below(&server.data_directory()), 0, "while it runs");
    server.stop();
    assert_eq!(private_keys_below(&server.data_directory()), 0, "after it has stopped");

    // The search can fail: keys that openssl makes are found, in each form.
    let folder = crate::oracle::Folder::new();
    let planted = server.data_directory().join("planted");
    for make in [
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out @key",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -outform DER -out @key",
        "ecparam -name prime256v1 -genkey -noout -outform DER -out @key",
        "genpkey -algorithm RSA -outform DER -out @key",
    ] {
        crate::oracle::openssl(&folder, make).expect("openssl makes a key");
        let key = fs::read(folder.path("key")).expect("the key");
        fs::write(&planted, [b"before".as_slice(), &key, b"after"].concat()).expect("planted");
        assert_ne!(private_keys_below(&server.data_directory()), 0, "{make}");
    }
}

#[tokio::test]
async fn device_has_destroyed_what_it_created() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    for _ in 0..25 {
        server.seal("profile=decisions", &document).await.ok();
    }
    let keys = server.device_counters().await;
    let count = |name: &str| keys[name].as_u64().expect("a count");
    // The readiness check has sealed, too.
    assert!(count("created") > 25, "{keys}");
    assert_eq!(count("created"), count("consumed"), "{keys}");
    assert_eq!(count("live"), 0, "{keys}");
}
