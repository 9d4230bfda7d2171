//! The types of problems: name, title and status of each.

/// Where the types' names are resolved against; `docs/api.md` lists them.
const BASE: &str = "urn:segl:problem:";

/// What kind of problem it is. Clients rely on the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemType {
    /// No API key and no person's token was sent.
    AuthenticationRequired,
    /// The API key or the person's token is not accepted.
    CredentialsInvalid,
    /// There is nothing at this address.
    NotFound,
    /// The address does not know this method.
    MethodNotAllowed,
    /// The request is malformed.
    RequestMalformed,
    /// The body's content type is not accepted.
    ContentTypeNotAccepted,
    /// The body is too long.
    BodyTooLarge,
    /// The request took too long.
    RequestTooSlow,
    /// Too many requests came without a key.
    TooManyRequests,
    /// The service is busy or stopping.
    Busy,
    /// There is no such certificate profile.
    ProfileUnknown,
    /// The profile has no such appearance.
    AppearanceUnknown,
    /// The seal policy refuses the act.
    RefusedByPolicy,
    /// The level is not offered.
    LevelNotOffered,
    /// The document is no PDF.
    DocumentNotPdf,
    /// Bytes stand before the PDF header.
    DocumentLeadingBytes,
    /// The PDF is damaged; only a repair could read it.
    DocumentDamaged,
    /// The PDF's structure cannot take a signature.
    DocumentNotSignable,
    /// The PDF is encrypted in a way that is not supported.
    DocumentEncrypted,
    /// The PDF opens only with its password, and none was given.
    PasswordRequired,
    /// The PDF does not open with the password.
    PasswordIncorrect,
    /// The PDF's author or an earlier signature forbids it.
    DocumentForbids,
    /// Reading the PDF would cost too much.
    DocumentExceedsLimit,
    /// The signature field cannot be used.
    FieldNotUsable,
    /// The signature cannot look as asked.
    AppearanceNotUsable,
    /// The image cannot be shown.
    ImageNotUsable,
    /// The digest is not of the profile's algorithm.
    DigestAlgorithmMismatch,
    /// The person's token has signed this document already.
    TokenReplayed,
    /// The signing device does not answer.
    DeviceUnavailable,
    /// The signing device holds as many keys as it may.
    DeviceAtCapacity,
    /// The signing device refuses the enrolment.
    EnrolmentRefused,
    /// The signing device does not accept the evidence.
    EvidenceRefused,
    /// There is no such activation, or it has ended.
    ActivationUnknown,
    /// The signing device does not accept the activation.
    SadRefused,
    /// The credential was consumed.
    CredentialConsumed,
    /// The credential has expired.
    CredentialExpired,
    /// The credential was evicted.
    CredentialEvicted,
    /// The credential was destroyed.
    CredentialDestroyed,
    /// The credential is not known.
    CredentialUnknown,
    /// The issued certificate is not the one approved.
    CertificateMismatch,
    /// The device's signature does not hold.
    SignatureInvalid,
    /// The document holds no signature.
    SignatureMissing,
    /// A signature of the document does not hold.
    SignatureNotValid,
    /// A signature's certificates lead to no trust anchor.
    SignatureNotTrusted,
    /// The level of such a signature cannot be raised.
    SignatureNotAugmentable,
    /// Every signature has the level already.
    LevelReached,
    /// Nobody asked answers for a certificate.
    RevocationUnknown,
    /// No time-stamp could be had.
    TimeStampUnavailable,
    /// The time-stamp does not hold.
    TimeStampInvalid,
    /// Revocation data for the level cannot be had.
    RevocationUnavailable,
    /// The certificate was revoked.
    CertificateRevoked,
    /// The audit log does not take the record.
    AuditUnavailable,
    /// The caller's roles do not allow it.
    NotPermitted,
    /// The access token is not for it.
    ScopeMissing,
    /// There is no such application, key, grant, mandate or person.
    EntryUnknown,
    /// There is one of this name already.
    EntryExists,
    /// Nothing can be ordered or collected as things stand.
    OrderNotPossible,
    /// No more letters are written that day.
    LettersSpent,
    /// The order's state does not allow it.
    OrderState,
    /// The policies in force were not accepted.
    PoliciesNotAccepted,
    /// Qualified certificates with a long life are not offered.
    QualifiedLongLived,
    /// The registry's authority issues nothing now.
    IssuingUnavailable,
    /// It has ended already.
    EntryEnded,
    /// It stands in the configuration file, and is changed there.
    ManagedByFile,
    /// It was changed since it was read.
    VersionPassed,
    /// The version to be changed is not named.
    VersionMissing,
    /// There are as many as there may be.
    RegisterFull,
    /// Nobody would be left who administers the organisation.
    LastAdministrator,
    /// The request of this key was done already.
    AlreadyDone,
    /// The key was used for another request.
    KeyReused,
    /// The request of this key is under way.
    KeyInUse,
    /// As many keys of requests are kept as there may be.
    KeysFull,
    /// The service failed.
    Internal,
}

