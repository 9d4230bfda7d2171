//! Appearances that administrators give a certificate profile: asked for by name, and by version.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, multipart};
use serde_json::{Value, json};

use crate::{
    appearance::{act, turned},
    audit_log, fixtures,
    oracle::{Raster, page_text, png_of},
    organisations::Newcomer,
    server::{API_KEY, Answer, Server, send},
};

const RECT: [u32; 4] = [100, 100, 300, 120];

/// A picture that is recognised: a square of this colour.
pub fn logo(colour: [u8; 3]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 40, 40);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&colour.repeat(1600)).expect("pixels");
    writer.finish().expect("an end");
    file
}

fn letterhead(text: &str, colour: [u8; 3]) -> Value {
    json!({
        "page": "last", "rect": RECT, "language": "da", "preset": "full", "text": [text],
        "logo": STANDARD.encode(logo(colour)),
    })
}

fn letters(appearances: &Value) -> Value {
    json!({
        "id": "letters", "kind": "organisation", "display_name": "Letters", "allow_signing": true,
        "contact_person": { "name": "Karen Ørskov", "email": "karen@example.dk" },
        "appearances": appearances,
    })
}

async fn patch(server: &Server, key: &str, body: Value) -> Answer {
    let path = "/v1/certificate-profiles/letters";
    let version = server.get_as(path, key).await.ok().header("etag").to_owned();
    let request = server.request(Method::PATCH, path).bearer_auth(key);
    send(request.header("If-Match", version).json(&body)).await
}

async fn seal(server: &Server, key: &str, appearance: Value, image: Option<&[u8]>) -> Answer {
    let options = json!({ "profile": "letters", "appearance": appearance });
    act(server, "seals", key, &fixtures::named("one-page.pdf"), &options, image).await
}

/// How many pixels of the page are of a colour.
fn pixels(pdf: &[u8], colour: [u8; 3]) -> usize {
    let raster = Raster::of(pdf, 1);
    let near = |pixel: [u8; 3]| pixel.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 12);
    let places = (0..595).flat_map(|column| (0..840).map(move |row| (column, row)));
    places.filter(|(column, row)| near(raster.pixel(*column, *row))).count()
}

const RED: [u8; 3] = [230, 20, 20];
const BLUE: [u8; 3] = [20, 20, 230];
const GREEN: [u8; 3] = [20, 230, 20];

