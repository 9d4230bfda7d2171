//! JSON of which nothing is read in two ways: serde takes of two members of one name the last, and other
//! readers the first (RFC 8259 section 4).

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Error, Map, Number, Value};

/// Reads an object whose members, and those of all objects in it, have names of their own.
///
/// # Errors
/// The reader's, with the place, also of what is nested more than 128 deep; a name that is there twice; anything but an object.
pub fn object(json: &[u8]) -> Result<Map<String, Value>, Error> {
    match serde_json::from_slice(json)? {
        Unambiguous(Value::Object(members)) => Ok(members),
        Unambiguous(_) => Err(Error::custom("an object is wanted")),
    }
}

/// Any value, without a name that is there twice.
struct Unambiguous(Value);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Unambiguous(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if all.contains_key(&name) {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            let Unambiguous(member) = members.next_value()?;
            all.insert(name, member);
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_read_as_it_is() {
        let read = object(br#" {"a": [1, -1, 0.5, null, true], "b": {"a": "x"}} "#).unwrap();
        let expected = serde_json::json!({"a": [1, -1, 0.5, null, true], "b": {"a": "x"}});
        assert_eq!(Value::Object(read), expected);
    }

    #[test]
    fn what_has_two_readings_or_none_is_refused() {
        for json in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
            r#"{"a":1} {}"#,
            r#"[]"#,
            r#"{"a":1,}"#,
            "{\"a\":\"\u{1}\"}",
            "\u{feff}{}",
            "",
        ] {
            assert!(object(json.as_bytes()).is_err(), "{json}");
        }
        assert!(object(b"{\"a\":\"\xff\"}").is_err());
        assert!(object(format!("{{\"a\":{}", "[".repeat(100_000)).as_bytes()).is_err());
    }
}
