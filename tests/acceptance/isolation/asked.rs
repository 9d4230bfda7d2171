//! What another organisation's administrator asks at each address of the pages.

use serde_json::{Value, json};

use super::{furnished::House, member::Member, question::Expected};
use crate::issuer::{ISSUER, SUBJECT};

/// The body of what is asked by a page.
#[derive(Clone, Debug)]
pub enum Body {
    /// A form's fields, but for the one that its session's pages alone know.
    Form(Vec<(&'static str, String)>),
    /// What a script sends.
    Script(Value),
    /// A form with files.
    Upload(Vec<(&'static str, String)>),
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub address: String,
    /// A page is fetched where there is none.
    pub body: Option<Body>,
    pub expected: Expected,
    /// Whether the organisation's own administrator is shown something there.
    pub is_there: bool,
}

impl Asked {
    /// A page that everybody has for themselves.
    pub fn own(address: &str) -> Self {
        let address = address.to_owned();
        Self { address, body: None, expected: Expected::Own, is_there: true }
    }
}

/// What the forms of administration hold. One that reads a field reads the same from each of them.
fn form(house: &House, member: &Member<'_>) -> Vec<(&'static str, String)> {
    let House { only, registered, .. } = house;
    [
        ("confirmed", "yes"),
        ("version", "1"),
        ("display_name", "Changed by another"),
        ("given_name", "Changed"),
        ("family_name", "By another"),
        ("state", "closed"),
        ("role", "auditor"),
        ("scopes", "service"),
        ("proof", "secret"),
        ("person", registered),
        ("acts", "seal"),
        ("profiles", only),
        ("application", only),
        ("maximum_seals", "3"),
        ("profile", only),
        ("name", "Changed by another"),
        ("purposes", "authentication"),
        ("key", "rsa3072"),
        ("identification", "one-time-code"),
        ("issuing", "browser"),
        ("reason", "not-given"),
        ("certificate", &member.certificate),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

/// What is asked at an address of the router.
pub fn asked(method: &str, path: &str, house: &House, member: &Member<'_>) -> Vec<Asked> {
    let is_post = method == "POST";
    let ask = |address: String, body: Option<Body>, expected: Expected| {
        let is_there = body.is_none();
        Asked { address, body, expected, is_there }
    };
    match path {
        // What belongs to no organisation, to whoever is not logged in yet, and to whoever holds a link.
        "/oauth2/consent"
        | "/login"
        | "/login/demo"
        | "/login/passkey/options"
        | "/login/passkey"
        | "/login/provider/{id}"
        | "/login/callback"
        | "/login/organisation"
        | "/sign/callback"
        | "/logged-out"
        | "/invitation/{code}"
        | "/invitation/{code}/passkey/options"
        | "/invitation/{code}/passkey"
        | "/email-checks/{code}"
        | "/contact/{code}"
        | "/contact/{code}/certificates/{id}/blocking"
        | "/contact/{code}/certificates/{id}/installation"
        | "/contact/{code}/certificates/{id}/notices"
        | "/policies"
        | "/policies/{name}"
        | "/verify"
        | "/verify/known"
        | "/verify/{reference}"
        | "/pages/{name}" => Vec::new(),
        "/oauth2/authorize" => {
            let wanted = "response_type=code&scope=service&redirect_uri=http://127.0.0.1/cb";
            let address = format!("{path}?client_id={}&{wanted}", house.client);
            vec![Asked { is_there: false, ..ask(address, None, Expected::Own) }]
        }
        path if path.starts_with("/administration") => administration(path, house, member, is_post),
        path if path.starts_with("/documents") || path.starts_with("/acts") => {
            documents(path, member, is_post)
        }
        "/me" | "/sign" | "/me/login" | "/me/certificates" => vec![Asked::own(path)],
        "/logout" | "/logout/everywhere" => {
            vec![ask(path.to_owned(), Some(Body::Form(Vec::new())), Expected::Own)]
        }
        path => of_persons(path, house, member, is_post)
            .into_iter()
            .map(|(address, body)| {
                let expected = if path.ends_with("/policy") || path.ends_with("/options") {
                    // One accepts what is in force for oneself.
                    Expected::Own
                } else {
                    Expected::Nothing
                };
                Asked { is_there: false, ..ask(address, body, expected) }
            })
            .collect(),
    }
}

/// What is asked of the pages of administration.
fn administration(path: &str, house: &House, member: &Member<'_>, is_post: bool) -> Vec<Asked> {
    let House { only, only_key, client, grant, mandate, order, .. } = house;
    let form = || is_post.then(|| Body::Form(form(house, member)));
    let expecting = |expected: Expected| {
        move |address: String| Asked { address, body: form(), expected, is_there: !is_post }
    };
    let (own, nothing) = (expecting(Expected::Own), expecting(Expected::Nothing));
    let at = |id: &str| path.replace("{id}", id);
    let mut words = path.trim_start_matches("/administration").split('/').skip(1);
    let (section, id, rest) = (words.next(), words.next(), words.next());
    match (section, id, rest) {
        (None | Some("login" | "statistics"), None, None)
        | (Some("organisation"), None | Some("change" | "certificates"), None)
        | (Some("audit-log"), Some("verification"), None)
        | (Some("certificate-policy"), None, None) => vec![own(path.to_owned())],
        (Some("new-profile" | "new-grant" | "new-mandate"), None, None)
        | (Some("new-application" | "new-person"), None, None) => vec![own(path.to_owned())],
        // Rights are given to people and applications, with profiles, of one's own organisation.
        (Some("grants" | "mandates"), None, None) if is_post => {
            let other = |said: &[(&'static str, &str)]| {
                let mut asked = nothing(path.to_owned());
                if let Some(Body::Form(fields)) = &mut asked.body {
                    fields.retain(|(name, _)| said.iter().all(|(other, _)| other != name));
                    fields.extend(said.iter().map(|(name, value)| (*name, (*value).to_owned())));
                }
                asked
            };
            let known = [("person", ""), ("issuer", ISSUER), ("subject", SUBJECT)];
            vec![
                other(&[("profiles", "letters")]),
                other(&[known.as_slice(), &[("application", "archive")]].concat()),
            ]
        }
        (Some("profiles" | "applications" | "people"), None, None) if is_post => {
            vec![own(path.to_owned())]
        }
        (Some("profiles" | "grants" | "mandates" | "applications" | "people"), None, None) => {
            vec![own(path.to_owned()), own(format!("{path}?after=a"))]
        }
        (Some("audit-log"), None | Some("export"), None) => {
            ["", "?application=archive", "?act=seal", "?order=ascending"]
                .map(|query| own(format!("{path}{query}")))
                .into()
        }
        (Some("certificates"), None | Some("table.csv"), None)
        | (Some("certificate-orders"), None, None) => [String::new(), format!("?profile={only}")]
            .map(|query| own(format!("{path}{query}")))
            .into(),
        (Some("certificates"), Some("blocking" | "notices"), None) if is_post => {
            vec![nothing(path.to_owned())]
        }
        (Some("certificates"), Some("blocking" | "notices"), None) => {
            vec![own(format!("{path}?certificate={}", member.certificate))]
        }
        (Some("certificate-orders"), Some("new"), None) => vec![own(path.to_owned())],
        (Some("certificate-orders"), Some("new"), Some("{profile}")) => {
            vec![nothing(path.replace("{profile}", only))]
        }
        (Some("certificate-orders"), Some("{id}"), Some("{act}")) => {
            let mut all = vec![nothing(at(order).replace("{act}", "cancellation"))];
            // What is not possible of this one.
            all.extend(
                ["code", "approval", "email-check"].map(|act| Asked {
                    is_there: false,
                    ..nothing(at(order).replace("{act}", act))
                }),
            );
            all
        }
        (Some("profiles"), Some("{id}"), _) => {
            vec![nothing(at(only).replace("{name}", "letterhead"))]
        }
        // A picture is there for whoever thought of it alone.
        (Some("appearance-pictures"), Some("{name}"), None) => {
            vec![Asked { is_there: false, ..nothing(path.replace("{name}", &"0".repeat(64))) }]
        }
        (Some("grants"), Some("{id}"), _) => vec![nothing(at(grant))],
        (Some("mandates"), Some("{id}"), _) => vec![nothing(at(mandate))],
        (Some("people"), Some("{id}"), _) => {
            [&house.registered, &member.entry].map(|id| nothing(at(id))).into()
        }
        (Some("certificates"), Some("{id}"), _) => vec![nothing(at(&member.certificate))],
        (Some("certificate-orders"), Some("{id}"), None) => vec![nothing(at(order))],
        (Some("applications"), Some("{id}"), _) => {
            let named = |id: &str, key: &str, client: &str| {
                at(id).replace("{key}", key).replace("{client}", client)
            };
            let mut all = vec![nothing(named(only, only_key, client))];
            match path.contains("{client}") || path.contains("{key}") {
                // There is an application of this name in either organisation, and the client and the key are of
                // the other one's.
                true => {
                    all[0].is_there &= path.contains("{key}");
                    all.push(nothing(named("archive", &house.key, client)));
                    all
                }
                false => all,
            }
        }
        _ => panic!("{path}: say what another organisation gets there"),
    }
}

/// What is asked of the pages of documents and of one's own acts.
fn documents(path: &str, member: &Member<'_>, is_post: bool) -> Vec<Asked> {
    let address =
        path.replace("{id}", &member.batch).replace("{number}", "1").replace("{page}", "1");
    let text = |pairs: &[(&'static str, &str)]| {
        Some(Body::Form(pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()))
    };
    let nothing = |body: Option<Body>, is_there: bool| {
        vec![Asked { address: address.clone(), body, expected: Expected::Nothing, is_there }]
    };
    match (path, is_post) {
        ("/documents" | "/acts", false) => vec![Asked::own(path)],
        // One lays down one's own.
        ("/documents", true) => Vec::new(),
        ("/acts/evidence", true) => {
            nothing(text(&[("position", &member.position), ("time", &member.time)]), false)
        }
        ("/documents/{id}/decline", true) => nothing(text(&[("reason", "content")]), false),
        ("/documents/{id}/choice", true) => nothing(
            text(&[("profile", "letters"), ("placed", "invisible"), ("level", "B-T")]),
            false,
        ),
        ("/documents/{id}/consent", true) => {
            nothing(text(&[("agreement", "another"), ("agree", "yes")]), false)
        }
        ("/documents/{id}/{number}/read", true) => {
            nothing(text(&[("marks", ""), ("from", "0")]), false)
        }
        ("/documents/{id}/cancel" | "/documents/{id}/{number}/evidence", true) => {
            nothing(text(&[]), false)
        }
        ("/documents/{id}" | "/documents/{id}/{number}" | "/documents/{id}/state", false)
        | ("/documents/{id}/choice" | "/documents/{id}/{number}/original", false)
        | ("/documents/{id}/{number}/page/{page}", false)
        | ("/documents/{id}/{number}/page/{page}/text", false) => nothing(None, true),
        // There is nothing there yet for whoever laid them down either.
        (
            "/documents/{id}/consent" | "/documents/{id}/preview" | "/documents/{id}/result",
            false,
        )
        | ("/documents/{id}/archive" | "/documents/{id}/{number}/result", false) => {
            nothing(None, false)
        }
        _ => panic!("{path}: say what another organisation gets there"),
    }
}

/// What is asked of what belongs to a person: means of login, certificates, and what waits for them.
fn of_persons(
    path: &str,
    house: &House,
    member: &Member<'_>,
    is_post: bool,
) -> Vec<(String, Option<Body>)> {
    let form = |pairs: &[(&'static str, &str)]| {
        Some(Body::Form(pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()))
    };
    let upload = |pairs: &[(&'static str, &str)]| {
        Some(Body::Upload(pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()))
    };
    let (plain, script) = (|| form(&[]), |value: Value| Some(Body::Script(value)));
    let at = |id: &str| {
        let address = path.replace("{id}", id).replace("{reference}", &house.reference);
        let address = address.replace("{passkey}", &member.passkey).replace("{login}", "AAAA");
        address.replace("{number}", "1").replace("{provider}", "local")
    };
    let answer = || {
        let id = &member.passkey;
        json!({
            "id": id, "client_data_json": "AA", "authenticator_data": "AA", "signature": "AA",
        })
    };
    let (certificate, activation) = (&*member.certificate, &*house.activation);
    let body = match (path, is_post) {
        ("/collect/{reference}", false) => return Vec::new(),
        ("/collect/{reference}", true) => {
            form(&[("code", "00000-00000-00000-00000"), ("accepted", "1")])
        }
        ("/collect/{reference}/request", true) => {
            upload(&[("code", "00000-00000-00000-00000"), ("accepted", "1"), ("request", "x")])
        }
        ("/me/certificates/collect/{reference}", false) => None,
        ("/me/certificates/collect/{reference}/policy", true)
        | ("/me/certificates/{id}/renewal/policy", true) => {
            form(&[("version", "1"), ("accepted", "1")])
        }
        ("/me/certificates/collect/{reference}/request", true)
        | ("/me/certificates/{id}/renewal/request", true) => upload(&[("request", "x")]),
        ("/me/certificates/{id}/renewal" | "/me/certificates/{id}/blocking", false) => None,
        ("/me/certificates/{id}/installation", true) => plain(),
        ("/me/certificates/{id}/notices", true) => form(&[("muted", "true")]),
        ("/me/certificates/{id}/blocking", true) => form(&[("reason", "not-given")]),
        ("/me/passkeys/options" | "/me/device-passkeys/options", true) => script(json!({})),
        ("/me/passkeys", true) => script(json!({
            "client_data_json": "AA", "attestation_object": "AA", "name": "Another",
            "user": house.registered,
        })),
        ("/me/passkeys/{id}/removal", true) => {
            return vec![(at(&member.passkey), plain())];
        }
        ("/me/device-passkeys/{id}", false) => return vec![(at(activation), None)],
        ("/me/logins", true) => form(&[("code", "another")]),
        ("/me/logins/{login}/removal", true) => plain(),
        ("/me/logins/provider/{id}", false) => return vec![(at("local"), None)],
        ("/people/{id}/passkeys/{passkey}/signing/options", true)
        | ("/people/{id}/logins/{login}/signing/options", true) => {
            return vec![(at(&member.entry), script(json!({})))];
        }
        ("/people/{id}/passkeys/{passkey}/signing", _)
        | ("/people/{id}/logins/{login}/signing", _) => {
            let given = json!({
                "registration": activation, "nonce": "A".repeat(43), "shown": answer(),
            });
            return vec![(at(&member.entry), if is_post { script(given) } else { None })];
        }
        ("/sign/{id}" | "/sign/{id}/provider/{provider}", false) => {
            return vec![(at(activation), None)];
        }
        ("/sign/{id}/passkey/options", true) => return vec![(at(activation), script(json!({})))],
        ("/sign/{id}/passkey", true) => {
            return vec![(at(activation), script(answer()))];
        }
        ("/sign/{id}/decline", true) => {
            return vec![(at(activation), form(&[("reason", "later")]))];
        }
        ("/sign/{id}/demo" | "/sign/{id}/documents/{number}", true) => {
            return vec![(at(activation), plain())];
        }
        _ => panic!("{path}: say what another organisation gets there"),
    };
    vec![(at(certificate), body)]
}
