//! A service that lies: it links logins to persons by itself, and asks the device over mutual TLS to take them.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use reqwest::{Certificate, Client, Identity};
use serde_json::{Value, json};

use super::Passkey;
use crate::{
    oracle::Folder,
    server::{Answer, builder, plain_client, send},
    simulator::{Files, Simulator},
};

/// Where the demo's device has passkeys used.
const ORIGIN: &str = "http://localhost:8080";

/// The demo's issuer of persons' tokens.
const ISSUER: &str = "https://identity.segl.invalid/demo";

/// The device, and a client of it that says what it likes.
struct Liar {
    simulator: Simulator,
    client: Client,
}

impl Liar {
    fn new(files: &Files) -> Self {
        let read = |name: &str| std::fs::read(files.path(name)).expect("a file");
        let pem = [read("client.pem"), read("client.key")].concat();
        let root = Certificate::from_pem(&read("ca.pem")).expect("a certificate");
        let identity = Identity::from_pem(&pem).expect("a certificate and its key");
        let builder = builder().tls_certs_only([root]).identity(identity);
        Self { simulator: Simulator::start(files), client: builder.build().expect("a client") }
    }

    async fn ask(&self, path: &str, body: &Value) -> Answer {
        let address = format!("{}/qscd/v1/{path}", self.simulator.device());
        send(self.client.post(address).json(body)).await
    }

    /// Begins what is to be asked for; answers its name and its challenge in base64url.
    async fn begin(&self, path: &str, body: &Value) -> (String, String) {
        let begun = self.ask(path, body).await;
        assert_eq!(begun.status, 201, "{}", begun.text());
        let begun = begun.json();
        let challenge = STANDARD.decode(begun["challenge"].as_str().expect("text"));
        let id = begun["id"].as_str().expect("a name").to_owned();
        (id, URL_SAFE_NO_PAD.encode(challenge.expect("base64")))
    }

    /// Why the device does not do it.
    async fn refused(&self, path: &str, body: &Value) -> String {
        let refused = self.ask(path, body).await;
        assert_eq!(refused.status, 403, "{}", refused.text());
        refused.json()["reason"].as_str().expect("a reason").to_owned()
    }

    /// What the demo's issuer says of whoever logs in as this person.
    async fn id_token(&self, person: &str, nonce: &str) -> Value {
        let address = format!("{}/identities/{person}/id-token", self.simulator.management());
        let answer = send(plain_client().post(address).json(&json!({ "nonce": nonce }))).await;
        json!({ "id-token": { "token": answer.ok().json()["token"] } })
    }
}

/// A login of the demo's issuer, for one of its persons.
fn order(person: &str, (given, surname): (&str, &str), means: &Value) -> Value {
    json!({
        "organization_identifier": "NTRDK-12345674",
        "person": { "issuer": ISSUER, "subject": person },
        "given_name": given, "surname": surname, "means": means,
    })
}

/// An assertion as the device takes it.
fn assertion(passkey: &Passkey, challenge: &str) -> Value {
    let answer = passkey.answer(challenge, ORIGIN, 0x05);
    let member = |name: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(answer["passkey"][name].as_str().expect("text"));
        STANDARD.encode(bytes.expect("base64url"))
    };
    json!({ "passkey": {
        "credential_id": member("id"), "client_data": member("clientDataJSON"),
        "authenticator_data": member("authenticatorData"), "signature": member("signature"),
        "user_handle": member("userHandle"),
    }})
}

