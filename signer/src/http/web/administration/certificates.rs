//! Certificates that live for years: found and shown.

use axum::{
    body::Body,
    extract::Query,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use registry::{AdministrativeAct, CertificateAct, RegisteredId, folded};
use seal::{CertificateDer, ProfileId};
use serde::Deserialize;

use super::{
    changing::{Asking, Wrong},
    lists::{BLOCKING, CERTIFICATES as LIST, MANY, NOTICES, ORDERS, PAGE, limit, query},
    names::full_name,
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    Error,
    audit::hex,
    danish_time::danish_time,
    http::{administration::certificate_table, path::Path, web::sent::Sent},
    service::seconds,
    store::{CertificateSearch, CertificateState, FoundCertificate},
    web::{Block, Cell, Field, Form, Kind, Link, Table, purposes_of, reason_of_word},
};

/// Which are asked for. A field that is left empty says nothing.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
    kind: String,
    purpose: String,
    state: String,
    profile: String,
    contact: String,
    email: String,
    ends: String,
    after: String,
}

impl Wanted {
    fn pairs(&self) -> [(&'static str, &String); 8] {
        let Self { q, kind, purpose, state, profile, contact, email, ends, .. } = self;
        [
            ("q", q),
            ("kind", kind),
            ("purpose", purpose),
            ("state", state),
            ("profile", profile),
            ("contact", contact),
            ("email", email),
            ("ends", ends),
        ]
    }
}

/// The page.
pub(super) async fn list(office: Office, Query(wanted): Query<Wanted>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadCertificates)?;
    let c = office.c;
    let mut form = form(&office, &wanted);
    let now = seconds(office.now()?.into());
    let is_filtered = wanted.pairs().iter().any(|(_, value)| !value.is_empty());
    let mut blocks = Vec::new();
    let changes = office.may(AdministrativeAct::ChangeCertificates);
    let mut links = Vec::new();
    if changes {
        let new = format!("{}/new", ORDERS);
        links.push(Link::new(new, c.order_one));
    }
    links.push(Link::new(ORDERS, c.orders));
    match search(&office, &wanted, now) {
        Err(Wrong { text, .. }) => {
            form.problem = Some(text);
            blocks.push(Block::Folded(c.find_certificates, true, Box::new(form)));
        }
        Ok(search) => {
            let found = office.organisation().tenant().certificates(&search).await;
            let mut found = found.map_err(|error| office.refused(&Error::from(error)))?;
            let more = found.len() > PAGE;
            found.truncate(PAGE);
            let next =
                found.last().filter(|_| more).map(|one| format!("{}.{}", one.not_after, one.id));
            let is_long = found.len() >= MANY;
            let open = is_filtered || is_long;
            blocks.push(Block::Folded(c.find_certificates, open, Box::new(form)));
            let blockable = found.iter().any(|one| one.blocked.is_none());
            let many = (changes && blockable).then(|| {
                let mut many = Form::new(BLOCKING, "", c.block_chosen);
                (many.asks, many.many) = (true, true);
                many.others = vec![
                    (NOTICES, ["muted", "true"], c.mute_chosen),
                    (NOTICES, ["muted", "false"], c.unmute_chosen),
                ];
                Block::Form(Box::new(many))
            });
            let rows = found.iter().map(|one| row(&office, one, now, many.is_some()));
            let mut columns = vec![c.name, c.type_, c.contact, c.purposes, c.state, c.days_left];
            if many.is_some() {
                columns.insert(0, c.choose);
            }
            let table = Block::Table(Table {
                caption: c.certificates,
                columns,
                rows: rows.collect(),
                none: c.none,
            });
            // From the ninth on what can be done stands above the list.
            match is_long {
                true => blocks.extend(many.into_iter().chain([table])),
                false => blocks.extend([table].into_iter().chain(many)),
            }
            let of = query(&wanted.pairs());
            links.push(Link::new(format!("{LIST}/table.csv?{of}"), c.as_table));
            links.extend(next.map(|next| {
                let after = query(&[&wanted.pairs()[..], &[("after", &next)]].concat());
                Link::new(format!("{LIST}?{after}"), c.more)
            }));
        }
    }
    blocks.insert(0, Block::Links(links));
    Ok(office.shown(Sheet {
        section: Section::Certificates,
        path: LIST.to_owned(),
        above: None,
        title: c.certificates.to_owned(),
        lead: c.certificates_lead,
        blocks,
    }))
}

fn row(office: &Office, one: &FoundCertificate, now: i64, chooses: bool) -> Vec<Cell> {
    let c = office.c;
    let (state, mark) = c.state(one.state(now));
    let mut row = vec![
        Cell::to(format!("{LIST}/{}", one.id), one.name.clone()),
        Cell::of(c.kind_of_word(&one.kind)),
        Cell::of(one.contact.clone().unwrap_or_default()),
        Cell::of(c.briefly(purposes_of(one.purposes))),
        Cell::marked(state, mark),
        Cell::of(days_left(office, one, now)),
    ];
    if chooses {
        let choice = match one.blocked {
            None => Cell::choice(&one.id, format!("{} {}", c.choose, one.name)),
            Some(_) => Cell::default(),
        };
        row.insert(0, choice);
    }
    row
}

