//! What others take for the same work on the same files in the same run, where `tests/run` has
//! installed them: pyHanko, and EU DSS in one warm JVM.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The file that everyone signs.
pub fn document() -> PathBuf {
    root().join("fixtures/one-page.pdf")
}

/// pyHanko's figures in microseconds, a line each, in the order in which they were asked for.
/// `None` says that it is not there.
pub fn pyhanko(arguments: &[String]) -> Option<Vec<f64>> {
    let output = Command::new(root().join("target/venv/bin/python"))
        .arg(root().join("signer/benches/speed/compare.py"))
        .args(arguments)
        .output()
        .ok()?;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "pyHanko: {complaint}");
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let figure = |line: &str| line.rsplit(' ').next()?.parse().ok();
    Some(lines.lines().filter_map(figure).collect())
}

/// The medians of these jobs in microseconds, all in one JVM that warms up for each; see
/// `tests/oracle/java`. `None` says that DSS is not there.
pub fn dss(jobs: &[Value]) -> Option<Vec<f64>> {
    let built = root().join("target/oracle");
    if !built.join("built").exists() {
        return None;
    }
    let mut child = Command::new("java")
        .args(["-Xmx1g", "-cp", &format!("{0}/classes:{0}/lib/*", built.display())])
        .arg("oracle.dss.Dss")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let lines: String = jobs.iter().map(|job| format!("{job}\n")).collect();
    child.stdin.take()?.write_all(lines.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    let answers = String::from_utf8_lossy(&output.stdout).into_owned();
    let figure = |line: &str| {
        let answer: Value = serde_json::from_str(line).expect("an answer");
        assert_eq!(answer["indication"], "TOTAL_PASSED", "{answer}");
        answer["median_us"].as_f64().expect("a median")
    };
    Some(answers.lines().map(figure).collect())
}

/// DSS signs a file.
pub fn sign_job(count: usize, level: &str) -> Value {
    json!({ "bench": "sign", "n": count, "file": document(), "level": level })
}

/// DSS validates a file with what it needs at hand.
pub fn validate_job(count: usize, file: &Path, trust: &Path, list: &Path) -> Value {
    json!({ "bench": "validate", "n": count, "file": file, "trust": [trust], "crls": [list] })
}
