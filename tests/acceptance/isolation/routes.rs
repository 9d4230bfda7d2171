//! The addresses of the pages, read from where the router has them.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The files that have routes of pages, and below what `under` puts its one word in each.
const ROUTERS: [(&str, &str); 3] = [
    ("web.rs", "/me/certificates"),
    ("web/administration.rs", "/administration/certificate-orders"),
    ("web/documents.rs", ""),
];

/// What the names stand for that a route is given by.
const NAMES: [(&str, &str); 7] = [
    ("CALLBACK", "/login/callback"),
    ("SIGNING_CALLBACK", "/sign/callback"),
    ("AT", "/me/certificates"),
    ("APPLICATION", "/administration/applications/{id}"),
    ("PERSON", "/administration/people/{id}"),
    ("ORDERS", "/administration/certificate-orders"),
    ("certificate_settings::AT", "/administration/organisation/certificates"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../signer/src/http")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        match entry.path() {
            path if path.is_dir() => files(&path, found),
            path => found.push(path),
        }
    }
}

/// The method and address of each page, and of what the pages' forms and scripts ask.
pub fn routes() -> Vec<(&'static str, String)> {
    let mut all = vec![folder().join("web.rs")];
    files(&folder().join("web"), &mut all);
    let mut found = Vec::new();
    for file in all {
        let text = fs::read_to_string(&file).expect("a file");
        let below = ROUTERS.iter().find(|(name, _)| file == folder().join(name));
        let below = below.map(|(_, below)| *below);
        for call in text.split(".route(").skip(1) {
            let below = below.unwrap_or_else(|| panic!("{} has routes, too", file.display()));
            found.extend(read(&call.split_whitespace().collect::<String>(), below));
        }
    }
    found
}

/// What a call adds to a router: its text begins after the parenthesis, and goes on behind it.
fn read(call: &str, below: &str) -> Vec<(&'static str, String)> {
    let mut depth = 1_u32;
    let (mut comma, mut end) = (None, None);
    for (at, sign) in call.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 1 && comma.is_none() => comma = Some(at),
            _ => {}
        }
        if depth == 0 {
            end = Some(at);
            break;
        }
    }
    let (comma, end) = (comma.expect(call), end.expect(call));
    let (address, handlers) = (address(&call[..comma], below), &call[comma + 1..end]);
    let methods = [("get(", "GET"), ("post(", "POST")];
    let methods = methods.into_iter().filter(|(word, _)| {
        handlers.starts_with(word) || handlers.contains(&format!(").merge({word}"))
    });
    let methods: Vec<_> = methods.map(|(_, method)| (method, address.clone())).collect();
    let read = handlers.matches('(').count() - handlers.matches(").merge(").count();
    assert_eq!(methods.len(), read, "{address}: {handlers}");
    methods
}

fn address(said: &str, below: &str) -> String {
    let named = |name: &str| {
        let found = NAMES.iter().find(|(one, _)| *one == name);
        found.unwrap_or_else(|| panic!("{name}: say what it stands for")).1
    };
    let word = |said: &str| said.trim_end_matches(',').trim_matches('"').to_owned();
    match said.strip_prefix("&under(").and_then(|rest| rest.strip_suffix(')')) {
        Some(said) => match said.split_once(',').filter(|(_, what)| !what.is_empty()) {
            Some((name, what)) => format!("{}/{}", named(name), word(what)),
            None => format!("{below}/{}", word(said)),
        },
        None if said.starts_with('"') => word(said),
        None => named(said).to_owned(),
    }
}
