//! `signer seal` and `signer sign`.

use std::path::PathBuf;

use clap::Args;
use seal::Act;

use super::{
    Failure,
    access::Access,
    connection::{Connection, Identity, Place},
    input,
    options::Options,
    output::Output,
    password::PasswordSource,
    terminal,
};

/// The arguments of both commands.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The document; `-` for standard input
    #[arg(value_name = "FILE")]
    document: PathBuf,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    password: PasswordSource,
    /// The result, `-` for standard output; an existing file is replaced, but never the document
    /// itself
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Also writes the trust anchors that the result validates under
    #[arg(long, value_name = "PEM")]
    trust_out: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    identity: Identity,
}

/// Signs or seals one document.
///
/// # Errors
/// [`Failure`]; nothing is then written.
pub(super) async fn act(act: Act, arguments: Arguments) -> Result<(), Failure> {
    let Arguments { document, options, password, output, trust_out, place, identity } = arguments;
    let options = Options { password: password.read()?, ..options };
    let inputs = [document.as_path()];
    // Opened first: that the document is missing is better known before anything is begun.
    input::must_be_there(&document)?;
    let mut result = Output::begin(&output, &inputs)?;
    let mut trust = Output::begin_beside(&output, trust_out.as_deref(), &inputs)?;
    let made = match place.connect(Access::Records).await? {
        Connection::Server(server) => {
            let bearer = identity.bearer()?;
            let made = server.act(act, bearer, &options, &document, &mut result).await?;
            if let Some(trust) = &mut trust {
                trust.write(server.text("pki/trust-anchors.pem", None).await?.as_bytes())?;
            }
            made
        }
        Connection::Process(local) => {
            let done = local.act(act, identity.in_process(), &options, &document, &mut result);
            let made = done.await;
            if let Some(trust) = &mut trust {
                trust.write(&local.trust_anchors())?;
            }
            local.close().await?;
            made?
        }
    };
    result.finish()?;
    if let Some(trust) = trust {
        trust.finish()?;
    }
    terminal::note(format_args!("{}: {act} made, {made}", output.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Parser)]
    struct Only {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn options(text: &str) -> serde_json::Value {
        let words = ["signer", "in.pdf", "-o", "out.pdf", "--profile", "decisions"];
        let only = Only::parse_from(words.into_iter().chain(text.split_whitespace()));
        serde_json::from_str(&only.arguments.options.to_json()).unwrap()
    }

    #[test]
    fn the_options_are_sent_in_the_words_of_the_http_interface() {
        assert_eq!(options(""), json!({ "profile": "decisions", "packaging": "detached" }));
        assert_eq!(
            options("--format cades --attached --level B-LTA"),
            json!({ "profile": "decisions", "format": "cades", "packaging": "attached",
                "level": "B-LTA" })
        );
        assert_eq!(
            options("--field A --reason B --location C"),
            json!({ "profile": "decisions", "packaging": "detached", "field": "A", "reason": "B",
                "location": "C" })
        );
        assert_eq!(
            options("--certify 2"),
            json!({ "profile": "decisions", "packaging": "detached", "certify": 2 })
        );
        assert_eq!(
            options("--page last --rect 10,20.5,200,40 --text A --text B --language da"),
            json!({ "profile": "decisions", "packaging": "detached", "appearance": {
                "page": "last", "rect": [10.0, 20.5, 200.0, 40.0], "language": "da",
                "show": ["signer", "time", "profile"], "text": ["A", "B"] } })
        );
        assert_eq!(
            options("--field A --in-field --text-only"),
            json!({ "profile": "decisions", "packaging": "detached", "field": "A",
                "appearance": { "language": "en", "show": [] } })
        );
    }

    #[test]
    fn how_a_signature_looks_is_said_of_one_that_is_seen() {
        for text in [
            "--text A",
            "--image a.png",
            "--language da",
            "--text-only",
            "--page 2",
            "--in-field",
            "--rect 1,2,3",
            "--rect 1,2,3,4 --field A --in-field",
            "--rect 1,2,3,4 --page first",
        ] {
            let words = ["signer", "in.pdf", "-o", "out.pdf", "--profile", "decisions"];
            let words = words.into_iter().chain(text.split_whitespace());
            assert!(Only::try_parse_from(words).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_sent_and_never_printed() {
        let words = "signer in.pdf -o out.pdf --profile p --password hunter2";
        let arguments = Only::parse_from(words.split_whitespace()).arguments;
        assert!(!format!("{arguments:?}").contains("hunter2"));
        let password = arguments.password.read().unwrap();
        let options = Options { password, ..arguments.options };
        assert!(!format!("{options:?}").contains("hunter2"));
        let json = json!({ "profile": "p", "packaging": "detached", "password": "hunter2" });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&options.to_json()).unwrap(), json);
    }

    #[test]
    fn a_token_goes_before_a_key_and_one_of_them_is_needed() {
        let bearer = |text: &str| {
            let words = "signer in.pdf -o out.pdf --profile p --server http://127.0.0.1:1";
            let only = Only::parse_from(words.split_whitespace().chain(text.split_whitespace()));
            only.arguments.identity.bearer().map(|secret| secret.expose().to_owned())
        };
        assert_eq!(bearer("--api-key k --token a.b.c").unwrap(), "a.b.c");
        assert_eq!(bearer("--api-key k").unwrap(), "k");
    }

    #[test]
    fn what_belongs_to_this_process_is_not_for_a_server() {
        for more in ["--config a.toml", "--data-dir d", "--as karen"] {
            let words = "signer in.pdf -o out.pdf --profile p --server http://127.0.0.1:1";
            let words = words.split_whitespace().chain(more.split_whitespace());
            assert!(Only::try_parse_from(words).is_err(), "{more}");
        }
    }
}
