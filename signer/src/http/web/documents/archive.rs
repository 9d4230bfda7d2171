//! What a person takes away: an original, a result, or all results.

use std::collections::HashSet;

use axum::{
    extract::State,
    http::{HeaderValue, header::CONTENT_DISPOSITION},
    response::Response,
};

use super::{
    result::result_name,
    shared::{Reader, own, paper},
};
use crate::{
    desk::{Entry, Given, Outcome, archive},
    http::{AppState, body::in_parts, path::Path, web::answer::WebError},
};

/// The original: whoever cannot be shown its pages, or some of them, reads it so.
pub(super) async fn original(
    State(state): State<AppState>,
    reader: Reader,
    Path((id, number)): Path<(String, usize)>,
) -> Response {
    let given = async {
        let batch = reader.batch(&state, &id)?;
        let paper = paper(&batch, number)?;
        // All its pages are in it, and among them what could not be drawn.
        (0..paper.page_count()).for_each(|page| batch.give(paper, page, Given::File));
        Ok::<_, WebError>(paper.document.bytes().clone())
    };
    match given.await {
        Ok(bytes) => saved(own("application/pdf", bytes)),
        Err(error) => reader.told(&error),
    }
}

/// What was made of one document.
pub(super) async fn result(
    State(state): State<AppState>,
    reader: Reader,
    Path((id, number)): Path<(String, usize)>,
) -> Response {
    let made = async {
        let batch = reader.batch(&state, &id)?;
        match paper(&batch, number)?.outcome() {
            Outcome::Done { parts, .. } => Ok(parts),
            Outcome::Waiting | Outcome::Working | Outcome::Cancelled | Outcome::Failed { .. } => {
                Err(WebError::NotFound)
            }
        }
    };
    match made.await {
        Ok(parts) => saved(own("application/pdf", in_parts(parts))),
        Err(error) => reader.told(&error),
    }
}

/// All that was made.
pub(super) async fn archived(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    let made = async {
        let batch = reader.batch(&state, &id)?;
        let mut names = HashSet::new();
        let entries = batch.papers().iter().enumerate().filter_map(|(at, paper)| {
            let Outcome::Done { parts, .. } = paper.outcome() else { return None };
            let name = entry_name(&mut names, at + 1, &result_name(&paper.name));
            Some(Entry { name, parts })
        });
        let entries: Vec<_> = entries.collect();
        // All of what may be a gigabyte is read for the checksums.
        let made = tokio::task::spawn_blocking(move || {
            archive(&entries).filter(|_| !entries.is_empty()).ok_or(WebError::NotFound)
        });
        made.await.map_err(|_| crate::Error::Interrupted)?
    };
    match made.await {
        Ok(pieces) => saved(own("application/zip", in_parts(pieces))),
        Err(error) => reader.told(&error),
    }
}

/// A name that every system can write, and that no other file of the archive has, on systems that do not
/// tell small letters from large ones, too.
fn entry_name(names: &mut HashSet<String>, number: usize, name: &str) -> String {
    let written = |one: char| if r#"\/:*?"<>|"#.contains(one) { '_' } else { one };
    let name: String = name.chars().map(written).collect();
    let name = name.trim_end_matches(['.', ' ']);
    let mut unique = name.to_owned();
    let mut further = number;
    while !names.insert(unique.to_lowercase()) {
        unique = format!("{further}-{name}");
        further += 1;
    }
    unique
}

/// It is saved, under the name that the page says: none stands in a header.
fn saved(mut response: Response) -> Response {
    let attachment = HeaderValue::from_static("attachment");
    response.headers_mut().insert(CONTENT_DISPOSITION, attachment);
    response
}

/// The same under a name that is always the same.
pub(super) fn named(mut response: Response, disposition: &'static str) -> Response {
    let disposition = HeaderValue::from_static(disposition);
    response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_files_of_an_archive_have_one_name_and_every_system_can_write_each() {
        let mut names = HashSet::new();
        let mut named = |number, name| entry_name(&mut names, number, name);
        assert_eq!(named(1, "3-a.pdf"), "3-a.pdf");
        assert_eq!(named(2, "a.pdf"), "a.pdf");
        assert_eq!(named(3, "A.pdf"), "4-A.pdf");
        assert_eq!(named(4, "b: c?.pdf. "), "b_ c_.pdf");
    }
}
