//! `qscd-sim ctl`: the tester's controls from a shell.

use clap::{Args, Subcommand};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use super::{failure::Failure, terminal};

/// The arguments of `ctl`.
#[derive(Debug, Args)]
#[group(id = "control")]
pub(super) struct Arguments {
    /// The management port of the simulator, or of a `signer` that runs one in its own process
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:8091",
        env = "QSCD_SIM_MANAGEMENT"
    )]
    management: String,
    /// The token that the management port wants
    #[arg(long, value_name = "TOKEN", env = "QSCD_SIM_TOKEN", hide_env_values = true)]
    token: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Says which run it is, and what the device holds and did
    Status,
    /// Brings clock, faults, keys and rollovers back to the start
    Reset,
    /// Shows the clock, or moves it
    #[command(subcommand)]
    Clock(Clock),
    /// Lists the live credentials, never a key
    Credentials,
    /// Destroys the key of a live credential
    Kill {
        /// The credential's name
        credential: String,
    },
    /// Lists the newest certificates, or shows one in PEM
    Certificates {
        /// Its serial number in hexadecimal
        serial: Option<String>,
    },
    /// Prints what happens in the device, until it is interrupted
    Events,
    /// Lists the faults in force, and the names of all
    Faults,
    /// Plans a fault
    Fault(Rule),
    /// Withdraws a fault, or all of them
    Withdraw {
        /// The fault's number; all when left out
        id: Option<u64>,
    },
    /// Starts the dice of the faults anew, so that a run repeats
    Seed {
        /// Any number
        seed: u64,
    },
    /// Plays a scenario, or lists them all
    Scenario {
        /// The scenario's name
        name: Option<String>,
    },
    /// Issues a token for one of the simulator's persons
    Token {
        /// The person, as `karen`
        person: String,
        /// SHA-256 of each document that the token may sign
        documents: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
enum Clock {
    /// Shows the time
    Show,
    /// Sets the time
    Set {
        /// As in RFC 3339: 2026-01-31T12:00:00Z
        time: String,
    },
    /// Moves the time forward
    Advance {
        /// By so many seconds
        seconds: f64,
    },
    /// Stops the clock where it is
    Freeze,
    /// Lets the clock run on from where it is
    Release,
    /// Goes back to the machine's time
    Reset,
}

#[derive(Debug, Args)]
struct Rule {
    /// Its name, as `wrong-signature`
    fault: String,
    /// With which probability, for each call
    #[arg(long, default_value_t = 1.0)]
    probability: f64,
    /// How many times at most
    #[arg(long)]
    count: Option<u32>,
    /// For credentials of this profile alone
    #[arg(long)]
    profile: Option<String>,
    /// For this credential alone
    #[arg(long)]
    credential: Option<String>,
    /// How long a delay lasts
    #[arg(long)]
    milliseconds: Option<u32>,
    /// How far a clock is moved
    #[arg(long, allow_negative_numbers = true)]
    seconds: Option<i64>,
}

/// Asks, and prints the answer.
pub(super) async fn control(arguments: Arguments) -> Result<(), Failure> {
    let url = arguments.management.trim_end_matches('/').to_owned();
    let port = Port {
        client: Client::builder()
            .no_proxy()
            .build()
            .map_err(|cause| Failure::NoAnswer { url: url.clone(), cause })?,
        url,
        token: arguments.token,
    };
    match arguments.command {
        Command::Status => port.get("/status").await,
        Command::Clock(clock) => match clock.body() {
            None => port.get("/clock").await,
            Some(body) => port.post("/clock", &body).await,
        },
        Command::Reset => port.post("/reset", &Value::Null).await,
        Command::Credentials => port.get("/credentials").await,
        Command::Kill { credential } => port.delete(&format!("/credentials/{credential}")).await,
        Command::Certificates { serial: None } => port.get("/certificates").await,
        Command::Certificates { serial: Some(serial) } => {
            port.get(&format!("/certificates/{serial}")).await
        }
        Command::Events => port.events().await,
        Command::Faults => port.get("/faults").await,
        Command::Fault(rule) => port.post("/faults", &rule.body()).await,
        Command::Withdraw { id: None } => port.delete("/faults").await,
        Command::Withdraw { id: Some(id) } => port.delete(&format!("/faults/{id}")).await,
        Command::Seed { seed } => port.post("/faults/seed", &json!({ "seed": seed })).await,
        Command::Scenario { name: None } => port.get("/scenarios").await,
        Command::Scenario { name: Some(name) } => {
            port.post(&format!("/scenarios/{name}"), &Value::Null).await
        }
        Command::Token { person, documents } => {
            let body = json!({ "documents": documents });
            port.post(&format!("/identities/{person}/token"), &body).await
        }
    }
}

/// The management port of a running simulator.
struct Port {
    client: Client,
    url: String,
    token: Option<String>,
}

impl Port {
    async fn get(&self, path: &str) -> Result<(), Failure> {
        self.show(Method::GET, path, None).await
    }

    async fn delete(&self, path: &str) -> Result<(), Failure> {
        self.show(Method::DELETE, path, None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Result<(), Failure> {
        self.show(Method::POST, path, Some(body)).await
    }

    async fn show(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(), Failure> {
        let text = self.send(method, path, body).await?.text().await;
        let text = text.map_err(|cause| self.no_answer(cause))?;
        match serde_json::from_str::<Value>(&text) {
            Ok(answer) => terminal::print(format_args!("{answer:#}")),
            Err(_) if text.is_empty() => Ok(()),
            Err(_) => terminal::print(text.trim_end()),
        }
    }

    /// Each event on a line of its own.
    async fn events(&self) -> Result<(), Failure> {
        let mut response = self.send(Method::GET, "/events", None).await?;
        let mut kept = Vec::new();
        let mut name = String::new();
        while let Some(part) = response.chunk().await.map_err(|cause| self.no_answer(cause))? {
            kept.extend_from_slice(&part);
            while let Some(end) = kept.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = kept.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                match line.trim_end().split_once(':') {
                    Some(("event", value)) => name = value.trim().to_owned(),
                    Some(("data", value)) => {
                        terminal::print(format_args!("{name:<12} {}", value.trim()))?;
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response, Failure> {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|cause| self.no_answer(cause))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let problem: Value = response.json().await.unwrap_or_default();
        let detail = problem["detail"].as_str().map_or_else(|| status.to_string(), str::to_owned);
        Err(Failure::Refused(detail))
    }

    fn no_answer(&self, cause: reqwest::Error) -> Failure {
        Failure::NoAnswer { url: self.url.clone(), cause }
    }
}

impl Clock {
    /// What is asked for; nothing when the time is only shown.
    fn body(&self) -> Option<Value> {
        Some(match self {
            Self::Show => return None,
            Self::Set { time } => json!({ "action": "set", "time": time }),
            Self::Advance { seconds } => json!({ "action": "advance", "seconds": seconds }),
            Self::Freeze => json!({ "action": "freeze" }),
            Self::Release => json!({ "action": "release" }),
            Self::Reset => json!({ "action": "reset" }),
        })
    }
}

impl Rule {
    /// What was left out stays out: the simulator knows its own usual values.
    fn body(self) -> Value {
        let mut body = json!({ "fault": self.fault, "probability": self.probability });
        let optional = [
            ("count", self.count.map(Value::from)),
            ("profile", self.profile.map(Value::from)),
            ("credential", self.credential.map(Value::from)),
            ("milliseconds", self.milliseconds.map(Value::from)),
            ("seconds", self.seconds.map(Value::from)),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                body[name] = value;
            }
        }
        body
    }
}
