//! What is printed: results to standard output, the rest to standard error.

use std::{
    error::Error,
    fmt::Display,
    io::{self, Write},
};

use super::Failure;

/// Prints a result.
///
/// # Errors
/// [`Failure::Terminal`] when nobody can read it; a reader that went away (`| head`) is fine.
pub(super) fn print(text: impl Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Terminal(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Tells what was done, beside the result.
pub(super) fn note(text: impl Display) {
    // Nobody is left to tell that nobody listens.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Tells a failure and the causes under it, then every broken rule on a line of its own.
pub(super) fn tell_failure(failure: &Failure) {
    let mut text = format!("signer: {failure}");
    let mut told = failure.to_string();
    let mut cause = failure.source();
    while let Some(error) = cause {
        let deeper = error.to_string();
        if !told.contains(&deeper) {
            text.push_str(": ");
            text.push_str(&deeper);
            told = deeper;
        }
        cause = error.source();
    }
    for line in failure.details() {
        text.push_str("\n  ");
        text.push_str(&line);
    }
    note(text);
}
