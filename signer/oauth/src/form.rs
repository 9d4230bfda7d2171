//! Parameters as `application/x-www-form-urlencoded` (RFC 6749 appendix B).

use std::{collections::BTreeMap, fmt};

use crate::OauthError;

/// How many parameters a request has at most; a real one has a dozen.
const MAXIMUM_PARAMETERS: usize = 64;

/// The parameters of a request. One without a value counts as left out, and none stands there twice
/// (RFC 6749 section 3.1).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form(BTreeMap<String, String>);

/// The parameters' names: some of them are secrets.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Form {
    /// Reads a body or a query. How long it may be is its reader's to say.
    ///
    /// # Errors
    /// `invalid_request` for what is no UTF-8, a parameter that stands there twice, or more than 64.
    pub fn parse(text: &[u8]) -> Result<Self, OauthError> {
        let text = str::from_utf8(text)
            .map_err(|_| OauthError::request("the parameters are not UTF-8"))?;
        let mut all = BTreeMap::new();
        for (index, (name, value)) in form_urlencoded::parse(text.as_bytes()).enumerate() {
            if index >= MAXIMUM_PARAMETERS {
                return Err(OauthError::request("there are more than 64 parameters"));
            }
            if all.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(OauthError::request("a parameter is there more than once"));
            }
        }
        Ok(Self(all))
    }

    /// Parameters that were read elsewhere.
    pub(crate) fn of(all: BTreeMap<String, String>) -> Result<Self, OauthError> {
        match all.len() > MAXIMUM_PARAMETERS {
            true => Err(OauthError::request("there are more than 64 parameters")),
            false => Ok(Self(all)),
        }
    }

    /// The parameters' names.
    pub(crate) fn all_names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A parameter's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A parameter that must be there.
    ///
    /// # Errors
    /// `invalid_request` names the one that is missing.
    pub fn need(&self, name: &'static str) -> Result<&str, OauthError> {
        self.get(name).ok_or_else(|| OauthError::request(format!("{name} is missing")))
    }

    /// Whether a parameter is there, if without a value.
    pub fn names(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_decoded_and_each_once() {
        let form = Form::parse(b"scope=a+b&state=%C3%A6&empty=").unwrap();
        assert_eq!(form.get("scope"), Some("a b"));
        assert_eq!(form.get("state"), Some("\u{e6}"));
        assert_eq!(form.get("empty"), None, "RFC 6749 section 3.1");
        assert!(form.names("empty"));
        assert_eq!(format!("{form:?}"), r#"{"empty", "scope", "state"}"#, "no values");
        assert_eq!(form.need("code").unwrap_err().description, "code is missing");
    }

    #[test]
    fn a_parameter_that_is_there_twice_and_too_many_are_refused() {
        for text in ["scope=a&scope=b", "scope=a&scope=a", "a&a"] {
            assert!(Form::parse(text.as_bytes()).is_err(), "{text}");
        }
        let many: Vec<String> = (0..65).map(|number| format!("p{number}=1")).collect();
        assert!(Form::parse(many.join("&").as_bytes()).is_err());
        assert!(Form::parse(b"a=\xff").is_err());
    }
}
