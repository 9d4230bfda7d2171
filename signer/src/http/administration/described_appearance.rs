//! A named appearance of a profile as the description has it.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, OneOfBuilder, RefOr, Schema, schema::Type},
};

use crate::http::openapi::words;

/// How a visible signature looks that is asked for by this name. Whoever asks may say otherwise, member
/// by member.
#[derive(ToSchema)]
#[schema(as = NamedAppearance)]
#[expect(dead_code, reason = "its members are described here and read from the domain's type")]
pub(super) struct NamedAppearance {
    /// The page, for a new field.
    #[schema(required = false)]
    page: PageOfDocument,
    /// x, y, width and height in points of the page as it is shown, from its lower left corner.
    #[schema(required = false, min_items = 4, max_items = 4)]
    rect: Vec<f64>,
    /// The language of the lines.
    #[schema(required = false)]
    language: words::Language,
    /// How it is laid out.
    #[schema(required = false)]
    preset: words::Look,
    /// The lines that the service writes, in this order.
    #[schema(required = false, max_items = 3)]
    show: Vec<words::Shown>,
    /// Further lines, as they are, each of 1 to 200 characters. A seal names no person.
    #[schema(required = false, max_items = 8)]
    text: Vec<String>,
    /// A PNG or JPEG file, or a PDF, of at most 32,768 bytes, in Base64 (RFC 4648 section 4). An image that comes with
    /// an act is shown in its place.
    #[schema(required = false, max_length = 43692)]
    logo: String,
}

/// A page, counted from 1, or the last.
struct PageOfDocument;

impl PartialSchema for PageOfDocument {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let last = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["last"]));
        OneOfBuilder::new().item(number).item(last).into()
    }
}

impl ToSchema for PageOfDocument {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("PageOfDocument")
    }
}
