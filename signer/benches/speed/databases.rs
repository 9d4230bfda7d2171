//! The same seals with the store in a file and on PostgreSQL, in turns: seals a second, and what PostgreSQL
//! does for one.

use std::time::Duration;

use test_database::Server as Postgres;

use crate::{http::Server, measure::median};

/// What PostgreSQL has done since its database was made: transactions, rows, and bytes of its write-ahead log.
type Done = [f64; 3];

/// Prints a row for each number of clients: seals a second, their ratio, and what one takes.
pub fn print(quick: bool) {
    let (turns, seals) = if quick { (1, 64) } else { (5, 1_000) };
    let postgres = Postgres::start();
    let address = postgres.database();
    let (file, server) = (Server::start(), Server::on_database(&address));
    println!(
        "{:<30} {:>9} {:>11} {:>6} {:>13} {:>6} {:>10}",
        "HTTP B-T", "file", "PostgreSQL", "ratio", "transactions", "rows", "WAL bytes"
    );
    for place in [&file, &server] {
        place.seal(32, seals);
    }
    for clients in [1, 4, 16, 32, 64] {
        let (mut near, mut far) = (vec![], vec![]);
        let before = done(&postgres, &address);
        for _ in 0..turns {
            near.push(rate(&file, clients, seals));
            far.push(rate(&server, clients, seals));
        }
        let after = done(&postgres, &address);
        let each: Vec<f64> =
            before.iter().zip(after).map(|(a, b)| (b - a) / (seals * turns) as f64).collect();
        let (near, far) = (median(near), median(far));
        println!(
            "{:<30} {near:>9.0} {far:>11.0} {:>6.2} {:>13.2} {:>6.1} {:>10.0}",
            format!("{clients} clients, seals a second"),
            far / near,
            each[0],
            each[1],
            each[2]
        );
    }
}

fn rate(server: &Server, clients: usize, seals: usize) -> f64 {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures durations")]
    let start = std::time::Instant::now();
    server.seal(clients, seals);
    seals as f64 / start.elapsed().as_secs_f64()
}

fn done(postgres: &Postgres, address: &str) -> Done {
    // The server tells of a connection's work with a transaction of it that ends a second later.
    std::thread::sleep(Duration::from_millis(1_500));
    let row = postgres.execute(
        address,
        "SELECT xact_commit, tup_inserted + tup_updated + tup_deleted,
                pg_current_wal_insert_lsn() - '0/0'
         FROM pg_stat_database WHERE datname = current_database()",
    );
    let numbers: Vec<f64> =
        row.trim().split('|').map(|number| number.parse().expect("a number")).collect();
    numbers.try_into().expect("three numbers")
}
