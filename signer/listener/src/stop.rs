//! How listeners are told to stop.

use tokio::sync::watch;

/// Tells listeners to stop.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// Knows when to stop. Clones know the same.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stopper {
    /// One that has not told anybody, and what it tells.
    pub fn new() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Stop(receiver))
    }

    /// Tells it, once and for all.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Waits until it is told. A [`Stopper`] that is gone has told it.
    pub async fn begun(&mut self) {
        drop(self.0.wait_for(|begun| *begun).await);
    }
}
