//! Whether an address is its holder's: what is sent to it confirms it once, within a day.

use std::{sync::Arc, time::SystemTime};

use mail::Content;
use registry::{
    Identification, Kept, Order, OrderAct, OrderReference, OrderRefusal, OrderState, RegisteredId,
};
use seal::{Digest, DigestAlgorithm, OrganisationId};

use super::{
    Error, Service,
    letters::check_subject,
    ordered::{DAY_S, is_confirmed, keep, moment, record, row, seconds, settled},
};
use crate::{
    administration::{Administration, Snapshot},
    audit::{CertificateRecord, CertificateRow, CertificateStep, ChangedBy, hex, random},
    authentication::AuthenticationError,
    post::whatever_was,
    store::{FoundCheck, HeldLetter},
};

/// How often an address is asked for one order at most: nobody is pestered.
const MAXIMUM_CHECKS: u32 = 5;

/// How many orders one check lets go on. The others go on when they are asked about.
const MAXIMUM_ORDERS: u32 = 200;

/// A check that is good.
#[derive(Debug)]
pub(crate) struct OpenCheck {
    /// Who asks: the organisation's registered name.
    pub(crate) asks: String,
    /// Which address.
    pub(crate) address: String,
    id: String,
    hash: [u8; 32],
    organisation: Arc<Administration>,
}

impl Service {
    /// The check that is confirmed by what was sent, if it is good.
    ///
    /// # Errors
    /// [`Error`].
    pub(crate) async fn email_check(&self, shown: &str) -> Result<Option<OpenCheck>, Error> {
        let Some(hash) = hash_of(shown) else { return Ok(None) };
        let Some((number, id)) = self.store.check_of(&hash).await? else { return Ok(None) };
        let Some(organisation) = self.served(&number)? else { return Ok(None) };
        let found = organisation.tenant().email_check(&id).await?;
        let now = seconds(self.clock.now());
        let good = |check: &FoundCheck| check.confirmed.is_none() && check.ends > now;
        let Some(FoundCheck { id, address, .. }) = found.filter(good) else { return Ok(None) };
        let asks = organisation.snapshot().policy().organisation().registered_name.clone();
        Ok(Some(OpenCheck { asks, address, id, hash, organisation }))
    }

    /// Keeps that an address was confirmed, once, and lets the orders go on that waited for it; it goes on to its
    /// end when nobody waits for it.
    ///
    /// # Errors
    /// [`OrderRefusal::EmailNotConfirmed`] where the check is not good any more; [`Error`].
    pub(crate) async fn confirm_email(self: &Arc<Self>, check: OpenCheck) -> Result<(), Error> {
        let service = Arc::clone(self);
        let confirming = async move { settled!(service.confirmed(&check).await) };
        self.flights.run(confirming).await
    }

    async fn confirmed(&self, check: &OpenCheck) -> Result<(), Error> {
        let (time, organisation) = (self.clock.now(), &check.organisation);
        let (at, snapshot) = (seconds(time), organisation.snapshot());
        let (id, hash) = (check.id.clone(), check.hash);
        let mut rows = vec![CertificateRow::Confirmed { id, hash, at }];
        let waiting = organisation.tenant().orders_awaiting(&check.address, MAXIMUM_ORDERS).await?;
        for Kept { value, version } in waiting {
            // One that has ended meanwhile stays as it is.
            if let Ok(order) = value.after(OrderAct::ConfirmEmail, moment(time)?) {
                rows.push(row(&order, version.0.cast_signed())?);
                rows.extend(whatever_was(self.letters_of_order(&snapshot, &order, at)?));
            }
        }
        let confirmed = CertificateRecord::of(CertificateStep::EmailConfirmed, ChangedBy::Link);
        let confirmed = CertificateRecord { judged_by: Some(snapshot.revision()), ..confirmed };
        keep(organisation, &confirmed, rows, time).await
    }

