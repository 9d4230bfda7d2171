//! A key for a session ends with the session, and with the right that it stands on.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use seal::policy::Rule;
use tokio::time::sleep;

use super::{super::Service, SessionCredential, hash_only, unknown};
use crate::authentication::Authenticated;

/// How often it is asked whether a session goes on.
const WATCHED: Duration = Duration::from_secs(5);

impl Service {
    /// Ends a credential when its session does, or when its holder may not have it any more. What ends it
    /// otherwise, or lets go of it, ends this, too.
    pub(super) fn watch(
        self: &Arc<Self>,
        caller: Authenticated,
        credential: &Arc<SessionCredential>,
    ) {
        let (service, credential) = (Arc::downgrade(self), Arc::downgrade(credential));
        tokio::spawn(async move {
            loop {
                sleep(WATCHED).await;
                let (Some(service), Some(credential)) = (service.upgrade(), credential.upgrade())
                else {
                    return;
                };
                if credential.is_spent() || !service.goes_on(&caller, &credential) {
                    credential.end();
                    return;
                }
            }
        });
    }

    /// Whether a session goes on: it has not ended, and would be permitted again.
    fn goes_on(&self, caller: &Authenticated, credential: &SessionCredential) -> bool {
        let now: SystemTime = self.clock.now();
        let snapshot = caller.organisation.snapshot();
        let policy = snapshot.policy();
        let Some(profile) = policy.profile(credential.profile()) else { return false };
        let session = profile.for_session();
        let request = hash_only(&session, unknown(), 1);
        credential.is_live_at(now)
            && match policy.evaluate(&request, &session, &caller.caller, now) {
                Ok(approval) => credential.is_as_promised(approval.enrolment()),
                // A seal may be given back.
                Err(refusals) => refusals.are_of(Rule::MandateNotExhausted),
            }
    }
}
