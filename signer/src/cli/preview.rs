//! `signer preview`: a page as it would look with a signature or seal on it, which is not made.

use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use clap::Args;
use rendering::Undrawn;

use super::{
    Failure, access::Access, appearance::Appearance, asker::Asker, local::Local, options::Options,
    output::Output, password::PasswordSource, terminal,
};
use crate::desk::{DrawingError, count_pages, draw};

/// How many pixels a picture may have from left to right.
const WIDTHS: RangeInclusive<i64> = 16..=4_000;

/// The arguments.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The PDF; `-` for standard input
    #[arg(value_name = "FILE")]
    document: PathBuf,
    /// The picture (PNG), `-` for standard output; an existing file is replaced, but never the document itself
    #[arg(short, long, value_name = "PNG")]
    output: PathBuf,
    /// How many pixels the picture has from left to right
    #[arg(long, value_name = "PIXELS", default_value_t = 1_240, value_parser = clap::value_parser!(u32).range(WIDTHS))]
    width: u32,
    /// The certificate profile of what is to be seen; `signer profiles` lists them
    #[arg(long, value_name = "PROFILE", required_if_eq("in_field", "true"), requires = "seen")]
    profile: Option<String>,
    /// The empty signature field whose rectangle is used
    #[arg(long, value_name = "NAME", requires = "seen")]
    field: Option<String>,
    #[command(flatten)]
    appearance: Appearance,
    #[command(flatten)]
    password: PasswordSource,
    /// The configuration; the demo when left out
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The application, `application` for the first, or a person of the demo
    #[arg(long = "as", value_name = "NAME")]
    who: Option<String>,
}

/// Draws the page. No key is made, and nothing is recorded.
///
/// # Errors
/// [`Failure::Problem`] where the act would be refused; [`Failure::Refused`] when the page cannot be drawn.
pub(super) async fn preview(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { document, output: place, width, profile, field, appearance, .. } = arguments;
    let Arguments { password, config, who, .. } = arguments;
    let appearance = appearance.read_for_page()?;
    let options = match (profile, appearance.is_invisible()) {
        (_, true) => None,
        (None, false) => {
            let missing = "--profile is missing: what is seen is for it to say".to_owned();
            return Err(Failure::Usage(missing));
        }
        (Some(profile), false) => {
            let password = password.read()?;
            Some(Options { field, password, ..Options::seen(profile, appearance.clone()) })
        }
    };
    let mut output = Output::begin(&place, &[&document])?;
    let local = Local::compose(config.as_deref(), None, Access::Reads).await?;
    let asker = who.as_deref().map_or(Asker::FirstApplication, Asker::Named);
    let shown = local.preview(asker, options.as_ref(), &document).await;
    local.close().await?;
    let bytes = shown?;
    let failed = |error| refused(&document, error);
    let count = count_pages(&bytes).await.map_err(failed)?;
    let page = appearance.page_of(count);
    let picture = draw(&bytes, page, width).await.map_err(failed)?;
    output.write(&picture.png)?;
    output.finish()?;
    terminal::warn(picture.undrawn.iter().map(|one| missing(*one)));
    terminal::note(format_args!("{}: page {} of {count}", place.display(), page + 1));
    Ok(())
}

fn refused(document: &Path, error: DrawingError) -> Failure {
    Failure::Refused(format!("{}: {error}", document.display()))
}

fn missing(undrawn: Undrawn) -> &'static str {
    match undrawn {
        Undrawn::Font => "text in a font that could not be read is not drawn",
        Undrawn::Image => "an image that could not be decoded is not drawn",
        Undrawn::Annotation => "an annotation whose appearance could not be found is not drawn",
        Undrawn::Other => "something on the page is not drawn",
    }
}
