//! The device's protocol over HTTP, version 1: what stands in the bodies under `/qscd/v1`.
//!
//! Bytes are base64 (RFC 4648 section 4). `docs/simulator.md` describes the calls. The service's
//! remote adapter and the simulator share these types.

mod activation;
mod base64;
mod body;
mod destruction;
mod destruction_page;
mod new_passkey;
mod proof;
mod refusal;
mod registration;
mod secret_text;

pub use self::{
    activation::{
        Accepted, ActivationRequest, ActivationState, GivenByPerson, ListedDocument, MeansEvidence,
        MeansRegistered, MeansRequest, MeansState, PersonalMeans, Waiting,
    },
    base64::Base64,
    body::{
        Authorisation, AuthorisationOrder, DeviceDescription, EnrolledCredential, EnrolmentOrder,
        Evidence, MAXIMUM_BODY_LENGTH, MAXIMUM_GENERATIONS, SignatureOrder, Signatures,
        SignedInput,
    },
    destruction::{Destruction, DestructionCause, DestructionReason},
    destruction_page::{DestructionPage, KEPT_DESTRUCTIONS, MAXIMUM_DESTRUCTIONS},
    new_passkey::{NewPasskey, NewPasskeyRequest, NewPasskeyState, NewPasskeyWaiting, ToldPage},
    proof::{
        DestructionHead, EventProofError, destruction_hash, head_to_sign, verify_destructions,
    },
    refusal::{Refusal, RefusalCode},
    registration::{Acknowledgement, FIRST_PREVIOUS, registered},
    secret_text::SecretText,
};
