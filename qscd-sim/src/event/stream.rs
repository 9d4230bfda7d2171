//! The events on their way to testers, beside the sink that the simulator was given.

use std::sync::Arc;

use tokio::sync::{broadcast, watch};

use super::{Event, EventSink};

/// How many events a reader may be behind before it loses the oldest.
const BACKLOG: usize = 4096;

/// How many readers there may be at once.
const MAXIMUM_READERS: usize = 64;

/// Passes every event to the sink, and to whoever listens.
#[derive(Debug)]
pub(crate) struct EventStream {
    sink: Arc<dyn EventSink>,
    listeners: broadcast::Sender<Event>,
    ended: watch::Sender<bool>,
}

/// What one reader reads.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The events from now on.
    pub(crate) events: broadcast::Receiver<Event>,
    /// Becomes true when the stream ends.
    pub(crate) ended: watch::Receiver<bool>,
}

impl EventStream {
    pub(crate) fn new(sink: Arc<dyn EventSink>) -> Self {
        Self { sink, listeners: broadcast::Sender::new(BACKLOG), ended: watch::Sender::new(false) }
    }

    /// All events from now on; `None` when as many read as may.
    pub(crate) fn listen(&self) -> Option<Reading> {
        if self.listeners.receiver_count() >= MAXIMUM_READERS {
            return None;
        }
        Some(Reading { events: self.listeners.subscribe(), ended: self.ended.subscribe() })
    }

    /// Ends what is being read, now and later.
    pub(crate) fn end(&self) {
        self.ended.send_replace(true);
    }
}

impl EventSink for EventStream {
    fn record(&self, event: &Event) {
        self.sink.record(event);
        // Without listeners, and that is the rule, nothing is copied.
        if self.listeners.receiver_count() > 0 {
            // The last listener may have gone meanwhile.
            drop(self.listeners.send(event.clone()));
        }
    }
}
