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
    /// The page that is to be shown is not sure to keep what the document claims to conform to.
    #[error(
        "the document is {}, and might not be with the page that is to be shown, which has {obstacle}",
        if *.accessible { "accessible (PDF/UA)" } else { "for the archive (PDF/A)" }
    )]
    Conformance {
        /// PDF/UA, not PDF/A.
        accessible: bool,
        /// What the page has.
        obstacle: Obstacle,
    },
}

/// What keeps an imported page out of documents for the archive (PDF/A), or accessible ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// Text: its fonts would have to be embedded whole, with widths and letters that agree.
    #[error("text (outlines of its letters would do)")]
    Text,
    /// Transparency (ISO 19005-1 clause 6.4; ISO 19005-2 clause 6.2.10).
    #[error("parts that are seen through")]
    Transparency,
    /// Other colours than gray and RGB, which can be taken for calibrated ones.
    #[error("colours other than gray and RGB")]
    Colours,
    /// Patterns or shadings.
    #[error("patterns or shadings")]
    Patterns,
    /// Images in a way that is not sure to be permitted: interpolated, of 16 bits, in the content.
    #[error("an image that the archive does not permit, or within the content")]
    Images,
    /// Operators, numbers or names in its content that are not sure to be permitted.
    #[error("operators, numbers or nesting beyond what the archive permits")]
    Content,
}
