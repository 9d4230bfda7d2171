//! The pages on which documents are read, signed and sealed: what each shows.

use askama::Template;

use super::{ActsTexts, EvidenceTexts, Frame, LayingTexts, PlacingTexts, SigningTexts};

/// The addresses of the pages' scripts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scripts {
    pub(crate) upload: &'static str,
    pub(crate) reading: &'static str,
    pub(crate) place: &'static str,
    pub(crate) result: &'static str,
}

/// `/documents`
#[derive(Debug, Template)]
#[template(path = "upload.html")]
pub(crate) struct UploadPage {
    pub(crate) frame: Frame,
    pub(crate) s: &'static SigningTexts,
    pub(crate) l: &'static LayingTexts,
    pub(crate) scripts: Scripts,
    pub(crate) csrf: String,
    pub(crate) problem: Option<&'static str>,
    /// The files that the problem is with.
    pub(crate) unfit: Vec<UnfitRow>,
    pub(crate) batches: Vec<BatchRow>,
}

/// A file that can be neither signed nor sealed.
#[derive(Debug)]
pub(crate) struct UnfitRow {
    pub(crate) name: String,
    pub(crate) reason: &'static str,
}

/// A batch that was begun.
#[derive(Debug)]
pub(crate) struct BatchRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) count: usize,
    pub(crate) code: String,
}

/// `/documents/{id}`
#[derive(Debug, Template)]
#[template(path = "batch.html")]
pub(crate) struct BatchPage {
    pub(crate) frame: Frame,
    pub(crate) s: &'static SigningTexts,
    pub(crate) l: &'static LayingTexts,
    pub(crate) at: usize,
    pub(crate) csrf: String,
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) papers: Vec<PaperRow>,
    pub(crate) is_some_unfit: bool,
    /// Where to go on, and what that is called.
    pub(crate) next: Option<(String, &'static str)>,
}

/// A document in a list.
#[derive(Debug)]
pub(crate) struct PaperRow {
    /// Counted from 1.
    pub(crate) number: usize,
    pub(crate) name: String,
    pub(crate) is_good: bool,
    pub(crate) pages: usize,
    pub(crate) size: String,
    pub(crate) hash: String,
    pub(crate) state: &'static str,
    /// What the state looks like: `done`, `open`, `bad`.
    pub(crate) class: &'static str,
    pub(crate) reasons: Vec<String>,
    /// The name of the receipt.
    pub(crate) receipt: Option<String>,
    /// What the result is to be called, if there is one.
    pub(crate) download: Option<String>,
}

/// `/documents/{id}/{number}`
#[derive(Debug, Template)]
#[template(path = "reading.html")]
pub(crate) struct ReadingPage {
    pub(crate) frame: Frame,
    pub(crate) s: &'static SigningTexts,
    pub(crate) l: &'static LayingTexts,
    pub(crate) problem: Option<&'static str>,
    pub(crate) scripts: Scripts,
    pub(crate) at: usize,
    pub(crate) csrf: String,
    pub(crate) id: String,
    pub(crate) number: usize,
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) from: usize,
    pub(crate) pages: usize,
    /// In hundredths; none where pages are as wide as the window lets them.
    pub(crate) zoom: Option<u32>,
    pub(crate) zooms: &'static [u32],
    pub(crate) as_text: bool,
    pub(crate) shown: Vec<ShownPage>,
    /// None where they are told later.
    pub(crate) findings: Option<Findings>,
    pub(crate) marks: String,
    pub(crate) go_on: &'static str,
}

/// What a document holds that its pages do not show.
#[derive(Debug, Template)]
#[template(path = "findings.html")]
pub(crate) struct Findings {
    pub(crate) s: &'static SigningTexts,
    pub(crate) findings: Vec<String>,
}

/// What stands in a page in the place of what is told later.
pub(crate) const LATER: &str = "<!-- later -->";

/// One page.
#[derive(Debug)]
pub(crate) struct ShownPage {
    /// Counted from 1.
    pub(crate) number: usize,
    pub(crate) source: String,
    pub(crate) sources: String,
    /// In pixels of the style sheet.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) points: (f32, f32),
    /// Of the view that is text alone.
    pub(crate) lines: Vec<String>,
}

