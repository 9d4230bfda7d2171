//! EU DSS: one JVM for all files.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::SystemTime,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    files::Signed,
    verdict::{Indication, Report, Verdict},
};

/// DSS's reports, in the order of the files; shorter when it ends early. An error is what DSS says
/// when it cannot read a file.
pub(crate) struct Dss {
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl Dss {
    /// Sends every file to a JVM.
    pub(crate) fn start(files: &[Signed], time: SystemTime) -> Self {
        let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/oracle");
        assert!(
            built.join("built").exists(),
            "EU DSS is not built: `tests/run` does it where Maven is"
        );
        let class_path = format!("{0}/classes:{0}/lib/*", built.display());
        let mut process = Command::new("java")
            .args(["-Xmx2g", "-cp", &class_path, "oracle.dss.Dss"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("`java` starts where Maven built DSS");
        let time = OffsetDateTime::from(time).format(&Rfc3339).expect("a year of four digits");
        let jobs: Vec<_> = files.iter().map(|file| job(file, &time)).collect();
        let mut input = process.stdin.take().expect("a pipe");
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        // A pipe holds little: whoever writes waits for who reads. When DSS ends, so does this.
        thread::spawn(move || jobs.iter().try_for_each(|job| writeln!(input, "{job}")));
        Self { process, answers }
    }
}

fn job(file: &Signed, time: &str) -> Value {
    let mut job = json!({ "file": file.path, "trust": "own", "time": time });
    if let Some(anchors) = &file.anchors {
        job["trust"] = json!([anchors]);
    }
    if let Some(content) = &file.content {
        job["content"] = json!(content);
    }
    job
}

impl Iterator for Dss {
    type Item = Result<Report, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = String::new();
        let length = self.answers.read_line(&mut line).ok()?;
        let answer: Value = serde_json::from_str(line.get(..length)?).ok()?;
        Some(match answer["error"].as_str() {
            Some(complaint) => Err(complaint.to_owned()),
            None => Ok(report(&answer)),
        })
    }
}

impl Drop for Dss {
    fn drop(&mut self) {
        // It is done, or nobody wants the rest.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn report(answer: &Value) -> Report {
    let list = |key: &str| answer[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let signatures = list("signatures").iter().enumerate();
    let signatures = signatures.filter_map(|(at, one)| verdict(one, at, false));
    // Those on a signature are part of its verdict, on both sides.
    let by_itself = |one: &&Value| {
        matches!(one["type"].as_str(), Some("DOCUMENT_TIMESTAMP" | "CONTAINER_TIMESTAMP"))
            || list("signatures").is_empty()
    };
    let time_stamps = list("timestamps").iter().filter(by_itself).enumerate();
    let time_stamps = time_stamps.filter_map(|(at, one)| verdict(one, at, true));
    let anchors = list("anchors").iter().filter_map(Value::as_str);
    Report {
        verdicts: signatures.chain(time_stamps).collect(),
        anchors: anchors.filter_map(|text| STANDARD.decode(text).ok()).collect(),
    }
}

fn verdict(verdict: &Value, at: usize, is_time_stamp: bool) -> Option<Verdict> {
    let word = |key: &str| verdict[key].as_str().unwrap_or_default().to_owned();
    let words = ["errors", "warnings"].into_iter().filter_map(|key| verdict[key].as_array());
    let words = words.flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    Some(Verdict {
        field: verdict["field"].as_str().map_or_else(|| at.to_string(), str::to_owned),
        is_time_stamp,
        indication: Indication::read(&word("indication"))?,
        sub_indication: word("sub_indication"),
        level: word("level"),
        words,
    })
}
