//! The command line: arguments in, exit code out.

mod control;
mod failure;
mod guard;
mod limits;
mod means;
mod page;
mod root;
mod serve;
mod settings;
mod terminal;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::failure::Failure;

/// Simulates a qualified signature creation device and the trust services around it
///
/// SIMULATOR - NOT QUALIFIED. Without a command it serves. Keys are new at every start, unless
/// `--seed` or `--root-key` says otherwise, and nothing is written to disk.
///
/// Exit code: 0 when done; 1 when a running simulator refuses; 2 for wrong usage, an address that
/// cannot be used, or a simulator that does not answer.
#[derive(Debug, Parser)]
#[command(name = "qscd-sim", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Arguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the device, the public files and the management port
    Serve(serve::Arguments),
    /// Talks to the management port of a running simulator
    Ctl(control::Arguments),
}

impl Arguments {
    /// Does what was asked, and tells on standard error what went wrong.
    pub(crate) async fn run(self) -> ExitCode {
        let done = match self.command.unwrap_or(Command::Serve(self.serve)) {
            Command::Serve(arguments) => serve::serve(arguments).await,
            Command::Ctl(arguments) => control::control(arguments).await,
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) if failure.is_unread() => ExitCode::SUCCESS,
            Err(failure) => {
                terminal::tell(&failure);
                failure.exit_code()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_contradict_nothing() {
        Arguments::command().debug_assert();
    }
}
