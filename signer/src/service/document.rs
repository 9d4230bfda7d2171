//! A document as it was received: its bytes, and its SHA-256 computed on the way in.

use std::fmt;

use bytes::Bytes;
use cades::SignedContent;
use memchr::memmem;
use pades::PrefixHash;
use seal::{Digest, DigestAlgorithm, Format};

use super::budget::{Budget, Share};

/// What is said of a document that could hold no signature.
pub(super) const NEITHER: &str = "the document is neither a PDF nor a CMS in DER or BER";

/// A document and the state of a SHA-256 over all of it, which serves every later digest that
/// begins with the same bytes.
#[derive(Clone)]
pub struct Document {
    bytes: Bytes,
    sha256: PrefixHash,
    /// What the memory of the bytes came out of.
    budget: Option<Budget>,
}

impl Document {
    /// Hashes `bytes`.
    pub fn new(bytes: Bytes) -> Self {
        let mut sha256 = PrefixHash::new(DigestAlgorithm::Sha256);
        sha256.update(&bytes);
        Self { bytes, sha256, budget: None }
    }

    /// Takes a SHA-256 state that was fed exactly `bytes` while they arrived. The memory that they
    /// were allowed is given back with the last that holds any of them: the answer, if it is in it.
    pub(crate) fn hashed(bytes: Bytes, sha256: PrefixHash, share: Share) -> Self {
        let budget = Some(share.budget());
        Self { bytes: share.around(bytes), sha256, budget }
    }

    /// The bytes as they were received.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// SHA-256 of the bytes.
    pub fn sha256(&self) -> Digest {
        self.sha256.clone().finish()
    }

    /// A digest of the bytes; SHA-256 is known already.
    pub(super) fn digest(&self, algorithm: DigestAlgorithm) -> Digest {
        match algorithm {
            DigestAlgorithm::Sha256 => self.sha256(),
            other => Digest::of(other, &self.bytes),
        }
    }

    /// The SHA-256 state after the last byte.
    pub(super) fn sha256_state(&self) -> PrefixHash {
        self.sha256.clone()
    }

    /// What its memory came out of.
    pub(super) fn budget(&self) -> Option<&Budget> {
        self.budget.as_ref()
    }

    /// The container that its signatures stand in: the PDF itself, or a CMS.
    pub(super) fn natural_format(&self) -> Format {
        if self.looks_like_pdf() { Format::Pades } else { Format::Cades }
    }

    /// Whether it is neither a PDF nor a CMS: a ContentInfo begins with the tag of a SEQUENCE (RFC
    /// 5652 section 3).
    pub(super) fn is_neither(&self) -> bool {
        /// ITU-T X.690 clause 8.9.1.
        const SEQUENCE: u8 = 0x30;
        !self.looks_like_pdf() && self.bytes.first() != Some(&SEQUENCE)
    }

    /// Where the header of a PDF stands that is none, because too much stands before it: whoever sent
    /// it means a PDF, and would not look for a CMS in the answer.
    pub(super) fn late_header(&self) -> Option<usize> {
        /// Bytes at the end in which `%%EOF` must stand.
        const END: usize = 1_024;
        /// Bytes in which the header is looked for.
        const START: usize = 1 << 20;
        if self.looks_like_pdf() || self.looks_like_cms() {
            return None;
        }
        let (start, end) = (self.bytes.len().min(START), self.bytes.len().saturating_sub(END));
        memmem::find(&self.bytes[end..], b"%%EOF")?;
        memmem::find(&self.bytes[..start], b"%PDF-")
    }

    /// Whether a PDF header stands in the first 1,024 bytes (ISO 32000-1 annex H.3.4.1, note 13).
    /// A CMS that carries a PDF is none.
    pub fn looks_like_pdf(&self) -> bool {
        if self.looks_like_cms() {
            return false;
        }
        let start = &self.bytes[..self.bytes.len().min(1024)];
        start.windows(5).any(|window| window == b"%PDF-")
    }

    /// Whether it begins as a ContentInfo with SignedData does (RFC 5652 section 3): the
    /// identifier follows a header of at most six bytes.
    fn looks_like_cms(&self) -> bool {
        /// `id-signedData`, with tag and length.
        const SIGNED_DATA: [u8; 11] = [6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2];
        let start = &self.bytes[..self.bytes.len().min(6 + SIGNED_DATA.len())];
        start.first() == Some(&0x30)
            && start.windows(SIGNED_DATA.len()).any(|window| window == SIGNED_DATA)
    }
}

/// Says how long it is, never what is in it.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes)", self.bytes.len())
    }
}

/// What a CMS is over.
pub(super) fn with_content<T>(
    content: Option<&Document>,
    use_it: impl FnOnce(SignedContent<'_>) -> T,
) -> T {
    match content {
        None => use_it(SignedContent::Attached),
        // An archive-time-stamp-v2 is over the content itself, so that no hash is enough.
        Some(content) => use_it(SignedContent::Bytes(content.bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_stands_too_late_is_told_from_what_is_no_pdf() {
        let late = |bytes: &[u8]| Document::new(bytes.to_vec().into()).late_header();
        let pdf = b"%PDF-1.7\n%%EOF\n";
        for (before, expected) in
            [(0, None), (1_019, None), (1_020, Some(1_020)), (9_000, Some(9_000))]
        {
            assert_eq!(late(&[&vec![b'x'; before], &pdf[..]].concat()), expected, "{before}");
        }
        assert_eq!(
            late(&[&[b'x'; 2_000], &b"the header is %PDF-1.7, and more"[..]].concat()),
            None
        );
        let cms =
            [&[0x30, 0x80, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2][..], &[0; 2_000]];
        assert_eq!(late(&[&cms.concat(), &pdf[..]].concat()), None);
    }

    #[test]
    fn text_and_nothing_are_neither_a_pdf_nor_a_cms() {
        let is_neither = |bytes: &[u8]| Document::new(bytes.to_vec().into()).is_neither();
        assert!(is_neither(b"# Segl") && is_neither(b"-----BEGIN PKCS7-----") && is_neither(b""));
        assert!(!is_neither(b"%PDF-1.7") && !is_neither(&[0x30, 0x80]));
    }

    #[test]
    fn a_pdf_inside_a_cms_is_no_pdf() {
        let is_pdf = |bytes: &[u8]| Document::new(bytes.to_vec().into()).looks_like_pdf();
        assert!(is_pdf(b"%PDF-1.7"));
        assert!(is_pdf(b"0 bytes before %PDF-1.7"));
        let oid = [6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2];
        for header in [&[0x30, 0x80][..], &[0x30, 0x82, 1, 0], &[0x30, 0x84, 0, 0, 1, 0]] {
            let container = [header, &oid, &b"...%PDF-1.7"[..]].concat();
            assert!(!is_pdf(&container), "{header:?}");
        }
        assert!(!is_pdf(b""));
    }
}
