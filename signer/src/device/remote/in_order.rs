//! Several time-stamping authorities: the next is asked when one gives no time-stamp.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use seal::{Digest, TimeStampAuthority, TimeStampError, TimeStampTokenDer};

/// Time-stamping authorities in the order in which they are asked.
#[derive(Debug)]
pub struct TimeStampingInOrder(Vec<Arc<dyn TimeStampAuthority>>);

impl TimeStampingInOrder {
    /// Asks the first of `authorities` first.
    pub fn new(authorities: Vec<Arc<dyn TimeStampAuthority>>) -> Self {
        Self(authorities)
    }

    async fn ask(
        &self,
        imprint: Digest,
        nonce: Option<u128>,
    ) -> Result<TimeStampTokenDer, TimeStampError> {
        let mut failed = Vec::with_capacity(self.0.len());
        for authority in &self.0 {
            let asked = match nonce {
                None => authority.time_stamp(imprint),
                Some(nonce) => authority.time_stamp_with(imprint, nonce),
            };
            match asked.await {
                Ok(token) => return Ok(token),
                Err(error) => {
                    let number = failed.len() + 1;
                    tracing::warn!(number, cause = %error, "no time-stamp from this authority");
                    failed.push(error);
                }
            }
        }
        let causes: Vec<String> = failed.iter().map(ToString::to_string).collect();
        let causes = causes.join("; ");
        // One that is silent may answer later; if all answer wrongly, none will.
        if !failed.is_empty() && failed.iter().all(|one| matches!(one, TimeStampError::Invalid(_)))
        {
            return Err(TimeStampError::Invalid(causes));
        }
        Err(TimeStampError::Unavailable(causes))
    }
}

impl TimeStampAuthority for TimeStampingInOrder {
    fn time_stamp(
        &self,
        imprint: Digest,
    ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>> {
        Box::pin(self.ask(imprint, None))
    }

    fn time_stamp_with(
        &self,
        imprint: Digest,
        nonce: u128,
    ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>> {
        Box::pin(self.ask(imprint, Some(nonce)))
    }

    fn maximum_token_length(&self) -> usize {
        self.0.iter().map(|authority| authority.maximum_token_length()).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use seal::DigestAlgorithm;

    use super::*;

    #[derive(Debug)]
    struct Fixed(usize, Result<u8, TimeStampError>);

    impl TimeStampAuthority for Fixed {
        fn time_stamp(
            &self,
            _: Digest,
        ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>> {
            let answer = self.1.clone().map(|byte| TimeStampTokenDer::new(vec![byte]));
            Box::pin(async move { answer })
        }

        fn time_stamp_with(
            &self,
            imprint: Digest,
            _: u128,
        ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>> {
            self.time_stamp(imprint)
        }

        fn maximum_token_length(&self) -> usize {
            self.0
        }
    }

    async fn asked(authorities: &[Result<u8, TimeStampError>]) -> Result<Vec<u8>, TimeStampError> {
        let fixed = |(at, answer): (usize, &Result<u8, _>)| {
            Arc::new(Fixed(at, answer.clone())) as Arc<dyn TimeStampAuthority>
        };
        let all = TimeStampingInOrder::new(authorities.iter().enumerate().map(fixed).collect());
        assert_eq!(all.maximum_token_length(), authorities.len() - 1);
        let imprint = Digest::of(DigestAlgorithm::Sha256, b"");
        all.time_stamp(imprint).await.map(|token| token.as_bytes().to_vec())
    }

    #[tokio::test]
    async fn the_first_that_answers_counts() {
        let down = || Err(TimeStampError::Unavailable("down".into()));
        let wrong = || Err(TimeStampError::Invalid("wrong".into()));
        let refusing = || Err(TimeStampError::Rejected("no".into()));
        assert_eq!(asked(&[Ok(1), Ok(2)]).await, Ok(vec![1]));
        assert_eq!(asked(&[down(), wrong(), refusing(), Ok(4), Ok(5)]).await, Ok(vec![4]));
        let unavailable = asked(&[wrong(), down()]).await;
        assert!(
            matches!(unavailable, Err(TimeStampError::Unavailable(why)) if why.contains("wrong"))
        );
        assert!(matches!(asked(&[wrong(), wrong()]).await, Err(TimeStampError::Invalid(_))));
    }
}
