//! What no page may take from the service.

use reqwest::{Client, Method, multipart, redirect::Policy};

use super::hostile;
use crate::server::{Answer, Server, send};

/// Somebody who is logged in.
struct Reader<'a> {
    server: &'a Server,
    client: Client,
    cookie: String,
}

impl<'a> Reader<'a> {
    async fn log_in(server: &'a Server) -> Self {
        let client = Client::builder().no_proxy().redirect(Policy::none());
        let client = client.build().expect("a client");
        let reader = Self { server, client, cookie: String::new() };
        let form = reader.request(Method::POST, "/login/demo").body("person=karen");
        let form = form.header("Content-Type", "application/x-www-form-urlencoded");
        let answer = send(form).await;
        let given = answer.headers.get_all("set-cookie").iter();
        let mut given = given.rev().filter_map(|value| value.to_str().ok());
        let cookie = given
            .find(|value| value.starts_with("__Host-segl="))
            .expect("a cookie")
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned();
        Self { cookie, ..reader }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let origin = self.server.address.replace("127.0.0.1", "localhost");
        let request = self.client.request(method, format!("{origin}{path}"));
        request.header("Sec-Fetch-Site", "same-origin").header("Cookie", &self.cookie)
    }

    async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// Makes room for the next one.
    async fn decline(&self, document: &str) {
        let form = format!("csrf={}&reason=content", self.csrf().await);
        let request = self.request(Method::POST, &format!("{document}/decline")).body(form);
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        send(request).await.ok();
    }

    /// What the forms of this session hold.
    async fn csrf(&self) -> String {
        let page = self.get("/documents").await.ok().text();
        let (_, csrf) = page.split_once(r#"name="csrf" value=""#).expect("a token");
        csrf.split('"').next().expect("a token").to_owned()
    }

    /// Where a document lies that was laid down.
    async fn lay(&self, name: &'static str, bytes: Vec<u8>) -> String {
        let csrf = self.csrf().await;
        let file = multipart::Part::bytes(bytes).file_name(name);
        let form = multipart::Form::new().text("csrf", csrf).part("document", file);
        let answer = send(self.request(Method::POST, "/documents").multipart(form)).await;
        assert_eq!(answer.status, 303, "{name}: {}", answer.text());
        answer.header("location").to_owned()
    }
}

#[tokio::test]
async fn a_page_that_never_ends_or_takes_all_memory_is_refused_and_the_next_one_is_drawn() {
    let server = Server::embedded().await;
    let reader = Reader::log_in(&server).await;
    for (name, bytes) in hostile::files() {
        let document = reader.lay(name, bytes).await;
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
