//! What a letter says that gathers the notices of a day.

use crate::{
    content::{Notice, Told},
    date::day,
};

const DAY_S: i64 = 24 * 60 * 60;

/// Subject and text.
pub(crate) fn danish(
    organisation: &str,
    (made, told): (i64, &[Told]),
    link: &str,
) -> (String, String) {
    let subject = match told.len() {
        1 => "Certifikater: 1 besked".to_owned(),
        many => format!("Certifikater: {many} beskeder"),
    };
    let mut text = format!("Certifikater for {organisation}, siden sidste brev:\n");
    for one in told {
        let what = match one.notice {
            Notice::Ninety => "udløber om 90 dage",
            Notice::Thirty => "udløber om 30 dage",
            Notice::Seven => "udløber om 7 dage",
            Notice::Today => "udløber inden for et døgn",
            Notice::Expired => "er udløbet",
            Notice::Blocked => "er spærret",
            Notice::Renewed => "er udstedt som afløser for et andet",
            Notice::Outdated => "viser noget, der ikke længere passer",
        };
        let name = named(one, "Et certifikat til en person");
        let (left, end) = (days_left(one, made), day(one.not_after));
        let serial = &one.serial;
        text += &format!(
            "\n- {name} {what}\n  Dage tilbage: {left}\n  Udløber: {end}\n  Serienummer: {serial}\n"
        );
    }
    text += &format!("\nListen over alle certifikater:\n\n{link}");
    (subject, text)
}

/// Subject and text.
pub(crate) fn english(
    organisation: &str,
    (made, told): (i64, &[Told]),
    link: &str,
) -> (String, String) {
    let subject = match told.len() {
        1 => "Certificates: 1 notice".to_owned(),
        many => format!("Certificates: {many} notices"),
    };
    let mut text = format!("Certificates of {organisation}, since the last letter:\n");
    for one in told {
        let what = match one.notice {
            Notice::Ninety => "ends in 90 days",
            Notice::Thirty => "ends in 30 days",
            Notice::Seven => "ends in 7 days",
            Notice::Today => "ends within a day",
            Notice::Expired => "has ended",
            Notice::Blocked => "was blocked",
            Notice::Renewed => "was issued in the place of another one",
            Notice::Outdated => "shows what is not so any more",
        };
        let name = named(one, "A person's certificate");
        let (left, end) = (days_left(one, made), day(one.not_after));
        let serial = &one.serial;
        text += &format!(
            "\n- {name} {what}\n  Days left: {left}\n  End: {end}\n  Serial number: {serial}\n"
        );
    }
    text += &format!("\nThe list of all certificates:\n\n{link}");
    (subject, text)
}

fn named(one: &Told, without: &str) -> String {
    one.name.as_deref().map_or_else(|| without.to_owned(), |name| format!("“{name}”"))
}

/// How many days were left when the letter was written.
fn days_left(one: &Told, made: i64) -> i64 {
    (one.not_after - made).max(0) / DAY_S
}
