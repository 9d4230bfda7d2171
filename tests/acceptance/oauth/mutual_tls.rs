//! Clients that prove who they are by a certificate of the registry's: shown in TLS (RFC 8705), or by what its key
//! signs (RFC 7523).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Identity, Method};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{GRANT, encoded, error, person::CHALLENGE, programs::assert_went};
use crate::{
    certificate_house::House,
    certificates_of_est_clients::{certificates, enrol, house, pki, request, set_clock},
    oracle::{Folder, OauthJob, openssl},
    server::{Answer, send},
};

const FORM: &str = "application/x-www-form-urlencoded";

const CALLBACK: &str = "https://client.example/cb";

/// A house with the certificates `one`, of a client, and `other`, of somebody else.
struct Registry {
    house: House,
    folder: Folder,
    /// Whose certificate `one` is.
    uuid: String,
}

impl Registry {
    async fn open() -> Self {
        let (house, folder) = house().await;
        house.terms("archive", "Arkiv").await.ok();
        for (profile, name) in [("payments", "one"), ("archive", "other")] {
            let wanted = json!({ "profile": profile, "identification": "one-time-code" });
            let order = house.order(wanted).await.ok().json();
            request(&folder, name);
            enrol(&house, &folder, name, &order, order["code"].as_str().expect("a code"))
                .expect("it is issued");
        }
        set_clock(&house, 0).await;
        let all = certificates(&house).await;
        let one = all.iter().find(|one| one["profile"] == "payments").expect("it");
        let uuid = one["uuid"].as_str().expect("a UUID").to_owned();
        for (path, body) in [
            ("/v1/applications", json!({ "id": "archive", "display_name": "Arkiv" })),
            ("/v1/mandates", json!({ "application": "archive" })),
        ] {
            house.post(&house.rights, path, body).await.ok();
        }
        Self { house, folder, uuid }
    }

    async fn client(&self, more: Value) -> Answer {
        let mut wanted = json!({ "scopes": ["service"], "redirect_uris": [CALLBACK] });
        for (name, value) in more.as_object().expect("an object") {
            wanted[name] = value.clone();
        }
        self.house.post(&self.house.rights, "/v1/applications/archive/clients", wanted).await
    }

    /// Asks on a connection on which this certificate is shown.
    fn on(&self, shown: &str, method: Method, path: &str) -> reqwest::RequestBuilder {
        let read = |name: String| std::fs::read(self.folder.path(&name)).expect("a file");
        let builder = reqwest::Client::builder().no_proxy();
        // The server's certificate is its own issuer's, and the other programs verify it.
        let builder = builder.danger_accept_invalid_certs(true);
        let builder = match shown {
            "" => builder,
            name => {
                let files = [format!("{name}.pem"), "issuing.pem".into(), format!("{name}.key")];
                let pem = files.map(read).concat();
                builder.identity(Identity::from_pem(&pem).expect("a certificate and its key"))
            }
        };
        let client = builder.build().expect("a client");
        client.request(method, format!("{}{path}", self.house.server.address))
    }

    async fn form(&self, shown: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.on(shown, Method::POST, path).header("Content-Type", FORM);
        send(request.body(encoded(form))).await
    }

    async fn token(&self, shown: &str, client: &str) -> Answer {
        self.form(shown, "/oauth2/token", &[GRANT, ("client_id", client)]).await
    }

    /// The status of what is asked with a token on a connection.
    async fn asked(&self, shown: &str, bearer: &str) -> u16 {
        send(self.on(shown, Method::GET, "/v1/profiles").bearer_auth(bearer)).await.status
    }

