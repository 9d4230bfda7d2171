//! The audit log as it lies on disk, read and spoilt behind the service's back.

use std::{path::Path, process::Output};

use serde_json::Value;

use crate::{
    oracle::{run, workspace},
    server::{self, database},
};

/// Runs SQL in the store of a server that has stopped, which is a file: the rows, each a JSON array.
pub fn sql(data: &Path, statement: &str) -> Vec<Value> {
    let script = workspace().join("tests/oracle/sqlite.py");
    let database = data.join("segl.sqlite");
    let arguments = [script.as_os_str(), database.as_os_str(), statement.as_ref()];
    let output = run("python3", arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Changes the store of a server that has stopped, whatever it is.
pub fn change(data: &Path, statement: &str) {
    match database::address(data) {
        Some(address) => drop(test_database::Server::execute_at(&address, statement)),
        None => drop(sql(data, statement)),
    }
}

/// Everything that the chain holds, in order.
pub fn rows(data: &Path) -> Vec<Value> {
    let Some(address) = database::address(data) else {
        return sql(data, "SELECT sequence, body, hex(hash) FROM audit_record ORDER BY sequence");
    };
    let rows = "SELECT jsonb_build_array(sequence, body, encode(hash, 'hex')) FROM audit_record
                ORDER BY chain, sequence";
    let rows = test_database::Server::execute_at(&address, rows);
    rows.lines().map(|row| serde_json::from_str(row).expect("JSON")).collect()
}

/// Every record's body, in order.
pub fn records(data: &Path) -> Vec<Value> {
    if let Some(address) = database::address(data) {
        let bodies = "SELECT body FROM audit_record ORDER BY chain, sequence";
        let bodies = test_database::Server::execute_at(&address, bodies);
        return bodies.lines().map(|body| serde_json::from_str(body).expect("JSON")).collect();
    }
    sql(data, "SELECT body FROM audit_record ORDER BY sequence")
        .iter()
        .map(|row| serde_json::from_str(row[0].as_str().expect("text")).expect("JSON"))
        .collect()
}

/// `signer audit verify`.
pub fn verify(data: &Path, arguments: &[&str]) -> Output {
    let binary = server::binary();
    let given = database::environment(data);
    let given = given.iter().map(|(name, value)| format!("{name}={value}"));
    let data = data.to_str().expect("a path of text");
    let verify = [binary.to_str().expect("a path of text"), "audit", "verify", "--data-dir", data];
    let verify = verify.iter().chain(arguments).map(|one| (*one).to_owned());
    run("env", given.chain(verify))
}

/// The head that `signer audit verify` prints, as it is given back to `--head`.
pub fn head(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let is_head = |word: &&str| {
        word.split_once(':').is_some_and(|(sequence, hash)| {
            sequence.parse::<u64>().is_ok()
                && hash.len() == 64
                && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    let head = said.split_whitespace().find(is_head);
    head.unwrap_or_else(|| panic!("no head in: {said}")).to_owned()
}
