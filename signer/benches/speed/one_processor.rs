//! This process, and those that it starts, on one processor.
//!
//! Where processes that talk to each other run on different virtual processors, each message may
//! wake one that fell asleep, by an interrupt that the host delivers. The time of that is counted
//! as processor time of whoever sends it, and is tens of microseconds each time on a nested virtual
//! machine: a property of the machine, not of what it runs. On one processor there are none.

use std::{
    fs,
    process::{Command, Stdio},
};

/// Keeps this process on one processor until it goes.
pub struct OneProcessor {
    /// Where it ran before, as `taskset` takes it: `0-3`.
    before: String,
}

impl OneProcessor {
    pub fn bind() -> Self {
        let status = fs::read_to_string("/proc/self/status").expect("a status");
        let before = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        let before = before.expect("the allowed processors").trim().to_owned();
        run_on(before.split(['-', ',']).next().unwrap_or_default());
        Self { before }
    }
}

impl Drop for OneProcessor {
    fn drop(&mut self) {
        run_on(&self.before);
    }
}

/// All threads of this process, and what they start from now on.
fn run_on(processors: &str) {
    let bound = Command::new("taskset")
        .args(["--all-tasks", "--cpu-list", "--pid", processors])
        .arg(std::process::id().to_string())
        .stdout(Stdio::null())
        .status()
        .expect("`taskset` of util-linux runs");
    assert!(bound.success(), "taskset: {bound}");
}
