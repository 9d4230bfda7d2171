//! What the tables of letters and of revocation lists are asked: the same statements of either database.

/// The questions of one database.
macro_rules! questions {
    ($database:ty, $connection:ty) => {
        use sqlx::QueryBuilder;

        use crate::{AuditError, LettersSent};

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
