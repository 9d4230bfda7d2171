//! A document of 300 pages in the browser: how long its first page takes, and how many seals a second are left to
//! applications while ten people turn pages.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use reqwest::{
    Client, Method, RequestBuilder, Response,
    header::SET_COOKIE,
    multipart::{Form, Part},
    redirect::Policy,
};

use crate::{http::Server, measure::median};

const PAGES: usize = 300;
/// The longest that the first page may take, of a hundred times ninety-nine, in milliseconds.
const LIMIT_MS: f64 = 300.0;
/// How many people turn pages, and how often each does.
const PEOPLE: usize = 10;
const PACE: Duration = Duration::from_secs(3);
/// What is to be left of the seals a second.
const LEAST: f64 = 0.9;
/// The demo's persons, by turns: each has one page drawn at a time.
const PERSONS: [&str; 2] = ["karen", "mads"];
const CONNECTIONS: usize = 32;
/// How wide a page is drawn, in pixels, where nobody asks for more.
const WIDTH: usize = 1_240;

pub fn print(quick: bool) {
    let server = Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let book = book(PAGES);
    runtime.block_on(first_pages(&server, &book, if quick { 1 } else { 50 }));
    turned(&server, &book, quick);
}

/// From the request for the reading page to the last byte of the first page's picture, and of the page itself. What was laid down is new each
/// time, so that nothing of it was drawn before.
async fn first_pages(server: &Server, book: &[u8], turns: usize) {
    let reader = Reader::log_in(server, PERSONS[0]).await;
    let (mut laid, mut took, mut whole) = (vec![], vec![], vec![]);
    for _ in 0..=turns {
        let start = now();
        let batch = reader.lay(book, 1).await;
        laid.push(ms(start));
        // As browsers do: what is named in the part that came is asked for while the rest comes.
        let start = now();
        let mut page = reader.begin(&format!("{batch}/1"), "/page/1?").await;
        let picture = async {
            let picture = reader.get(&format!("{batch}/1/page/1?width={WIDTH}")).await;
            assert!(picture.starts_with(b"\x89PNG"), "a picture");
            ms(start)
        };
        let rest = async {
            while page.chunk().await.expect("the rest").is_some() {}
            ms(start)
        };
        let (picture, rest) = tokio::join!(picture, rest);
        took.push(picture);
        whole.push(rest);
        reader.decline(&batch).await;
    }
    took.sort_by(f64::total_cmp);
    let (figure, most) = (took[took.len() / 2], took[took.len() * 99 / 100]);
    let verdict = if most <= LIMIT_MS { "" } else { "  OVER" };
    println!("{:<46} {:>10} {:>8} {:>8}", "A PDF of 300 pages, ms", "median", "99 %", "limit");
    println!("{:<46} {:>10.1}", "laid down, opened and inspected", median(laid));
    println!("{:<46} {figure:>10.1} {most:>8.1} {LIMIT_MS:>8.0}{verdict}", "its first page shown");
    println!("{:<46} {:>10.1}", "what 25 pages do not show, told", median(whole));
}

/// Seals a second, alone and while pages are turned, in turns.
fn turned(server: &Server, book: &[u8], quick: bool) {
    let (turns, seals) = if quick { (1, 64) } else { (7, 20_000) };
    let (is_turning, has_ended) = (AtomicBool::new(false), AtomicBool::new(false));
    let (mut alone, mut beside, mut drawn) = (vec![], vec![], vec![]);
    thread::scope(|scope| {
        let turning = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let turning = people(server, book, &is_turning, &has_ended);
            runtime.expect("a runtime").block_on(turning)
        });
        server.seal(CONNECTIONS, seals);
        for _ in 0..turns {
            alone.push(rate(server, seals));
            is_turning.store(true, Ordering::Relaxed);
            beside.push(rate(server, seals));
            is_turning.store(false, Ordering::Relaxed);
        }
        has_ended.store(true, Ordering::Relaxed);
        drawn = turning.join().expect("pages are turned");
    });
    let (alone, beside) = (median(alone), median(beside));
    let verdict = if beside / alone >= LEAST { "" } else { "  UNDER" };
    println!("{:<46} {:>10} {:>8} {:>8}", "HTTP B-T, 32 connections", "seals/s", "times", "least");
    println!("{:<46} {alone:>10.0}", "alone");
    println!(
        "{:<46} {beside:>10.0} {:>8.2} {LEAST:>8}{verdict}",
        "while ten people turn a page every 3 s",
        beside / alone
    );
    println!(
        "{:<46} {:>10.1}",
        format!("how long each of {} pages took them, ms", drawn.len()),
        if drawn.is_empty() { 0.0 } else { median(drawn) }
    );
}

