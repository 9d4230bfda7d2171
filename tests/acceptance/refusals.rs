//! Each rule of the seal policy refuses over HTTP, by name, and every broken rule is listed.

use std::time::Duration;

use seal::policy::Rule;
use serde_json::json;

use crate::{
    configuration::{CVR, OFFICE_KEY, configuration},
    fixtures,
    issuer::{Claims, Issuer},
    server::{API_KEY, Answer, Server, send},
};

/// Who asks.
enum Bearer {
    Application,
    Person { cvr: &'static str, age: Duration, names_document: bool },
}

/// A rule's case: what is different from the configuration above, and what is asked for.
struct Case {
    change: Option<(&'static str, &'static str)>,
    act: &'static str,
    query: &'static str,
    bearer: Bearer,
    document: Vec<u8>,
    /// Whether the same server has sealed the document already.
    sealed_before: bool,
    /// How many seals the mandate that the application is given gives.
    mandate: Option<u64>,
}

const PERSON: Bearer = Bearer::Person { cvr: CVR, age: Duration::ZERO, names_document: true };

fn seal() -> Case {
    Case {
        change: None,
        act: "seals",
        query: "profile=decisions",
        bearer: Bearer::Application,
        document: fixtures::named("one-page.pdf"),
        sealed_before: false,
        mandate: None,
    }
}

fn signature() -> Case {
    Case { act: "signatures", query: "profile=staff", bearer: PERSON, ..seal() }
}

/// The case that breaks a rule and no other. A new rule without a case does not compile.
fn case(rule: Rule) -> Case {
    let changed = |from, to| Case { change: Some((from, to)), ..seal() };
    match rule {
        Rule::OrganisationAllowsSeals => changed("allow_seals = true", "allow_seals = false"),
        Rule::OrganisationNamePresent => changed(r#""Havnsted Kommune""#, r#"" ""#),
        Rule::CvrNumberWellFormed => changed(CVR, "12345678"),
        Rule::ProfileActive => changed("active = true", "active = false"),
        Rule::ProfileAllowsSigning => changed("allow_signing = true", "allow_signing = false"),
        Rule::KindFitsAct => Case { query: "profile=staff", ..seal() },
        Rule::CallerHasGrant => {
            changed(r#"acts = ["seal", "signature"]"#, r#"acts = ["signature"]"#)
        }
        Rule::MandateNotExhausted => Case {
            mandate: Some(1),
            ..changed(r#"acts = ["seal", "signature"]"#, r#"acts = ["signature"]"#)
        },
        Rule::SignatureNeedsPerson => Case { bearer: Bearer::Application, ..signature() },
        Rule::PersonOfOrganisation => Case {
            bearer: Bearer::Person { cvr: "10000009", age: Duration::ZERO, names_document: true },
            ..signature()
        },
        Rule::TokenNamesDocument => Case {
            bearer: Bearer::Person { cvr: CVR, age: Duration::ZERO, names_document: false },
            ..signature()
        },
        Rule::LifetimeWithinAssurance => changed("lifetime_s = 900", "lifetime_s = 90000"),
        Rule::AlgorithmAllowed => {
            changed(r#"algorithms = ["ES256", "ES384"]"#, r#"algorithms = ["ES384"]"#)
        }
        Rule::FormatAllowed => changed(r#"["pades", "cades"]"#, r#"["cades"]"#),
        Rule::LevelAllowed => Case {
            query: "profile=decisions&level=B-T",
            ..changed(r#"levels = ["B-B", "B-T"]"#, r#"levels = ["B-B"]"#)
        },
        Rule::SignaturesPerCredential => {
            changed("signatures_per_credential = 1", "signatures_per_credential = 1000")
        }
        Rule::CertificationAllowed => Case { query: "profile=decisions&certify=2", ..seal() },
        Rule::CertificationComplete => Case {
            query: "profile=decisions&level=B-LT",
            ..changed(r#"levels = ["B-B", "B-T"]"#, "levels = [\"B-LT\"]\ncertify = 1")
        },
        Rule::EmailValidated => {
            Case { change: Some(("show_email = false", "show_email = true")), ..signature() }
        }
        Rule::NoPersonInSeal => changed(
            "common_name = \"organisation\"
        contact_person = { name = \"Frode Kontakt\" }",
            "common_name = \"profile\"
        contact_person = { name = \"decisions\" }",
        ),
        Rule::DocumentSize => Case { document: fixtures::with_content(100_000), ..seal() },
        Rule::DocumentSignatures => Case { sealed_before: true, ..seal() },
        Rule::DocumentSeen => Case { document: crate::unseen::external(), ..seal() },
        Rule::DocumentCertification => Case {
            document: fixtures::named("refused-certified.pdf"),
            // It counts as a signature, too.
            ..changed("in_document = 1", "in_document = 2")
        },
        Rule::CertificationFirst => Case {
            query: "profile=payroll",
            sealed_before: true,
            ..changed("in_document = 1", "in_document = 2")
        },
    }
}

async fn ask(server: &Server, issuer: &Issuer, case: &Case) -> Answer {
    let mut document = case.document.clone();
    if let Some(seals) = case.mandate {
        let mandate = json!({ "application": "tests", "maximum_seals": seals });
        send(server.post("/v1/mandates").bearer_auth(OFFICE_KEY).json(&mandate)).await.ok();
        for _ in 0..seals {
            server.act(case.act, case.query, API_KEY, &document).await.ok();
        }
    }
    if case.sealed_before {
        document = server.act(case.act, case.query, API_KEY, &document).await.ok().body;
    }
    let bearer = match case.bearer {
        Bearer::Application => API_KEY.to_owned(),
        Bearer::Person { cvr, age, names_document } => {
            let named: &[&[u8]] = if names_document { &[&document] } else { &[b"another"] };
            issuer.token(&Claims { cvr, age, documents: named })
        }
    };
    server.act(case.act, case.query, &bearer, &document).await
}

#[tokio::test]
async fn each_rule_refuses_by_name_over_http() {
    let issuer = Issuer::new();
    for rule in Rule::ALL {
        let case = case(rule);
        let mut configuration = configuration();
        if let Some((from, to)) = case.change {
            assert!(configuration.contains(from), "{from}");
            configuration = configuration.replacen(from, to, 1);
        }
        let server = Server::configured(&configuration, &issuer.key_set()).await;
        let answer = ask(&server, &issuer, &case).await;
        assert_eq!(answer.status, 403, "{rule:?}: {}", answer.text());
        assert_eq!(answer.broken_rules(), [rule.name()], "{rule:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_breaks_no_rule_is_done() {
    let issuer = Issuer::new();
    let server = Server::configured(&configuration(), &issuer.key_set()).await;
    for case in [seal(), signature(), Case { bearer: PERSON, ..seal() }] {
        let answer = ask(&server, &issuer, &case).await.ok();
        assert_eq!(answer.header("content-type"), "application/pdf");
    }
}

#[tokio::test]
async fn every_broken_rule_is_listed() {
    let issuer = Issuer::new();
    let configuration = configuration()
        .replacen("allow_seals = true", "allow_seals = false", 1)
        .replacen(CVR, "12345678", 1)
        .replacen("active = true", "active = false", 1)
        .replacen("lifetime_s = 900", "lifetime_s = 90000", 1)
        .replacen(r#"["pades", "cades"]"#, r#"["cades"]"#, 1);
    let server = Server::configured(&configuration, &issuer.key_set()).await;
    let case = Case { document: fixtures::named("refused-certified.pdf"), ..seal() };
    assert_eq!(
        ask(&server, &issuer, &case).await.broken_rules(),
        [
            "organisation-allows-seals",
            "cvr-number-well-formed",
            "profile-active",
            "lifetime-within-assurance",
            "format-allowed",
            "document-signatures",
            "document-certification",
        ]
    );
}

#[tokio::test]
async fn old_token_signs_nothing() {
    let issuer = Issuer::new();
    let server = Server::configured(&configuration(), &issuer.key_set()).await;
    // Five minutes, and the minute by which clocks may differ.
    let bearer =
        Bearer::Person { cvr: CVR, age: Duration::from_secs(6 * 60 + 5), names_document: true };
    let answer = ask(&server, &issuer, &Case { bearer, ..signature() }).await;
    assert_eq!(answer.broken_rules(), ["token-names-document"]);
}

#[tokio::test]
async fn demos_persons_may_do_what_they_were_granted_and_no_more() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    for (person, act, query, refused) in [
        ("karen", "signatures", "profile=staff", None),
        ("karen", "seals", "profile=decisions", None),
        ("mads", "signatures", "profile=staff", None),
        ("mads", "seals", "profile=decisions", Some("caller-has-grant")),
    ] {
        let token = server.token(person, &[&document]).await;
        let answer = server.act(act, query, &token, &document).await;
        match refused {
            None => drop(answer.ok()),
            Some(rule) => assert_eq!(answer.broken_rules(), [rule], "{person} {act}"),
        }
    }
}

#[tokio::test]
async fn each_unsignable_fixture_is_refused_with_a_problem_of_its_own() {
    let server = Server::demo().await;
    let mut kinds = std::collections::BTreeSet::new();
    for fixture in fixtures::refused() {
        let answer = server.seal("profile=decisions", &fixture.bytes).await;
        assert!((400..500).contains(&answer.status), "{}: {}", fixture.name, answer.text());
        let problem = answer.problem();
        println!("{:<34} {} {}", fixture.name, problem["type"], problem["detail"]);
        kinds.insert(problem["type"].as_str().expect("a type").to_owned());
    }
    assert!(kinds.len() >= 4, "the causes are not told apart: {kinds:?}");
}

#[tokio::test]
async fn requests_that_are_wrong_are_problems_too() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    for (query, body, status) in [
        ("profile=nobody", document.as_slice(), 404),
        ("profile=decisions&level=B-X", &document, 400),
        ("profile=decisions&format=xades", &document, 400),
        ("profile=decisions&format=pades", b"no PDF at all", 422),
        ("profile=decisions", b"", 400),
        ("", &document, 400),
    ] {
        let answer = server.seal(query, body).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.text());
        answer.problem();
    }
    let answer = server.get("/no/such/address").await;
    assert_eq!(answer.status, 404);
    answer.problem();
}
