//! Other people's programs get, use and take back tokens from the metadata alone.

use serde_json::Value;

use super::House;
use crate::oracle::OauthJob;

const PATH: &str = "/v1/profiles";

/// Each way to a token led to one that was good before it was taken back, and not after.
pub(super) fn assert_went(told: &Value, ways: &[&str]) {
    for way in ways {
        assert_eq!(told[way]["before"], 200, "{told}");
        assert_eq!(told[way]["after"], 401, "{told}");
        assert_eq!(told[way]["scope"], "service", "{told}");
    }
    assert_eq!(told.as_object().map(|all| all.len()), Some(ways.len()), "{told}");
}

/// What a client with a secret is given.
async fn with_secret(
    house: &House,
    program: impl FnOnce(&OauthJob<'_>) -> Option<Value>,
) -> Option<Value> {
    let client = house.sealer().await;
    let (issuer, proof) = (&*house.server.address, &*client.secret);
    program(&OauthJob { issuer, client: &client.id, proof, path: PATH })
}

#[tokio::test]
async fn oauth4webapi_gets_and_takes_back_tokens_by_a_secret() {
    let house = House::open().await;
    let told = with_secret(&house, |job| job.through_node("oauth4webapi.mjs")).await;
    let Some(told) = told else { return };
    assert_went(&told, &["basic", "post"]);
}

#[tokio::test]
async fn openid_client_gets_and_takes_back_tokens_by_a_secret() {
    let house = House::open().await;
    let told = with_secret(&house, |job| job.through_node("openid-client.mjs")).await;
    let Some(told) = told else { return };
    assert_went(&told, &["basic", "post"]);
}

#[tokio::test]
async fn authlib_gets_and_takes_back_tokens_by_a_secret() {
    let house = House::open().await;
    let told = with_secret(&house, |job| Some(job.through_python("authlib_client.py"))).await;
    assert_went(&told.expect("Python is here"), &["client_secret_basic", "client_secret_post"]);
}
