//! JSON: bodies read within limits, and refused when they say more than is asked, or could be read in
//! two ways.

mod strict;

use axum::{
    body::Body,
    http::{HeaderMap, Uri},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{
    idempotency::Asked,
    upload::{self, Intake},
};
use crate::{
    authentication::Authenticated,
    service::{Document, RequestError, Service},
};

/// The longest request, in bytes; a real one has some hundred.
const MAXIMUM_LENGTH: u64 = 64 << 10;

const JSON: &str = "application/json";

/// Reads one value, and the key that the caller gave to the request.
///
/// # Errors
/// Those of [`Authenticated::asking`], [`sent`] and [`value`].
pub(super) async fn read<T: DeserializeOwned>(
    service: &Service,
    caller: Authenticated,
    (address, headers): (&Uri, &HeaderMap),
    body: Body,
) -> Result<(T, Authenticated), RequestError> {
    let json = sent(service, &caller, headers, body).await?;
    let value = value(json.bytes())?;
    Ok((value, caller.asking(headers, Asked::at(address).with(Some(&json)))?))
}

/// Reads what was sent as JSON, whatever it says: how strictly that is taken is the caller's choice.
///
/// # Errors
/// Those of [`upload::read`]; [`RequestError::ContentType`].
pub(super) async fn sent(
    service: &Service,
    caller: &Authenticated,
    headers: &HeaderMap,
    body: Body,
) -> Result<Document, RequestError> {
    if !upload::essence(headers).is_some_and(|essence| essence.eq_ignore_ascii_case(JSON)) {
        return Err(RequestError::ContentType(JSON));
    }
    upload::read(headers, body, MAXIMUM_LENGTH, &Intake::of(service, caller)).await
}

/// What an object says. A name that stands in it twice is refused at any depth (RFC 8259 section 4: readers
/// differ on which counts), and so is an array in the place of an object.
///
/// # Errors
/// [`RequestError::Malformed`].
pub(super) fn value<T: DeserializeOwned>(json: &[u8]) -> Result<T, RequestError> {
    typed(strict_json::object(json).map_err(|error| malformed(&error))?)
}

/// What these members say, as [`value`] reads them.
///
/// # Errors
/// [`RequestError::Malformed`].
pub(super) fn typed<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T, RequestError> {
    strict::typed(members).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> RequestError {
    RequestError::Malformed(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[serde(default)]
        name: String,
        inner: Option<Inner>,
        #[serde(default)]
        rest: BTreeMap<String, Value>,
        pair: Option<[f64; 2]>,
        word: Option<Word>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Inner {
        a: Option<u8>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        One,
    }

    #[test]
    fn an_object_is_read_as_it_says() {
        let json = br#" {"name":"n","inner":{"a":7},"rest":{"a":[{"a":1},{"a":-1}]},"pair":[0.5,1],"word":"one"}"#;
        let read: Outer = value(json).unwrap();
        assert_eq!((read.name.as_str(), read.inner), ("n", Some(Inner { a: Some(7) })));
        assert_eq!(read.rest["a"], serde_json::json!([{ "a": 1 }, { "a": -1 }]));
        assert_eq!((read.pair, read.word), (Some([0.5, 1.0]), Some(Word::One)));
        assert_eq!(value::<Outer>(br#"{"inner":null}"#), Ok(Outer::default()));
    }

    #[test]
    fn what_could_be_read_in_two_ways_or_is_no_object_is_refused_and_told_why() {
        for (json, cause) in [
            (r#"[true]"#, "an object is wanted"),
            (r#"[]"#, "an object is wanted"),
            (r#"null"#, "an object is wanted"),
            (r#""name""#, "an object is wanted"),
            (r#"{"name":"a","name":"a"}"#, "duplicate field `name`"),
            (r#"{"name":"a","na\u006de":"b"}"#, "duplicate field `name`"),
            (r#"{"rest":{"b":1,"b":2}}"#, "duplicate field `b`"),
            (r#"{"rest":{"b":[[{"c":1,"c":1}]]}}"#, "duplicate field `c`"),
            (r#"{"inner":[7]}"#, "sequence"),
            (r#"{"inner":{"a":256}}"#, "256"),
            (r#"{"name":"a"} x"#, "trailing characters"),
            (r#"{"other":1}"#, "unknown field `other`"),
            (r#"{"word":"two"}"#, "unknown variant `two`"),
            (r#"{"word":["one"]}"#, "expected"),
            (r#"{"name":"#, "EOF"),
        ] {
            let Err(RequestError::Malformed(told)) = value::<Outer>(json.as_bytes()) else {
                panic!("{json} is read");
            };
            assert!(told.contains(cause), "{json}: {told}");
        }
        let deep = format!(r#"{{"rest":{{"a":{}1{}}}}}"#, "[".repeat(10_000), "]".repeat(10_000));
        assert!(value::<Outer>(deep.as_bytes()).is_err(), "it ends without a stack that overflows");
    }
}