fn days_left(office: &Office, one: &FoundCertificate, now: i64) -> String {
    match one.state(now) {
        CertificateState::Valid | CertificateState::RenewalDue => {
            ((one.not_after - now) / 86_400).to_string()
        }
        CertificateState::Expired | CertificateState::Blocked => office.a.nothing.to_owned(),
    }
}

/// All that fit, as a table.
pub(super) async fn table(
    office: Office,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadCertificates)?;
    let now = seconds(office.now()?.into());
    let malformed =
        |Wrong { text, .. }| office.refused(&crate::service::RequestError::Malformed(text).into());
    let search = search(&office, &wanted, now).map_err(malformed)?;
    let table = certificate_table(office.organisation().tenant().clone(), search);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"certificates.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(table)).into_response())
}

fn search(office: &Office, wanted: &Wanted, now: i64) -> Result<CertificateSearch, Wrong> {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let purpose = PURPOSES.iter().find(|(_, word)| *word == wanted.purpose);
    let after =
        wanted.after.split_once('.').and_then(|(end, id)| Some((end.parse().ok()?, id.to_owned())));
    let ends = office.day("ends", some(&wanted.ends).as_deref(), false)?;
    Ok(CertificateSearch {
        text: some(&wanted.q).map(|text| folded(&text)),
        kind: some(&wanted.kind),
        purpose: purpose.map(|(bit, _)| *bit),
        state: CertificateState::ALL.into_iter().find(|state| state.name() == wanted.state),
        profile: some(&wanted.profile),
        contact: some(&wanted.contact),
        email: some(&wanted.email),
        expires_before: ends.map(|end| seconds(end.into())),
        after,
        now,
        limit: limit(),
        ..CertificateSearch::default()
    })
}

const PURPOSES: [(i64, &str); 3] = [(1, "authentication"), (2, "encryption"), (4, "email")];

fn form(office: &Office, wanted: &Wanted) -> Form {
    let (a, c) = (office.a, office.c);
    let any = || vec![(String::new(), a.any.to_owned())];
    let said = |word: &str, text: &str| (word.to_owned(), text.to_owned());
    let mut kinds = any();
    kinds.extend(["user", "organisation", "system"].map(|word| said(word, c.kind_of_word(word))));
    let mut purposes = any();
    purposes.extend(PURPOSES.map(|(bit, word)| (word.to_owned(), c.briefly(purposes_of(bit)))));
    let mut states = any();
    states.extend(CertificateState::ALL.map(|state| said(state.name(), c.state(state).0)));
    let one =
        |name, label, choices, held: &str| Field::new(name, label, Kind::One(choices)).with(held);
    let fields = vec![
        Field::new("q", c.text, Kind::Line(200)).with(wanted.q.clone()),
        one("kind", c.type_, kinds, &wanted.kind),
        one("purpose", c.purposes, purposes, &wanted.purpose),
        one("state", c.state, states, &wanted.state),
        one("profile", c.profile, office.profile_choices(), &wanted.profile),
        Field::new("contact", c.contact_email, Kind::Line(254)).with(wanted.contact.clone()),
        Field::new("email", c.email, Kind::Line(254)).with(wanted.email.clone()),
        Field::new("ends", c.ends_before, Kind::Day).with(wanted.ends.clone()),
    ];
    let mut form = Form::new(LIST, "", c.find).fields(fields);
    form.asks = true;
    form
}

/// One of them.
pub(super) async fn one(office: Office, Path(id): Path<String>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadCertificates)?;
    let (c, now) = (office.c, seconds(office.now()?.into()));
    let found = office.certificate(&id, CertificateAct::Read).await?;
    let mut blocks = vec![Block::Facts(office.certificate_facts(&found, now))];
    let mut links = Vec::new();
    if office.may(AdministrativeAct::ChangeCertificates) && found.blocked.is_none() {
        let notices = if found.muted.is_some() { c.unmute } else { c.mute };
        if found.installed.is_none() {
            links.push(Link::new(format!("{LIST}/{id}/installation"), c.in_use));
        }
        links.push(Link::new(format!("{LIST}/{id}/notices"), notices));
        links.push(Link::new(format!("{}?certificate={id}", BLOCKING), c.block));
    }
    let to_order = format!("{}/{}", ORDERS, found.order);
    links.push(Link::new(to_order, c.order));
    blocks.push(Block::Links(links));
    let pem = seal::pem(&[CertificateDer::new(found.der.clone())]);
    blocks.push(Block::Table(Table {
        caption: c.pem,
        columns: vec![c.pem],
        rows: vec![vec![Cell { details: Some(pem), ..Cell::default() }]],
        none: "",
    }));
    Ok(office.shown(sheet(&office, &found, blocks)))
}

pub(super) fn sheet(office: &Office, found: &FoundCertificate, blocks: Vec<Block>) -> Sheet {
    Sheet {
        section: Section::Certificates,
        path: format!("{LIST}/{}", found.id),
        above: Some(Link::new(LIST, office.c.certificates)),
        title: found.name.clone(),
        lead: "",
        blocks,
    }
}

