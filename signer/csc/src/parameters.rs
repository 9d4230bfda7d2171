//! The members of a request, read as real clients send them.

use std::fmt;

use serde_json::{Map, Value};

use crate::Error;

/// The members of a request's JSON object. Each is asked for by all its names, the specification's first:
/// clients send those of version 1 on paths of version 2, and the reverse. `null` is as absent; unknown
/// members are passed over. A name that stands twice is refused.
#[derive(Clone, Default)]
pub struct Parameters(Map<String, Value>);

/// The members' names: some of them are secrets.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The most hashes, or other texts, in one list.
const MAXIMUM_LENGTH_OF_LIST: usize = 1000;

impl Parameters {
    /// Reads a request's body; an empty one has no members.
    ///
    /// # Errors
    /// [`Error`] for what is no JSON object.
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        let object = strict_json::object(body).map(Self);
        object.map_err(|_| Error::request("The request is not a JSON object"))
    }

    /// A text.
    ///
    /// # Errors
    /// [`Error`] when it is of another type.
    pub fn string(&self, names: &[&'static str]) -> Result<Option<&str>, Error> {
        match self.find(names) {
            None => Ok(None),
            Some((_, Value::String(text))) => Ok(Some(text)),
            Some((name, _)) => Err(Error::missing("string", name)),
        }
    }

    /// A text that must be there, and not empty.
    ///
    /// # Errors
    /// [`Error`].
    pub fn required_string(&self, names: &[&'static str]) -> Result<&str, Error> {
        let text = self.string(names)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| Error::missing("string", names.first().copied().unwrap_or_default()))
    }

    /// An integer, or a text of its digits.
    ///
    /// # Errors
    /// [`Error`] when it is of another type.
    pub fn integer(&self, names: &[&'static str]) -> Result<Option<i64>, Error> {
        let Some((name, value)) = self.find(names) else { return Ok(None) };
        let number = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        number.map(Some).ok_or_else(|| Error::missing("integer", name))
    }

    /// Whether something is so, or a text that says it; `otherwise` where nothing does.
    ///
    /// # Errors
    /// [`Error`] when it is of another type.
    pub fn boolean(&self, names: &[&'static str], otherwise: bool) -> Result<bool, Error> {
        match self.find(names) {
            None => Ok(otherwise),
            Some((_, Value::Bool(is))) => Ok(*is),
            Some((_, Value::String(text))) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some((_, Value::String(text))) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some((name, _)) => Err(Error::missing("boolean", name)),
        }
    }

    /// Texts, or one alone; `None` where there is no such member.
    ///
    /// # Errors
    /// [`Error`] when it is of another type, or too long.
    pub fn strings(&self, names: &[&'static str]) -> Result<Option<Vec<&str>>, Error> {
        match self.find(names) {
            None => Ok(None),
            Some((_, Value::String(text))) => Ok(Some(vec![text])),
            Some((name, Value::Array(items))) if items.len() <= MAXIMUM_LENGTH_OF_LIST => {
                let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                texts.map(Some).ok_or_else(|| Error::missing("array", name))
            }
            Some((name, _)) => Err(Error::missing("array", name)),
        }
    }

    /// Objects, each with members of its own; `None` where there is no such member.
    ///
    /// # Errors
    /// [`Error`] when it is of another type, or too long.
    pub fn objects(&self, name: &'static str) -> Result<Option<Vec<Self>>, Error> {
        match self.find(&[name]) {
            None => Ok(None),
            Some((_, Value::Array(items))) if items.len() <= MAXIMUM_LENGTH_OF_LIST => {
                let objects = items.iter().map(|item| item.as_object().cloned().map(Self));
                let objects: Option<Vec<Self>> = objects.collect();
                objects.map(Some).ok_or_else(|| Error::missing("array", name))
            }
            Some(_) => Err(Error::missing("array", name)),
        }
    }

    /// An object; `None` where there is no such member.
    ///
    /// # Errors
    /// [`Error`] when it is of another type.
    pub fn object(&self, name: &'static str) -> Result<Option<Self>, Error> {
        match self.find(&[name]) {
            None => Ok(None),
            Some((_, Value::Object(members))) => Ok(Some(Self(members.clone()))),
            Some(_) => Err(Error::missing("object", name)),
        }
    }

    fn find(&self, names: &[&'static str]) -> Option<(&'static str, &Value)> {
        let named = names.iter().find_map(|name| Some((*name, self.0.get(*name)?)));
        // A null under one name does not hide what stands under another.
        let is_null = named.is_some_and(|(_, value)| value.is_null());
        match is_null {
            false => named,
            true => names.iter().find_map(|name| {
                Some((*name, self.0.get(*name).filter(|value| !value.is_null())?))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Parameters {
        Parameters::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn null_is_absent_under_every_name() {
        let parameters = read(r#"{"lang":null,"hashes":null,"hash":["a"]}"#);
        assert_eq!(parameters.string(&["lang"]), Ok(None));
        assert_eq!(parameters.strings(&["hashes", "hash"]), Ok(Some(vec!["a"])));
    }

    #[test]
    fn numbers_and_truths_may_be_texts() {
        let parameters = read(r#"{"numSignatures":"12","certInfo":"true","authInfo":false}"#);
        assert_eq!(parameters.integer(&["numSignatures"]), Ok(Some(12)));
        assert_eq!(parameters.boolean(&["certInfo"], false), Ok(true));
        assert_eq!(parameters.boolean(&["authInfo"], true), Ok(false));
        assert_eq!(parameters.boolean(&["onlyValid"], true), Ok(true));
    }

    #[test]
    fn another_type_is_told_as_the_specification_tells_it() {
        let parameters = read(r#"{"credentialID":7,"numSignatures":1.5,"hash":[1]}"#);
        let error = parameters.required_string(&["credentialID"]).unwrap_err();
        assert_eq!(error.description, "Missing (or invalid type) string parameter credentialID");
        let error = parameters.integer(&["numSignatures"]).unwrap_err();
        assert_eq!(error.description, "Missing (or invalid type) integer parameter numSignatures");
        assert!(parameters.strings(&["hashes", "hash"]).is_err());
    }

    #[test]
    fn an_empty_body_has_no_members_and_what_is_no_object_is_refused() {
        assert_eq!(read(" \n").string(&["lang"]), Ok(None));
        for body in ["[]", "1", "{", "\"a\"", "{\"a\":}"] {
            assert!(Parameters::parse(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn one_text_is_a_list_of_one_and_lists_end() {
        assert_eq!(read(r#"{"hash":"a"}"#).strings(&["hash"]), Ok(Some(vec!["a"])));
        let long = format!(r#"{{"hash":[{}]}}"#, vec!["\"a\""; 1001].join(","));
        assert!(read(&long).strings(&["hash"]).is_err());
    }
}
