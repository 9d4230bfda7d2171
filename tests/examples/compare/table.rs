//! Who says what, and how often both say the same.

use std::fmt::Write as _;

use crate::{
    files::Signed,
    verdict::{Report, Verdict},
};

/// The longest list of words of one side on one signature, in characters.
const LONGEST_WORDS: usize = 600;

/// Every signature of every file.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    files: usize,
}

struct Row {
    file: String,
    field: String,
    ours: Side,
    theirs: Side,
    kind: Kind,
}

/// What one side says: `TOTAL-FAILED/FORMAT_FAILURE`, and its words.
struct Side {
    outcome: String,
    level: String,
    words: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The same indication and the same reason.
    Same,
    /// The same indication, for another reason.
    OtherReason,
    /// We say something better than DSS.
    Laxer,
    /// We say something worse.
    Stricter,
    /// We refuse the file, DSS judges it.
    OursRefused,
    /// DSS refuses the file, we judge it.
    TheirsRefused,
    /// Neither judges it.
    BothRefused,
    /// A signature that DSS does not list.
    OursAlone,
    /// A signature that we do not list.
    TheirsAlone,
}

/// In the order of the summary: those that matter most first.
const KINDS: [(Kind, &str); 9] = [
    (Kind::Laxer, "ours laxer"),
    (Kind::Stricter, "ours stricter"),
    (Kind::OursRefused, "refused by us, judged by DSS"),
    (Kind::TheirsRefused, "refused by DSS, judged by us"),
    (Kind::OursAlone, "listed by us alone"),
    (Kind::TheirsAlone, "listed by DSS alone"),
    (Kind::OtherReason, "same indication, other sub-indication"),
    (Kind::Same, "same"),
    (Kind::BothRefused, "refused by both"),
];

impl Table {
    /// Holds both reports on a file against each other.
    pub(crate) fn add(
        &mut self,
        file: &Signed,
        ours: Result<Report, String>,
        theirs: Result<Report, String>,
    ) {
        self.files += 1;
        let name = file.path.display().to_string();
        let mut row = |field: &str, ours, theirs, kind| {
            let (file, field) = (name.clone(), field.to_owned());
            self.rows.push(Row { file, field, ours, theirs, kind });
        };
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => {
                for (ours, theirs) in pairs(ours.verdicts, theirs.verdicts) {
                    let field = ours.as_ref().or(theirs.as_ref()).map(|one| one.field.clone());
                    let kind = kind(ours.as_ref(), theirs.as_ref());
                    let side = |one: Option<Verdict>| one.map_or_else(Side::none, Side::of);
                    row(&field.unwrap_or_default(), side(ours), side(theirs), kind);
                }
            }
            (Err(ours), Ok(theirs)) if !theirs.verdicts.is_empty() => {
                for verdict in theirs.verdicts {
                    let field = verdict.field.clone();
                    row(&field, Side::refused(&ours), Side::of(verdict), Kind::OursRefused);
                }
            }
            (Ok(ours), Err(theirs)) if !ours.verdicts.is_empty() => {
                for verdict in ours.verdicts {
                    let field = verdict.field.clone();
                    row(&field, Side::of(verdict), Side::refused(&theirs), Kind::TheirsRefused);
                }
            }
            (ours, theirs) => {
                let side = |one: Result<Report, String>| match one {
                    Ok(_) => Side::none(),
                    Err(why) => Side::refused(&why),
                };
                row("", side(ours), side(theirs), Kind::BothRefused);
            }
        }
    }

    /// How many files were judged.
    pub(crate) fn judged(&self) -> usize {
        self.files
    }

    /// Every disagreement, those that matter most first.
    pub(crate) fn print_disagreements(&self) {
        for (kind, title) in KINDS {
            if matches!(kind, Kind::Same | Kind::BothRefused) {
                continue;
            }
            let rows: Vec<_> = self.rows.iter().filter(|row| row.kind == kind).collect();
            if !rows.is_empty() {
                println!("== {title}: {}", rows.len());
                rows.iter().for_each(|row| println!("{row}"));
            }
        }
    }

    /// Every signature as a line of values between tabs.
    pub(crate) fn print_all(&self) {
        println!("file\tfield\tkind\tours\tlevel\tDSS\tlevel\tour words\tDSS's words");
        for row in &self.rows {
            let title =
                KINDS.iter().find(|(kind, _)| *kind == row.kind).map_or("", |(_, title)| title);
            let Row { file, field, ours, theirs, .. } = row;
            println!(
                "{file}\t{}\t{title}\t{}\t{}\t{}\t{}\t{}\t{}",
                line(field),
                ours.outcome,
                ours.level,
                theirs.outcome,
                theirs.level,
                ours.words,
                theirs.words,
            );
        }
    }

    /// How many of each kind.
    pub(crate) fn print_summary(&self) {
        let count =
            |wanted: &[Kind]| self.rows.iter().filter(|row| wanted.contains(&row.kind)).count();
        let judged = count(&[Kind::Same, Kind::OtherReason, Kind::Laxer, Kind::Stricter]);
        let share = |part: usize| 100.0 * part as f64 / judged.max(1) as f64;
        let same = count(&[Kind::Same]);
        let indication = same + count(&[Kind::OtherReason]);
        println!(
            "{} files, {} signatures and time-stamps, {judged} judged by both",
            self.files,
            self.rows.len()
        );
        println!("same indication      {indication:>5}  {:.1} %", share(indication));
        println!("same sub-indication  {same:>5}  {:.1} %", share(same));
        for (kind, title) in KINDS {
            println!("  {:>5}  {title}", count(&[kind]));
        }
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, field, ours, theirs, .. } = self;
        writeln!(f, "{file} [{}]", line(field))?;
        writeln!(f, "    ours {} {}: {}", ours.outcome, ours.level, ours.words)?;
        write!(f, "    DSS  {} {}: {}", theirs.outcome, theirs.level, theirs.words)
    }
}

