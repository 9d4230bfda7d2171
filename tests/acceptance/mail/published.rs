//! The store of certificates that are published (RFC 4387), asked by curl and read by openssl.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    capture::Capture,
    engines::Holder,
    house,
    secure::{collected, put_terms},
    set_clock,
};
use crate::{
    certificate_house::{House, refused},
    oauth::{
        House as Place,
        person::{Browser, hidden},
    },
    oracle::{Folder, openssl, run},
    server::{send, sha256_hex},
};

/// A house with the profiles `one`, `two` and `hidden`, whose certificates show these addresses.
struct Store {
    house: House,
    capture: Capture,
    folder: Folder,
}

impl Store {
    async fn open() -> Self {
        let (house, capture) = house().await;
        let folder = Folder::new();
        folder.write("password", b"correct horse battery");
        let issuing = house.server.get("/pki/registry/issuing-ca.cer").await.ok();
        folder.write("issuing", &issuing.body);
        openssl(&folder, "x509 -inform DER -in @issuing -out @issuing.pem").expect("it is one");
        Self { house, capture, folder }
    }

    async fn profile(&self, profile: &str, email: &str, published: bool) {
        let wanted = json!({
            "id": profile, "kind": "system", "display_name": profile,
            "contact_person": { "name": "Mads", "email": "mads@example.com" },
        });
        self.house.post(&self.house.users, "/v1/certificate-profiles", wanted).await.ok();
        self.terms(profile, email, json!(published)).await;
    }

    /// Collects one by a profile whose address nobody has confirmed before.
    async fn first(&self, profile: &str) {
        let holder = Holder { file: profile, nickname: profile };
        collected(&self.house, &self.capture, &self.folder, holder).await;
    }

    /// The same where the address was confirmed.
    async fn next(&self, profile: &str) {
        let wanted = json!({ "profile": profile, "identification": "one-time-code" });
        let order = self.house.order(wanted).await.ok().json();
        let got = super::collected(&self.house, &order).await;
        assert_eq!(got.status, 201, "{}", got.text());
        self.folder.write("chain", &got.body);
        openssl(&self.folder, &format!("x509 -in @chain -outform DER -out @{profile}.cer"))
            .expect("the first of them");
    }

    async fn terms(&self, profile: &str, email: &str, published: Value) {
        let terms = json!({
            "name": profile, "purposes": ["email"], "email": email, "published": published,
        });
        put_terms(&self.house, profile, terms).await;
    }

    /// What curl gets: the status, the media type, and the body in the file `got`.
    fn curl(&self, query: &str) -> (String, String) {
        let got = self.folder.path("got").display().to_string();
        let address = format!("{}/certstore?{query}", self.house.server.address);
        let told = "%{http_code} %{content_type}";
        let asked = ["--silent", "--noproxy", "*", "--output", &got, "--write-out", told, &address];
        let told = run("curl", asked).stdout;
        let told = String::from_utf8_lossy(&told).into_owned();
        let (status, kind) = told.split_once(' ').expect("two words");
        (status.to_owned(), kind.to_owned())
    }

    fn got(&self) -> Vec<u8> {
        std::fs::read(self.folder.path("got")).expect("a file")
    }

    fn issued(&self, profile: &str) -> Vec<u8> {
        std::fs::read(self.folder.path(&format!("{profile}.cer"))).expect("a file")
    }

