//! A certificate is ordered: what it shall be, who collects it, and how.

use axum::response::Response;
use registry::{
    AdministrativeAct, CertificateKind, CertificateTerms, Identification, Issuing, Kept, Order,
    OrderRefusal, PersonState, RegisteredId,
};
use seal::{CertificateProfile, ProfileId, ProfileKind};

use super::{
    certificate_orders::{coded, facts as order_facts},
    certificate_terms::{has_contact, kind},
    changing::{Asking, Wrong},
    filled::Filled,
    lists::{CERTIFICATES, ORDERS},
    names::full_name,
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    http::{path::Path, web::sent::Sent},
    service::{POLICY_VERSION, WantedOrder},
    web::{Block, Cell, Field, Form, Kind, Link, Table, Tint},
};

const AT: &str = "/administration/certificate-orders/new";

/// How many people a form offers.
const MAXIMUM_OFFERED: usize = 2000;

/// What can be ordered.
pub(super) async fn choice(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    office.accepted().await?;
    let (a, c) = (office.a, office.c);
    let allows_users = office.snapshot.register().certificate_settings().value;
    let profiles = office.every_profile().into_iter().filter(|profile| profile.active);
    let rows = profiles.map(|profile| {
        let terms = office.terms(&profile.id).map(|kept| kept.value);
        let to_terms = format!("/administration/profiles/{}/certificate-terms", profile.id);
        let to_order = format!("{AT}/{}", profile.id);
        let is_user = profile.kind == ProfileKind::User;
        let name = terms.as_ref().map_or(&profile.display_name, |terms| &terms.name).clone();
        let contact = match (is_user, has_contact(&profile)) {
            (false, false) => Cell::marked(c.no_contact, "bad"),
            (true, _) | (false, true) => Cell::of(office.contact_of(&profile)),
        };
        let act = match &terms {
            None => Cell::act(to_terms, c.set_terms, &name),
            Some(_) if is_user && !allows_users.allow_user_certificates => {
                Cell::marked(c.user_not_allowed, "bad")
            }
            Some(_) if !is_user && !has_contact(&profile) => {
                Cell::act(to_terms, c.change_terms, &name)
            }
            Some(_) => Cell::act(to_order, c.order_this, &name),
        };
        let email = terms.as_ref().and_then(|terms| office.email_of(terms));
        vec![
            Cell::of(name),
            Cell::of(c.kind(kind(profile.kind))),
            Cell::of(
                terms.as_ref().map_or(String::new(), |terms| c.briefly(terms.purposes.clone())),
            ),
            Cell::of(terms.as_ref().map_or("", |terms| c.key_briefly(terms.key))),
            Cell::of(email.unwrap_or_else(|| a.nothing.to_owned())),
            contact,
            act,
        ]
    });
    let table = Table {
        caption: c.orderable,
        columns: vec![c.name, c.type_, c.purposes, c.key, c.email, c.contact, ""],
        rows: rows.collect(),
        none: c.no_profiles,
    };
    let mut blocks = vec![Block::Table(table)];
    if office.may(AdministrativeAct::ChangeProfiles) {
        let new = Link::new("/administration/new-profile", a.new_profile);
        blocks.push(Block::Links(vec![new]));
    }
    blocks.push(Block::Text(c.not_for_seals.to_owned(), Tint::Hint));
    blocks.push(Block::Text(c.no_qualified.to_owned(), Tint::Hint));
    blocks.push(accepted(&office));
    Ok(office.shown(Sheet {
        section: Section::Certificates,
        path: AT.to_owned(),
        above: Some(Link::new(CERTIFICATES, c.certificates)),
        title: c.order_one.to_owned(),
        lead: c.what_lead,
        blocks,
    }))
}

/// What the policy is, and where it stands.
fn accepted(office: &Office) -> Block {
    let name = format!("{} {POLICY_VERSION}", office.c.accepted_version);
    Block::Next(Link::new("/policies", name))
}

/// Asks who collects it, and how.
pub(super) async fn new(office: Office, Path(id): Path<ProfileId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    office.accepted().await?;
    let (profile, terms) = office.ordered_under(&id)?;
    Ok(office.asks(asking(&office, &profile, &terms)))
}

/// Orders it. Its code, if it has one, is on this page alone.
pub(super) async fn order(
    office: Office,
    Path(id): Path<ProfileId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let filled = office.filled(sent).await?;
    let (profile, terms) = office.ordered_under(&id)?;
    let wanted = wanted(&office, &filled, &profile);
    let (asking, wanted) = office.first(asking(&office, &profile, &terms), &filled, wanted)?;
    let (service, caller) = (&office.state.service, office.session.authenticated());
    if !filled.is_confirmed() {
        return Ok(match service.try_order(&caller, &wanted).await {
            Ok(order) => office.confirms(shown(&office, asking, &terms.value, &order), &filled),
            Err(error) => office.not_taken(asking, &error),
        });
    }
    match service.order(caller, wanted).await {
        Ok((Kept { value: order, .. }, Some(code))) => Ok(coded(&office, &order, &code)),
        Ok((Kept { value: order, .. }, None)) => {
            Ok(office.sees(&format!("{ORDERS}/{}", order.id.0)))
        }
        Err(error) => Ok(office.not_taken(asking, &error)),
    }
}

/// The form with what would be ordered.
fn shown(office: &Office, asking: Asking, terms: &CertificateTerms, order: &Order) -> Asking {
    let facts = order_facts(office, Some(terms), order);
    let changes = facts.into_iter().map(|(name, value)| (name.to_owned(), None, value));
    Asking { changes: changes.collect(), ..asking }
}

