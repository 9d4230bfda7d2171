//! The queue before the writer, and whose turn it is to write.
//!
//! Who comes while nobody writes does it there and then: to hand a record to a thread and to be woken
//! again costs more than to write it. What comes meanwhile goes to a thread, which writes all of it
//! in one transaction as soon as the one before has ended, and goes on until nothing is left. So
//! records group by themselves, the more of them the longer a commit takes, and nobody waits for
//! company.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, Thread},
    time::Duration,
};

use tokio::runtime::{Handle, RuntimeFlavor};

use super::{
    insert::BATCH_LIMIT,
    writer::{Command, Writer},
};
use crate::AuditError;

/// How long events that nobody waits for wait for a record that somebody does, to be written with it.
const LINGER: Duration = Duration::from_millis(20);

/// The way to the writer. When it is dropped, what is queued is written and the database closed.
#[derive(Debug)]
pub(crate) struct Queue {
    shared: Arc<Shared>,
    thread: Thread,
    /// Whether callers may write: where the runtime has one thread only, nothing would go on
    /// meanwhile, and nothing would group.
    by_callers: bool,
}

#[derive(Debug)]
struct Shared(Mutex<State>);

#[derive(Debug)]
struct State {
    commands: Vec<Command>,
    /// Whether somebody waits for one of them.
    awaited: bool,
    /// `None` while it writes, and for ever when it was closed.
    writer: Option<Box<Writer>>,
    /// Whether the thread sleeps until it is woken.
    asleep: bool,
    closed: bool,
}

/// The writer, out of the queue, and what it is to do.
#[must_use = "the writer is to be used by whoever took it"]
pub(crate) struct Turn<'a> {
    queue: &'a Queue,
    writer: Option<Box<Writer>>,
    commands: Vec<Command>,
}

impl Queue {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`AuditError::Database`] when the system gives no thread.
    pub(crate) fn before(writer: Writer) -> Result<Self, AuditError> {
        let shared = Arc::new(Shared(Mutex::new(State {
            commands: Vec::new(),
            awaited: false,
            writer: Some(Box::new(writer)),
            asleep: false,
            closed: false,
        })));
        let by_callers = Handle::try_current().is_ok_and(|runtime| {
            runtime.runtime_flavor() == RuntimeFlavor::MultiThread
                && runtime.metrics().num_workers() > 1
        });
        let serving = Arc::clone(&shared);
        let thread = thread::Builder::new().name("audit-log".into()).spawn(move || serving.serve());
        let thread = thread.map_err(|error| AuditError::Database(Arc::new(error)))?;
        Ok(Self { shared, thread: thread.thread().clone(), by_callers })
    }

    /// Queues a command. Where nobody writes, whoever asked has the turn.
    ///
    /// # Errors
    /// [`AuditError::Closed`].
    pub(crate) fn push(&self, command: Command) -> Result<Option<Turn<'_>>, AuditError> {
        let mut state = self.shared.lock();
        if state.closed {
            return Err(AuditError::Closed);
        }
        let alone = self.by_callers && !state.awaited && state.commands.len() < BATCH_LIMIT;
        let record = matches!(command, Command::Append(_)) && command.is_awaited();
        state.closed = matches!(command, Command::Close(_));
        state.awaited |= command.is_awaited();
        state.commands.push(command);
        if record
            && alone
            && let Some(writer) = state.writer.take_if(|writer| writer.is_sound())
        {
            let commands = state.take();
            return Ok(Some(Turn { queue: self, writer: Some(writer), commands }));
        }
        self.wake(state);
        Ok(None)
    }

    /// Wakes the thread if it is needed. It is not while somebody writes: that one sees to it.
    fn wake(&self, mut state: MutexGuard<'_, State>) {
        let needed = state.awaited || state.closed || (state.asleep && !state.commands.is_empty());
        if needed && state.writer.is_some() {
            state.asleep = false;
            drop(state);
            self.thread.unpark();
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.thread.unpark();
    }
}

impl Turn<'_> {
    /// Writes and answers.
    pub(crate) fn write(mut self) {
        if let Some(writer) = &mut self.writer {
            writer.serve(mem::take(&mut self.commands));
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.queue.shared.lock();
        if thread::panicking() {
            // What it had written nobody knows.
            state.end();
            drop(state);
            self.queue.thread.unpark();
            return;
        }
        state.writer = self.writer.take();
        self.queue.wake(state);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // It is held for moments in which nothing can fail.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The thread: writes what is queued until the queue is closed.
    fn serve(&self) {
        let _ended = EndOnDrop(self);
        let mut lingered = false;
        loop {
            let mut state = self.lock();
            let due = state.awaited || state.closed || (lingered && !state.commands.is_empty());
            if due && let Some(mut writer) = state.writer.take() {
                let (commands, closed) = (state.take(), state.closed);
                drop(state);
                let closing = writer.serve(commands);
                if closed {
                    let settled = writer.close();
                    if let Some(answer) = closing {
                        let _ = answer.send(settled);
                    }
                    return;
                }
                self.lock().writer = Some(writer);
                lingered = false;
            } else if state.closed && state.writer.is_none() && state.commands.is_empty() {
                return;
            } else {
                let rest = state.writer.is_none() || state.commands.is_empty();
                state.asleep = rest;
                drop(state);
                if rest {
                    thread::park()
                } else {
                    thread::park_timeout(LINGER)
                }
                lingered = !rest;
            }
        }
    }
}

/// Nothing waits for a thread that is gone.
struct EndOnDrop<'a>(&'a Shared);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.lock().end();
    }
}

impl State {
    fn take(&mut self) -> Vec<Command> {
        self.awaited = false;
        mem::take(&mut self.commands)
    }

    /// Takes no more, and answers those who wait with that.
    fn end(&mut self) {
        self.closed = true;
        self.commands.clear();
    }
}
