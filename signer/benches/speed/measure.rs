//! Turns of floor and figure in processor time, and the medians of both.

use std::path::Path;

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

/// The processor time of one run in microseconds: the mean of `batch` runs on this thread.
pub fn time(batch: usize, work: &mut impl FnMut()) -> f64 {
    let start = cpu_us("/proc/thread-self/schedstat");
    for _ in 0..batch {
        work();
    }
    (cpu_us("/proc/thread-self/schedstat") - start) / batch as f64
}

/// The processor time in microseconds that a thread has had, from its `schedstat` (Linux,
/// Documentation/scheduler/sched-stats.rst): what others do on the machine meanwhile is not in it.
pub fn cpu_us(schedstat: impl AsRef<Path>) -> f64 {
    let text = std::fs::read_to_string(schedstat).unwrap_or_default();
    let nanoseconds: f64 =
        text.split_whitespace().next().and_then(|field| field.parse().ok()).unwrap_or(0.0);
    nanoseconds / 1000.0
}

/// The processor time that all threads of a process have had, in microseconds.
pub fn process_cpu_us(process: u32) -> f64 {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).expect("the process lives");
    tasks.flatten().map(|task| cpu_us(task.path().join("schedstat"))).sum()
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
