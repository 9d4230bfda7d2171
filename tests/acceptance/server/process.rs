//! The process of a server: what it is told, and how it ends.

use std::{path::Path, process::Command, sync::Arc};

use tempfile::TempDir;

use super::Server;

/// Further variables of a server's environment: a file `environment` beside its configuration, `NAME=VALUE` a line.
pub fn environment(folder: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder.join("environment")).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once('='));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

impl Server {
    /// A server whose data directory is in this folder already, beside what the configuration names.
    pub async fn in_folder(folder: TempDir, configuration: &str) -> Self {
        Self::start(Arc::new(folder), Some(configuration)).await
    }

    /// A node on this database of PostgreSQL, with this key set beside its configuration as `keys.json`.
    pub async fn on_database_with_keys(configuration: &str, keys: &str, address: &str) -> Self {
        let folder = super::folder();
        std::fs::write(folder.path().join("keys.json"), keys).expect("a temporary file");
        super::database::give(folder.path(), address);
        Self::start(Arc::new(folder), Some(configuration)).await
    }

    /// Another one in the same place after [`Self::kill`], by a configuration of its own.
    pub async fn again_with(&self, configuration: &str) -> Self {
        Self::start(Arc::clone(&self.folder), Some(configuration)).await
    }

    /// `kill -9`.
    pub fn kill(&self) {
        self.signal("KILL");
    }

    /// Sends the server a signal.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().expect("`kill` runs");
        assert!(sent.success(), "the server runs until it is told not to");
    }

    /// Waits until the server has ended: its exit code.
    pub fn ended(&mut self) -> Option<i32> {
        self.child.wait().expect("a child of ours").code()
    }

    /// Asks the server to stop, as an operator does, and waits until it has: its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        self.signal("TERM");
        self.ended()
    }
}