fn wanted(
    office: &Office,
    filled: &Filled,
    profile: &CertificateProfile,
) -> Result<WantedOrder, Wrong> {
    let wrong = |field| Wrong { field, text: office.a.wrong_choice.to_owned() };
    let holder = filled.one("holder").map(|id| RegisteredId(id.to_owned()));
    let identification = match filled.one("identification") {
        Some("login") | None => Identification::Login,
        Some("one-time-code") => Identification::OneTimeCode,
        Some(_) => return Err(wrong("identification")),
    };
    if holder.is_none() && identification == Identification::Login {
        return Err(Wrong { field: "holder", text: office.c.one_needed.to_owned() });
    }
    let issuing = match filled.one("issuing") {
        Some("browser") | None => Issuing::Browser,
        Some("command-line") => Issuing::CommandLine,
        Some("api") => Issuing::Api,
        Some(_) => return Err(wrong("issuing")),
    };
    // Who has the code collects, and nobody else: it is for no person.
    let holder = holder.filter(|_| identification == Identification::Login);
    Ok(WantedOrder { profile: profile.id.clone(), kind: None, holder, identification, issuing })
}

fn asking(office: &Office, profile: &CertificateProfile, terms: &Kept<CertificateTerms>) -> Asking {
    let c = office.c;
    let path = format!("{AT}/{}", profile.id);
    let form = Form::new(&path, office.session.csrf(), c.go_on).fields(fields(office, profile));
    let mut blocks = vec![Block::Facts(office.terms_facts(profile, &terms.value))];
    if profile.kind != ProfileKind::User && !has_contact(profile) {
        blocks.push(Block::Text(c.contact_mandatory.to_owned(), Tint::Problem));
    }
    blocks.push(Block::Text(c.not_for_seals.to_owned(), Tint::Hint));
    blocks.push(accepted(office));
    let sheet = Sheet {
        section: Section::Certificates,
        path,
        above: Some(Link::new(AT, c.orderable)),
        title: format!("{} {}", c.order_title, terms.value.name),
        lead: "",
        blocks,
    };
    Asking { sheet, form, gives_power: false, changes: Vec::new() }
}

fn fields(office: &Office, profile: &CertificateProfile) -> Vec<Field> {
    let c = office.c;
    let said = |word: &str, text: &str| (word.to_owned(), text.to_owned());
    let people = office.snapshot.register().people().values().map(|kept| &kept.value);
    let people = people.filter(|person| person.state == PersonState::Active);
    let mut people: Vec<_> = people.map(|one| (one.id.0.clone(), full_name(one))).collect();
    people.sort_by(|one, other| one.1.cmp(&other.1));
    people.truncate(MAXIMUM_OFFERED);
    let is_user = profile.kind == ProfileKind::User;
    let first = if is_user { office.a.choose } else { c.nobody };
    let mut holders = vec![said("", first)];
    holders.extend(people);
    let hint = if is_user { c.collector_user } else { c.collector_hint };
    let mut fields = vec![Field::new("holder", c.collector, Kind::One(holders)).hint(hint)];
    let mut ways = vec![said("login", c.by_login)];
    if !is_user {
        ways.push(said("one-time-code", c.by_code));
    }
    let hint = if is_user { c.identification_user } else { c.identification_hint };
    fields.push(
        Field::new("identification", c.identification, Kind::One(ways)).hint(hint).with("login"),
    );
    let ways = [
        ("browser", Issuing::Browser),
        ("command-line", Issuing::CommandLine),
        ("api", Issuing::Api),
    ];
    let ways = ways.map(|(word, way)| said(word, c.issuing(way)));
    fields.push(
        Field::new("issuing", c.issuing, Kind::One(ways.into()))
            .hint(c.issuing_hint)
            .with("browser"),
    );
    fields
}

impl Office {
    /// A profile under which certificates are ordered, and its terms.
    fn ordered_under(
        &self,
        id: &ProfileId,
    ) -> Result<(CertificateProfile, Kept<CertificateTerms>), Turned> {
        let profile = self.found(id)?;
        let terms = self.terms(id).filter(|_| profile.active);
        let terms = terms.ok_or_else(|| self.refused(&OrderRefusal::ProfileNotOrderable.into()))?;
        Ok((profile, terms))
    }

    /// The address that certificates show, in words.
    fn email_of(&self, terms: &CertificateTerms) -> Option<String> {
        let holders = terms.show_email.then(|| self.c.the_holders.to_owned());
        terms.email.clone().or(holders)
    }

    /// What the certificates of a profile say and are for.
    pub(super) fn terms_facts(
        &self,
        profile: &CertificateProfile,
        terms: &CertificateTerms,
    ) -> Vec<(&'static str, String)> {
        let (a, c) = (self.a, self.c);
        let organisation = self.snapshot.policy().organisation();
        let purposes = terms.purposes.iter().map(|purpose| c.purpose(*purpose));
        let name = match terms.kind {
            CertificateKind::User => c.the_holders.to_owned(),
            CertificateKind::Organisation => organisation.registered_name.clone(),
            CertificateKind::System => terms.name.clone(),
        };
        vec![
            (c.type_, c.kind(terms.kind).to_owned()),
            (c.name, name),
            (c.organisation, format!("{} ({})", organisation.registered_name, organisation.cvr)),
            (c.email, self.email_of(terms).unwrap_or_else(|| a.nothing.to_owned())),
            (c.contact, self.contact_of(profile)),
            (c.purposes, purposes.collect::<Vec<_>>().join("; ")),
            (c.key, c.key(terms.key).to_owned()),
            (c.lifetime, terms.lifetime_days.to_string()),
        ]
    }
}
