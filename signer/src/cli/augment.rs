//! `signer augment`.

use std::path::PathBuf;

use clap::{Args, builder::TypedValueParser};
use seal::Level;

use super::{
    Failure,
    access::Access,
    connection::{Connection, Identity, Place},
    input,
    order::Order,
    output::Output,
    password::PasswordSource,
    terminal,
    words::{read, words},
};

/// The arguments.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The signed or sealed PDF, or the CMS; `-` for standard input
    #[arg(value_name = "FILE")]
    document: PathBuf,
    /// The level that every signature is to have; B-LTA also renews B-LTA
    #[arg(long, value_parser = words(["B-T", "B-LT", "B-LTA"]).try_map(|word| read::<Level>(&word)))]
    level: Level,
    /// The content that a detached CMS belongs to
    #[arg(long, value_name = "FILE")]
    content: Option<PathBuf>,
    /// The result, `-` for standard output; an existing file is replaced, but never the document
    /// itself
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Writes the trust anchors, of the new time-stamps too, here (PEM)
    #[arg(long, value_name = "FILE")]
    trust_out: Option<PathBuf>,
    #[command(flatten)]
    password: PasswordSource,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    identity: Identity,
}

/// Raises the level of every signature of one document.
///
/// # Errors
/// [`Failure`]; nothing is then written.
pub(super) async fn augment(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { document, level, content, output, trust_out, password, place, identity } =
        arguments;
    let password = password.read()?;
    let inputs: Vec<_> = [Some(&document), content.as_ref()].into_iter().flatten().collect();
    // Opened first: that a file is missing is better known before anything is begun.
    for path in &inputs {
        input::must_be_there(path)?;
    }
    let inputs: Vec<_> = inputs.into_iter().map(PathBuf::as_path).collect();
    let mut result = Output::begin(&output, &inputs)?;
    let mut trust = Output::begin_beside(&output, trust_out.as_deref(), &inputs)?;
    let order = Order {
        level,
        document: &document,
        content: content.as_deref(),
        password: password.as_ref(),
    };
    let (reached, receipt) = match place.connect(Access::RecordsKnowing).await? {
        Connection::Server(server) => {
            let bearer = identity.bearer()?;
            let done = server.augment(bearer, &order, &mut result).await?;
            if let Some(trust) = &mut trust {
                trust.write(server.text("pki/trust-anchors.pem", None).await?.as_bytes())?;
            }
            done
        }
        Connection::Process(local) => {
            let asker = identity.in_process();
            let done = local.augment(asker, &order, &mut result).await;
            if let Some(trust) = &mut trust {
                trust.write(&local.trust_anchors())?;
            }
            local.close().await?;
            done?
        }
    };
    result.finish()?;
    if let Some(trust) = trust {
        trust.finish()?;
    }
    terminal::note(format_args!("{}: {reached} reached, receipt {receipt}", output.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Only {
        #[command(flatten)]
        arguments: Arguments,
    }

    #[test]
    fn level_and_output_are_needed_and_b_b_is_none() {
        let parse = |text: &str| Only::try_parse_from(text.split_whitespace());
        let only = parse("signer in.p7s --level B-LTA --content in -o out.p7s").unwrap();
        assert_eq!(only.arguments.level, Level::BLTA);
        assert_eq!(only.arguments.content.unwrap().to_str(), Some("in"));
        for text in [
            "signer in.pdf --level B-T",
            "signer in.pdf -o out.pdf",
            "signer in.pdf --level B-B -o out.pdf",
            "signer --level B-T -o out.pdf",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
