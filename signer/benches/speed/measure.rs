//! Turns of floor and figure, and the medians of both.

use std::time::Instant;

/// One row of the table.
pub struct Row {
    pub name: &'static str,
    /// What was measured, in microseconds.
    pub figure_us: f64,
    /// The floor, in microseconds.
    pub floor_us: f64,
    /// The ratio that the speed budget allows.
    pub limit: f64,
    /// What else there is to say.
    pub note: String,
}

impl Row {
    pub fn print_head() {
        println!(
            "{:<46} {:>11} {:>11} {:>6} {:>6}",
            "work", "figure us", "floor us", "ratio", "limit"
        );
    }

    pub fn print(&self) {
        let Self { name, figure_us, floor_us, limit, note } = self;
        let ratio = figure_us / floor_us;
        let verdict = if ratio <= *limit { "" } else { "  OVER" };
        println!(
            "{name:<46} {figure_us:>11.1} {floor_us:>11.1} {ratio:>6.2} {limit:>6.2}{verdict}  {note}"
        );
    }
}

/// Runs both in turns, `batch` times each turn, and answers the medians of a single run in
/// microseconds: figure, floor. A noisy neighbour then disturbs both alike.
pub fn in_turns(
    turns: usize,
    batch: usize,
    mut figure: impl FnMut(),
    mut floor: impl FnMut(),
) -> (f64, f64) {
    let (mut figures, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..turns {
        figures.push(time(batch, &mut figure));
        floors.push(time(batch, &mut floor));
    }
    (median(figures), median(floors))
}

fn time(batch: usize, work: &mut impl FnMut()) -> f64 {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures durations")]
    let start = Instant::now();
    for _ in 0..batch {
        work();
    }
    start.elapsed().as_secs_f64() * 1e6 / batch as f64
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
