//! A face in its rectangle: frame, emblem, logo, text and code.

use super::arrange::{Line, Set};
use super::face::{Face, Preset};
use super::font::Font;
use super::frame::{Frame, Number};
use super::paint::{Tone, rounded, spaces};
use super::qr::Code;
use super::{Appearance, AppearanceError};
use crate::document::Conformance;
use crate::error::Error;
use crate::update::Update;

/// The smallest type, in points of the face's size.
const SMALLEST: u32 = 4;

/// Type below which what can be spared is left out, in points.
const COMFORTABLE: f64 = 6.0;

/// The smallest side of a code that cameras read from paper: modules of a third of a millimetre or so.
const SMALLEST_CODE: f64 = 33.0;

/// The most lines that are given, and their bytes.
const LIMIT: (usize, usize) = (16, 1_024);

/// What stands beside the text.
struct Plan {
    emblem: Option<Frame>,
    logo: Option<Frame>,
    code: Option<Frame>,
    text: Frame,
}

/// Draws a face into `width` by `height` points: what draws it, and what that takes.
///
/// # Errors
/// [`Error::Appearance`].
pub(super) fn draw(
    update: &mut Update<'_>,
    face: &Face,
    appearance: &Appearance,
    (width, height): (f64, f64),
    conformance: Conformance,
) -> Result<(String, String), Error> {
    let (lines, bytes) = LIMIT;
    if appearance.lines.len() > lines || appearance.lines.iter().any(|line| line.len() > bytes) {
        return Err(AppearanceError::TextLimit { lines, bytes }.into());
    }
    let preset = match face.preset {
        None => Preset::of(width, height),
        // Where there is no room for all of it, what matters most is told.
        Some(Preset::Full) if width < 150.0 || height < 55.0 => Preset::Compact,
        Some(preset) => preset,
    };
    let code = face.check.as_ref().filter(|_| preset != Preset::Line).map(Code::of).transpose()?;
    let aspect = appearance.image.as_ref().map(|image| image.aspect());
    let lines = face.lines(preset, &appearance.lines);
    let (plan, set, font) = arranged(preset, (width, height), code.is_some(), aspect, &lines)?;

    let mut content = String::new();
    let mut resources = spaces();
    if let Some(Frame { x, y, width, height }) = plan.emblem {
        face.emblem.draw(&mut content, (x + width / 2.0, y + height / 2.0), width / 2.0);
    }
    if let (Some(frame), Some(image)) = (plan.logo, &appearance.image) {
        frame.place(&mut content, image.aspect());
        let image = image.embed(update, conformance)?;
        resources.push_str(&format!(" /XObject << /Im0 {} 0 R >>", image.0));
    }
    if let (Some(frame), Some(code)) = (plan.code, &code) {
        code.draw(&mut content, &frame);
    }
    outline(&mut content, preset, (width, height));
    set.show(&mut content, &plan.text);
    let font = font.embed(update)?;
    resources.push_str(&format!(" /Font << /F0 {} 0 R >>", font.0));
    Ok((content, resources))
}

impl Face {
    /// What it says, and what of it can be spared.
    fn lines(&self, preset: Preset, more: &[String]) -> Vec<Line> {
        let line = |text: &str, scale, tone, heavy, spare| Line {
            text: text.to_owned(),
            scale,
            tone,
            heavy,
            spare,
        };
        let more = more.iter().map(|text| line(text, 1.0, Tone::Ink, false, 0));
        let details = self.details.iter().zip(3_u8..);
        match preset {
            Preset::Line => {
                let first = format!("{} {}", self.title, self.name);
                let words = [&first].into_iter().chain(&self.details).chain([&self.short_time]);
                let all = words.map(String::as_str).collect::<Vec<_>>().join("\u{a0}· ");
                std::iter::once(line(&all, 1.0, Tone::Ink, false, 0)).chain(more).collect()
            }
            Preset::Compact => [
                line(&self.title, 0.85, Tone::Wax, true, 0),
                line(&self.name, 1.15, Tone::Ink, true, 0),
            ]
            .into_iter()
            .chain(details.map(|(text, spare)| line(text, 0.9, Tone::Ink, false, spare)))
            .chain([line(&self.short_time, 0.95, Tone::Ink, false, 0)])
            .chain(more)
            .collect(),
            Preset::Full => {
                let notice = self.check.iter().flat_map(|check| {
                    let reference = grouped(&check.reference);
                    [(check.notice.clone(), 9), (reference, 8)]
                });
                let notice = notice.map(|(text, spare)| line(&text, 0.8, Tone::Soft, false, spare));
                [
                    line(&self.title, 0.9, Tone::Wax, true, 0),
                    line(&self.name, 1.35, Tone::Ink, true, 0),
                ]
                .into_iter()
                .chain(details.map(|(text, spare)| line(text, 0.95, Tone::Ink, false, spare)))
                .chain([line(&self.time, 1.0, Tone::Ink, false, 0)])
                .chain(more)
                .chain(notice)
                .collect()
            }
        }
    }
}

