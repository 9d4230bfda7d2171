//! The terms under which certificates of years are ordered with a profile.

use std::collections::BTreeSet;

use axum::response::Response;
use registry::{
    AdministrativeAct, CertificateKind, CertificateTerms, Command, HolderKey, Kept, LIFETIME_DAYS,
    OVERLAP_DAYS, Purpose, UuidOf, Version, WantedTerms, uuid,
};
use seal::{CertificateProfile, ProfileId, ProfileKind};

use super::{
    changing::{Asking, Wanted, Wrong},
    filled::Filled,
    office::{Office, Sheet, Turned},
    profiles::LIST,
    section::Section,
};
use crate::{
    audit::hex,
    http::{administration::random, path::Path, web::sent::Sent},
    web::{Block, Field, Form, Kind, Link, Tint},
};

const PURPOSES: [(&str, Purpose); 3] = [
    ("authentication", Purpose::Authentication),
    ("encryption", Purpose::Encryption),
    ("email", Purpose::Email),
];

const KEYS: [(&str, HolderKey); 2] = [("rsa3072", HolderKey::Rsa3072), ("p256", HolderKey::P256)];

/// How much is read of the services that know the certificates, in characters: 30 lines of 100.
const MAXIMUM_SERVICES: u32 = 3_060;

/// Asks what they shall be.
pub(super) async fn edit(office: Office, Path(id): Path<ProfileId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeProfiles)?;
    let profile = office.found(&id)?;
    Ok(office.asks(asking(&office, &profile)))
}

/// Makes or changes them.
pub(super) async fn change(
    office: Office,
    Path(id): Path<ProfileId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeProfiles)?;
    let filled = office.filled(sent).await?;
    let profile = office.found(&id)?;
    let random = random().map_err(|error| office.refused(&error))?;
    let wanted = wanted(&office, &filled, &profile, hex(&uuid(random, UuidOf::Chance)));
    office.decide(asking(&office, &profile), &filled, wanted).await?;
    Ok(office.sees(&format!("/administration/certificate-orders/new/{id}")))
}

fn wanted(office: &Office, filled: &Filled, profile: &CertificateProfile, uuid: String) -> Wanted {
    let (a, c) = (office.a, office.c);
    let number = |field: &'static str| {
        let read = filled.one(field).and_then(|text| text.parse().ok());
        read.ok_or_else(|| Wrong { field, text: a.wrong_number.to_owned() })
    };
    let chosen = filled.all("purposes");
    let purposes: BTreeSet<_> = PURPOSES
        .into_iter()
        .filter(|(word, _)| chosen.iter().any(|one| one == word))
        .map(|(_, purpose)| purpose)
        .collect();
    if purposes.is_empty() {
        return Err(Wrong { field: "purposes", text: c.wrong_purposes.to_owned() });
    }
    let key = KEYS.into_iter().find(|(word, _)| filled.one("key") == Some(word));
    let wrong_key = || Wrong { field: "key", text: a.wrong_choice.to_owned() };
    let expected = match filled.one("version") {
        None => None,
        Some(text) => {
            let passed = |_| Wrong { field: "", text: a.passed.to_owned() };
            Some(Version(text.parse().map_err(passed)?))
        }
    };
    let wanted = WantedTerms {
        profile: profile.id.clone(),
        kind: kind(profile.kind),
        uuid,
        name: filled.text("name"),
        purposes,
        key: key.ok_or_else(wrong_key)?.1,
        lifetime_days: number("lifetime_days")?,
        overlap_days: number("overlap_days")?,
        email: filled.one("email").map(str::to_owned),
        show_email: filled.is_checked("show_email"),
        published: filled.is_checked("published"),
        relying_services: lines(&filled.text("relying_services")),
        expected,
    };
    Ok(Command::SetCertificateTerms(wanted.into()))
}

/// Each line that says something.
fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// Whom the certificates of a profile name.
pub(super) fn kind(kind: ProfileKind) -> CertificateKind {
    match kind {
        ProfileKind::User => CertificateKind::User,
        ProfileKind::Organisation => CertificateKind::Organisation,
        ProfileKind::System => CertificateKind::System,
    }
}

