//! How many, by day, as a picture that the server draws.

/// A chart of columns, one a day.
#[derive(Debug)]
pub(crate) struct Chart {
    /// What it shows.
    pub(crate) title: &'static str,
    /// The same in a sentence.
    pub(crate) told: String,
    pub(crate) done: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) days: Vec<ChartDay>,
}

/// One day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChartDay {
    pub(crate) day: String,
    /// How many were done, and how many were not.
    pub(crate) done: u64,
    pub(crate) refused: u64,
}

/// A column's part: from the left, from the top, wide, high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) x: u64,
    pub(super) y: u64,
    pub(super) width: u64,
    pub(super) height: u64,
}

const WIDTH: u64 = 900;
const HEIGHT: u64 = 200;

impl Chart {
    /// The most of any day; one at least.
    pub(super) fn most(&self) -> u64 {
        self.days.iter().map(|day| day.done + day.refused).max().unwrap_or_default().max(1)
    }

    fn column(&self, at: usize, below: u64, count: u64) -> Part {
        let days = u64::try_from(self.days.len()).unwrap_or(1).max(1);
        let step = WIDTH / days;
        // What is there is seen.
        let high = |count: u64| (count * HEIGHT / self.most()).max(u64::from(count > 0) * 2);
        let height = high(count);
        Part {
            x: u64::try_from(at).unwrap_or_default() * step + step / 8,
            y: HEIGHT.saturating_sub(high(below) + height),
            width: (step * 3 / 4).max(1),
            height,
        }
    }

    /// The parts of the columns for what was done.
    pub(super) fn done_parts(&self) -> Vec<Part> {
        let days = self.days.iter().enumerate();
        days.map(|(at, day)| self.column(at, 0, day.done)).collect()
    }

    /// Those above them, for what was not.
    pub(super) fn refused_parts(&self) -> Vec<Part> {
        let days = self.days.iter().enumerate();
        days.map(|(at, day)| self.column(at, day.done, day.refused)).collect()
    }

    pub(super) fn first(&self) -> &str {
        self.days.first().map_or("", |day| &day.day)
    }

    pub(super) fn last(&self) -> &str {
        self.days.last().map_or("", |day| &day.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_on_the_ground_within_the_picture_and_what_is_there_is_seen() {
        let day = |done, refused| ChartDay { day: String::new(), done, refused };
        let days = vec![day(0, 0), day(1000, 1000), day(1, 0), day(0, 1)];
        let (done, refused) = ("", "");
        let chart = Chart { title: "", told: String::new(), done, refused, days };
        let parts: Vec<_> = chart.done_parts().into_iter().zip(chart.refused_parts()).collect();
        let heights: Vec<_> =
            parts.iter().map(|(done, refused)| (done.height, refused.height)).collect();
        assert_eq!(heights, [(0, 0), (100, 100), (2, 0), (0, 2)]);
        for (below, above) in &parts {
            assert_eq!(below.y + below.height, HEIGHT);
            assert_eq!(above.y + above.height, below.y.min(HEIGHT));
            assert!(below.x + below.width <= WIDTH);
        }
    }
}
