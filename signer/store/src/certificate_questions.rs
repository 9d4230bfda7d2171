//! The list of certificates: the same statements of either database, but for how a needle is found.

/// How many hits of the index are read and put in the list's order. Where there are more, the list is looked
/// through: its page is soon full.
const MOST_HITS: i64 = 2_000;

/// How many letters a part has that stands in the index, which finds nothing that is shorter.
const PART: usize = 3;

/// How many letters of a needle are looked up in the index at most: so many are in few certificates.
const LONGEST: usize = 100;

const COLUMNS: &str = "SELECT c.*, r.reason AS reason, r.at AS blocked FROM ";

const REVOCATION: &str = " LEFT JOIN revocation r
     ON r.organisation = c.organisation AND r.certificate = c.id ";

/// The questions of one database. `$found` is its function that finds one text in another. `$first` is how many
/// certificates of the list are looked through before the index is asked.
macro_rules! questions {
    ($database:ty, $connection:ty, $found:literal, $read:path, $first:expr) => {
        use sqlx::QueryBuilder;

        use super::{COLUMNS, LONGEST, MOST_HITS, PART, REVOCATION};
        use crate::{AuditError, CertificateSearch, CertificateState, FoundCertificate};

        type Query = QueryBuilder<$database>;

        pub(crate) async fn certificates(
            connection: &mut $connection,
            organisation: &str,
            wanted: &CertificateSearch,
        ) -> Result<Vec<FoundCertificate>, AuditError> {
            let text = wanted.text.as_deref();
            let Some(needle) = text.filter(|text| text.chars().count() >= PART) else {
                return told(connection, looked_through(organisation, wanted)).await;
            };
            if let Some(first) = $first {
                let begun = begun(organisation, wanted, needle, first);
                let found = told(connection, begun).await?;
                if found.len() >= wanted.limit as usize {
                    return Ok(found);
                }
            }
            let indexed: String = needle.chars().take(LONGEST).collect();
            let mut hits = hits(&indexed, MOST_HITS + 1);
            let hits: i64 = hits.build_query_scalar().fetch_one(&mut *connection).await?;
            let query = if hits > MOST_HITS {
                looked_through(organisation, wanted)
            } else {
                let mut query = of_hits(&indexed);
                query.push("c.organisation = ").push_bind(organisation.to_owned());
                narrow(&mut query, organisation, wanted);
                hold(&mut query, needle);
                put_in_order(&mut query, wanted, wanted.limit.into());
                query
            };
            told(connection, query).await
        }

        /// Those of the list that hold the text, one by one.
        fn looked_through(organisation: &str, wanted: &CertificateSearch) -> Query {
            let mut query = listed(Query::new(COLUMNS), organisation, wanted);
            if let Some(text) = &wanted.text {
                hold(&mut query, text);
            }
            put_in_order(&mut query, wanted, wanted.limit.into());
            query
        }

        /// Those of the first of the list that hold the text.
        fn begun(organisation: &str, wanted: &CertificateSearch, text: &str, first: i64) -> Query {
            let mut query = Query::new("SELECT * FROM (");
            query.push(COLUMNS);
            let mut query = listed(query, organisation, wanted);
            put_in_order(&mut query, wanted, first);
            query.push(") AS c WHERE true");
            hold(&mut query, text);
            put_in_order(&mut query, wanted, wanted.limit.into());
            query
        }

        fn listed(mut query: Query, organisation: &str, wanted: &CertificateSearch) -> Query {
            query.push("certificate c").push(REVOCATION).push("WHERE c.organisation = ");
            query.push_bind(organisation.to_owned());
            narrow(&mut query, organisation, wanted);
            query
        }

        fn hold(query: &mut Query, text: &str) {
            query.push(concat!(" AND ", $found, "(c.search, "));
            query.push_bind(text.to_owned()).push(") > 0");
        }

        /// Everything that is asked of a certificate but its text.
        fn narrow(query: &mut Query, organisation: &str, wanted: &CertificateSearch) {
            let texts = [
                (" AND c.kind = ", &wanted.kind),
                (" AND c.profile = ", &wanted.profile),
                (" AND c.contact_email = ", &wanted.contact),
                (" AND c.email = ", &wanted.email),
                (" AND c.uuid = ", &wanted.uuid),
                (" AND c.holder = ", &wanted.holder),
            ];
            for (condition, text) in texts {
                if let Some(text) = text {
                    query.push(condition).push_bind(text.clone());
                }
            }
            if let Some(purpose) = wanted.purpose {
                query.push(" AND (c.purposes & ").push_bind(purpose).push(") <> 0");
            }
            if let Some(before) = wanted.expires_before {
                query.push(" AND c.not_after < ").push_bind(before);
            }
            match wanted.state {
                None => {}
                Some(CertificateState::Blocked) => {
                    query.push(
                        " AND c.id IN (SELECT certificate FROM revocation WHERE organisation = ",
                    );
                    query.push_bind(organisation.to_owned()).push(")");
                }
                Some(CertificateState::Expired) => {
                    query.push(" AND r.at IS NULL AND c.not_after <= ").push_bind(wanted.now);
                }
                Some(CertificateState::RenewalDue) => {
                    query.push(" AND r.at IS NULL AND c.not_after > ").push_bind(wanted.now);
                    query.push(" AND c.renewal <= ").push_bind(wanted.now);
                    // Whose end is later is not due yet: the index of the ends says where to stop.
                    let last = wanted.now.saturating_add(LONGEST_OVERLAP_S);
                    query.push(" AND c.not_after <= ").push_bind(last);
                }
                Some(CertificateState::Valid) => {
                    query.push(" AND r.at IS NULL AND c.not_after > ").push_bind(wanted.now);
                    query.push(" AND c.renewal > ").push_bind(wanted.now);
                }
            }
            if let Some((end, id)) = &wanted.after {
                query.push(" AND (c.not_after, c.id) > (").push_bind(*end);
                query.push(", ").push_bind(id.clone()).push(")");
            }
        }

        fn put_in_order(query: &mut Query, wanted: &CertificateSearch, limit: i64) {
            query.push(match wanted.latest_first {
                true => " ORDER BY c.not_after DESC, c.id DESC LIMIT ",
                false => " ORDER BY c.not_after, c.id LIMIT ",
            });
            query.push_bind(limit);
        }

        async fn told(
            connection: &mut $connection,
            mut query: Query,
        ) -> Result<Vec<FoundCertificate>, AuditError> {
            let rows = query.build().fetch_all(connection).await?;
            Ok(rows.iter().map($read).collect::<Result<_, _>>()?)
        }

        /// In seconds.
        const LONGEST_OVERLAP_S: i64 = registry::MAXIMUM_OVERLAP_DAYS as i64 * 24 * 60 * 60;
    };
}

