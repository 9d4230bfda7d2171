//! The pages of administration, without a browser: what the configuration gives stands there, and nobody is given
//! the widest power because somebody forgot to choose.

use crate::{
    reader::Reader,
    server::{Answer, Server},
};

const GRANTS: &str = "/administration/grants";
const MANDATES: &str = "/administration/mandates";

/// A form's path, how it is filled, and the field that is refused.
type Case<'a> = (&'a str, Vec<(&'a str, &'a str)>, &'a str);

/// What stands on a page between its top and its end.
fn main_of(answer: &Answer) -> String {
    let text = answer.text();
    let (_, main) = text.split_once("<main").expect("a page");
    main.split("</main>").next().unwrap_or_default().to_owned()
}

/// The rows of the table on a page, as text.
async fn rows(reader: &Reader<'_>, path: &str) -> Vec<String> {
    let main = main_of(&reader.get(path).await.ok());
    let body = main.split_once("<tbody>").map_or("", |(_, rest)| rest);
    let body = body.split("</tbody>").next().unwrap_or_default();
    body.split("</tr>").map(plain).filter(|row| !row.is_empty()).collect()
}

/// A text without its marks.
fn plain(html: &str) -> String {
    let parts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" | ")
}

#[tokio::test]
async fn what_the_configuration_gives_stands_in_the_lists_and_is_counted() {
    let server = Server::demo().await;
    let karen = Reader::log_in(&server, "karen").await;
    let rights = rows(&karen, GRANTS).await;
    let [first, second] = &*rights else { panic!("{rights:?}") };
    assert!(first.contains("Karen") && first.contains("Sign, Seal"), "{first}");
    assert!(second.contains("Mads") && !second.contains("Seal"), "{second}");
    let mandates = rows(&karen, MANDATES).await;
    let [demo] = &*mandates else { panic!("the service's own are not shown: {mandates:?}") };
    assert!(demo.contains("demo") && demo.contains("No limit"), "{demo}");
    let people = rows(&karen, "/administration/people").await;
    assert_eq!(people.len(), 2, "{people:?}");
    assert!(people[0].contains("Rights administrator"), "{people:?}");
    assert!(people.iter().any(|one| one.contains("Mads Bæk")), "{people:?}");
    for row in rights.iter().chain(&mandates).chain(&people) {
        assert!(row.contains("Configuration") && !row.contains("Revoke"), "{row}");
    }
    let counts = rows(&karen, "/administration").await;
    for (part, count) in [("Rights of people", 2), ("Mandates", 1), ("People", 2)] {
        assert!(counts.contains(&format!("{part} | {count}")), "{part}: {counts:?}");
    }
    // The interface lists what was decided here, as ever.
    let answer =
        karen.request(reqwest::Method::GET, "/v1/grants").header("X-Segl-CSRF", karen.csrf().await);
    let listed = crate::server::send(answer).await.ok().json();
    assert_eq!(listed["items"], serde_json::json!([]));
}

#[tokio::test]
async fn a_right_is_given_to_somebody_who_is_chosen_and_the_page_names_them() {
    let server = Server::demo().await;
    let karen = Reader::log_in(&server, "karen").await;
    let page = main_of(&karen.get("/administration/new-grant").await.ok());
    assert!(page.contains("Mads Bæk (mads)"), "{page}");
    let issuer = "https://identity.segl.invalid/demo";
    assert!(page.contains(&format!("<option value=\"{issuer}\">")), "{page}");
    let mads = format!("{issuer} mads").replace(' ', "+");
    let rest = [("acts", "seal"), ("profiles", "decisions")];
    let chosen = [&[("person", &*mads)], &rest[..]].concat();
    let typed = [&[("issuer", issuer), ("subject", "mads")], &rest[..]].concat();
    for filled in [&chosen, &typed] {
        let shown = plain(&main_of(&karen.post(GRANTS, filled).await.ok()));
        assert!(shown.contains("Person | Mads Bæk (mads)"), "{shown}");
        assert!(!shown.contains("Choose"), "{shown}");
    }
    let stranger = [&[("issuer", issuer), ("subject", "eva")], &rest[..]].concat();
    let shown = plain(&main_of(&karen.post(GRANTS, &stranger).await.ok()));
    assert!(shown.contains("Person | eva") && shown.contains(issuer), "{shown}");
    let both = [&chosen[..], &[("issuer", issuer), ("subject", "eva")]].concat();
    let refused = karen.post(GRANTS, &both).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let given = karen.post(GRANTS, &[&chosen[..], &[("confirmed", "yes")]].concat()).await;
    assert_eq!(given.status, 303, "{}", given.text());
    let rights = rows(&karen, GRANTS).await;
    assert!(rights[0].contains("Mads") && rights[0].contains("Made here"), "{rights:?}");
}

