//! The appearances of a certificate profile: each is seen before it is stored, drawn as signatures are.

use axum::{
    extract::Request,
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use registry::{AdministrativeAct, Command, Version};
use seal::{
    CertificateProfile, ProfileId,
    appearance::{MAXIMUM_LOGO_LENGTH, NamedAppearance},
};

use super::{
    appearance_fields::{fields, language_said, preset_said, read},
    changing::{Asking, Wrong},
    filled::Filled,
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    Error,
    desk::Owner,
    http::{path::Path, web::answer::WebError},
    web::{AppearanceTexts, Block, Cell, Field, Form, Kind, Link, Table, Tint, appearance_texts},
};

/// Where the profiles are.
const LIST: &str = Section::Profiles.address();

/// How wide a picture is, in pixels.
const WIDTH: u32 = 900;

/// The part of the profile's page about them.
pub(super) fn listed(office: &Office, profile: &CertificateProfile) -> Vec<Block> {
    let x = office.x();
    let of = |name: &str| format!("{LIST}/{}/appearances/{name}", profile.id);
    let rows = profile.appearances.iter().map(|(name, said)| {
        let (preset, language) = (preset_said(x, said), language_said(x, said));
        let logo = if said.logo.is_some() { office.a.yes } else { office.a.no };
        vec![
            Cell::to(of(name), name.clone()),
            Cell::of(preset),
            Cell::of(language),
            Cell::of(said.text.as_deref().unwrap_or_default().join(" / ")),
            Cell::of(logo),
        ]
    });
    let table = Table {
        caption: x.title,
        columns: vec![office.a.name, x.preset, x.language, x.text, x.logo],
        rows: rows.collect(),
        none: x.none,
    };
    let lead = Block::Text(x.lead.to_owned(), Tint::Hint);
    let mut blocks = vec![Block::Heading(x.title.to_owned()), lead, Block::Table(table)];
    if office.may(AdministrativeAct::ChangeProfiles) && office.made(&profile.id).is_ok() {
        let new = Link::new(format!("{LIST}/{}/appearance", profile.id), x.new);
        blocks.push(Block::Links(vec![new]));
    }
    blocks
}

/// Asks for a new one.
pub(super) async fn new(office: Office, Path(id): Path<ProfileId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeProfiles)?;
    let (profile, version) = office.made(&id)?;
    Ok(office.asks(asking(&office, &profile, version, None)))
}

/// One, as it looks; and the form that changes it.
pub(super) async fn one(
    office: Office,
    Path((id, name)): Path<(ProfileId, String)>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadProfiles)?;
    let profile = office.found(&id)?;
    let said = office.said_by(&profile, &name)?;
    let x = office.x();
    let picture = Block::Picture(format!("{LIST}/{id}/appearances/{name}/picture"), x.told(&name));
    let made = office.made(&id).ok().filter(|_| office.may(AdministrativeAct::ChangeProfiles));
    if let Some((profile, version)) = made {
        let mut asking = asking(&office, &profile, version, Some(&name));
        let removal = Link::new(format!("{LIST}/{id}/appearances/{name}/removal"), x.remove);
        asking.sheet.blocks = vec![picture, Block::Links(vec![removal])];
        return Ok(office.asks(asking));
    }
    let facts = fields(office.x(), Some(&said)).into_iter().map(|field| {
        let told = field.said(office.a);
        (field.label, told)
    });
    let blocks = vec![picture, Block::Facts(facts.collect())];
    Ok(office.shown(sheet(&profile, &format!("appearances/{name}"), name, blocks)))
}

