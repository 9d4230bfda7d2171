//! `signer completions` and `signer manual`: what follows from the arguments themselves.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use super::{Failure, terminal};

/// The arguments of `signer completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell
    shell: Shell,
}

/// The arguments of `signer manual`.
#[derive(Debug, Args)]
pub(super) struct ManualArguments {
    /// The folder that gets a page for each command; without it the first page is printed
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
}

/// Prints what a shell completes.
///
/// # Errors
/// [`Failure::Terminal`].
pub(super) fn completions(
    CompletionsArguments { shell }: &CompletionsArguments,
    mut command: Command,
) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut command, "signer", &mut script);
    terminal::print(String::from_utf8_lossy(&script))
}

/// Prints the manual's first page (troff), or writes them all.
///
/// # Errors
/// [`Failure::Terminal`]; [`Failure::File`], [`Failure::NoFolder`].
pub(super) fn manual(arguments: &ManualArguments, command: Command) -> Result<(), Failure> {
    let Some(folder) = &arguments.out_dir else {
        let mut page = Vec::new();
        let rendered = clap_mangen::Man::new(command).render(&mut page);
        rendered.map_err(Failure::Terminal)?;
        return terminal::print(String::from_utf8_lossy(&page));
    };
    if !folder.is_dir() {
        return Err(Failure::NoFolder(folder.clone()));
    }
    clap_mangen::generate_to(command, folder).map_err(|error| Failure::file(folder, error))
}
