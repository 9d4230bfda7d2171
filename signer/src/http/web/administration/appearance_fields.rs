//! What an appearance says, as fields of a form.

use seal::appearance::NamedAppearance;
use serde_json::{Map, Value, json};

use super::{changing::Wrong, filled::Filled};
use crate::web::{AppearanceTexts, Field, Kind};

/// Points in a millimetre.
const MILLIMETRE: f64 = 72.0 / 25.4;

/// The last page, as the interface has it.
const LAST: &str = "last";

/// The form's fields for a place, in the order of the numbers.
const PLACE: [&str; 4] = ["x", "y", "w", "h"];

fn words(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(word, said)| ((*word).to_owned(), (*said).to_owned())).collect()
}

fn presets(x: &AppearanceTexts) -> [(&'static str, &'static str); 5] {
    [
        ("", x.by_shape),
        ("full", x.full),
        ("compact", x.compact),
        ("line", x.line),
        ("plain", x.plain),
    ]
}

fn languages(x: &AppearanceTexts) -> [(&'static str, &'static str); 3] {
    [("", x.of_caller), ("en", x.english), ("da", x.danish)]
}

/// A number as it is written in the language.
fn decimal(x: &AppearanceTexts, number: f64) -> String {
    format!("{number:.1}").replace('.', x.decimal)
}

/// What people call a word that the log has of an appearance; any other as it is.
pub(super) fn member_said(x: &AppearanceTexts, member: &str, word: &str) -> String {
    if member == "rect" {
        let numbers = word.split(',').map(|number| number.replace('.', x.decimal));
        return numbers.collect::<Vec<_>>().join(" / ");
    }
    let known: &[(&str, &str)] = match member {
        "preset" => &presets(x),
        "language" => &languages(x),
        "show" => &[("signer", x.signer), ("time", x.time), ("profile", x.profile)],
        "page" => &[(LAST, x.last)],
        _ => &[],
    };
    let found = known.iter().find(|(one, _)| *one == word);
    found.map_or(word, |(_, said)| said).to_owned()
}

/// A word as it stands in JSON; nothing where there is none.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(Value::Number(number)) => number.to_string(),
        Ok(_) | Err(_) => String::new(),
    }
}

pub(super) fn preset_said(x: &AppearanceTexts, said: &NamedAppearance) -> &'static str {
    let word = word(&said.preset);
    presets(x).into_iter().find(|(one, _)| *one == word).map_or("", |(_, told)| told)
}

pub(super) fn language_said(x: &AppearanceTexts, said: &NamedAppearance) -> &'static str {
    let word = word(&said.language);
    languages(x).into_iter().find(|(one, _)| *one == word).map_or("", |(_, told)| told)
}

/// What an appearance says, as fields.
pub(super) fn fields(x: &'static AppearanceTexts, said: Option<&NamedAppearance>) -> Vec<Field> {
    let usual = NamedAppearance::default();
    let said = said.unwrap_or(&usual);
    let shown = words(&[("signer", x.signer), ("time", x.time), ("profile", x.profile)]);
    let show = said.show.iter().flatten().map(word).collect();
    let text = said.text.as_deref().unwrap_or_default().join("\n");
    let points = said.rect.map(|rect| rect.points());
    let page = match word(&said.page) {
        page if page == LAST => x.last.to_owned(),
        page => page,
    };
    let mut all = vec![
        Field::new("preset", x.preset, Kind::One(words(&presets(x)))).with(word(&said.preset)),
        Field::new("language", x.language, Kind::One(words(&languages(x))))
            .with(word(&said.language)),
        Field::new("show", x.show, Kind::Any(shown)).hint(x.show_hint).with_all(show),
        Field::new("text", x.text, Kind::Lines(1_700)).hint(x.text_hint).with(text),
        Field::new("page", x.page, Kind::Line(10)).hint(x.page_hint).with(page),
    ];
    for (at, (name, label)) in PLACE.into_iter().zip([x.x, x.y, x.w, x.h]).enumerate() {
        let number = points.map(|points| decimal(x, points[at] / MILLIMETRE));
        all.push(Field::new(name, label, Kind::Line(10)).with(number.unwrap_or_default()));
    }
    let mut logo = Field::new("logo", x.logo, Kind::File("image/png,image/jpeg")).hint(x.logo_hint);
    if said.logo.is_some() {
        logo = logo.with(word(&said.logo));
    }
    all.push(logo);
    all.push(Field::new("no_logo", x.no_logo, Kind::Check));
    all
}

/// What a form says.
pub(super) fn read(x: &AppearanceTexts, filled: &Filled) -> Result<NamedAppearance, Wrong> {
    let mut said = Map::new();
    for name in ["preset", "language"] {
        said.extend(filled.one(name).map(|word| (name.to_owned(), json!(word))));
    }
    let show = filled.all("show");
    if !show.is_empty() {
        said.insert("show".to_owned(), json!(show));
    }
    let text = filled.text("text");
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if !lines.is_empty() {
        said.insert("text".to_owned(), json!(lines));
    }
    if let Some(page) = filled.one("page") {
        let number = page.parse::<u32>().ok().filter(|number| *number > 0);
        let page = match (page, number) {
            // Who knows the interface writes its word.
            (word, _) if word == LAST || word.eq_ignore_ascii_case(x.last) => json!(LAST),
            (_, Some(number)) => json!(number),
            (_, None) => return Err(Wrong { field: "page", text: x.wrong_page.to_owned() }),
        };
        said.insert("page".to_owned(), page);
    }
    if PLACE.iter().any(|name| filled.one(name).is_some()) {
        let mut numbers = Vec::new();
        for name in PLACE {
            let number =
                filled.one(name).and_then(|text| text.replace(',', ".").parse::<f64>().ok());
            let number = number.filter(|number| number.is_finite());
            let wrong = || Wrong { field: name, text: x.wrong_place.to_owned() };
            numbers.push((number.ok_or_else(wrong)? * MILLIMETRE * 100.0).round() / 100.0);
        }
        said.insert("rect".to_owned(), json!(numbers));
    }
    if filled.is_checked("too_long") {
        return Err(Wrong { field: "logo", text: x.logo_too_long.to_owned() });
    }
    if let Some(logo) = filled.one("logo").filter(|_| !filled.is_checked("no_logo")) {
        said.insert("logo".to_owned(), json!(logo));
    }
    let read = serde_json::from_value(Value::Object(said));
    read.map_err(|_| Wrong { field: "", text: x.wrong.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{service::Language, web::appearance_texts};

    #[test]
    fn numbers_and_words_of_a_place_are_those_of_the_language() {
        let rectangle = json!({ "page": "last", "rect": [56.13, 28.35, 141.73, 56.69] });
        let said: NamedAppearance = serde_json::from_value(rectangle).unwrap();
        for (language, page, left) in
            [(Language::En, "last", "19.8"), (Language::Da, "sidste", "19,8")]
        {
            let shown = fields(appearance_texts(language), Some(&said));
            let held = |name: &str| {
                shown.iter().find(|field| field.name == name).map(|field| field.value().to_owned())
            };
            assert_eq!(held("page").as_deref(), Some(page));
            assert_eq!(held("x").as_deref(), Some(left));
            let word = |member, word| member_said(appearance_texts(language), member, word);
            assert_eq!(word("page", "last"), page);
            assert_eq!(word("rect", "19.8,2"), format!("{left} / 2"));
        }
    }
}
