//! A person's browser, as a server sees it, and what a client has it ask.

use std::collections::BTreeMap;

use reqwest::{Client as Http, Method, Url, redirect::Policy};
use serde_json::{Value, json};

use super::{Client, House, basic, encoded};
use crate::server::{Answer, send};

/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Where the clients of these tests are sent back to: the port is theirs to choose.
pub const CALLBACK: &str = "http://127.0.0.1:51004/cb";

/// A browser that keeps its cookies and follows nothing by itself.
pub struct Browser<'a> {
    pub house: &'a House,
    http: Http,
    pub cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    pub fn new(house: &'a House) -> Self {
        Self::at(house, "127.0.0.1")
    }

    /// One that asks from this address of the own machine.
    pub fn at(house: &'a House, address: &str) -> Self {
        let address = address.parse::<std::net::IpAddr>().expect("an address");
        let http = Http::builder().no_proxy().redirect(Policy::none()).local_address(address);
        // A server with TLS makes its own certificate.
        let http = http.danger_accept_invalid_certs(true).build().expect("a client");
        Self { house, http, cookies: BTreeMap::new() }
    }

    /// One in which somebody of the demo is logged in.
    pub async fn of(house: &'a House, person: &str) -> Self {
        let mut browser = Self::new(house);
        browser.log_in(person).await;
        browser
    }

    pub async fn log_in(&mut self, person: &str) -> Answer {
        let answer = self.post("/login/demo", &[("person", person)]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/me"), "{}", answer.text());
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path);
        self.kept(send(request).await)
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::POST, path).header("Sec-Fetch-Site", "same-origin");
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        self.kept(send(request.body(encoded(form))).await)
    }

    /// What a page's script asks.
    pub async fn script(&mut self, path: &str, body: Value) -> Answer {
        let request = self.request(Method::POST, path).header("Sec-Fetch-Site", "same-origin");
        self.kept(send(request.json(&body)).await)
    }

    /// The same of a script that knows what its session shows.
    pub async fn script_that_shows(&mut self, csrf: &str, path: &str, body: Value) -> Answer {
        let request = self.request(Method::POST, path).header("Sec-Fetch-Site", "same-origin");
        self.kept(send(request.header("X-Segl-CSRF", csrf).json(&body)).await)
    }

    /// Where the browser is in the end that goes to an address: at a page, or on its way elsewhere.
    pub async fn go(&mut self, path: &str) -> Answer {
        let mut answer = self.get(path).await;
        for _ in 0..8 {
            let to = answer.header("location").to_owned();
            if answer.status != 303 || !to.starts_with('/') {
                return answer;
            }
            answer = self.get(&to).await;
        }
        panic!("the browser is sent round in circles");
    }

    /// Where the browser is that brings what a client asks.
    pub async fn ask(&mut self, parameters: &[(&str, &str)]) -> Answer {
        self.go(&format!("/oauth2/authorize?{}", encoded(parameters))).await
    }

    /// Decides on a page.
    pub async fn decide(&mut self, page: &Answer, decision: &str) -> Answer {
        assert_eq!(page.status, 200, "{}", page.text());
        let (csrf, request) = (hidden(page, "csrf"), hidden(page, "request"));
        let form = [("csrf", &*csrf), ("request", &*request), ("decision", decision)];
        self.post("/oauth2/consent", &form).await
    }

    /// What a client is told when the person agrees.
    pub async fn agree(&mut self, parameters: &[(&str, &str)]) -> BTreeMap<String, String> {
        let page = self.ask(parameters).await;
        told(&self.decide(&page, "allow").await)
    }

    /// The code that a client gets when the person agrees.
    pub async fn code(&mut self, parameters: &[(&str, &str)]) -> String {
        let told = self.agree(parameters).await;
        told.get("code").unwrap_or_else(|| panic!("{told:?}")).clone()
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let origin = self.house.server.address.replace("127.0.0.1", "localhost");
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let request = self.http.request(method, format!("{origin}{path}"));
        request.header("Cookie", cookies.collect::<Vec<_>>().join("; "))
    }

    fn kept(&mut self, answer: Answer) -> Answer {
        for value in answer.headers.get_all("set-cookie") {
            let value = value.to_str().expect("text").split(';').next().unwrap_or_default();
            let (name, value) = value.split_once('=').expect("a cookie");
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }
}

/// A hidden field of a page's form.
pub fn hidden(page: &Answer, name: &str) -> String {
    let text = page.text();
    let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\"")).expect("a field");
    rest.split('"').next().expect("a value").to_owned()
}

/// What an answer tells the client to which it sends the browser.
pub fn told(answer: &Answer) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let to = Url::parse(answer.header("location")).expect("an address elsewhere");
    to.query_pairs().into_owned().collect()
}

/// What a client asks for the service.
pub fn service(client: &Client) -> Vec<(&str, &str)> {
    asked(client, "service")
}

/// What a client asks for a scope.
pub fn asked<'a>(client: &'a Client, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("response_type", "code"),
        ("client_id", &client.id),
        ("redirect_uri", CALLBACK),
        ("scope", scope),
        ("state", "the state"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

/// Parameters with some of them changed; one without a value is left out.
pub fn with<'a>(
    parameters: &[(&'a str, &'a str)],
    changed: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let is_kept = |name: &str| changed.iter().all(|(other, _)| *other != name);
    let kept = parameters.iter().copied().filter(|(name, _)| is_kept(name));
    let added = changed.iter().copied().filter(|(_, value)| !value.is_empty());
    kept.chain(added).collect()
}

impl House {
    /// A client of `archive` that asks persons: with a secret, or without.
    pub async fn asking(&self, more: Value) -> Client {
        let mut wanted = json!({
            "scopes": ["service"], "display_name": "The wallet",
            "redirect_uris": ["http://127.0.0.1/cb", "https://client.example/cb"],
        });
        for (name, value) in more.as_object().expect("an object") {
            wanted[name] = value.clone();
        }
        self.client("archive", wanted).await
    }

    /// What a client gets for a code.
    pub async fn exchange(&self, client: &Client, code: &str, more: &[(&str, &str)]) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
            ("client_id", &*client.id),
        ];
        self.as_client("/oauth2/token", client, &with(&form, more)).await
    }

    /// What a client gets for a refresh token.
    pub async fn refresh(&self, client: &Client, token: &str) -> Answer {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.as_client("/oauth2/token", client, &form).await
    }

    /// What a client is answered, which shows its secret if it has one.
    pub async fn as_client(&self, path: &str, client: &Client, form: &[(&str, &str)]) -> Answer {
        if client.secret.is_empty() {
            return send(self.form(path, &with(form, &[("client_id", &client.id)]))).await;
        }
        send(self.form(path, form).header("Authorization", basic(client))).await
    }

    /// The tokens of a client to which somebody of the demo agrees.
    pub async fn tokens(&self, client: &Client, person: &str) -> (String, String) {
        let code = Browser::of(self, person).await.code(&service(client)).await;
        let given = self.exchange(client, &code, &[]).await.ok().json();
        let text = |name: &str| given[name].as_str().expect("a token").to_owned();
        (text("access_token"), text("refresh_token"))
    }

    /// The status of what a bearer asks at the API of the Cloud Signature Consortium.
    pub async fn list(&self, bearer: &str) -> u16 {
        let request = self.server.post("/csc/v2/credentials/list").bearer_auth(bearer);
        send(request.json(&json!({}))).await.status
    }
}
