//! The time-stamping authority elsewhere that was looked at once.

use std::{
    ops::RangeInclusive,
    sync::{Arc, PoisonError, RwLock},
    time::SystemTime,
};

use cades::{
    Certificate, TrustAnchors,
    time_stamp::{TimeStampTrust, Token},
};
use seal::TimeStampTokenDer;

/// Remembers the path of the authority that stamped last, so that each further token costs the
/// verification of its own signature and not that of the path again.
#[derive(Debug, Default)]
pub(super) struct KnownAuthority(RwLock<Option<Arc<Known>>>);

#[derive(Debug)]
struct Known {
    certificate: Arc<Certificate>,
    /// When every certificate of the path is valid, the anchor's aside.
    valid: RangeInclusive<SystemTime>,
    /// Under which anchors the path was found.
    anchors: Arc<TrustAnchors>,
}

impl KnownAuthority {
    /// The certificate of the authority that made this token, if its path to one of `anchors` has
    /// been verified and holds at the token's time. The token's own signature is not verified.
    pub(super) fn of(
        &self,
        token: &TimeStampTokenDer,
        anchors: &Arc<TrustAnchors>,
    ) -> Option<Arc<Certificate>> {
        let token = Token::parse(token.as_bytes()).ok()?;
        let signer = token.signer_certificate()?;
        let last = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = last
            && Arc::ptr_eq(&known.anchors, anchors)
            && known.certificate.der() == signer.der()
        {
            return known.valid.contains(&token.gen_time()).then(|| Arc::clone(&known.certificate));
        }
        let verified = token.verify(TimeStampTrust::Anchors(anchors)).ok()?;
        let below = verified.below_anchor();
        let certificate = Arc::new(below.first()?.clone());
        let known = Known {
            valid: below.iter().map(Certificate::not_before).max()?
                ..=below.iter().map(Certificate::not_after).min()?,
            certificate: Arc::clone(&certificate),
            anchors: Arc::clone(anchors),
        };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(known));
        Some(certificate)
    }
}

#[cfg(test)]
mod tests {
    use qscd_sim::Simulator;
    use seal::{Digest, DigestAlgorithm};

    use super::*;

    async fn token(simulator: &Simulator) -> TimeStampTokenDer {
        let imprint = Digest::of(DigestAlgorithm::Sha256, b"signature");
        simulator.time_stamp_authority().time_stamp(imprint).await.unwrap()
    }

    fn anchors(simulator: &Simulator) -> Arc<TrustAnchors> {
        Arc::new(TrustAnchors::new([simulator.trust_anchor().clone()]).unwrap())
    }

    #[tokio::test]
    async fn an_authority_is_looked_at_once_under_the_same_anchors() {
        let (simulator, other) = (Simulator::start().unwrap(), Simulator::start().unwrap());
        let (known, trusted) = (KnownAuthority::default(), anchors(&simulator));
        let first = known.of(&token(&simulator).await, &trusted).unwrap();
        assert_eq!(*first.der(), simulator.tsa_certificate());
        let second = known.of(&token(&simulator).await, &trusted).unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        assert!(known.of(&token(&simulator).await, &anchors(&other)).is_none());
        assert!(known.of(&token(&other).await, &trusted).is_none());
        assert!(known.of(&TimeStampTokenDer::new(vec![0x30, 0]), &trusted).is_none());

        simulator.time_stamping().roll_over().unwrap();
        let next = known.of(&token(&simulator).await, &trusted).unwrap();
        assert_eq!(*next.der(), simulator.tsa_certificate());
        assert_ne!(next.der(), first.der());
    }

    #[tokio::test]
    async fn a_known_authoritys_token_still_needs_its_signature() {
        let simulator = Simulator::start().unwrap();
        let (known, trusted) = (KnownAuthority::default(), anchors(&simulator));
        let good = token(&simulator).await;
        known.of(&good, &trusted).unwrap();
        let mut spoilt = good.as_bytes().to_vec();
        *spoilt.last_mut().unwrap() ^= 1;
        for (der, holds) in [(good, true), (TimeStampTokenDer::new(spoilt), false)] {
            let authority = known.of(&der, &trusted).unwrap();
            let verified = Token::parse(der.as_bytes())
                .unwrap()
                .verify(TimeStampTrust::Certificate(&authority));
            assert_eq!(verified.is_ok(), holds);
        }
    }
}
