//! Why a command is refused.

use seal::{ApplicationId, OrganisationId, ProfileId};

use crate::{ClientId, KeyId, MandateId, PersonGrantId, RegisteredId, Version};

/// Why the register does not change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryRefusal {
    /// None of the caller's roles may do this.
    #[error("none of the caller's roles may {0}")]
    NotPermitted(&'static str),
    /// Nobody gives a right to themselves.
    #[error("nobody gives a right to themselves")]
    OwnRight,
    /// An application that holds a role has its keys made and taken by itself and by the operator
    /// alone.
    #[error("an application that holds a role makes and takes its own keys, and nobody else does")]
    HoldsRole,
    /// The organisation is there already.
    #[error("there is an organisation {0} already")]
    OrganisationExists(OrganisationId),
    /// Nobody takes their own last role, blocks or erases themselves.
    #[error("nobody takes their own last role, blocks or erases themselves")]
    OwnLastRole,
    /// Somebody who answers for the organisation stays.
    #[error("nobody would be left who administers the organisation")]
    LastAdministrator,
    /// Whoever comes with another login would hold the roles.
    #[error("the person holds roles: take them before the login is changed")]
    PersonHoldsRole,
    /// Whoever comes with the old login would hold the grants, whatever becomes of the person.
    #[error("grants stand for the person's login: revoke them before the login is changed")]
    PersonHoldsGrant,
    /// The login is what keeps the person out.
    #[error("the person is blocked or has left: their login keeps them out, and stays")]
    PersonBarred,
    /// Another person has this login.
    #[error("another person of the organisation has this login")]
    LoginTaken,
    /// There is such a passkey already.
    #[error("this passkey is registered already")]
    PasskeyTaken,
    /// There is no such passkey.
    #[error("the person has no such passkey")]
    PasskeyUnknown,
    /// There is no such further login.
    #[error("the person has no such login")]
    LinkUnknown,
    /// Nobody locks themselves out.
    #[error("nobody takes their own last way to log in")]
    LastLogin,
    /// There is no such person.
    #[error("there is no person {}", .0.0)]
    PersonUnknown(RegisteredId),
    /// The operator made no such organisation.
    #[error("there is no such organisation but the configuration file's")]
    OrganisationUnknown,
    /// There is no such application.
    #[error("there is no application {}", .0.as_str())]
    ApplicationUnknown(ApplicationId),
    /// The name is taken.
    #[error("there is an application {} already", .0.as_str())]
    ApplicationExists(ApplicationId),
    /// There is no such key.
    #[error("the application has no key {}", .0.0)]
    KeyUnknown(KeyId),
    /// There is no such OAuth client.
    #[error("the application has no client {}", .0.0)]
    ClientUnknown(ClientId),
    /// There is no such grant.
    #[error("there is no grant {}", .0.0)]
    GrantUnknown(PersonGrantId),
    /// There is no such mandate.
    #[error("there is no mandate {}", .0.0)]
    MandateUnknown(MandateId),
    /// The name is taken.
    #[error("there is a certificate profile {0} already")]
    ProfileExists(ProfileId),
    /// There are terms of certificates beside the profile.
    #[error("there are terms of certificates beside the profile {0} already")]
    TermsExist(ProfileId),
    /// There are no terms of certificates beside the profile.
    #[error("there are no terms of certificates beside the profile {0}")]
    TermsUnknown(ProfileId),
    /// Names of certificates are told apart.
    #[error("the certificates of the profile {0} bear this name already, or one that reads alike")]
    CertificateNameTaken(ProfileId),
    /// There is no such certificate profile.
    #[error("there is no certificate profile {0}")]
    ProfileUnknown(ProfileId),
    /// The configuration file says it, and only the file changes it.
    #[error("{0} stands in the configuration file, and is changed there")]
    ManagedByFile(&'static str),
    /// It was changed since the caller read it.
    #[error("it was changed since: its version is {present}, not {expected}")]
    VersionPassed {
        /// The version that the caller read.
        expected: Version,
        /// The one it has.
        present: Version,
    },
    /// It has ended already.
    #[error("{0} has ended already")]
    Ended(&'static str),
    /// A text, list or moment is not as it must be.
    #[error("{field}: {cause}")]
    Invalid {
        /// The field of the request.
        field: &'static str,
        /// What would be right.
        cause: &'static str,
    },
    /// There are as many as there may be.
    #[error("there are {most} {what} already, and no more are kept")]
    Full {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        most: usize,
    },
}
