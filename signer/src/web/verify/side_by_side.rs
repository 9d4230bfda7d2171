//! Changed pages, as they were signed beside as they are now.

use askama::Template;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rendering::{Became, ChangedPage, Changes, Face, Words};

use super::Language;
use crate::web::bilingual::bilingual;

/// Most numbers of pages that are listed.
const LISTED: usize = 20;

/// By how many pixels a frame stands off from what differs.
const AROUND: u32 = 6;

bilingual! { SideBySideTexts, side_by_side_texts;
    heading: "Pages that look different now",
        "Sider, der ser anderledes ud nu";
    compared_with: "Compared with what was signed",
        "Sammenlignet med det, der blev underskrevet";
    compared_with_sealed: "Compared with what was sealed",
        "Sammenlignet med det, der blev forseglet";
    under: "under the name", "med navnet";
    page: "Page", "Side";
    when_signed: "As it was signed", "Som den blev underskrevet";
    when_sealed: "As it was sealed", "Som den blev forseglet";
    now: "As it is now", "Som den er nu";
    framed: "what differs is framed", "det, der er forskelligt, er indrammet";
    added: "There was no such page then.", "Den side var der ikke dengang.";
    removed: "There is no such page now.", "Den side er der ikke nu.";
    words_before: "Words that stood there then", "Ord, der stod der dengang";
    words_now: "Words that stand there now", "Ord, der står der nu";
    words_cut: "More words differ than are told here.",
        "Der er forskel på flere ord, end der er plads til her.";
    words_same: "The words are the same; it is how they or the pictures look that differs.",
        "Ordene er de samme; forskellen er, hvordan de eller billederne ser ud.";
    not_whole: "Not everything on this page could be drawn.",
        "Ikke alt på denne side kunne tegnes.";
    same: "No page looks different from what it was then.",
        "Ingen side ser anderledes ud end dengang.";
    same_so_far: "None of the pages that could be compared looks different.",
        "Ingen af de sider, der kunne sammenlignes, ser anderledes ud.";
    partly: "Not everything on these pages could be drawn, and other programs may show what is different there:",
        "Ikke alt på disse sider kunne tegnes, og andre programmer viser måske noget, der er anderledes:";
    others: "These pages look different, too, and are not shown here:",
        "Disse sider ser også anderledes ud og vises ikke her:";
    undrawn: "These pages could not be drawn, and so were not compared:",
        "Disse sider kunne ikke tegnes og er derfor ikke sammenlignet:";
    only_first: "No more than the first pages were compared, up to page",
        "Der blev ikke sammenlignet mere end de første sider, til og med side";
    of: "of", "af";
    none: "No page could be compared in the time that there is for it.",
        "Ingen side kunne nå at blive sammenlignet.";
    cannot: "The pages cannot be shown side by side, for they could not be drawn. What is said above stands.",
        "Siderne kan ikke vises ved siden af hinanden, for de kunne ikke tegnes. Det, der står ovenfor, gælder.";
    busy: "The pages cannot be shown side by side just now, for too many others are looking at pages. What is said \
           above stands. Check the file once more in a while to see them.",
        "Siderne kan ikke vises ved siden af hinanden lige nu, for der er for mange andre, der ser på sider. Det, \
         der står ovenfor, gælder. Kontrollér filen igen om lidt for at se dem.";
}

/// What a signature was made over, where something came after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Since {
    /// The file's first bytes.
    pub(crate) length: usize,
    /// The name in it, which may be a claim.
    pub(crate) name: Option<String>,
    pub(crate) is_seal: bool,
}

/// Why pages are not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotShown {
    /// Others look at pages.
    Busy,
    /// They cannot be drawn.
    Undrawn,
}

/// What follows the verdict: each comparison that was made.
#[derive(Debug, Template)]
#[template(path = "side-by-side.html")]
pub(crate) struct SideBySide {
    t: &'static SideBySideTexts,
    comparisons: Vec<Comparison>,
}

/// A document as it was signed, and as it is.
#[derive(Debug)]
struct Comparison {
    /// With what it was compared.
    with: String,
    pairs: Vec<Pair>,
    /// What is said of the pages that are not shown.
    notes: Vec<String>,
}