/// `/documents/{id}/choice`
#[derive(Debug, Template)]
#[template(path = "choosing.html")]
pub(crate) struct ChoosingPage {
    pub(crate) frame: Frame,
    pub(crate) s: &'static SigningTexts,
    pub(crate) p: &'static PlacingTexts,
    pub(crate) scripts: Scripts,
    pub(crate) at: usize,
    pub(crate) csrf: String,
    pub(crate) id: String,
    pub(crate) problem: Option<&'static str>,
    pub(crate) profiles: Vec<ProfileRow>,
    /// The name, what it gives, and whether it is chosen.
    pub(crate) levels: Vec<(&'static str, &'static str, bool)>,
    /// The profiles' appearances.
    pub(crate) looks: Vec<LookGroup>,
    pub(crate) fields: Vec<String>,
    pub(crate) is_invisible: bool,
    pub(crate) pages: usize,
    /// In millimetres.
    pub(crate) place: Place,
    /// Where pictures of pages are, less the number.
    pub(crate) source: Option<String>,
    pub(crate) points_width: u32,
    pub(crate) points_height: u32,
}

/// The appearances of a profile: the value, the name, and whether it is chosen.
#[derive(Debug)]
pub(crate) struct LookGroup {
    pub(crate) profile: String,
    pub(crate) looks: Vec<(String, String, bool)>,
}

/// A place on a page, as it stands in the form.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) page: u32,
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) w: String,
    pub(crate) h: String,
}

/// A profile that can be chosen, or why not.
#[derive(Debug)]
pub(crate) struct ProfileRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) what: &'static str,
    pub(crate) is_chosen: bool,
    pub(crate) reasons: Vec<&'static str>,
    /// Whether nothing but a passkey is missing.
    pub(crate) needs_passkey: bool,
}

/// `/documents/{id}/consent`
#[derive(Debug, Template)]
#[template(path = "agreement.html")]
pub(crate) struct AgreementPage {
    pub(crate) frame: Frame,
    pub(crate) s: &'static SigningTexts,
    pub(crate) at: usize,
    pub(crate) csrf: String,
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) problem: Option<&'static str>,
    pub(crate) preview: Option<String>,
    pub(crate) points_width: u32,
    pub(crate) points_height: u32,
    pub(crate) what: &'static str,
    pub(crate) by: String,
    pub(crate) profile: String,
    pub(crate) level: &'static str,
    /// What the level gives.
    pub(crate) level_told: &'static str,
    pub(crate) papers: Vec<PaperRow>,
    /// What is agreed to: SHA-256 over all of it.
    pub(crate) agreement: String,
    pub(crate) do_it: &'static str,
}

/// `/documents/{id}/result`
#[derive(Debug, Template)]
#[template(path = "result.html")]
pub(crate) struct ResultPage {
    pub(crate) frame: Frame,
    pub(crate) s: &'static SigningTexts,
    pub(crate) scripts: Scripts,
    pub(crate) at: usize,
    pub(crate) csrf: String,
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) title: &'static str,
    pub(crate) is_working: bool,
    pub(crate) done: usize,
    pub(crate) count: usize,
    pub(crate) good: usize,
    pub(crate) papers: Vec<PaperRow>,
    /// What is said of the evidence, where the organisation can seal any.
    pub(crate) evidence: Option<&'static EvidenceTexts>,
}

/// `/acts`
#[derive(Debug, Template)]
#[template(path = "acts.html")]
pub(crate) struct ActsPage {
    pub(crate) frame: Frame,
    pub(crate) a: &'static ActsTexts,
    pub(crate) e: &'static EvidenceTexts,
    pub(crate) csrf: String,
    pub(crate) acts: Vec<ActRow>,
    /// Where older ones begin.
    pub(crate) next: Option<String>,
}

/// One act.
#[derive(Debug)]
pub(crate) struct ActRow {
    pub(crate) what: &'static str,
    pub(crate) time: String,
    pub(crate) profile: Option<String>,
    pub(crate) outcome: &'static str,
    /// What it looks like: `done`, `open`, `bad`.
    pub(crate) class: &'static str,
    /// What is on record: its name, what it is, and whether that is a code and no words.
    pub(crate) details: Vec<(&'static str, String, bool)>,
    /// The place of the record and its time, where there is evidence to take.
    pub(crate) evidence: Option<(String, String)>,
}