/// Makes one, or another version of it: when it was seen.
pub(super) async fn set(
    office: Office,
    Path(id): Path<ProfileId>,
    request: Request,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeProfiles)?;
    let filled = office.filled_with(request, ("logo", MAXIMUM_LOGO_LENGTH)).await?;
    let (profile, present) = office.made(&id)?;
    let was = filled.one("was").filter(|name| profile.appearances.contains_key(*name));
    let mut asking = asking(&office, &profile, present, was);
    let wanted = wanted(&office, &filled, (&profile, present), was);
    if let Ok((_, name, said)) = &wanted {
        asking.sheet.blocks.extend(office.pictured(&profile, name, said.clone()).await);
    }
    let wanted = wanted
        .map(|(profile, ..)| Command::ChangeProfile { profile: profile.into(), expected: present });
    office.decide(asking, &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{id}")))
}

/// Asks whether one shall go.
pub(super) async fn removal(
    office: Office,
    Path((id, name)): Path<(ProfileId, String)>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeProfiles)?;
    let (profile, version) = office.made(&id)?;
    office.said_by(&profile, &name)?;
    Ok(office.asks(asking_removal(&office, &profile, version, &name)))
}

/// Takes it away.
pub(super) async fn remove(
    office: Office,
    Path((id, name)): Path<(ProfileId, String)>,
    request: Request,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeProfiles)?;
    let filled = office.filled_with(request, ("", 0)).await?;
    let (profile, present) = office.made(&id)?;
    office.said_by(&profile, &name)?;
    let mut named = (*profile.appearances).clone();
    named.remove(&name);
    let after = CertificateProfile { appearances: named.into(), ..profile.clone() };
    let wanted = office
        .unless_passed(&filled, present)
        .map(|()| Command::ChangeProfile { profile: after.into(), expected: present });
    office.decide(asking_removal(&office, &profile, present, &name), &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{id}")))
}

/// The picture of one that is stored.
pub(super) async fn drawn(
    office: Office,
    Path((id, name)): Path<(ProfileId, String)>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadProfiles)?;
    let profile = office.found(&id)?;
    let said = office.said_by(&profile, &name)?;
    let drawn = office.draw(&profile, said).await;
    drawn.map(png).map_err(|error| error.shown(&office.headers, &office.spoken).into())
}

/// The picture of one that whoever asks thought of a moment ago.
pub(super) async fn thought_of(
    office: Office,
    Path(name): Path<String>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadProfiles)?;
    let found = office
        .owner()
        .and_then(|owner| office.state.desk.looks().of(&owner, &name).ok_or(WebError::NotFound));
    found.map(png).map_err(|error| error.shown(&office.headers, &office.spoken).into())
}

fn png(bytes: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, bytes).into_response()
}

fn sheet(profile: &CertificateProfile, at: &str, title: String, blocks: Vec<Block>) -> Sheet {
    Sheet {
        section: Section::Profiles,
        path: format!("{LIST}/{}/{at}", profile.id),
        above: Some(Link::new(format!("{LIST}/{}", profile.id), profile.display_name.clone())),
        title,
        lead: "",
        blocks,
    }
}

fn asking(
    office: &Office,
    profile: &CertificateProfile,
    version: Version,
    name: Option<&str>,
) -> Asking {
    let x = office.x();
    let action = format!("{LIST}/{}/appearance", profile.id);
    let said = name.and_then(|name| profile.appearances.get(name));
    let mut form = Form::new(action, office.session.csrf(), x.store);
    form = form.hiding("version", version.to_string());
    let mut all = Vec::new();
    let (at, title) = match name {
        Some(name) => {
            form = form.hiding("was", name);
            (format!("appearances/{name}"), format!("{}: {name}", x.change))
        }
        None => {
            let hint = office.a.id_hint;
            all.push(Field::new("name", office.a.name, Kind::Line(64)).hint(hint).required());
            ("appearance".to_owned(), format!("{}: {}", x.new, profile.display_name))
        }
    };
    let is_new = said.is_none();
    let rest = fields(x, said).into_iter();
    all.extend(rest.map(|field| if is_new { field } else { field.remembered(office.a) }));
    let sheet = sheet(profile, &at, title, Vec::new());
    Asking { sheet, form: form.fields(all), gives_power: true, changes: Vec::new() }
}

