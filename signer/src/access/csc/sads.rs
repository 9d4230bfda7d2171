//! Signature activation data that were handed out: opaque handles, of which only the hashes are kept.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use csc::Authorisation;
use seal::{Digest, OrganisationId};

use super::{Asker, BearerHash, Failure, bearer::bearer_hash, wallets::holder};
use crate::{audit, authentication::Authenticated, service::RequestError};

/// What handles begin with: they are told from tokens by it where they come in the place of one, and found
/// where they do not belong.
const PREFIX: &str = "segl_sad_";

/// How many characters follow: 256 bits in base64url.
const LENGTH: usize = 43;

/// How long activation data can be used, in seconds.
pub(super) const SAD_LIFETIME_S: u64 = 300;

/// How many hashes are authorised for one holder at once, a handle counting as one, too.
const MAXIMUM_OF_ONE: usize = 10_000;

/// How many for all holders of an organisation.
const MAXIMUM_OF_ORGANISATION: usize = 50_000;

/// How often what cannot be used any more is looked for.
const SWEPT: Duration = Duration::from_secs(60);

/// The activation data that can be used. Nobody's are let go for another's.
#[derive(Debug, Default)]
pub(super) struct Sads(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    by_hash: HashMap<BearerHash, Arc<IssuedSad>>,
    organisations: HashMap<OrganisationId, HashMap<String, HeldOfOne>>,
    swept: Option<SystemTime>,
}

/// By what those of one holder are found, and what they weigh.
#[derive(Debug, Default)]
struct HeldOfOne {
    hashes: HashSet<BearerHash>,
    weight: usize,
}

/// What one handle allows, and whom.
#[derive(Debug)]
pub(super) struct IssuedSad {
    organisation: OrganisationId,
    holder: String,
    bearer: BearerHash,
    shown_as: ShownAs,
    credential: String,
    expires: SystemTime,
    weight: usize,
    authorisation: Mutex<Authorisation<Digest>>,
}

/// As what activation data are shown.
#[derive(Debug)]
enum ShownAs {
    /// A handle, beside what its bearer bore or in the place of that: an application's.
    Application(Box<Authenticated>),
    /// A handle, beside what its bearer bore alone: a person's.
    Person,
    /// A token, which says the same whenever it is shown: that it was spent is remembered until its end.
    Token,
}

