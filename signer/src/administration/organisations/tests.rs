use std::time::SystemTime;

use futures_util::future::BoxFuture;
use registry::{Administrator, KeyId, Role};
use seal::{CountryCode, CvrCheck, Organisation, QscdError, Registered, Registration};
use sqlx::{Connection, SqliteConnection};

use super::*;
use crate::{administration::Declared, audit::sample, data_directory::DataDirectory};

/// Nobody here makes a profile.
#[derive(Debug)]
struct NoDevice;

impl Registrar for NoDevice {
    fn register(&self, _: Registration) -> BoxFuture<'_, Result<Registered, QscdError>> {
        Box::pin(async { Err(QscdError::Unavailable("there is none".into())) })
    }
}

fn organisation(number: &str) -> Organisation {
    Organisation {
        registered_name: number.into(),
        cvr: number.into(),
        country: CountryCode::DENMARK,
        cvr_check: CvrCheck::Modulo11,
        allow_seals: true,
    }
}

/// What a node begins with on this store.
async fn beginning(store: &Store) -> Organisations {
    let declared = Declared { organisation: organisation("12345674"), ..Declared::sample() };
    let tenant = store.own(sample::organisation()).await.unwrap();
    let own = Administration::new(declared, KeptRegister::default(), tenant, Arc::new(NoDevice));
    Organisations::new(own.into(), PolicySettings::default(), Arc::new(NoDevice))
}

/// Makes an organisation whose administrator has the key of this hash.
async fn found(organisations: &Organisations, store: &Store, number: &str, sha256: KeyHash) {
    let key = KeyId("k".into());
    let role = Role::OrganisationAdministrator;
    let administrators = vec![Administrator { role, key, sha256, replaces: false }];
    let founding = Founding { organisation: organisation(number), administrators };
    organisations.found(store, founding, SystemTime::UNIX_EPOCH).await.unwrap();
}

/// Changes what stands of an organisation's application, as a fault of the disk might.
async fn spoil(directory: &DataDirectory, number: &str, (from, to): (&str, &str)) {
    let address = format!("sqlite://{}", directory.database().display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    let changed = sqlx::query(
        "UPDATE register_entry SET body = replace(body, ?, ?)
         WHERE organisation = ? AND kind = 'application'",
    );
    let changed = changed.bind(from).bind(to).bind(number).execute(&mut connection).await.unwrap();
    assert_eq!(changed.rows_affected(), 1);
}

/// Reads what is to be read now.
async fn caught_up(organisations: &Organisations, store: &Store) {
    for number in organisations.unread.begin() {
        organisations.read_anew(store, &number).await;
    }
}

#[tokio::test]
async fn a_register_that_cannot_be_read_keeps_its_own_organisation_out_and_nobody_else() {
    const DAMAGED: &str = "34051178";
    const WHOLE: &str = "19552101";
    let directory = DataDirectory::temporary().unwrap();
    let store = Store::open(&directory, sample::key()).await.unwrap();
    let before = beginning(&store).await;
    let [lost, kept, unknown] = [1, 2, 3].map(|byte| KeyHash([byte; 32]));
    found(&before, &store, DAMAGED, lost).await;
    found(&before, &store, WHOLE, kept).await;
    let number = |organisations: &Organisations, key: &KeyHash| {
        let found = organisations.with_key(key)?;
        Ok(found.map(|one| one.organisation().as_str().to_owned()))
    };
    assert_eq!(number(&before, &lost), Ok(Some(DAMAGED.into())));
    assert_eq!(number(&before, &unknown), Ok(None));

    let spoilt = ("\"active\"", "\"action\"");
    drop(before);
    store.close().await.unwrap();
    spoil(&directory, DAMAGED, spoilt).await;
    let store = Store::open(&directory, sample::key()).await.unwrap();
    let now = beginning(&store).await;
    now.read(&store).await.unwrap();
    let refused = now.serving(&OrganisationId::new(DAMAGED));
    assert_eq!(refused.map(|_| ()), Err(RegisterUnread));
    assert_eq!(number(&now, &kept), Ok(Some(WHOLE.into())));
    assert!(now.serving(now.own().organisation()).unwrap().is_some());
    // The damaged one may have a key that nobody else has.
    assert_eq!(number(&now, &lost), Err(RegisterUnread));

    // It is tried now and then, and served again when it can be read.
    assert!(now.look(&store).await.unwrap());
    caught_up(&now, &store).await;
    assert_eq!(number(&now, &lost), Err(RegisterUnread));
    spoil(&directory, DAMAGED, (spoilt.1, spoilt.0)).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(6)).await;
    tokio::time::resume();
    assert!(now.look(&store).await.unwrap());
    caught_up(&now, &store).await;
    assert!(!now.look(&store).await.unwrap(), "nothing is left to look for");
    assert_eq!(number(&now, &lost), Ok(Some(DAMAGED.into())));
    assert_eq!(number(&now, &unknown), Ok(None));
}

#[tokio::test]
async fn what_was_read_before_counts_no_more_when_the_register_cannot_be_read() {
    let directory = DataDirectory::temporary().unwrap();
    let store = Store::open(&directory, sample::key()).await.unwrap();
    let organisations = beginning(&store).await;
    let key = KeyHash([1; 32]);
    found(&organisations, &store, "34051178", key).await;
    assert!(organisations.with_key(&key).unwrap().is_some());
    let (unread, number) = (&organisations.unread, OrganisationId::new("34051178"));
    let damaged = AuditError::EntryDamaged { kind: "application".into(), id: "a".into() };
    unread.failed(&number, &damaged);
    assert_eq!(organisations.with_key(&key).map(|_| ()), Err(RegisterUnread));
    unread.end(&number, Version(1));
    assert!(organisations.with_key(&key).unwrap().is_some());

    // Where nobody was answered for a moment, whoever is not known is told so, and others are served.
    tokio::time::pause();
    unread.looked(Instant::now());
    unread.changed(number.clone(), Version(2));
    unread.failed(&number, &AuditError::DiskFull);
    assert!(organisations.with_key(&key).unwrap().is_some());
    assert!(organisations.with_key(&KeyHash([2; 32])).unwrap().is_none());
    unread.end(&number, Version(2));

    // Nor does it count for ever while nobody can tell whether it was changed.
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(organisations.with_key(&key).map(|_| ()), Err(RegisterUnread));
    unread.looked(Instant::now());
    assert!(organisations.with_key(&key).unwrap().is_some());
}