fn asking_removal(
    office: &Office,
    profile: &CertificateProfile,
    version: Version,
    name: &str,
) -> Asking {
    let x = office.x();
    let at = format!("appearances/{name}/removal");
    let action = format!("{LIST}/{}/{at}", profile.id);
    let form = Form::new(action, office.session.csrf(), x.remove);
    let form = form.hiding("version", version.to_string());
    let title = format!("{}: {name}", x.remove);
    let sheet = Sheet { lead: x.remove_lead, ..sheet(profile, &at, title, Vec::new()) };
    let gone = (x.title.to_owned(), Some(name.to_owned()), office.a.nothing.to_owned());
    Asking { sheet, form, gives_power: true, changes: vec![gone] }
}

/// The profile with what the form says; the appearance's name and the appearance.
fn wanted(
    office: &Office,
    filled: &Filled,
    (profile, present): (&CertificateProfile, Version),
    was: Option<&str>,
) -> Result<(CertificateProfile, String, NamedAppearance), Wrong> {
    let x = office.x();
    office.unless_passed(filled, present)?;
    let name = was.map_or_else(|| filled.text("name"), str::to_owned);
    if was.is_none() && profile.appearances.contains_key(&name) {
        return Err(Wrong { field: "name", text: x.exists.to_owned() });
    }
    let said = read(x, filled)?;
    let mut named = (*profile.appearances).clone();
    named.insert(name.clone(), said.clone());
    let after = CertificateProfile { appearances: named.into(), ..profile.clone() };
    Ok((after, name, said))
}

impl AppearanceTexts {
    /// What stands in the place of a picture.
    fn told(&self, name: &str) -> String {
        format!("{}: {name}", self.picture)
    }
}

impl Office {
    fn x(&self) -> &'static AppearanceTexts {
        appearance_texts(self.language())
    }

    fn owner(&self) -> Result<Owner, WebError> {
        let person = self.session.caller.person().ok_or(WebError::NoSession)?;
        Ok((self.session.organisation.organisation().clone(), person.person.clone()))
    }

    fn said_by(&self, profile: &CertificateProfile, name: &str) -> Result<NamedAppearance, Turned> {
        let said = profile.appearances.get(name).cloned();
        said.ok_or_else(|| {
            let known = profile.appearances.keys().cloned().collect();
            let (profile, name) = (profile.id.clone(), name.chars().take(64).collect());
            self.refused(&Error::AppearanceUnknown { profile, name, known })
        })
    }

    /// What is changed must be what whoever asks read.
    fn unless_passed(&self, filled: &Filled, present: Version) -> Result<(), Wrong> {
        let expected = filled.one("version").and_then(|version| version.parse().ok()).map(Version);
        match expected == Some(present) {
            true => Ok(()),
            false => Err(Wrong { field: "", text: self.a.passed.to_owned() }),
        }
    }

    async fn draw(
        &self,
        profile: &CertificateProfile,
        said: NamedAppearance,
    ) -> Result<Vec<u8>, WebError> {
        let caller = self.session.authenticated();
        let page = self.state.service.show_appearance(&caller, profile, said).await?;
        let drawn = self.state.desk.drawing().once(&self.owner()?, page, 0, WIDTH).await;
        Ok(drawn.map_err(crate::http::web::documents::undrawn)?.png)
    }

    /// What it would look like, where it can be drawn; why not is said by what judges it.
    async fn pictured(
        &self,
        profile: &CertificateProfile,
        name: &str,
        said: NamedAppearance,
    ) -> Option<Block> {
        let (png, owner) = (self.draw(profile, said).await.ok()?, self.owner().ok()?);
        let kept = self.state.desk.looks().keep(owner, png)?;
        let address = format!("/administration/appearance-pictures/{kept}");
        Some(Block::Picture(address, self.x().told(name)))
    }
}
