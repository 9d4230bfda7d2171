//! The lines of an answer: JSON, each whole by its end.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::RenderingError;

pub(crate) fn write_line<T: Serialize>(
    mut output: impl Write,
    answer: &Result<T, RenderingError>,
) -> io::Result<()> {
    serde_json::to_writer(&mut output, answer)?;
    output.write_all(b"\n")
}

/// The first whole line, and what follows.
pub(crate) fn first<T: for<'a> Deserialize<'a>>(
    answer: &[u8],
) -> Option<(Result<T, RenderingError>, &[u8])> {
    let end = answer.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = answer.split_at_checked(end)?;
    Some((serde_json::from_slice(line).ok()?, rest.get(1..)?))
}