/// A page.
#[derive(Debug)]
struct Pair {
    number: usize,
    sides: [Side; 2],
    /// Left, top, width and height of each frame.
    frames: Vec<[u32; 4]>,
    words: Option<Words>,
}

/// A page then, or now.
#[derive(Debug)]
struct Side {
    caption: &'static str,
    /// What stands in its place where there was no such page.
    absent: &'static str,
    picture: Option<Shown>,
}

/// A picture, as it stands in the page.
#[derive(Debug)]
struct Shown {
    label: String,
    base64: String,
    size: (u32, u32),
    is_whole: bool,
}

impl SideBySide {
    /// What comparing gave, for each of the signatures.
    pub(crate) fn of(all: Vec<(Since, Result<Changes, NotShown>)>, language: Language) -> Self {
        let t = side_by_side_texts(language);
        let comparisons = all.into_iter().map(|(since, found)| Comparison::of(since, found, t));
        Self { t, comparisons: comparisons.collect() }
    }
}

impl Comparison {
    fn of(since: Since, found: Result<Changes, NotShown>, t: &'static SideBySideTexts) -> Self {
        let [with, then] = match since.is_seal {
            true => [t.compared_with_sealed, t.when_sealed],
            false => [t.compared_with, t.when_signed],
        };
        let name = since.name.map(|name| format!(" {} {name}", t.under));
        let with = format!("{with}{}.", name.unwrap_or_default());
        match found {
            Ok(changes) => {
                let notes = notes(&changes, t);
                let shown = changes.pages.into_iter().filter(ChangedPage::is_shown);
                let pairs = shown.map(|page| Pair::of(page, then, t)).collect();
                Self { with, pairs, notes }
            }
            Err(why) => {
                let note = match why {
                    NotShown::Busy => t.busy,
                    NotShown::Undrawn => t.cannot,
                };
                Self { with, pairs: Vec::new(), notes: vec![note.to_owned()] }
            }
        }
    }
}

/// What is said of the pages that are not shown.
fn notes(changes: &Changes, t: &SideBySideTexts) -> Vec<String> {
    let that = |became| changes.pages.iter().filter(move |page| page.became == became);
    let (undrawn, partly): (Vec<_>, Vec<_>) =
        (that(Became::Undrawn).collect(), that(Became::Partly).collect());
    let is_unsure = |page: &&ChangedPage| matches!(page.became, Became::Undrawn | Became::Partly);
    let different: Vec<_> = changes.pages.iter().filter(|page| !is_unsure(page)).collect();
    let all = changes.before.max(changes.now);
    let is_all = changes.compared == all;
    let mut notes = Vec::new();
    if changes.compared == 0 {
        return vec![t.none.to_owned()];
    }
    let unsure = undrawn.len() + partly.len();
    match (different.is_empty(), is_all && unsure == 0) {
        (true, true) => notes.push(t.same.to_owned()),
        (true, false) if unsure < changes.compared => notes.push(t.same_so_far.to_owned()),
        _ => {}
    }
    let others: Vec<_> = different.into_iter().filter(|page| !page.is_shown()).collect();
    for (text, pages) in [(t.others, others), (t.partly, partly), (t.undrawn, undrawn)] {
        if !pages.is_empty() {
            let listed = pages.iter().take(LISTED).map(|page| (page.page + 1).to_string());
            let more = if pages.len() > LISTED { ", …" } else { "." };
            notes.push(format!("{text} {}{more}", listed.collect::<Vec<_>>().join(", ")));
        }
    }
    if !is_all {
        notes.push(format!("{} {} {} {all}.", t.only_first, changes.compared, t.of));
    }
    notes
}

