//! A problem as the service tells it (RFC 9457), over HTTP or in this process.

use std::fmt;

use seal::Foreign;
use serde::Deserialize;

use crate::problem::Problem;

/// What the service says when it does not do as asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct ToldProblem {
    title: String,
    status: u16,
    #[serde(default)]
    detail: Option<String>,
    #[serde(default)]
    refusals: Vec<ToldRefusal>,
}

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct ToldRefusal {
    rule: String,
    explanation: String,
}

impl ToldProblem {
    /// Whether the service understood and said no. Otherwise the request was wrong, or the
    /// service could not answer it.
    pub(super) fn is_refusal(&self) -> bool {
        match self.status {
            400 | 405 | 408 | 415 | 429 => false,
            status => (400..500).contains(&status),
        }
    }

    /// Every broken rule, one to a line.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let line = |refusal: &ToldRefusal| {
            format!("{}: {}", Foreign(&refusal.rule), Foreign(&refusal.explanation))
        };
        self.refusals.iter().map(line)
    }
}

/// The detail, which says more than the title; when there are rules, they say it all.
impl fmt::Display for ToldProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.detail {
            Some(detail) if self.refusals.is_empty() => write!(f, "{}", Foreign(detail)),
            Some(_) | None => write!(f, "{}", Foreign(&self.title)),
        }
    }
}

impl From<Problem> for ToldProblem {
    fn from(problem: Problem) -> Self {
        let refusals = problem.refusals().iter().map(|refusal| ToldRefusal {
            rule: refusal.rule.name().to_owned(),
            explanation: refusal.explanation.clone(),
        });
        Self {
            title: problem.kind().title().to_owned(),
            status: problem.kind().status().as_u16(),
            detail: Some(problem.detail().to_owned()),
            refusals: refusals.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use seal::{ProfileId, QscdError};

    use super::*;
    use crate::Error;

    fn told(error: &Error) -> ToldProblem {
        Problem::from(error).into()
    }

    #[test]
    fn what_is_told_here_is_what_http_tells() {
        let problem = Problem::from(&Error::ProfileUnknown(ProfileId::new("nowhere")));
        let wire = serde_json::to_string(&problem).unwrap();
        assert_eq!(ToldProblem::from(problem), serde_json::from_str(&wire).unwrap());
    }

    #[test]
    fn a_refusal_is_not_a_failure() {
        let encrypted = told(&Error::Document(pades::Error::Encrypted));
        assert!(encrypted.is_refusal());
        let text = "the document is encrypted and opens only with its password";
        assert_eq!(encrypted.to_string(), text);
        assert!(!told(&Error::Device(QscdError::AtCapacity)).is_refusal());
        assert!(told(&Error::ProfileUnknown(ProfileId::new("nowhere"))).is_refusal());
    }

    #[test]
    fn every_broken_rule_has_its_line() {
        let wire = r#"{"type":"urn:x","title":"The seal policy refuses the act","status":403,
            "detail":"the seal policy refuses: a; b","refusals":[
            {"rule":"caller-has-grant","explanation":"a"},
            {"rule":"level-allowed","explanation":"b"}]}"#;
        let told: ToldProblem = serde_json::from_str(wire).unwrap();
        assert_eq!(told.to_string(), "The seal policy refuses the act");
        let lines: Vec<String> = told.lines().collect();
        assert_eq!(lines, ["caller-has-grant: a", "level-allowed: b"]);
    }
}
