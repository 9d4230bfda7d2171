//! `signer restore`: what a database lost that was restored from a backup.

use std::{fs, path::PathBuf, time::SystemTime};

use clap::Args;
use seal::{Clock, Digest, DigestAlgorithm};

use super::{Failure, audit::database_in, terminal};
use crate::{
    anchor::Anchor,
    audit::{CertificateRecord, CertificateRow, CertificateStep, ChangedBy, hex},
    certificate_authority::PublishedList,
    compose::{StartError, place, registry_authority},
    config::{AUDIT_KEY, Config, Overrides, Secret, revocation_list_der},
    data_directory::DataDirectory,
    service::seconds,
    store::Store,
};

/// Blocks anew what was blocked after the backup from which a database was restored; the service must be stopped
///
/// With `registry.anchor` it tells whether anything is lost. Where it is, or where there is no anchor that says so,
/// the last revocation list that was published is needed, of each issuing key that blocked something since: what
/// it names is blocked, also what was issued after the backup, and later lists have larger numbers.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The configuration of the service
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The data directory; the configuration's when left out
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The last revocation list of an issuing key, PEM or DER; as often as there are keys
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
}

/// Does it.
///
/// # Errors
/// [`Failure`]; of a list that cannot be used nothing is done.
pub(super) async fn restore(arguments: Arguments, clock: &dyn Clock) -> Result<(), Failure> {
    let Arguments { config, data_dir, crl } = arguments;
    let overrides = Overrides { data_directory: data_dir, ..Overrides::default() };
    let config = Config::load(&config, &overrides)?;
    if config.data.database()?.is_none() {
        database_in(&config.data.directory)?;
    }
    let directory = DataDirectory::open(config.data.directory.clone())?;
    let given = Secret::from_environment(AUDIT_KEY)?;
    let (key, _) = directory.audit_key(given.as_ref().map(Secret::expose))?;
    let store =
        Store::open(place(&config.data, &directory)?, key).await.map_err(StartError::from)?;
    let done = restored((&config, &directory, &store), &crl, clock.now()).await;
    let closed = store.close().await;
    let told = done?;
    closed.map_err(StartError::from)?;
    terminal::print(told)
}

async fn restored(
    (config, directory, store): (&Config, &DataDirectory, &Store),
    files: &[PathBuf],
    now: SystemTime,
) -> Result<String, Failure> {
    let anchor = config.registry.anchor.as_deref().map(Anchor::open).transpose();
    let anchor = anchor.map_err(StartError::from)?;
    let mut is_older = None;
    let mut numbers = std::collections::BTreeMap::new();
    if let Some(anchor) = &anchor {
        numbers = anchor.says().await.lists;
        is_older = match anchor.compare(store).await {
            Ok(is_known) if is_known && files.is_empty() => {
                return Ok("the database is as new as registry.anchor: nothing is lost".to_owned());
            }
            Ok(_) => None,
            Err(error) if error.is_older() => Some(error),
            Err(error) => return Err(StartError::from(error).into()),
        };
    }
    if files.is_empty() {
        return Err(Failure::Usage(match is_older {
            Some(error) => format!("{error}: give it with --crl FILE"),
            None => "no anchor says what was blocked since the backup: give the last revocation list that was \
                     published, of each issuing key, with --crl FILE"
                .to_owned(),
        }));
    }
    let lists = read((config, directory, store), files).await?;
    for (generation, anchored) in &numbers {
        let given = lists.iter().find(|list| list.generation == *generation);
        let enough = given.is_some_and(|list| list.number >= *anchored);
        if is_older.is_some() && !enough {
            return Err(Failure::Usage(format!(
                "registry.anchor: of issuing key {generation} list {anchored} was published: give that one, or a later \
                 one, with --crl FILE"
            )));
        }
    }
    let tenant = store.own(config.organisation.id()).await.map_err(StartError::from)?;
    let (mut named, mut told) = (0, Vec::new());
    for list in lists {
        named += list.blocked.len();
        told.push(format!("list {} of issuing key {}", list.number, list.generation));
        let generation = list.generation;
        let number = i64::try_from(list.number).unwrap_or(i64::MAX);
        let rows = list.blocked.into_iter().map(|(serial, blocking)| CertificateRow::Restored {
            generation,
            serial,
            reason: blocking.reason.name(),
            at: seconds(blocking.at),
            not_after: seconds(blocking.not_after),
        });
        let rows = rows.chain([CertificateRow::ListNumber { generation, number }]).collect();
        let record = CertificateRecord {
            sha256: Some(&list.sha256),
            ..CertificateRecord::of(CertificateStep::Restored, ChangedBy::Operator)
        };
        tenant.certificates_changed(&record, rows, now).await.map_err(StartError::from)?;
    }
    if let Some(anchor) = &anchor {
        anchor.begin(store).await.map_err(StartError::from)?;
    }
    Ok(format!("restored: {}; {named} certificates are blocked", told.join(", ")))
}

/// The lists in these files, each verified with the key of the registry's that signed it.
async fn read(
    (config, directory, store): (&Config, &DataDirectory, &Store),
    files: &[PathBuf],
) -> Result<Vec<PublishedList>, Failure> {
    let authority = registry_authority(config, directory, store).await?;
    let mut lists = Vec::new();
    for file in files {
        let bytes = fs::read(file).map_err(|error| Failure::file(file, error))?;
        let der = revocation_list_der(bytes.into());
        let list = authority
            .published_list(&der)
            .map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
        let digest = Digest::of(DigestAlgorithm::Sha256, &der);
        lists.push(PublishedList { sha256: hex(digest.as_bytes()), ..list });
    }
    Ok(lists)
}