/// The reference in groups of four, for those who type it.
fn grouped(reference: &str) -> String {
    let letters: Vec<char> = reference.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// Finds what all of it has room for: first what can be spared goes, then the code, then the emblem.
fn arranged(
    preset: Preset,
    (width, height): (f64, f64),
    code: bool,
    logo: Option<f64>,
    lines: &[Line],
) -> Result<(Plan, Set, Font), Error> {
    let largest = match preset {
        Preset::Full => (height / 7.5).clamp(8.0, 13.0),
        Preset::Compact => (height / 5.0).clamp(8.0, 11.0),
        Preset::Line => (height / 2.5).clamp(8.0, 12.0),
    };
    let beside = [(true, code), (false, code), (true, false), (false, false)];
    for (sparing, smallest) in [(false, COMFORTABLE), (true, 5.0), (true, f64::from(SMALLEST))] {
        for (emblem, code) in beside {
            let plan = plan(preset, (width, height), emblem, code, logo);
            let Some(plan) = plan else { continue };
            let mut kept = lines.to_vec();
            loop {
                // What is left out must not be embedded: a font of its own for each trial.
                let mut font = Font::new()?;
                let room = (plan.text.width, plan.text.height);
                if let Some(set) = Set::fit(&kept, &mut font, room, (largest, smallest))? {
                    return Ok((plan, set, font));
                }
                let spared = kept.iter().map(|line| line.spare).max().unwrap_or(0);
                if spared == 0 || (!sparing && spared < 8) {
                    break;
                }
                kept.retain(|line| line.spare != spared);
            }
            if !sparing {
                break;
            }
        }
    }
    Err(AppearanceError::TextTooLong { minimum: SMALLEST }.into())
}

/// Where everything stands; nothing where the code would be too small to be read.
fn plan(
    preset: Preset,
    (width, height): (f64, f64),
    emblem: bool,
    code: bool,
    logo: Option<f64>,
) -> Option<Plan> {
    let (margin, gap) = match preset {
        Preset::Full => (5.0_f64, 6.0),
        Preset::Compact => (3.0, 4.0),
        Preset::Line => (2.0, 4.0),
    };
    let margin = margin.min(width / 10.0).min(height / 10.0);
    let mut text =
        Frame { x: margin, y: margin, width: width - 2.0 * margin, height: height - 2.0 * margin };
    let mut cut = |side: f64, left: bool| {
        let x = if left { text.x } else { text.x + text.width - side };
        text.width -= side + gap;
        text.x += if left { side + gap } else { 0.0 };
        Frame { x, width: side, ..text }
    };
    let inner = height - 2.0 * margin;
    let square = |frame: Frame| {
        let y = frame.y + (frame.height - frame.width) / 2.0;
        Frame { y, height: frame.width, ..frame }
    };
    let share = match preset {
        Preset::Full | Preset::Compact if logo.is_some() => 0.12,
        Preset::Full => 0.2,
        Preset::Compact => 0.18,
        Preset::Line => 0.14,
    };
    let logo = logo.map(|aspect| cut((inner * aspect).min(width * 0.22), true));
    let emblem = emblem.then(|| square(cut(inner.min(width * share).min(64.0), true)));
    let code = if code {
        // The light modules around it reach into the margin.
        let side = (inner + margin).min(width * 0.34).min(96.0);
        if side < SMALLEST_CODE {
            return None;
        }
        Some(square(cut(side, false)))
    } else {
        None
    };
    (text.width > 0.0).then_some(Plan { emblem, logo, code, text })
}

/// The frame around it.
fn outline(content: &mut String, preset: Preset, (width, height): (f64, f64)) {
    let within =
        |by: f64| Frame { x: by, y: by, width: width - 2.0 * by, height: height - 2.0 * by };
    let radius = |wanted: f64| wanted.min(width / 8.0).min(height / 8.0);
    let strokes: &[(f64, f64, f64)] = match preset {
        Preset::Full => &[(0.5, 1.0, 4.0), (2.25, 0.35, 2.75)],
        Preset::Compact => &[(0.4, 0.8, 3.0)],
        Preset::Line => &[(0.25, 0.5, 2.0)],
    };
    content.push_str("q\n");
    content.push_str(Tone::Wax.set());
    for (by, weight, corner) in strokes {
        let outline = rounded(&within(*by), radius(*corner));
        content.push_str(&format!("{} w\n{outline}S\n", Number(*weight)));
    }
    content.push_str("Q\n");
}
