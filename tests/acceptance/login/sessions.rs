//! Sessions and forms, without a browser: what no page of the service would send.

use reqwest::{Client, Method, redirect::Policy};
use serde_json::json;

use crate::server::{Answer, Server, send};

/// A browser as a server sees it: it follows nothing, and keeps what it is given.
struct Visitor<'a> {
    server: &'a Server,
    client: Client,
    cookie: Option<String>,
}

impl<'a> Visitor<'a> {
    fn new(server: &'a Server) -> Self {
        let client = Client::builder().no_proxy().redirect(Policy::none());
        Self { server, client: client.build().expect("a client"), cookie: None }
    }

    /// What is answered to a form of a page (`same-origin`), or of another site.
    async fn post(&mut self, path: &str, site: Option<&str>, form: &str) -> Answer {
        let request = self.request(Method::POST, path).body(form.to_owned());
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let request =
            site.iter().fold(request, |request, site| request.header("Sec-Fetch-Site", *site));
        let answer = send(request).await;
        for value in answer.headers.get_all("set-cookie") {
            let value = value.to_str().expect("text");
            if let Some(value) = value.strip_prefix("__Host-segl=") {
                let value = value.split(';').next().unwrap_or_default();
                self.cookie = (!value.is_empty()).then(|| value.to_owned());
            }
        }
        answer
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let origin = self.server.address.replace("127.0.0.1", "localhost");
        let request = self.client.request(method, format!("{origin}{path}"));
        let cookie = self.cookie.iter();
        cookie.fold(request, |request, cookie| {
            request.header("Cookie", format!("a=b; __Host-segl={cookie}"))
        })
    }

    async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// Whether somebody is logged in.
    async fn is_in(&self) -> bool {
        self.get("/me").await.status == 200
    }

