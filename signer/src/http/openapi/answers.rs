//! What many operations take and answer alike, described once.

use std::collections::BTreeMap;

use utoipa::{
    IntoParams, IntoResponses,
    openapi::{
        ContentBuilder, ObjectBuilder, Ref, RefOr, Required, Response, ResponseBuilder,
        path::{Parameter, ParameterBuilder, ParameterIn},
        schema::Type,
    },
};

/// The key that a client gives to a request (`Idempotency-Key`). What is answered because of it is added
/// to the operation's own answers.
#[derive(Debug)]
pub(in crate::http) struct RequestKey;

impl IntoParams for RequestKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let key = header("Idempotency-Key", Required::False).description(Some(
            "A key of this request: 1 to 255 characters of ASCII, in quotation marks or without. The \
             same request under it is not done again; docs/api.md says what is answered.",
        ));
        vec![key.schema(Some(text.min_length(Some(1)).max_length(Some(513)))).build()]
    }
}

/// The version that a change is made on (`If-Match`).
#[derive(Debug)]
pub(in crate::http) struct ReadVersion;

impl IntoParams for ReadVersion {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let version = header("If-Match", Required::True)
            .description(Some("The ETag of what is to be changed, as it was read."));
        vec![version.schema(Some(text)).build()]
    }
}

fn header(name: &str, required: Required) -> ParameterBuilder {
    ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header).required(required)
}

/// Problems that several operations have in common.
macro_rules! problems {
    ($($(#[$about:meta])* $name:ident { $($status:literal => $description:literal),* $(,)? })*) => {$(
        $(#[$about])*
        #[derive(Debug)]
        pub(in crate::http) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                BTreeMap::from([$(($status.to_owned(), problem($description).into())),*])
            }
        }
    )*};
}

problems! {
    /// Of what is asked of the register.
    Asking {
        "403" => "The caller's roles do not allow it.",
        "503" => "The service is busy, or its audit log takes no record.",
    }
    /// Of what changes the register.
    Deciding {
        "403" => "The caller's roles do not allow it.",
        "409" => "It has ended already, exists already, stands in the file, or there is no room.",
        "503" => "The service is busy, or its audit log takes no record.",
    }
    /// Of a profile that the seal policy judges before it is kept.
    Judged {
        "403" => "The caller's roles do not allow it, or the seal policy would refuse every act with the profile.",
    }
    /// Of what the device is told of.
    Registered {
        "503" => "The service is busy, its audit log takes no record, or the device does not take the registration.",
    }
    /// Of an order that is placed.
    Ordering {
        "422" => "Qualified certificates that live for years are not offered.",
    }
    /// Of what anybody looks up.
    LookedUp {
        "400" => "It is not looked up so.",
        "429" => "Too many requests came from the address.",
        "503" => "The service is busy, or cannot read what is looked up.",
    }
    /// Of what has a name.
    Named {
        "404" => "There is none.",
    }
}

/// A problem document (RFC 9457).
pub(in crate::http) fn problem(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content)
        .build()
}
