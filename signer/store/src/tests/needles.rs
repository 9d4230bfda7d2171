//! Certificates by part of what they say: the index finds what reading all of them finds.

use audit::{CertificateRow, IssuedRow};
use rusqlite::Connection;
use seal::OrganisationId;

use super::{
    certificates::{issued, write},
    *,
};
use crate::sqlite::connect;

/// More than are put in order by their hits.
const MANY: usize = 2_500;

/// Letters of which texts are made: of one byte to four, and those that LIKE, GLOB, FTS5 and SQL take for more.
const LETTERS: [&str; 27] = [
    "a", "b", "æ", "ø", "å", "é", "ß", "日", "🖋", " ", "%", "_", "\"", "'", "*", "^", "-", ":",
    "(", ")", "\\", "+", ".", "@", "[", "]", "?",
];

/// Random numbers that are the same in every run (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn text(&mut self, longest: usize) -> String {
        let length = self.below(longest + 1);
        (0..length).map(|_| LETTERS[self.below(LETTERS.len())]).collect()
    }
}

fn row(number: usize, search: String) -> CertificateRow {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&(number as u64).to_be_bytes());
    CertificateRow::Certificate(Box::new(IssuedRow {
        serial: key[..20].to_vec(),
        key,
        kind: if number.is_multiple_of(3) { "user" } else { "system" }.into(),
        // Several end at the same time.
        not_after: 10_000 + (number * 7919 % MANY / 4) as i64,
        search,
        ..issued(&format!("c{number}"), 0)
    }))
}

/// Texts of which each has something that all have, something that many, and something that few have.
fn texts(numbers: &mut Numbers) -> Vec<String> {
    let kinds = ["betalinger", "årsrapport", "løn", "arkiv 100%"];
    (0..MANY)
        .map(|number| {
            let (before, after) = (numbers.text(12), numbers.text(12));
            let kind = kinds[numbers.below(kinds.len())];
            let long = if number == 0 { "æ%\"日".repeat(60) } else { after };
            format!("{before}{kind} mads@example.com{long} nr{number}")
        })
        .collect()
}

fn needles(texts: &[String], numbers: &mut Numbers) -> Vec<String> {
    let given = [
        "",
        "m",
        "nr",
        "ads",
        "mads@example.com",
        "årsrapport",
        "årsr",
        "løn ",
        "rapport mads",
        "nr24",
        "nr2499",
        "nr249 ",
        "100%",
        "%%%",
        "___",
        "m_ds",
        "m?",
        "m?ds",
        "[m]",
        "[^æ]",
        "mads\0",
        "\0",
        "MADS",
        "\"\"\"",
        "'; DROP TABLE certificate",
        "mads*",
        "nr1 OR nr2",
        "search:mads",
        "{search}",
        "NEAR(mads nr1)",
        "com.example",
        "spam mads",
        "mads@example.com mads@example.com",
        "æøå",
        "日",
        "🖋🖋🖋",
    ];
    let mut needles: Vec<String> = given.map(str::to_owned).to_vec();
    // Longer than what is looked up in the index.
    let (_, long) = texts[0].split_once(".com").unwrap();
    needles.extend([long.to_owned(), format!("{long}x")]);
    for _ in 0..40 {
        needles.push(numbers.text(5));
        // Part of a text, and the same with a letter changed.
        let letters: Vec<char> = texts[numbers.below(texts.len())].chars().collect();
        let begin = numbers.below(letters.len() - 8);
        let end = begin + 1 + numbers.below(8);
        let mut part = letters[begin..end].to_vec();
        needles.push(part.iter().collect());
        let changed = numbers.below(part.len());
        part[changed] = 'å';
        needles.push(part.into_iter().collect());
    }
    needles
}

