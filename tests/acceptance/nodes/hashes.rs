//! Hashes signed by two nodes at once: what is authorised is signed once over both, and no more than a
//! mandate has.

use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::future::join_all;
use serde_json::{Value, json};
use test_database::Server as Postgres;

use super::{archive, node, seal_when_known};
use crate::server::{Answer, Server, send};

async fn ask(server: &Server, key: &str, method: &str, body: Value) -> Answer {
    send(server.post(&format!("/csc/v2/{method}")).bearer_auth(key).json(&body)).await
}

/// The name of the only credential.
async fn credential(server: &Server, key: &str) -> String {
    let listed = ask(server, key, "credentials/list", json!({})).await.ok().json();
    listed["credentialIDs"][0].as_str().expect("a name").to_owned()
}

fn hash(message: &str) -> String {
    STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, message.as_bytes()))
}

/// Activation data for each of these messages alone.
async fn authorise(server: &Server, key: &str, id: &str, message: &str) -> String {
    let asked = json!({
        "credentialID": id, "numSignatures": 1, "hashes": [hash(message)],
        "hashAlgorithmOID": "2.16.840.1.101.3.4.2.1",
    });
    let answer = ask(server, key, "credentials/authorize", asked).await.ok().json();
    answer["SAD"].as_str().expect("a SAD").to_owned()
}

async fn sign(server: &Server, key: &str, id: &str, sad: &str, message: &str) -> Answer {
    let asked = json!({
        "credentialID": id, "SAD": sad, "hashes": [hash(message)],
        "hashAlgorithmOID": "2.16.840.1.101.3.4.2.1", "signAlgo": "1.2.840.10045.4.3.2",
    });
    ask(server, key, "signatures/signHash", asked).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_uses_of_activation_data_at_two_nodes_one_signs() {
    let address = Postgres::shared().database();
    let nodes = [node("one", &address).await, node("two", &address).await];
    let (key, _) = archive(&nodes[0], json!({ "application": "archive" })).await;
    for node in &nodes {
        seal_when_known(node, &key).await.ok();
    }
    let (id, other) = (credential(&nodes[0], &key).await, credential(&nodes[1], &key).await);
    let sad = authorise(&nodes[0], &key, &id, "a").await;
    let uses = (0..50).map(|number| {
        let node = &nodes[number % 2];
        // At the other node by the name of its own credential, too: the activation data are for neither.
        let name = if number % 4 == 1 { &other } else { &id };
        sign(node, &key, name, &sad, "a")
    });
    let answers = join_all(uses).await;
    let signed = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(signed, 1);
    let known = [
        "Hash is not authorized by the SAD",
        "Invalid parameter credentialID",
        "Invalid parameter SAD",
    ];
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.status, 400, "{}", answer.text());
        let told = answer.json()["error_description"].as_str().unwrap_or_default().to_owned();
        assert!(known.contains(&&*told), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mandate_of_ten_signs_ten_hashes_on_two_nodes_together() {
    let address = Postgres::shared().database();
    let nodes = [node("one", &address).await, node("two", &address).await];
    let mandate = json!({ "application": "archive", "maximum_seals": 10 });
    let (key, _) = archive(&nodes[0], mandate).await;
    // One seal of the ten, by which the second node is seen to know the key.
    seal_when_known(&nodes[1], &key).await.ok();
    let mut asked = Vec::new();
    for node in &nodes {
        let id = credential(node, &key).await;
        for number in 0..25 {
            let message = number.to_string();
            let sad = authorise(node, &key, &id, &message).await;
            asked.push((node, id.clone(), sad, message));
        }
    }
    let answers = asked.iter().map(|(node, id, sad, message)| sign(node, &key, id, sad, message));
    let answers = join_all(answers).await;
    let signed = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(signed, 9);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!((answer.status, &answer.json()["error"]), (403, &json!("access_denied")));
    }
}