    /// What the page's forms show.
    async fn csrf(&self) -> String {
        let page = self.get("/me").await.ok().text();
        let (_, rest) = page.split_once(r#"name="segl-csrf" content=""#).expect("a token");
        rest.split('"').next().expect("a token").to_owned()
    }

    async fn log_in(&mut self, person: &str) {
        let form = format!("person={person}");
        let answer = self.post("/login/demo", Some("same-origin"), &form).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/me"), "{}", answer.text());
    }
}

/// Sets the clock of the demo forward.
async fn later(server: &Server, seconds: u64) {
    let step = json!({ "action": "advance", "seconds": seconds });
    server.control("/clock", step).await.ok();
}

#[tokio::test]
async fn a_form_of_another_site_and_one_that_does_not_say_whose_it_is_do_nothing() {
    let server = Server::embedded().await;
    let mut visitor = Visitor::new(&server);
    for site in [None, Some("cross-site"), Some("same-site")] {
        let refused = visitor.post("/login/demo", site, "person=karen").await;
        assert_eq!((refused.status, &visitor.cookie), (403, &None), "{site:?}");
    }
    for nobody in ["person=eva", "person=karen&more=1", "", "{}"] {
        let refused = visitor.post("/login/demo", Some("same-origin"), nobody).await;
        assert_eq!((refused.status, &visitor.cookie), (400, &None), "{nobody}");
    }
    visitor.log_in("karen").await;
    let csrf = visitor.csrf().await;
    let forms = [String::new(), "csrf=".into(), format!("csrf={}", csrf.to_lowercase())];
    for form in forms.iter().chain([&format!("csrf={csrf}&csrf={csrf}")]) {
        let refused = visitor.post("/logout", Some("same-origin"), form).await;
        assert!([400, 403].contains(&refused.status), "{form}: {}", refused.status);
    }
    let form = format!("csrf={csrf}");
    assert_eq!(visitor.post("/logout", Some("cross-site"), &form).await.status, 403);
    assert!(visitor.is_in().await);
    let cookie = visitor.cookie.clone();
    assert_eq!(visitor.post("/logout", Some("same-origin"), &form).await.status, 303);
    assert_eq!(visitor.cookie, None);
    // Nor does the cookie of before count any more, nor what another session's pages show.
    visitor.cookie = cookie;
    assert!(!visitor.is_in().await);
    visitor.log_in("karen").await;
    assert_eq!(visitor.post("/logout", Some("same-origin"), &form).await.status, 403);
}

#[tokio::test]
async fn a_login_has_a_cookie_of_its_own_and_the_one_of_before_ends() {
    let server = Server::embedded().await;
    let mut visitor = Visitor::new(&server);
    // One that somebody put there is nobody's, before and after.
    let planted = "A".repeat(43);
    visitor.cookie = Some(planted.clone());
    visitor.log_in("mads").await;
    let first = visitor.cookie.clone().expect("a cookie");
    assert_ne!(first, planted);
    visitor.log_in("karen").await;
    let second = visitor.cookie.clone().expect("a cookie");
    for (cookie, is_in) in [(planted, false), (first, false), (second.clone(), true)] {
        visitor.cookie = Some(cookie);
        assert_eq!(visitor.is_in().await, is_in);
    }
    // Two of the name are none: one may be somebody else's.
    let request = visitor.request(Method::GET, "/me");
    let twice = send(request.header("Cookie", format!("__Host-segl={second}"))).await;
    assert_eq!(twice.status, 303);
}

#[tokio::test]
async fn signing_out_everywhere_ends_the_sessions_of_one_person_and_no_others() {
    let server = Server::embedded().await;
    let [mut here, mut there, mut mads] = [(); 3].map(|()| Visitor::new(&server));
    here.log_in("karen").await;
    there.log_in("karen").await;
    mads.log_in("mads").await;
    let form = format!("csrf={}", here.csrf().await);
    let answer = here.post("/logout/everywhere", Some("same-origin"), &form).await;
    assert_eq!(answer.header("location"), "/logged-out");
    assert!(!there.is_in().await && mads.is_in().await);
}

#[tokio::test]
async fn a_session_ends_after_a_quarter_of_an_hour_of_nothing_and_after_eight_hours() {
    let server = Server::embedded().await;
    let mut visitor = Visitor::new(&server);
    visitor.log_in("karen").await;
    later(&server, 14 * 60).await;
    assert!(visitor.is_in().await);
    later(&server, 14 * 60).await;
    assert!(visitor.is_in().await, "what is asked keeps it alive");
    later(&server, 15 * 60 + 1).await;
    assert!(!visitor.is_in().await);
    visitor.log_in("karen").await;
    for _ in 0..34 {
        later(&server, 14 * 60).await;
        assert!(visitor.is_in().await);
    }
    later(&server, 5 * 60).await;
    assert!(!visitor.is_in().await, "eight hours are over");
}

#[tokio::test]
async fn a_session_administers_by_its_roles_and_signs_nothing() {
    let server = Server::embedded().await;
    let ask = async |visitor: &Visitor<'_>, path: &str, header: &[(&str, &str)]| {
        let request = visitor.request(Method::GET, path);
        let request =
            header.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        send(request).await
    };
    let mut karen = Visitor::new(&server);
    karen.log_in("karen").await;
    let csrf = karen.csrf().await;
    let shown = [("X-Segl-CSRF", csrf.as_str()), ("Sec-Fetch-Site", "same-origin")];
    ask(&karen, "/v1/people", &shown).await.ok();
    for refused in [&shown[..1], &shown[1..], &[], &[shown[0], ("Sec-Fetch-Site", "cross-site")]] {
        let answer = ask(&karen, "/v1/people", refused).await;
        assert_eq!(answer.status, 401, "{refused:?}");
        assert_eq!(answer.problem()["type"], "urn:segl:problem:credentials-invalid");
    }
    let document = crate::fixtures::named("one-page.pdf");
    let request = karen.request(Method::POST, "/v1/signatures?profile=staff").body(document);
    let request =
        shown.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let signed = send(request).await;
    assert!([401, 403].contains(&signed.status), "{} {}", signed.status, signed.text());
    let mut mads = Visitor::new(&server);
    mads.log_in("mads").await;
    let csrf = mads.csrf().await;
    let shown = [("X-Segl-CSRF", csrf.as_str()), ("Sec-Fetch-Site", "same-origin")];
    assert_eq!(ask(&mads, "/v1/people", &shown).await.status, 403);
    // A bearer that is there is what counts.
    let bearer = [shown[0], shown[1], ("Authorization", "Bearer nothing")];
    assert_eq!(ask(&karen, "/v1/people", &bearer).await.status, 401);
}

