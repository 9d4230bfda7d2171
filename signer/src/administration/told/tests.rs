use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::BoxFuture;
use registry::{AdministrativeAct, Command, Permitted, Role, Roles};
use seal::{Caller, CertificateProfile, ProfileId, QscdError, Registered, Registrar, Registration};

use super::*;
use crate::{
    administration::{Changed, Declared},
    audit::{KeyedRequest, sample},
    data_directory::DataDirectory,
    store::{AuditError, KeptRegister, Store, Tenant},
};

/// A device, and what happens elsewhere before it has answered once.
#[derive(Default)]
struct Device {
    told: Mutex<Vec<Registration>>,
    meanwhile: Mutex<Option<BoxFuture<'static, ()>>>,
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Device")
    }
}

impl Device {
    fn meanwhile(&self, what: impl Future<Output = ()> + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some(Box::pin(what));
    }

    /// What stands, and how often the device was told something.
    fn standing(&self) -> (Vec<String>, usize) {
        let told = self.told.lock().unwrap();
        let last: BTreeMap<_, _> = told.iter().map(|one| (&one.profile, one.withdrawn)).collect();
        let standing = last.into_iter().filter(|(_, withdrawn)| !withdrawn);
        (standing.map(|(profile, _)| profile.as_str().to_owned()).collect(), told.len())
    }
}

impl Registrar for Device {
    fn register(&self, wanted: Registration) -> BoxFuture<'_, Result<Registered, QscdError>> {
        Box::pin(async move {
            self.told.lock().unwrap().push(wanted);
            let meanwhile = self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(meanwhile) = meanwhile {
                meanwhile.await;
            }
            let (previous, hash) = (String::new(), String::new());
            Ok(Registered { sequence: 1, previous, hash })
        })
    }
}

/// Two nodes on one store, with one device.
struct Nodes {
    device: Arc<Device>,
    one: Arc<Administration>,
    two: Arc<Administration>,
    tenant: Tenant,
}

impl Nodes {
    async fn new() -> Self {
        let directory = DataDirectory::temporary().unwrap();
        let store = Store::open(&directory, sample::key()).await.unwrap();
        let tenant = store.own(sample::organisation()).await.unwrap();
        let device = Arc::new(Device::default());
        let node = |kept| Arc::new(node(&device, &tenant, kept));
        let (one, two) = (node(KeptRegister::default()), node(KeptRegister::default()));
        Self { device, one, two, tenant }
    }

    /// A node that starts now.
    async fn started(&self) -> Administration {
        node(&self.device, &self.tenant, self.tenant.kept_register().await.unwrap())
    }
}

fn node(device: &Arc<Device>, tenant: &Tenant, kept: KeptRegister) -> Administration {
    let declared = Declared::sample();
    Administration::new(declared, kept, tenant.clone(), Arc::clone(device) as Arc<dyn Registrar>)
}

fn make(id: &str) -> Command {
    let text = format!(
        r#"{{"id": "{id}", "kind": "organisation", "display_name": "Letters", "allow_signing": true,
            "contact_person": {{"name": "Karen", "email": "karen@havnsted.dk"}}}}"#
    );
    let profile: CertificateProfile = serde_json::from_str(&text).unwrap();
    Command::MakeProfile(profile.into())
}

fn retire(id: &str) -> Command {
    Command::RetireProfile(ProfileId::new(id))
}

/// Asks a node for a change; with a key it is one request, wherever it is sent.
async fn ask(
    node: &Administration,
    command: Command,
    key: Option<&str>,
) -> Result<Changed, ChangeError> {
    let caller: Caller = sample::application("administrator");
    let keyed = key.map(|key| KeyedRequest::new(&caller, key, [1; 32]));
    let permit = |_: &Snapshot| {
        let roles = Roles::from_iter([Role::UserAdministrator]);
        let actor = registry::Actor::Operator;
        Ok(Permitted::asked(actor, &roles, AdministrativeAct::ChangeProfiles)?)
    };
    node.change(
        (&caller, keyed.as_ref()),
        command,
        sample::now(),
        permit,
        &|_, _, _| Ok(Vec::new()),
    )
    .await
}