#[tokio::test]
async fn nobody_is_given_the_widest_power_by_what_was_not_chosen() {
    let server = Server::demo().await;
    let karen = Reader::log_in(&server, "karen").await;
    let person = ("person", "https://identity.segl.invalid/demo+mads");
    let application = ("application", "demo");
    let cases: [Case<'_>; 8] = [
        (GRANTS, vec![person, ("acts", "seal")], "profiles"),
        (
            GRANTS,
            vec![person, ("acts", "seal"), ("profiles", "*"), ("profiles", "staff")],
            "profiles",
        ),
        (GRANTS, vec![person, ("profiles", "*")], "acts"),
        (GRANTS, vec![("acts", "seal"), ("profiles", "*")], "person"),
        (MANDATES, vec![application, ("no_limit", "yes")], "profiles"),
        (MANDATES, vec![application, ("profiles", "*")], "maximum_seals"),
        (
            MANDATES,
            vec![application, ("profiles", "*"), ("maximum_seals", "3"), ("no_limit", "yes")],
            "maximum_seals",
        ),
        (MANDATES, vec![("profiles", "*"), ("no_limit", "yes")], "application"),
    ];
    for (path, filled, field) in cases {
        for confirmed in ["", "yes"] {
            let filled = [&filled[..], &[("confirmed", confirmed)]].concat();
            let refused = karen.post(path, &filled).await;
            let text = refused.text();
            assert!((400..500).contains(&refused.status), "{path} {filled:?}: {text}");
            assert!(text.contains(&format!("id=\"{field}-error\"")), "{path} {filled:?}: {text}");
        }
    }
    assert_eq!((rows(&karen, GRANTS).await.len(), rows(&karen, MANDATES).await.len()), (2, 1));
    // Every profile, and without a limit, is what somebody asked for.
    let all = [application, ("profiles", "*"), ("no_limit", "yes")];
    let shown = plain(&main_of(&karen.post(MANDATES, &all).await.ok()));
    assert!(shown.contains("Every profile, those to come among them"), "{shown}");
    let given = karen.post(MANDATES, &[&all[..], &[("confirmed", "yes")]].concat()).await;
    let name = given.header("location").rsplit('/').next().unwrap_or_default().to_owned();
    // A refusal names it; so does the list.
    assert!(rows(&karen, MANDATES).await[0].contains(&name), "{name}");
}

#[tokio::test]
async fn every_page_says_who_is_logged_in_and_lets_them_leave() {
    let server = Server::demo().await;
    let karen = Reader::log_in(&server, "karen").await;
    for path in ["/", "/documents", "/acts", "/verify", "/me", "/administration", "/policies"] {
        let page = karen.get(path).await.ok().text();
        let (top, rest) = page.split_once("</header>").expect("a top");
        assert!(top.contains("Karen Sørensen Ågård") && top.contains("form=\"log-out\""), "{path}");
        assert!(top.contains("href=\"/administration\""), "{path}");
        assert!(rest.contains("id=\"log-out\" method=\"post\" action=\"/logout\""), "{path}");
    }
    let stranger = Reader::with_cookie(&server, "");
    for path in ["/", "/verify", "/login"] {
        let page = stranger.get(path).await.ok().text();
        assert!(!page.contains("log-out") && !page.contains("/administration"), "{path}");
    }
}

#[tokio::test]
async fn whoever_may_not_read_a_part_is_told_which() {
    let server = Server::demo().await;
    let mads = Reader::log_in(&server, "mads").await;
    let refused = mads.get("/administration/audit-log").await;
    assert_eq!(refused.status, 403);
    let told = plain(&main_of(&refused));
    assert!(told.contains("Audit log") && !told.contains("Nothing was changed"), "{told}");
}

#[tokio::test]
async fn a_new_key_says_that_a_mandate_comes_next_until_there_is_one() {
    let server = Server::demo().await;
    let karen = Reader::log_in(&server, "karen").await;
    let made = [("id", "archive"), ("display_name", "Archive"), ("confirmed", "yes")];
    assert_eq!(karen.post("/administration/applications", &made).await.status, 303);
    let keys = "/administration/applications/archive/keys";
    let next = "/administration/new-mandate?application=archive";
    let key = main_of(&karen.post(keys, &[("confirmed", "yes")]).await.ok());
    assert!(key.contains(next), "{key}");
    let form = main_of(&karen.get(next).await.ok());
    assert!(form.contains("<option value=\"archive\" selected>"), "{form}");
    let mandate =
        [("application", "archive"), ("profiles", "*"), ("no_limit", "yes"), ("confirmed", "yes")];
    assert_eq!(karen.post(MANDATES, &mandate).await.status, 303);
    let key = main_of(&karen.post(keys, &[("confirmed", "yes")]).await.ok());
    assert!(!key.contains(next), "{key}");
}
