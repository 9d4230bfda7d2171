//! Standard output and standard error.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is where they are written")]

use std::fmt::Display;

/// A result, on standard output.
pub(super) fn print(text: impl Display) {
    println!("{text}");
}

/// What went wrong, on standard error.
pub(super) fn tell(failure: &impl Display) {
    eprintln!("qscd-sim: {failure}");
}
