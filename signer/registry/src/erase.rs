//! What is left of an entry when a person is erased.

use seal::PersonId;

use crate::{Actor, Entry};

/// What becomes of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erased {
    /// It does not name the person.
    Unnamed,
    /// It is the person's own and goes.
    Gone,
    /// It stays, and says that its maker was erased.
    Rewritten(Box<Entry>),
}

impl Entry {
    /// The entry without the person.
    pub fn without(self, person: &PersonId) -> Erased {
        let mut entry = self;
        let makers: Vec<&mut Actor> = match &mut entry {
            Self::Grant(grant) if grant.person == *person => return Erased::Gone,
            Self::Person(entry) if entry.is(person) => return Erased::Gone,
            Self::Person(entry) => vec![&mut entry.made_by],
            Self::Grant(grant) => vec![&mut grant.made_by],
            Self::Mandate(mandate) => vec![&mut mandate.made_by],
            Self::Profile(made) => vec![&mut made.made_by],
            Self::Organisation(founded) => vec![&mut founded.made_by],
            Self::Role(role) => vec![&mut role.made_by],
            Self::Application(application) => {
                let keys = application.keys.iter_mut().map(|key| &mut key.made_by);
                keys.chain([&mut application.made_by]).collect()
            }
        };
        let mut named = false;
        for maker in makers {
            if matches!(maker, Actor::Person(maker) if maker == person) {
                *maker = Actor::Erased;
                named = true;
            }
        }
        if named { Erased::Rewritten(Box::new(entry)) } else { Erased::Unnamed }
    }
}
