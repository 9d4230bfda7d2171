//! Compares our verdicts with EU DSS's over folders of signed files, each judged by its own topmost
//! certificates as trust anchors.
//!
//! `cargo run -p acceptance --example compare -- [--time RFC3339] [--tsv] FOLDER...`
//!
//! Every file that looks like a PDF with a signature or like a CMS is judged, once however often it
//! is there. Beside `X` may stand `X.anchors.pem` (the trust anchors, for both sides) and `X.content`
//! (what a detached CMS signs). DSS judges by its default policy and fetches nothing. What is printed
//! first is every disagreement, then how many there are of each kind. `--tsv` prints every signature,
//! agreed or not, for other programs.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for developers, which has the time of day as its default"
)]

mod dss;
mod files;
mod ours;
mod table;
mod verdict;

use std::{path::PathBuf, time::SystemTime};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use dss::Dss;
use table::Table;

const USAGE: &str = "compare [--time RFC3339] [--tsv] FOLDER...";

struct Arguments {
    folders: Vec<PathBuf>,
    time: SystemTime,
    tsv: bool,
}

impl Arguments {
    fn read() -> Option<Self> {
        let mut read = Self { folders: Vec::new(), time: SystemTime::now(), tsv: false };
        let mut given = std::env::args().skip(1);
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--tsv" => read.tsv = true,
                "--time" => {
                    read.time = OffsetDateTime::parse(&given.next()?, &Rfc3339).ok()?.into()
                }
                option if option.starts_with('-') => return None,
                folder => read.folders.push(folder.into()),
            }
        }
        (!read.folders.is_empty()).then_some(read)
    }
}

fn main() {
    let Some(arguments) = Arguments::read() else {
        eprintln!("{USAGE}");
        std::process::exit(2);
    };
    let files = files::signed(&arguments.folders);
    let mut table = Table::default();
    // DSS judges ahead while we do.
    for (file, theirs) in files.iter().zip(Dss::start(&files, arguments.time)) {
        let anchors = theirs.as_ref().map(|report| report.anchors.as_slice());
        let ours = ours::judge(file, anchors.unwrap_or_default(), arguments.time);
        table.add(file, ours, theirs);
    }
    if arguments.tsv {
        table.print_all();
    } else {
        table.print_disagreements();
    }
    table.print_summary();
    if table.judged() < files.len() {
        eprintln!("DSS ended after {} of {} files", table.judged(), files.len());
        std::process::exit(1);
    }
}
