//! What a person is asked, as the device's own page shows it, and whether they answered.

use std::{collections::BTreeSet, time::SystemTime};

use seal::{
    ActivationEntry, ActivationId, ActivationRefusal, AuthenticatorOrder, Challenge, GivenEvidence,
    Means, NewPasskeyOrder, ProfileId,
};

use super::{
    activations::Activations,
    waiting::{Waiting, What},
};

/// What a person is asked.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) challenge: Challenge,
    pub(crate) ends: SystemTime,
    pub(crate) now: SystemTime,
    pub(crate) organization_identifier: String,
    /// A name by which the device knows the organisation.
    pub(crate) organisation_name: Option<String>,
    /// Under which name the certificate shows the person: of several, that of the passkey that answers. Nothing
    /// where the device knows none.
    pub(crate) person: Option<String>,
    /// The person's passkeys: of a signature those that may answer, of a new one those that it is not to be. None
    /// are named of a registration: an administrator's count, too.
    pub(crate) passkeys: Vec<Vec<u8>>,
    pub(crate) asked: Asked,
}

/// For what.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// A signature, by this profile, of each entry.
    Signature { profile: ProfileId, entries: Vec<ActivationEntry> },
    /// That a means signs from now on.
    Registration(AuthenticatorOrder),
    /// A new passkey.
    NewPasskey { order: NewPasskeyOrder, user_handle: [u8; 32] },
}

impl Activations {
    /// What is asked by this name; nothing once it is answered or over.
    pub(in crate::device) fn question(
        &self,
        id: &ActivationId,
        now: SystemTime,
    ) -> Option<Question> {
        let (challenge, ends, asked, organisation, person) = {
            let mut waiting = self.waiting();
            let Waiting { what, challenge, ends, .. } = waiting.living(id, now)?;
            let (asked, organisation, person) = match what {
                What::Activation { shown: Some(_), .. } => return None,
                What::Activation { order, left, shown: None } => {
                    let (profile, entries) = (order.profile.clone(), left.clone());
                    let asked = Asked::Signature { profile, entries };
                    (asked, order.organization_identifier.clone(), order.person.clone())
                }
                What::Registration(order) => {
                    let (organisation, person) =
                        (order.organization_identifier.clone(), order.person.clone());
                    (Asked::Registration(order.clone()), organisation, person)
                }
                What::NewPasskey { made: Some(_), .. } => return None,
                What::NewPasskey { order, user_handle, made: None } => {
                    let (organisation, person) =
                        (order.organization_identifier.clone(), order.person.clone());
                    let (order, user_handle) = (order.clone(), *user_handle);
                    let asked = Asked::NewPasskey { order, user_handle };
                    (asked, organisation, person)
                }
            };
            (*challenge, *ends, asked, organisation, person)
        };
        let known = self.authenticators.orders_of(&organisation, &person);
        let name = |given_name: &str, surname: &str| format!("{given_name} {surname}");
        let name = match &asked {
            Asked::Registration(order) => Some(name(&order.given_name, &order.surname)),
            Asked::NewPasskey { order, .. } => Some(name(&order.given_name, &order.surname)),
            Asked::Signature { .. } => {
                let names = known.iter().map(|one| name(&one.given_name, &one.surname));
                let names: Vec<_> = names.collect::<BTreeSet<_>>().into_iter().collect();
                (!names.is_empty()).then(|| names.join(" / "))
            }
        };
        let id_of = |order: &AuthenticatorOrder| match &order.means {
            Means::Passkey { credential_id, .. } => Some(credential_id.clone()),
            Means::Login { .. } => None,
        };
        let passkeys = match &asked {
            Asked::Signature { .. } | Asked::NewPasskey { .. } => {
                known.iter().filter_map(id_of).collect()
            }
            Asked::Registration(_) => Vec::new(),
        };
        Some(Question {
            challenge,
            ends,
            now,
            organization_identifier: organisation,
            organisation_name: None,
            person: name,
            passkeys,
            asked,
        })
    }

    /// The evidence that was accepted for an activation.
    pub(in crate::device) fn given(
        &self,
        id: &ActivationId,
        now: SystemTime,
    ) -> Result<Option<GivenEvidence>, ActivationRefusal> {
        let mut waiting = self.waiting();
        match waiting.living(id, now).map(|one| &one.what) {
            Some(What::Activation { shown, .. }) => Ok(shown.as_ref().map(|one| one.evidence)),
            Some(What::Registration(_) | What::NewPasskey { .. }) | None => {
                Err(ActivationRefusal::Unknown)
            }
        }
    }
}
