//! E-mail addresses as they stand in certificates.

use cades::{Part, tag};

use crate::Error;

/// id-on-SmtpUTF8Mailbox, 1.3.6.1.5.5.7.8.9 (RFC 9598 section 3), in contents octets.
const SMTP_UTF8_MAILBOX: [u8; 8] = [0x2b, 6, 1, 5, 5, 7, 8, 9];
/// RFC 5321 section 4.5.3.1.1.
const MAXIMUM_LOCAL_LENGTH: usize = 64;
/// The longest address (RFC 5321 section 4.5.3.1.3, as erratum 1690 counts it).
pub(crate) const MAXIMUM_EMAIL_LENGTH: usize = 254;

/// An address in the one of two forms that its local part asks for (RFC 9598 section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mailbox {
    /// rfc822Name: ASCII, the domain in A-labels.
    Ascii(String),
    /// SmtpUTF8Mailbox: letters beyond ASCII in the local part, the domain in A-labels.
    Utf8(String),
}

impl Mailbox {
    /// Reads an address as people write it. Its domain becomes A-labels (RFC 9598 section 3, RFC 5891).
    pub(crate) fn of(address: &str) -> Result<Self, Error> {
        let refused = |problem| Error::Name { attribute: "rfc822Name", problem };
        let (local, domain) = address.rsplit_once('@').ok_or(refused("it has no @"))?;
        if !is_dot_string(local) {
            return Err(refused("what stands before the @ is no local part of RFC 6531"));
        }
        let domain = idna::domain_to_ascii_strict(domain)
            .map_err(|_| refused("what stands behind the @ is no domain"))?;
        let address = format!("{local}@{domain}");
        if domain.is_empty() || address.len() > MAXIMUM_EMAIL_LENGTH {
            return Err(refused("it has no domain, or is longer than 254 bytes"));
        }
        Ok(if local.is_ascii() { Self::Ascii(address) } else { Self::Utf8(address) })
    }

    /// The GeneralName (RFC 5280 section 4.2.1.6).
    pub(crate) fn to_der(&self) -> Vec<u8> {
        match self {
            // rfc822Name [1] IA5String.
            Self::Ascii(address) => {
                Part::Element(tag::primitive(1), &[Part::Raw(address.as_bytes())]).to_vec()
            }
            // otherName [0] { type-id, [0] EXPLICIT UTF8String }.
            Self::Utf8(address) => Part::Element(
                tag::context(0),
                &[
                    Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(&SMTP_UTF8_MAILBOX)]),
                    Part::Element(
                        tag::context(0),
                        &[Part::Element(tag::UTF8_STRING, &[Part::Raw(address.as_bytes())])],
                    ),
                ],
            )
            .to_vec(),
        }
    }
}

/// Dot-string (RFC 5321 section 4.1.2), with letters and digits beyond ASCII (RFC 6531 section 3.3).
fn is_dot_string(local: &str) -> bool {
    let is_text = |letter: char| {
        letter.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(letter)
            || (!letter.is_ascii() && letter.is_alphanumeric())
    };
    local.len() <= MAXIMUM_LOCAL_LENGTH
        && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_the_domain_become_a_labels_and_in_the_local_part_another_form() {
        let ascii = |text: &str| Mailbox::Ascii(text.to_owned());
        assert_eq!(Mailbox::of("post@Rødgrød.dk").unwrap(), ascii("post@xn--rdgrd-vuad.dk"));
        assert_eq!(Mailbox::of("a.b+c@example.dk").unwrap(), ascii("a.b+c@example.dk"));
        let utf8 = Mailbox::Utf8("søren@xn--rdgrd-vuad.dk".into());
        assert_eq!(Mailbox::of("søren@rødgrød.dk").unwrap(), utf8);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.dk", "a".repeat(65));
        for text in ["", "a", "@b.dk", "a@", "a..b@c.dk", ".a@c.dk", "a b@c.dk", "a@b@c.dk", &long]
        {
            assert!(Mailbox::of(text).is_err(), "{text}");
        }
        for text in ["a\n@c.dk", "a@c d.dk", "a@-c.dk", "\u{202e}a@c.dk", "\"a\"@c.dk"] {
            assert!(Mailbox::of(text).is_err(), "{text}");
        }
    }

    /// RFC 9598 appendix B has an address of this form; ours octet for octet.
    #[test]
    fn an_internationalised_mailbox_is_an_other_name() {
        let der = Mailbox::Utf8("ø@a.dk".into()).to_der();
        assert_eq!(
            der,
            b"\xa0\x15\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x09\xa0\x09\x0c\x07\xc3\xb8@a.dk"
        );
    }
}
