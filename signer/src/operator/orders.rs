//! Orders as files in the data directory: `orders/NAME.json`, answered by `orders/NAME.answer`.
//!
//! An order holds no secret: of a key its SHA-256 alone. Whoever can write one can write the
//! database as well.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, Read},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::time::{Instant, sleep};

use super::{Answer, Order};
use crate::{
    audit::{hex, random},
    data_directory::replace,
    service::Service,
};

/// How often a service looks for orders.
const EVERY: Duration = Duration::from_secs(1);
/// How often whoever laid one looks for the answer, and for how long.
const GLANCE: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest order or answer that is read, in bytes, and how many orders are taken at a time.
const MAXIMUM_LENGTH: u64 = 4 << 20;
const MAXIMUM_ORDERS: usize = 100;

/// Lays an order before the service that uses the directory, and waits for its answer.
///
/// # Errors
/// [`io::ErrorKind::TimedOut`] when none comes: the order is withdrawn then. Those of the files.
pub(crate) async fn lay(directory: &Path, order: &Order) -> io::Result<Answer> {
    let folder = folder(directory);
    DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    let name = hex(&random::<16>().map_err(io::Error::other)?);
    let (laid, answer) =
        (folder.join(format!("{name}.json")), folder.join(format!("{name}.answer")));
    replace(&laid, &serde_json::to_vec(order)?)?;
    let end = Instant::now() + PATIENCE;
    loop {
        match read(&answer) {
            Ok(answered) => {
                fs::remove_file(&answer)?;
                return Ok(serde_json::from_slice(&answered)?);
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            // Who takes the order away does it: what was withdrawn in time is not done.
            Err(_) if Instant::now() > end && fs::remove_file(&laid).is_ok() => {
                let why = "the process that uses the data directory does not answer";
                return Err(io::Error::new(io::ErrorKind::TimedOut, why));
            }
            Err(_) => sleep(GLANCE).await,
        }
    }
}

/// Looks for orders once a second, for as long as the service runs, and does them.
pub(crate) async fn attend(directory: PathBuf, service: Arc<Service>, origin: String) {
    loop {
        sleep(EVERY).await;
        for path in waiting(&folder(&directory)) {
            if let Err(error) = attend_to(&path, &service, &origin).await {
                tracing::error!(%error, path = %path.display(), "an order of the operator");
            }
        }
    }
}

async fn attend_to(path: &Path, service: &Service, origin: &str) -> io::Result<()> {
    let order = read(path)?;
    fs::remove_file(path)?;
    let now = service.clock().now();
    let answer = match serde_json::from_slice::<Order>(&order) {
        Ok(order) => {
            let organisations = service.organisations();
            order.carry_out_in(organisations, service.store(), (now, origin)).await
        }
        Err(error) => Answer::Refused(format!("no order that is known here: {error}")),
    };
    replace(&path.with_extension("answer"), &serde_json::to_vec(&answer)?)
}

/// The orders that wait, if nobody but the directory's owner can have laid them.
fn waiting(folder: &Path) -> Vec<PathBuf> {
    let Ok(metadata) = fs::symlink_metadata(folder) else { return Vec::new() };
    if !metadata.is_dir() || metadata.permissions().mode() & 0o022 != 0 {
        tracing::error!(path = %folder.display(), "orders are for the operator alone to lay: none is read");
        return Vec::new();
    }
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let paths = files.filter_map(|file| Some(file.ok()?.path()));
    let orders = paths.filter(|path| path.extension().is_some_and(|kind| kind == "json"));
    orders.take(MAXIMUM_ORDERS).collect()
}

fn folder(directory: &Path) -> PathBuf {
    directory.join("orders")
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)?.take(MAXIMUM_LENGTH + 1).read_to_end(&mut content)?;
    if content.len() as u64 > MAXIMUM_LENGTH {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is too long"));
    }
    Ok(content)
}
