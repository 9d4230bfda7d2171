//! `Idempotency-Key`: a request that is sent again is not done again
//! (draft-ietf-httpapi-idempotency-key-header).

use axum::http::{HeaderMap, HeaderName, Uri};
use ring::digest::{Context, SHA256};

use crate::{
    audit::KeyedRequest,
    authentication::Authenticated,
    service::{Document, RequestError},
};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest key, in characters.
const MAXIMUM_LENGTH: usize = 255;

/// What is asked: the address and every part of the body, in a fixed order.
pub(super) struct Asked(Context);

impl Asked {
    /// What is asked at this address.
    pub(super) fn at(address: &Uri) -> Self {
        let asked = Self(Context::new(&SHA256));
        asked.and(address.path().as_bytes()).and(address.query().unwrap_or_default().as_bytes())
    }

    /// The same with a part, or without it.
    pub(super) fn with(self, part: Option<&Document>) -> Self {
        match part {
            Some(part) => self.and(part.sha256().as_bytes()),
            None => self.and(&[]),
        }
    }

    fn and(mut self, bytes: &[u8]) -> Self {
        self.0.update(&(bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }
}

impl Authenticated {
    /// The caller, who asks this under the key in the headers if there is one.
    ///
    /// # Errors
    /// [`RequestError::Malformed`] for what is no key.
    pub(super) fn asking(self, headers: &HeaderMap, asked: Asked) -> Result<Self, RequestError> {
        let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = keys.next() else { return Ok(self) };
        let key = value.to_str().ok().filter(|_| keys.next().is_none()).and_then(read);
        let key = key.ok_or_else(|| {
            RequestError::Malformed(
                "Idempotency-Key: one key of 1 to 255 characters of ASCII, in quotation marks or \
                 without"
                    .into(),
            )
        })?;
        let mut request = [0; 32];
        request.copy_from_slice(asked.0.finish().as_ref());
        let keyed = Some(KeyedRequest::new(&self.caller, &key, request));
        Ok(Self { keyed, ..self })
    }
}

/// The key in a header: a string as RFC 9651 section 3.3.3 has it, or as many clients send it, without
/// quotation marks.
fn read(value: &str) -> Option<String> {
    let value = value.trim_matches(' ');
    let key = match value.strip_prefix('"') {
        Some(quoted) => unescape(quoted.strip_suffix('"')?)?,
        None if value.contains(['"', '\\', ',', ';', ' ']) => return None,
        None => value.to_owned(),
    };
    let printable = key.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    ((1..=MAXIMUM_LENGTH).contains(&key.len()) && printable).then_some(key)
}

/// What stands between the quotation marks; `None` where one of them, or a backslash, stands alone.
fn unescape(text: &str) -> Option<String> {
    let mut key = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => key.push(characters.next().filter(|next| matches!(next, '"' | '\\'))?),
            '"' => return None,
            other => key.push(other),
        }
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_string_in_quotation_marks_or_without() {
        let long = "k".repeat(255);
        for (value, key) in [
            ("\"8e03978e-40d5\"", "8e03978e-40d5"),
            ("8e03978e-40d5", "8e03978e-40d5"),
            (" \"a b\" ", "a b"),
            (r#""a\"b\\c""#, r#"a"b\c"#),
            (long.as_str(), long.as_str()),
        ] {
            assert_eq!(read(value).as_deref(), Some(key), "{value}");
        }
        let endless = "k".repeat(256);
        for value in [
            "", "\"\"", "\"", "\"a", "a\"", "\"a\"b\"", r#""a\b""#, r#""a\"#, "a b", "a,b",
            "a;b=1", &endless,
        ] {
            assert_eq!(read(value), None, "{value}");
        }
    }

    #[test]
    fn what_is_asked_differs_by_address_and_by_each_part() {
        let part = |bytes: &'static [u8]| Document::new(bytes::Bytes::from_static(bytes));
        let hash = |address: &str, parts: [Option<&Document>; 2]| {
            let asked = Asked::at(&address.parse().unwrap());
            parts.into_iter().fold(asked, Asked::with).0.finish().as_ref().to_vec()
        };
        let (a, b) = (part(b"a"), part(b"b"));
        let all = [
            hash("/v1/seals", [None, None]),
            hash("/v1/seals?profile=x", [None, None]),
            hash("/v1/sealsprofile=x", [None, None]),
            hash("/v1/seals", [Some(&a), None]),
            hash("/v1/seals", [None, Some(&a)]),
            hash("/v1/seals", [Some(&a), Some(&b)]),
            hash("/v1/seals", [Some(&b), Some(&a)]),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(one), "{at}");
        }
        assert_eq!(
            hash("/v1/seals", [Some(&a), None]),
            hash("/v1/seals", [Some(&part(b"a")), None])
        );
    }
}
