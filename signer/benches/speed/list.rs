//! A page of the list of 100,000 certificates, by what is looked for: how long whoever asks over HTTP waits, beside a
//! page of which nothing is looked for.

use sqlx::{Connection as _, SqliteConnection};
use test_database::Server as Postgres;

use crate::{
    house::{House, NUMBER},
    http::{Connection, Server, on_database},
    measure::median,
};

const CERTIFICATES: u32 = 100_000;
const PAGE: usize = 100;
/// The longest that whoever asks is to wait, of a hundred times ninety-nine, in milliseconds.
const LIMIT_MS: f64 = 50.0;

/// What is looked for, and how many certificates hold it, of all.
const NEEDLES: [(&str, &str, usize); 8] = [
    ("one hit", "betalinger 77777 i", 1),
    ("a hundred hits", "betalinger 777", 111),
    ("a thousand hits", "betalinger 77", 1_111),
    ("5,000 hits, those that end last", "arkiv", 5_000),
    ("every certificate", "example.dk", 100_000),
    ("no hit", "zzqz", 0),
    ("no hit, of parts that all have", "example.dk mads", 0),
    ("no hit of two letters: all are read", "qz", 0),
];

pub fn print(quick: bool) {
    let (certificates, turns) = if quick { (1_000, 1) } else { (CERTIFICATES, 200) };
    println!(
        "{:<46} {:>10} {:>8} {:>8} {:>6}",
        "GET /v1/certificates?q=, ms", "median", "99 %", "floor", "ratio"
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let house = House::of(Server::start(), &[]);
    runtime.block_on(async {
        house.list().await;
        let file = house.server.directory().join("segl.sqlite");
        let address = format!("sqlite://{}", file.display());
        let mut connection = SqliteConnection::connect(&address).await.expect("a database");
        let fill = sqlx::raw_sql(sqlx::AssertSqlSafe(on_sqlite(certificates)));
        fill.execute(&mut connection).await.expect("rows");
        connection.close().await.expect("it closes");
        pages(&house, "SQLite", turns, quick).await;
    });
    drop(house);
    let postgres = Postgres::start();
    let address = postgres.database();
    let house = House::of(Server::on_database(&address), &on_database(&address));
    runtime.block_on(async {
        house.list().await;
        postgres.execute(&address, &on_postgresql(certificates));
        pages(&house, "PostgreSQL", turns, quick).await;
    });
}

async fn pages(house: &House, store: &str, turns: usize, quick: bool) {
    let mut connection = Connection::to(&house.server.address).await;
    let mut floors = vec![];
    let mut all = NEEDLES.map(|_| vec![]);
    for turn in 0..=turns {
        for ((name, needle, hits), took) in NEEDLES.iter().zip(&mut all) {
            let needle = format!("&q={}", needle.replace(' ', "%20"));
            let (floor, _) = page(house, &mut connection, "").await;
            let (figure, items) = page(house, &mut connection, &needle).await;
            assert!(quick || items == PAGE.min(*hits), "{name}: {items}");
            // What is read for the first time is on disk.
            if turn > 0 || turns == 1 {
                floors.push(floor);
                took.push(figure);
            }
        }
    }
    let floor = median(floors);
    for ((name, ..), mut took) in NEEDLES.into_iter().zip(all) {
        took.sort_by(f64::total_cmp);
        let (figure, most) = (took[took.len() / 2], took[took.len() * 99 / 100]);
        let verdict = if most <= LIMIT_MS { "" } else { "  OVER 50" };
        println!(
            "{:<46} {figure:>10.2} {most:>8.2} {floor:>8.2} {:>6.2}{verdict}",
            format!("{store}, {name}"),
            figure / floor
        );
    }
}

/// How long the first page takes, in milliseconds, and how many certificates are on it.
async fn page(house: &House, connection: &mut Connection, needle: &str) -> (f64, usize) {
    let request = format!(
        "GET /v1/certificates?limit={PAGE}{needle} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        house.server.address, house.key
    );
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures durations")]
    let start = std::time::Instant::now();
    let answer = connection.ask(request.into_bytes()).await;
    let took = start.elapsed().as_secs_f64() * 1_000.0;
    let told: serde_json::Value = serde_json::from_slice(answer).expect("JSON");
    (took, told["items"].as_array().map_or(0, Vec::len))
}

/// What a row holds, of its number `i` among so many: a twentieth, the last, is of an archive.
fn row(certificates: u32, hex: &str, blob: impl Fn(u32) -> String) -> String {
    let last = certificates - certificates / 20;
    let purpose = format!("CASE WHEN i > {last} THEN 'Arkiv' ELSE 'Betalinger' END");
    let name = format!("{purpose} || ' ' || i || ' i Havnsted'");
    let contact = "'Kontakt ' || (i % 97) || ' Sørensen'";
    let email = "'kontakt' || (i % 97) || '@example.dk'";
    format!(
        "'{NUMBER}', {hex}, 'order', {}, {}, 1, {}, 'payments', 'system', {hex}, {name}, NULL,
         {contact}, {email}, 1, 1, 1900000000 + i * 60, 1905000000 + i * 60, 0,
         lower({name}) || ' ' || {hex} || ' ' || replace(lower({contact}), 'Ø', 'ø') || ' ' || {email}",
        blob(20),
        blob(32),
        blob(1_000)
    )
}

const INSERT: &str = "INSERT INTO certificate (organisation, id, order_id, serial, key, generation, der, profile, kind,
     uuid, name, email, contact, contact_email, purposes, not_before, renewal, not_after, noticed, search)";

fn on_sqlite(certificates: u32) -> String {
    let blob = |length| format!("CAST(printf('%0{length}d', i) AS BLOB)");
    let row = row(certificates, "printf('%032x', i * 2654435761)", blob);
    format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {certificates})
         {INSERT} SELECT {row} FROM n"
    )
}

fn on_postgresql(certificates: u32) -> String {
    let blob = |length| format!("decode(lpad(i::text, {length}, '0'), 'escape')");
    let row = row(certificates, "md5(i::text)", blob);
    format!(
        "{INSERT} SELECT {row} FROM generate_series(1, {certificates}) AS i; ANALYZE certificate"
    )
}
