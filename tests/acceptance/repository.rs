//! The repository keeps its own rules.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{fixtures, oracle::workspace};

/// The longest source file, in lines.
const LONGEST_FILE: usize = 400;

/// Every file of the repository that is text, without what git ignores.
fn texts() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![workspace()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if matches!(name.as_str(), "target" | ".git" | "segl-data") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push((path, text));
            }
        }
    }
    found
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension == wanted)
}

#[test]
fn no_source_file_is_too_long() {
    let long: Vec<_> = texts()
        .into_iter()
        .filter(|(path, _)| has_extension(path, "rs"))
        .map(|(path, text)| (text.lines().count(), path))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn every_fixture_is_named_and_is_what_its_code_makes() {
    let folder = workspace().join("fixtures");
    let readme = fs::read_to_string(folder.join("README.md")).expect("fixtures/README.md");
    let made: Vec<_> = fixtures::signable().into_iter().chain(fixtures::refused()).collect();
    for fixture in &made {
        let committed = fs::read(folder.join(fixture.name)).unwrap_or_default();
        assert!(
            committed == fixture.bytes,
            "{} is stale: cargo run -p acceptance --example fixtures",
            fixture.name
        );
    }
    for entry in fs::read_dir(&folder).expect("fixtures/") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        // What stands in `golden` is held against what draws it (`golden.rs`).
        if name != "README.md" && name != "golden" {
            assert!(readme.contains(&format!("`{name}`")), "{name} is not in fixtures/README.md");
            assert!(made.iter().any(|fixture| fixture.name == name), "nothing makes {name}");
        }
    }
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    // Written in two parts, so that this file is none of them.
    let homes =
        [["/ho", "me/"], ["/ro", "ot/"], ["/wo", "rk/"], ["/Us", "ers/"]].map(|p| p.concat());
    for (path, text) in texts() {
        for home in &homes {
            for (at, _) in text.match_indices(home.as_str()) {
                let before = text[..at].chars().next_back().unwrap_or(' ');
                let inside = before.is_alphanumeric() || "._-/}>".contains(before);
                assert!(inside, "{} names {home}", path.display());
            }
        }
    }
}

/// A word of `--skip` matches wherever it stands in a test's name: `time_stamps::` would leave out a module
/// `log_time_stamps` as well.
#[test]
fn what_tests_run_leaves_out_are_the_modules_that_it_names() {
    let run = fs::read_to_string(workspace().join("tests/run")).expect("tests/run");
    let words: Vec<_> = run
        .split(|other: char| !(other.is_ascii_alphanumeric() || "_:".contains(other)))
        .filter(|word| word.contains("::"))
        .collect();
    assert!(words.contains(&"time_stamps::"), "{words:?}");
    let itself = std::env::current_exe().expect("a program");
    let listed = Command::new(itself).arg("--list").output().expect("it runs");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    for word in words {
        let names: Vec<_> = listed.lines().filter(|name| name.contains(word)).collect();
        assert!(!names.is_empty(), "{word} leaves nothing out");
        assert!(names.iter().all(|name| name.starts_with(word)), "{word}: {names:#?}");
    }
}

/// The targets of a Markdown text's inline links.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next())
}

#[test]
fn every_link_to_a_file_leads_somewhere() {
    for (path, text) in texts().into_iter().filter(|(path, _)| has_extension(path, "md")) {
        let here = path.parent().expect("a folder");
        for link in links(&text) {
            let file = link.split('#').next().unwrap_or_default();
            if file.is_empty() || link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            assert!(here.join(file).exists(), "{}: {link}", path.display());
        }
    }
}
