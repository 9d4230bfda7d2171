//! What may be asked of the register about people.

use seal::PersonId;

use super::Amended;
use crate::{AdministrativeAct, PersonState, RegisteredId, Role, Version};

/// One change of a person's entry that somebody asks for.
#[derive(Clone, Debug)]
pub enum PeopleCommand {
    /// A new entry, of somebody who is expected.
    Make(MakePerson),
    /// Another name, address, state or login.
    Change(ChangePerson),
    /// A passkey less.
    TakePasskey {
        /// Whose.
        id: RegisteredId,
        /// Which, by the credential's id.
        passkey: String,
    },
    /// A further login of theirs, at a provider.
    Link(LinkLogin),
    /// One of those less.
    Unlink {
        /// Whose.
        id: RegisteredId,
        /// Which, by [`RegisteredPerson::name_of_login`](crate::RegisteredPerson::name_of_login).
        login: String,
    },
    /// A role more.
    GiveRole(RoleOfPerson),
    /// A role less.
    TakeRole(RoleOfPerson),
}

/// A new person.
#[derive(Clone)]
pub struct MakePerson {
    /// The entry's name; random, made by whoever asks.
    pub id: RegisteredId,
    /// 32 random bytes in hexadecimal, made by whoever asks.
    pub salt: String,
    /// The given name, 1 to 200 characters.
    pub given_name: String,
    /// The family name, 1 to 200 characters.
    pub family_name: String,
    /// The e-mail address, at most 254 characters.
    pub email: Option<String>,
    /// Issuer and subject of the person's tokens.
    pub login: Option<PersonId>,
}

/// A change of a person's entry. What is `None` stays.
#[derive(Clone)]
pub struct ChangePerson {
    /// Whose.
    pub id: RegisteredId,
    /// The version that the caller read.
    pub expected: Version,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The e-mail address: a new one is not validated.
    pub email: Amended<String>,
    /// Whether the person is there.
    pub state: Option<PersonState>,
    /// Issuer and subject of the person's tokens.
    pub login: Amended<PersonId>,
}

/// A further login of a person.
#[derive(Clone)]
pub struct LinkLogin {
    /// Whose.
    pub id: RegisteredId,
    /// The version that the caller read.
    pub expected: Version,
    /// Issuer and subject of its ID tokens.
    pub login: PersonId,
}

/// A role of a person.
#[derive(Clone, Debug)]
pub struct RoleOfPerson {
    /// Whose.
    pub id: RegisteredId,
    /// The version that the caller read.
    pub expected: Version,
    /// Which.
    pub role: Role,
}

impl PeopleCommand {
    /// Whether somebody may do more afterwards than before, or comes in.
    pub(super) fn gives_power(&self) -> bool {
        match self {
            Self::Change(wanted) => {
                wanted.state == Some(PersonState::Active) || wanted.login != Amended::Kept
            }
            Self::GiveRole(_) | Self::Link(_) => true,
            Self::Make(_) | Self::TakePasskey { .. } | Self::Unlink { .. } | Self::TakeRole(_) => {
                false
            }
        }
    }

    /// What somebody must be permitted to ask for this.
    pub fn needs(&self) -> AdministrativeAct {
        match self {
            Self::Make(_)
            | Self::Change(_)
            | Self::TakePasskey { .. }
            | Self::Link(_)
            | Self::Unlink { .. } => AdministrativeAct::ChangePeople,
            Self::GiveRole(_) | Self::TakeRole(_) => AdministrativeAct::ChangeRoles,
        }
    }
}

macro_rules! names_nobody {
    ($($type:ident),*) => {$(
        /// It names no person.
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type)).field("id", &self.id).finish_non_exhaustive()
            }
        }
    )*};
}

names_nobody!(MakePerson, ChangePerson, LinkLogin);
