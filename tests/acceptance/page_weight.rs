//! What the first pages weigh on their way: the page itself, and everything that it makes a browser fetch.

use crate::{reader::Reader, server::Server};

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

#[tokio::test]
async fn a_first_page_with_all_that_it_needs_is_under_60_kilobytes() {
    let server = Server::embedded().await;
    let reader = Reader::log_in(&server, "karen").await;
    for path in ["/", "/verify", "/documents", "/acts", "/me", "/administration"] {
        let page = reader.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        let needed = fetched(&page.text());
        assert!(!needed.is_empty(), "{path} has a style: {}", page.text());
        let mut bytes = page.body.len();
        for address in &needed {
            bytes += reader.get(address).await.ok().body.len();
        }
        assert!(bytes < MOST, "{path} weighs {bytes} bytes with {needed:?}");
    }
}
