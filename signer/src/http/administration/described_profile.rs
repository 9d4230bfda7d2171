//! A certificate profile as the description has it: its members, and the three shapes in which they come.
//!
//! The profile itself is the domain's, which knows no descriptions; a test holds the members of both
//! against each other.

use std::{borrow::Cow, collections::BTreeMap};

use utoipa::{
    ToSchema,
    openapi::{
        Object, ObjectBuilder, OneOfBuilder, RefOr, Schema,
        schema::{AdditionalProperties, Type},
    },
};

use super::described_appearance::NamedAppearance;
use crate::http::openapi::words;

/// What every shape has.
#[derive(ToSchema)]
#[expect(dead_code, reason = "its members are described here and read from the domain's type")]
struct Members {
    /// The name by which people tell the certificates of several profiles apart.
    display_name: String,
    /// Whether the profile is in use.
    #[schema(required = false)]
    active: bool,
    /// Whether the certificates may be used for signing: for organisation and system profiles, for seals.
    #[schema(required = false)]
    allow_signing: bool,
    /// How a relying party learns that a certificate was good.
    #[schema(required = false)]
    assurance: words::Assurance,
    /// Seconds that a certificate lives after the act.
    #[schema(required = false)]
    lifetime_s: u64,
    /// Seconds that notBefore lies before the act.
    #[schema(required = false)]
    back_dating_s: u64,
    /// The suite of its keys.
    #[schema(required = false)]
    algorithm: String,
    /// The formats that it may make.
    #[schema(required = false)]
    formats: Vec<words::Format>,
    /// The levels that it may make.
    #[schema(required = false)]
    levels: Vec<words::Level>,
    /// The level when a request names none.
    #[schema(required = false)]
    default_level: words::Level,
    /// Whether its PDF signatures certify their documents, at most.
    #[schema(required = false)]
    certify: words::Certification,
    /// What becomes of an act whose time-stamp cannot be had.
    #[schema(required = false)]
    on_timestamp_failure: words::OnTimestampFailure,
    /// What becomes of an act over a PDF that holds something unseen, by kind.
    #[schema(required = false)]
    unseen: BTreeMap<String, words::Reaction>,
    /// How many signatures one credential may make.
    #[schema(required = false)]
    signatures_per_credential: u32,
    /// Seconds that a credential lives which is made for a session, as clients of the CSC API have them.
    #[schema(required = false)]
    session_lifetime_s: u64,
    /// How many signatures such a credential may make.
    #[schema(required = false)]
    session_signatures: u32,
    /// What stands as common name; not for kind user.
    #[schema(required = false)]
    common_name: words::CommonName,
    /// Whether a person's certificate shows the e-mail address.
    #[schema(required = false)]
    show_email: bool,
    /// How its visible signatures may look, by name: at most 8. Of a change, each that is named is replaced
    /// as a whole, and null takes it away; the others stay.
    #[schema(required = false)]
    appearances: BTreeMap<String, NamedAppearance>,
}

/// What a profile is called and whom it names: it keeps both.
#[derive(ToSchema)]
#[expect(dead_code, reason = "its members are described here and read from the domain's type")]
struct Identity {
    /// The profile's name.
    id: String,
    /// Whom the certificates name.
    kind: words::ProfileKind,
}

/// Who answers for a profile.
#[derive(ToSchema)]
#[expect(dead_code, reason = "its members are described here and read from the domain's type")]
pub(super) struct ContactPerson {
    /// The person's name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// The person's e-mail address.
    #[schema(max_length = 200)]
    email: Option<String>,
}

/// What is taken otherwise than it is told.
#[derive(ToSchema)]
#[expect(dead_code, reason = "its members are described here and read from the domain's type")]
struct Said {
    /// Who answers for the profile: in no certificate and in no answer.
    #[schema(required = false)]
    contact_person: ContactPerson,
    /// That the address was validated is known by a check of the address, or stands in the file: nobody
    /// says it here.
    #[schema(required = false)]
    email_validated: words::NotValidated,
}

/// What is told of a profile.
#[derive(ToSchema)]
#[expect(dead_code, reason = "its members are described here and written by the view")]
struct Told {
    /// Whether the e-mail address was validated.
    #[schema(required = false)]
    email_validated: bool,
    /// Where it stands: the file's is read only.
    origin: words::Origin,
    /// Of the register's: the change that made it so, as receipts name it.
    #[schema(required = false)]
    version: u64,
    /// When it was made.
    #[schema(required = false)]
    made: words::Moment,
    /// When it was retired.
    #[schema(required = false)]
    retired: words::Moment,
    /// Why every act with it would be refused now.
    objections: Vec<Objection>,
}

