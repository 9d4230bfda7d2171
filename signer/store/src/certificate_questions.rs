//! The list of certificates: the same statements of either database, but for how a needle is found.

/// How many letters a part has that stands in the index of longer ones.
const PART: usize = 3;

/// How many letters of a needle are looked up in the index at most: so many are in few certificates.
const LONGEST: usize = 100;

const COLUMNS: &str = "SELECT c.*, r.reason AS reason, r.at AS blocked FROM ";

/// Where end and name stand that put the list in order.
const CERTIFICATE: &str = "c";

const REVOCATION: &str = " LEFT JOIN revocation r
     ON r.organisation = c.organisation AND r.certificate = c.id ";

/// The questions of one database. `$found` is its function that finds one text in another. `$first` is how many
/// certificates of the list are looked through before an index is asked, which knows parts of so many letters
/// (`$shortest`). So many of its hits at most (`$most`) are read and put in the list's order. Where there are more, the
/// list is looked through: its page is soon full.
macro_rules! questions {
    (
        $database:ty, $connection:ty, $found:literal, $read:path, $first:expr, $shortest:expr, $most:expr
    ) => {
        use sqlx::QueryBuilder;

        use super::{CERTIFICATE, COLUMNS, LONGEST, PART, REVOCATION};
        use crate::{AuditError, CertificateSearch, CertificateState, FoundCertificate};

        type Query = QueryBuilder<$database>;

        pub(crate) async fn certificates(
            connection: &mut $connection,
            organisation: &str,
            wanted: &CertificateSearch,
        ) -> Result<Vec<FoundCertificate>, AuditError> {
            let needle = match wanted.text.as_deref() {
                None | Some("") => {
                    let mut query = listed(Query::new(COLUMNS), organisation, wanted);
                    put_in_order(&mut query, wanted, CERTIFICATE, wanted.limit.into());
                    return told(connection, query).await;
                }
                Some(text) if text.chars().count() < $shortest => {
                    return told(connection, looked_through(organisation, wanted, text)).await;
                }
                Some(text) => text,
            };
            if let Some(first) = $first {
                let begun = begun(organisation, wanted, needle, first);
                let found = told(connection, begun).await?;
                if found.len() >= wanted.limit as usize {
                    return Ok(found);
                }
            }
            let indexed: String = needle.chars().take(LONGEST).collect();
            let mut hits = hits(&indexed, $most + 1);
            let hits: i64 = hits.build_query_scalar().fetch_one(&mut *connection).await?;
            let query = if hits > $most {
                looked_through(organisation, wanted, needle)
            } else {
                let mut query = of_hits(&indexed);
                query.push("c.organisation = ").push_bind(organisation.to_owned());
                narrow(&mut query, organisation, wanted, CERTIFICATE);
                hold(&mut query, needle);
                put_in_order(&mut query, wanted, CERTIFICATE, wanted.limit.into());
                whole(query, wanted)
            };
            told(connection, query).await
        }

        /// Those of the first of the list that hold the text.
        fn begun(organisation: &str, wanted: &CertificateSearch, text: &str, first: i64) -> Query {
            let mut query = Query::new("SELECT * FROM (");
            query.push(COLUMNS);
            let mut query = listed(query, organisation, wanted);
            put_in_order(&mut query, wanted, CERTIFICATE, first);
            query.push(") AS c WHERE true");
            hold(&mut query, text);
            put_in_order(&mut query, wanted, CERTIFICATE, wanted.limit.into());
            query
        }

        fn listed(mut query: Query, organisation: &str, wanted: &CertificateSearch) -> Query {
            query.push("certificate c").push(REVOCATION).push("WHERE c.organisation = ");
            query.push_bind(organisation.to_owned());
            narrow(&mut query, organisation, wanted, CERTIFICATE);
            query
        }

        fn hold(query: &mut Query, text: &str) {
            query.push(concat!(" AND ", $found, "(c.search, "));
            query.push_bind(text.to_owned()).push(") > 0");
        }

        /// Everything that is asked of a certificate but its text.
        fn narrow(query: &mut Query, organisation: &str, wanted: &CertificateSearch, place: &str) {
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
                query.push(format_args!(" AND ({place}.not_after, {place}.id) > ("));
                query.push_bind(*end);
                query.push(", ").push_bind(id.clone()).push(")");
            }
        }

        fn put_in_order(query: &mut Query, wanted: &CertificateSearch, place: &str, limit: i64) {
            let turned = if wanted.latest_first { " DESC" } else { "" };
            query.push(format_args!(
                " ORDER BY {place}.not_after{turned}, {place}.id{turned} LIMIT "
            ));
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
        None::<i64>,
        PART,
        2_000
    );

    /// Those of the list that hold the text, one by one: end, name and text stand together in an index, and of the
    /// certificates those are read that hold it. GLOB finds it in a third of the time of `instr`.
    fn looked_through(organisation: &str, wanted: &CertificateSearch, text: &str) -> Query {
        const TEXT: &str = "t";
        let mut query = Query::new(COLUMNS);
        query.push("certificate t INDEXED BY certificate_text CROSS JOIN certificate c");
        query.push(" ON c.organisation = t.organisation AND c.id = t.id").push(REVOCATION);
        query.push("WHERE t.organisation = ").push_bind(organisation.to_owned());
        query.push(" AND t.search GLOB ").push_bind(holding(text));
        narrow(&mut query, organisation, wanted, TEXT);
        put_in_order(&mut query, wanted, TEXT, wanted.limit.into());
        query
    }

    /// The pattern of what holds a text.
    fn holding(text: &str) -> String {
        let mut pattern = "*".to_owned();
        for letter in text.chars() {
            match letter {
                '*' | '?' | '[' => pattern.extend(['[', letter, ']']),
                _ => pattern.push(letter),
            }
        }
        pattern + "*"
    }

    /// Whole certificates are what hits are read as.
    fn whole(query: Query, _: &CertificateSearch) -> Query {
        query
    }

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
        // An index tells all hits of what is everywhere, and takes a tenth of a second for it; that fills the page
        // from the first few.
        Some(2_000),
        1,
        20_000
    );

    /// Those of the list that hold the text, one by one.
    fn looked_through(organisation: &str, wanted: &CertificateSearch, text: &str) -> Query {
        let mut query = listed(Query::new(COLUMNS), organisation, wanted);
        hold(&mut query, text);
        put_in_order(&mut query, wanted, CERTIFICATE, wanted.limit.into());
        query
    }

    /// The function that asks the index which knows parts of this length.
    fn index(needle: &str) -> &'static str {
        match needle.chars().count() < PART {
            true => "certificate_short_hits(",
            false => "certificate_hits(",
        }
    }

    /// How many hits there may be of whichever organisation: all parts of the needle are there, in any order.
    fn hits(needle: &str, enough: i64) -> Query {
        let mut query = Query::new("SELECT count(*) FROM ");
        query.push(index(needle)).push_bind(needle.to_owned());
        query.push(", ").push_bind(enough).push(")");
        query
    }

    /// Of all hits what is asked of certificates and puts them in order.
    fn of_hits(needle: &str) -> Query {
        let mut query = Query::new(COLUMNS);
        query.push("(SELECT c.organisation, c.id FROM ");
        query.push(index(needle)).push_bind(needle.to_owned()).push(", NULL) c");
        query.push(REVOCATION).push("WHERE ");
        query
    }

    /// Reads of certificates those alone that are told.
    fn whole(mut query: Query, wanted: &CertificateSearch) -> Query {
        query.push(") h JOIN certificate c ON c.organisation = h.organisation AND c.id = h.id");
        query.push(REVOCATION);
        put_in_order(&mut query, wanted, CERTIFICATE, wanted.limit.into());
        query
    }
}
