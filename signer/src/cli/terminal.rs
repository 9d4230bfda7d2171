//! What is printed: results to standard output, the rest to standard error.

use std::{
    error::Error,
    fmt::Display,
    io::{self, IsTerminal, Write},
};

use console::Term;

use seal::ForeignLines;

use super::Failure;
use crate::config::Secret;

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

/// Tells what is to be known of a result.
pub(super) fn warn(warnings: impl IntoIterator<Item = impl Display>) {
    for warning in warnings {
        note(format_args!("warning: {warning}"));
    }
}

/// Asks whoever sits at the terminal for a secret, which it does not show; none where nobody sits there.
///
/// # Errors
/// [`Failure::Asking`].
pub(super) fn ask(question: impl Display) -> Result<Option<Secret>, Failure> {
    let terminal = Term::stderr();
    if !io::stdin().is_terminal() || !terminal.is_term() {
        return Ok(None);
    }
    let asked = terminal.write_str(&format!("{question}: "));
    let answered = asked.and_then(|()| terminal.read_secure_line());
    answered.map(|answer| Some(Secret::new(answer))).map_err(Failure::Asking)
}

/// Tells a failure and the causes under it, then every broken rule on a line of its own.
pub(super) fn tell_failure(failure: &Failure) {
    // A cause may be what another server said; its own lines are those of a configuration.
    note(failure_of("signer", failure));
}

/// A failure of something, as it is told.
pub(super) fn failure_of(whose: impl Display, failure: &Failure) -> ForeignLines<String> {
    ForeignLines(told(whose, failure))
}

fn told(whose: impl Display, failure: &Failure) -> String {
    let mut text = format!("{whose}: {failure}");
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
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConfigDefect, ConfigError};

    #[test]
    fn a_cause_is_told_once() {
        let error = io::Error::other("the disk is on fire");
        let error = ConfigError {
            origin: "segl.toml".into(),
            key: None,
            defect: ConfigDefect::Unreadable(error),
        };
        let text = told("signer", &Failure::Config(error));
        assert_eq!(text, "signer: segl.toml: cannot be read: the disk is on fire");
    }

    #[test]
    fn every_broken_rule_is_told_on_its_own_line() {
        let wire = r#"{"title":"Refused","status":403,"refusals":[
            {"rule":"profile-active","explanation":"a"},
            {"rule":"level-allowed","explanation":"b"}]}"#;
        let text = told("signer", &Failure::Problem(serde_json::from_str(wire).unwrap()));
        assert_eq!(text, "signer: Refused\n  profile-active: a\n  level-allowed: b");
    }
}