#[tokio::test]
async fn a_seal_shows_what_the_profile_says_by_name_and_after_a_change_what_it_says_then() {
    let server = Server::embedded().await;
    let newcomer = Newcomer::add(&server).await;
    let profile = letters(&json!({ "letterhead": letterhead("Journal office", RED) }));
    let made = newcomer.profile(&server, profile).await.json();
    assert_eq!(made["appearances"]["letterhead"]["preset"], "full");
    let archive = newcomer.archive(&server).await;
    let listed = server.get_as("/v1/profiles/letters", &archive).await.ok().json();
    assert_eq!(listed["appearances"], json!(["letterhead"]));

    let named = json!({ "name": "letterhead" });
    let first = seal(&server, &archive, named.clone(), None).await.ok();
    let text = page_text(&first.body, 1);
    assert!(text.contains("Journal office") && text.contains("Forseglet"), "{text}");
    assert!(pixels(&first.body, RED) > 100, "the logo is seen");
    let painted = Raster::of(&first.body, 1)
        .difference(&Raster::of(&fixtures::named("one-page.pdf"), 1))
        .expect("something is painted");
    let [x, y, width, height] = RECT.map(|number| number as usize);
    assert!(painted.0.start >= x && painted.0.end <= x + width, "{painted:?}");
    assert!(painted.1.start >= y && painted.1.end <= y + height, "{painted:?}");
    let report = server.validate(&first.body).await;
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED");

    // What the caller says wins, member by member, and an image over the logo.
    let own = json!({ "name": "letterhead", "language": "en", "text": ["Own words"] });
    let own = seal(&server, &archive, own, Some(&logo(GREEN))).await.ok();
    let text = page_text(&own.body, 1);
    assert!(text.contains("Own words") && text.contains("Sealed by"), "{text}");
    assert!(!text.contains("Journal office"), "{text}");
    assert!(pixels(&own.body, GREEN) > 100 && pixels(&own.body, RED) == 0);

    // Another version; one that is not named stays, and the name of the first stays good.
    let change = json!({ "appearances": {
        "letterhead": letterhead("Archives", BLUE), "plain": { "preset": "plain", "rect": RECT },
    } });
    let changed = patch(&server, &newcomer.users, change).await.ok().json();
    let second = seal(&server, &archive, named.clone(), None).await.ok();
    let text = page_text(&second.body, 1);
    assert!(text.contains("Archives") && !text.contains("Journal office"), "{text}");
    assert!(pixels(&second.body, BLUE) > 100 && pixels(&second.body, RED) == 0);
    let gone = json!({ "appearances": { "letterhead": null } });
    let left = patch(&server, &newcomer.users, gone).await.ok().json();
    assert_eq!(left["appearances"].as_object().expect("some").len(), 1, "{left}");
    let unknown = seal(&server, &archive, named, None).await;
    assert_eq!(unknown.status, 404, "{}", unknown.text());
    assert_eq!(unknown.problem()["type"], "urn:segl:problem:appearance-unknown");
    assert!(unknown.text().contains("it has plain"), "{}", unknown.text());

    // Receipts and the log say by which name, and of which version; the log has both versions.
    let receipt = server.get_as(second.header("location"), &archive).await.ok().json();
    assert_eq!(
        (&receipt["appearance"], &receipt["profile_version"]),
        (&json!("letterhead"), &changed["version"])
    );
    let records = audit_log::records(&server.data_directory());
    let of = |kind: &str| {
        let kept = records.iter().filter(|record| record["kind"] == kind);
        kept.map(|record| record["event"].clone()).collect::<Vec<_>>()
    };
    assert!(of("intent").iter().all(|intent| intent["appearance"] == "letterhead"));
    let versions = records.iter().filter(|record| record["event"]["what"] == "profile-changed");
    let versions: Vec<&Value> = versions.map(|record| &record["event"]).collect();
    let (before, after) = (&versions[0]["before"], &versions[0]["after"]);
    let told = |of: &Value| of["appearances"]["letterhead"].clone();
    assert_eq!(told(before)["preset"], "full", "{before}");
    assert_eq!(told(before)["rect"], "100,100,300,120");
    assert_ne!(told(before)["logo_sha256"], told(after)["logo_sha256"]);
    assert_ne!(told(before)["sha256"], told(after)["sha256"]);
    assert!(!versions[0].to_string().contains("Journal"), "the log has no texts of people");
}

#[tokio::test]
async fn what_cannot_be_shown_or_names_a_person_is_not_stored_and_not_sealed() {
    let server = Server::embedded().await;
    let newcomer = Newcomer::add(&server).await;
    newcomer.profile(&server, letters(&json!({ "a": { "text": ["A"], "rect": RECT } }))).await;
    let large = png_of(&turned(0));
    let mut long = logo(RED);
    long.resize(33_000, 0);
    for (appearance, status, told) in [
        (json!({ "logo": STANDARD.encode("GIF89a") }), 422, "image-not-usable"),
        (json!({ "logo": STANDARD.encode(&large[..large.len() / 2]) }), 422, "image-not-usable"),
        (json!({ "logo": STANDARD.encode(&long) }), 400, "32,768 bytes"),
        (json!({ "logo": "no Base64?" }), 400, "Base64"),
        (json!({ "text": ["By Karen Ørskov"] }), 403, "no-person-in-seal"),
        (json!({ "text": ["two\nlines"] }), 400, "text"),
        (json!({ "colour": "red" }), 400, "colour"),
        (json!({ "rect": [0, 0, -1, 5] }), 400, "rect"),
    ] {
        let change = json!({ "appearances": { "b": appearance } });
        let answer = patch(&server, &newcomer.users, change.clone()).await;
        assert_eq!(answer.status, status, "{change}: {}", answer.text());
        assert!(answer.text().contains(told), "{change}: {}", answer.text());
    }
    let nine: serde_json::Map<String, Value> =
        (0..9).map(|number| (format!("n{number}"), json!({}))).collect();
    let answer = patch(&server, &newcomer.users, json!({ "appearances": nine })).await;
    assert_eq!((answer.status, answer.text().contains("at most 8")), (400, true));
    let answer = patch(&server, &newcomer.users, json!({ "appearances": { "No": {} } })).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    let archive = newcomer.archive(&server).await;
    let kept = server.get_as("/v1/profiles/letters", &archive).await.ok().json();
    assert_eq!(kept["appearances"], json!(["a"]), "nothing came of it");
}

