//! The memory that a server takes, as Linux tells it.

use std::fs;

use super::Server;

impl Server {
    /// Bytes of memory that the server holds (Linux).
    pub fn resident_bytes(&self) -> u64 {
        self.status_bytes("VmRSS:")
    }

    /// The most bytes of memory that the server has held since its peak was forgotten.
    pub fn peak_bytes(&self) -> u64 {
        self.status_bytes("VmHWM:")
    }

    /// Lets the peak start anew from what is held now (proc(5), clear_refs), and answers it.
    pub fn forget_peak_bytes(&self) -> u64 {
        fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("Linux");
        self.peak_bytes()
    }

    fn status_bytes(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .expect("Linux tells it in /proc");
        let line = status.lines().find(|line| line.starts_with(name)).expect(name);
        let kibibytes = line.split_whitespace().nth(1).expect("a figure");
        kibibytes.parse::<u64>().expect("a figure") * 1024
    }
}