impl Sads {
    /// Hands out a handle for this: 256 random bits.
    ///
    /// # Errors
    /// [`Failure`] without randomness, and when as much is authorised already as may be at once.
    pub(super) fn issue(
        &self,
        asker: &Asker,
        credential: &str,
        authorisation: Authorisation<Digest>,
        (now, expires): (SystemTime, SystemTime),
    ) -> Result<String, Failure> {
        let handle = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(audit::random::<32>()?));
        let shown_as = match asker.caller.caller.person() {
            None => ShownAs::Application(Box::new(asker.caller.clone())),
            Some(_) => ShownAs::Person,
        };
        let issued = IssuedSad {
            organisation: asker.caller.organisation.organisation().clone(),
            holder: holder(asker),
            bearer: asker.bearer,
            shown_as,
            credential: credential.to_owned(),
            expires,
            weight: authorisation.hashes().saturating_add(1),
            authorisation: Mutex::new(authorisation),
        };
        self.held().keep(bearer_hash(&handle), issued, now)?;
        Ok(handle)
    }

    /// What a token allows that stands for a consent; it is the same each time. `bearer` is its hash.
    ///
    /// # Errors
    /// [`Failure`] when as much is authorised already as may be at once.
    pub(super) fn of_token(
        &self,
        asker: &Asker,
        (credential, bearer): (&str, BearerHash),
        hashes: Vec<Digest>,
        (now, expires): (SystemTime, SystemTime),
    ) -> Result<Arc<IssuedSad>, Failure> {
        let (organisation, holder) = (asker.caller.organisation.organisation(), holder(asker));
        let mut held = self.held();
        if let Some(found) = held.by_hash.get(&bearer) {
            let found = Some(found).filter(|one| one.is_of(organisation, &holder));
            return Ok(found.cloned().ok_or_else(csc::Error::sad)?);
        }
        let authorisation = Authorisation::new(hashes.len(), hashes)?;
        let issued = IssuedSad {
            organisation: organisation.clone(),
            holder,
            bearer,
            shown_as: ShownAs::Token,
            credential: credential.to_owned(),
            expires,
            weight: authorisation.hashes().saturating_add(1),
            authorisation: Mutex::new(authorisation),
        };
        Ok(held.keep(bearer, issued, now)?)
    }

    /// The application to which the handle with this hash was handed out, if it can be used still.
    pub(super) fn asker(&self, handle: &BearerHash, now: SystemTime) -> Option<Asker> {
        let issued = self.held().by_hash.get(handle).cloned()?;
        match &issued.shown_as {
            ShownAs::Application(caller) if now < issued.expires => {
                Some(Asker { caller: (**caller).clone(), bearer: issued.bearer })
            }
            ShownAs::Application(_) | ShownAs::Person | ShownAs::Token => None,
        }
    }

    /// What the handle with this hash allows, if it was handed out to this very bearer, and for this
    /// credential where one is named.
    ///
    /// # Errors
    /// [`csc::Error`]; it does not say which handles there are.
    pub(super) fn find(
        &self,
        asker: &Asker,
        credential: Option<&str>,
        handle: &BearerHash,
        now: SystemTime,
    ) -> Result<Arc<IssuedSad>, csc::Error> {
        let organisation = asker.caller.organisation.organisation();
        let issued = self.held().by_hash.get(handle).cloned();
        let issued = issued.filter(|one| one.is_of(organisation, &holder(asker)));
        let issued = issued.ok_or_else(csc::Error::sad)?;
        let is_other = credential.is_some_and(|named| issued.credential != named);
        if issued.bearer != asker.bearer || is_other {
            return Err(csc::Error::sad());
        }
        if now >= issued.expires {
            return Err(csc::Error::sad_expired());
        }
        Ok(issued)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// # Errors
    /// [`RequestError::TooMany`] when the holder, or its organisation, has as much as may be.
    fn keep(
        &mut self,
        hash: BearerHash,
        issued: IssuedSad,
        now: SystemTime,
    ) -> Result<Arc<IssuedSad>, RequestError> {
        let Self { by_hash, organisations, swept } = self;
        if swept.is_none_or(|swept| now.duration_since(swept).is_ok_and(|ago| ago >= SWEPT)) {
            *swept = Some(now);
            // One that has expired is told so for as long again.
            let told = Duration::from_secs(SAD_LIFETIME_S);
            for holders in organisations.values_mut() {
                sweep(holders, by_hash, |one| now < one.expires + told);
            }
            organisations.retain(|_, holders| !holders.is_empty());
        }
        let holders = organisations.entry(issued.organisation.clone()).or_default();
        if !has_room(holders, &issued) {
            sweep(holders, by_hash, |one| now < one.expires && !one.is_done());
            if !has_room(holders, &issued) {
                return Err(RequestError::TooMany);
            }
        }
        let of_one = holders.entry(issued.holder.clone()).or_default();
        of_one.weight += issued.weight;
        of_one.hashes.insert(hash);
        let issued = Arc::new(issued);
        by_hash.insert(hash, Arc::clone(&issued));
        Ok(issued)
    }
}

fn has_room(holders: &HashMap<String, HeldOfOne>, next: &IssuedSad) -> bool {
    let all: usize = holders.values().map(|one| one.weight).sum();
    let own = holders.get(&next.holder).map_or(0, |one| one.weight);
    own + next.weight <= MAXIMUM_OF_ONE && all + next.weight <= MAXIMUM_OF_ORGANISATION
}

/// Lets go of what one organisation's holders have and is not kept; what others have is not looked at.
fn sweep(
    holders: &mut HashMap<String, HeldOfOne>,
    by_hash: &mut HashMap<BearerHash, Arc<IssuedSad>>,
    is_kept: impl Fn(&IssuedSad) -> bool,
) {
    holders.retain(|_, of_one| {
        of_one.weight = 0;
        of_one.hashes.retain(|hash| {
            let kept = by_hash.get(hash).filter(|one| is_kept(one)).map(|one| one.weight);
            of_one.weight += kept.unwrap_or_default();
            if kept.is_none() {
                by_hash.remove(hash);
            }
            kept.is_some()
        });
        !of_one.hashes.is_empty()
    });
}

impl IssuedSad {
    /// The credential that it is for.
    pub(super) fn credential(&self) -> &str {
        &self.credential
    }

    /// Does something with what is allowed; nobody else can meanwhile.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Authorisation<Digest>) -> T) -> T {
        act(&mut self.authorisation.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_of(&self, organisation: &OrganisationId, holder: &str) -> bool {
        self.organisation == *organisation && self.holder == holder
    }

    /// Whether it is spent, and nobody has to know.
    fn is_done(&self) -> bool {
        match self.shown_as {
            ShownAs::Application(_) | ShownAs::Person => {
                self.with(|authorisation| authorisation.left() == 0)
            }
            ShownAs::Token => false,
        }
    }
}

/// Whether a bearer value is activation data rather than a key or a token.
pub fn is_sad(bearer: &str) -> bool {
    bearer.strip_prefix(PREFIX).is_some_and(|rest| rest.len() == LENGTH)
}

#[cfg(test)]
mod tests;
