//! What nobody may do: use another's credential or activation data, use them twice, for something else,
//! or more often than was authorised.

use futures_util::future::join_all;
use serde_json::json;

use super::{Client, SHA256_OID, application, assert_refused, hash, key, refused, sad};
use crate::server::{Server, send};

#[tokio::test]
async fn another_client_s_credential_is_as_if_it_were_not_there() {
    let server = Server::demo().await;
    let owner = Client::new(&server, "v2");
    let id = owner.credential("Decisions").await;
    let sad = owner.sad(&id, &["a"]).await;
    let (other, _) = application(&server, "archive", None).await;
    let other = owner.with_key(&other);
    let own = other.credentials().await;
    assert!(!own.is_empty() && !own.contains(&id), "{own:?}");
    let unknown = "Invalid parameter credentialID";
    for id in [&*id, "0123456789abcdef0123456789abcdef"] {
        let asked = json!({ "credentialID": id });
        assert_refused(&other.ask("credentials/info", asked).await, unknown);
        assert_refused(&other.authorise(id, 1, &["a"]).await, unknown);
        assert_refused(&other.sign(id, &sad, &["a"]).await, unknown);
        assert_refused(&other.extend(id, &sad, &["b"]).await, unknown);
    }
    // What others tried has taken nothing away.
    owner.verify(&id, &owner.sign(&id, &sad, &["a"]).await.ok(), &["a"]).await;
}

#[tokio::test]
async fn activation_data_are_for_the_bearer_and_the_credential_that_they_were_asked_for() {
    let server = Server::demo().await;
    let (first, _) = application(&server, "archive", None).await;
    let first = Client::new(&server, "v2").with_key(&first);
    let second = first.with_key(&key(&server, "archive").await);
    let id = first.credential("Decisions").await;
    // Both are keys of one application, which has one credential of each profile.
    assert_eq!(second.credential("Decisions").await, id);
    let data = first.sad(&id, &["a"]).await;
    assert_refused(&second.sign(&id, &data, &["a"]).await, "Invalid parameter SAD");
    assert_refused(&second.extend(&id, &data, &["b"]).await, "Invalid parameter SAD");
    let another = first.credential("Payroll").await;
    assert_refused(&first.sign(&another, &data, &["a"]).await, "Invalid parameter SAD");
    assert_refused(&first.sign(&id, "made up", &["a"]).await, "Invalid parameter SAD");
    first.sign(&id, &data, &["a"]).await.ok();
}

#[tokio::test]
async fn one_who_authorises_without_end_is_stopped_and_takes_nothing_from_another() {
    let server = Server::demo().await;
    let owner = Client::new(&server, "v2");
    let id = owner.credential("Decisions").await;
    let data = owner.sad(&id, &["a"]).await;
    let (other, _) = application(&server, "archive", None).await;
    let other = owner.with_key(&other);
    let own = other.credential("Decisions").await;
    let messages: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let mut authorised = 0;
    let stopped = loop {
        let answer = other.authorise(&own, 100, &messages).await;
        if answer.status != 200 {
            break answer;
        }
        authorised += 1;
        assert!(authorised < 200, "no end");
    };
    let (status, code, _) = refused(&stopped);
    assert_eq!((status, &*code), (429, "temporarily_unavailable"));
    owner.verify(&id, &owner.sign(&id, &data, &["a"]).await.ok(), &["a"]).await;
}

#[tokio::test]
async fn of_fifty_uses_at_once_one_signs_and_a_replay_does_not() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let id = client.credential("Decisions").await;
    let data = client.sad(&id, &["a"]).await;
    let answers = join_all((0..50).map(|_| client.sign(&id, &data, &["a"]))).await;
    let signed: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(signed.len(), 1);
    client.verify(&id, signed[0], &["a"]).await;
    let spent = "Hash is not authorized by the SAD";
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_refused(answer, spent);
    }
    assert_refused(&client.sign(&id, &data, &["a"]).await, spent);
}

