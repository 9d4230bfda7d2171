//! The command line: arguments in, exit code out.

mod access;
mod act;
mod appearance;
mod application;
mod asker;
mod audit;
mod augment;
mod batch;
mod certificate;
mod composition;
mod connection;
mod draw_pages;
mod failure;
mod input;
mod local;
mod made;
mod maker;
mod new_file;
mod options;
mod order;
mod organisation;
mod output;
mod password;
mod person;
mod preview;
mod problem;
mod profile;
mod profiles;
mod receipt;
mod remote;
mod report;
mod restore;
mod serve;
mod shell;
mod terminal;
mod validate;
mod words;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use futures_util::future::BoxFuture;
use ring::rand::SystemRandom;
use tracing::Level;

use self::failure::Failure;
pub use self::serve::LogFormat;
pub use crate::http::metrics::REQUEST_LOG;
use crate::{desk::DRAW_PAGES, device::embedded::SystemClock};

/// Signs and seals documents with keys that live for one signature
///
/// Without a command the service starts, as with `serve`. Segl is a simulator: NOT QUALIFIED.
///
/// Exit code: 0 when done or valid; 1 when refused or not valid; 2 for wrong usage, input or
/// output that fails, or a server that does not answer.
#[derive(Debug, Parser)]
#[command(name = "signer", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Arguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the service; without a configuration, a demo on loopback
    Serve(serve::Arguments),
    /// Seals a document on behalf of the organisation
    Seal(act::Arguments),
    /// Signs a document as a person
    Sign(act::Arguments),
    /// Raises the level of signatures that are there, or renews their proof
    Augment(augment::Arguments),
    /// Says whether the signatures and seals of a document hold
    Validate(validate::Arguments),
    /// Draws a page of a PDF, with the signature or seal that is not made yet
    Preview(preview::Arguments),
    /// Lists the certificate profiles
    Profiles(profiles::Arguments),
    /// Shows the receipt of an act
    Receipt(receipt::Arguments),
    /// Looks after the audit log
    #[command(subcommand)]
    Audit(audit::Command),
    /// Looks after what is known of persons
    #[command(subcommand)]
    Person(person::Command),
    /// Looks after the organisations of the installation
    #[command(subcommand)]
    Organisation(organisation::Command),
    /// Looks after the applications of an organisation, at a server
    #[command(subcommand)]
    Application(application::Command),
    /// Blocks anew what was blocked after the backup from which a database was restored
    Restore(restore::Arguments),
    /// Draws pages of one document within limits; started by the service
    #[command(name = DRAW_PAGES, hide = true)]
    DrawPages,
    /// Looks after certificates that live for years, for their holder
    #[command(subcommand)]
    Certificate(certificate::Command),
    /// Prints what a shell completes
    Completions(shell::CompletionsArguments),
    /// Prints the manual, or writes a page for each command
    Manual(shell::ManualArguments),
}

impl Cli {
    /// What is logged when `RUST_LOG` does not say: a service tells what it does, a command only
    /// what is wrong.
    pub fn default_log_level(&self) -> Level {
        match &self.command {
            None | Some(Command::Serve(_)) => Level::INFO,
            Some(
                Command::Seal(_)
                | Command::Sign(_)
                | Command::Augment(_)
                | Command::Validate(_)
                | Command::Preview(_)
                | Command::Profiles(_)
                | Command::Receipt(_)
                | Command::Audit(_)
                | Command::Person(_)
                | Command::Organisation(_)
                | Command::Application(_)
                | Command::Restore(_)
                | Command::DrawPages
                | Command::Certificate(_)
                | Command::Completions(_)
                | Command::Manual(_),
            ) => Level::WARN,
        }
    }

    /// Does what needs neither threads nor a log, if that was asked.
    pub fn run_alone(&self) -> Option<ExitCode> {
        matches!(self.command, Some(Command::DrawPages)).then(draw_pages::draw_pages)
    }

    /// How the log is written.
    pub fn log_format(&self) -> LogFormat {
        self.serving().map_or(LogFormat::Text, |arguments| arguments.log_format)
    }

    /// Whether the log tells of each request, under the target [`REQUEST_LOG`].
    pub fn logs_requests(&self) -> bool {
        self.serving().is_some_and(|arguments| arguments.log_requests)
    }

    fn serving(&self) -> Option<&serve::Arguments> {
        match &self.command {
            None => Some(&self.serve),
            Some(Command::Serve(arguments)) => Some(arguments),
            Some(_) => None,
        }
    }

    /// Does what was asked, and tells on standard error what went wrong.
    ///
    /// Boxed, so that it is compiled here: whoever polls an `async fn` compiles all that it holds.
    pub fn run(self) -> BoxFuture<'static, ExitCode> {
        Box::pin(self.carry_out())
    }

    async fn carry_out(self) -> ExitCode {
        let done = match self.command.unwrap_or(Command::Serve(self.serve)) {
            Command::Serve(arguments) => serve::serve(arguments).await,
            Command::Seal(arguments) => act::act(seal::Act::Seal, arguments).await,
            Command::Sign(arguments) => act::act(seal::Act::Sign, arguments).await,
            Command::Augment(arguments) => augment::augment(arguments).await,
            Command::Validate(arguments) => validate::validate(arguments).await,
            Command::Preview(arguments) => preview::preview(arguments).await,
            Command::Profiles(arguments) => profiles::profiles(arguments).await,
            Command::Receipt(arguments) => receipt::receipt(arguments).await,
            Command::Audit(command) => audit::audit(command).await,
            Command::Person(command) => person::person(command, &SystemClock).await,
            Command::Application(command) => application::application(command).await,
            Command::Certificate(command) => {
                certificate::certificate(command, &SystemRandom::new()).await
            }
            Command::Organisation(command) => {
                organisation::organisation(command, &SystemClock).await
            }
            Command::Restore(arguments) => restore::restore(arguments, &SystemClock).await,
            Command::DrawPages => return draw_pages::draw_pages(),
            Command::Completions(arguments) => shell::completions(&arguments, Self::command()),
            Command::Manual(arguments) => shell::manual(&arguments, Self::command()),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                terminal::tell_failure(&failure);
                failure.exit_code()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_contradict_nothing() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_command_means_serve() {
        let cli = Cli::try_parse_from(["signer"]).unwrap();
        assert!(cli.command.is_none());
        let cli = Cli::try_parse_from(["signer", "--listen", "127.0.0.1:9000"]).unwrap();
        assert_eq!(cli.default_log_level(), Level::INFO);
    }

    #[test]
    fn wrong_usage_has_exit_code_two() {
        let collect = ["signer", "certificate", "collect", "123456789012", "--server", "http://x"];
        let overlong = [&collect[..3], &["1234567890123"], &collect[4..], &["-o", "a"]].concat();
        let both = [&collect[..], &["-o", "a", "--pem", "--compatible"]].concat();
        let cases: [&[&str]; 8] = [
            &collect,
            &overlong,
            &both,
            &["signer", "seal"],
            &["signer", "seal", "a.pdf", "-o", "b.pdf"],
            &["signer", "seal", "a.pdf", "--profile", "p", "-o", "b", "--level", "B-X"],
            &["signer", "frobnicate"],
            &["signer", "serve", "--listen", "localhost"],
        ];
        for arguments in cases {
            let error = Cli::try_parse_from(arguments).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{arguments:?}");
        }
    }
}
