use seal::{OrganisationId, PersonId};

use super::*;

fn drawing(script: &str) -> Drawing {
    Drawing { program: Program::shell(script), ..Drawing::default() }
}

fn owner() -> Owner {
    let person = PersonId { issuer: "issuer".into(), subject: "karen".into() };
    (OrganisationId::new("12345674"), person)
}

const BYTES: Bytes = Bytes::from_static(b"%PDF");

fn document() -> Document {
    ("batch".into(), 1)
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_is_ended_and_is_not_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("runs");
    let drawing = drawing(&format!("echo >> '{}'; while :; do :; done", runs.display()));
    for _ in 0..3 {
        let drawn = drawing.picture(&owner(), (document(), 0, 100), &BYTES).await;
        assert_eq!(drawn.unwrap_err(), DrawingError::TooLong);
        let read = drawing.texts(&owner(), (&document(), 0..3), &BYTES).await;
        assert_eq!(read, [Err(DrawingError::TooLong)], "the pages after it were not tried");
    }
    // By a clock that stands, either may have been ended before it began.
    let count = std::fs::read_to_string(&runs).map_or(0, |runs| runs.lines().count());
    assert!(count <= 2, "{count} were started");
}

#[tokio::test]
async fn what_dies_or_says_nothing_that_is_known_has_failed() {
    for script in [
        "kill -9 $$",
        "exit 1",
        "echo nothing",
        "echo '{\"Ok\":[]}'",
        "echo '{\"Ok\":{\"undrawn\":[],\"length\":4}}'; printf PNG",
        "/usr/bin/head -c 100 /dev/zero",
    ] {
        let drawing = drawing(script);
        let drawn = drawing.picture(&owner(), (document(), 0, 100), &BYTES).await;
        assert_eq!(drawn.unwrap_err(), DrawingError::Failed, "{script}");
    }
}

#[tokio::test]
async fn no_more_is_read_than_may_be_answered() {
    let drawing = drawing("exec /bin/cat /dev/zero");
    assert_eq!(drawing.sizes(&owner(), &BYTES).await.unwrap_err(), DrawingError::Failed);
}

#[tokio::test]
async fn it_is_given_the_document_and_nothing_else_of_ours() {
    let script = r#"read asked; test "$asked" = '"Sizes"' && test "$(/bin/cat)" = %PDF \
        && test -z "$(/usr/bin/env | /bin/grep '^\(PATH\|HOME\|CARGO\)')" \
        && echo '{"Ok":[{"width":10,"height":20}]}'"#;
    let sizes = drawing(script).sizes(&owner(), &BYTES).await.unwrap();
    assert_eq!(sizes.of(0), Some(rendering::Size { width: 10.0, height: 20.0 }));
}

#[tokio::test]
async fn texts_that_came_are_kept_and_the_page_that_did_not_has_failed() {
    let text = r#"{"Ok":{"lines":[],"is_cut":false,"undrawn":[]}}"#;
    let script = format!(
        "read asked; case $asked in *'\"from\":0'*) echo '{text}'; echo '{text}';; *) exit 1;; esac"
    );
    let read = drawing(&script).texts(&owner(), (&document(), 0..4), &BYTES).await;
    let read: Vec<_> = read.iter().map(|one| one.as_ref().err().copied()).collect();
    assert_eq!(read, [None, None, Some(DrawingError::Failed), Some(DrawingError::Failed)]);
}

#[tokio::test]
async fn who_draws_a_page_as_wide_as_people_look_at_it_reads_its_text_too() {
    let text = r#"{"Ok":{"lines":[],"is_cut":true,"undrawn":[]}}"#;
    let folder = tempfile::tempdir().unwrap();
    let asked = folder.path().join("asked");
    let script = format!(
        "read asked; echo \"$asked\" >> '{}'; /bin/cat > /dev/null
         echo '{{\"Ok\":{{\"undrawn\":[],\"length\":4}}}}'; printf 'PNG '
         case $asked in *Page*) echo '{text}';; esac",
        asked.display()
    );
    let drawing = drawing(&script);
    let wide = drawing.picture(&owner(), (document(), 0, 1_240), &BYTES).await.unwrap();
    assert_eq!(wide.png, b"PNG ");
    assert!(drawing.text(&owner(), (&document(), 0), &BYTES).await.unwrap().is_cut);
    // What is known is not read again, and on a small picture nothing is looked for.
    for name in [(document(), 0, 2_000), (document(), 1, 100)] {
        drawing.picture(&owner(), name, &BYTES).await.unwrap();
    }
    let page = r#"{"Page":{"page":0,"width":1240}}"#;
    let pictures =
        [r#"{"Picture":{"page":0,"width":2000}}"#, r#"{"Picture":{"page":1,"width":100}}"#];
    let all: Vec<_> = std::fs::read_to_string(&asked).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(all, [page, pictures[0], pictures[1]]);
}
