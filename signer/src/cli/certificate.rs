//! `signer certificate`.

mod collect;
mod holder_key;
mod installed;
mod key_output;
mod old_file;
mod renew;
mod sources;

use clap::Subcommand;
use ring::rand::SecureRandom;

use super::Failure;

/// What is done about certificates that live for years.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Collects a certificate that was ordered, for a key that is made here
    ///
    /// With the order's reference and one-time code. The key is made on this machine and never leaves
    /// it: the server is sent a certification request, and the file holds key, certificate and its
    /// issuers, under a password.
    ///
    /// A PKCS#12 file as it is made at first is opened by OpenSSL 3, Java 8u301 and later, Python's
    /// cryptography and NSS (Thunderbird, Firefox); one made with --compatible by those (OpenSSL 3
    /// with `-legacy`) and by programs of before, as Windows Server 2016 and macOS before 15, but its
    /// protection is weak.
    Collect(Box<collect::Arguments>),
    /// Renews a certificate: a successor with the same name, for a new key that is made here
    ///
    /// The old certificate is shown in TLS, so that nothing else is asked for but its file's password.
    /// The new key never leaves this machine. From the day on that the certificate is due to be
    /// renewed, and once; the old file stays as it is, and the old certificate is good until its end.
    Renew(Box<renew::Arguments>),
    /// Tells the service that a certificate is in use: nobody is reminded of the one before it any more
    ///
    /// With its file, which is opened to see that key and certificate are there, and as somebody who
    /// may say so: a user administrator, or the person who collected it. What was said before stays.
    Installed(Box<installed::Arguments>),
}

/// Does it. `randomness` is what passwords are made of.
///
/// # Errors
/// [`Failure`] when nobody can be asked, the service says no, or the file cannot be written.
pub(super) async fn certificate(
    command: Command,
    randomness: &(dyn SecureRandom + Sync),
) -> Result<(), Failure> {
    match command {
        Command::Collect(arguments) => collect::collect(*arguments, randomness).await,
        Command::Renew(arguments) => renew::renew(*arguments, randomness).await,
        Command::Installed(arguments) => installed::installed(*arguments).await,
    }
}
