//! Why a command did not do what was asked, and with which exit code it ends.

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::problem::ToldProblem;
use crate::{
    Error,
    audit::AuditKeyError,
    compose::StartError,
    config::ConfigError,
    data_directory::DataDirectoryError,
    problem::Problem,
    store::{HistoryError, VerificationError},
};

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The service said no, or could not.
    #[error("{0}")]
    Problem(ToldProblem),
    /// The document was validated and does not hold; the report is printed already.
    #[error("{0}: not valid")]
    NotValid(PathBuf),
    /// The audit log was changed; what was found is in the cause.
    #[error("the audit log does not hold: {0}")]
    AuditBroken(#[source] VerificationError),
    /// The audit log cannot be verified.
    #[error("the audit log cannot be verified: {0}")]
    AuditUnreadable(#[source] VerificationError),
    /// What is in the audit log cannot be told.
    #[error(transparent)]
    AuditLog(#[from] HistoryError),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The service cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDirectory(#[from] DataDirectoryError),
    /// There is no audit key.
    #[error(transparent)]
    AuditKey(#[from] AuditKeyError),
    /// A file cannot be read or written.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The output would overwrite the input.
    #[error("{}: is the input, which is never overwritten", .0.display())]
    OutputIsInput(PathBuf),
    /// A file with a key would overwrite another.
    #[error("{}: is there already, and is never overwritten by a key", .0.display())]
    IsThere(PathBuf),
    /// The folder that the output is to stand in is missing.
    #[error("{}: there is no such folder", .0.display())]
    NoFolder(PathBuf),
    /// No key can be made.
    #[error("no key can be made")]
    NoKey(#[from] rcgen::Error),
    /// A key cannot be protected as it was asked for.
    #[error(transparent)]
    KeyFile(#[from] key_file::Error),
    /// Standard output takes nothing.
    #[error("standard output: {0}")]
    Terminal(io::Error),
    /// Nobody can be asked at the terminal.
    #[error("the terminal: {0}")]
    Asking(io::Error),
    /// The server cannot be reached, or breaks off.
    #[error("the server does not answer")]
    Server(#[from] reqwest::Error),
    /// The server's answer is none that Segl gives.
    #[error("the server's answer is not Segl's: {0}")]
    Answer(String),
    /// The system lets nobody listen for signals.
    #[error("signals: {0}")]
    Signals(io::Error),
    /// What was ordered is refused.
    #[error("{0}")]
    Refused(String),
    /// Of several documents some were not signed; what became of each is told already.
    #[error("{failed} of {all} failed")]
    NotAll {
        /// How many.
        failed: usize,
        /// Of how many.
        all: usize,
        /// Whether each of them was refused, and of none nobody could say.
        refused: bool,
    },
    /// Arguments that do not go together.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    pub(super) fn file(path: &Path, cause: io::Error) -> Self {
        Self::File { path: path.to_owned(), cause }
    }

    /// 1 when refused or not valid, 2 otherwise.
    pub(super) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }

    /// Lines that follow the sentence.
    pub(super) fn details(&self) -> Vec<String> {
        if let Self::Problem(problem) = self { problem.lines().collect() } else { Vec::new() }
    }

    /// Whether somebody said no.
    pub(super) fn is_refusal(&self) -> bool {
        self.code() == 1
    }

    fn code(&self) -> u8 {
        match self {
            Self::Problem(problem) if problem.is_refusal() => 1,
            Self::NotValid(_) | Self::AuditBroken(_) | Self::Refused(_) => 1,
            Self::NotAll { refused: true, .. } => 1,
            Self::Problem(_)
            | Self::AuditUnreadable(_)
            | Self::AuditLog(_)
            | Self::Config(_)
            | Self::Start(_)
            | Self::DataDirectory(_)
            | Self::AuditKey(_)
            | Self::File { .. }
            | Self::OutputIsInput(_)
            | Self::IsThere(_)
            | Self::NoFolder(_)
            | Self::NoKey(_)
            | Self::KeyFile(_)
            | Self::Terminal(_)
            | Self::Asking(_)
            | Self::Server(_)
            | Self::Signals(_)
            | Self::Answer(_)
            | Self::NotAll { refused: false, .. }
            | Self::Usage(_) => 2,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Problem(Problem::from(&error).into())
    }
}

#[cfg(test)]
mod tests {
    use seal::QscdError;

    use super::*;
    use crate::audit::VerifyError;

    #[test]
    fn one_means_no_and_two_means_that_nobody_could_say() {
        let cases = [
            (Failure::from(Error::Document(pades::Error::Encrypted)), 1),
            (Failure::NotValid("sealed.pdf".into()), 1),
            (Failure::AuditBroken(VerifyError::TailLost { head: 2, last: 1 }.into()), 1),
            (Failure::from(Error::Device(QscdError::AtCapacity)), 2),
            (Failure::from(Error::Interrupted), 2),
            (Failure::OutputIsInput("in.pdf".into()), 2),
            (Failure::IsThere("holder.p12".into()), 2),
            (Failure::KeyFile(key_file::Error::UnfitPassword), 2),
            (Failure::file(Path::new("in.pdf"), io::ErrorKind::NotFound.into()), 2),
            (Failure::Answer("nonsense".into()), 2),
            (Failure::Usage("wrong".into()), 2),
        ];
        for (failure, code) in cases {
            assert_eq!(failure.code(), code, "{failure}");
        }
    }
}
