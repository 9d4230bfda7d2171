//! `signer seal` and `signer sign`.

use std::path::{Path, PathBuf};

use clap::Args;
use seal::Act;

use super::{
    Failure,
    batch::Batch,
    connection::{Identity, Place},
    input,
    maker::Maker,
    options::Options,
    output::Output,
    password::PasswordSource,
    terminal,
};

/// The arguments of both commands.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The document, or several with --out-dir; `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    documents: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    password: PasswordSource,
    /// The result, `-` for standard output; an existing file is replaced, but never the document
    /// itself
    #[arg(short, long, value_name = "OUT", required_unless_present = "out_dir")]
    output: Option<PathBuf>,
    /// The folder of the results, each under its document's name, a CMS with `.p7s` or `.p7m` after
    /// it; when one document fails, the others go on
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    out_dir: Option<PathBuf>,
    /// With --out-dir: how many documents are worked on at once
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 4,
        requires = "out_dir",
        value_parser = clap::value_parser!(u8).range(1..=64)
    )]
    jobs: u8,
    /// Also writes the trust anchors that the result validates under
    #[arg(long, value_name = "PEM")]
    trust_out: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    identity: Identity,
}

/// What is made of the documents.
enum Results<'a> {
    One { document: &'a Path, place: &'a Path, output: Output },
    Several(Batch<'a>),
}

/// Signs or seals one document or several.
///
/// # Errors
/// [`Failure`]; nothing is then written, or of several documents the results of those that failed are
/// missing.
pub(super) async fn act(act: Act, arguments: Arguments) -> Result<(), Failure> {
    let Arguments { documents, options, password, output, out_dir, jobs, .. } = arguments;
    let Arguments { trust_out, place, identity, .. } = arguments;
    let appearance = options.appearance.read()?;
    let options = Options { appearance, password: password.read()?, ..options };
    let inputs: Vec<&Path> = documents.iter().map(PathBuf::as_path).collect();
    let beside = output.as_deref().unwrap_or(Path::new(""));
    let results = match (&output, &out_dir, inputs.as_slice()) {
        (_, Some(folder), _) => {
            Results::Several(Batch::new(inputs.clone(), folder, usize::from(jobs))?)
        }
        (Some(place), None, [document]) => {
            // Opened first: that the document is missing is better known before anything is begun.
            input::must_be_there(document)?;
            Results::One { document, place, output: Output::begin(place, &inputs)? }
        }
        (Some(_), None, _) => {
            return Err(Failure::Usage("several documents need --out-dir instead of -o".into()));
        }
        (None, None, _) => return Err(Failure::Usage("-o or --out-dir is missing".into())),
    };
    let mut trust = Output::begin_beside(beside, trust_out.as_deref(), &inputs)?;
    let maker = Maker::connect(place, identity, act, options).await?;
    let done = make(act, &maker, results).await;
    if let (Some(trust), true) = (&mut trust, is_made(&done)) {
        trust.write(&maker.trust_anchors().await?)?;
    }
    maker.close().await?;
    if let Some(trust) = trust.filter(|_| is_made(&done)) {
        trust.finish()?;
    }
    done
}

async fn make(act: Act, maker: &Maker, results: Results<'_>) -> Result<(), Failure> {
    match results {
        Results::One { document, place, mut output } => {
            let made = maker.make(document, &mut output).await?;
            output.finish()?;
            terminal::warn(&made.warnings);
            terminal::note(format_args!("{}: {act} made, {made}", place.display()));
            Ok(())
        }
        Results::Several(batch) => batch.make(act, maker).await,
    }
}

/// Whether there is a result that somebody may want to validate.
fn is_made(done: &Result<(), Failure>) -> bool {
    match done {
        Ok(()) => true,
        Err(Failure::NotAll { failed, all, .. }) => failed < all,
        Err(_) => false,
    }
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
                "text": ["A", "B"] } })
        );
        assert_eq!(
            options("--field A --in-field --text-only"),
            json!({ "profile": "decisions", "packaging": "detached", "field": "A",
                "appearance": { "show": [] } })
        );
    }

    #[test]
    fn how_a_signature_looks_is_said_of_one_that_is_seen() {
        for text in [
            "--text A",
            "--image a.png",
            "--language da",
            "--text-only",
            "--in-field",
            "--rect 1,2,3",
            "--rect 1,2,3,4 --field A --in-field",
            "--rect 1,2,3,4 --page first",
        ] {
            let words = ["signer", "in.pdf", "-o", "out.pdf", "--profile", "decisions"];
            let words = words.into_iter().chain(text.split_whitespace());
            assert!(Only::try_parse_from(words).is_err(), "{text}");
        }
        let words = "signer in.pdf -o out.pdf --profile decisions --page 2".split_whitespace();
        let read = Only::parse_from(words).arguments.options.appearance.read();
        assert!(matches!(read, Err(Failure::Usage(_))), "{read:?}");
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