fn is_repeated(answer: &Result<Changed, ChangeError>) -> bool {
    matches!(answer, Err(ChangeError::Unrecorded(AuditError::KeyUsed(_))))
}

#[tokio::test]
async fn a_profile_that_another_node_recorded_first_stands_at_the_device() {
    let Nodes { device, one, two, .. } = Nodes::new().await;
    device.meanwhile(async move {
        ask(&one, make("letters"), Some("key")).await.unwrap();
    });
    let answer = ask(&two, make("letters"), Some("key")).await;
    assert!(is_repeated(&answer), "{answer:?}");
    assert_eq!(device.standing().0, ["letters"]);
}

#[tokio::test]
async fn for_a_change_that_was_made_up_nobody_waits_and_nothing_is_read() {
    let Nodes { device, one, two, .. } = Nodes::new().await;
    ask(&two, make("decisions"), None).await.unwrap();
    let asked = Arc::clone(&one);
    // While a change has its turn.
    device.meanwhile(async move {
        let present = asked.since(Version(999_999_999)).await.unwrap();
        // The store is one process's: it has not told of the other node's change.
        assert_eq!(present.revision(), Version(0));
    });
    ask(&one, make("letters"), None).await.unwrap();
}

#[tokio::test]
async fn a_profile_that_another_node_retired_first_stays_withdrawn() {
    let Nodes { device, one, two, .. } = Nodes::new().await;
    ask(&one, make("letters"), None).await.unwrap();
    two.renewed().await.unwrap();
    device.meanwhile(async move {
        ask(&one, retire("letters"), Some("key")).await.unwrap();
    });
    let answer = ask(&two, retire("letters"), Some("key")).await;
    assert!(is_repeated(&answer), "{answer:?}");
    assert_eq!(device.standing().0, [""; 0]);
}

#[tokio::test]
async fn a_profile_that_nobody_recorded_is_withdrawn() {
    let Nodes { device, one, two, .. } = Nodes::new().await;
    device.meanwhile(async move {
        ask(&one, make("decisions"), Some("key")).await.unwrap();
    });
    let answer = ask(&two, make("letters"), Some("key")).await;
    assert!(is_repeated(&answer), "{answer:?}");
    assert_eq!(device.standing().0, ["decisions"]);
}

#[tokio::test]
async fn what_a_caller_that_went_away_had_told_is_withdrawn_by_whoever_tells_next() {
    let Nodes { device, one, .. } = Nodes::new().await;
    one.tell_device().await.unwrap();
    device.meanwhile(std::future::pending());
    let asked = ask(&one, make("letters"), None);
    tokio::time::timeout(Duration::from_millis(20), asked).await.unwrap_err();
    assert_eq!(device.standing().0, ["letters"]);
    one.tell_device().await.unwrap();
    assert_eq!(device.standing().0, [""; 0]);
}

#[tokio::test]
async fn the_device_is_told_what_another_node_retired_and_nothing_twice() {
    let nodes = Nodes::new().await;
    let Nodes { device, one, two, .. } = &nodes;
    for id in ["decisions", "letters"] {
        ask(one, make(id), None).await.unwrap();
    }
    two.tell_device().await.unwrap();
    assert_eq!(device.standing(), (vec!["decisions".into(), "letters".into()], 4));
    ask(one, retire("letters"), None).await.unwrap();
    // Whoever read the register for another reason has told the device nothing by that.
    two.renewed().await.unwrap();
    for _ in 0..2 {
        two.tell_device().await.unwrap();
        assert_eq!(device.standing(), (vec!["decisions".into()], 6));
    }
    let told = device.told.lock().unwrap().last().cloned().unwrap();
    assert!(told.withdrawn && told.profile.as_str() == "letters", "{told:?}");
    // A node that starts does not know what the device was told.
    nodes.started().await.tell_device().await.unwrap();
    assert_eq!(device.standing(), (vec!["decisions".into()], 8));
}
