//! Anybody verifies: from a file, from its fingerprint, and from the code in a visible seal.

mod side_by_side;

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::{
    appearance, fixtures,
    oracle::{Folder, codes, in_browser, page_text},
    server::{API_KEY, Answer, Server, send, sha256_hex},
};

fn page(server: &Server, path: &str) -> String {
    format!("{}{path}", server.address.replace("127.0.0.1", "localhost"))
}

async fn shown(server: &Server, path: &str) -> Answer {
    send(reqwest::Client::new().get(page(server, path))).await
}

/// What the page answers to a file.
async fn checked(server: &Server, language: &str, document: &[u8]) -> Answer {
    let form = Form::new().part("document", Part::bytes(document.to_vec()).file_name("a.pdf"));
    let request = reqwest::Client::new().post(page(server, &format!("/verify?lang={language}")));
    send(request.header("Sec-Fetch-Site", "same-origin").multipart(form)).await
}

async fn known(server: &Server, body: Value) -> Answer {
    let request = reqwest::Client::new().post(page(server, "/verify/known?lang=en"));
    send(request.header("Sec-Fetch-Site", "same-origin").json(&body)).await
}

/// A visible seal with all that it says, and the reference that it shows.
async fn sealed_visibly(server: &Server) -> (Vec<u8>, String) {
    let options = json!({ "profile": "decisions", "certify": "none", "appearance": {
        "rect": [50, 100, 330, 110], "preset": "full" } });
    let document = fixtures::named("one-page.pdf");
    let sealed =
        appearance::act(server, "seals", API_KEY, &document, &options, None).await.ok().body;
    let text = page_text(&sealed, 1);
    let is_group =
        |group: &str| group.len() == 4 && group.bytes().all(|b| b.is_ascii_alphanumeric());
    let reference =
        text.split(' ').find(|word| word.split('-').count() == 4 && word.split('-').all(is_group));
    let reference = reference.unwrap_or_else(|| panic!("{text}")).to_owned();
    (sealed, reference)
}

#[tokio::test]
async fn each_file_has_the_right_sentence_in_both_languages() {
    let server = Server::embedded().await;
    let document = fixtures::named("one-page.pdf");
    let sealed = server.seal("profile=register", &document).await.ok().body;
    let mut spoilt = sealed.clone();
    spoilt[200] ^= 1;
    let appended = [sealed.as_slice(), b"\nmore"].concat();
    let twice = server.seal("profile=register", &sealed).await.ok().body;
    let foreign = Server::embedded().await;
    let foreign = foreign.seal("profile=register", &document).await.ok().body;
    for (name, file, tone, english, danish) in [
        ("genuine", &sealed, "good", "This file is genuine", "Filen er ægte"),
        (
            "sealed twice",
            &twice,
            "good",
            "This file is genuine, and something was added",
            "Filen er ægte, og der er føjet noget til",
        ),
        ("spoilt", &spoilt, "bad", "This file was changed", "Filen er ændret"),
        ("appended", &appended, "bad", "This file was changed", "Filen er ændret"),
        (
            "foreign",
            &foreign,
            "doubtful",
            "We do not know who made this seal",
            "Vi ved ikke, hvem der har lavet dette segl",
        ),
        (
            "plain",
            &document,
            "doubtful",
            "There is no seal or signature in this file",
            "Der er hverken segl eller underskrift i filen",
        ),
        ("cut", &sealed[..900].to_vec(), "bad", "This file cannot be read", "Filen kan ikke læses"),
    ] {
        for (language, sentence, claim) in [
            ("en", english, "It claims to be a seal of Havnsted Kommune"),
            ("da", danish, "Udgiver sig for at være et segl fra Havnsted Kommune"),
        ] {
            let answer = checked(&server, language, file).await;
            let text = answer.text();
            assert_eq!(answer.status, 200, "{name}: {text}");
            assert!(text.contains(&format!("<h1>{sentence}</h1>")), "{name} {language}: {text}");
            assert!(text.contains(&format!("class=\"verdict {tone}\"")), "{name}: {text}");
            // What was added, in the visitor's language.
            if name == "sealed twice" {
                let added = match language {
                    "da" => {
                        "<li>Et sted til en underskrift, som intet viser, blev tilføjet “Signature2”"
                    }
                    _ => "<li>A place for a signature was added that shows nothing “Signature2”",
                };
                assert!(text.contains(added), "{language}: {text}");
            }
            let claims = ["spoilt", "appended", "foreign"].contains(&name);
            assert_eq!(text.contains(claim), claims, "{name}: {text}");
        }
    }
    let short = server.seal("profile=decisions", &document).await.ok().body;
    let answer = checked(&server, "en", &short).await.text();
    for said in
        ["Seal of Havnsted Kommune", "CVR 12345674", "proven by a time-stamp", "lived for minutes"]
    {
        assert!(answer.contains(said), "{said}: {answer}");
    }
    // A key that has expired, and nothing that proves when it signed.
    let unproven = server.seal("profile=decisions&level=B-B", &document).await.ok().body;
    server.control("/clock", json!({ "action": "advance", "seconds": 86_400 })).await.ok();
    for (language, sentence) in [
        ("en", "It cannot be told when this was signed"),
        ("da", "Det kan ikke afgøres, hvornår dette blev underskrevet"),
    ] {
        let text = checked(&server, language, &unproven).await.text();
        assert!(text.contains(&format!("<h1>{sentence}</h1>")), "{text}");
    }
    let text = checked(&server, "en", &sealed).await.text();
    assert!(text.contains("<h1>This file is genuine</h1>"), "{text}");
}

