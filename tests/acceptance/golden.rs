//! The presets of visible seals, as our own renderer draws them: pictures that somebody looked at, and what is
//! drawn now is like them.
//!
//! `SEGL_GOLDEN=1` writes them anew to `fixtures/golden`; whoever does that looks at them before they are kept.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use pades::{
    Appearance, Check, Document, Emblem, Face, Image, PageNumber, Placement, Preset, Rectangle,
    SignatureOptions,
};
use png::{BitDepth, ColorType, Compression, Encoder};
use seal::DigestAlgorithm;

use crate::{drawn::ours, oracle::workspace, pdf_writer::PdfWriter};

/// Each preset: its name, and a size in points that it is made for.
const PRESETS: [(Preset, &str, [f64; 2]); 3] = [
    (Preset::Full, "full", [250.0, 84.0]),
    (Preset::Compact, "compact", [170.0, 52.0]),
    (Preset::Line, "line", [300.0, 26.0]),
];

/// Pixels of a picture from left to right, for a point.
const SCALE: f64 = 2.0;

/// How many points of paper stand around it.
const MARGIN: f64 = 6.0;

/// Pixels that differ by more than this are counted, and so many of them may be: of another processor's sums.
const SHADE: u8 = 40;
const PIXELS: usize = 30;

/// What it says, as the service says it.
fn face(preset: Preset, language: &str) -> Face {
    let [title, time, short_time, notice] = match language {
        "da" => [
            "Forseglet af",
            "28. november 2026 kl.\u{a0}15.34",
            "28.\u{a0}nov.\u{a0}2026 kl.\u{a0}15.34",
            "Kortlivet certifikat: kontrollér på segl.ærø.example/verify",
        ],
        _ => [
            "Sealed by",
            "28 November 2026 at\u{a0}15:34",
            "28\u{a0}Nov\u{a0}2026 15:34",
            "Short-lived certificate: check at segl.ærø.example/verify",
        ],
    };
    Face {
        preset: Some(preset),
        emblem: Emblem::Seal,
        title: title.to_owned(),
        name: "Ærøskøbing Kommune".to_owned(),
        details: vec!["CVR\u{a0}12345674".to_owned()],
        time: time.to_owned(),
        short_time: short_time.to_owned(),
        check: Some(Check {
            address: "https://segl.aeroe.example/verify/".to_owned(),
            reference: "3BC4WMG1DR2QKXYZ".to_owned(),
            notice: notice.to_owned(),
        }),
    }
}

/// A logo: a dark disc on a lighter square.
fn logo() -> Image {
    const SIDE: i32 = 48;
    let pixels = (0..SIDE * SIDE).flat_map(|at| {
        let (x, y) = (at % SIDE - SIDE / 2, at / SIDE - SIDE / 2);
        if x * x + y * y < 300 { [20, 60, 120] } else { [200, 215, 235] }
    });
    let pixels: Vec<u8> = pixels.collect();
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 48, 48);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.write_header().and_then(|mut png| png.write_image_data(&pixels)).expect("a PNG");
    Image::parse(&file).expect("an image")
}

/// A page with nothing but the seal, drawn: width, height, and a byte a pixel.
fn drawn(
    (preset, [width, height]): (Preset, [f64; 2]),
    language: &'static str,
    with_logo: bool,
) -> (usize, usize, Vec<u8>) {
    let size = [width + 2.0 * MARGIN, height + 2.0 * MARGIN];
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {} {}] /Resources << >> >>",
        size[0], size[1]
    );
    let file = PdfWriter::new("1.7", "\n")
        .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(3, &page)
        .table("/Root 1 0 R")
        .finish();
    let rectangle = Rectangle { x: MARGIN, y: MARGIN, width, height };
    let appearance = Appearance {
        placement: Placement::Page { page: PageNumber::Number(1), rectangle },
        face: Some(Box::new(face(preset, language))),
        lines: Vec::new(),
        image: with_logo.then(logo),
        description: "Segl".to_owned(),
        language,
    };
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
    let options = SignatureOptions { appearance: Some(appearance), ..SignatureOptions::new(time) };
    let document = Document::open(Bytes::from(file)).expect("a document");
    let prepared = document.prepare(&options, DigestAlgorithm::Sha256, 64).expect("a seal");
    // Nothing that draws looks into it.
    let sealed = prepared.embed(&[0x30, 0x03, 0x02, 0x01, 0x2A]).expect("a sealed document");
    let pages = rendering::Pages::open(sealed.to_vec()).expect("pages");
    let picture = pages.draw(0, (size[0] * SCALE) as u32).expect("a picture");
    assert!(picture.undrawn.is_empty(), "{:?}", picture.undrawn);
    ours(&picture.png)
}

fn written((width, height, grey): &(usize, usize, Vec<u8>)) -> Vec<u8> {
    let side = |pixels: usize| u32::try_from(pixels).expect("few pixels");
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, side(*width), side(*height));
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    encoder.write_header().and_then(|mut png| png.write_image_data(grey)).expect("a PNG");
    file
}

/// How many pixels differ; all of them where the sizes do.
fn differing(one: &(usize, usize, Vec<u8>), other: &(usize, usize, Vec<u8>)) -> usize {
    if (one.0, one.1) != (other.0, other.1) {
        return one.2.len();
    }
    one.2.iter().zip(&other.2).filter(|(one, other)| one.abs_diff(**other) > SHADE).count()
}

/// Keeps what was drawn for whoever looks for the fault.
fn kept(name: &str, file: &[u8]) -> PathBuf {
    let folder = workspace().join("target/golden");
    fs::create_dir_all(&folder).expect("a folder for what differs");
    let path = folder.join(name);
    fs::write(&path, file).expect("the picture is kept");
    path
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("fixtures/golden");
    entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn each_preset_looks_as_it_did_when_somebody_looked_at_it() {
    let golden = workspace().join("fixtures/golden");
    let anew = std::env::var_os("SEGL_GOLDEN").is_some();
    let (mut all, mut faults) = (BTreeSet::new(), Vec::new());
    for (preset, called, size) in PRESETS {
        for language in ["da", "en"] {
            for with_logo in [false, true] {
                let name =
                    format!("{called}-{language}{}.png", if with_logo { "-logo" } else { "" });
                let picture = drawn((preset, size), language, with_logo);
                if anew {
                    fs::write(golden.join(&name), written(&picture)).expect("a golden picture");
                }
                let Ok(file) = fs::read(golden.join(&name)) else {
                    faults.push(format!(
                        "{name} is not there: {}",
                        kept(&name, &written(&picture)).display()
                    ));
                    continue;
                };
                let count = differing(&ours(&file), &picture);
                if count > PIXELS {
                    let new = kept(&name, &written(&picture));
                    faults.push(format!("{name}: {count} pixels differ from {}", new.display()));
                }
                assert!(file.len() < 16_000, "{name} has {} bytes", file.len());
                all.insert(name);
            }
        }
    }
    assert_eq!(faults, [""; 0], "look at the new pictures; SEGL_GOLDEN=1 takes them");
    assert_eq!(names(&golden), all, "pictures that nothing draws");
}

#[test]
fn pictures_of_other_words_another_layout_or_a_logo_differ() {
    let [full, compact, _] = PRESETS.map(|(preset, _, size)| (preset, size));
    let picture = drawn(full, "da", false);
    assert_eq!(differing(&picture, &drawn(full, "da", false)), 0, "it is drawn the same each time");
    for other in
        [drawn(full, "en", false), drawn(full, "da", true), drawn((compact.0, full.1), "da", false)]
    {
        assert!(differing(&picture, &other) > 10 * PIXELS);
    }
}