#[tokio::test]
async fn appearances_of_the_file_are_used_and_their_texts_name_nobody_in_a_seal() {
    let server = Server::remote(
        "appearances.desk = { rect = [100, 100, 300, 120], text = [\"Sagsbehandler Karen Sørensen Ågård\"] }\n\
         appearances.line = { rect = [100, 100, 300, 40], preset = \"line\", page = \"last\" }",
    )
    .await;
    let document = fixtures::named("one-page.pdf");
    let options = |name: &str| json!({ "profile": "decisions", "appearance": { "name": name } });
    let sealed = act(&server, "seals", API_KEY, &document, &options("line"), None).await.ok();
    assert!(page_text(&sealed.body, 1).contains("Havnsted Kommune"));
    let token = server.token("karen", &[&document]).await;
    let refused = act(&server, "seals", &token, &document, &options("desk"), None).await;
    assert_eq!(refused.broken_rules(), ["no-person-in-seal"]);

    // Another organisation's are not there.
    let newcomer = Newcomer::add(&server).await;
    newcomer.profile(&server, letters(&json!({ "own": { "rect": RECT } }))).await;
    let archive = newcomer.archive(&server).await;
    let foreign = seal(&server, &archive, json!({ "name": "line" }), None).await;
    assert_eq!((foreign.status, foreign.text().contains("it has own")), (404, true));
}

#[tokio::test]
async fn an_administrator_sees_an_appearance_before_it_is_stored_and_takes_it_away_again() {
    let server = Server::configured(&crate::login::configuration(), "{}").await;
    let link = crate::login::printed(&server).expect("a link");
    let origin = server.address.replace("127.0.0.1", "localhost");
    let [red, blue] = [RED, BLUE].map(|colour| STANDARD.encode(logo(colour)));
    let wanted = json!({ "link": link, "origin": origin, "red": red, "blue": blue });
    let Some(said) = crate::oracle::in_browser("appearances.mjs", &wanted) else { return };
    assert_eq!(said["found"], json!([]), "{:#}", said["found"]);
    assert!(said["refused"].as_array().is_some_and(|told| !told.is_empty()), "{said:#}");
    assert_eq!(said["kept"], "Journal office");
    for picture in [&said["first"]["width"], &said["stored"], &said["second"]["width"]] {
        assert_eq!(picture, 900, "{said:#}");
    }
    assert!(said["first"]["rows"].to_string().contains("Journal office"), "{said:#}");
    assert!(said["listed"].to_string().contains("letterhead"), "{said:#}");
    assert!(said["second"]["rows"].to_string().contains("Journal office | Archives"), "{said:#}");
    assert!(said["history"].to_string().contains("Appearances letterhead"), "{said:#}");
    assert!(said["after"].as_str().is_some_and(|page| page.contains("Intet udseende")), "{said:#}");
    // The texts of people are not in the log, and the picture is nobody else's.
    let records = audit_log::records(&server.data_directory());
    assert!(records.iter().all(|record| !record.to_string().contains("Journal office")));
}

#[tokio::test]
async fn whoever_asks_again_is_told_what_came_of_it_though_the_profile_has_that_name_no_more() {
    let server = Server::embedded().await;
    let newcomer = Newcomer::add(&server).await;
    newcomer.profile(&server, letters(&json!({ "own": { "rect": RECT } }))).await;
    let archive = newcomer.archive(&server).await;
    let ask = || {
        let options = json!({ "profile": "letters", "appearance": { "name": "own" } });
        let file = multipart::Part::bytes(fixtures::named("one-page.pdf"));
        let form = multipart::Form::new().text("options", options.to_string());
        let request = server.post("/v1/seals").bearer_auth(&archive);
        send(request.header("Idempotency-Key", "once").multipart(form.part("document", file)))
    };
    let first = ask().await.ok();
    let gone = json!({ "appearances": { "own": null } });
    patch(&server, &newcomer.users, gone).await.ok();
    let again = ask().await;
    assert_eq!(again.status, 409, "{}", again.text());
    assert_eq!(again.header("location"), first.header("location"));
}
