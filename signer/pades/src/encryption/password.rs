//! Passwords.

use zeroize::Zeroizing;

use crate::text::encode_pdf_doc;

/// A password that opens an encrypted document: its user's or its owner's. Wiped when dropped,
/// and never printed.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// A password as it was typed.
    pub fn new(password: String) -> Self {
        Self(Zeroizing::new(password))
    }

    /// The bytes that it may stand for in an encryption of this revision, the likeliest first.
    ///
    /// AES-256 takes UTF-8 after SASLprep (ISO 32000-2 clause 7.6.4.3.3), RC4 and AES-128 take
    /// PDFDocEncoding (ISO 32000-1 clause 7.6.3.3). Writers that take what was typed put UTF-8
    /// into both, and Latin-1 into the latter.
    pub(super) fn candidates(&self, revision: u64) -> Vec<Zeroizing<Vec<u8>>> {
        let typed = self.0.as_str();
        let intended = if revision >= 5 {
            stringprep::saslprep(typed).ok().map(|prepared| prepared.into_owned().into_bytes())
        } else {
            encode_pdf_doc(typed)
        };
        let latin = if revision >= 5 { None } else { encode_latin_1(typed) };
        let utf8 = Some(typed.as_bytes().to_vec());
        let mut candidates: Vec<Zeroizing<Vec<u8>>> = Vec::with_capacity(3);
        for candidate in [intended, utf8, latin].into_iter().flatten().map(Zeroizing::new) {
            if !candidates.contains(&candidate) {
                candidates.push(candidate);
            }
        }
        candidates
    }
}

fn encode_latin_1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(typed: &str, revision: u64) -> Vec<Vec<u8>> {
        let candidates = Password::new(typed.to_owned()).candidates(revision);
        candidates.iter().map(|candidate| candidate.to_vec()).collect()
    }

    #[test]
    fn a_password_is_encoded_as_the_revision_demands() {
        for (typed, revision, expected) in [
            ("user", 4, &[&b"user"[..]][..]),
            ("user", 6, &[b"user"]),
            ("a€", 3, &[b"a\xA0", "a€".as_bytes()]),
            ("a€", 6, &["a€".as_bytes()]),
            ("æ", 4, &[b"\xE6", "æ".as_bytes()]),
            ("\u{A0}", 4, &["\u{A0}".as_bytes(), b"\xA0"]),
            // SASLprep: a soft hyphen becomes nothing, a wide space and a ligature what they mean.
            ("I\u{AD}X\u{A0}ﬁ", 6, &[b"IX fi", "I\u{AD}X\u{A0}ﬁ".as_bytes()]),
            // What SASLprep prohibits is taken as typed.
            ("a\u{7}", 6, &[b"a\x07"]),
        ] {
            assert_eq!(candidates(typed, revision), expected, "{typed:?} {revision}");
        }
    }
}
