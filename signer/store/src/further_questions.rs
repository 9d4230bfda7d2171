//! What the tables of letters and of revocation lists are asked: the same statements of either database.

/// The questions of one database.
macro_rules! questions {
    ($database:ty, $connection:ty) => {
        use sqlx::QueryBuilder;

        use crate::{AuditError, LettersSent, NOTICE_WAITS_S};

        /// How many letters of a kind were written about something.
        pub(crate) async fn letters_about(
            connection: &mut $connection,
            organisation: &str,
            kind: &str,
            subjects: &[String],
        ) -> Result<i64, AuditError> {
            let mut query =
                QueryBuilder::<$database>::new("SELECT count(*) FROM letter WHERE organisation = ");
            query.push_bind(organisation.to_owned());
            query.push(" AND kind = ").push_bind(kind.to_owned()).push(" AND subject IN (");
            let mut subject = query.separated(", ");
            for one in subjects {
                subject.push_bind(one.clone());
            }
            query.push(")");
            Ok(query.build_query_scalar().fetch_one(connection).await?)
        }

        /// How many letters somebody was sent: of one organisation's that nobody asks for, so that none takes
        /// them from another, or of all.
        pub(crate) async fn sent_to(
            connection: &mut $connection,
            recipient: &[u8; 32],
            organisation: Option<&str>,
            since: i64,
        ) -> Result<LettersSent, AuditError> {
            let mut query = QueryBuilder::<$database>::new(COUNTED);
            query.push("recipient = ").push_bind(recipient.to_vec());
            match organisation {
                None => query.push(" AND asked IN (0, 1)"),
                Some(one) => {
                    query.push(" AND asked = 0 AND organisation = ").push_bind(one.to_owned())
                }
            };
            query.push(" AND ended > ").push_bind(since);
            let (count, first) = query.build_query_as().fetch_one(connection).await?;
            Ok(LettersSent { count, first })
        }

        /// How many letters that nobody asks for were sent for an organisation.
        pub(crate) async fn sent_for(
            connection: &mut $connection,
            organisation: &str,
            since: i64,
        ) -> Result<LettersSent, AuditError> {
            let mut query = QueryBuilder::<$database>::new(COUNTED);
            query.push("organisation = ").push_bind(organisation.to_owned());
            query.push(" AND recipient IS NOT NULL AND asked = 0");
            query.push(" AND ended > ").push_bind(since);
            let (count, first) = query.build_query_as().fetch_one(connection).await?;
            Ok(LettersSent { count, first })
        }

        /// For whom something waits that is to be gathered, each of an organisation.
        pub(crate) async fn gathering(
            connection: &mut $connection,
            now: i64,
        ) -> Result<Vec<(String, Vec<u8>)>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT DISTINCT organisation, recipient FROM letter
                 WHERE gathers IS NOT NULL AND recipient IS NOT NULL AND (gathers <= ",
            );
            query.push_bind(now).push(" OR gathers > ").push_bind(now + NOTICE_WAITS_S);
            query.push(") ORDER BY organisation, recipient");
            Ok(query.build_query_as().fetch_all(connection).await?)
        }

        /// What waits for somebody and is to be gathered, in the order in which it was written. What reminds of a
        /// certificate that is muted, blocked, or has a successor in use, is moot.
        pub(crate) async fn waiting(
            connection: &mut $connection,
            (organisation, recipient): (&str, &[u8; 32]),
            reminders: &[&str],
            (now, limit): (i64, u32),
        ) -> Result<Vec<(Vec<u8>, Option<String>, Option<String>, i64)>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT l.key, l.address, l.content, CAST(CASE WHEN l.kind IN (",
            );
            let mut kinds = query.separated(", ");
            for kind in reminders {
                kinds.push_bind((*kind).to_owned());
            }
            query.push(
                ") AND (c.muted IS NOT NULL
                   OR EXISTS (SELECT 1 FROM revocation r
                       WHERE r.organisation = c.organisation AND r.certificate = c.id)
                   OR EXISTS (SELECT 1 FROM certificate s
                       WHERE s.organisation = c.organisation AND s.replaces = c.id
                       AND s.installed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM revocation b
                           WHERE b.organisation = s.organisation AND b.certificate = s.id)))
                 THEN 1 ELSE 0 END AS BIGINT)
                 FROM letter l
                 LEFT JOIN certificate c ON c.organisation = l.organisation AND c.id = l.subject
                 WHERE l.organisation = ",
            );
            query.push_bind(organisation.to_owned());
            query.push(" AND l.recipient = ").push_bind(recipient.to_vec());
            query.push(" AND l.gathers IS NOT NULL AND (l.gathers <= ").push_bind(now);
            query.push(" OR l.gathers > ").push_bind(now + NOTICE_WAITS_S);
            query.push(") ORDER BY l.made, l.key LIMIT ").push_bind(i64::from(limit));
            Ok(query.build_query_as().fetch_all(connection).await?)
        }

        /// The number of the last revocation list of each issuing key.
        pub(crate) async fn list_numbers(
            connection: &mut $connection,
        ) -> Result<Vec<(i64, i64)>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT generation, number FROM revocation_list ORDER BY generation",
            );
            Ok(query.build_query_as().fetch_all(connection).await?)
        }

        /// Since when a certificate is blocked that is not held, why, and until when that is told.
        pub(crate) async fn lost_block(
            connection: &mut $connection,
            generation: i64,
            serial: &[u8],
        ) -> Result<Option<(i64, String, i64)>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT at, reason, not_after FROM lost_revocation WHERE generation = ",
            );
            query.push_bind(generation).push(" AND serial = ").push_bind(serial.to_vec());
            Ok(query.build_query_as().fetch_optional(connection).await?)
        }

        const COUNTED: &str = "SELECT count(*), min(ended) FROM letter WHERE outcome = 'sent' AND ";
    };
}

pub(crate) mod sqlite {
    questions!(sqlx::Sqlite, sqlx::SqliteConnection);
}

pub(crate) mod postgres {
    questions!(sqlx::Postgres, sqlx::PgConnection);
}
