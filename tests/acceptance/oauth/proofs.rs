//! Tokens that are bound to a key (DPoP, RFC 9449).

use serde_json::json;

use super::{GRANT, House, basic, error};
use crate::{oracle::OauthJob, server::send};

#[tokio::test]
async fn oauth4webapi_uses_a_bound_token_with_its_key_and_nobody_does_without() {
    let house = House::open().await;
    let client = house.sealer().await;
    let (issuer, proof) = (&*house.server.address, &*client.secret);
    let job = OauthJob { issuer, client: &client.id, proof, path: "/v1/profiles" };
    let Some(told) = job.through_node("oauth4webapi-dpop.mjs") else { return };
    let expected = json!({ "own": 200, "again": 401, "bare": 401, "other": 401, "type": "dpop" });
    for algorithm in ["ES256", "PS256", "RS256", "EdDSA"] {
        assert_eq!(told[algorithm], expected, "{algorithm}: {told}");
    }
}

#[tokio::test]
async fn what_is_no_proof_gets_no_token_and_a_bearer_is_none_with_one() {
    let house = House::open().await;
    let client = house.sealer().await;
    for proofs in [&["a.b.c"][..], &["a.b.c", "a.b.c"], &[""]] {
        let request = house.form("/oauth2/token", &[GRANT]).header("Authorization", basic(&client));
        let request = proofs.iter().fold(request, |request, proof| request.header("DPoP", *proof));
        assert_eq!(error(&send(request).await), "invalid_dpop_proof", "{proofs:?}");
    }
    let token = house.token(&client).await;
    let request = house.server.request(reqwest::Method::GET, "/v1/profiles");
    let request = request.header("Authorization", format!("DPoP {token}"));
    assert_eq!(send(request.header("DPoP", "a.b.c")).await.status, 401);
    let request = house.server.request(reqwest::Method::GET, "/v1/profiles");
    let request = request.header("Authorization", format!("DPoP {token}"));
    assert_eq!(send(request).await.status, 401);
}