impl Side {
    fn of(verdict: Verdict) -> Self {
        let mut words = String::new();
        for word in &verdict.words {
            if words.len() > LONGEST_WORDS {
                words.push_str(" | ...");
                break;
            }
            let between = if words.is_empty() { "" } else { " | " };
            let _ = write!(words, "{between}{}", line(word));
        }
        Self { outcome: verdict.outcome(), level: verdict.level, words }
    }

    fn refused(why: &str) -> Self {
        Self { outcome: "refused".to_owned(), level: String::new(), words: line(why) }
    }

    fn none() -> Self {
        Self { outcome: "none".to_owned(), level: String::new(), words: String::new() }
    }
}

/// Names out of a file write no line of their own.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn kind(ours: Option<&Verdict>, theirs: Option<&Verdict>) -> Kind {
    let (ours, theirs) = match (ours, theirs) {
        (Some(ours), Some(theirs)) => (ours, theirs),
        (Some(_), None) => return Kind::OursAlone,
        (None, _) => return Kind::TheirsAlone,
    };
    match ours.indication.cmp(&theirs.indication) {
        std::cmp::Ordering::Less => Kind::Laxer,
        std::cmp::Ordering::Greater => Kind::Stricter,
        std::cmp::Ordering::Equal if ours.sub_indication == theirs.sub_indication => Kind::Same,
        std::cmp::Ordering::Equal => Kind::OtherReason,
    }
}

/// The same signature on both sides: of the same field, else whatever is left in order.
fn pairs(ours: Vec<Verdict>, mut theirs: Vec<Verdict>) -> Vec<(Option<Verdict>, Option<Verdict>)> {
    let mut pairs = Vec::new();
    for one in ours {
        let same =
            |other: &Verdict| other.field == one.field && other.is_time_stamp == one.is_time_stamp;
        let at = theirs
            .iter()
            .position(same)
            .or_else(|| theirs.iter().position(|other| other.field == one.field));
        let other = at.map(|at| theirs.remove(at));
        pairs.push((Some(one), other));
    }
    pairs.extend(theirs.into_iter().map(|other| (None, Some(other))));
    pairs
}
