//! The connections that there are, and which of them makes room when all places are taken.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use tokio::{
    task::{AbortHandle, Id},
    time::Instant,
};

use crate::{Bounds, origin::network, progress::Progress};

/// The connections of one listener.
#[derive(Debug, Default)]
pub(crate) struct Held(HashMap<Id, Connection>);

#[derive(Debug)]
struct Connection {
    address: IpAddr,
    progress: Arc<Progress>,
    task: AbortHandle,
}

impl Held {
    /// Keeps one in mind, by its task.
    pub(crate) fn keep(&mut self, task: AbortHandle, address: IpAddr, progress: Arc<Progress>) {
        let connection = Connection { address: network(address), progress, task };
        self.0.insert(connection.task.id(), connection);
    }

    /// Forgets one that has ended.
    pub(crate) fn forget(&mut self, task: Id) {
        self.0.remove(&task);
    }

    /// Closes a connection for one that comes from `address`, and answers its task: of whoever has
    /// the most, and more than the newcomer would have, the one that is idle longest; if none is
    /// idle, the one on which something is asked or answered longest without a pause, if that is
    /// more than any one request takes. So a few addresses keep nobody out by holding every place,
    /// idly or by requests that overlap (RFC 9113 section 5).
    pub(crate) fn make_room(&mut self, address: IpAddr, bounds: &Bounds) -> Option<Id> {
        let mut counts = HashMap::<IpAddr, usize>::new();
        for connection in self.0.values() {
            *counts.entry(connection.address).or_default() += 1;
        }
        let own = counts.get(&network(address)).copied().unwrap_or_default();
        let now = Instant::now();
        let candidates = self.0.iter().filter_map(|(task, connection)| {
            let count = counts.get(&connection.address).copied().unwrap_or_default();
            let progress = &connection.progress;
            let (busy, since) = match progress.idle_since() {
                Some(since) => (false, since),
                None => {
                    let since = progress.busy_since()?;
                    (now.saturating_duration_since(since) > bounds.request)
                        .then_some((true, since))?
                }
            };
            (count > own + 1).then_some((busy, std::cmp::Reverse(count), since, *task))
        });
        let (.., task) =
            candidates.min_by_key(|(busy, count, since, _)| (*busy, *count, *since))?;
        let connection = self.0.remove(&task)?;
        connection.task.abort();
        Some(task)
    }
}