fn asking(office: &Office, profile: &CertificateProfile) -> Asking {
    let (c, path) = (office.c, format!("{LIST}/{}/certificate-terms", profile.id));
    let kept = office.terms(&profile.id);
    let mut form = Form::new(&path, office.session.csrf(), office.a.make);
    if let Some(kept) = &kept {
        form = form.hiding("version", kept.version.to_string());
    }
    let mut blocks = vec![Block::Facts(vec![
        (c.type_, c.kind(kind(profile.kind)).to_owned()),
        (c.contact, office.contact_of(profile)),
    ])];
    if profile.kind != ProfileKind::User && !has_contact(profile) {
        blocks.push(Block::Text(c.contact_mandatory.to_owned(), Tint::Problem));
        let to = format!("{LIST}/{}/version", profile.id);
        blocks.push(Block::Links(vec![Link::new(to, c.contact)]));
    }
    let sheet = Sheet {
        section: Section::Certificates,
        path,
        above: Some(Link::new("/administration/certificate-orders/new", c.orderable)),
        title: format!("{} {}", c.terms_of, profile.display_name),
        lead: c.terms_lead,
        blocks,
    };
    let fields = fields(office, profile, kept.map(|kept| kept.value).as_ref());
    Asking { sheet, form: form.fields(fields), gives_power: true, changes: Vec::new() }
}

fn fields(
    office: &Office,
    profile: &CertificateProfile,
    before: Option<&CertificateTerms>,
) -> Vec<Field> {
    let c = office.c;
    let said = |word: &str, text: &str| (word.to_owned(), text.to_owned());
    let purposes = PURPOSES.map(|(word, purpose)| said(word, c.purpose(purpose)));
    let keys = KEYS.map(|(word, key)| said(word, c.key(key)));
    let chosen = before.map(|terms| {
        let held = PURPOSES.iter().filter(|(_, purpose)| terms.purposes.contains(purpose));
        held.map(|(word, _)| (*word).to_owned()).collect()
    });
    let key = before.map_or(HolderKey::Rsa3072, |terms| terms.key);
    let key = KEYS.iter().find(|(_, one)| *one == key).map_or("", |(word, _)| word);
    let name = before.map_or(&profile.display_name, |terms| &terms.name);
    let lifetime = before.map_or(LIFETIME_DAYS, |terms| terms.lifetime_days);
    let overlap = before.map_or(OVERLAP_DAYS, |terms| terms.overlap_days);
    let mut fields = vec![
        Field::new("name", c.terms_name, Kind::Line(64))
            .hint(c.terms_name_hint)
            .required()
            .with(name),
        Field::new("purposes", c.purposes, Kind::Any(purposes.into()))
            .hint(c.purposes_hint)
            .with_all(chosen.unwrap_or_else(|| vec!["authentication".to_owned()])),
        Field::new("key", c.key, Kind::One(keys.into())).with(key),
    ];
    fields.push(match profile.kind {
        ProfileKind::User => {
            let shown = before.is_some_and(|terms| terms.show_email);
            let shown = if shown { "yes" } else { "" };
            Field::new("show_email", c.show_email, Kind::Check).with(shown)
        }
        ProfileKind::Organisation | ProfileKind::System => {
            let email = before.and_then(|terms| terms.email.clone()).unwrap_or_default();
            Field::new("email", c.email, Kind::Line(254)).hint(c.terms_email_hint).with(email)
        }
    });
    let published = before.is_some_and(|terms| terms.published);
    let published = if published { "yes" } else { "" };
    fields.push(
        Field::new("published", c.published, Kind::Check).hint(c.published_hint).with(published),
    );
    let services = before.map(|terms| terms.relying_services.join("\n")).unwrap_or_default();
    fields.push(
        Field::new("relying_services", c.services, Kind::Lines(MAXIMUM_SERVICES))
            .hint(c.services_hint)
            .with(services),
    );
    fields.push(
        Field::new("lifetime_days", c.lifetime, Kind::Number)
            .hint(c.lifetime_hint)
            .with(lifetime.to_string()),
    );
    fields.push(
        Field::new("overlap_days", c.overlap, Kind::Number)
            .hint(c.overlap_hint)
            .with(overlap.to_string()),
    );
    match before {
        Some(_) => fields.into_iter().map(|field| field.remembered(office.a)).collect(),
        None => fields,
    }
}

/// Whether somebody would be told.
pub(super) fn has_contact(profile: &CertificateProfile) -> bool {
    profile.contact_person.as_ref().is_some_and(|contact| contact.email.is_some())
}

impl Office {
    /// The terms beside a profile, if there are some.
    pub(super) fn terms(&self, id: &ProfileId) -> Option<Kept<CertificateTerms>> {
        self.snapshot.register().certificate_terms().get(id).cloned()
    }

    /// Who answers for a profile, as those see it who may see certificates.
    pub(super) fn contact_of(&self, profile: &CertificateProfile) -> String {
        match &profile.contact_person {
            Some(contact) => match &contact.email {
                Some(email) => format!("{} ({email})", contact.name),
                None => contact.name.clone(),
            },
            None if profile.kind == ProfileKind::User => self.c.the_holders.to_owned(),
            None => self.a.nothing.to_owned(),
        }
    }
}