fn rate(server: &Server, seals: usize) -> f64 {
    let start = now();
    server.seal(CONNECTIONS, seals);
    seals as f64 / start.elapsed().as_secs_f64()
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures durations")]
fn now() -> Instant {
    Instant::now()
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1_000.0
}

/// People who turn pages while they are to, each from the first on; how long each page took, in milliseconds.
async fn people(
    server: &Server,
    book: &[u8],
    is_turning: &AtomicBool,
    has_ended: &AtomicBool,
) -> Vec<f64> {
    let mut places = vec![];
    for person in PERSONS {
        let reader = Reader::log_in(server, person).await;
        let batch = reader.lay(book, PEOPLE / PERSONS.len()).await;
        places.push((reader, batch));
    }
    let mut took = vec![];
    let mut page = 0;
    // One page of somebody's at a time, as often as ten people turn one each.
    let mut clock = tokio::time::interval(PACE / PEOPLE as u32);
    while !has_ended.load(Ordering::Relaxed) {
        clock.tick().await;
        if !is_turning.load(Ordering::Relaxed) {
            continue;
        }
        let (reader, batch) = &places[page % PERSONS.len()];
        let document = page / PERSONS.len() % (PEOPLE / PERSONS.len()) + 1;
        let path = format!("{batch}/{document}/page/{}", page / PEOPLE % PAGES + 1);
        let start = now();
        reader.get(&format!("{path}?width={WIDTH}")).await;
        reader.get(&format!("{path}/text")).await;
        took.push(ms(start));
        page += 1;
    }
    took
}

/// Somebody of the demo who is logged in.
struct Reader {
    origin: String,
    client: Client,
    cookie: String,
    csrf: String,
}

impl Reader {
    async fn log_in(server: &Server, person: &str) -> Self {
        let client = Client::builder().no_proxy().redirect(Policy::none()).build();
        let client = client.expect("a client");
        let origin = format!("http://{}", server.address.replace("127.0.0.1", "localhost"));
        let mut reader = Self { origin, client, cookie: String::new(), csrf: String::new() };
        let form = reader.form("/login/demo", format!("person={person}"));
        let answer = form.send().await.expect("an answer");
        let given = answer.headers().get_all(SET_COOKIE).iter();
        let mut given = given.filter_map(|one| one.to_str().ok());
        let session = given.rfind(|one| one.starts_with("__Host-segl="));
        reader.cookie =
            session.and_then(|one| one.split(';').next()).expect("a session").to_owned();
        let page = String::from_utf8(reader.get("/documents").await).expect("text");
        let (_, csrf) = page.split_once("name=\"csrf\" value=\"").expect("a form");
        reader.csrf = csrf.split('"').next().unwrap_or_default().replace("&#x2B;", "+");
        reader
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.origin));
        request.header("Sec-Fetch-Site", "same-origin").header("Cookie", &self.cookie)
    }

    fn form(&self, path: &str, body: String) -> RequestBuilder {
        let request = self.request(Method::POST, path).body(body);
        request.header("Content-Type", "application/x-www-form-urlencoded")
    }

    async fn get(&self, path: &str) -> Vec<u8> {
        let answer = self.request(Method::GET, path).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.bytes().await.expect("a body").to_vec()
    }

    /// Asks for a page, and reads until something stands in it: the rest is still to come.
    async fn begin(&self, path: &str, until: &str) -> Response {
        let mut answer = self.request(Method::GET, path).send().await.expect("an answer");
        let mut came = Vec::new();
        while !String::from_utf8_lossy(&came).contains(until) {
            came.extend(answer.chunk().await.expect("a part").expect("more of it"));
        }
        answer
    }

    /// Lays a document down so many times: where they lie.
    async fn lay(&self, document: &[u8], times: usize) -> String {
        let mut form = Form::new().text("csrf", self.csrf.clone());
        for number in 1..=times {
            let part = Part::bytes(document.to_vec()).file_name(format!("book-{number}.pdf"));
            form = form.part("document", part);
        }
        let request = self.request(Method::POST, "/documents").multipart(form);
        let answer = request.send().await.expect("an answer");
        let place = answer.headers().get("location").and_then(|place| place.to_str().ok());
        place.expect("where they lie").to_owned()
    }

    async fn decline(&self, batch: &str) {
        let body = format!("csrf={}&reason=content", self.csrf.replace('+', "%2B"));
        let answer = self.form(&format!("{batch}/decline"), body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}

/// A PDF of so many pages with 45 lines of text each.
fn book(pages: usize) -> Vec<u8> {
    const FIRST: usize = 4;
    let numbers = |page: usize| (FIRST + 2 * page, FIRST + 2 * page + 1);
    let kids: String = (0..pages).fold(String::new(), |mut kids, page| {
        let _ = write!(kids, "{} 0 R ", numbers(page).0);
        kids
    });
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {pages} /Kids [{kids}] >>"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for page in 0..pages {
        let mut drawn = "BT /F1 11 Tf 14 TL 60 780 Td\n".to_owned();
        for line in 1..=45 {
            let text = "The quick brown fox jumps over the lazy dog, and signs what it has read.";
            let _ = writeln!(drawn, "({}.{line} {text}) Tj T*", page + 1);
        }
        drawn += "ET";
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R
             /Resources << /Font << /F1 3 0 R >> >> >>",
            numbers(page).1
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()));
    }
    let mut file = "%PDF-1.7\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(&objects) {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        let _ = writeln!(file, "{number} 0 obj\n{object}\nendobj");
    }
    let start = file.len();
    let size = objects.len() + 1;
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    (file + &table + &trailer).into_bytes()
}