impl Pair {
    fn of(page: ChangedPage, then: &'static str, t: &'static SideBySideTexts) -> Self {
        let number = page.page + 1;
        let is_framed = !page.areas.is_empty();
        let side = |caption: &'static str, absent, face: Option<Face>| {
            let picture = face.map(|face| {
                let mut label = format!("{} {number}: {caption}", t.page);
                if is_framed {
                    label += &format!("; {}", t.framed);
                }
                let Face { png, size, is_whole } = face;
                Shown { label, base64: STANDARD.encode(png), size, is_whole }
            });
            Side { caption, absent, picture }
        };
        let bounds = page.before.as_ref().map_or((0, 0), |face| face.size);
        let frames = page.areas.iter().map(|[left, top, right, bottom]| {
            let (left, top) = (left.saturating_sub(AROUND), top.saturating_sub(AROUND));
            let (right, bottom) = ((right + AROUND).min(bounds.0), (bottom + AROUND).min(bounds.1));
            [left, top, right.saturating_sub(left), bottom.saturating_sub(top)]
        });
        let frames = frames.collect();
        let plain = |lines: Vec<String>| {
            let plain = |letter: char| if seal::is_plain(letter) { letter } else { ' ' };
            lines.into_iter().map(|line| line.chars().map(plain).collect()).collect()
        };
        let words = page.words.filter(|_| page.became == Became::Other);
        let words = words.map(|Words { before, now, is_cut }| Words {
            before: plain(before),
            now: plain(now),
            is_cut,
        });
        let sides = [side(then, t.added, page.before), side(t.now, t.removed, page.now)];
        Self { number, sides, frames, words }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(page: usize, became: Became, is_shown: bool) -> ChangedPage {
        let face = Face { png: b"png".to_vec(), size: (100, 140), is_whole: true };
        let face = is_shown.then_some(face);
        let before = face.clone().filter(|_| became != Became::Added);
        let now = face.filter(|_| became != Became::Removed);
        let areas = if became == Became::Other { vec![[2, 20, 98, 40]] } else { Vec::new() };
        ChangedPage { page, became, before, now, areas, words: None }
    }

    fn html(found: Result<Changes, NotShown>, language: Language) -> String {
        let since = Since { length: 1, name: Some("<A>".into()), is_seal: true };
        SideBySide::of(vec![(since, found)], language).render().unwrap()
    }

    #[test]
    fn each_page_says_which_is_which_and_all_that_is_not_shown_is_told() {
        let words =
            Words { before: vec!["100 <kr>".into()], now: vec!["900 kr".into()], is_cut: true };
        let mut pages = vec![page(1, Became::Other, true), page(2, Became::Added, true)];
        pages[0].words = Some(words);
        pages.extend([page(4, Became::Other, false), page(5, Became::Undrawn, false)]);
        pages.push(page(6, Became::Partly, false));
        let changes = Changes { before: 2, now: 70, compared: 50, pages };
        let english = html(Ok(changes.clone()), Language::En);
        for said in [
            "Compared with what was sealed under the name &#60;A&#62;.",
            "<figcaption>As it was sealed</figcaption>",
            "<figcaption>As it is now</figcaption>",
            "aria-label=\"Page 2: As it was sealed; what differs is framed\"",
            "<rect x=\"0\" y=\"14\" width=\"100\" height=\"32\"/>",
            "href=\"data:image/png;base64,cG5n\"",
            "100 &#60;kr&#62;",
            "More words differ",
            "There was no such page then.",
            "These pages look different, too, and are not shown here: 5.",
            "These pages could not be drawn, and so were not compared: 6.",
            "other programs may show what is different there: 7.",
            "up to page 50 of 70.",
        ] {
            assert!(english.contains(said), "{said}: {english}");
        }
        let danish = html(Ok(changes), Language::Da);
        for said in ["Som den blev forseglet", "Som den er nu", "Den side var der ikke dengang."] {
            assert!(danish.contains(said), "{said}: {danish}");
        }
    }

    #[test]
    fn what_was_not_compared_is_never_called_the_same() {
        let changes = |compared, pages| Changes { before: 3, now: 3, compared, pages };
        let same = "No page looks different from what it was then.";
        assert!(html(Ok(changes(3, vec![])), Language::En).contains(same));
        for (compared, pages) in [
            (2, vec![]),
            (0, vec![]),
            (3, vec![page(1, Became::Undrawn, false)]),
            (3, vec![page(1, Became::Partly, false)]),
        ] {
            assert!(!html(Ok(changes(compared, pages)), Language::En).contains(same));
        }
        for why in [NotShown::Busy, NotShown::Undrawn] {
            let said = html(Err(why), Language::En);
            assert!(said.contains("What is said above stands") && !said.contains("<svg"), "{said}");
        }
    }
}
