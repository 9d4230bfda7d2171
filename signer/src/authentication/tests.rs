use std::time::Duration;

use registry::{ApiKey, Application, Entry, KeyId, Moment, Version};
use seal::policy::PolicySettings;

use futures_util::future::BoxFuture;

use super::*;
use crate::{
    administration::{Administration, Declared, DeclaredKey},
    audit::sample,
    data_directory::DataDirectory,
    store::{KeptRegister, Store},
};

#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> SystemTime {
        sample::now()
    }
}

/// Nobody here makes a profile.
#[derive(Debug)]
struct NoDevice;

impl seal::Registrar for NoDevice {
    fn register(
        &self,
        _: seal::Registration,
    ) -> BoxFuture<'_, Result<seal::Registered, seal::QscdError>> {
        Box::pin(async { Err(seal::QscdError::Unavailable("there is none".into())) })
    }
}

fn hash(key: &str) -> KeyHash {
    KeyHash(digest(&SHA256, key.as_bytes()).as_ref().try_into().unwrap())
}

fn key(key: &str, expires: Option<Moment>, revoked: Option<Moment>) -> ApiKey {
    ApiKey {
        id: KeyId(key.into()),
        display_name: String::new(),
        sha256: hash(key),
        made: moment(0),
        made_by: registry::Actor::Operator,
        expires,
        revoked,
        next: None,
    }
}

/// So many seconds after an hour before noon.
fn moment(seconds: u64) -> Moment {
    let hour = Duration::from_secs(3600);
    Moment::try_from(sample::now() - hour).unwrap().after(seconds)
}

fn application(id: &str, active: bool, keys: Vec<ApiKey>) -> (Entry, Version) {
    let (id, display_name) = (ApplicationId::new(id), id.into());
    let (made, made_by) = (moment(0), registry::Actor::Operator);
    let application =
        Application { id, display_name, active, made, made_by, keys, clients: Vec::new() };
    (Entry::Application(application), Version(1))
}

async fn authenticator() -> Authenticator {
    let directory = DataDirectory::temporary().unwrap();
    let store = Store::open(&directory, sample::key()).await.unwrap();
    let tenant = store.own(sample::organisation()).await.unwrap();
    let file = DeclaredKey { application: ApplicationId::new("payroll"), sha256: hash("file") };
    let declared = Declared { keys: vec![file], ..Declared::sample() };
    let keys = vec![
        key("lasting", None, None),
        key("ends in a second", Some(moment(3601)), None),
        key("ends now", Some(moment(3600)), None),
        key("revoked", None, Some(moment(1))),
    ];
    let entries = vec![
        application("archive", true, keys),
        application("old", false, vec![key("of an inactive one", None, None)]),
    ];
    let kept = KeptRegister { entries, ..KeptRegister::default() };
    let administration = Administration::new(declared, kept, tenant, Arc::new(NoDevice));
    let organisations =
        Organisations::new(Arc::new(administration), PolicySettings::default(), Arc::new(NoDevice));
    let persons = IdentityVerifier::default();
    Authenticator::new(
        Arc::new(organisations),
        persons,
        store,
        Arc::new(Noon),
        "https://seal.example".into(),
    )
}

#[tokio::test]
async fn a_key_of_the_file_or_the_register_names_its_application() {
    let authenticator = authenticator().await;
    for (key, named) in
        [("file", "payroll"), ("lasting", "archive"), ("ends in a second", "archive")]
    {
        let who = authenticator.authenticate(key).await.unwrap();
        assert!(matches!(who.caller, Caller::Application(id) if id.as_str() == named), "{key}");
    }
}

#[tokio::test]
async fn a_key_that_has_ended_says_how() {
    let authenticator = authenticator().await;
    for (key, cause) in [
        ("ends now", AuthenticationError::KeyExpired),
        ("revoked", AuthenticationError::KeyRevoked),
        ("of an inactive one", AuthenticationError::ApplicationInactive),
    ] {
        assert_eq!(authenticator.authenticate(key).await.unwrap_err(), cause);
    }
}

#[tokio::test]
async fn unknown_keys_and_tokens_name_nobody() {
    let authenticator = authenticator().await;
    let long = format!("a.{}.c", "b".repeat(20_000));
    let access = format!("{PREFIX}{}", "a".repeat(43));
    for (bearer, cause) in [
        ("third-key", AuthenticationError::KeyUnknown),
        ("", AuthenticationError::KeyUnknown),
        (&*"k".repeat(20_000), AuthenticationError::KeyUnknown),
        ("a.b.c", AuthenticationError::Token(IdentityError::Malformed)),
        (&*long, AuthenticationError::Token(IdentityError::TooLong)),
        (&*access, AuthenticationError::TokenUnknown),
        (&access[1..], AuthenticationError::KeyUnknown),
    ] {
        assert_eq!(authenticator.authenticate(bearer).await.unwrap_err(), cause);
    }
}
