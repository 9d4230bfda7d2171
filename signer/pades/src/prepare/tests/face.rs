//! Signatures that are recognised as such.

use super::appearance::{error, signed_anywhere};
use super::*;
use crate::appearance::{Appearance, AppearanceError, Check, Emblem, Face, Placement, Preset};
use crate::document::{PageNumber, Rectangle};

fn face(preset: Option<Preset>, emblem: Emblem) -> Face {
    let (title, name) = match emblem {
        Emblem::Seal => ("Forseglet af", "Ærøskøbing Kommune"),
        Emblem::Signature => ("Underskrevet af", "Mads Bæk"),
    };
    Face {
        preset,
        emblem,
        title: title.to_owned(),
        name: name.to_owned(),
        details: vec!["CVR\u{a0}12345674".to_owned()],
        time: "26. november 2026 kl. 15.34".to_owned(),
        short_time: "26.\u{a0}nov.\u{a0}2026 kl.\u{a0}15.34".to_owned(),
        check: Some(Check {
            address: "https://segl.aeroe.example/verify/".to_owned(),
            reference: "3BC4WMG1DR2QKXYZ".to_owned(),
            notice: "Kortlivet certifikat: kontrollér på segl.aeroe.example/verify".to_owned(),
        }),
    }
}

fn shown(face: Face, lines: &[&str], (width, height): (f64, f64)) -> SignatureOptions {
    let rectangle = Rectangle { x: 10.0, y: 10.0, width, height };
    let appearance = Appearance {
        placement: Placement::Page { page: PageNumber::Number(1), rectangle },
        face: Some(Box::new(face)),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        image: None,
        description: "Segl fra Ærøskøbing".to_owned(),
        language: "da",
    };
    SignatureOptions { appearance: Some(appearance), ..options() }
}

fn page() -> Vec<u8> {
    with_table(
        [
            (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
            (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 500 300] >>".to_vec()),
            (3, b"<< /Type /Page /Parent 2 0 R >>".to_vec()),
        ],
        "/Root 1 0 R",
    )
}

/// What draws the appearance, and by how much it makes the document longer.
fn drawn(options: &SignatureOptions) -> (String, usize) {
    let (original, invisible) = (page(), SignatureOptions { appearance: None, ..options.clone() });
    let whole = signed_anywhere(&original, options);
    let more = whole.len() - signed_anywhere(&original, &invisible).len();
    let oracle = lopdf::Document::load_mem(&whole).unwrap();
    let forms = oracle.objects.values().filter_map(|object| object.as_stream().ok());
    let mut forms = forms.filter(|stream| stream.dict.has(b"BBox"));
    let content = forms.next().unwrap().get_plain_content().unwrap();
    (String::from_utf8(content).unwrap(), more)
}

/// The sizes of type, in points.
fn sizes(content: &str) -> Vec<f64> {
    let sizes = content.lines().filter_map(|line| line.split_once("/F0 ")?.1.split_once(" Tf"));
    sizes.map(|(size, _)| size.parse().unwrap()).collect()
}

const SIZES: [(f64, f64); 3] = [(120.0, 40.0), (200.0, 70.0), (320.0, 110.0)];

#[test]
fn every_preset_is_legible_from_120_by_40_points_up() {
    for emblem in [Emblem::Seal, Emblem::Signature] {
        for preset in [Preset::Full, Preset::Compact, Preset::Line] {
            let smallest = SIZES.map(|size| {
                let (content, _) = drawn(&shown(face(Some(preset), emblem), &[], size));
                let sizes = sizes(&content);
                assert!(!sizes.is_empty(), "{preset:?}");
                // An emblem of one colour, and a frame.
                assert!(content.contains("/Rgb cs") && content.contains("h\nS\n"), "{content}");
                sizes.into_iter().fold(f64::MAX, f64::min)
            });
            assert!(smallest.iter().all(|size| *size >= 4.0), "{preset:?} {smallest:?}");
        }
    }
}

#[test]
fn a_code_is_drawn_where_it_can_be_read() {
    /// A code has hundreds of dark runs.
    const RUNS: usize = 100;
    let runs = |preset, size| {
        drawn(&shown(face(preset, Emblem::Seal), &[], size)).0.matches(" 1 re\n").count()
    };
    for size in SIZES {
        assert!(runs(Some(Preset::Compact), size) > RUNS, "{size:?}");
        assert_eq!(runs(Some(Preset::Line), size), 0, "{size:?}");
    }
    assert!(runs(Some(Preset::Full), SIZES[1]) > RUNS && runs(None, SIZES[2]) > RUNS);
    assert_eq!(runs(None, (400.0, 20.0)), 0, "what is flat is a line");
}

#[test]
fn a_seal_makes_its_document_no_longer_than_fourteen_kilobytes() {
    for size in SIZES {
        let (_, more) = drawn(&shown(face(None, Emblem::Seal), &[], size));
        assert!(more < 14_000, "{size:?}: {more}");
    }
}

#[test]
fn what_the_caller_says_is_shown_or_refused_and_never_left_out() {
    let whole = |lines: &[&str], size| shown(face(None, Emblem::Seal), lines, size);
    let (with, _) = drawn(&whole(&["Sag 2026-118"], SIZES[0]));
    let (without, _) = drawn(&whole(&[], SIZES[0]));
    assert!(with.matches(" Tj\n").count() >= without.matches(" Tj\n").count(), "{with}");
    let refused = |options: &SignatureOptions| error(&page(), options);
    let too_long = whole(&["x"; 16], SIZES[0]);
    assert_eq!(refused(&too_long), AppearanceError::TextTooLong { minimum: 4 });
    let limit = AppearanceError::TextLimit { lines: 16, bytes: 1_024 };
    assert_eq!(refused(&whole(&["x"; 17], SIZES[2])), limit);
    assert_eq!(refused(&whole(&["漢"], SIZES[2])), AppearanceError::Letter('漢'));
}
