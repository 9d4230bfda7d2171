//! Processors that do not fall asleep.
//!
//! A virtual processor without work stops, and the host wakes it for the next event. The time of
//! that is counted as processor time of whoever was woken, and is tens of microseconds each time: a
//! property of the machine, not of what it runs.

use std::process::{Child, Command, Stdio};

/// A process for each hardware thread that always has work, at the lowest priority.
pub struct Awake(Vec<Child>);

impl Awake {
    pub fn start() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let spin = |_| {
            Command::new("nice")
                .args(["-n", "19", "sh", "-c", "while :; do :; done"])
                .stdout(Stdio::null())
                .spawn()
                .expect("`nice` runs")
        };
        Self((0..threads).map(spin).collect())
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
