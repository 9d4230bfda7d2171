//! What has reached the disk, as the writer keeps it.

use std::sync::Arc;

use audit::{
    Intent, KeyedRequest, Owner,
    sample::{self, Asked},
};
use tokio::sync::Semaphore;

use super::*;
use crate::{KeyUse, sqlite::connect, tests::DataDirectory};

/// An intent under a key, beside its device or not.
fn intent(writer: &mut Writer, key: &str, may_follow: bool) -> Result<AuditPosition, AuditError> {
    let (asked, erp) = (Asked::new(), sample::application("erp"));
    let keyed = KeyedRequest::new(&erp, key, [1; 32]);
    let intent = Intent { keyed: Some(&keyed), ..asked.by(&erp) };
    let (mut draft, _) = intent.prepare(sample::now()).unwrap().into_parts();
    draft.owner = Some(Arc::new(Owner { organisation: sample::organisation(), named: false }));
    draft.may_follow = may_follow;
    let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
    let (answer, mut answered) = oneshot::channel();
    writer.serve([Command::Append(Append::awaited(draft, answer, place))]);
    answered.try_recv().unwrap()
}

#[tokio::test]
async fn what_waits_for_the_disk_does_until_something_is_committed_that_is_waited_for() {
    let directory = DataDirectory::temporary().unwrap();
    let location = Location::File(directory.database());
    connect::migrate(&location).await.unwrap();
    let connection = connect::writer(&location).unwrap();
    let mut writer =
        Writer::new(connection, &location, Place::from(&directory), sample::key()).unwrap();
    assert!(!writer.is_on_disk, "nobody knows what was left by whoever wrote before");
    intent(&mut writer, "one", true).unwrap();
    assert!(!writer.is_on_disk);
    // A batch of which all is refused commits nothing, whatever it would have waited for.
    let refused = intent(&mut writer, "one", false).unwrap_err();
    assert!(matches!(refused, AuditError::KeyUsed(KeyUse::UnderWay)), "{refused:?}");
    assert!(!writer.is_on_disk);
    intent(&mut writer, "two", false).unwrap();
    assert!(writer.is_on_disk);
    intent(&mut writer, "three", true).unwrap();
    assert!(!writer.is_on_disk);
    assert_eq!(writer.settled().unwrap().sequence, 3);
    assert!(writer.is_on_disk);
    // What stands in no record waits for the disk, too.
    intent(&mut writer, "four", true).unwrap();
    let synchronous = |connection: &Connection| {
        connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(synchronous(&writer.connection), 1, "NORMAL");
    let told = writer.beside(|connection| Ok(synchronous(connection))).unwrap();
    assert_eq!(told, 2, "FULL");
}
