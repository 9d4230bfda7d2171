//! The process that draws: this program again, by another command, with nothing of ours but the document.

use std::{
    env, io, os::unix::process::ExitStatusExt, path::PathBuf, process::Stdio, time::Duration,
};

use rendering::Asked;
use rustix::process::Signal;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
};

use super::DrawingError;

/// The command by which this program draws.
pub(crate) const DRAW_PAGES: &str = "draw-pages";

/// How long it may take, by the clock on the wall: its processor's time is over before, where it has one.
const LONGEST: Duration = Duration::from_secs(10);

/// Most bytes that are read of what it answers: more than a picture of as many pixels as may be.
const MAXIMUM_ANSWER: u64 = 80 << 20;

/// What mimalloc takes of the memory at once, in KiB: by default more than the process may have.
const RESERVED: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "16384");

/// What is started.
#[derive(Clone, Debug)]
pub(super) struct Program {
    path: Option<PathBuf>,
    arguments: Vec<String>,
}

impl Default for Program {
    fn default() -> Self {
        // An update may have put another program where ours was: this link names ours all the same.
        let own = PathBuf::from("/proc/self/exe");
        let path = if own.exists() { Some(own) } else { env::current_exe().ok() };
        Self { path, arguments: vec![DRAW_PAGES.to_owned()] }
    }
}

#[cfg(test)]
impl Program {
    /// A shell that does this.
    pub(super) fn shell(script: &str) -> Self {
        let arguments = vec!["-c".to_owned(), script.to_owned()];
        Self { path: Some("/bin/sh".into()), arguments }
    }
}

/// What it said until it ended, or its time did.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) bytes: Vec<u8>,
    /// Whether it ended by itself, and not because it took too long.
    pub(super) is_in_time: bool,
}

/// Has it answer. When this is over, so is the process.
pub(super) async fn run(
    program: &Program,
    asked: Asked,
    document: &[u8],
) -> Result<Answer, DrawingError> {
    let path = program.path.as_ref().ok_or(DrawingError::Failed)?;
    let line = asked.line().map_err(|_| DrawingError::Failed)?;
    // The environment holds secrets, which nobody who reads a stranger's pages has to know; and what is
    // told of a page that fails may be of its content.
    let child = Command::new(path)
        .args(&program.arguments)
        .env_clear()
        .env(RESERVED.0, RESERVED.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let mut child = child.map_err(|error| failed(&error))?;
    let mut bytes = Vec::new();
    let is_in_time = {
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else {
            return Err(DrawingError::Failed);
        };
        let write = async move {
            // Whoever died does not read to the end; what was answered shows it.
            if stdin.write_all(&line).await.is_ok() {
                drop(stdin.write_all(document).await);
            }
        };
        let mut stdout = stdout.take(MAXIMUM_ANSWER);
        let read = stdout.read_to_end(&mut bytes);
        let talk = async { tokio::join!(write, read).1 };
        tokio::time::timeout(LONGEST, talk).await.is_ok()
    };
    // It may be there still: too slow, or with more to say than is read.
    child.kill().await.map_err(|error| failed(&error))?;
    let ended = child.wait().await.map_err(|error| failed(&error))?;
    let is_spent = ended.signal() == Some(Signal::XCPU.as_raw());
    Ok(Answer { bytes, is_in_time: is_in_time && !is_spent })
}

fn failed(error: &io::Error) -> DrawingError {
    tracing::error!(%error, "the process that draws pages cannot be run");
    DrawingError::Failed
}