    /// A token, as soon as the listener knows the authority: it looks each second.
    async fn first_token(&self, client: &str) -> String {
        for _ in 0..100 {
            let answer = self.token("one", client).await;
            if answer.status == 200 {
                return bearer(answer);
            }
            assert_eq!(error(&answer), "invalid_client");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the certificate is not taken");
    }
}

fn bearer(answer: Answer) -> String {
    answer.ok().json()["access_token"].as_str().expect("a token").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_proves_who_it_is_by_its_certificate_and_its_tokens_are_good_with_that_alone() {
    let registry = Registry::open().await;
    let made = registry.client(json!({ "certificate": registry.uuid })).await.ok().json();
    assert_eq!(
        (&made["proof"], &made["certificate"]),
        (&json!("certificate"), &json!(registry.uuid))
    );
    assert!(made.get("secret").is_none(), "{made}");
    let id = made["id"].as_str().expect("a name");
    for refused in [
        json!({ "certificate": "one" }),
        json!({ "certificate": "6f2f0a1b1c4a4784836d6ef6f0c1110a" }),
        json!({ "certificate": registry.uuid, "public": true }),
        json!({ "certificate": registry.uuid, "jwks": { "keys": [] } }),
    ] {
        assert_eq!(registry.client(refused.clone()).await.status, 400, "{refused}");
    }

    let token = registry.first_token(id).await;
    for (shown, expected) in [("one", 200), ("", 401), ("other", 401)] {
        assert_eq!(registry.asked(shown, &token).await, expected, "{shown:?}");
    }
    for shown in ["", "other"] {
        assert_eq!(error(&registry.token(shown, id).await), "invalid_client", "{shown:?}");
        let taken = [("token", &*token), ("client_id", id)];
        let taken = registry.form(shown, "/oauth2/revoke", &taken).await;
        assert_eq!(error(&taken), "invalid_client", "{shown:?}");
    }
    let guessed = [GRANT, ("client_id", id), ("client_secret", "guessed")];
    let guessed = registry.form("one", "/oauth2/token", &guessed).await;
    assert_eq!(error(&guessed), "invalid_client");
    let pushed = [
        ("client_id", id),
        ("response_type", "code"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let path = "/oauth2/pushed_authorize";
    assert_eq!(registry.form("one", path, &pushed).await.status, 201);
    assert_eq!(error(&registry.form("", path, &pushed).await), "invalid_client");
    // A client with a secret is none that a certificate speaks for, and its tokens are bound to none.
    let plain = registry.client(json!({})).await.ok().json();
    let [name, secret] = ["id", "secret"].map(|member| plain[member].as_str().expect("text"));
    assert_eq!(error(&registry.token("one", name).await), "invalid_client");
    let form = [GRANT, ("client_id", name), ("client_secret", secret)];
    let unbound = bearer(registry.form("one", "/oauth2/token", &form).await);
    assert_eq!(registry.asked("", &unbound).await, 200);

    // The next certificate of the holder is as good; a token is good with its own.
    request(&registry.folder, "two");
    pki(&registry.house, &registry.folder, "--in two.csr --cert one.pem --key one.key", "two")
        .expect("the successor is issued");
    let second = bearer(registry.token("two", id).await);
    assert_eq!(registry.asked("two", &second).await, 200);
    assert_eq!(registry.asked("one", &second).await, 401);

    let all = certificates(&registry.house).await;
    let two = all.iter().find(|one| one.get("replaces").is_some()).expect("it");
    let path = format!("/v1/certificates/{}/revocation", two["id"].as_str().expect("a name"));
    let block = json!({ "reason": "compromise-suspected" });
    registry.house.post(&registry.house.users, &path, block).await.ok();
    assert_eq!(error(&registry.token("two", id).await), "invalid_client", "it is blocked");
    assert_eq!(registry.asked("two", &second).await, 401);
    assert_eq!(registry.asked("one", &token).await, 200);
    let taken = [("token", &*token), ("client_id", id)];
    registry.form("one", "/oauth2/revoke", &taken).await.ok();
    assert_eq!(registry.asked("one", &token).await, 401);
    set_clock(&registry.house, 400).await;
    assert_eq!(error(&registry.token("one", id).await), "invalid_client", "it has expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn authlib_and_oauth4webapi_prove_who_they_are_by_a_certificate() {
    let registry = Registry::open().await;
    let made = registry.client(json!({ "certificate": registry.uuid })).await.ok().json();
    let id = made["id"].as_str().expect("a name");
    registry.first_token(id).await;
    let metadata = registry.house.server.get("/.well-known/oauth-authorization-server").await;
    let metadata = metadata.ok().json();
    let (issuer, proof) = (metadata["issuer"].as_str().expect("text"), registry.folder.path(""));
    let proof = proof.to_str().expect("text");
    let job = OauthJob { issuer, client: id, proof, path: "/v1/profiles" };
    let ways = ["tls_client_auth", "private_key_jwt"];
    assert_went(&job.through_python("authlib_certificate.py"), &ways);
    let Some(told) = job.through_node("oauth4webapi-certificate.mjs") else { return };
    assert_went(&told, &["tls_client_auth"]);
}

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl Registry {
    /// An assertion by a key of the folder, in whose header stand `kid` and `x5t#S256`.
    async fn assertion(
        &self,
        client: &str,
        key: &str,
        named: (Option<&str>, Option<&str>),
    ) -> String {
        let mut claims = self.claims(client).await;
        claims["sub"] = client.into();
        // What it says of itself counts for nothing.
        let mut header = json!({ "alg": "RS256", "x5c": ["MIIB"] });
        for (member, name) in [("kid", named.0), ("x5t#S256", named.1)] {
            if let Some(name) = name {
                header[member] = name.into();
            }
        }
        self.jwt(key, header, claims)
    }

    /// What a client says of itself, once and for a minute.
    async fn claims(&self, client: &str) -> Value {
        let metadata = self.house.server.get("/.well-known/oauth-authorization-server").await;
        let issuer = metadata.ok().json()["issuer"].clone();
        let now = OffsetDateTime::now_utc();
        json!({
            "iss": client, "aud": issuer, "exp": now.unix_timestamp() + 60,
            "jti": now.unix_timestamp_nanos().to_string(),
        })
    }

    fn jwt(&self, key: &str, header: Value, claims: Value) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        self.folder.write("signed", signed.as_bytes());
        openssl(&self.folder, &format!("dgst -sha256 -sign @{key}.key -out @signature @signed"))
            .expect("openssl signs");
        let signature = std::fs::read(self.folder.path("signature")).expect("a file");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    async fn signed(&self, client: &str, key: &str, named: (Option<&str>, Option<&str>)) -> Answer {
        let assertion = self.assertion(client, key, named).await;
        let proof = [("client_assertion_type", ASSERTION), ("client_assertion", &*assertion)];
        self.form("", "/oauth2/token", &[&[GRANT][..], &proof].concat()).await
    }

    /// `x5t#S256` of a certificate of the folder.
    fn thumbprint(&self, name: &str) -> String {
        openssl(&self.folder, &format!("x509 -in @{name}.pem -outform DER -out @{name}.der"))
            .expect("a certificate");
        let der = std::fs::read(self.folder.path(&format!("{name}.der"))).expect("a file");
        URL_SAFE_NO_PAD.encode(digest(&SHA256, &der))
    }

    async fn block(&self, id: &str) {
        let path = format!("/v1/certificates/{id}/revocation");
        let block = json!({ "reason": "compromise-suspected" });
        self.house.post(&self.house.users, &path, block).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_signs_with_the_key_of_any_certificate_that_it_has_and_its_tokens_end_with_that() {
    let registry = Registry::open().await;
    let made = registry.client(json!({ "certificate": registry.uuid })).await.ok().json();
    let id = made["id"].as_str().expect("a name");
    let first = bearer(registry.signed(id, "one", (None, None)).await);
    assert_eq!(registry.asked("", &first).await, 200, "it is bound to no connection");
    request(&registry.folder, "two");
    let ways = (Some("any name"), None);
    assert_eq!(error(&registry.signed(id, "two", ways).await), "invalid_client", "not yet");
    assert_eq!(error(&registry.signed(id, "other", ways).await), "invalid_client", "another's");

    // What it asks persons it pushes with the same proof.
    let assertion = registry.assertion(id, "one", (None, None)).await;
    let proof = [("client_assertion_type", ASSERTION), ("client_assertion", &*assertion)];
    let pushed = [("client_id", id), ("response_type", "code"), ("code_challenge", CHALLENGE)];
    let pushed = [&pushed[..], &[("code_challenge_method", "S256")], &proof].concat();
    assert_eq!(registry.form("", "/oauth2/pushed_authorize", &pushed).await.status, 201);
    let again = registry.form("", "/oauth2/pushed_authorize", &pushed).await;
    assert_eq!(error(&again), "invalid_client", "an assertion is good once");

    // What it asks persons it signs with the key, too, and with no other.
    let wanted = json!({
        "certificate": registry.uuid, "require_signed_request_object": true,
    });
    let made = registry.client(wanted).await.ok().json();
    let signing = made["id"].as_str().expect("a name");
    for (key, expected) in [("one", ""), ("other", "invalid_request_object")] {
        let mut claims = registry.claims(signing).await;
        for (name, value) in [
            ("client_id", signing),
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ] {
            claims[name] = value.into();
        }
        let header = json!({ "alg": "RS256", "typ": "oauth-authz-req+jwt" });
        let object = registry.jwt(key, header, claims);
        let assertion = registry.assertion(signing, "one", (None, None)).await;
        let pushed = [
            ("request", &*object),
            ("client_id", signing),
            ("client_assertion_type", ASSERTION),
            ("client_assertion", &*assertion),
        ];
        let answer = registry.form("", "/oauth2/pushed_authorize", &pushed).await;
        match expected {
            "" => assert_eq!(answer.status, 201, "{}", answer.text()),
            refused => assert_eq!(error(&answer), refused),
        }
    }

    // The listener takes the certificates of the registry as soon as it knows the authority.
    registry.first_token(id).await;
    pki(&registry.house, &registry.folder, "--in two.csr --cert one.pem --key one.key", "two")
        .expect("the successor is issued");
    let [one, two] = ["one", "two"].map(|name| registry.thumbprint(name));
    for (key, named) in [
        ("one", (None, None)),
        ("two", (None, None)),
        ("two", (Some("any name"), None)),
        ("two", (Some(&*two), None)),
        ("two", (None, Some(&*two))),
        ("one", (Some("any name"), Some(&*one))),
    ] {
        registry.signed(id, key, named).await.ok();
    }
    for (key, named) in [("two", (Some(&*one), None)), ("one", (None, Some(&*two)))] {
        let refused = registry.signed(id, key, named).await;
        assert_eq!(error(&refused), "invalid_client", "it names another: {key}");
    }
    let second = bearer(registry.signed(id, "two", (None, None)).await);
    let all = certificates(&registry.house).await;
    let successor = all.iter().find(|one| one.get("replaces").is_some()).expect("it");
    registry.block(successor["id"].as_str().expect("a name")).await;
    assert_eq!(error(&registry.signed(id, "two", (None, None)).await), "invalid_client");
    assert_eq!(registry.asked("", &second).await, 401, "it is blocked");
    assert_eq!(registry.asked("", &first).await, 200);
    bearer(registry.signed(id, "one", (None, None)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_registers_a_client_by_a_certificate_that_is_not_their_organisations_own() {
    let registry = Registry::open().await;
    // For encryption alone; of a person; of nobody here, as another organisation's is.
    let profile = json!({ "id": "vault", "kind": "system", "display_name": "Vault" });
    registry.house.post(&registry.house.users, "/v1/certificate-profiles", profile).await.ok();
    let path = "/v1/certificate-profiles/vault/terms";
    let terms = json!({ "name": "Vault", "purposes": ["encryption"] });
    let made = registry.house.server.request(Method::PUT, path).bearer_auth(&registry.house.users);
    send(made.json(&terms)).await.ok();
    let mut told = Vec::new();
    for profile in ["vault", "people"] {
        let path = format!("/v1/certificate-profiles/{profile}/terms");
        let terms = registry.house.get(&path).await.ok().json();
        told.push(registry.client(json!({ "certificate": terms["uuid"] })).await);
    }
    let unknown = "6f2f0a1b1c4a4784836d6ef6f0c1110a";
    told.push(registry.client(json!({ "certificate": unknown })).await);
    for answer in &told {
        assert_eq!(answer.status, told[0].status);
        assert_eq!(answer.json()["detail"], told[0].json()["detail"], "{}", answer.text());
    }
    assert!((400..500).contains(&told[0].status), "{}", told[0].text());
    let made = registry.client(json!({ "certificate": registry.uuid })).await.ok().json();
    let log = registry.house.get("/v1/audit-records?limit=100").await.ok().text();
    assert!(log.contains(made["id"].as_str().expect("a name")), "{log}");
}
