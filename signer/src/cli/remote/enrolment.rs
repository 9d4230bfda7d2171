//! A server of EST (RFC 7030), as programs ask it.

use reqwest::{StatusCode, header::CONTENT_TYPE};
use seal::Foreign;

use super::{Remote, text};
use crate::cli::Failure;

/// The longest message, in bytes.
const MAXIMUM_MESSAGE_LENGTH: usize = 1 << 20;

impl Remote {
    /// What an operation of EST (RFC 7030) answers, decoded; with a certification request in Base64 it is asked
    /// for what it issues.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the service says no; [`Failure::Answer`] when it cannot, or is no service of EST.
    pub(in crate::cli) async fn enrolment(
        &self,
        operation: &str,
        request: Option<String>,
    ) -> Result<Vec<u8>, Failure> {
        let address = self.address(&format!(".well-known/est/{operation}"))?;
        let asked = match request {
            None => self.client.get(address),
            Some(request) => {
                self.client.post(address).header(CONTENT_TYPE, "application/pkcs10").body(request)
            }
        };
        let answer = asked.send().await?;
        let status = answer.status();
        let told = text(answer).await?;
        match status {
            StatusCode::OK => {
                let decoded = est::decoded(told.as_bytes(), MAXIMUM_MESSAGE_LENGTH);
                decoded.ok_or_else(|| Failure::Answer("no message of EST".to_owned()))
            }
            // What is wrong is said in plain text (RFC 7030 section 4.2.3).
            StatusCode::ACCEPTED | StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST => {
                Err(Failure::Refused(Foreign(told.trim_end()).to_string()))
            }
            _ => Err(Failure::Answer(format!("status {status} of EST"))),
        }
    }
}