impl ProblemType {
    /// Every type, in the order of `docs/api.md`.
    pub const ALL: [Self; 73] = [
        Self::AuthenticationRequired,
        Self::CredentialsInvalid,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::RequestMalformed,
        Self::ContentTypeNotAccepted,
        Self::BodyTooLarge,
        Self::RequestTooSlow,
        Self::TooManyRequests,
        Self::Busy,
        Self::ProfileUnknown,
        Self::AppearanceUnknown,
        Self::RefusedByPolicy,
        Self::LevelNotOffered,
        Self::DocumentNotPdf,
        Self::DocumentLeadingBytes,
        Self::DocumentDamaged,
        Self::DocumentNotSignable,
        Self::DocumentEncrypted,
        Self::PasswordRequired,
        Self::PasswordIncorrect,
        Self::DocumentForbids,
        Self::DocumentExceedsLimit,
        Self::FieldNotUsable,
        Self::AppearanceNotUsable,
        Self::ImageNotUsable,
        Self::DigestAlgorithmMismatch,
        Self::TokenReplayed,
        Self::DeviceUnavailable,
        Self::DeviceAtCapacity,
        Self::EnrolmentRefused,
        Self::EvidenceRefused,
        Self::ActivationUnknown,
        Self::SadRefused,
        Self::CredentialConsumed,
        Self::CredentialExpired,
        Self::CredentialEvicted,
        Self::CredentialDestroyed,
        Self::CredentialUnknown,
        Self::CertificateMismatch,
        Self::SignatureInvalid,
        Self::SignatureMissing,
        Self::SignatureNotValid,
        Self::SignatureNotTrusted,
        Self::SignatureNotAugmentable,
        Self::LevelReached,
        Self::RevocationUnknown,
        Self::TimeStampUnavailable,
        Self::TimeStampInvalid,
        Self::RevocationUnavailable,
        Self::CertificateRevoked,
        Self::AuditUnavailable,
        Self::NotPermitted,
        Self::ScopeMissing,
        Self::EntryUnknown,
        Self::EntryExists,
        Self::OrderNotPossible,
        Self::LettersSpent,
        Self::OrderState,
        Self::PoliciesNotAccepted,
        Self::QualifiedLongLived,
        Self::IssuingUnavailable,
        Self::EntryEnded,
        Self::ManagedByFile,
        Self::VersionPassed,
        Self::VersionMissing,
        Self::RegisterFull,
        Self::LastAdministrator,
        Self::AlreadyDone,
        Self::KeyReused,
        Self::KeyInUse,
        Self::KeysFull,
        Self::Internal,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthenticationRequired => "authentication-required",
            Self::CredentialsInvalid => "credentials-invalid",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::RequestMalformed => "request-malformed",
            Self::ContentTypeNotAccepted => "content-type-not-accepted",
            Self::BodyTooLarge => "body-too-large",
            Self::RequestTooSlow => "request-too-slow",
            Self::TooManyRequests => "too-many-requests",
            Self::Busy => "busy",
            Self::ProfileUnknown => "profile-unknown",
            Self::AppearanceUnknown => "appearance-unknown",
            Self::RefusedByPolicy => "refused-by-policy",
            Self::LevelNotOffered => "level-not-offered",
            Self::DocumentNotPdf => "document-not-pdf",
            Self::DocumentLeadingBytes => "document-leading-bytes",
            Self::DocumentDamaged => "document-damaged",
            Self::DocumentNotSignable => "document-not-signable",
            Self::DocumentEncrypted => "document-encrypted",
            Self::PasswordRequired => "password-required",
            Self::PasswordIncorrect => "password-incorrect",
            Self::DocumentForbids => "document-forbids",
            Self::DocumentExceedsLimit => "document-exceeds-limit",
            Self::FieldNotUsable => "field-not-usable",
            Self::AppearanceNotUsable => "appearance-not-usable",
            Self::ImageNotUsable => "image-not-usable",
            Self::DigestAlgorithmMismatch => "digest-algorithm-mismatch",
            Self::TokenReplayed => "token-replayed",
            Self::DeviceUnavailable => "device-unavailable",
            Self::DeviceAtCapacity => "device-at-capacity",
            Self::EnrolmentRefused => "enrolment-refused",
            Self::EvidenceRefused => "evidence-refused",
            Self::ActivationUnknown => "activation-unknown",
            Self::SadRefused => "sad-refused",
            Self::CredentialConsumed => "credential-consumed",
            Self::CredentialExpired => "credential-expired",
            Self::CredentialEvicted => "credential-evicted",
            Self::CredentialDestroyed => "credential-destroyed",
            Self::CredentialUnknown => "credential-unknown",
            Self::CertificateMismatch => "certificate-mismatch",
            Self::SignatureInvalid => "signature-invalid",
            Self::SignatureMissing => "signature-missing",
            Self::SignatureNotValid => "signature-not-valid",
            Self::SignatureNotTrusted => "signature-not-trusted",
            Self::SignatureNotAugmentable => "signature-not-augmentable",
            Self::LevelReached => "level-reached",
            Self::RevocationUnknown => "revocation-unknown",
            Self::TimeStampUnavailable => "time-stamp-unavailable",
            Self::TimeStampInvalid => "time-stamp-invalid",
            Self::RevocationUnavailable => "revocation-unavailable",
            Self::CertificateRevoked => "certificate-revoked",
            Self::AuditUnavailable => "audit-unavailable",
            Self::NotPermitted => "not-permitted",
            Self::ScopeMissing => "insufficient-scope",
            Self::EntryUnknown => "entry-unknown",
            Self::EntryExists => "entry-exists",
            Self::OrderNotPossible => "order-not-possible",
            Self::LettersSpent => "letters-spent",
            Self::OrderState => "order-state",
            Self::PoliciesNotAccepted => "policies-not-accepted",
            Self::QualifiedLongLived => "qualified-long-lived-not-offered",
            Self::IssuingUnavailable => "issuing-unavailable",
            Self::EntryEnded => "entry-ended",
            Self::ManagedByFile => "managed-by-file",
            Self::VersionPassed => "version-passed",
            Self::VersionMissing => "version-missing",
            Self::RegisterFull => "register-full",
            Self::LastAdministrator => "last-administrator",
            Self::AlreadyDone => "already-done",
            Self::KeyReused => "idempotency-key-reused",
            Self::KeyInUse => "idempotency-key-in-use",
            Self::KeysFull => "idempotency-keys-full",
            Self::Internal => "internal",
        }
    }

    /// The `type` of RFC 9457 section 3.1.1.
    pub fn uri(self) -> String {
        format!("{BASE}{}", self.name())
    }

    /// The `title` of RFC 9457 section 3.1.3.
    pub fn title(self) -> &'static str {
        match self {
            Self::AuthenticationRequired => "No API key and no person's token was sent",
            Self::CredentialsInvalid => "The API key or the person's token is not accepted",
            Self::NotFound => "There is nothing at this address",
            Self::MethodNotAllowed => "The address does not know this method",
            Self::RequestMalformed => "The request is malformed",
            Self::ContentTypeNotAccepted => "The body's content type is not accepted",
            Self::BodyTooLarge => "The body is too long",
            Self::RequestTooSlow => "The request took too long",
            Self::TooManyRequests => "Too many requests came without a key that is accepted",
            Self::Busy => "The service is busy or stopping",
            Self::ProfileUnknown => "There is no such certificate profile",
            Self::AppearanceUnknown => "The profile has no such appearance",
            Self::RefusedByPolicy => "The seal policy refuses the act",
            Self::LevelNotOffered => "The level is not offered",
            Self::DocumentNotPdf => "The document is no PDF",
            Self::DocumentLeadingBytes => "Bytes stand before the PDF header",
            Self::DocumentDamaged => "The PDF is damaged; only a repair could read it",
            Self::DocumentNotSignable => "The PDF's structure cannot take a signature",
            Self::DocumentEncrypted => "The PDF is encrypted in a way that is not supported",
            Self::PasswordRequired => "The PDF opens only with its password, and none was given",
            Self::PasswordIncorrect => "The PDF does not open with the password",
            Self::DocumentForbids => "The PDF's author or an earlier signature forbids it",
            Self::DocumentExceedsLimit => "Reading the PDF would cost too much",
            Self::FieldNotUsable => "The signature field cannot be used",
            Self::AppearanceNotUsable => "The signature cannot look as asked",
            Self::ImageNotUsable => "The image cannot be shown",
            Self::DigestAlgorithmMismatch => "The digest is not of the profile's algorithm",
            Self::TokenReplayed => "The person's token has signed this document already",
            Self::DeviceUnavailable => "The signing device does not answer",
            Self::DeviceAtCapacity => "The signing device holds as many keys as it may",
            Self::EnrolmentRefused => "The signing device refuses the enrolment",
            Self::EvidenceRefused => "The signing device does not accept the evidence",
            Self::ActivationUnknown => "There is no such activation, or it has ended",
            Self::SadRefused => "The signing device does not accept the activation",
            Self::CredentialConsumed => "The credential was consumed",
            Self::CredentialExpired => "The credential has expired",
            Self::CredentialEvicted => "The credential was evicted",
            Self::CredentialDestroyed => "The credential was destroyed",
            Self::CredentialUnknown => "The credential is not known",
            Self::CertificateMismatch => "The issued certificate is not the one approved",
            Self::SignatureInvalid => "The device's signature does not hold",
            Self::SignatureMissing => "The document holds no signature",
            Self::SignatureNotValid => "A signature of the document does not hold",
            Self::SignatureNotTrusted => "A signature's certificates lead to no trust anchor",
            Self::SignatureNotAugmentable => "The level of such a signature cannot be raised",
            Self::LevelReached => "Every signature has the level already",
            Self::RevocationUnknown => "Nobody asked answers for a certificate",
            Self::TimeStampUnavailable => "No time-stamp could be had",
            Self::TimeStampInvalid => "The time-stamp does not hold",
            Self::RevocationUnavailable => "Revocation data for the level cannot be had",
            Self::CertificateRevoked => "The certificate was revoked",
            Self::AuditUnavailable => "The audit log does not take the record",
            Self::NotPermitted => "None of the caller's roles may do this",
            Self::ScopeMissing => "The access token is not for this",
            Self::EntryUnknown => "There is no such application, key, grant, mandate or person",
            Self::EntryExists => "There is one of this name already",
            Self::OrderNotPossible => "Nothing can be ordered or collected as things stand",
            Self::LettersSpent => "No more letters are written within a day",
            Self::OrderState => "The order is in another state",
            Self::PoliciesNotAccepted => "The policies in force are to be accepted first",
            Self::QualifiedLongLived => "Qualified certificates with a long life are not offered",
            Self::IssuingUnavailable => "The registry's authority issues nothing now",
            Self::EntryEnded => "It has ended already",
            Self::ManagedByFile => "It stands in the configuration file, and is changed there",
            Self::VersionPassed => "It was changed since it was read",
            Self::VersionMissing => "The version to be changed is not named",
            Self::RegisterFull => "There are as many as there may be",
            Self::LastAdministrator => "Nobody would be left who administers the organisation",
            Self::AlreadyDone => "The request of this key was done already",
            Self::KeyReused => "The key was used for another request",
            Self::KeyInUse => "The request of this key is under way",
            Self::KeysFull => "As many keys of requests are kept as there may be",
            Self::Internal => "The service failed",
        }
    }
}
