//! Somebody who is logged in and goes through the pages of documents, without a browser.

use reqwest::{Client, Method, multipart, redirect::Policy};
use serde_json::Value;

use crate::server::{Answer, Server, send};

/// Somebody who is logged in.
pub struct Reader<'a> {
    server: &'a Server,
    client: Client,
    cookie: String,
    language: &'static str,
}

impl<'a> Reader<'a> {
    /// One of the demo's persons, who reads English.
    pub async fn log_in(server: &'a Server, person: &str) -> Self {
        let reader = Self::with_cookie(server, "");
        let form = reader.request(Method::POST, "/login/demo").body(format!("person={person}"));
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

    /// Whoever has a cookie, who reads English.
    pub fn with_cookie(server: &'a Server, cookie: &str) -> Self {
        let client = Client::builder().no_proxy().redirect(Policy::none());
        let (client, cookie) = (client.build().expect("a client"), cookie.to_owned());
        Self { server, client, cookie, language: "en" }
    }

    /// The same, who reads Danish.
    pub fn in_danish(self) -> Self {
        Self { language: "da", ..self }
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let origin = self.server.address.replace("127.0.0.1", "localhost");
        let request = self.client.request(method, format!("{origin}{path}"));
        let request = request.header("Accept-Language", self.language);
        request.header("Sec-Fetch-Site", "same-origin").header("Cookie", &self.cookie)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// Sends a form with what the forms of this session hold.
    pub async fn post(&self, path: &str, more: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf().await;
        let fields = [("csrf", csrf.as_str())];
        let fields = fields.iter().chain(more).map(|(name, value)| format!("{name}={value}"));
        let form = fields.collect::<Vec<_>>().join("&");
        let request = self.request(Method::POST, path).body(form);
        send(request.header("Content-Type", "application/x-www-form-urlencoded")).await
    }

    /// Makes room for the next one.
    pub async fn decline(&self, document: &str) {
        self.post(&format!("{document}/decline"), &[("reason", "content")]).await.ok();
    }

    /// What the forms of this session hold.
    pub async fn csrf(&self) -> String {
        hidden(&self.get("/documents").await.ok().text(), "csrf")
    }

    /// Where documents lie that were laid down together.
    pub async fn lay(&self, documents: Vec<(String, Vec<u8>)>) -> String {
        let mut form = multipart::Form::new().text("csrf", self.csrf().await);
        let names = format!("{:?}", documents.iter().map(|(name, _)| name).collect::<Vec<_>>());
        for (name, bytes) in documents {
            form = form.part("document", multipart::Part::bytes(bytes).file_name(name));
        }
        let answer = send(self.request(Method::POST, "/documents").multipart(form)).await;
        assert_eq!(answer.status, 303, "{names}: {}", answer.text());
        answer.header("location").to_owned()
    }

    /// Reads one of them, counted from 1, to its end: as text.
    pub async fn read(&self, batch: &str, number: usize) {
        let document = format!("{batch}/{number}");
        let mut next = document.clone();
        while next.starts_with(&document) {
            let from = next.split_once("from=").map_or("0", |(_, from)| from).to_owned();
            let page = self.get(&format!("{document}?view=text&from={from}")).await.ok().text();
            let marks = hidden(&page, "marks");
            let more = [("marks", marks.as_str()), ("from", from.as_str())];
            let answer = self.post(&format!("{document}/read"), &more).await;
            assert_eq!(answer.status, 303, "{document}: {}", answer.text());
            next = answer.header("location").to_owned();
            if next == document {
                break;
            }
        }
    }

    /// Chooses an invisible seal with a profile, and agrees to it.
    pub async fn agree(&self, batch: &str, profile: &str) {
        let choice = [("profile", profile), ("placed", "invisible"), ("level", "B-LTA")];
        let chosen = self.post(&format!("{batch}/choice"), &choice).await;
        assert_eq!(chosen.status, 303, "{}", chosen.text());
        let page = self.get(&format!("{batch}/consent")).await.ok().text();
        let agreement = hidden(&page, "agreement");
        let more = [("agreement", agreement.as_str()), ("agree", "yes")];
        let agreed = self.post(&format!("{batch}/consent"), &more).await;
        assert_eq!(agreed.header("location"), format!("{batch}/result"), "{}", agreed.text());
    }

    /// How many are through, how many there are, and whether work is under way.
    pub async fn state(&self, batch: &str) -> (u64, u64, bool) {
        let state: Value = self.get(&format!("{batch}/state")).await.ok().json();
        let number = |name: &str| state[name].as_u64().expect("a number");
        (number("done"), number("count"), state["working"].as_bool().expect("yes or no"))
    }

    /// Waits until all is through.
    pub async fn wait(&self, batch: &str) {
        for _ in 0..3_000 {
            if !self.state(batch).await.2 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{batch} does not end");
    }
}

/// What a form of a page holds under a name, without being seen.
pub fn hidden(page: &str, name: &str) -> String {
    let (_, value) = page.split_once(&format!("name=\"{name}\" value=\"")).expect(name);
    value.split('"').next().expect("a value").replace("&#x2B;", "+")
}
