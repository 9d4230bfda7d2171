//! Standard output and standard error.

use std::{
    fmt::Display,
    io::{self, Write},
};

use super::Failure;

/// A result, on standard output.
///
/// # Errors
/// [`Failure::Output`] when nobody can read it.
pub(super) fn print(text: impl Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(Failure::Output)
}

/// What went wrong, on standard error.
pub(super) fn tell(failure: &impl Display) {
    // Nobody is left to tell that nobody listens.
    drop(writeln!(io::stderr().lock(), "qscd-sim: {failure}"));
}
