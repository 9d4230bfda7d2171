//! What the index is asked, whichever database it is in.

use audit::{OutcomeResult, RecordedAct, Timestamp};
use seal::PersonId;
use sqlx::{Encode, Postgres, QueryBuilder, Sqlite, Type};

use super::{Cursor, RecordActor, Search};

/// How many entries of the index one page looks at: what is rare among many does not keep the reader
/// busy, it takes more pages. Each may stand on a page of the file of its own.
const MAXIMUM_EXAMINED: i64 = 500;

/// A database with the index, and the column that orders entries of one time.
pub(crate) trait Index: sqlx::Database {
    const NUMBER: &'static str;
}

impl Index for Sqlite {
    const NUMBER: &'static str = "sequence";
}

impl Index for Postgres {
    const NUMBER: &'static str = "entry";
}

/// A value that a database takes.
pub(crate) trait Bound<D: sqlx::Database>: for<'q> Encode<'q, D> + Type<D> {}

impl<D: sqlx::Database, T: for<'q> Encode<'q, D> + Type<D>> Bound<D> for T {}

/// What the index is entered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Person,
    Application,
    Outcome,
    Profile,
    Act,
    Time,
}

impl Search {
    /// The last entry that a page looks at, by time and number, where it is not the end.
    pub(crate) fn last<D: Index>(&self, organisation: &str) -> QueryBuilder<D>
    where
        String: Bound<D>,
        i64: Bound<D>,
        &'static str: Bound<D>,
    {
        let mut last = QueryBuilder::new(format!("SELECT time, {} FROM (", D::NUMBER));
        self.examined(&mut last, organisation);
        last.push(") AS examined LIMIT 1 OFFSET ").push_bind(MAXIMUM_EXAMINED - 1);
        last
    }

    /// The entries that fit, one more than is asked for.
    pub(crate) fn query<D: Index>(&self, organisation: &str) -> QueryBuilder<D>
    where
        String: Bound<D>,
        i64: Bound<D>,
        &'static str: Bound<D>,
    {
        let mut query = QueryBuilder::new("SELECT * FROM (");
        self.examined(&mut query, organisation);
        query.push(") AS examined WHERE 1 = 1");
        let entry = self.entry();
        for other in [Entry::Person, Entry::Application, Entry::Outcome, Entry::Profile, Entry::Act]
        {
            if other != entry {
                self.condition(&mut query, other);
            }
        }
        self.order(&mut query);
        query.push(" LIMIT ").push_bind(i64::from(self.limit) + 1);
        query
    }

    /// The part of the index that is looked at: one range of it, in its order.
    pub(crate) fn examined<D: Index>(&self, query: &mut QueryBuilder<D>, organisation: &str)
    where
        String: Bound<D>,
        i64: Bound<D>,
        &'static str: Bound<D>,
    {
        query.push("SELECT * FROM audit_index WHERE organisation = ");
        query.push_bind(organisation.to_owned()).push(" AND time >= ");
        query.push_bind(self.from.map_or(0, Timestamp::microseconds));
        if let Some(until) = self.until {
            query.push(" AND time < ").push_bind(until.microseconds());
        }
        self.condition(query, self.entry());
        if let Some(Cursor { time, sequence }) = self.after {
            query.push(format_args!(" AND (time, {}) {} (", D::NUMBER, self.beyond()));
            query.push_bind(time).push(", ").push_bind(sequence).push(")");
        }
        self.order(query);
        let most = if self.is_filtered() { MAXIMUM_EXAMINED } else { i64::from(self.limit) + 1 };
        query.push(" LIMIT ").push_bind(most);
    }

    /// By what the index is entered: what is usually the rarest first.
    fn entry(&self) -> Entry {
        match (&self.actor, self.outcome, &self.profile, self.act) {
            (Some(RecordActor::Person(_)), ..) => Entry::Person,
            (Some(RecordActor::Application(_)), ..) => Entry::Application,
            (None, Some(OutcomeResult::Failed | OutcomeResult::Refused), ..) => Entry::Outcome,
            (None, _, Some(_), _) => Entry::Profile,
            (
                None,
                _,
                None,
                Some(
                    RecordedAct::Signature
                    | RecordedAct::Augmentation
                    | RecordedAct::Administration
                    | RecordedAct::Access
                    | RecordedAct::Certificate,
                ),
            ) => Entry::Act,
            (None, Some(OutcomeResult::Done) | None, None, Some(RecordedAct::Seal) | None) => {
                Entry::Time
            }
        }
    }

    /// Whether more is asked than the index is entered by.
    pub(crate) fn is_filtered(&self) -> bool {
        let asked = [
            self.actor.is_some(),
            self.outcome.is_some(),
            self.profile.is_some(),
            self.act.is_some(),
        ];
        let asked = asked.into_iter().filter(|asked| *asked).count();
        asked > usize::from(self.entry() != Entry::Time)
    }

    fn condition<D: Index>(&self, query: &mut QueryBuilder<D>, entry: Entry)
    where
        String: Bound<D>,
        i64: Bound<D>,
        &'static str: Bound<D>,
    {
        match (entry, &self.actor) {
            (Entry::Person, Some(RecordActor::Person(PersonId { issuer, subject }))) => {
                query.push(" AND issuer = ").push_bind(issuer.clone());
                query.push(" AND subject = ").push_bind(subject.clone());
            }
            (Entry::Application, Some(RecordActor::Application(name))) => {
                query.push(" AND application = ").push_bind(name.clone());
            }
            (Entry::Outcome, _) => {
                if let Some(outcome) = self.outcome {
                    query.push(" AND outcome = ").push_bind(outcome.name());
                    // The condition of the index.
                    if outcome != OutcomeResult::Done {
                        query.push(" AND outcome <> 'done'");
                    }
                }
            }
            (Entry::Profile, _) => {
                if let Some(profile) = &self.profile {
                    query.push(" AND profile = ").push_bind(profile.clone());
                }
            }
            (Entry::Act, _) => {
                if let Some(act) = self.act {
                    query.push(" AND act = ").push_bind(act.name());
                    if act != RecordedAct::Seal {
                        query.push(" AND act <> 'seal'");
                    }
                }
            }
            (Entry::Person | Entry::Application | Entry::Time, _) => {}
        }
    }

    fn order<D: Index>(&self, query: &mut QueryBuilder<D>) {
        let (number, order) = (D::NUMBER, if self.ascending { "" } else { " DESC" });
        query.push(format_args!(" ORDER BY time{order}, {number}{order}"));
    }

    fn beyond(&self) -> &'static str {
        if self.ascending { ">" } else { "<" }
    }
}
