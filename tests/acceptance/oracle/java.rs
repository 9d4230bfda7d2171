//! Verifiers written in Java. tests/run builds them into `target/oracle` where Maven is; one warm
//! JVM for each serves every test, for starting one takes seconds.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Mutex, OnceLock,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use serde_json::Value;

use super::{PATIENCE_S, workspace};

/// A verifier: a main class that answers jobs line by line.
pub struct Verifier {
    main_class: &'static str,
    process: OnceLock<Option<Mutex<Process>>>,
}

struct Process {
    /// Its input's end, which comes with ours, ends the JVM.
    jobs: ChildStdin,
    answers: Receiver<String>,
    _child: Child,
}

impl Verifier {
    /// The verifier of this main class; it starts with its first job.
    pub const fn new(main_class: &'static str) -> Self {
        Self { main_class, process: OnceLock::new() }
    }

    /// What the verifier answers, or its complaint that it cannot. `None` where there is no Maven:
    /// then nothing is judged, and tests/run says so.
    ///
    /// The wait stands on a thread of its own, so that the caller's connections stay alive.
    pub async fn answer(&'static self, job: Value) -> Option<Result<Value, String>> {
        let waiting = tokio::task::spawn_blocking(move || self.wait_for(&job));
        waiting.await.expect("the verifier answers")
    }

    fn wait_for(&self, job: &Value) -> Option<Result<Value, String>> {
        let process = self.process.get_or_init(|| self.start()).as_ref()?;
        let mut process = process.lock().expect("the verifier answered every job until now");
        writeln!(process.jobs, "{job}").expect("the verifier reads jobs");
        let patience = Duration::from_secs(PATIENCE_S.into());
        let line = process.answers.recv_timeout(patience).unwrap_or_else(|error| {
            panic!("{} did not answer within {PATIENCE_S} s: {error}: {job}", self.main_class)
        });
        let answer: Value = serde_json::from_str(&line).expect("an answer is JSON");
        Some(match answer["error"].as_str() {
            Some(complaint) => Err(complaint.to_owned()),
            None => Ok(answer),
        })
    }

    fn start(&self) -> Option<Mutex<Process>> {
        let built = workspace().join("target/oracle");
        if !built.join("built").exists() {
            // With Maven here, a verifier that is not built is a fault, not a reason to pass.
            let maven = Command::new("mvn").arg("--version").output();
            assert!(maven.is_err(), "{} is not built: run tests/run once", self.main_class);
            println!("NO MAVEN HERE: {} judges nothing", self.main_class);
            return None;
        }
        let class_path = format!("{0}/classes:{0}/lib/*", built.display());
        let mut child = Command::new("java")
            .args(["-Xmx1g", "-cp", &class_path, self.main_class])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("`java` starts where Maven built the verifiers");
        let jobs = child.stdin.take().expect("a pipe");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let (sender, answers) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Some(Mutex::new(Process { jobs, answers, _child: child }))
    }
}
