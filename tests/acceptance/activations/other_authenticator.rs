//! A browser and an authenticator of other people's: what the crate `passkey` makes of a challenge, the
//! device accepts; what it makes at another origin, or of another challenge, it does not.

use std::pin::Pin;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use passkey::{
    authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod},
    client::{Client, DefaultClientData},
    crypto::{iana, rust_crypto::RustCryptoBackend},
    types::{
        Passkey,
        ctap2::{Aaguid, Ctap2Error},
        webauthn::{
            AttestationConveyancePreference, AuthenticatedPublicKeyCredential,
            CredentialCreationOptions, CredentialRequestOptions,
            PublicKeyCredentialCreationOptions, PublicKeyCredentialParameters,
            PublicKeyCredentialRequestOptions, PublicKeyCredentialRpEntity,
            PublicKeyCredentialType, PublicKeyCredentialUserEntity, UserVerificationRequirement,
        },
    },
};
use reqwest::Url;
use serde_json::{Value, json};

use super::{begin, give, kind, origin, sign};
use crate::{fixtures, no_name::claims, oracle::pdfsig, server::Server};

/// Somebody who is there, and is recognised.
struct Present;

type Checked<'a> = Pin<Box<dyn Future<Output = Result<UserCheck, Ctap2Error>> + Send + 'a>>;

impl UserValidationMethod for Present {
    type PasskeyItem = Passkey;

    fn check_user<'a, 'b, 'c>(
        &'b self,
        _: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Checked<'c>
    where
        'a: 'c,
        'b: 'c,
    {
        Box::pin(async move { Ok(UserCheck { presence, verification }) })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

const USER_HANDLE: &[u8] = b"a handle";

fn creation() -> CredentialCreationOptions {
    CredentialCreationOptions {
        public_key: PublicKeyCredentialCreationOptions {
            rp: PublicKeyCredentialRpEntity { id: Some("localhost".into()), name: "Segl".into() },
            user: PublicKeyCredentialUserEntity {
                id: USER_HANDLE.to_vec().into(),
                display_name: "Karen".into(),
                name: "karen".into(),
            },
            challenge: vec![7; 32].into(),
            pub_key_cred_params: vec![PublicKeyCredentialParameters {
                ty: PublicKeyCredentialType::PublicKey,
                alg: iana::Algorithm::ES256,
            }],
            timeout: None,
            exclude_credentials: None,
            authenticator_selection: None,
            hints: None,
            attestation: AttestationConveyancePreference::None,
            attestation_formats: None,
            extensions: None,
        },
    }
}

fn question(begun: &Value) -> CredentialRequestOptions {
    let challenge = URL_SAFE_NO_PAD.decode(begun["challenge"].as_str().expect("a challenge"));
    CredentialRequestOptions {
        public_key: PublicKeyCredentialRequestOptions {
            challenge: challenge.expect("base64url").into(),
            timeout: None,
            rp_id: Some("localhost".into()),
            allow_credentials: None,
            user_verification: UserVerificationRequirement::Required,
            hints: None,
            attestation: AttestationConveyancePreference::None,
            attestation_formats: None,
            extensions: None,
        },
    }
}

fn evidence(answer: &AuthenticatedPublicKeyCredential) -> Value {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let response = &answer.response;
    let mut passkey = json!({
        "id": encode(&answer.raw_id),
        "clientDataJSON": encode(&response.client_data_json),
        "authenticatorData": encode(&response.authenticator_data),
        "signature": encode(&response.signature),
    });
    if let Some(handle) = &response.user_handle {
        passkey["userHandle"] = encode(handle).into();
    }
    json!({ "passkey": passkey })
}

#[tokio::test]
async fn what_another_programs_passkey_makes_of_a_challenge_signs() {
    let server = Server::embedded().await;
    let karen = server.token("karen", &[]).await;
    let at = Url::parse(&origin(&server)).expect("an address");
    let mut authenticator =
        Authenticator::new(Aaguid::new_empty(), None, Present, RustCryptoBackend);
    authenticator.set_make_credentials_with_signature_counter(true);
    let mut browser = Client::new(authenticator).allows_insecure_localhost(true);
    let made = browser.register(&at, creation(), DefaultClientData).await.expect("a passkey");
    // What is attested: rpIdHash, flags, counter, AAGUID, the id with its length, the COSE key.
    let attested = &made.response.authenticator_data[37 + 16..];
    let length = usize::from(u16::from_be_bytes([attested[0], attested[1]]));
    let (id, cose_key) = attested[2..].split_at(length);
    assert_eq!(id, made.raw_id.as_slice());
    let person = claims(&karen);
    let order = json!({
        "organization_identifier": "NTRDK-12345674",
        "person": { "issuer": person["iss"], "subject": person["sub"] },
        "given_name": person["given_name"], "surname": person["family_name"],
        "means": { "passkey": {
            "credential_id": STANDARD.encode(id), "cose_key": STANDARD.encode(cose_key),
            "user_handle": STANDARD.encode(USER_HANDLE),
        }},
    });
    server.control("/authenticators", order).await.ok();

    let document = fixtures::named("one-page.pdf");
    let begun = begin(&server, "profile=staff&level=B-T", &karen, &document).await;
    let other = begin(&server, "profile=staff", &karen, &document).await;
    let elsewhere = Url::parse("http://localhost:1").expect("an address");
    let wrong = browser.authenticate(&elsewhere, question(&begun), DefaultClientData).await;
    let refused = give(&server, &karen, &begun, &evidence(&wrong.expect("an assertion"))).await;
    assert_eq!(kind(&refused), "urn:segl:problem:evidence-refused");
    assert!(refused.text().contains("another origin"), "{}", refused.text());
    let wrong = browser.authenticate(&at, question(&other), DefaultClientData).await;
    let refused = give(&server, &karen, &begun, &evidence(&wrong.expect("an assertion"))).await;
    assert!(refused.text().contains("another challenge"), "{}", refused.text());

    let good = browser.authenticate(&at, question(&begun), DefaultClientData).await;
    let good = evidence(&good.expect("an assertion"));
    let shown = give(&server, &karen, &begun, &good).await.ok().json();
    assert_eq!(shown["evidence"]["kind"], "passkey");
    let signed = sign(&server, &karen, &begun).await.ok().body;
    let verdicts = pdfsig(&signed);
    assert!(verdicts.len() == 1 && verdicts[0].valid, "{verdicts:?}");
    let report = server.validate(&signed).await;
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
}