#[tokio::test]
async fn the_code_in_a_seal_leads_to_what_stands_in_it_and_to_nothing_else() {
    let server = Server::embedded().await;
    let (sealed, reference) = sealed_visibly(&server).await;
    // As it comes from a screen, and as it comes from paper.
    for pixels in [72, 150, 300] {
        let code = format!("{}/verify/{}", page(&server, ""), reference.replace('-', ""));
        assert_eq!(codes(&sealed, pixels), [code], "{pixels} pixels an inch");
    }
    for written in [reference.clone(), reference.to_lowercase(), reference.replace('-', "")] {
        let answer = shown(&server, &format!("/verify/{written}?lang=en")).await.ok();
        let text = answer.text();
        assert!(text.contains("Sealed here by Havnsted Kommune (CVR 12345674) on "), "{text}");
        assert!(text.contains("Anybody can copy a code"), "{text}");
        assert!(!text.contains("decisions") && !text.contains(&sha256_hex(&sealed)), "{text}");
    }
    let danish = shown(&server, &format!("/verify/{reference}?lang=da")).await.ok().text();
    assert!(danish.contains("Forseglet her af Havnsted Kommune (CVR 12345674) den "), "{danish}");
    let mut other = reference.replace('-', "");
    let last = if other.ends_with('0') { "1" } else { "0" };
    other.replace_range(15.., last);
    for unknown in [other.as_str(), "0000000000000000", "nothing", "%C3%A6"] {
        let answer = shown(&server, &format!("/verify/{unknown}?lang=en")).await;
        assert_eq!(answer.status, 404, "{unknown}");
        assert!(answer.text().contains("gave no seal with this code"), "{unknown}");
    }
    // A person's signature tells the organisation alone.
    let document = fixtures::named("one-page.pdf");
    let token = server.token("mads", &[&document]).await;
    let options = json!({ "profile": "staff", "appearance": {
        "rect": [50, 100, 330, 110], "preset": "full" } });
    let signed =
        appearance::act(&server, "signatures", &token, &document, &options, None).await.ok();
    let text = page_text(&signed.body, 1);
    let reference = text.split(' ').find(|word| word.matches('-').count() == 3 && word.len() == 19);
    let answer = shown(&server, &format!("/verify/{}?lang=en", reference.expect("one"))).await.ok();
    let text = answer.text();
    assert!(
        text.contains("Signed here on behalf of Havnsted Kommune") && !text.contains("Mads"),
        "{text}"
    );
}

#[tokio::test]
async fn in_a_minute_in_which_more_was_sealed_than_is_searched_no_code_is_called_unknown() {
    let server = Server::embedded().await;
    let (_, reference) = sealed_visibly(&server).await;
    let mut other = reference.replace('-', "");
    let last = if other.ends_with('0') { "1" } else { "0" };
    other.replace_range(15.., last);
    // More than four pages of a thousand records.
    let seals = (0..4_050_u32).map(|at| {
        let server = &server;
        async move { server.seal_digest(&at.to_be_bytes(), "decisions").await.ok() }
    });
    let made = futures_util::StreamExt::buffer_unordered(futures_util::stream::iter(seals), 16);
    assert_eq!(futures_util::StreamExt::count(made).await, 4_050);
    let answer = shown(&server, &format!("/verify/{other}?lang=en")).await;
    assert_eq!(answer.status, 503);
    let text = answer.text();
    assert!(
        text.contains("not all of it was searched") && !text.contains("gave no seal"),
        "{text}"
    );
    // What stands at the beginning of the minute is found all the same.
    shown(&server, &format!("/verify/{reference}?lang=en")).await.ok();
}

