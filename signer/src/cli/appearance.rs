//! How a signature looks, on the command line.

use std::{path::PathBuf, str::FromStr};

use clap::{ArgGroup, Args, builder::TypedValueParser};
use serde::{Serialize, Serializer};

use super::{
    Failure, input,
    words::{read, words},
};
use crate::service::{AppearanceOptions, Language, Last, Look, Page};

/// The longest file that says how a signature looks, in bytes.
const MAXIMUM_LENGTH: u64 = 64 << 10;

/// What may be chosen of a visible signature; without `--rect`, `--in-field`, `--appearance` and
/// `--appearance-name` it is invisible.
#[derive(Clone, Debug, Default, Args)]
#[command(group(
    ArgGroup::new("shown").multiple(true).args(["rect", "in_field", "file", "appearance_name"])
))]
pub(super) struct Appearance {
    /// Shows the signature here: points of the page as it is shown, from its lower left corner
    #[arg(
        long,
        value_name = "X,Y,WIDTH,HEIGHT",
        group = "seen",
        help_heading = "Visible signature"
    )]
    rect: Option<Corner>,
    /// Shows the signature as the profile's appearance of this name says; what else is said here wins
    #[arg(long, value_name = "NAME", help_heading = "Visible signature")]
    appearance_name: Option<String>,
    /// Shows the signature in the rectangle of the existing field that --field names
    #[arg(long, requires = "field", group = "seen", help_heading = "Visible signature")]
    in_field: bool,
    /// Shows the signature as this file says: the object `appearance` of the HTTP interface (JSON)
    #[arg(
        long = "appearance",
        value_name = "FILE",
        group = "seen",
        conflicts_with_all = ["page", "language", "preset", "text", "text_only"],
        help_heading = "Visible signature"
    )]
    file: Option<PathBuf>,
    /// What that file says.
    #[arg(skip)]
    said: Option<AppearanceOptions>,
    /// The page, from 1, or `last`; the first when left out
    #[arg(long, value_name = "PAGE", value_parser = page, help_heading = "Visible signature")]
    page: Option<Page>,
    /// The language of what is shown
    #[arg(
        long,
        value_parser = words(["en", "da"]).try_map(|word| read::<Language>(&word)),
        value_name = "LANGUAGE",
        requires = "shown",
        help_heading = "Visible signature"
    )]
    language: Option<Language>,
    /// How it is laid out: a seal that suits its rectangle when left out
    #[arg(
        long,
        value_parser = words(["full", "compact", "line", "plain"]).try_map(|word| read::<Look>(&word)),
        value_name = "PRESET",
        requires = "shown",
        help_heading = "Visible signature"
    )]
    preset: Option<Look>,
    /// A further line; may be given several times
    #[arg(long, value_name = "TEXT", requires = "shown", help_heading = "Visible signature")]
    text: Vec<String>,
    /// An image, PNG, JPEG or the first page of a PDF: the organisation's logo, or a stamp
    #[arg(
        long,
        visible_alias = "logo",
        value_name = "FILE",
        requires = "shown",
        help_heading = "Visible signature"
    )]
    pub(super) image: Option<PathBuf>,
    /// Shows the given lines alone: not who signs, when and with which profile
    #[arg(long, requires = "shown", help_heading = "Visible signature")]
    text_only: bool,
}

#[derive(Clone, Copy, Debug)]
struct Corner([f64; 4]);

impl FromStr for Corner {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        const WRONG: &str = "four numbers with commas between them: X,Y,WIDTH,HEIGHT";
        let numbers: Result<Vec<f64>, _> =
            text.split(',').map(|word| word.trim().parse()).collect();
        let numbers = numbers.map_err(|_| WRONG)?;
        <[f64; 4]>::try_from(numbers).map(Self).map_err(|_| WRONG)
    }
}

fn page(text: &str) -> Result<Page, &'static str> {
    match text {
        "last" => Ok(Page::Word(Last::Last)),
        number => number.parse().map(Page::Number).map_err(|_| "a number from 1 on, or `last`"),
    }
}

/// As the service reads it.
impl Serialize for Appearance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.options().serialize(serializer)
    }
}

impl Appearance {
    /// Reads the file, if one is named.
    ///
    /// # Errors
    /// [`Failure::File`]; [`Failure::Usage`] when it says something else, and for a page without a rectangle
    /// on it.
    pub(super) fn read(self) -> Result<Self, Failure> {
        let is_placed = self.rect.is_some() || self.appearance_name.is_some();
        if self.page.is_some() && !is_placed {
            return Err(Failure::Usage("--page is the page of --rect, which is missing".into()));
        }
        self.read_for_page()
    }

    /// The same where the page alone says enough: it is looked at.
    ///
    /// # Errors
    /// [`Failure::File`]; [`Failure::Usage`] when the file says something else.
    pub(super) fn read_for_page(self) -> Result<Self, Failure> {
        let Some(path) = &self.file else { return Ok(self) };
        let text = input::read(path, MAXIMUM_LENGTH)?;
        let said = serde_json::from_slice(&text)
            .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
        Ok(Self { said: Some(said), ..self })
    }

    /// Which page it is about, counted from 0, of so many.
    pub(super) fn page_of(&self, count: usize) -> usize {
        let said = self.said.as_ref().and_then(|said| said.page);
        match self.page.or(said) {
            None => 0,
            Some(Page::Word(Last::Last)) => count.saturating_sub(1),
            Some(Page::Number(number)) => (number as usize).saturating_sub(1),
        }
    }

    /// Whether nothing is to be seen.
    pub(super) fn is_invisible(&self) -> bool {
        self.rect.is_none()
            && !self.in_field
            && self.file.is_none()
            && self.appearance_name.is_none()
    }

    /// How the signature is to look; `None` when it is to be invisible.
    pub(super) fn options(&self) -> Option<AppearanceOptions> {
        let name = self.appearance_name.clone();
        if let Some(said) = &self.said {
            let name = name.or_else(|| said.name.clone());
            return Some(AppearanceOptions { name, ..said.clone() });
        }
        (!self.is_invisible()).then(|| AppearanceOptions {
            name,
            page: self.page,
            rect: self.rect.map(|corner| corner.0),
            language: self.language,
            preset: self.preset,
            show: self.text_only.then(Vec::new),
            text: (!self.text.is_empty()).then(|| self.text.clone()),
        })
    }
}
