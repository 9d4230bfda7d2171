//! Certificates, revocation lists and OCSP answers by profile (`docs/certificate-profiles.md`), and
//! the keys that sign them.
//!
//! Nothing here is remembered, and neither time nor randomness is taken from anywhere: who issued
//! what, what was revoked and which key comes next is the caller's to know.

mod addresses;
mod assurance;
mod certified;
mod country;
mod error;
pub mod extension;
mod holder_certificate;
mod holder_key;
mod issuing_ca_certificate;
mod key;
mod key_form;
mod leaf_certificate;
mod leaf_profiles;
mod leaf_terms;
mod mailbox;
pub mod moment;
mod name;
mod ocsp;
pub mod oid;
mod organisation_certificate;
mod person_certificate;
mod responder_certificate;
mod revocation;
mod revocation_list;
mod root_certificate;
mod seal_certificate;
mod serial_number;
mod system_certificate;
mod tsa_certificate;
mod user_certificate;
mod validity;

pub use self::{
    addresses::{Addresses, LeafAddresses},
    certified::certify,
    country::Country,
    error::Error,
    holder_certificate::{HolderTerms, HolderUses},
    holder_key::HolderKey,
    issuing_ca_certificate::IssuingCaCertificate,
    key::{AuthorityKey, Curve, KeyElsewhere, key_identifier},
    leaf_certificate::{LeafCertificate, LeafIssuer, LeafKeyUsage},
    leaf_profiles::LeafProfiles,
    leaf_terms::LeafTerms,
    name::{IssuerName, Name, NameAttribute},
    ocsp::{Answer, CertificateId, OcspUntruth, Request, Responder, ResponseStatus, Status},
    organisation_certificate::OrganisationCertificate,
    responder_certificate::ResponderCertificate,
    revocation::{Revocation, RevocationReason},
    revocation_list::{ListIssuer, RevocationList},
    root_certificate::RootCertificate,
    serial_number::{RANDOM_LENGTH, SERIAL_NUMBER_LENGTH, SerialNumbers},
    system_certificate::SystemCertificate,
    tsa_certificate::TsaCertificate,
    user_certificate::UserCertificate,
    validity::Validity,
};
