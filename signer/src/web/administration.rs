//! The pages of administration, made of a few kinds of blocks: a page says what it shows, and none how.

mod appearance_texts;
mod chart;
mod form;
mod rights_texts;
mod texts;
mod wholeness;
mod words;

use askama::Template;

pub(crate) use self::{
    appearance_texts::{AppearanceTexts, appearance_texts},
    chart::{Chart, ChartDay},
    form::{Field, Form, Kind},
    rights_texts::{RightsTexts, rights_texts},
    texts::{AdministrationTexts, administration_texts},
    wholeness::{broken, stamped, wholeness_texts},
    words::{member, refusal, what},
};
use super::{Frame, Prose, navigation::Entry};

/// A page of administration.
#[derive(Debug, Template)]
#[template(path = "administration.html")]
pub(crate) struct AdministrationPage {
    pub(crate) frame: Frame,
    pub(crate) a: &'static AdministrationTexts,
    /// The way to its other pages.
    pub(crate) sections: Vec<Entry>,
    /// The page that this one belongs to.
    pub(crate) above: Option<Link>,
    pub(crate) title: String,
    pub(crate) lead: &'static str,
    pub(crate) blocks: Vec<Block>,
}

/// One part of a page.
pub(crate) enum Block {
    /// What follows is about.
    Heading(String),
    /// A sentence, and its class.
    Text(String, Tint),
    /// What a thing is.
    Facts(Vec<(&'static str, String)>),
    /// Things of one kind.
    Table(Table),
    /// What can be done from here; what matters most first.
    Links(Vec<Link>),
    /// What else can be done, beside what matters most on the page.
    Further(Vec<Link>),
    /// What is to be heeded, and where.
    Warning(Link),
    /// Something to fill in.
    Form(Box<Form>),
    /// What would change: what it is called, what it is, what it would be; and whether anything is there
    /// already.
    Changes(Vec<(String, Option<String>, String)>, bool),
    /// A picture: where it is, and what stands in its place for whoever does not see it.
    Picture(String, String),
    /// What is shown this once: its name, and itself.
    Secret(&'static str, String),
    /// How many, by day.
    Chart(Chart),
    /// A text to be read.
    Prose(Prose),
    /// A way to something beside it.
    Next(Link),
    /// Something to fill in that is folded away, or not: what it is called, and whether it is open.
    Folded(&'static str, bool, Box<Form>),
}

/// It shows no secret, and nobody's name.
impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Block(..)")
    }
}

/// How a text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tint {
    /// As an aside.
    Hint,
    /// All is as it should be.
    Good,
    /// Something is to be heeded.
    Problem,
}

impl Tint {
    fn class(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Good => "mark-done",
            Self::Problem => "problem",
        }
    }
}

/// A way to another page.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) address: String,
    pub(crate) name: String,
}

impl Link {
    pub(crate) fn new(address: impl Into<String>, name: impl Into<String>) -> Self {
        Self { address: address.into(), name: name.into() }
    }
}

/// Things of one kind, one a row.
#[derive(Debug)]
pub(crate) struct Table {
    /// What they are.
    pub(crate) caption: &'static str,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<Cell>>,
    /// What is said where there are none.
    pub(crate) none: &'static str,
}

/// One cell.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// Where it leads, and what is said of that to whoever does not see the row.
    pub(crate) to: Option<String>,
    pub(crate) about: Option<String>,
    /// The class of a state.
    pub(crate) mark: Option<&'static str>,
    /// What it tells whoever wants to know.
    pub(crate) details: Option<String>,
    /// The value by which the row is chosen for the form `many`, and what is chosen.
    pub(crate) chosen: Option<(String, String)>,
}

impl Cell {
    pub(crate) fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn to(address: impl Into<String>, text: impl Into<String>) -> Self {
        Self { text: text.into(), to: Some(address.into()), ..Self::default() }
    }

    /// What can be done with the row of something.
    pub(crate) fn act(address: impl Into<String>, text: &str, about: &str) -> Self {
        let about = Some(format!("{text}: {about}"));
        Self { text: text.to_owned(), to: Some(address.into()), about, ..Self::default() }
    }

    /// A box by which the row is chosen.
    pub(crate) fn choice(value: impl Into<String>, what: impl Into<String>) -> Self {
        Self { chosen: Some((value.into(), what.into())), ..Self::default() }
    }

    /// A state: as it should be, at its end, or refused.
    pub(crate) fn marked(text: impl Into<String>, mark: &'static str) -> Self {
        Self { text: text.into(), mark: Some(mark), ..Self::default() }
    }
}