#[tokio::test]
async fn a_service_that_links_a_login_by_itself_is_refused_by_the_device() {
    let folder = Folder::new();
    let liar = Liar::new(&Files::make(&folder.path(".")));
    // The operator registers an administrator's passkey and Karen's: nobody else is believed.
    let [chiefs, karens] = [Passkey::new("the chief's"), Passkey::new("karen's")];
    let colleagues = Passkey::new("a colleague's");
    let karen = ("Karen", "Sørensen Ågård");
    for (passkey, mut order) in [
        (&chiefs, order("chief", ("Inge", "Holm"), &chiefs.means())),
        (&colleagues, order("colleague", ("Bo", "Lund"), &colleagues.means())),
        (&karens, order("karen", karen, &karens.means())),
    ] {
        order["administrator"] = json!(order["person"]["subject"] != "karen");
        let address = format!("{}/authenticators", liar.simulator.management());
        let taken = send(plain_client().post(address).json(&order)).await;
        assert!((200..300).contains(&taken.status), "{:?}: {}", passkey.id, taken.text());
    }

    // Mads's login becomes one of Karen's, the service says.
    let link = order("karen", karen, &json!({ "login": { "issuer": ISSUER, "subject": "mads" } }));
    let (id, challenge) = liar.begin("authenticators", &link).await;
    let at = format!("authenticators/{id}");
    assert_eq!(liar.refused(&at, &json!({})).await, "evidence-needed");
    let by_himself = json!({ "evidence": liar.id_token("mads", &challenge).await });
    assert_eq!(liar.refused(&at, &by_himself).await, "not-entitled");
    let unknown = json!({ "evidence": assertion(&Passkey::new("the service's"), &challenge) });
    assert_eq!(liar.refused(&at, &unknown).await, "passkey-unknown");
    // What she or an administrator agreed to for another login, another name, or as a signature.
    let others = json!({ "login": { "issuer": ISSUER, "subject": "karens-private" } });
    let (_, of_another) = liar.begin("authenticators", &order("karen", karen, &others)).await;
    let activation = json!({
        "organization_identifier": "NTRDK-12345674", "profile": "staff", "act": "signature",
        "person": link["person"], "requester": "the service",
        "entries": [{ "imprint": STANDARD.encode([7; 32]) }],
    });
    let (signing, of_signing) = liar.begin("activations", &activation).await;
    for (passkey, challenge) in
        [(&karens, &of_another), (&chiefs, &of_another), (&karens, &of_signing)]
    {
        let replayed = json!({ "evidence": assertion(passkey, challenge) });
        assert_eq!(liar.refused(&at, &replayed).await, "other-challenge");
    }
    // And whoever is nobody's administrator makes none: Karen's word is for Karen, under her name.
    let (promoted, challenge_of_it) = {
        let mut order = order("karen", karen, &others);
        order["administrator"] = json!(true);
        liar.begin("authenticators", &order).await
    };
    let own = json!({ "evidence": assertion(&karens, &challenge_of_it) });
    let refused = liar.refused(&format!("authenticators/{promoted}"), &own).await;
    assert_eq!(refused, "not-entitled");

    // So his login signs nothing of hers; with her own word it would, and the service can but ask.
    let evidence = format!("activations/{signing}/evidence");
    let his = liar.id_token("mads", &of_signing).await;
    assert_eq!(liar.refused(&evidence, &his).await, "login-of-another");
    let taken = liar.ask(&at, &json!({ "evidence": assertion(&karens, &challenge) })).await;
    assert_eq!(taken.status, 201, "{}", taken.text());
    assert_eq!(taken.json()["ground"], "person");
    assert_eq!(liar.ask(&evidence, &his).await.status, 200);

    // Whoever administers no more is no longer believed: less than was registered counts at once.
    let former = order("chief", ("Inge", "Holm"), &chiefs.means());
    assert_eq!(liar.refused("authenticators", &former).await, "already-registered");
    let (another, challenge) = liar.begin("authenticators", &order("karen", karen, &others)).await;
    let by_the_former = json!({ "evidence": assertion(&chiefs, &challenge) });
    let refused = liar.refused(&format!("authenticators/{another}"), &by_the_former).await;
    assert_eq!(refused, "not-entitled");
    // And whoever administers again does so by an administrator's word, as with a means that is new.
    let mut again = former;
    again["administrator"] = json!(true);
    for passkey in [&chiefs, &karens] {
        let (raised, challenge) = liar.begin("authenticators", &again).await;
        let own = json!({ "evidence": assertion(passkey, &challenge) });
        let refused = liar.refused(&format!("authenticators/{raised}"), &own).await;
        assert_eq!(refused, "not-entitled");
    }
    let mut of_another_key = again.clone();
    of_another_key["means"]["passkey"]["cose_key"] =
        Passkey::new("another").means()["passkey"]["cose_key"].clone();
    assert_eq!(liar.refused("authenticators", &of_another_key).await, "already-registered");
    let (raised, challenge) = liar.begin("authenticators", &again).await;
    let by_a_colleague = json!({ "evidence": assertion(&colleagues, &challenge) });
    let taken = liar.ask(&format!("authenticators/{raised}"), &by_a_colleague).await;
    assert_eq!(taken.json()["ground"], "administrator", "{}", taken.text());
    let (another, challenge) = liar.begin("authenticators", &order("karen", karen, &others)).await;
    let by_the_chief = json!({ "evidence": assertion(&chiefs, &challenge) });
    let taken = liar.ask(&format!("authenticators/{another}"), &by_the_chief).await;
    assert_eq!(taken.json()["ground"], "administrator", "{}", taken.text());
}
