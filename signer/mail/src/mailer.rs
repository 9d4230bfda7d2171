//! Handing letters to the mail server.

use std::{fmt, time::SystemTime};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Attachment, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp,
};

use crate::{Address, Language, Said, Sender, Settings, SettingsError};

/// What hands letters to a server.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Sender,
}

/// A letter as it goes out.
#[derive(Clone, Debug)]
pub struct Letter {
    /// To whom.
    pub to: Address,
    /// Its name, which it keeps however often it is sent (RFC 5322 section 3.6.4).
    pub message_id: String,
    /// When it was written.
    pub made: SystemTime,
    /// Its language.
    pub language: Language,
    /// What it says.
    pub said: Said,
}

/// Why a letter did not go out. It names nobody: what servers answer does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The server is not reached, or does not let us in.
    #[error("the mail server is not reached: {0}")]
    Away(&'static str),
    /// It does not take the letter now (RFC 5321 section 4.2.1: 4yz).
    #[error("the mail server does not take the letter now: {0}")]
    Later(String),
    /// It never will (5yz).
    #[error("the mail server does not take the letter: {0}")]
    Refused(String),
    /// It cannot be written as mail.
    #[error("the letter cannot be written as mail")]
    Unwritable,
}

impl Mailer {
    /// One with these settings; nothing is sent yet.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Self { transport: settings.transport()?, from: settings.from.clone() })
    }

    /// The name of a letter, made of random octets.
    pub fn message_id(&self, random: [u8; 16]) -> String {
        format!("<{:032x}@{}>", u128::from_be_bytes(random), self.from.domain())
    }

    /// Whether the server is there and lets us in.
    ///
    /// # Errors
    /// [`SendError::Away`].
    pub async fn greet(&self) -> Result<(), SendError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(SendError::Away("it does not answer as a mail server does")),
            Err(error) => Err(SendError::Away(kind(&error))),
        }
    }

    /// Sends a letter. Where this fails after the server has taken it, nobody knows that it has: it is sent
    /// again then, under the same name.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        let message = self.message(letter).ok_or(SendError::Unwritable)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.status() {
                Some(code) if error.is_permanent() => SendError::Refused(code.to_string()),
                Some(code) => SendError::Later(code.to_string()),
                None if error.is_client() => SendError::Unwritable,
                None => SendError::Away(kind(&error)),
            }),
        }
    }

    fn message(&self, letter: &Letter) -> Option<Message> {
        // Nobody's absence is told to a program (RFC 3834 section 5).
        let automatic = ("Auto-Submitted", "auto-generated");
        let language = ("Content-Language", letter.language.tag());
        let mut builder = Message::builder()
            .from(self.from.mailbox())
            .to(letter.to.mailbox())
            .subject(one_line(&letter.said.subject))
            .date(letter.made)
            .message_id(Some(letter.message_id.clone()));
        for (name, value) in [automatic, language] {
            let name = HeaderName::new_from_ascii(name.to_owned()).ok()?;
            builder = builder.raw_header(HeaderValue::new(name, value.to_owned()));
        }
        let text = letter.said.text.clone();
        let day = letter.said.day.as_ref();
        let Some(day) = day.and_then(|day| day.written(letter.made, self.from.domain())) else {
            return builder.header(ContentType::TEXT_PLAIN).body(text).ok();
        };
        // RFC 6047 section 2.4: who reads no calendars reads the text before.
        let calendar = ContentType::parse("text/calendar; charset=utf-8; method=PUBLISH").ok()?;
        let parts = MultiPart::mixed()
            .singlepart(SinglePart::plain(text))
            .singlepart(Attachment::new("segl.ics".to_owned()).body(day, calendar));
        builder.multipart(parts).ok()
    }
}

/// A header has one line, whatever a name in it holds.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// What kind of failure it was. The rest may quote what the server said.
fn kind(error: &smtp::Error) -> &'static str {
    match error.status() {
        Some(_) if error.is_permanent() => "it does not let us in",
        Some(_) => "it asks to come again later",
        None if error.is_timeout() => "it does not answer in time",
        None if error.is_tls() => "TLS failed",
        None if error.is_response() => "its answer is not understood",
        None if error.is_client() => {
            "it does not offer what is needed, such as STARTTLS or a login"
        }
        None => "the connection failed",
    }
}

impl fmt::Debug for Mailer {
    // It knows a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Content, Notice, Security};

    fn mailer() -> Mailer {
        let settings = Settings {
            server: "localhost".to_owned(),
            port: Some(1),
            security: Security::Plain,
            from: Sender::parse("Segl <segl@example.com>").unwrap(),
            login: None,
            authorities: None,
        };
        Mailer::new(&settings).unwrap()
    }

    fn letter() -> Letter {
        Letter {
            to: Address::parse("post@sønderby.example").unwrap(),
            message_id: mailer().message_id([7; 16]),
            made: SystemTime::UNIX_EPOCH,
            language: Language::Da,
            said: Said {
                subject: "Udløb\r\nBcc: x@y.example".into(),
                text: "Løbet er kørt.".into(),
                day: None,
            },
        }
    }

    #[test]
    fn a_letter_has_its_own_name_and_one_recipient_however_its_subject_reads() {
        let message = mailer().message(&letter()).unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        assert!(text.is_ascii(), "{text}");
        assert!(
            text.contains("Message-ID: <07070707070707070707070707070707@example.com>"),
            "{text}"
        );
        assert!(text.contains("To: post@xn--snderby-q1a.example\r\n"), "{text}");
        assert!(text.contains("Auto-Submitted: auto-generated\r\n"), "{text}");
        assert!(text.contains("Content-Language: da\r\n"), "{text}");
        assert!(!text.contains("\nBcc"), "{text}");
        assert_eq!(message.envelope().to().len(), 1);
    }

    #[test]
    fn what_ends_comes_with_a_day_for_the_calendar() {
        let content = |notice| Content::Certificate {
            notice,
            organisation: "Havnsted Kommune".to_owned(),
            name: Some("Betalinger".to_owned()),
            serial: "1f".to_owned(),
            not_after: 1_900_000_000,
            contact_of: None,
        };
        let written = |notice| {
            let said = content(notice).said(Language::Da, "https://segl.example/x");
            let message = mailer().message(&Letter { said, ..letter() }).unwrap();
            String::from_utf8(message.formatted()).unwrap()
        };
        for notice in [Notice::Ninety, Notice::Thirty, Notice::Seven, Notice::Renewed] {
            let text = written(notice);
            assert!(text.is_ascii(), "{text}");
            assert_eq!(text.matches("text/calendar; charset=utf-8; method=PUBLISH").count(), 1);
            assert!(text.find("text/plain") < text.find("text/calendar"), "{text}");
        }
        for notice in [Notice::Today, Notice::Expired, Notice::Blocked, Notice::Outdated] {
            assert!(!written(notice).contains("calendar"));
        }
    }

    #[tokio::test]
    async fn a_server_that_is_away_is_told_from_one_that_refuses() {
        let away = SendError::Away("the connection failed");
        assert_eq!(mailer().greet().await, Err(away.clone()));
        assert_eq!(mailer().send(&letter()).await, Err(away));
    }
}
