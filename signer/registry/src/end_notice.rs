//! Who is told, and when, that a certificate nears its end.

const DAY_S: i64 = 24 * 60 * 60;

/// How long after its end somebody is still told of it, in seconds: who hears of it later has noticed.
pub const TOLD_AFTER_END_S: i64 = 30 * DAY_S;

/// How near to its end a certificate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndNotice {
    /// 90 days are left.
    Ninety,
    /// 30 days are left.
    Thirty,
    /// 7 days are left.
    Seven,
    /// A day is left.
    Today,
    /// It has ended.
    Expired,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Responsible {
    /// The person whom it names, or else the contact person.
    Holder,
    /// Whoever may renew it.
    UserAdministrators,
    /// Whoever answers for the organisation.
    OrganisationAdministrators,
}

impl EndNotice {
    /// Every one, in the order in which they come.
    pub const ALL: [Self; 5] =
        [Self::Ninety, Self::Thirty, Self::Seven, Self::Today, Self::Expired];

    /// The last one whose time has come; times in seconds since 1970. Of those before it nobody is told any more.
    pub fn due(not_after: i64, now: i64) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|notice| not_after <= notice.latest_end(now))
    }

    /// The latest end of certificates for which its time has come.
    pub fn latest_end(self, now: i64) -> i64 {
        now.saturating_add(match self {
            Self::Ninety => 90 * DAY_S,
            Self::Thirty => 30 * DAY_S,
            Self::Seven => 7 * DAY_S,
            Self::Today => DAY_S,
            Self::Expired => 0,
        })
    }

    /// Of each in turn the latest end of certificates for which its time has come.
    pub fn latest_ends(now: i64) -> [i64; 5] {
        Self::ALL.map(|notice| notice.latest_end(now))
    }

    /// Its number, from 1: a certificate's go up.
    pub fn stage(self) -> i64 {
        match self {
            Self::Ninety => 1,
            Self::Thirty => 2,
            Self::Seven => 3,
            Self::Today => 4,
            Self::Expired => 5,
        }
    }

    /// Who is told: the nearer the end, the more.
    pub fn told(self) -> &'static [Responsible] {
        use Responsible::{Holder, OrganisationAdministrators, UserAdministrators};
        match self {
            Self::Ninety | Self::Thirty => &[Holder],
            Self::Seven => &[Holder, UserAdministrators],
            Self::Today | Self::Expired => {
                &[Holder, UserAdministrators, OrganisationAdministrators]
            }
        }
    }
}

/// How near to its end an entry of the register is: a mandate, an API key, an OAuth client. Its end is known, and
/// whoever lets it end is told of nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryEndNotice {
    /// 30 days are left.
    Thirty,
    /// 7 days are left.
    Seven,
}

impl EntryEndNotice {
    /// The last one whose time has come, if it came after the entry was made; times in seconds since 1970. Of what
    /// has ended nobody is told.
    pub fn due(made: i64, end: i64, now: i64) -> Option<Self> {
        let came = |days: i64| (end - days * DAY_S > made) && (end - days * DAY_S <= now);
        match end > now {
            true if came(7) => Some(Self::Seven),
            true if came(30) => Some(Self::Thirty),
            true | false => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_notice_whose_time_has_come_is_due_and_none_before_it() {
        let end = 1_000 * DAY_S;
        let due = |left: i64| EndNotice::due(end, end - left);
        for (left, notice) in [
            (90 * DAY_S + 1, None),
            (90 * DAY_S, Some(EndNotice::Ninety)),
            (30 * DAY_S + 1, Some(EndNotice::Ninety)),
            (30 * DAY_S, Some(EndNotice::Thirty)),
            (7 * DAY_S + 1, Some(EndNotice::Thirty)),
            (7 * DAY_S, Some(EndNotice::Seven)),
            (DAY_S, Some(EndNotice::Today)),
            (1, Some(EndNotice::Today)),
            (0, Some(EndNotice::Expired)),
            (-DAY_S, Some(EndNotice::Expired)),
        ] {
            assert_eq!(due(left), notice, "{left}");
        }
    }

    #[test]
    fn of_entries_the_last_notice_is_due_that_came_after_they_were_made_and_none_after_the_end() {
        let due = |made, left| EntryEndNotice::due(made, 100 * DAY_S, 100 * DAY_S - left);
        for (made, left, notice) in [
            (0, 30 * DAY_S + 1, None),
            (0, 30 * DAY_S, Some(EntryEndNotice::Thirty)),
            (0, 7 * DAY_S + 1, Some(EntryEndNotice::Thirty)),
            (0, 7 * DAY_S, Some(EntryEndNotice::Seven)),
            (0, 1, Some(EntryEndNotice::Seven)),
            (0, 0, None),
            (0, -DAY_S, None),
            // One that lives for two weeks.
            (86 * DAY_S, 14 * DAY_S, None),
            (86 * DAY_S, 7 * DAY_S, Some(EntryEndNotice::Seven)),
            // One that lives for a week.
            (93 * DAY_S, 7 * DAY_S, None),
            (93 * DAY_S, 1, None),
        ] {
            assert_eq!(due(made, left), notice, "{made} {left}");
        }
    }

    #[test]
    fn the_nearer_the_end_the_more_are_told_and_nobody_less() {
        for pair in EndNotice::ALL.windows(2) {
            assert!(pair[0] < pair[1] && pair[0].stage() + 1 == pair[1].stage());
            assert!(pair[0].told().iter().all(|one| pair[1].told().contains(one)));
        }
        assert_eq!(EndNotice::Expired.told().len(), 3);
    }
}
