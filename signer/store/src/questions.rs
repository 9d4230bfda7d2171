//! What the tables of orders and certificates are asked: the same statements of either database.

/// The questions of one database.
macro_rules! questions {
    ($database:ty, $connection:ty, $row:ty) => {
        use std::collections::BTreeSet;

        use registry::OrderState;
        use sqlx::{QueryBuilder, Row};

        use crate::{
            AuditError, BlockedCertificate, EndSearch, FoundCertificate, FoundCheck, OrderSearch,
            certificates::OrderText,
        };

        pub(crate) async fn referred_to(
            connection: &mut $connection,
            reference: &str,
        ) -> Result<Option<(String, String)>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT organisation, id FROM certificate_order WHERE reference = ",
            );
            query.push_bind(reference.to_owned());
            Ok(query.build_query_as().fetch_optional(connection).await?)
        }

        pub(crate) async fn check_of(
            connection: &mut $connection,
            hash: &[u8; 32],
        ) -> Result<Option<(String, String)>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT organisation, id FROM email_check WHERE hash = ",
            );
            query.push_bind(hash.to_vec());
            Ok(query.build_query_as().fetch_optional(connection).await?)
        }

        pub(crate) async fn one_order(
            connection: &mut $connection,
            organisation: &str,
            id: &str,
        ) -> Result<Option<OrderText>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT id, version, body FROM certificate_order WHERE organisation = ",
            );
            query.push_bind(organisation.to_owned()).push(" AND id = ").push_bind(id.to_owned());
            Ok(query.build_query_as().fetch_optional(connection).await?)
        }

        pub(crate) async fn orders(
            connection: &mut $connection,
            organisation: &str,
            wanted: &OrderSearch,
        ) -> Result<Vec<OrderText>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT id, version, body FROM certificate_order WHERE organisation = ",
            );
            query.push_bind(organisation.to_owned());
            let texts = [
                (" AND profile = ", &wanted.profile),
                (" AND holder = ", &wanted.holder),
                (" AND reference = ", &wanted.reference),
                (" AND id > ", &wanted.after),
            ];
            for (condition, text) in texts {
                if let Some(text) = text {
                    query.push(condition).push_bind(text.clone());
                }
            }
            match wanted.state {
                None => {}
                // An order is kept as open until something is done with it, however long its end is past.
                Some(OrderState::Expired) => {
                    query.push(" AND state IN ('awaiting-approval', 'awaiting-email', 'ready', 'locked')");
                    query.push(" AND expires <= ").push_bind(wanted.now);
                }
                Some(state) => {
                    query.push(" AND state = ").push_bind(state.name());
                    if state.is_open() {
                        query.push(" AND expires > ").push_bind(wanted.now);
                    }
                }
            }
            query.push(" ORDER BY id LIMIT ").push_bind(i64::from(wanted.limit));
            Ok(query.build_query_as().fetch_all(connection).await?)
        }

        pub(crate) async fn open_orders(
            connection: &mut $connection,
            organisation: &str,
            now: i64,
        ) -> Result<i64, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT count(*) FROM certificate_order WHERE organisation = ",
            );
            query.push_bind(organisation.to_owned());
            query.push(" AND state IN ('awaiting-approval', 'awaiting-email', 'ready', 'locked')");
            query.push(" AND expires > ").push_bind(now);
            Ok(query.build_query_scalar().fetch_one(connection).await?)
        }

        pub(crate) async fn certificate(
            connection: &mut $connection,
            organisation: &str,
            id: &str,
        ) -> Result<Option<FoundCertificate>, AuditError> {
            let mut query = selected(organisation);
            query.push(" AND c.id = ").push_bind(id.to_owned());
            let found = query.build().fetch_optional(connection).await?;
            Ok(found.map(|row| read(&row)).transpose()?)
        }

        pub(crate) async fn certificate_of(
            connection: &mut $connection,
            serial: &[u8],
        ) -> Result<Option<(String, FoundCertificate)>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(SELECTED);
            query.push(" WHERE c.serial = ").push_bind(serial.to_vec());
            let found = query.build().fetch_optional(connection).await?;
            let found = found.map(|row| Ok((row.try_get("organisation")?, read(&row)?)));
            Ok(found.transpose().map_err(|error: sqlx::Error| error)?)
        }

        /// Certificates under these profiles, each of an organisation, that are good and show this address.
        pub(crate) async fn showing(
            connection: &mut $connection,
            profiles: &[(String, String)],
            address: &str,
            (now, limit): (i64, u32),
        ) -> Result<Vec<(String, FoundCertificate)>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(SELECTED);
            // The organisations say where the index of addresses is entered.
            query.push(" WHERE c.organisation IN (");
            let organisations: BTreeSet<_> = profiles.iter().map(|(one, _)| one).collect();
            let mut names = query.separated(", ");
            for organisation in organisations {
                names.push_bind(organisation.clone());
            }
            query.push(") AND c.email = ").push_bind(address.to_owned());
            query.push(" AND (c.organisation, c.profile) IN (");
            query.push_values(profiles, |mut pair, (organisation, profile)| {
                pair.push_bind(organisation.clone()).push_bind(profile.clone());
            });
            query.push(") AND r.at IS NULL AND c.not_before <= ").push_bind(now);
            query.push(" AND c.not_after > ").push_bind(now);
            query.push(" ORDER BY c.not_after DESC, c.organisation, c.id LIMIT ");
            query.push_bind(i64::from(limit));
            let rows = query.build().fetch_all(connection).await?;
            let found = rows.iter().map(|row| Ok((row.try_get("organisation")?, read(row)?)));
            Ok(found.collect::<Result<_, sqlx::Error>>()?)
        }

        pub(crate) async fn blocked_count(
            connection: &mut $connection,
            generation: i64,
        ) -> Result<i64, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT (SELECT count(*) FROM revocation WHERE generation = ",
            );
            query.push_bind(generation);
            query.push(") + (SELECT count(*) FROM lost_revocation WHERE generation = ");
            query.push_bind(generation).push(")");
            Ok(query.build_query_scalar().fetch_one(connection).await?)
        }

        pub(crate) async fn blocked(
            connection: &mut $connection,
            generation: i64,
        ) -> Result<Vec<BlockedCertificate>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT c.serial, r.reason, r.at, c.not_after FROM revocation r
                 JOIN certificate c ON c.organisation = r.organisation AND c.id = r.certificate
                 WHERE r.generation = ",
            );
            query.push_bind(generation);
            query.push(
                " UNION ALL SELECT serial, reason, at, not_after FROM lost_revocation
                 WHERE generation = ",
            );
            query.push_bind(generation).push(" ORDER BY 3, 1");
            let found: Vec<(Vec<u8>, String, i64, i64)> =
                query.build_query_as().fetch_all(connection).await?;
            let blocked = found.into_iter().map(|(serial, reason, at, not_after)| {
                BlockedCertificate { serial, reason, at, not_after }
            });
            Ok(blocked.collect())
        }

        pub(crate) async fn check(
            connection: &mut $connection,
            organisation: &str,
            id: &str,
        ) -> Result<Option<FoundCheck>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT id, address, ends, confirmed FROM email_check WHERE organisation = ",
            );
            query.push_bind(organisation.to_owned()).push(" AND id = ").push_bind(id.to_owned());
            let found: Option<(String, String, i64, Option<i64>)> =
                query.build_query_as().fetch_optional(connection).await?;
            Ok(found.map(|(id, address, ends, confirmed)| FoundCheck {
                id,
                address,
                ends,
                confirmed,
            }))
        }

        /// The orders that wait for an address to be confirmed.
        pub(crate) async fn awaiting(
            connection: &mut $connection,
            organisation: &str,
            address: &str,
            limit: u32,
        ) -> Result<Vec<OrderText>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT id, version, body FROM certificate_order WHERE organisation = ",
            );
            query.push_bind(organisation.to_owned());
            query.push(" AND state = 'awaiting-email' AND email = ");
            query.push_bind(address.to_owned());
            query.push(" ORDER BY id LIMIT ").push_bind(i64::from(limit));
            Ok(query.build_query_as().fetch_all(connection).await?)
        }

        /// Certificates whose end has come nearer than was told, and that nothing in use has taken the place
        /// of.
        pub(crate) async fn ending(
            connection: &mut $connection,
            wanted: &EndSearch<'_>,
        ) -> Result<Vec<(String, FoundCertificate)>, AuditError> {
            let EndSearch { over, ends, after, without, limit } = wanted;
            let mut query = QueryBuilder::<$database>::new(SELECTED);
            query.push(" WHERE c.noticed < 5 AND r.at IS NULL AND c.muted IS NULL");
            query.push(" AND c.not_after > ").push_bind(*over);
            query.push(" AND c.noticed < CASE");
            for (end, stage) in ends.iter().rev() {
                query.push(" WHEN c.not_after <= ").push_bind(*end);
                query.push(" THEN ").push_bind(*stage);
            }
            query.push(" ELSE 0 END AND c.not_after <= ");
            query.push_bind(ends.first().map_or(*over, |(end, _)| *end));
            query.push(
                " AND NOT EXISTS (SELECT 1 FROM certificate s
                  WHERE s.organisation = c.organisation AND s.replaces = c.id
                  AND s.installed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM revocation b
                      WHERE b.organisation = s.organisation AND b.certificate = s.id))",
            );
            if let Some((end, organisation, id)) = after {
                // The first says where the index of the ends is entered.
                query.push(" AND c.not_after >= ").push_bind(*end);
                query.push(" AND (c.not_after, c.organisation, c.id) > (").push_bind(*end);
                query.push(", ").push_bind(organisation.as_str().to_owned());
                query.push(", ").push_bind(id.clone()).push(")");
            }
            for organisation in without.iter().take(MAXIMUM_WITHOUT) {
                query.push(" AND c.organisation <> ").push_bind(organisation.as_str().to_owned());
            }
            query.push(" ORDER BY c.not_after, c.organisation, c.id LIMIT ");
            query.push_bind(i64::from(*limit));
            let rows = query.build().fetch_all(connection).await?;
            let found = rows.iter().map(|row| Ok((row.try_get("organisation")?, read(row)?)));
            Ok(found.collect::<Result<_, sqlx::Error>>()?)
        }

        /// Certificates of an organisation that are good, and that no other has taken the place of.
        pub(crate) async fn standing(
            connection: &mut $connection,
            organisation: &str,
            (now, after, limit): (i64, &str, u32),
        ) -> Result<Vec<FoundCertificate>, AuditError> {
            let mut query = selected(organisation);
            query.push(" AND c.id > ").push_bind(after.to_owned());
            query.push(" AND r.at IS NULL AND c.not_after > ").push_bind(now);
            query.push(
                " AND NOT EXISTS (SELECT 1 FROM certificate s
                  WHERE s.organisation = c.organisation AND s.replaces = c.id
                  AND NOT EXISTS (SELECT 1 FROM revocation b
                      WHERE b.organisation = s.organisation AND b.certificate = s.id))",
            );
            query.push(" ORDER BY c.id LIMIT ").push_bind(i64::from(limit));
            let rows = query.build().fetch_all(connection).await?;
            Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
        }

        pub(crate) async fn confirmed(
            connection: &mut $connection,
            organisation: &str,
            address: &str,
        ) -> Result<Option<i64>, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT max(confirmed) FROM email_check WHERE organisation = ",
            );
            query.push_bind(organisation.to_owned());
            query.push(" AND address = ").push_bind(address.to_owned());
            Ok(query.build_query_scalar().fetch_one(connection).await?)
        }

        pub(crate) async fn accepted(
            connection: &mut $connection,
            organisation: &str,
            asker: &str,
            policy: &str,
        ) -> Result<bool, AuditError> {
            let mut query = QueryBuilder::<$database>::new(
                "SELECT count(*) FROM policy_acceptance WHERE organisation = ",
            );
            query.push_bind(organisation.to_owned());
            query.push(" AND asker = ").push_bind(asker.to_owned());
            query.push(" AND policy = ").push_bind(policy.to_owned());
            let accepted: i64 = query.build_query_scalar().fetch_one(connection).await?;
            Ok(accepted > 0)
        }

        /// How many organisations a statement names that are left out; what is found of others is passed over.
        const MAXIMUM_WITHOUT: usize = 200;

        const SELECTED: &str = "SELECT c.*, r.reason AS reason, r.at AS blocked FROM certificate c
             LEFT JOIN revocation r ON r.organisation = c.organisation AND r.certificate = c.id";

        pub(crate) fn selected(organisation: &str) -> QueryBuilder<$database> {
            let mut query = QueryBuilder::new(SELECTED);
            query.push(" WHERE c.organisation = ").push_bind(organisation.to_owned());
            query
        }

        pub(crate) fn read(row: &$row) -> Result<FoundCertificate, sqlx::Error> {
            Ok(FoundCertificate {
                id: row.try_get("id")?,
                order: row.try_get("order_id")?,
                serial: row.try_get("serial")?,
                generation: row.try_get("generation")?,
                der: row.try_get("der")?,
                profile: row.try_get("profile")?,
                kind: row.try_get("kind")?,
                holder: row.try_get("holder")?,
                uuid: row.try_get("uuid")?,
                name: row.try_get("name")?,
                email: row.try_get("email")?,
                contact: row.try_get("contact")?,
                contact_email: row.try_get("contact_email")?,
                purposes: row.try_get("purposes")?,
                not_before: row.try_get("not_before")?,
                renewal: row.try_get("renewal")?,
                not_after: row.try_get("not_after")?,
                replaces: row.try_get("replaces")?,
                installed: row.try_get("installed")?,
                muted: row.try_get("muted")?,
                muted_by: row.try_get("muted_by")?,
                reason: row.try_get("reason")?,
                blocked: row.try_get("blocked")?,
            })
        }
    };
}

pub(crate) mod sqlite {
    questions!(sqlx::Sqlite, sqlx::SqliteConnection, sqlx::sqlite::SqliteRow);
}

pub(crate) mod postgres {
    questions!(sqlx::Postgres, sqlx::PgConnection, sqlx::postgres::PgRow);
}