#[tokio::test]
async fn another_hash_is_not_signed_nor_one_more_than_was_authorised() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let id = client.credential("Decisions").await;
    let data = client.sad(&id, &["a", "b"]).await;
    let other = "Hash is not authorized by the SAD";
    for batch in [&["c"][..], &["a", "c"], &["a", "b", "c"], &["a", "a"]] {
        assert_refused(&client.sign(&id, &data, batch).await, other);
    }
    // The order says nothing, and what was refused has spent nothing.
    client.verify(&id, &client.sign(&id, &data, &["b", "a"]).await.ok(), &["b", "a"]).await;
    for (number, messages, description) in [
        (0, &["a"][..], "Invalid value for parameter numSignatures"),
        (1, &["a", "b"], "Invalid value for parameter numSignatures"),
        (101, &["a"], "Numbers of signatures is too high"),
        (1, &[], "Empty hash array"),
    ] {
        assert_refused(&client.authorise(&id, number, messages).await, description);
    }
    // Two were promised, and one hash named: the second is named by an extension, or not signed.
    let data = sad(&client.authorise(&id, 2, &["d"]).await.ok());
    client.sign(&id, &data, &["d"]).await.ok();
    assert_refused(&client.sign(&id, &data, &["e"]).await, other);
    let high = "Numbers of signatures is too high";
    assert_refused(&client.extend(&id, &data, &["e", "f"]).await, high);
    let extended = sad(&client.extend(&id, &data, &["e"]).await.ok());
    assert_refused(&client.sign(&id, &data, &["e"]).await, other);
    client.verify(&id, &client.sign(&id, &extended, &["e"]).await.ok(), &["e"]).await;
    assert_refused(&client.extend(&id, &extended, &["f"]).await, high);
}

#[tokio::test]
async fn a_hash_that_was_authorised_twice_is_signed_twice_and_not_three_times() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v1");
    let id = client.credential("Decisions").await;
    let data = client.sad(&id, &["a", "a"]).await;
    let spent = "Hash is not authorized by the SAD";
    assert_refused(&client.sign(&id, &data, &["a", "a", "a"]).await, spent);
    client.verify(&id, &client.sign(&id, &data, &["a", "a"]).await.ok(), &["a", "a"]).await;
    assert_refused(&client.sign(&id, &data, &["a"]).await, spent);
}

#[tokio::test]
async fn another_algorithm_is_refused_and_spends_nothing() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let id = client.credential("Decisions").await;
    let data = client.sad(&id, &["a"]).await;
    let ask = async |algorithm: &str, hash_algorithm: &str, parameters: Option<&str>| {
        let request = json!({
            "credentialID": id, "SAD": data, "hashes": [hash("a")], "signAlgo": algorithm,
            "hashAlgorithmOID": hash_algorithm, "signAlgoParams": parameters,
        });
        client.ask("signatures/signHash", request).await
    };
    let ecdsa = super::ECDSA;
    for algorithm in ["1.2.840.10045.4.3.3", "1.2.840.113549.1.1.11", "1.2.840.10045.2.1"] {
        let answer = ask(algorithm, SHA256_OID, None).await;
        assert_refused(&answer, "Invalid parameter signAlgo");
    }
    for weaker in ["1.3.14.3.2.26", "2.16.840.1.101.3.4.2.3"] {
        let answer = ask(ecdsa, weaker, None).await;
        assert_refused(&answer, "Invalid parameter hashAlgorithmOID");
    }
    let answer = ask(ecdsa, SHA256_OID, Some("MAA=")).await;
    assert_refused(&answer, "Invalid parameter signAlgoParams");
    ask(ecdsa, SHA256_OID, None).await.ok();
}

#[tokio::test]
async fn nobody_is_answered_who_shows_no_key_or_one_that_ended() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let anonymous = send(server.post("/csc/v2/credentials/list").json(&json!({}))).await;
    let (status, code, description) = refused(&anonymous);
    assert_eq!((status, &*code), (401, "invalid_request"));
    assert_eq!(description, "Malformed authorization header");
    let stranger = client.with_key("nobody's").ask("credentials/list", json!({})).await;
    assert_eq!(refused(&stranger).0, 401);
    assert_eq!(refused(&stranger).1, "invalid_token");
    // A person's token activates signatures of documents, and no hashes.
    let karen = server.token("karen", &[b"a document"]).await;
    let listed = client.with_key(&karen).credentials().await;
    assert!(listed.is_empty(), "{listed:?}");
}
