//! What a profile says, as fields of a form. What is sent is merged onto the profile as the interface of
//! administration merges it.

use registry::Version;
use seal::{CertificateProfile, Level, SignatureAlgorithm};
use serde_json::{Map, Value};

use super::{changing::Wrong, filled::Filled};
use crate::{
    http::{administration::merged, json},
    web::{AdministrationTexts, Field, Kind, RightsTexts},
};

type Texts = &'static AdministrationTexts;

const LEVELS: [Level; 4] = [Level::BB, Level::BT, Level::BLT, Level::BLTA];

fn words(words: &[&str], said: &[&str]) -> Vec<(String, String)> {
    let pairs = words.iter().zip(said);
    pairs.map(|(word, said)| ((*word).to_owned(), (*said).to_owned())).collect()
}

/// The fields that every version has, as `profile` fills them.
pub(super) fn fields(a: Texts, profile: &CertificateProfile) -> Vec<Field> {
    let before = settings(a, profile).into_iter().map(|field| field.remembered(a));
    before.chain(contact(a).map(|field| field.remembered(a))).collect()
}

/// Those of a new one.
pub(super) fn new_fields(a: Texts, r: &'static RightsTexts) -> Vec<Field> {
    let kinds = words(
        &["organisation", "system", "user"],
        &[a.kind_organisation, a.kind_system, a.kind_user],
    );
    let mut fields = vec![
        Field::new("id", a.id, Kind::Line(64)).hint(a.id_hint).required(),
        Field::new("kind", a.kind, Kind::One(kinds)).hint(a.kind_hint).with("organisation"),
    ];
    let blank = blank("organisation").map(|profile| settings(a, &profile)).unwrap_or_default();
    for field in blank {
        fields.push(match field.name {
            "display_name" => Field { values: Vec::new(), ..field },
            "allow_signing" => field.with("yes"),
            "levels" => field.with_all(LEVELS.map(|level| level.name().to_owned()).into()),
            _ => field,
        });
    }
    // There is nobody yet whom an empty field would keep.
    let [person, email] = contact(a);
    fields.extend([person.hint(r.contact_hint), email]);
    fields
}

/// A profile that says nothing but what it must.
fn blank(kind: &str) -> Option<CertificateProfile> {
    let said = serde_json::json!({ "id": "new", "kind": kind, "display_name": "-" });
    serde_json::from_value(said).ok()
}

fn settings(a: Texts, profile: &CertificateProfile) -> Vec<Field> {
    let said = serde_json::to_value(profile).unwrap_or_default();
    let word = |member: &str| match &said[member] {
        Value::String(word) => word.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) | Value::Null => String::new(),
        other => other.to_string(),
    };
    let all = |member: &str| {
        let all = said[member].as_array().into_iter().flatten();
        all.filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    let levels = LEVELS.map(|level| (level.name().to_owned(), level.name().to_owned()));
    let suites = SignatureAlgorithm::ALL.map(|one| (one.name().to_owned(), one.name().to_owned()));
    let formats = words(&["pades", "cades"], &[a.pades, a.cades]);
    let assurances = words(&["validity-assured", "revocable"], &[a.short_lived, a.revocable]);
    let certify = words(&["none", "2", "1"], &[a.certify_none, a.certify_forms, a.certify_all]);
    let names = words(
        &["organisation", "organisation-and-profile", "profile"],
        &[a.common_organisation, a.common_both, a.common_profile],
    );
    let failures = words(&["refuse", "degrade"], &[a.refuse, a.degrade]);
    let one = |name, label, choices| Field::new(name, label, Kind::One(choices)).with(word(name));
    vec![
        Field::new("display_name", a.display_name, Kind::Line(200))
            .hint(a.display_name_hint)
            .required()
            .with(word("display_name")),
        Field::new("active", a.active, Kind::Check).with(word("active")),
        Field::new("allow_signing", a.allow_signing, Kind::Check).with(word("allow_signing")),
        one("common_name", a.common_name, names).hint(a.common_name_hint),
        Field::new("formats", a.formats, Kind::Any(formats)).with_all(all("formats")),
        Field::new("levels", a.levels, Kind::Any(levels.clone().into()))
            .hint(a.levels_hint)
            .with_all(all("levels")),
        one("default_level", a.default_level, levels.into()),
        one("assurance", a.assurance, assurances),
        Field::new("lifetime_s", a.lifetime, Kind::Number)
            .hint(a.lifetime_hint)
            .required()
            .with(word("lifetime_s")),
        one("algorithm", a.algorithm, suites.into()),
        one("certify", a.certify, certify),
        one("on_timestamp_failure", a.on_timestamp_failure, failures),
    ]
}

