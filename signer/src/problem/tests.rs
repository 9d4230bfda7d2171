use std::collections::BTreeSet;

use seal::TimeStampError;

use super::*;
use crate::authentication::AuthenticationError;

#[test]
fn every_type_has_its_own_name_and_a_status_of_an_error() {
    let names: BTreeSet<&str> = ProblemType::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(names.len(), ProblemType::ALL.len());
    for kind in ProblemType::ALL {
        assert!(kind.status().is_client_error() || kind.status().is_server_error());
        assert!(!kind.title().is_empty());
    }
}

#[test]
fn the_documentation_lists_every_type() {
    let documentation = include_str!("../../../docs/api.md");
    for kind in ProblemType::ALL {
        let row = format!("| `{}` | {} |", kind.name(), kind.status().as_u16());
        assert!(documentation.contains(&row), "docs/api.md lacks {row}");
    }
}

#[test]
fn causes_inside_stay_inside() {
    let error = Error::TimeStamp(TimeStampError::Unavailable("10.0.0.7 refused".into()));
    let problem = Problem::from(&error);
    assert_eq!(problem.kind(), ProblemType::TimeStampUnavailable);
    assert!(!serde_json::to_string(&problem).unwrap().contains("10.0.0.7"));
}

#[test]
fn a_problem_is_a_problem_document() {
    let response = Error::from(AuthenticationError::Missing).into_response();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    assert_eq!(response.headers()[WWW_AUTHENTICATE], "Bearer realm=\"segl\"");
    assert_eq!(
        response.extensions().get::<ProblemType>(),
        Some(&ProblemType::AuthenticationRequired)
    );
}
