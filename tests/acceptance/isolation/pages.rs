//! Nobody of one organisation finds anything of another one's on the pages, or changes it by their forms.
//!
//! Every page that the router has is asked by an administrator of another organisation who is logged in and holds
//! every role; a page that stands in no arm of [`asked`] fails the test. The organisation's own administrator is
//! shown what the other one asks for in vain, so that no name of it is a wrong one.
//!
//! It was seen to find what was spoilt on purpose: when documents were found whosever they are
//! (`signer/src/desk.rs`), and orders of certificates without the organisation (`one_order` in
//! `signer/store/src/questions.rs`), it named each page and each form that showed them, and what it showed.

use reqwest::{Method, multipart};
use serde_json::Value;

use super::{
    asked::{Asked, Body, asked},
    furnished::House,
    member::Member,
    question::Expected,
    routes::routes,
};
use crate::{
    configuration::configuration,
    issuer::Issuer,
    oauth,
    reader::Reader,
    server::{Answer, Server, send},
};

/// What a session is answered.
async fn answered(session: &Reader<'_>, csrf: &str, asked: &Asked) -> Answer {
    let method = if asked.body.is_none() { Method::GET } else { Method::POST };
    let request = session.request(method, &asked.address).header("X-Segl-CSRF", csrf);
    send(match &asked.body {
        None => request,
        Some(Body::Script(value)) => request.json(value),
        Some(Body::Form(fields)) => {
            let fields = fields.iter().map(|(name, value)| (*name, value.as_str()));
            // Whoever comes with a code has no session to show.
            let shown = [("csrf", csrf)].into_iter();
            let shown = shown.filter(|_| !asked.address.starts_with("/collect/"));
            let fields: Vec<_> = shown.chain(fields).collect();
            let request = request.header("Content-Type", "application/x-www-form-urlencoded");
            request.body(oauth::encoded(&fields))
        }
        Some(Body::Upload(fields)) => {
            let mut form = multipart::Form::new();
            for (name, value) in fields {
                form = form.text(*name, value.clone());
            }
            if !fields.iter().any(|(name, _)| *name == "code") {
                form = form.text("csrf", csrf.to_owned());
            }
            request.multipart(form)
        }
    })
    .await
}

/// What one of another organisation gets and should not.
fn found(asked: &Asked, answer: &Answer, marks: &[String]) -> Vec<String> {
    let text = answer.text();
    let told = format!("{asked:?}: {} {}", answer.status, answer.header("location"));
    let is_right = match asked.expected {
        // What a form names beside its address is told beside the field.
        Expected::Nothing if answer.status == 422 => {
            !marks.iter().any(|mark| asked.address.contains(mark.as_str()))
        }
        Expected::Nothing => [403, 404].contains(&answer.status),
        Expected::Own => answer.status < 500,
    };
    let mut found = Vec::new();
    found.extend((!is_right).then(|| told.clone()));
    let sent = format!("{} {:?}", asked.address, asked.body);
    let headers = format!("{:?}", answer.headers);
    // What somebody asks for by its name may be named to them.
    let others = marks.iter().filter(|mark| !sent.contains(mark.as_str()));
    let shown = others.filter(|mark| text.contains(*mark) || headers.contains(*mark));
    found.extend(shown.map(|mark| format!("{mark} in {told}")));
    found
}

/// What is otherwise in the lists that the organisation's administrators see.
fn changed<'a>(before: &Value, after: &'a Value) -> Vec<&'a Value> {
    let lists = |view: &'a Value| view.as_array().expect("lists").iter();
    let before: Vec<&Value> = before.as_array().expect("lists").iter().collect();
    let pairs = before.into_iter().zip(lists(after)).filter(|(before, after)| before != after);
    let items = |(before, after): (&Value, &'a Value)| {
        let were = before["items"].as_array().cloned().unwrap_or_default();
        let are = after["items"].as_array().into_iter().flatten();
        let new: Vec<_> = are.filter(|one| !were.contains(one)).collect();
        if new.is_empty() { vec![after] } else { new }
    };
    pairs.flat_map(items).collect()
}

/// What the organisation's own administrator sees of all that others ask for in vain.
async fn assert_is_there(member: &Member<'_>, all: &[Asked]) {
    let session = member.session();
    let mut seen = 0;
    for asked in all.iter().filter(|asked| asked.body.is_none() && asked.is_there) {
        let answer = session.get(&asked.address).await;
        assert!(answer.status < 400, "{asked:?}: {} {}", answer.status, answer.text());
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}

#[tokio::test]
async fn nobody_finds_anything_of_another_organisation_on_any_page() {
    let issuer = Issuer::new();
    // Passkeys want pages under a name that the browser trusts.
    let configuration =
        configuration().replace("http://segl.example.org", "http://localhost:{port}");
    let server = Server::configured(&configuration, &issuer.key_set()).await;
    let mut houses = Vec::new();
    for (number, name) in [("34051178", "Digitaliseringsstyrelsen"), ("19552101", "Andetby Havn")] {
        houses.push(House::furnish(&server, &issuer, number, name).await);
    }
    let [house, other] = houses.try_into().expect("two");
    let place = oauth::House::around(server);
    let member = Member::of(&place, &house).await;
    let mut stranger = Member::of(&place, &other).await;
    let mut all = vec![Asked::own("/")];
    let routes = routes();
    assert!(routes.len() > 120, "{}", routes.len());
    for (method, path) in routes {
        all.extend(asked(method, &path, &house, &member));
    }
    assert_is_there(&member, &all).await;

    let marks: Vec<String> =
        house.marks().into_iter().chain(member.marks().map(str::to_owned)).collect();
    // Whoever has a reference may try codes, and each that is wrong is kept: that is first.
    all.sort_by_key(|asked| !asked.address.starts_with("/collect/"));
    let (mut before, mut wrong) = (Value::Null, Vec::new());
    for asked in &all {
        if before.is_null() && !asked.address.starts_with("/collect/") {
            before = house.view(&place.server).await;
        }
        if stranger.session().get("/me").await.status != 200 {
            stranger.log_in().await;
        }
        let session = stranger.session();
        let csrf = session.csrf().await;
        let answer = answered(&session, &csrf, asked).await;
        wrong.extend(found(asked, &answer, &marks));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let after: Value = house.view(&place.server).await;
    assert_eq!(changed(&before, &after), Vec::<&Value>::new(), "by another organisation's pages");
    // What is no part of the register is as it was, too: documents, sessions and passkeys.
    assert_is_there(&member, &all).await;
    let own = member.session().get("/me").await.ok().text();
    assert!(own.contains(&member.passkey), "{own}");
}
