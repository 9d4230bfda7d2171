//! What the first pages weigh on their way: the page itself, and everything that it makes a browser fetch.

use std::collections::BTreeSet;

use crate::{
    certificate_house::House,
    reader::Reader,
    server::{Answer, Server},
};

/// The most bytes, headers not counted.
const MOST: usize = 60_000;

/// What a page has fetched: styles, scripts and pictures.
fn fetched(page: &str) -> Vec<String> {
    let tags = page.split('<').filter_map(|tag| tag.split_once('>').map(|(tag, _)| tag));
    let mut found = Vec::new();
    for tag in tags {
        let attribute = match tag.split(' ').next() {
            Some("link") => "href=\"",
            Some("script" | "img") => "src=\"",
            _ => continue,
        };
        let (_, value) = tag.split_once(attribute).expect("an address");
        found.push(value.split('"').next().expect("an end").to_owned());
    }
    found
}

/// What a module has fetched: others, by addresses relative to its own folder.
fn imported(module: &str) -> Vec<String> {
    let statements = module.lines().filter(|line| line.starts_with("import "));
    let names = statements.map(|line| line.rsplit('"').nth(1).expect("a module's address"));
    let local = names.map(|name| name.strip_prefix("./").expect("a module beside it"));
    local.map(|name| format!("/pages/{name}")).collect()
}

/// Holds a page to the most, with all that it has fetched, whatever has that fetched in turn; what that is.
async fn weighed(reader: &Reader<'_>, path: &str, page: &Answer) -> BTreeSet<String> {
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    let mut open = fetched(&page.text());
    assert!(!open.is_empty(), "{path} has a style: {}", page.text());
    let (mut needed, mut bytes) = (BTreeSet::new(), page.body.len());
    while let Some(address) = open.pop() {
        if needed.insert(address.clone()) {
            let part = reader.get(&address).await.ok();
            bytes += part.body.len();
            open.extend(imported(&part.text()));
        }
    }
    assert!(bytes < MOST, "{path} weighs {bytes} bytes with {needed:?}");
    needed
}

#[tokio::test]
async fn a_first_page_with_all_that_it_needs_is_under_60_kilobytes() {
    let server = Server::embedded().await;
    let reader = Reader::log_in(&server, "karen").await;
    for path in ["/", "/verify", "/documents", "/acts", "/me", "/administration"] {
        weighed(&reader, path, &reader.get(path).await).await;
    }
}

#[tokio::test]
async fn a_page_that_makes_a_key_is_under_60_kilobytes_with_every_module_of_its_script() {
    let house = House::of_file().await;
    house.accept().await;
    let order = house.ordered().await;
    let named = |member: &str| order[member].as_str().expect("a text");
    let reader = Reader::log_in(&house.server, "karen").await;
    let path = format!("/collect/{}", named("reference"));
    weighed(&reader, &path, &reader.get(&path).await).await;
    let form = format!("code={}&accepted=1", named("code"));
    let request = reader.request(reqwest::Method::POST, &path).body(form);
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    let page = crate::server::send(request).await;
    let needed = weighed(&reader, &path, &page).await;
    for module in ["collect", "pkcs10", "pkcs12", "der", "sha256"] {
        let begins = format!("/pages/{module}.");
        assert!(needed.iter().any(|one| one.starts_with(&begins)), "{module}: {needed:?}");
    }
}
