//! The domain's words as the description has them: each from the type whose word it is.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, ObjectBuilder, OneOfBuilder, RefOr, Schema, SchemaFormat, schema::Type,
    },
};

/// A word of each enumeration: the schema lists its variants as they are serialised. A variant that is
/// not listed here does not compile.
macro_rules! words {
    ($($(#[$about:meta])* $name:ident = $word:ty { $($variant:ident),* $(,)? })*) => {$(
        $(#[$about])*
        #[derive(Debug)]
        pub(in crate::http) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                const _: fn($word) = |word| match word { $(<$word>::$variant => {})* };
                choice(&[$(<$word>::$variant),*], None)
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

words! {
    /// A signature, or a seal.
    Act = seal::Act { Sign, Seal }
    /// The container.
    Format = seal::Format { Pades, Cades }
    /// A baseline level.
    Level = seal::Level { BB, BT, BLT, BLTA }
    /// Whom certificates name.
    ProfileKind = seal::ProfileKind { User, Organisation, System }
    /// How a relying party learns that a certificate was good.
    Assurance = seal::Assurance { ValidityAssured, Revocable }
    /// What stands as common name.
    CommonName = seal::CommonName { Organisation, OrganisationAndProfile, Profile }
    /// What becomes of an act whose time-stamp cannot be had.
    OnTimestampFailure = seal::OnTimestampFailure { Refuse, Degrade }
    /// What becomes of an act over a document with something unseen.
    Reaction = seal::Reaction { Refuse, Warn, Allow }
    /// What a signature makes of its document.
    Certification = seal::Certification { None, FormFilling, NoChanges }
    /// A language that a visible signature is written in.
    Language = seal::appearance::Language { En, Da }
    /// How a visible signature is laid out.
    Look = seal::appearance::Look { Full, Compact, Line, Plain }
    /// A line that the service writes.
    Shown = seal::appearance::Shown { Signer, Time, Profile }
    /// A role.
    Role = registry::Role {
        OrganisationAdministrator, UserAdministrator, RightsAdministrator, Auditor, User,
    }
    /// Whether a person is there.
    PersonState = registry::PersonState { Invited, Active, Blocked, Left }
    /// What a key is good for.
    KeyState = registry::KeyState { Active, Expired, Revoked }
    /// Where something of the register stands.
    Origin = registry::Origin { File, Register }
    /// What was done.
    RecordedAct = audit::RecordedAct { Signature, Seal, Augmentation, Administration, Access, Certificate }
    /// Whom or what a certificate that lives for years names.
    CertificateKind = registry::CertificateKind { User, Organisation, System }
    /// The kind that is ordered; `qualified` is refused with the reason.
    WantedKind = registry::WantedKind { User, Organisation, System, Qualified }
    /// What such a certificate may be used for.
    Purpose = registry::Purpose { Authentication, Encryption, Email }
    /// The kind of its key.
    HolderKey = registry::HolderKey { Rsa3072, P256 }
    /// How whoever collects it shows who they are.
    Identification = registry::Identification { Login, OneTimeCode }
    /// How it is collected.
    Issuing = registry::Issuing { Browser, CommandLine, Api }
    /// Where an order stands.
    OrderState = registry::OrderState {
        AwaitingApproval, AwaitingEmail, Ready, Locked, Issued, Cancelled, Expired,
    }
    /// Why a certificate is blocked.
    BlockingReason = registry::BlockingReason {
        ContentWrong, LeftOrganisation, CompromiseSuspected, KeyLostOrDestroyed, PolicyBroken, NotGiven,
    }
    /// How it ended.
    Outcome = audit::OutcomeResult { Done, Failed, Refused }
}

/// What an access token is good for.
#[derive(Debug)]
pub(in crate::http) struct Scope;

impl PartialSchema for Scope {
    fn schema() -> RefOr<Schema> {
        choice(&registry::Scope::all().collect::<Vec<_>>(), None)
    }
}

impl ToSchema for Scope {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Scope")
    }
}

/// Who a person is for whoever vouches for them.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "its members are described here and read from the domain's type")]
pub(in crate::http) struct PersonId {
    /// Who vouches for them: the `iss` of their tokens.
    #[schema(min_length = 1, max_length = 1000)]
    issuer: String,
    /// Who they are there: the `sub`.
    #[schema(min_length = 1, max_length = 1000)]
    subject: String,
}

/// A moment, as RFC 3339 has it.
#[derive(Debug)]
pub(in crate::http) struct Moment;

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        text.format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).into()
    }
}

impl ToSchema for Moment {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Moment")
    }
}

/// What only a check of the address, or the file, makes true.
#[derive(Debug)]
pub(in crate::http) struct NotValidated;

impl PartialSchema for NotValidated {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([false])).into()
    }
}

impl ToSchema for NotValidated {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("NotValidated")
    }
}

/// One of these, as they are serialised; `default` when nothing is said. Texts and numbers are two
/// choices: no enumeration mixes types.
pub(in crate::http) fn choice<W: Serialize>(words: &[W], default: Option<W>) -> RefOr<Schema> {
    let words = words.iter().filter_map(|word| serde_json::to_value(word).ok());
    let default = default.and_then(|word| serde_json::to_value(word).ok());
    let (texts, numbers): (Vec<Value>, Vec<Value>) = words.partition(Value::is_string);
    let of = |kind: Type, words: Vec<Value>| {
        ObjectBuilder::new().schema_type(kind).enum_values(Some(words))
    };
    match numbers.is_empty() {
        true => of(Type::String, texts).default(default).into(),
        false => OneOfBuilder::new()
            .item(of(Type::String, texts))
            .item(of(Type::Integer, numbers))
            .default(default)
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_word_is_described_as_it_is_written() {
        let schema = |schema: RefOr<Schema>| serde_json::to_value(schema).unwrap();
        let levels = json!({ "type": "string", "enum": ["B-B", "B-T", "B-LT", "B-LTA"] });
        assert_eq!(schema(Level::schema()), levels);
        let certification = json!({ "oneOf": [
            { "type": "string", "enum": ["none"] },
            { "type": "integer", "enum": [2, 1] },
        ]});
        assert_eq!(schema(Certification::schema()), certification);
    }
}
