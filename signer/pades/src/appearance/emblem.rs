//! The signs beside the text, as outlines of our own.

use std::f64::consts::TAU;

use super::face::Emblem;
use super::frame::Number;
use super::paint::{Tone, circle, curved};

/// The waves of the rosette's edge.
const WAVES: u32 = 16;

impl Emblem {
    /// Draws it into the circle around a point.
    pub(super) fn draw(self, content: &mut String, (x, y): (f64, f64), radius: f64) {
        let [across, up, scale] = [x, y, radius / 100.0].map(Number);
        // Numbers of a circle of 100 are short ones.
        content.push_str(&format!("q\n{scale} 0 0 {scale} {across} {up} cm\n"));
        content.push_str(Tone::Wax.set());
        match self {
            Self::Seal => content.push_str(&format!("{RIBBONS}{}", rosette())),
            Self::Signature => content.push_str(SHIELD),
        }
        content.push_str("f\n");
        content.push_str(Tone::White.set());
        match self {
            Self::Seal => {
                content.push_str(&format!("4 w\n{}S\n", circle(0.0, 14.0, 60.0)));
                content.push_str(TICK);
            }
            Self::Signature => content.push_str(NIB),
        }
        content.push_str("Q\n");
    }
}

/// The ends of a ribbon below the rosette.
const RIBBONS: &str = "-52 -20 m\n-70 -100 l\n-38 -82 l\n-14 -100 l\n0 -40 l\nh\n\
    52 -20 m\n70 -100 l\n38 -82 l\n14 -100 l\n0 -40 l\nh\nf\n";

/// A tick with round ends.
const TICK: &str = "1 J 1 j 15 w\n-29 14 m\n-8 -8 l\n31 36 l\nS\n";

/// A shield.
const SHIELD: &str = "0 100 m\n30 84 58 76 84 74 c\n84 10 l\n84 -44 42 -80 0 -100 c\n\
    -42 -80 -84 -44 -84 10 c\n-84 74 l\n-58 76 -30 84 0 100 c\nh\n";

/// A pen's nib, its point below, with slit and hole, and the line that it has drawn.
const NIB: &str = "-20 68 m\n20 68 l\n26 30 l\n30 8 12 -20 0 -38 c\n-12 -20 -30 8 -26 30 c\nh\nf\n\
    7 w 1 J\n-38 -56 m\n-14 -48 14 -64 38 -54 c\nS\n/Rgb cs .55 .11 .18 sc /Rgb CS .55 .11 .18 SC\n\
    5 w\n0 -30 m\n0 16 l\nS\n7 20 m\n7 24 4 27 0 27 c\n-4 27 -7 24 -7 20 c\n\
    -7 16 -4 13 0 13 c\n4 13 7 16 7 20 c\nh\nf\n";

/// The edge of a rosette: waves around a circle of 80, whose middle stands 14 above the emblem's.
fn rosette() -> String {
    let at = |turn: f64, radius: f64| {
        let angle = turn * TAU / f64::from(WAVES);
        (radius * angle.cos(), 14.0 + radius * angle.sin())
    };
    let round = |(x, y): (f64, f64)| (x.round(), y.round());
    let (x, y) = round(at(-0.5, 78.0));
    let mut path = format!("{} {} m\n", Number(x), Number(y));
    for wave in 0..WAVES {
        let turn = f64::from(wave);
        let (first, second) = (round(at(turn - 0.32, 92.0)), round(at(turn + 0.32, 92.0)));
        let end = round(at(turn + 0.5, 78.0));
        path.push_str(&curved([first.0, first.1, second.0, second.1, end.0, end.1]));
    }
    path + "h\n"
}
