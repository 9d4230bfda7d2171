//! What no page may take from the service.

use super::hostile;
use crate::{reader::Reader, server::Server};

#[tokio::test]
async fn a_page_that_never_ends_or_takes_all_memory_is_refused_and_the_next_one_is_drawn() {
    let server = Server::embedded().await;
    let reader = Reader::log_in(&server, "karen").await;
    for (name, bytes) in hostile::files() {
        let document = reader.lay(vec![(name.to_owned(), bytes)]).await;
        let first = reader.get(&format!("{document}/1/page/1?width=800")).await;
        assert_eq!(first.status, 422, "{name}: {}", first.text());
        let text = reader.get(&format!("{document}/1/page/1/text")).await;
        assert!([200, 422].contains(&text.status), "{name}: {}", text.text());
        let next = reader.get(&format!("{document}/1/page/2?width=800")).await;
        assert_eq!((next.status, next.header("content-type")), (200, "image/png"), "{name}");
        let text = reader.get(&format!("{document}/1/page/2/text")).await.ok().text();
        assert!(text.contains("A page like any other"), "{name}: {text}");
        // The page that has both says so, and people go on.
        reader.get(&format!("{document}/1")).await.ok();
        reader.decline(&document).await;
    }
}