#[tokio::test]
async fn pages_are_framed_by_nobody_and_kept_nowhere_and_what_they_load_is_kept() {
    let server = Server::embedded().await;
    let visitor = Visitor::new(&server);
    let page = visitor.get("/login").await.ok();
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!page.text().contains("style=") && !page.text().contains("<script>"));
    let style = page.text().split("href=\"/pages/").nth(1).expect("a style").to_owned();
    let path = format!("/pages/{}", style.split('"').next().expect("an address"));
    let style = visitor.get(&path).await.ok();
    assert!(style.header("cache-control").contains("immutable"));
    let again = visitor.request(Method::GET, &path);
    let again = again.header("If-None-Match", style.header("etag"));
    assert_eq!(send(again).await.status, 304);
    assert_eq!(visitor.get("/pages/style.css").await.status, 404);
    for guess in ["/invitation/a", &format!("/invitation/{}", "A".repeat(43))] {
        assert_eq!(visitor.get(guess).await.status, 404, "{guess}");
    }
    // Whoever comes by the loopback's number is led to its name, which passkeys know.
    let client = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
    let by_number = send(client.get(format!("{}/login?lang=da", server.address))).await;
    let name = server.address.replace("127.0.0.1", "localhost");
    assert_eq!(by_number.header("location"), format!("{name}/login?lang=da"));
}

#[tokio::test]
async fn who_gives_power_logged_in_of_late_and_who_takes_it_away_need_not() {
    let server = Server::embedded().await;
    let mut visitor = Visitor::new(&server);
    visitor.log_in("karen").await;
    let ours = Some("same-origin");
    let csrf = format!("csrf={}&confirmed=yes", visitor.csrf().await);
    let form = format!("{csrf}&id=archive&display_name=The+archive");
    let made = visitor.post("/administration/applications", ours, &form).await;
    let place = "/administration/applications/archive";
    assert_eq!((made.status, made.header("location")), (303, place), "{}", made.text());
    let form = format!("{csrf}&application=archive&profiles=*&no_limit=yes");
    let given = visitor.post("/administration/mandates", ours, &form).await;
    assert_eq!(given.status, 303, "{}", given.text());
    let mandate = given.header("location").to_owned();
    for _ in 0..2 {
        later(&server, 480).await;
        assert!(visitor.is_in().await);
    }
    for path in ["/administration/mandates", &format!("{place}/keys")] {
        let refused = visitor.post(path, ours, &form).await;
        assert_eq!(refused.status, 401, "{path}");
        assert!(refused.text().contains("/administration/login"), "{}", refused.text());
    }
    // Nor does the interface give it to such a session.
    let request =
        visitor.request(Method::POST, "/v1/mandates").header("Sec-Fetch-Site", "same-origin");
    let shown = csrf.split(['=', '&']).nth(1).unwrap_or_default();
    let request = request.header("X-Segl-CSRF", shown).json(&json!({ "application": "archive" }));
    let refused = send(request).await;
    assert_eq!(refused.status, 401, "{}", refused.text());
    assert!(refused.text().contains("log in anew"), "{}", refused.text());
    let revoked = visitor.post(&format!("{mandate}/revocation"), ours, &csrf).await;
    assert_eq!(revoked.status, 303, "{}", revoked.text());
    visitor.log_in("karen").await;
    let csrf = visitor.csrf().await;
    let form = format!("csrf={csrf}&confirmed=yes&application=archive&profiles=*&no_limit=yes");
    assert_eq!(visitor.post("/administration/mandates", ours, &form).await.status, 303);
}

#[tokio::test]
async fn a_profile_that_the_policy_refuses_is_not_made_though_nobody_saw_the_page_before() {
    let server = Server::embedded().await;
    let mut visitor = Visitor::new(&server);
    visitor.log_in("karen").await;
    let csrf = visitor.csrf().await;
    let profile = |lifetime: u32, contact: &str| {
        format!(
            "csrf={csrf}&confirmed=yes&id=letters&kind=organisation&display_name=Letters&active=yes\
             &allow_signing=yes&common_name=organisation&formats=pades&levels=B-T&default_level=B-T\
             &assurance=validity-assured&lifetime_s={lifetime}&algorithm=ES256&certify=none\
             &on_timestamp_failure=refuse{contact}"
        )
    };
    let ours = Some("same-origin");
    for (form, field) in [
        (profile(86_401, ""), "lifetime"),
        (profile(900, "&contact_email=a@example.com"), "name and the address"),
    ] {
        let refused = visitor.post("/administration/profiles", ours, &form).await;
        assert!((400..500).contains(&refused.status), "{field}: {}", refused.text());
        assert!(refused.text().contains(field), "{field}: {}", refused.text());
    }
    let made = visitor.post("/administration/profiles", ours, &profile(900, "")).await;
    assert_eq!(made.status, 303, "{}", made.text());
}
