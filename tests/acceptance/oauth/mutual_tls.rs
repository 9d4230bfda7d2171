//! Clients that prove who they are by a certificate of the registry's, shown in TLS (RFC 8705).

use std::time::Duration;

use reqwest::{Identity, Method};
use serde_json::{Value, json};

use super::{GRANT, encoded, error, person::CHALLENGE, programs::assert_went};
use crate::{
    certificate_house::House,
    certificates_of_est_clients::{certificates, enrol, house, pki, request, set_clock},
    oracle::{Folder, OauthJob},
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
    assert_went(&job.through_python("authlib_certificate.py"), &["tls_client_auth"]);
    let Some(told) = job.through_node("oauth4webapi-certificate.mjs") else { return };
    assert_went(&told, &["tls_client_auth"]);
}
