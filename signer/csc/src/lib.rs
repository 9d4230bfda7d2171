//! The API of the Cloud Signature Consortium (CSC): 1.0.4.0 under `/csc/v1`, 2.0 with additions of 2.2
//! under `/csc/v2`.
//!
//! Requests are read tolerantly, for real clients deviate ([`Parameters`]); answers are written as the
//! specification has them. What a SAD allows is an [`Authorisation`]. No input or output, no clock, no
//! word of who serves it.

mod algorithm;
mod authorisation;
mod credential;
mod document;
mod error;
mod further;
mod hash;
mod info;
mod later;
mod moment;
mod parameters;
mod request;
mod signed;
mod version;

pub use self::{
    algorithm::{AskedAlgorithm, key_algorithms, offers},
    authorisation::Authorisation,
    credential::{
        Authentication, CertificateFacts, CertificateStatus, CredentialInfo, KeyFacts, KeyStatus,
    },
    document::{
        DocumentContent, DocumentItem, DocumentsAnswer, DocumentsRequest, Envelope, Permission,
    },
    error::{Code, Error},
    further::{
        CreationRequest, LoginAnswer, LoginRequest, RevocationRequest, TimeStampAnswer,
        TimeStampRequest,
    },
    hash::read_hash,
    info::{Info, SignAlgorithms, SignatureFormats},
    later::{LaterAnswer, Mode, polled},
    moment::generalized,
    parameters::Parameters,
    request::{
        Activation, Certificates, CredentialsAnswer, Depth, Extension, HashSignature, ListRequest,
        SadAnswer, SignaturesAnswer,
    },
    signed::SignedAnswer,
    version::ApiVersion,
};