fn contact(a: Texts) -> [Field; 2] {
    [
        Field::new("contact_person", a.contact_name, Kind::Line(200)).hint(a.contact_hint),
        Field::new("contact_email", a.contact_email, Kind::Line(200)),
    ]
}

/// What a profile says, one fact after another.
pub(super) fn facts(
    a: Texts,
    profile: &CertificateProfile,
    version: Option<Version>,
) -> Vec<(&'static str, String)> {
    let kind = match profile.kind {
        seal::ProfileKind::User => a.kind_user,
        seal::ProfileKind::Organisation => a.kind_organisation,
        seal::ProfileKind::System => a.kind_system,
    };
    let version = version.map_or_else(|| a.of_file.to_owned(), |version| version.to_string());
    let mut facts =
        vec![(a.id, profile.id.to_string()), (a.kind, kind.to_owned()), (a.version, version)];
    facts.extend(settings(a, profile).iter().map(|field| (field.label, field.said(a))));
    facts
}

/// A new profile.
pub(super) fn read_new(a: Texts, filled: &Filled) -> Result<CertificateProfile, Wrong> {
    let mut members = patch(a, filled)?;
    for name in ["id", "kind"] {
        members.insert(name.to_owned(), filled.text(name).into());
    }
    json::typed(members).map_err(|error| Wrong { field: "", text: error.to_string() })
}

/// Another version of a profile.
pub(super) fn read(
    a: Texts,
    filled: &Filled,
    profile: &CertificateProfile,
) -> Result<CertificateProfile, Wrong> {
    let had = profile.contact_person.as_ref().is_some_and(|contact| contact.email.is_some());
    if had && filled.one("contact_person").is_some() && filled.one("contact_email").is_none() {
        // Nobody is to be given the address of whom they follow, nor to lose it unseen.
        return Err(Wrong { field: "contact_email", text: a.contact_both.to_owned() });
    }
    let patch = patch(a, filled)?;
    merged(profile, patch).map_err(|error| Wrong { field: "", text: error.to_string() })
}

/// What was filled in, as the interface has it.
fn patch(a: Texts, filled: &Filled) -> Result<Map<String, Value>, Wrong> {
    let mut members = Map::new();
    let texts = [
        "display_name",
        "default_level",
        "assurance",
        "algorithm",
        "common_name",
        "on_timestamp_failure",
    ];
    for name in texts {
        members.insert(name.to_owned(), filled.text(name).into());
    }
    for name in ["active", "allow_signing"] {
        members.insert(name.to_owned(), filled.is_checked(name).into());
    }
    for name in ["formats", "levels"] {
        members.insert(name.to_owned(), filled.all(name).into());
    }
    let lifetime = filled.one("lifetime_s").and_then(|text| text.parse::<u64>().ok());
    let wrong = || Wrong { field: "lifetime_s", text: a.wrong_number.to_owned() };
    members.insert("lifetime_s".to_owned(), lifetime.ok_or_else(wrong)?.into());
    let certify = match filled.one("certify") {
        Some("1") => Value::from(1),
        Some("2") => Value::from(2),
        _ => Value::from("none"),
    };
    members.insert("certify".to_owned(), certify);
    if filled.one("contact_person").is_none() && filled.one("contact_email").is_some() {
        return Err(Wrong { field: "contact_person", text: a.contact_both.to_owned() });
    }
    if let Some(name) = filled.one("contact_person") {
        let email = filled.one("contact_email").map(Value::from).unwrap_or_default();
        let contact = serde_json::json!({ "name": name, "email": email });
        members.insert("contact_person".to_owned(), contact);
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{service::Language, web::administration_texts};

    #[test]
    fn a_form_says_of_every_choice_what_a_profile_can_say() {
        let a = administration_texts(Language::En);
        let profile = blank("system").unwrap();
        for field in settings(a, &profile) {
            let (Kind::One(choices) | Kind::Any(choices)) = &field.kind else { continue };
            for (word, _) in choices {
                let value = match (&field.kind, word.as_str()) {
                    (Kind::Any(_), word) => serde_json::json!([word]),
                    (_, "1") => 1.into(),
                    (_, "2") => 2.into(),
                    (_, word) => word.into(),
                };
                let patch = Map::from_iter([(field.name.to_owned(), value)]);
                let changed = merged(&profile, patch).unwrap();
                let shown = settings(a, &changed);
                let shown = shown.iter().find(|one| one.name == field.name).unwrap();
                assert_eq!(shown.values, std::slice::from_ref(word), "{}", field.name);
            }
        }
    }
}