    /// An order whose address is asked anew, and what is written with it. Where it was confirmed meanwhile, the
    /// order goes on.
    pub(super) async fn asked_again(
        &self,
        organisation: &Administration,
        snapshot: &Snapshot,
        order: &Order,
        time: SystemTime,
    ) -> Result<(Order, Vec<CertificateRow>), Error> {
        let (now, tenant) = (seconds(time), organisation.tenant());
        let state = order.state(moment(time)?);
        let waits = match state {
            OrderState::AwaitingEmail => true,
            // Its check may have become too old.
            OrderState::Ready => false,
            OrderState::AwaitingApproval
            | OrderState::Locked
            | OrderState::Issued
            | OrderState::Cancelled
            | OrderState::Expired => {
                return Err(refused(state));
            }
        };
        let confirmed = is_confirmed(tenant, order.email.as_deref(), now).await?;
        match (confirmed, waits) {
            (true, true) => {
                let order = order.after(OrderAct::ConfirmEmail, moment(time)?)?;
                let letters = self.letters_of_order(snapshot, &order, now)?;
                Ok((order, letters))
            }
            (true, false) => Err(refused(state)),
            (false, _) if order.email.is_none() => Err(refused(state)),
            (false, _) => {
                let writer = self.writer(snapshot, now).ok_or(OrderRefusal::AddressNotValidated)?;
                let subjects = (1..=MAXIMUM_CHECKS).map(|number| check_subject(order, number));
                let subjects: Vec<String> = subjects.collect();
                let sent = tenant.letters_about("email-check", &subjects).await?;
                let number = u32::try_from(sent).unwrap_or(MAXIMUM_CHECKS) + 1;
                if number > MAXIMUM_CHECKS {
                    return Err(OrderRefusal::ChecksSpent { most: MAXIMUM_CHECKS }.into());
                }
                Ok((order.clone(), writer.check(order, number)?.into_iter().collect()))
            }
        }
    }

    /// What the letter leads to: what confirms an address is made now, and only its hash is kept. Nothing where
    /// the letter is of no use any more.
    pub(super) async fn link_of(
        &self,
        letter: &HeldLetter,
        content: &Content,
    ) -> Result<Option<String>, Error> {
        let time = self.clock.now();
        let (wanted, checks) = match content {
            Content::EmailCheck { reference, .. } => (reference, true),
            Content::Collect { reference, .. } => (reference, false),
            Content::Digest { .. } => {
                return Ok(Some(format!("{}/administration/certificates", self.pages)));
            }
            Content::Certificate { .. } | Content::Contact { .. } | Content::EntryEnds { .. } => {
                return Ok(Some(format!("{}/", self.pages)));
            }
            Content::Invitation { person, .. } => {
                let whose = RegisteredId(person.clone());
                return self.link_of_invitation(letter, whose).await;
            }
        };
        let found = self.store.order_referred_to(&OrderReference(wanted.clone())).await?;
        let found = found.filter(|(number, _)| *number == letter.organisation);
        let Some((number, id)) = found else { return Ok(None) };
        let Some(organisation) = self.served(&number)? else { return Ok(None) };
        let order = organisation.tenant().order(&id).await?;
        let state = order.as_ref().map(|kept| moment(time).map(|now| kept.value.state(now)));
        match (state.transpose()?, checks) {
            (Some(OrderState::AwaitingEmail | OrderState::Ready), true) => {}
            (Some(OrderState::Ready), false) => {
                let by_login =
                    order.is_some_and(|kept| kept.value.identification == Identification::Login);
                return Ok(Some(match by_login {
                    true => format!("{}/me/certificates", self.pages),
                    false => format!("{}/collect/{wanted}", self.pages),
                }));
            }
            (Some(_) | None, _) => return Ok(None),
        }
        let shown = hex(&random::<16>().map_err(record)?);
        let hash = hash_of(&shown).ok_or(Error::Interrupted)?;
        let check = CertificateRow::Check {
            id: hex(&random::<16>().map_err(record)?),
            address: letter.address.clone(),
            hash,
            ends: seconds(time) + DAY_S,
        };
        let begun = CertificateRecord {
            order: Some(&id.0),
            ..CertificateRecord::of(CertificateStep::CheckBegun, ChangedBy::Link)
        };
        keep(&organisation, &begun, vec![check], time).await?;
        Ok(Some(format!("{}/email-checks/{shown}", self.pages)))
    }

    pub(super) fn served(
        &self,
        number: &OrganisationId,
    ) -> Result<Option<Arc<Administration>>, Error> {
        Ok(self.organisations.serving(number).map_err(AuthenticationError::from)?)
    }
}

fn refused(state: OrderState) -> Error {
    OrderRefusal::State { act: "asked about its address", state: state.name() }.into()
}

/// The hash under which what was sent is kept; nothing for what none of ours looks like: 128 random bits in
/// hexadecimal.
fn hash_of(shown: &str) -> Option<[u8; 32]> {
    let ours = shown.len() == 32
        && shown.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let mut hash = [0; 32];
    let digest = ours.then(|| Digest::of(DigestAlgorithm::Sha256, shown.as_bytes()))?;
    hash.iter_mut().zip(digest.as_bytes()).for_each(|(to, from)| *to = *from);
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_none_of_ours_looks_like_is_not_looked_for() {
        let shown = "0123456789abcdef0123456789abcdef";
        assert!(hash_of(shown).is_some());
        assert_ne!(hash_of(shown), hash_of(&shown.replace('0', "1")));
        for other in ["", &shown[1..], &shown.to_uppercase(), &format!("{shown}0"), "ø"] {
            assert_eq!(hash_of(other), None, "{other}");
        }
    }
}
