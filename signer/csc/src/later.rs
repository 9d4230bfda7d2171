//! Answers that come later: `operationMode` and `signatures/signPolling` (2.0 section 11.12).

use std::time::Duration;

use serde::Serialize;

use crate::{ApiVersion, Error, Parameters};

/// How long an answer is kept that nobody says anything of, and at most.
const LONGEST_KEPT: Duration = Duration::from_secs(600);

/// When a request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// When it is done (`operationMode` S).
    AtOnce,
    /// At once by a name, under which the answer is fetched (`operationMode` A).
    Later {
        /// How long the answer is kept: `validity_period`, ten minutes at most.
        kept: Duration,
    },
}

/// The answer to a request that is answered later.
#[derive(Clone, Serialize)]
pub struct LaterAnswer {
    /// The name under which the answer is fetched.
    #[serde(rename = "responseID")]
    pub response: String,
}

/// Without the name, by which the answer is had.
impl std::fmt::Debug for LaterAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LaterAnswer").finish_non_exhaustive()
    }
}

impl Mode {
    /// Reads when a request of this version is to be answered; version 1 has one way alone.
    ///
    /// # Errors
    /// [`Error`]; nobody is called back.
    pub(crate) fn read(parameters: &Parameters, version: ApiVersion) -> Result<Self, Error> {
        let mode = parameters.string(&["operationMode"])?;
        let is = |name: &str| mode.is_some_and(|mode| mode.eq_ignore_ascii_case(name));
        let called_back = parameters.string(&["response_uri", "responseURI"])?.is_some();
        match version {
            ApiVersion::V1 if mode.is_none() || is("S") => Ok(Self::AtOnce),
            ApiVersion::V2 if called_back => Err(Error::invalid("response_uri")),
            ApiVersion::V2 if mode.is_none() || is("S") => Ok(Self::AtOnce),
            ApiVersion::V2 if is("A") => {
                let asked = parameters.integer(&["validity_period", "validityPeriod"])?;
                let kept = match asked.map(u64::try_from) {
                    None => LONGEST_KEPT,
                    Some(Ok(asked @ 1..)) => Duration::from_millis(asked).min(LONGEST_KEPT),
                    Some(Ok(_) | Err(_)) => return Err(Error::invalid("validity_period")),
                };
                Ok(Self::Later { kept })
            }
            ApiVersion::V1 | ApiVersion::V2 => Err(Error::invalid("operationMode")),
        }
    }
}

/// `signatures/signPolling`: the name of the answer.
///
/// # Errors
/// [`Error`].
pub fn polled(parameters: &Parameters) -> Result<&str, Error> {
    parameters.required_string(&["requestID", "responseID"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str, version: ApiVersion) -> Result<Mode, Error> {
        Mode::read(&Parameters::parse(json.as_bytes()).unwrap(), version)
    }

    #[test]
    fn version_2_answers_later_and_keeps_the_answer_for_ten_minutes_at_most() {
        let kept = |milliseconds| Ok(Mode::Later { kept: Duration::from_millis(milliseconds) });
        for (json, expected) in [
            (r#"{}"#, Ok(Mode::AtOnce)),
            (r#"{"operationMode":null,"response_uri":null}"#, Ok(Mode::AtOnce)),
            (r#"{"operationMode":"s","validity_period":1}"#, Ok(Mode::AtOnce)),
            (r#"{"operationMode":"A"}"#, kept(600_000)),
            (r#"{"operationMode":"a","validity_period":1500}"#, kept(1500)),
            (r#"{"operationMode":"A","validityPeriod":"1500"}"#, kept(1500)),
            (r#"{"operationMode":"A","validity_period":9999999999}"#, kept(600_000)),
            (r#"{"operationMode":"A","validity_period":0}"#, Err("validity_period")),
            (r#"{"operationMode":"A","validity_period":-1}"#, Err("validity_period")),
            (r#"{"operationMode":"B"}"#, Err("operationMode")),
            (r#"{"operationMode":"A","response_uri":"https://a"}"#, Err("response_uri")),
            (r#"{"responseURI":"https://a"}"#, Err("response_uri")),
        ] {
            assert_eq!(read(json, ApiVersion::V2), expected.map_err(Error::invalid), "{json}");
        }
    }

    #[test]
    fn version_1_answers_at_once_alone() {
        for json in [r#"{}"#, r#"{"operationMode":"S","response_uri":"https://a"}"#] {
            assert_eq!(read(json, ApiVersion::V1), Ok(Mode::AtOnce), "{json}");
        }
        let refused = read(r#"{"operationMode":"A"}"#, ApiVersion::V1);
        assert_eq!(refused, Err(Error::invalid("operationMode")));
    }
}