pub(crate) mod sqlite {
    questions!(
        sqlx::Sqlite,
        sqlx::SqliteConnection,
        "instr",
        crate::questions::sqlite::read,
        // Counting as many hits as are enough takes less than a millisecond.
        None::<i64>
    );

    /// How many hits there are of whichever organisation: of another's nothing else is read.
    fn hits(needle: &str, enough: i64) -> Query {
        let mut query = Query::new(
            "SELECT count(*) FROM (SELECT 1 FROM certificate_search WHERE search MATCH ",
        );
        query.push_bind(phrase(needle)).push(" LIMIT ").push_bind(enough).push(")");
        query
    }

    /// The certificates of all hits, which are read first: that is what CROSS JOIN says here.
    fn of_hits(needle: &str) -> Query {
        let mut query = Query::new(COLUMNS);
        query.push("certificate_search h CROSS JOIN certificate c");
        query.push(" ON c.organisation = h.organisation AND c.id = h.id").push(REVOCATION);
        query.push("WHERE h.search MATCH ").push_bind(phrase(needle)).push(" AND ");
        query
    }

    /// The needle as a string of FTS5, in which nothing is an operator.
    fn phrase(needle: &str) -> String {
        format!("\"{}\"", needle.replace('"', "\"\""))
    }
}

pub(crate) mod postgres {
    questions!(
        sqlx::Postgres,
        sqlx::PgConnection,
        "strpos",
        crate::questions::postgres::read,
        // The index tells all hits of what is everywhere, and takes a tenth of a second for it; that fills the page
        // from the first few.
        Some(2_000)
    );

    /// How many hits there may be of whichever organisation: all parts of the needle are there, in any order.
    fn hits(needle: &str, enough: i64) -> Query {
        let mut query = Query::new("SELECT count(*) FROM certificate_hits(");
        query.push_bind(needle.to_owned()).push(", ").push_bind(enough).push(")");
        query
    }

    /// The certificates of all hits.
    fn of_hits(needle: &str) -> Query {
        let mut query = Query::new(COLUMNS);
        query.push("certificate_hits(").push_bind(needle.to_owned()).push(", NULL) h");
        query.push(" JOIN certificate c ON c.organisation = h.organisation AND c.id = h.id");
        query.push(REVOCATION).push("WHERE ");
        query
    }
}
