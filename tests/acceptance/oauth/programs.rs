//! Other people's programs get, use and take back tokens from the metadata alone.

use serde_json::{Value, json};

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

const LIST: &str = "/csc/v2/credentials/list";

/// What a program tells that asks a person for a client with a secret, and for a public one.
async fn by_persons(program: impl Fn(&OauthJob<'_>) -> Option<Value>) -> Option<[Value; 2]> {
    let house = House::open().await;
    let mut told = [Value::Null, Value::Null];
    for (public, told) in [false, true].into_iter().zip(&mut told) {
        let client = house.asking(json!({ "public": public })).await;
        let (issuer, proof) = (&*house.server.address, &*client.secret);
        *told = program(&OauthJob { issuer, client: &client.id, proof, path: LIST })?;
    }
    Some(told)
}

#[tokio::test]
async fn openid_client_asks_a_person_by_the_query_and_pushed_and_for_a_credential() {
    let Some(told) = by_persons(|job| job.through_node("openid-client-person.mjs")).await else {
        return;
    };
    for (told, rotated) in told.iter().zip([false, true]) {
        for way in ["query", "pushed"] {
            let expected = json!({
                "before": 200, "refreshed": 200, "after": 401, "echoed": true, "named": true,
                "rotated": rotated, "type": "bearer", "scope": "service",
            });
            assert_eq!(told[way], expected, "{told}");
        }
    }
}

#[tokio::test]
async fn oauth4webapi_asks_a_person_with_proofs_and_tells_mixed_up_answers() {
    let Some(told) = by_persons(|job| job.through_node("oauth4webapi-person.mjs")).await else {
        return;
    };
    for told in told {
        let expected = json!({
            "mixed": { "iss": "refused", "state": "refused", "no iss": "refused" },
            "own": 200, "bare": 401, "stolen": "refused", "refreshed": 200, "after": 401,
            "type": "dpop",
        });
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn authlib_asks_a_person() {
    let told = by_persons(|job| Some(job.through_python("authlib_person.py"))).await;
    let expected = json!({ "before": 200, "refreshed": 200, "after": 401, "scope": "service" });
    for told in told.expect("Python is here") {
        assert_eq!(told, expected);
    }
}
