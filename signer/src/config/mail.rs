//! `[mail]`: the server that letters are handed to.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use audit::LetterBound;
use mail::{Language, Mailer, Security, Sender, Settings, SettingsError};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{ConfigDefect, ConfigError, Secret, secret::MAIL_PASSWORD};

/// The longest file of authorities that is read, in bytes.
const MAXIMUM_LENGTH: u64 = 4 << 20;

/// `[mail]`: the server that letters are handed to. Without it none are written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Its name, which its certificate must have.
    pub server: String,
    /// Its port: 587 with `starttls`, 465 with `tls`, 25 with `plain` when left out.
    pub port: Option<u16>,
    /// How the connection is kept from others.
    #[serde(default)]
    pub security: MailSecurity,
    /// Whom letters come from, as `segl@example.com` or `Segl <segl@example.com>`.
    pub from: String,
    /// The name that the service logs in with; the password is in `SIGNER_MAIL_PASSWORD`.
    pub user: Option<String>,
    /// PEM file with the authorities that the server's certificate must come from; the system's when left out.
    pub ca: Option<PathBuf>,
    /// The language of letters; that of each organisation's country when left out.
    pub language: Option<MailLanguage>,
    /// How many letters go to one address within a day: of those that are asked for an organisation's requests
    /// write no more, and notices wait.
    #[serde(default = "letters_per_address_and_day")]
    pub letters_per_address_and_day: u32,
    /// How many letters an organisation has written within a day, in the same way.
    #[serde(default = "letters_per_organisation_and_day")]
    pub letters_per_organisation_and_day: u32,
}

fn letters_per_address_and_day() -> u32 {
    50
}

fn letters_per_organisation_and_day() -> u32 {
    5_000
}

/// How the connection to the mail server is kept from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// TLS after `STARTTLS`, never without.
    #[default]
    StartTls,
    /// TLS from the beginning.
    Tls,
    /// Not at all: on the loopback alone.
    Plain,
}

/// A language of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailLanguage {
    /// Danish.
    Da,
    /// English.
    En,
}

impl Mail {
    /// What hands letters to the server. The password is read from the environment now, and nothing is sent.
    ///
    /// # Errors
    /// [`ConfigError`] names the key, or the variable of the environment, and the cause.
    pub(crate) fn mailer(&self, origin: &str) -> Result<Mailer, ConfigError> {
        let fail =
            |field: &str, defect| ConfigError::of_key(origin, format!("mail.{field}"), defect);
        let unusable = |cause: &dyn ToString| ConfigDefect::Unusable(cause.to_string());
        let from = Sender::parse(&self.from).map_err(|error| fail("from", unusable(&error)))?;
        if self.port == Some(0) {
            return Err(fail("port", ConfigDefect::Zero));
        }
        let login = match &self.user {
            None => None,
            Some(user) if user.trim().is_empty() => return Err(fail("user", ConfigDefect::Empty)),
            Some(user) => {
                let unset = ConfigError::of_key(
                    "the environment",
                    MAIL_PASSWORD.to_owned(),
                    ConfigDefect::Unset,
                );
                let password = Secret::from_environment(MAIL_PASSWORD)?.ok_or(unset)?;
                Some((user.clone(), Zeroizing::new(password.expose().to_owned())))
            }
        };
        let in_file = |file: &Path, defect| {
            fail("ca", ConfigDefect::InFile { file: file.to_owned(), defect: Box::new(defect) })
        };
        let authorities = match &self.ca {
            None => None,
            Some(file) => Some(read(file).map_err(|defect| in_file(file, defect))?),
        };
        let settings = Settings {
            server: self.server.clone(),
            port: self.port,
            security: match self.security {
                MailSecurity::StartTls => Security::StartTls,
                MailSecurity::Tls => Security::Tls,
                MailSecurity::Plain => Security::Plain,
            },
            from,
            login,
            authorities,
        };
        Mailer::new(&settings).map_err(|error| match (&error, &self.ca) {
            (SettingsError::Server, _) => fail("server", unusable(&error)),
            (SettingsError::InClear, _) => fail("security", unusable(&error)),
            (SettingsError::Authorities, Some(file)) => in_file(file, ConfigDefect::NotPem),
            (SettingsError::Authorities | SettingsError::Tls(_), _) => {
                fail("server", unusable(&error))
            }
        })
    }

    /// How many letters there may be within a day.
    ///
    /// # Errors
    /// [`ConfigError`] for a bound of zero, by which nobody would be told of anything.
    pub(crate) fn bound(&self, origin: &str) -> Result<LetterBound, ConfigError> {
        for (field, value) in [
            ("letters_per_address_and_day", self.letters_per_address_and_day),
            ("letters_per_organisation_and_day", self.letters_per_organisation_and_day),
        ] {
            if value == 0 {
                let key = format!("mail.{field}");
                return Err(ConfigError::of_key(origin, key, ConfigDefect::Zero));
            }
        }
        Ok(LetterBound {
            to_address: self.letters_per_address_and_day,
            of_organisation: self.letters_per_organisation_and_day,
        })
    }

    /// The language of all letters, if one was chosen.
    pub(crate) fn language(&self) -> Option<Language> {
        self.language.map(|language| match language {
            MailLanguage::Da => Language::Da,
            MailLanguage::En => Language::En,
        })
    }
}

fn read(file: &Path) -> Result<Vec<u8>, ConfigDefect> {
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(ConfigDefect::Unreadable)?;
    let length = opened
        .take(MAXIMUM_LENGTH + 1)
        .read_to_end(&mut bytes)
        .map_err(ConfigDefect::Unreadable)?;
    if length as u64 > MAXIMUM_LENGTH { Err(ConfigDefect::TooLong) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let mail: Mail = toml::from_str(text).unwrap();
        let usable = mail.mailer("segl.toml").and_then(|_| mail.bound("segl.toml"));
        usable.map_or_else(|error| error.to_string(), |_| "good".to_owned())
    }

    #[test]
    fn what_letters_cannot_be_sent_with_is_told_by_key_and_cause() {
        let good = "server = 'mail.example.com'\nfrom = 'Segl <segl@example.com>'\n";
        assert_eq!(refused(good), "good");
        let local = "server = 'localhost'\nfrom = 'segl@example.com'\nsecurity = 'plain'";
        assert_eq!(refused(local), "good");
        for (text, expected) in [
            ("server = 'a'\nfrom = 'nobody'".to_owned(), "`mail.from`: cannot be used: is no mail"),
            ("server = ''\nfrom = 'a@example.com'".to_owned(), "`mail.server`: cannot be used"),
            (format!("{good}port = 0"), "`mail.port`: is zero"),
            (
                format!("{good}letters_per_address_and_day = 0"),
                "`mail.letters_per_address_and_day`: is zero",
            ),
            (
                format!("{good}letters_per_organisation_and_day = 0"),
                "`mail.letters_per_organisation_and_day`: is zero",
            ),
            (format!("{good}user = ' '"), "`mail.user`: is empty"),
            (format!("{good}user = 'segl'"), "the environment: `SIGNER_MAIL_PASSWORD`: is not set"),
            (format!("{good}ca = 'none.pem'"), "`mail.ca`: none.pem: cannot be read"),
            (format!("{good}ca = 'Cargo.toml'"), "`mail.ca`: Cargo.toml: holds no PEM block"),
            (
                format!("{good}security = 'plain'"),
                "`mail.security`: cannot be used: \"plain\" goes",
            ),
        ] {
            let found = refused(&text);
            assert!(found.contains(expected), "{found}");
        }
    }
}
