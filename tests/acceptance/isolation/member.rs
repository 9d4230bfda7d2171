//! An administrator of an organisation who is logged in on the pages, and what is only there for pages.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};

use super::furnished::{House, document};
use crate::{
    oauth::{self, authenticator::Person, person::Browser},
    oracle::{Folder, openssl},
    reader::Reader,
    server::{Server, send},
};

const ROLES: [&str; 4] =
    ["user-administrator", "rights-administrator", "auditor", "organisation-administrator"];

/// Somebody with every role, and what their organisation has beside what stands in [`House`].
pub struct Member<'a> {
    browser: Browser<'a>,
    person: Person,
    /// Their entry, and their passkey's name.
    pub entry: String,
    pub passkey: String,
    /// Documents that they have laid down: what stands between `/documents/` and what is asked of them.
    pub batch: String,
    /// A certificate that somebody collected.
    pub certificate: String,
    /// Where something of theirs stands in the audit log, and since when.
    pub position: String,
    pub time: String,
}

impl<'a> Member<'a> {
    /// Lets them in by an invitation, gives them every role, and has them lay down a document.
    pub async fn of(place: &'a oauth::House, house: &House) -> Self {
        let server = &place.server;
        let as_users = async |method: Method, path: &str, body: Value| {
            send(server.request(method, path).bearer_auth(house.users()).json(&body)).await.ok()
        };
        let names = json!({ "given_name": "Gudrun", "family_name": house.number });
        let made = as_users(Method::POST, "/v1/people", names).await;
        let at = made.header("location").to_owned();
        let invited = as_users(Method::POST, &format!("{at}/invitation"), json!({})).await.json();
        let origin = server.address.replace("127.0.0.1", "localhost");
        let link = invited["link"].as_str().and_then(|link| link.strip_prefix(&*origin));
        let mut browser = Browser::new(place);
        let person = Person::invited(&mut browser, &origin, link.expect("a link")).await;
        for role in ROLES {
            let tag = server.get_as(&at, house.users()).await.ok().header("etag").to_owned();
            let request = server.request(Method::PUT, &format!("{at}/roles/{role}"));
            send(request.bearer_auth(house.settings()).header("If-Match", tag)).await.ok();
        }
        let entry = server.get_as(&at, house.users()).await.ok().json();
        let certificate = certificate(server, house).await;
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let mut member = Self {
            browser,
            person,
            entry: text(&entry["id"]),
            passkey: text(&entry["passkeys"][0]["id"]),
            batch: String::new(),
            certificate,
            position: String::new(),
            time: String::new(),
        };
        let session = member.session();
        let laid = session.lay(vec![("of-their-own.pdf".to_owned(), document())]).await;
        session.read(&laid, 1).await;
        member.batch = laid.strip_prefix("/documents/").expect("documents").to_owned();
        let log = server.get_as("/v1/audit-records?limit=5", house.auditor()).await.ok().json();
        let last = &log["items"][0];
        member.position = format!("{}:{}", last["sequence"], text(&last["hash"]));
        member.time = text(&last["time"]);
        member
    }

    /// The session that they have now.
    pub fn session(&self) -> Reader<'a> {
        let cookies = self.browser.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies: Vec<_> = cookies.filter(|cookie| cookie.starts_with("__Host-segl=")).collect();
        let [cookie] = &cookies[..] else { panic!("one session") };
        Reader::with_cookie(&self.browser.house.server, cookie)
    }

    /// Logs in anew.
    pub async fn log_in(&mut self) {
        self.browser.cookies.clear();
        self.person.log_in(&mut self.browser).await;
    }

    /// What stands on no page that others see.
    pub fn marks(&self) -> [&str; 4] {
        [&self.entry, &self.passkey, &self.batch, &self.certificate]
    }
}

/// A certificate for three years, collected with a one-time code.
async fn certificate(server: &Server, house: &House) -> String {
    let wanted = json!({ "profile": house.only, "identification": "one-time-code" });
    let request = server.post("/v1/certificate-orders").bearer_auth(house.users());
    let order = send(request.json(&wanted)).await.ok().json();
    let named = |member: &str| order[member].as_str().expect("a name").to_owned();
    let (reference, code) = (named("reference"), named("code"));
    let folder = Folder::new();
    let made = "req -new -newkey rsa:3072 -nodes -keyout @key -subj /CN=any -outform DER -out @csr";
    openssl(&folder, made).expect("a request");
    let request = std::fs::read(folder.path("csr")).expect("a file");
    let basic = format!("Basic {}", STANDARD.encode(format!("{reference}:{code}")));
    let asked = server.post(&format!("/v1/issuances/{reference}")).header("Authorization", basic);
    send(asked.header("Content-Type", "application/pkcs10").body(request)).await.ok();
    let issued = server.get_as("/v1/certificates", house.users()).await.ok().json();
    issued["items"][0]["id"].as_str().expect("a certificate").to_owned()
}
