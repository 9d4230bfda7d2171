//! The rows of a batch of records, written by one statement.

use audit::{ActingPerson, AuditKey, AuditPosition, Draft};
use sqlx::PgConnection;

use super::index::{self, Columns, Counts, Persons, Sort};
use crate::AuditError;

/// The records, who acted, what they are found by, and how many acts of each sort ended; or nothing of it, where the
/// chain does not end with $2 and $3, or a register was changed after what is said of it. Registers stay what
/// they are until the transaction has ended: a change waits for the acts before it.
const WRITE: &str = "
    WITH last AS (
        SELECT sequence, hash FROM audit_record WHERE chain = $1 ORDER BY sequence DESC LIMIT 1
    ), held AS (
        SELECT organisation, revision FROM register_revision WHERE organisation = ANY($4::text[])
        ORDER BY organisation FOR SHARE
    ), fit AS (
        SELECT 1
        WHERE coalesce((SELECT sequence = $2 AND hash = $3 FROM last), $2 = 0)
        AND cardinality($4::text[]) = (
            SELECT count(*) FROM held
            JOIN unnest($4::text[], $5::bigint[]) AS judged (organisation, revision)
                USING (organisation, revision))
    ), records AS (
        INSERT INTO audit_record (chain, sequence, body, hash)
        SELECT $1, given.* FROM fit, unnest($6::bigint[], $7::text[], $8::bytea[]) AS given
        RETURNING 1
    ), persons AS (
        INSERT INTO acting_person (chain, sequence, salt, issuer, subject, name, token_id)
        SELECT $1, given.* FROM fit, unnest($9::bigint[], $10::text[], $11::text[], $12::text[],
                                            $13::text[], $14::text[]) AS given
    ), found AS (
        INSERT INTO audit_index (chain, organisation, sequence, time, act, outcome, profile,
                                 application, issuer, subject, intent)
        SELECT $1, given.* FROM fit, unnest($15::text[], $16::bigint[], $17::bigint[], $18::text[],
                                            $19::text[], $20::text[], $21::text[], $22::text[],
                                            $23::text[], $24::bigint[]) AS given
    ), counted AS (
        INSERT INTO act_count (chain, organisation, day, act, profile, application, outcome, given)
        SELECT $1, given.* FROM fit, unnest($25::text[], $26::bigint[], $27::text[], $28::text[],
                                            $29::text[], $30::text[], $31::bigint[]) AS given
        ON CONFLICT (chain, organisation, day, act, profile, application, outcome)
        DO UPDATE SET given = act_count.given + excluded.given
    )
    SELECT count(*) FROM records";

/// What a batch writes after the last record of the chain.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    before: AuditPosition,
    numbers: Vec<i64>,
    bodies: Vec<String>,
    hashes: Vec<Vec<u8>>,
    persons: Vec<(i64, &'a ActingPerson)>,
    index: Columns<'a>,
    counts: Counts<'a>,
    pub(super) results: Vec<Result<AuditPosition, AuditError>>,
}

impl<'a> Rows<'a> {
    /// Numbers and chains the records that nothing refuses after `head`, which then is the last of them.
    pub(super) fn of(
        key: &AuditKey,
        head: &mut AuditPosition,
        drafts: &[&'a Draft],
        refusals: Vec<Option<AuditError>>,
        there: &'a Persons,
    ) -> Self {
        let before = *head;
        let mut results = Vec::with_capacity(drafts.len());
        let (mut numbers, mut bodies, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
        let mut persons = Vec::new();
        for (draft, refusal) in drafts.iter().zip(refusals) {
            if let Some(refusal) = refusal {
                results.push(Err(refusal));
                continue;
            }
            let sequence = head.sequence + 1;
            let body = draft.body(sequence);
            *head = AuditPosition { sequence, hash: head.hash.next(key, &body) };
            numbers.push(sequence.cast_signed());
            bodies.push(body);
            hashes.push(head.hash.as_bytes().to_vec());
            if let Some(person) = &draft.person {
                persons.push((sequence.cast_signed(), person));
            }
            results.push(Ok(*head));
        }
        let (index, counts) = index::of(drafts, &results, there);
        Self { before, numbers, bodies, hashes, persons, index, counts, results }
    }

    /// Writes them where the chain ends as is known, and the registers are as these say: organisations and the
    /// numbers of their last changes. Answers whether they were written; if not, none was.
    pub(super) async fn write(
        &self,
        connection: &mut PgConnection,
        chain: &str,
        judged: (&[&str], &[i64]),
    ) -> Result<bool, AuditError> {
        let Self { before, numbers, bodies, hashes, persons, index, counts, results: _ } = self;
        let person = |of: fn(&ActingPerson) -> &String| -> Vec<&str> {
            persons.iter().map(|(_, person)| of(person).as_str()).collect()
        };
        let sort = |of: fn(&Sort<'a>) -> &'a str| counts.keys().map(of).collect::<Vec<&str>>();
        // All rows, so that it has ended.
        let written: Vec<i64> = sqlx::query_scalar(WRITE)
            .bind(chain)
            .bind(before.sequence.cast_signed())
            .bind(before.hash.as_bytes())
            .bind(judged.0)
            .bind(judged.1)
            .bind(numbers)
            .bind(bodies)
            .bind(hashes)
            .bind(persons.iter().map(|(sequence, _)| *sequence).collect::<Vec<_>>())
            .bind(person(|person| &person.salt))
            .bind(person(|person| &person.issuer))
            .bind(person(|person| &person.subject))
            .bind(person(|person| &person.name))
            .bind(person(|person| &person.token_id))
            .bind(&index.organisations)
            .bind(&index.numbers)
            .bind(&index.times)
            .bind(&index.acts)
            .bind(&index.outcomes)
            .bind(&index.profiles)
            .bind(&index.applications)
            .bind(&index.issuers)
            .bind(&index.subjects)
            .bind(&index.intents)
            .bind(sort(|sort| sort.0))
            .bind(counts.keys().map(|sort| sort.1).collect::<Vec<_>>())
            .bind(sort(|sort| sort.2))
            .bind(sort(|sort| sort.3))
            .bind(sort(|sort| sort.4))
            .bind(sort(|sort| sort.5))
            .bind(counts.values().copied().collect::<Vec<_>>())
            .fetch_all(connection)
            .await?;
        Ok(written == [numbers.len() as i64])
    }
}
