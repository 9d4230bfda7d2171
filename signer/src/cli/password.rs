//! The password of an encrypted PDF.

use std::{convert::Infallible, path::PathBuf};

use clap::Args;

use super::{Failure, input};
use crate::config::Secret;

/// The longest password that is read, in bytes.
const MAXIMUM_LENGTH: u64 = 4096;

/// Where the password stands.
#[derive(Debug, Args)]
pub(super) struct PasswordSource {
    /// The password of an encrypted PDF; other users see arguments, so rather set the variable
    #[arg(long, value_name = "PASSWORD", env = "SIGNER_PASSWORD", hide_env_values = true, value_parser = secret)]
    password: Option<Secret>,
    /// The file with the password, without the end of its last line; goes before the variable
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl PasswordSource {
    /// The password, if there is one.
    ///
    /// # Errors
    /// [`Failure::File`] when the file cannot be read; [`Failure::Usage`] when it is no UTF-8
    /// text of at most 4,096 bytes.
    pub(super) fn read(self) -> Result<Option<Secret>, Failure> {
        let Some(path) = self.password_file else { return Ok(self.password) };
        input::read_secret_line(&path, MAXIMUM_LENGTH).map(Some)
    }
}

fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_file(content: &[u8]) -> Result<Option<String>, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, content).unwrap();
        let password = Some(Secret::new("from the environment"));
        let source = PasswordSource { password, password_file: Some(path) };
        Ok(source.read()?.map(|secret| secret.expose().to_owned()))
    }

    #[test]
    fn a_file_goes_before_the_variable_and_loses_one_end_of_line() {
        for (content, password) in [
            ("hunter2", "hunter2"),
            ("hunter2\n", "hunter2"),
            ("a b \r\n", "a b "),
            ("æ\n\n", "æ\n"),
        ] {
            assert_eq!(in_file(content.as_bytes()).unwrap().as_deref(), Some(password));
        }
        let password = Some(Secret::new("x"));
        let source = PasswordSource { password, password_file: None };
        assert_eq!(source.read().unwrap().unwrap().expose(), "x");
    }

    #[test]
    fn what_is_no_password_is_wrong_usage() {
        for content in [&[0xFF][..], &[b'x'; 4097]] {
            assert!(matches!(in_file(content), Err(Failure::Usage(_))));
        }
        let password_file = Some("/nowhere/at/all".into());
        let missing = PasswordSource { password: None, password_file };
        assert!(matches!(missing.read(), Err(Failure::File { .. })));
    }
}