/// A rule that every act with a profile would break.
#[derive(ToSchema)]
#[expect(dead_code, reason = "its members are described here and read from the domain's type")]
pub(super) struct Objection {
    /// The rule's name.
    rule: String,
    /// What is wrong and what would be right.
    explanation: String,
}

/// The body of `POST /v1/certificate-profiles`.
pub(super) struct NewProfile;

/// The body of `PATCH /v1/certificate-profiles/{id}`.
pub(super) struct ProfileChange;

/// A profile as the interface of administration shows it.
pub(super) struct ShownProfile;

/// The shapes: name, parts, whether it is a patch (nothing is required, what has a default may be null),
/// whether nothing else may come.
macro_rules! shapes {
    ($($shape:ident = $name:literal: $($part:ident)*, $patch:literal, $closed:literal, $about:literal;)*) => {$(
        impl utoipa::PartialSchema for $shape {
            fn schema() -> RefOr<Schema> {
                let parts = [$(<$part as utoipa::PartialSchema>::schema()),*];
                let mut whole = joined(parts, $patch);
                whole.description = Some($about.to_owned());
                whole.additional_properties =
                    $closed.then(|| Box::new(AdditionalProperties::FreeForm(false)));
                whole.into()
            }
        }

        impl ToSchema for $shape {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                $($part::schemas(schemas);)*
            }
        }
    )*};
}

shapes! {
    ShownProfile = "CertificateProfile": Identity Members Told, false, false,
        "A certificate profile, without its contact person.";
    NewProfile = "MakeCertificateProfile": Identity Members Said, false, true,
        "A new certificate profile; what is left out is the default's.";
    ProfileChange = "ChangeCertificateProfile": Members Said, true, true,
        "What is named takes the place of what was there, as a whole; null the default's.";
}

/// One object with the members of all parts.
fn joined<const N: usize>(parts: [RefOr<Schema>; N], patch: bool) -> Object {
    let mut whole = Object::new();
    for part in parts {
        if let RefOr::T(Schema::Object(part)) = part {
            let members = part.properties.into_iter();
            let required = part.required;
            whole.properties.extend(members.map(|(name, member)| {
                // What has no default is not put back to it.
                let null = patch && !required.contains(&name);
                let member = if null { or_null(member) } else { member };
                (name, member)
            }));
            whole.required.extend(required.into_iter().filter(|_| !patch));
        }
    }
    whole
}

fn or_null(member: RefOr<Schema>) -> RefOr<Schema> {
    let null = ObjectBuilder::new().schema_type(Type::Null);
    OneOfBuilder::new().item(member).item(null).into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use seal::{CertificateProfile, ContactPerson as Answering};
    use serde_json::{Value, json};

    use utoipa::PartialSchema as _;

    use super::*;

    fn names(value: &Value) -> BTreeSet<String> {
        value.as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn the_members_described_are_those_of_the_profile() {
        let least = json!({ "id": "a", "kind": "user", "display_name": "A" });
        let mut profile: CertificateProfile = serde_json::from_value(least).unwrap();
        let appearance = json!({ "a": { "page": 1, "rect": [1, 2, 3, 4], "language": "da", "preset": "full",
            "show": ["time"], "text": ["b"], "logo": "AAEC" } });
        profile.appearances = serde_json::from_value(appearance).unwrap();
        profile.contact_person = Some(Answering { name: "Eva".into(), email: Some("e@x".into()) });
        let profile = serde_json::to_value(profile).unwrap();
        let described = serde_json::to_value(NewProfile::schema()).unwrap();
        assert_eq!(names(&described["properties"]), names(&profile));
        let named = serde_json::to_value(NamedAppearance::schema()).unwrap();
        assert_eq!(names(&named["properties"]), names(&profile["appearances"]["a"]));
        let contact = serde_json::to_value(ContactPerson::schema()).unwrap();
        assert_eq!(names(&contact["properties"]), names(&profile["contact_person"]));
        assert_eq!(described["required"], json!(["id", "kind", "display_name"]));
    }
}
