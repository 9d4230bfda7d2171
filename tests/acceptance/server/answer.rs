//! An HTTP answer, and the forms that it may have.

use reqwest::{RequestBuilder, Response, header::HeaderMap};
use serde_json::{Value, json};

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The answer, which must be a success.
    pub fn ok(self) -> Self {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text());
        self
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in: {}", self.text()))
    }

    /// A header's value; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("ASCII")).unwrap_or_default()
    }

    /// The body as an RFC 9457 problem document, whose form is checked.
    pub fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["status"], json!(self.status), "{problem}");
        for member in ["type", "title"] {
            assert!(problem[member].is_string(), "`{member}` is missing: {problem}");
        }
        problem
    }

    /// The rules that a policy refusal names.
    pub fn broken_rules(&self) -> Vec<String> {
        let problem = self.problem();
        let refusals = problem["refusals"].as_array().unwrap_or_else(|| panic!("{problem}"));
        let rule = |refusal: &Value| {
            assert!(refusal["explanation"].is_string(), "no explanation: {problem}");
            refusal["rule"].as_str().expect("a rule's name").to_owned()
        };
        refusals.iter().map(rule).collect()
    }
}

/// Sends a request and reads the answer.
pub async fn send(request: RequestBuilder) -> Answer {
    try_send(request).await.expect("the server answers")
}

/// Sends a request to a server that may be gone before it has answered.
pub async fn try_send(request: RequestBuilder) -> Result<Answer, reqwest::Error> {
    let response: Response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Answer { status, headers, body: response.bytes().await?.to_vec() })
}
