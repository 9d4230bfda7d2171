//! The events on their way to testers, beside the sink that the simulator was given.

use std::sync::Arc;

use tokio::sync::broadcast;

use super::{Event, EventSink};

/// How many events a reader may be behind before it loses the oldest.
const BACKLOG: usize = 4096;

/// Passes every event to the sink, and to whoever listens.
#[derive(Debug)]
pub(crate) struct EventStream {
    sink: Arc<dyn EventSink>,
    listeners: broadcast::Sender<Event>,
}

impl EventStream {
    pub(crate) fn new(sink: Arc<dyn EventSink>) -> Self {
        Self { sink, listeners: broadcast::Sender::new(BACKLOG) }
    }

    /// All events from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Event> {
        self.listeners.subscribe()
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
