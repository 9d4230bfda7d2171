//! `signer receipt`.

use clap::Args;

use super::{
    Failure,
    access::Access,
    connection::{Connection, Identity, Place},
    terminal,
};

/// The arguments.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The receipt's name, as the act told it
    #[arg(value_name = "ID", value_parser = name)]
    receipt: String,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    identity: Identity,
}

/// Prints the receipt as JSON.
///
/// # Errors
/// [`Failure::Problem`] when there is none of this name for who asks.
pub(super) async fn receipt(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { receipt, place, identity } = arguments;
    let text = match place.connect(Access::Reads).await? {
        Connection::Server(server) => {
            let path = format!("v1/receipts/{receipt}");
            server.text(&path, Some(identity.bearer()?)).await?
        }
        Connection::Process(local) => {
            let text = local.receipt(identity.in_process(), &receipt).await;
            local.close().await?;
            text?
        }
    };
    terminal::print(text)
}

/// Digits, letters and hyphens: a name never leads to another address.
fn name(text: &str) -> Result<String, &'static str> {
    match text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        true if !text.is_empty() => Ok(text.to_owned()),
        true | false => Err("a receipt's name has digits, letters and hyphens"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leads_elsewhere() {
        assert!(name("12-0123456789abcdef").is_ok());
        for text in ["", "../profiles", "a/b", "a?b", "a%2fb"] {
            assert!(name(text).is_err(), "{text}");
        }
    }
}
