//! Addresses: those of recipients as mail servers take them, and the service's own.

use std::fmt;

use lettre::message::Mailbox;

/// An address that mail can be sent to. Its domain is written in A-labels (RFC 5890), which every server takes.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(lettre::Address);

/// What is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no mail address, such as post@example.com")]
pub struct AddressError;

impl Address {
    /// Reads one.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError)?;
        let domain = idna::domain_to_ascii(domain).map_err(|_| AddressError)?;
        lettre::Address::new(local, domain).map(Self).map_err(|_| AddressError)
    }

    /// The domain.
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    pub(crate) fn mailbox(&self) -> Mailbox {
        Mailbox::new(None, self.0.clone())
    }
}

impl fmt::Debug for Address {
    // Addresses stand in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

/// Whom letters come from: `post@example.com`, or `Segl <post@example.com>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    /// Reads one.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let read: Mailbox = text.parse().map_err(|_| AddressError)?;
        let Address(address) = Address::parse(read.email.as_ref())?;
        Ok(Self(Mailbox::new(read.name, address)))
    }

    pub(crate) fn mailbox(&self) -> Mailbox {
        self.0.clone()
    }

    pub(crate) fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_of_an_address_is_written_in_a_labels_and_what_is_none_is_refused() {
        let danish = Address::parse("post@sønderby.example").unwrap();
        assert_eq!(danish.domain(), "xn--snderby-q1a.example");
        let sender = Sender::parse("Segl <segl@example.com>").unwrap();
        assert_eq!(sender.domain(), "example.com");
        for text in ["", "post", "post@", "@example.com", "a b@example.com", "a@b\r\nBcc: c@d"] {
            assert_eq!(Address::parse(text), Err(AddressError), "{text}");
            assert_eq!(Sender::parse(text), Err(AddressError), "{text}");
        }
    }

    #[test]
    fn an_address_stands_in_no_log() {
        let address = Address::parse("karen@example.com").unwrap();
        assert!(!format!("{address:?}").contains("karen"));
    }
}
