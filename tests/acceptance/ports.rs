//! Ports for programs that are told theirs before they have it.

use std::{
    array,
    net::TcpListener,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// Below those that the kernel gives by chance to whoever connects or asks for any (32,768 and above): such a port may
/// be somebody else's between being found free and being used.
const FIRST: u16 = 16_000;
const COUNT: u16 = 16_000;

static ASKED: AtomicU32 = AtomicU32::new(0);

/// Ports that nobody uses, that nobody is given by chance, and that no other caller is told.
pub fn free<const N: usize>() -> [u16; N] {
    array::from_fn(|_| free_port())
}

/// One of them.
pub fn free_port() -> u16 {
    let tried = (0..COUNT).map(|_| {
        // Runs of the tests that stand side by side begin at places of their own.
        let place =
            process::id().wrapping_mul(97).wrapping_add(ASKED.fetch_add(1, Ordering::Relaxed));
        FIRST + u16::try_from(place % u32::from(COUNT)).expect("it is less than COUNT")
    });
    let mut free = tried.filter(|&port| TcpListener::bind(("127.0.0.1", port)).is_ok());
    free.next().expect("one of 16,000 ports is free")
}
