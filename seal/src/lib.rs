//! The ground floor of Segl: the domain's words, the ports, the certificate profiles and the seal
//! policy.
//!
//! Everything here is pure: no input or output, no async runtime, no clock of its own. Who needs
//! the time is given `now`.
#![warn(clippy::wildcard_enum_match_arm)]

mod act;
mod activation;
mod activator;
mod algorithm;
pub mod appearance;
mod caller;
mod certificate;
mod certification;
mod clock;
mod country;
mod credential;
mod digest;
mod effort;
mod enrolment;
mod facts;
mod foreign;
mod grant;
pub mod identity;
mod organisation;
mod pem;
pub mod policy;
mod profile;
mod qscd;
mod registration;
mod subject;
mod time_stamp;
mod unseen;
mod visible;

pub use act::{Act, Format, Level, Packaging};
pub use activation::{
    ACTIVATION_LIFETIME, Activation, ActivationEntry, ActivationEvidence, ActivationId,
    ActivationOrder, ActivationRefusal, AuthenticatorOrder, Backup, CROCKFORD, Challenge,
    DevicePage, EvidenceKind, GivenEvidence, IdentityToken, MAXIMUM_ACTIVATION_ENTRIES,
    MAXIMUM_CREDENTIAL_ID_LENGTH, MadePasskey, MandateId, Means, NewPasskeyOrder, PasskeyAssertion,
    PendingRegistration, PersonalEvidence, ReferenceCode, RegistrationGround, Sad,
};
pub use activator::Activator;
pub use algorithm::{RsaKeyLength, SignatureAlgorithm, UnknownAlgorithm};
pub use caller::{ApplicationId, Caller, Grantee};
pub use certificate::{CertificateDer, Chain};
pub use certification::Certification;
pub use clock::Clock;
pub use country::CountryCode;
pub use credential::CredentialId;
pub use digest::{Digest, DigestAlgorithm, DigestLengthError};
pub use effort::{Effort, EffortError, EffortLimits, Held, MemoryPool};
pub use enrolment::EnrolmentRequest;
pub use facts::{ActRequest, DocumentFacts};
pub use foreign::{Foreign, ForeignLines};
pub use grant::{Counted, Grant, Term};
pub use organisation::{CvrCheck, Organisation, OrganisationId};
pub use pem::pem;
pub use profile::{
    Assurance, CertificateProfile, CommonName, ContactPerson, OnTimestampFailure, ProfileId,
    ProfileKind,
};
pub use qscd::{
    Credential, CredentialEnd, EvidenceRefusal, Qscd, QscdError, SadRefusal, SignatureValue, ToSign,
};
pub use registration::{Registered, Registrar, Registration};
pub use subject::{
    MAXIMUM_ATTRIBUTE_LENGTH, OrganisationSubject, PersonId, PersonIdDefect, PersonName,
    PersonSubject, Subject,
};
pub use time_stamp::{TimeStampAuthority, TimeStampError, TimeStampTokenDer};
pub use unseen::{Reaction, Reactions, Unseen};
pub use visible::{ADDRESS_NAME, has_hidden, is_address_name, is_plain};