    fn gets_none(&self, query: &str) {
        drop(std::fs::remove_file(self.folder.path("got")));
        assert_eq!(self.curl(query).0, "404", "{query}");
        let got = std::fs::read(self.folder.path("got")).unwrap_or_default();
        assert!(got.is_empty(), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_the_address_gets_what_is_published_and_good_and_nothing_else() {
    let store = Store::open().await;
    store.gets_none("email=one@example.com");
    store.profile("one", "one@example.com", true).await;
    store.profile("hidden", "hidden@example.com", false).await;
    store.first("one").await;
    store.first("hidden").await;
    for query in ["email=one@example.com", "uri=one%40example.com"] {
        assert_eq!(store.curl(query), ("200".into(), "application/pkix-cert".into()), "{query}");
        assert_eq!(store.got(), store.issued("one"));
    }
    let shown = openssl(&store.folder, "x509 -inform DER -in @got -noout -email -subject");
    assert!(shown.expect("a certificate").contains("one@example.com"));
    openssl(&store.folder, "verify -partial_chain -CAfile @issuing.pem @one.pem").expect("ours");
    // The very address, and no part or pattern of one.
    for none in ["hidden@example.com", "one", "@example.com", "%25", "ONE@example.com", "*", "%00"]
    {
        store.gets_none(&format!("email={none}"));
    }
    for wrong in [
        "",
        "name=one",
        "certHash=AAAA",
        "sHash=AAAA",
        "iHash=AAAA",
        "email=",
        "mail=x",
        "email=one@example.com&email=hidden@example.com",
    ] {
        let (status, kind) = store.curl(wrong);
        assert_eq!((&*status, &*kind), ("400", "application/problem+json"), "{wrong}");
    }

    // What is not published any more is not given, and what is, again.
    store.terms("one", "one@example.com", json!(false)).await;
    store.gets_none("email=one@example.com");
    store.terms("hidden", "hidden@example.com", json!(true)).await;
    assert_eq!(store.curl("email=hidden@example.com").0, "200");
    assert_eq!(store.got(), store.issued("hidden"));
    let all = store.house.get("/v1/certificates?profile=hidden").await.ok().json();
    let path = format!("/v1/certificates/{}/revocation", all["items"][0]["id"].as_str().unwrap());
    let block = json!({ "reason": "not-given" });
    store.house.post(&store.house.users, &path, block).await.ok();
    store.gets_none("email=hidden@example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_come_as_parts_of_one_answer_until_they_have_expired() {
    let store = Store::open().await;
    for profile in ["one", "two"] {
        store.profile(profile, "post@example.com", true).await;
    }
    store.first("one").await;
    store.next("two").await;
    let (status, kind) = store.curl("email=post@example.com");
    assert_eq!(status, "200");
    let boundary = kind.strip_prefix("multipart/mixed; boundary=").expect("several").to_owned();
    // Python's reader of mail takes it apart.
    let read = "import email, sys, hashlib\n\
        head = b'MIME-Version: 1.0\\r\\nContent-Type: multipart/mixed; boundary=' + sys.argv[2].encode()\n\
        parts = email.message_from_bytes(head + b'\\r\\n\\r\\n' + open(sys.argv[1], 'rb').read()).get_payload()\n\
        for part in parts: print(part.get_content_type(), hashlib.sha256(part.get_payload(decode=True)).hexdigest())";
    let got = store.folder.path("got").display().to_string();
    let told = run("python3", ["-c", read, &got, &boundary]);
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let mut told: Vec<&str> = told.lines().collect();
    told.sort_unstable();
    let mut expected = ["one", "two"]
        .map(|profile| format!("application/pkix-cert {}", sha256_hex(&store.issued(profile))));
    expected.sort_unstable();
    assert_eq!(told, expected);
    set_clock(&store.house.server, 1_096.0).await;
    store.gets_none("email=post@example.com");
}

#[tokio::test]
async fn what_shows_no_address_is_not_published() {
    let house = House::open().await;
    let path = "/v1/certificate-profiles/archive/terms";
    let set = async |published: bool, email: Value| {
        let terms = json!({
            "name": "Arkiv", "purposes": ["encryption"], "published": published, "email": email,
        });
        let request = house.server.request(Method::PUT, path).bearer_auth(&house.users);
        send(request.json(&terms)).await
    };
    refused(&set(true, Value::Null).await, 400, "request-malformed");
    let made = set(true, json!("archive@example.com")).await;
    assert_eq!((made.status, &made.json()["published"]), (201, &json!(true)));
    let other = house.get("/v1/certificate-profiles/payments/terms").await.ok().json();
    assert_eq!(other["published"], false, "nothing is unless somebody wants it");
}

#[tokio::test]
async fn a_box_on_the_page_publishes_certificates_and_is_empty_at_first() {
    let place = Place::open().await;
    let mut karen = Browser::of(&place, "karen").await;
    let path = "/administration/profiles/payroll/certificate-terms";
    let page = karen.get(&format!("{path}?lang=en")).await.ok();
    let text = page.text();
    assert!(text.contains("name=\"published\" value=\"yes\" aria"), "no tick: {text}");
    assert!(text.contains("anybody who knows the address"), "{text}");
    let csrf = hidden(&page, "csrf");
    let form = [
        ("csrf", &*csrf),
        ("name", "Payroll"),
        ("purposes", "encryption"),
        ("key", "rsa3072"),
        ("email", "payroll@example.com"),
        ("published", "yes"),
        ("lifetime_days", "1095"),
        ("overlap_days", "60"),
        ("confirmed", "yes"),
    ];
    let made = karen.post(path, &form).await;
    assert_eq!(made.status, 303, "{}", made.text());
    let terms = place.get("/v1/certificate-profiles/payroll/terms").await.ok().json();
    assert_eq!(terms["published"], true, "{terms}");
}
