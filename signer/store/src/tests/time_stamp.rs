//! Time-stamps over the log.

use std::sync::Arc;

use audit::{AuditEvent, TimeStampedHead, VerifyError};
use cades::{
    Certificate,
    time_stamp::{TimeStampTrust, Token, TokenRefusal},
};
use qscd_sim::{SettableClock, Simulator, SimulatorOptions};
use seal::{Digest, TimeStampAuthority, TimeStampError, TimeStampTokenDer};

use super::*;

/// Why a time-stamp is not recorded.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error(transparent)]
    TimeStamp(#[from] TimeStampError),
    #[error(transparent)]
    Signature(#[from] cades::Error),
}

/// A simulator's authority.
fn simulator() -> Simulator {
    let clock = SettableClock::frozen_at(sample::now());
    Simulator::new(SimulatorOptions::new("http://localhost"), clock, Arc::new(())).unwrap()
}

/// Accepts what this unit made for the imprint.
fn accept(
    unit: &Certificate,
    token: &TimeStampTokenDer,
    imprint: &Digest,
) -> Result<(), cades::Error> {
    let token = Token::parse(token.as_bytes())?;
    token.verify(TimeStampTrust::Certificate(unit))?;
    if token.imprint() == imprint { Ok(()) } else { Err(TokenRefusal::OtherImprint.into()) }
}

fn certificate(simulator: &Simulator) -> Certificate {
    Certificate::parse(simulator.tsa_certificate()).unwrap()
}

async fn token(simulator: &Simulator, imprint: Digest) -> TimeStampTokenDer {
    simulator.time_stamping().time_stamp(imprint).await.unwrap()
}

async fn a_time_stamp_covers_what_stands_before_it(directory: Ground) {
    let store = open(&directory).await;
    let simulator = simulator();
    let unit = certificate(&simulator);
    let authority = simulator.time_stamping();
    seal(&store, &sample::application("erp")).await;
    assert_eq!(whole(&directory).await.time_stamped, None);
    let check = |token: &_, imprint: &_| accept(&unit, token, imprint);
    let head: Result<_, Refused> = store.time_stamp_head(&*authority, check, sample::now()).await;
    let head = head.unwrap();
    assert_eq!(head.sequence, 2);
    seal(&store, &sample::application("erp")).await;
    let time = sample::now().try_into().unwrap();
    assert_eq!(
        whole(&directory).await.time_stamped,
        Some(TimeStampedHead { record: 3, head, time })
    );
}

async fn a_token_of_another_authority_is_not_recorded(directory: Ground) {
    let store = open(&directory).await;
    let other = certificate(&simulator());
    let refused: Result<_, Refused> = store
        .time_stamp_head(
            &*simulator().time_stamping(),
            |token, imprint| accept(&other, token, imprint),
            sample::now(),
        )
        .await;
    assert!(matches!(refused, Err(Refused::Signature(_))), "{refused:?}");
    assert_eq!(store.head().await.unwrap().sequence, 0);
}

#[tokio::test]
async fn a_recorded_time_stamp_for_something_else_is_found() {
    let simulator = simulator();
    for other_head in [false, true] {
        let directory = DataDirectory::temporary().unwrap();
        let store = open(&directory).await;
        let mut head = seal(&store, &sample::application("erp")).await.audit;
        let imprint = if other_head {
            // The token fits its head, but the head never stood in this log.
            head.hash = AuditPosition::ORIGIN.hash;
            head.imprint()
        } else {
            sample::digest(b"something else")
        };
        let token = token(&simulator, imprint).await;
        store.record(&AuditEvent::HeadTimeStamped { head, token }, sample::now()).await.unwrap();
        let found = verify(&directory.database(), &sample::key(), None).await;
        assert!(
            matches!(
                found,
                Err(VerificationError::Broken(VerifyError::TimeStampDiffers { sequence: 3 }))
            ),
            "{found:?}"
        );
    }
}

contract! {
    a_time_stamp_covers_what_stands_before_it,
    a_token_of_another_authority_is_not_recorded,
}