#[tokio::test]
async fn a_fingerprint_is_known_with_its_time_and_says_no_more_than_the_seal() {
    let server = Server::embedded().await;
    let document = fixtures::named("one-page.pdf");
    let sealed = server.seal("profile=decisions", &document).await.ok().body;
    let text = String::from_utf8_lossy(&sealed).into_owned();
    let at = text.rfind("(D:").expect("a time") + 3;
    let format = time::macros::format_description!("[year][month][day][hour][minute][second]");
    let stated = time::PrimitiveDateTime::parse(&text[at..at + 14], format).expect("a time");
    let seconds = stated.assume_utc().unix_timestamp();
    let sha256 = sha256_hex(&sealed);
    let answer = known(&server, json!({ "sha256": sha256, "times": [0, seconds] })).await.ok();
    let message = answer.json()["message"].as_str().expect("a message").to_owned();
    assert!(message.starts_with("Sealed here by Havnsted Kommune (CVR 12345674) on "), "{message}");
    for unknown in [
        json!({ "sha256": sha256_hex(&document), "times": [seconds] }),
        json!({ "sha256": sha256, "times": [seconds - 3_600] }),
        json!({ "sha256": sha256, "times": [] }),
    ] {
        assert_eq!(known(&server, unknown).await.ok().json()["message"], Value::Null);
    }
    for malformed in [
        json!({ "sha256": "x", "times": [] }),
        json!({ "sha256": sha256.to_uppercase(), "times": [] }),
        json!({ "sha256": sha256, "times": [1, 2, 3, 4, 5] }),
        json!({ "sha256": sha256, "times": [-1] }),
        json!({ "sha256": sha256 }),
    ] {
        assert_eq!(known(&server, malformed.clone()).await.status, 400, "{malformed}");
    }
}

#[tokio::test]
async fn what_no_page_of_this_service_sends_is_refused() {
    let server = Server::embedded().await;
    // Another site's form sends nothing here.
    let form = Form::new().part("document", Part::bytes(b"%PDF".to_vec()));
    let request = reqwest::Client::new().post(page(&server, "/verify"));
    let refused = send(request.header("Sec-Fetch-Site", "cross-site").multipart(form)).await;
    assert_eq!(refused.status, 403);
    // What is no form of the page is none of its business.
    let form = Form::new().part("other", Part::bytes(b"%PDF".to_vec()));
    let request = reqwest::Client::new().post(page(&server, "/verify"));
    let refused = send(request.header("Sec-Fetch-Site", "same-origin").multipart(form)).await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn the_pages_are_whole_in_chromium_in_every_state() {
    let server = crate::certification::server().await;
    let (sealed, reference) = sealed_visibly(&server).await;
    let letter = side_by_side::Letter::new(6, side_by_side::SIZE);
    let letter_sealed = server.seal("profile=decisions&certify=2", &letter.file()).await.ok().body;
    let folder = Folder::new();
    let mut spoilt = sealed.clone();
    spoilt[200] ^= 1;
    let files = [
        ("genuine", sealed.clone()),
        ("spoilt", spoilt),
        ("plain", fixtures::named("one-page.pdf")),
        ("twice", server.seal("profile=decisions&certify=none", &sealed).await.ok().body),
        ("filled", letter.filled(&letter_sealed, "Havnsted")),
        ("forged", letter.forged(&letter_sealed, 0..5)),
    ];
    let paths: Vec<Value> = files
        .iter()
        .map(|(name, bytes)| {
            let path = folder.write(&format!("{name}.pdf"), bytes);
            json!({ "name": name, "path": path })
        })
        .collect();
    let origin = page(&server, "");
    let wanted = json!({ "origin": origin, "reference": reference, "files": paths });
    let Some(said) = in_browser("verify.mjs", &wanted) else { return };
    assert_eq!(said["complaints"], json!([]), "{said:#}");
    assert_eq!(said["found"], json!([]), "{said:#}");
    assert_eq!(said["wide"], json!([]), "wider than the window: {said:#}");
    let compared = &said["compared"];
    let start = "Sealed here by Havnsted Kommune (CVR 12345674)";
    assert!(compared["genuine"].as_str().is_some_and(|text| text.starts_with(start)), "{said:#}");
    for name in ["spoilt", "plain"] {
        let text = compared[name].as_str().unwrap_or_default();
        assert!(text.starts_with("This fingerprint is not known here"), "{name}: {said:#}");
    }
    assert_eq!(said["uploads"], 0, "nothing is uploaded before it is said so: {said:#}");
    for (name, title) in [
        ("genuine", "This file is genuine"),
        ("spoilt", "This file was changed"),
        ("plain", "There is no seal or signature in this file"),
        ("twice", "This file is genuine, and something was added"),
        ("filled", "This file is genuine, and something was added"),
        ("forged", "This file was changed"),
    ] {
        assert_eq!(said["titles"][name], title, "{said:#}");
    }
    // Beside each other where there is room for both, and below each other where there is none.
    for name in ["filled", "forged"] {
        let pairs = if name == "filled" { 1 } else { 4 };
        assert_eq!(said["pairs"][name], json!([pairs, pairs]), "{said:#}");
    }
    assert_eq!(said["scriptless"], "This file is genuine", "{said:#}");
}