async fn what_the_index_finds_is_what_reading_all_finds(ground: Ground) {
    let (store, mut numbers) = (open(&ground).await, Numbers(7));
    let texts = texts(&mut numbers);
    let rows: Vec<_> = texts.iter().cloned().enumerate().collect();
    for part in rows.chunks(500) {
        let rows = part.iter().map(|(number, text)| row(*number, text.clone())).collect();
        write(&store, rows).await.unwrap();
    }
    // What another organisation has is found by none but it.
    let other = store.of(OrganisationId::new("87654321"));
    write(&other, vec![row(MANY, texts[0].clone())]).await.unwrap();
    let all = CertificateSearch { limit: 1_000_000, ..CertificateSearch::default() };
    let all = store.certificates(&all).await.unwrap();
    assert_eq!(all.len(), MANY);
    let text = |one: &FoundCertificate| &texts[one.id[1..].parse::<usize>().unwrap()];
    let (mut none, mut few, mut many) = (0, 0, 0);
    for needle in needles(&texts, &mut numbers) {
        let held: Vec<_> = all.iter().filter(|one| text(one).contains(&needle)).collect();
        *match held.len() {
            0 => &mut none,
            1..2_000 => &mut few,
            _ => &mut many,
        } += 1;
        let wanted = CertificateSearch { text: Some(needle), ..CertificateSearch::default() };
        let middle = held.get(held.len() / 2).map(|one| (one.not_after, one.id.clone()));
        for wanted in [
            CertificateSearch { limit: 1_000_000, ..wanted.clone() },
            CertificateSearch { limit: 7, ..wanted.clone() },
            CertificateSearch { limit: 50, after: middle, ..wanted.clone() },
            CertificateSearch { limit: 50, latest_first: true, ..wanted.clone() },
            CertificateSearch { limit: 50, kind: Some("user".into()), ..wanted },
        ] {
            let mut fits: Vec<_> = held.iter().copied().cloned().collect();
            fits.retain(|one| wanted.kind.as_ref().is_none_or(|kind| one.kind == *kind));
            if let Some((end, id)) = &wanted.after {
                fits.retain(|one| (one.not_after, &one.id) > (*end, id));
            }
            if wanted.latest_first {
                fits.reverse();
            }
            fits.truncate(wanted.limit as usize);
            let found = store.certificates(&wanted).await.unwrap();
            assert_eq!(ids(&found), ids(&fits), "{:?} {wanted:?}", wanted.text);
        }
    }
    assert!(none > 10 && few > 30 && many > 2, "{none} {few} {many}");
    let page = CertificateSearch { text: Some(texts[0].clone()), limit: 9, ..Default::default() };
    assert_eq!(ids(&other.certificates(&page).await.unwrap()), [format!("c{MANY}")]);
}

fn ids(found: &[FoundCertificate]) -> Vec<&str> {
    found.iter().map(|one| &*one.id).collect()
}

contract!(what_the_index_finds_is_what_reading_all_finds,);

#[tokio::test(flavor = "multi_thread")]
async fn few_hits_come_from_the_index_and_are_read_no_other_way() {
    let ground = Ground::file();
    let store = open(&ground).await;
    write(&store, vec![row(1, "karen aagaard".into()), row(2, "mads".into())]).await.unwrap();
    let wanted = |text: &str| CertificateSearch {
        text: Some(text.into()),
        limit: 9,
        ..CertificateSearch::default()
    };
    assert_eq!(ids(&store.certificates(&wanted("aagaard")).await.unwrap()), ["c1"]);
    let Ground::File(directory) = &ground else { panic!("it is a file") };
    let connection = connect::writer(&directory.database()).unwrap();
    connection.execute("DELETE FROM certificate_search WHERE id = 'c1'", ()).unwrap();
    assert_eq!(store.certificates(&wanted("aagaard")).await.unwrap(), []);
    // Two letters are in no index.
    assert_eq!(ids(&store.certificates(&wanted("aa")).await.unwrap()), ["c1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_the_index_is_asked_however_many_rows_there_are() {
    let ground = Ground::server();
    let store = open(&ground).await;
    write(&store, vec![row(1, "karen aagaard".into()), row(2, "mads".into())]).await.unwrap();
    let server = test_database::Server::shared();
    let plan = |needle: &str| {
        server.execute(
            ground.url(),
            &format!(
                "SET enable_seqscan = off; EXPLAIN SELECT id FROM certificate c
                 WHERE certificate_parts(c.search) COLLATE \"C\" @> certificate_parts('{needle}')"
            ),
        )
    };
    assert!(plan("aagaard").contains("Bitmap Index Scan on certificate_search"));
    let hits = server.execute(ground.url(), "SELECT id FROM certificate_hits('aagaard', 9)");
    assert_eq!(hits.trim(), "c1");
}

#[tokio::test]
async fn what_was_there_before_the_index_is_found_by_it() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("log.sqlite");
    connect::migrate_to(&path, 13).await.unwrap();
    let connection = Connection::open(&path).unwrap();
    let insert = "INSERT INTO certificate (organisation, id, order_id, serial, key, generation, der,
             profile, kind, uuid, name, purposes, not_before, renewal, not_after, noticed, search)
         VALUES ('12345674', ?1, 'o', CAST(?1 AS BLOB), CAST(?1 AS BLOB), 1, x'30', 'p', 'system', 'u',
             'n', 1, 1, 2, 3, 0, ?2)";
    for (id, search) in [("one", "karen aagaard"), ("two", "mads sørensen")] {
        connection.execute(insert, [id, search]).unwrap();
    }
    drop(connection);
    connect::migrate(&path).await.unwrap();
    let connection = Connection::open(&path).unwrap();
    connection.execute(insert, ["three", "årsrapporten"]).unwrap();
    for (id, search) in [("one", "aagaard"), ("two", "søren"), ("three", "årsrapport")] {
        let found = "SELECT id FROM certificate_search WHERE search MATCH ?1";
        let found: String = connection.query_row(found, [search], |row| row.get(0)).unwrap();
        assert_eq!(found, id);
    }
}
