//! Time-stamps over the log.

use std::time::SystemTime;

use cades::time_stamp::{TimeStampTrust, Token, TokenRefusal};
use seal::TimeStampAuthority;

use super::Store;
use crate::{
    Error,
    audit::{AuditEvent, AuditPosition},
};

impl Store {
    /// Has the log as it stands time-stamped and records the token, so that whoever has the key
    /// cannot write an older log anew. Answers what was covered.
    ///
    /// # Errors
    /// [`Error::TimeStamp`] when no token came; [`Error::Signature`] for a token that is not
    /// `trust`ed or covers something else; [`Error::Audit`] when the log could not be written.
    pub async fn time_stamp_head(
        &self,
        authority: &dyn TimeStampAuthority,
        trust: TimeStampTrust<'_>,
        now: SystemTime,
    ) -> Result<AuditPosition, Error> {
        let head = self.flush().await?;
        let token = authority.time_stamp(head.imprint()).await?;
        accepted(token.as_bytes(), head, trust).map_err(cades::Error::from)?;
        self.record(&AuditEvent::HeadTimeStamped { head, token }, now).await?;
        Ok(head)
    }
}

fn accepted(
    token: &[u8],
    head: AuditPosition,
    trust: TimeStampTrust<'_>,
) -> Result<(), TokenRefusal> {
    let token = Token::parse(token)?;
    token.verify(trust)?;
    if *token.imprint() == head.imprint() { Ok(()) } else { Err(TokenRefusal::OtherImprint) }
}
