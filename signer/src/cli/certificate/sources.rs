//! Where code and password come from. Neither is an argument, for other users see those, nor an environment
//! variable: both are used once.

use std::path::PathBuf;

use clap::Args;
use key_file::Password;
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

use super::{
    super::{input, terminal},
    Failure,
};
use crate::config::Secret;

/// The longest code or password that is read, in bytes.
const MAXIMUM_LENGTH: u64 = 4096;
/// Of what passwords are made: no two signs that look alike, 32 of them, so that each is worth five bits.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// How many signs they have: 125 bits.
const MADE_LENGTH: usize = 25;
/// How many of them stand between two hyphens.
const GROUP_LENGTH: usize = 5;

/// Where the code stands.
#[derive(Debug, Args)]
pub(super) struct CodeSource {
    /// The file with the one-time code, `-` for standard input; asked for at the terminal when left
    /// out
    #[arg(long, value_name = "FILE")]
    code_file: Option<PathBuf>,
}

impl CodeSource {
    /// The code.
    ///
    /// # Errors
    /// [`Failure::File`]; [`Failure::Usage`] when there is neither file nor terminal; [`Failure::Asking`].
    pub(super) fn read(&self) -> Result<Secret, Failure> {
        match &self.code_file {
            Some(path) => input::read_secret_line(path, MAXIMUM_LENGTH),
            None => asked("The order's one-time code", "--code-file"),
        }
    }
}

/// Where the password stands.
#[derive(Debug, Args)]
pub(super) struct NewPasswordSource {
    /// The file with the password that the key is put under, `-` for standard input; asked for twice
    /// at the terminal when left out
    #[arg(long, value_name = "FILE", conflicts_with = "make_password")]
    password_file: Option<PathBuf>,
    /// Makes the password, and prints it to standard error, this once
    #[arg(long)]
    make_password: bool,
}

/// Where the password of a file that is there stands.
#[derive(Debug, Args)]
pub(super) struct KnownPasswordSource {
    /// The file with the password of the old file, which the new one is put under as well, `-` for
    /// standard input; asked for at the terminal when left out
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Makes another password for the new file, and prints it to standard error, this once
    #[arg(long)]
    make_password: bool,
}

/// Where the password of a file that is only opened stands.
#[derive(Debug, Args)]
pub(super) struct OpeningPasswordSource {
    /// The file with the password of the file, `-` for standard input; asked for at the terminal when
    /// left out
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl OpeningPasswordSource {
    /// It.
    ///
    /// # Errors
    /// Those of [`CodeSource::read`].
    pub(super) fn read(&self) -> Result<Secret, Failure> {
        match &self.password_file {
            Some(path) => input::read_secret_line(path, MAXIMUM_LENGTH),
            None => asked("The password of the file", "--password-file"),
        }
    }
}

impl KnownPasswordSource {
    /// The old file's.
    ///
    /// # Errors
    /// Those of [`CodeSource::read`].
    pub(super) fn read(&self) -> Result<Secret, Failure> {
        match &self.password_file {
            Some(path) => input::read_secret_line(path, MAXIMUM_LENGTH),
            None => asked("The password of the old file", "--password-file"),
        }
    }

    /// The new file's.
    ///
    /// # Errors
    /// [`Failure::KeyFile`] when the old one's is not fit for it.
    pub(super) fn new_one(
        &self,
        known: &Secret,
        randomness: &dyn SecureRandom,
    ) -> Result<NewPassword, Failure> {
        Ok(match self.make_password {
            true => NewPassword::Made(made(randomness)?),
            false => NewPassword::Given(Password::new(known.expose())?),
        })
    }
}

/// A password that the key is put under.
#[derive(Debug)]
pub(super) enum NewPassword {
    /// Whoever asked knows it.
    Given(Password),
    /// It is made here, and to be told.
    Made(Password),
}

impl NewPasswordSource {
    /// The password.
    ///
    /// # Errors
    /// Those of [`CodeSource::read`]; [`Failure::KeyFile`] when it is not fit; [`Failure::Usage`] when it was not the
    /// same twice.
    pub(super) fn read(&self, randomness: &dyn SecureRandom) -> Result<NewPassword, Failure> {
        if self.make_password {
            return Ok(NewPassword::Made(made(randomness)?));
        }
        let given = match &self.password_file {
            Some(path) => input::read_secret_line(path, MAXIMUM_LENGTH)?,
            None => {
                let option = "--password-file or --make-password";
                let given = asked("A password for the key", option)?;
                let again = asked("Once more", option)?;
                if given.expose() != again.expose() {
                    return Err(Failure::Usage("the passwords are not the same".to_owned()));
                }
                given
            }
        };
        Ok(NewPassword::Given(Password::new(given.expose())?))
    }
}

impl NewPassword {
    /// It.
    pub(super) fn get(&self) -> &Password {
        match self {
            Self::Given(password) | Self::Made(password) => password,
        }
    }

    /// Tells it where it was made here.
    pub(super) fn tell(&self) {
        match self {
            Self::Given(_) => {}
            Self::Made(password) => {
                terminal::note(format_args!("password: {}", password.expose()));
            }
        }
    }
}

fn asked(question: &str, option: &str) -> Result<Secret, Failure> {
    let nobody = || Failure::Usage(format!("there is no terminal to ask at: use {option}"));
    terminal::ask(question)?.ok_or_else(nobody)
}

fn made(randomness: &dyn SecureRandom) -> Result<Password, Failure> {
    let mut bytes = Zeroizing::new([0; MADE_LENGTH]);
    randomness.fill(&mut bytes[..]).map_err(|_| key_file::Error::NoRandomness)?;
    let mut text = Zeroizing::new(String::with_capacity(MADE_LENGTH * 2));
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 && at % GROUP_LENGTH == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    Ok(Password::new(&text)?)
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn a_password_that_is_made_is_fit_and_another_each_time() {
        let source = NewPasswordSource { password_file: None, make_password: true };
        let made = || {
            let made = source.read(&SystemRandom::new()).unwrap();
            assert!(matches!(made, NewPassword::Made(_)));
            made.get().expose().to_owned()
        };
        let (one, other) = (made(), made());
        assert_eq!(one.len(), 29);
        assert!(one.bytes().all(|byte| byte == b'-' || ALPHABET.contains(&byte)), "{one}");
        assert_ne!(one, other);
    }

    #[test]
    fn code_and_password_come_from_files_and_an_unfit_password_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "twelve signs\n").unwrap();
        let code = CodeSource { code_file: Some(path.clone()) };
        assert_eq!(code.read().unwrap().expose(), "twelve signs");
        let source = NewPasswordSource { password_file: Some(path.clone()), make_password: false };
        let given = source.read(&SystemRandom::new()).unwrap();
        assert!(matches!(&given, NewPassword::Given(one) if one.expose() == "twelve signs"));
        std::fs::write(&path, "short").unwrap();
        let refused = source.read(&SystemRandom::new()).unwrap_err();
        assert!(matches!(refused, Failure::KeyFile(key_file::Error::UnfitPassword)));
    }
}