/// Asks whether one is in use.
pub(super) async fn installation(
    office: Office,
    Path(id): Path<String>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let found = office.certificate(&id, CertificateAct::Install).await?;
    Ok(office.asks(asking_in_use(&office, &found)))
}

/// Keeps that it is.
pub(super) async fn install(
    office: Office,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let filled = office.filled(sent).await?;
    let found = office.certificate(&id, CertificateAct::Install).await?;
    let (services, ticked) = (office.services_of(&found), filled.all("services"));
    let is_ticked = |service: &String| ticked.iter().any(|one| one == service);
    let all = match services.iter().all(is_ticked) {
        true => Ok(()),
        false => Err(Wrong { field: "services", text: office.c.services_left.to_owned() }),
    };
    let (asking, ()) = office.first(asking_in_use(&office, &found), &filled, all)?;
    let caller = office.session.authenticated();
    match office.state.service.install(caller, id.clone()).await {
        Ok(_) => Ok(office.sees(&format!("{LIST}/{id}"))),
        Err(error) => Ok(office.not_taken(asking, &error)),
    }
}

fn asking_in_use(office: &Office, found: &FoundCertificate) -> Asking {
    let c = office.c;
    let path = format!("{LIST}/{}/installation", found.id);
    let mut form = Form::new(&path, office.session.csrf(), c.in_use);
    let services = office.services_of(found);
    if !services.is_empty() {
        let all = services.into_iter().map(|service| (service.clone(), service)).collect();
        let field = Field::new("services", c.services, Kind::Any(all)).hint(c.services_left);
        form = form.fields(vec![field]);
    }
    let title = format!("{}: {}", c.in_use, found.name);
    let of = sheet(office, found, Vec::new());
    let sheet = Sheet { path, title, lead: c.in_use_lead, ..of };
    let change =
        (c.installed.to_owned(), Some(c.not_installed.to_owned()), c.now_in_use.to_owned());
    Asking { sheet, form, gives_power: false, changes: vec![change] }
}

impl Office {
    /// One that whoever asks may do this with.
    pub(super) async fn certificate(
        &self,
        id: &str,
        act: CertificateAct,
    ) -> Result<FoundCertificate, Turned> {
        let caller = self.session.authenticated();
        let found = self.state.service.certificate(&caller, id, act).await;
        found.map_err(|error| self.refused(&error))
    }

    /// The services that know a certificate.
    fn services_of(&self, found: &FoundCertificate) -> Vec<String> {
        let terms = self.terms(&ProfileId::new(found.profile.clone()));
        terms.map(|kept| kept.value.relying_services).unwrap_or_default()
    }

    /// What a certificate says, and how it stands.
    fn certificate_facts(&self, found: &FoundCertificate, now: i64) -> Vec<(&'static str, String)> {
        let (a, c) = (self.a, self.c);
        let day = |at: i64| said(at);
        let contact = match (&found.contact, &found.contact_email) {
            (Some(name), Some(email)) => format!("{name} ({email})"),
            _ => a.nothing.to_owned(),
        };
        let purposes = purposes_of(found.purposes).into_iter().map(|purpose| c.purpose(purpose));
        let holder = found.holder.as_ref().map(|id| {
            let kept = self.snapshot.register().people().get(&RegisteredId(id.clone()));
            kept.map_or_else(|| id.clone(), |kept| full_name(&kept.value))
        });
        let mut facts = vec![
            (c.state, c.state(found.state(now)).0.to_owned()),
            (c.type_, c.kind_of_word(&found.kind).to_owned()),
            (c.email, found.email.clone().unwrap_or_else(|| a.nothing.to_owned())),
            (c.contact, contact),
            (c.purposes, purposes.collect::<Vec<_>>().join("; ")),
            (c.begins, day(found.not_before)),
            (c.renewal, day(found.renewal)),
            (c.ends, day(found.not_after)),
            (c.days_left, days_left(self, found, now)),
            (c.installed, found.installed.map_or_else(|| c.not_installed.to_owned(), day)),
        ];
        let services = self.services_of(found);
        if !services.is_empty() {
            facts.push((c.services, services.join("; ")));
        }
        facts.extend(holder.map(|holder| (c.holder, holder)));
        facts.extend(self.muting(found).map(|muting| (c.muted, muting)));
        if let Some(at) = found.blocked {
            let reason = found.reason.as_deref().and_then(reason_of_word);
            let reason = reason.map_or(c.not_given, |reason| c.reason(reason));
            facts.push((c.blocked_on, format!("{}: {reason}", day(at))));
        }
        facts.extend(found.replaces.clone().map(|before| (c.replaces, before)));
        facts.push((c.serial, hex(&found.serial)));
        facts.push((c.uuid, found.uuid.clone()));
        facts
    }
}

/// A moment as people in Denmark read it.
pub(super) fn said(at: i64) -> String {
    let since = std::time::Duration::from_secs(u64::try_from(at).unwrap_or_default());
    let time = danish_time(std::time::SystemTime::UNIX_EPOCH + since);
    time.chars().take("2026-11-22 15:34".len()).collect()
}
