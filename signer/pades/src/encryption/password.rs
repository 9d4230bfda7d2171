//! Passwords.

use zeroize::Zeroizing;

/// A password that opens an encrypted document: its user's or its owner's. Wiped when dropped,
/// and never printed.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// A password as it was typed.
    pub fn new(password: String) -> Self {
        Self(Zeroizing::new(password))
    }

    /// The bytes that it may stand for: UTF-8, as AES-256 demands, and the one byte a character
    /// that older encryption uses (PDFDocEncoding, which is Latin-1 for letters).
    pub(super) fn candidates(&self) -> Vec<Zeroizing<Vec<u8>>> {
        let utf8 = Zeroizing::new(self.0.as_bytes().to_vec());
        let single = self.0.chars().map(|character| u8::try_from(u32::from(character)).ok());
        match single.collect::<Option<Vec<u8>>>().map(Zeroizing::new) {
            Some(single) if *single != *utf8 => vec![utf8, single],
            _ => vec![utf8],
        }
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}
