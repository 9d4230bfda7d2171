//! Why a signature cannot look as asked.

/// Why a signature cannot look as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppearanceError {
    /// Neither text nor an image is to be shown.
    #[error("there is nothing to show: neither text nor an image")]
    Nothing,
    /// There is no such page.
    #[error("the document has no page {page}")]
    NoPage {
        /// The page.
        page: u32,
    },
    /// How large the page is cannot be read.
    #[error("the page has no extent that could be read")]
    PageExtent,
    /// The rectangle has no extent.
    #[error("the rectangle has no extent, or is no rectangle")]
    Rectangle,
    /// The rectangle reaches beyond the page.
    #[error("the rectangle reaches beyond the page, which shows {width} by {height} points")]
    OutsidePage {
        /// The page's width as shown, in points.
        width: u32,
        /// The page's height as shown, in points.
        height: u32,
    },
    /// A field's place is asked for, but the field is new.
    #[error(
        "the document has no such signature field, and a new one has no rectangle yet: it must be \
         given"
    )]
    NewField,
    /// A rectangle is given for a field that has a place.
    #[error("the field has a place on its page already: no other can be given")]
    ExistingField,
    /// The existing field is not shown anywhere, or in several places.
    #[error("the field is not shown in exactly one place with an extent")]
    FieldExtent,
    /// The font has no such letter.
    #[error("the font has no letter `{}` (U+{:04X})", .0.escape_debug(), u32::from(*.0))]
    Letter(char),
    /// The text does not fit, even in the smallest type.
    #[error("the text does not fit into the rectangle, even in type of {minimum} points")]
    TextTooLong {
        /// The smallest type that is used, in points.
        minimum: u32,
    },
    /// The address for the code is too long.
    #[error("the address by which the signature would be checked is too long for a code")]
    AddressTooLong,
    /// There are more lines, or longer ones, than any rectangle takes.
    #[error("more than {lines} lines, or a line of more than {bytes} bytes")]
    TextLimit {
        /// The most lines.
        lines: usize,
        /// The most bytes of a line.
        bytes: usize,
    },
}
