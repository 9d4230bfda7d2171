//! Orders of certificates: which there are, how far each is, and what is done with them.

use axum::{extract::Query, http::StatusCode, response::Response};
use registry::{
    AdministrativeAct, CertificateTerms, Identification, Kept, Moment, OneTimeCode, Order, OrderId,
    OrderRefusal, OrderState,
};
use seal::ProfileId;
use serde::Deserialize;

use super::{
    changing::Asking,
    lists::{CERTIFICATES, MANY, ORDERS as LIST, PAGE, limit, query},
    names::full_name,
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    Error,
    http::{path::Path, web::sent::Sent},
    service::{OrderChange, seconds},
    store::OrderSearch,
    web::{Block, Cell, Field, Form, Kind, Link, Table},
};

/// Which are asked for. A field that is left empty says nothing.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    state: String,
    profile: String,
    reference: String,
    after: String,
}

/// Which there are.
pub(super) async fn list(office: Office, Query(wanted): Query<Wanted>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadCertificates)?;
    let (c, now) = (office.c, office.now()?);
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let search = OrderSearch {
        state: OrderState::ALL.into_iter().find(|state| state.name() == wanted.state),
        profile: some(&wanted.profile),
        reference: some(&wanted.reference),
        after: some(&wanted.after),
        now: seconds(now.into()),
        limit: limit(),
        holder: None,
    };
    let is_filtered =
        search.state.is_some() || search.profile.is_some() || search.reference.is_some();
    let orders = office.organisation().tenant().orders(&search).await;
    let mut orders = orders.map_err(|error| office.refused(&Error::from(error)))?;
    let more = orders.len() > PAGE;
    orders.truncate(PAGE);
    let next = orders.last().filter(|_| more).map(|kept| kept.value.id.0.clone());
    let open = is_filtered || orders.len() >= MANY;
    let mut blocks =
        vec![Block::Folded(c.find_certificates, open, Box::new(form(&office, &wanted)))];
    let count = orders.len();
    let rows = orders.into_iter().map(|Kept { value: order, .. }| {
        let terms = office.terms(&order.profile).map(|kept| kept.value);
        let (state, mark) = c.order_state(order.state(now));
        let left = seconds(order.expires.into()) - seconds(now.into());
        let left = match order.state(now).is_open() {
            true => (left / 86_400).max(0).to_string(),
            false => office.a.nothing.to_owned(),
        };
        vec![
            Cell::to(format!("{LIST}/{}", order.id.0), name(&office, terms.as_ref(), &order)),
            Cell::of(c.kind(order.kind)),
            Cell::of(order.contact.as_ref().map_or("", |contact| &contact.name)),
            Cell::of(terms.map_or_else(String::new, |terms| c.briefly(terms.purposes))),
            Cell::marked(state, mark),
            Cell::of(left),
            Cell::of(order.reference.0.clone()),
        ]
    });
    blocks.push(Block::Table(Table {
        caption: c.orders,
        columns: vec![c.name, c.type_, c.contact, c.purposes, c.state, c.days_left, c.reference],
        rows: rows.collect(),
        none: c.no_orders,
    }));
    let mut links = Vec::new();
    if office.may(AdministrativeAct::ChangeCertificates) {
        links.push(Link::new(format!("{LIST}/new"), c.order_one));
    }
    if let Some(next) = next {
        let of = [("state", &wanted.state), ("profile", &wanted.profile), ("after", &next)];
        links.push(Link::new(format!("{LIST}?{}", query(&of)), c.more));
    }
    if !links.is_empty() {
        // From the ninth on what can be done stands above the list.
        let at = if count >= MANY { 0 } else { blocks.len() };
        blocks.insert(at, Block::Links(links));
    }
    Ok(office.shown(Sheet {
        section: Section::Certificates,
        path: LIST.to_owned(),
        above: Some(Link::new(CERTIFICATES, c.certificates)),
        title: c.orders.to_owned(),
        lead: c.orders_lead,
        blocks,
    }))
}

fn form(office: &Office, wanted: &Wanted) -> Form {
    let (a, c) = (office.a, office.c);
    let mut states = vec![(String::new(), a.any.to_owned())];
    let said = |state: OrderState| (state.name().to_owned(), c.order_state(state).0.to_owned());
    states.extend(OrderState::ALL.map(said));
    let fields = vec![
        Field::new("state", c.state, Kind::One(states)).with(wanted.state.clone()),
        Field::new("profile", c.profile, Kind::One(office.profile_choices()))
            .with(wanted.profile.clone()),
        Field::new("reference", c.reference, Kind::Line(12)).with(wanted.reference.clone()),
    ];
    let mut form = Form::new(LIST, "", c.find).fields(fields);
    form.asks = true;
    form
}

/// What the certificate will be called.
fn name(office: &Office, terms: Option<&CertificateTerms>, order: &Order) -> String {
    let holder = order.holder.as_ref().filter(|_| order.kind == registry::CertificateKind::User);
    let holder = holder.and_then(|id| office.snapshot.register().people().get(id));
    match holder {
        Some(kept) => full_name(&kept.value),
        None => terms.map_or_else(|| order.profile.to_string(), |terms| terms.name.clone()),
    }
}

/// What an order says.
pub(super) fn facts(
    office: &Office,
    terms: Option<&CertificateTerms>,
    order: &Order,
) -> Vec<(&'static str, String)> {
    let (a, c) = (office.a, office.c);
    let nothing = || a.nothing.to_owned();
    let now = office.state.service.clock().now();
    let state = Moment::try_from(now).map_or(order.kept_state, |now| order.state(now));
    let holder = order.holder.as_ref().map(|id| {
        let kept = office.snapshot.register().people().get(id);
        kept.map_or_else(|| id.0.clone(), |kept| full_name(&kept.value))
    });
    let contact = order.contact.as_ref().map(|one| format!("{} ({})", one.name, one.email));
    let identification = match order.identification {
        Identification::Login => c.by_login,
        Identification::OneTimeCode => c.by_code,
    };
    let mut facts = vec![
        (c.type_, c.kind(order.kind).to_owned()),
        (c.name, name(office, terms, order)),
        (c.email, order.email.clone().unwrap_or_else(nothing)),
        (c.contact, contact.unwrap_or_else(nothing)),
    ];
    if let Some(terms) = terms {
        let purposes = terms.purposes.iter().map(|purpose| c.purpose(*purpose));
        facts.push((c.purposes, purposes.collect::<Vec<_>>().join("; ")));
        facts.push((c.key, c.key(terms.key).to_owned()));
        facts.push((c.lifetime, terms.lifetime_days.to_string()));
    }
    facts.extend([
        (c.collector, holder.unwrap_or_else(nothing)),
        (c.identification, identification.to_owned()),
        (c.issuing, c.issuing(order.issuing).to_owned()),
        (c.state, c.order_state(state).0.to_owned()),
        (c.until, office.time(order.expires)),
    ]);
    facts
}

/// One of them.
pub(super) async fn one(office: Office, Path(id): Path<OrderId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadCertificates)?;
    let order = office.order(&id).await?;
    let (c, state) = (office.c, order.state(office.now()?));
    let terms = office.terms(&order.profile).map(|kept| kept.value);
    let mut all = facts(&office, terms.as_ref(), &order);
    all.push((c.reference, order.reference.0.clone()));
    all.push((c.collect_at, collected_at(&office, &order)));
    all.push((c.accepted_version, order.policy.clone()));
    all.push((c.ordered, office.time(order.made)));
    let mut blocks = vec![Block::Facts(all)];
    if office.may(AdministrativeAct::ChangeCertificates) && state.is_open() {
        let to = |what: &str, name: &str| Link::new(format!("{LIST}/{}/{what}", id.0), name);
        let has_code = order.identification == Identification::OneTimeCode;
        let mut links = Vec::new();
        if state == OrderState::AwaitingApproval {
            links.push(to("approval", c.approve));
        }
        if has_code && matches!(state, OrderState::Ready | OrderState::Locked) {
            links.push(to("code", c.new_code));
        }
        if state == OrderState::AwaitingEmail {
            links.push(to("email-check", c.ask_again));
        }
        links.push(to("cancellation", c.cancel));
        blocks.push(Block::Links(links));
    }
    Ok(office.shown(sheet(&office, &order, blocks)))
}

/// The page on which it is collected.
fn collected_at(office: &Office, order: &Order) -> String {
    let origin = &office.state.access.origin;
    match order.identification {
        Identification::Login => format!("{origin}/me/certificates"),
        Identification::OneTimeCode => format!("{origin}/collect/{}", order.reference.0),
    }
}

fn sheet(office: &Office, order: &Order, blocks: Vec<Block>) -> Sheet {
    let terms = office.terms(&order.profile).map(|kept| kept.value);
    Sheet {
        section: Section::Certificates,
        path: format!("{LIST}/{}", order.id.0),
        above: Some(Link::new(LIST, office.c.orders)),
        title: format!("{}: {}", office.c.order, name(office, terms.as_ref(), order)),
        lead: "",
        blocks,
    }
}

/// What is done with an order.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Done {
    Approval,
    Cancellation,
    Code,
    EmailCheck,
}

/// Asks whether it shall be.
pub(super) async fn ask(
    office: Office,
    Path((id, done)): Path<(OrderId, Done)>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let order = office.order(&id).await?;
    Ok(office.asks(asking(&office, &order, done)?))
}

/// Does it. The page before shows all that it does.
pub(super) async fn change(
    office: Office,
    Path((id, done)): Path<(OrderId, Done)>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let filled = office.filled(sent).await?;
    let order = office.order(&id).await?;
    let (asking, ()) = office.first(asking(&office, &order, done)?, &filled, Ok(()))?;
    let change = match done {
        Done::Approval => OrderChange::Approve,
        Done::Cancellation => OrderChange::Cancel,
        Done::Code => OrderChange::MakeCode,
        Done::EmailCheck => OrderChange::CheckEmail,
    };
    let caller = office.session.authenticated();
    match office.state.service.change_order(caller, id.clone(), change).await {
        Ok((Kept { value: order, .. }, Some(code))) => Ok(coded(&office, &order, &code)),
        Ok((_, None)) => Ok(office.sees(&format!("{LIST}/{}", id.0))),
        Err(error) => Ok(office.not_taken(asking, &error)),
    }
}

fn asking(office: &Office, order: &Order, done: Done) -> Result<Asking, Turned> {
    let c = office.c;
    let state = c.order_state(order.state(office.now()?)).0.to_owned();
    let then = |state: OrderState| c.order_state(state).0.to_owned();
    let (word, submit, title, lead, change) = match done {
        Done::Approval => {
            let after =
                if order.email.is_some() { OrderState::AwaitingEmail } else { OrderState::Ready };
            let change = (c.state, state, then(after));
            ("approval", c.approve, c.approve_order, c.approve_lead, change)
        }
        Done::Cancellation => {
            let change = (c.state, state, then(OrderState::Cancelled));
            ("cancellation", c.cancel, c.cancel_order, c.cancel_lead, change)
        }
        Done::Code => {
            let change = (c.code_counts, office.a.nothing.to_owned(), c.code_counts_no_more.into());
            ("code", c.new_code, c.new_code, c.new_code_lead, change)
        }
        Done::EmailCheck => {
            let address = order.email.clone().unwrap_or_default();
            let change = (c.email, address, c.asked.to_owned());
            ("email-check", c.ask_again, c.ask_again, c.ask_again_lead, change)
        }
    };
    let path = format!("{LIST}/{}/{word}", order.id.0);
    let terms = office.terms(&order.profile).map(|kept| kept.value);
    let blocks = vec![Block::Facts(facts(office, terms.as_ref(), order))];
    let of = sheet(office, order, blocks);
    let title = format!("{title}: {}", name(office, terms.as_ref(), order));
    let above = Some(Link::new(format!("{LIST}/{}", order.id.0), of.title.clone()));
    let form = Form::new(&path, office.session.csrf(), submit);
    let (what, before, after) = change;
    let changes = vec![(what.to_owned(), Some(before), after)];
    let sheet = Sheet { path, above, title, lead, ..of };
    Ok(Asking { sheet, form, gives_power: false, changes })
}

/// The page that shows a code, this once.
pub(super) fn coded(office: &Office, order: &Order, code: &OneTimeCode) -> Response {
    let (c, at) = (office.c, format!("{LIST}/{}", order.id.0));
    let blocks = vec![
        Block::Secret(c.the_code, code.as_str().to_owned()),
        Block::Facts(vec![
            (c.reference, order.reference.0.clone()),
            (c.collect_at, collected_at(office, order)),
            (c.until, office.time(order.expires)),
        ]),
        Block::Links(vec![Link::new(&at, c.code_copied)]),
    ];
    let sheet =
        Sheet { title: c.code_made.to_owned(), lead: c.code_lead, ..sheet(office, order, blocks) };
    office.page(StatusCode::CREATED, sheet)
}

impl Office {
    async fn order(&self, id: &OrderId) -> Result<Order, Turned> {
        let found = self.organisation().tenant().order(id).await;
        let found = found.map_err(|error| self.refused(&Error::from(error)))?;
        let found = found.ok_or_else(|| self.refused(&OrderRefusal::Unknown.into()))?;
        Ok(found.value)
    }

    /// How many orders whoever asks may approve, if any.
    pub(super) async fn awaiting_approval(&self, now: Moment) -> Result<Option<Link>, Turned> {
        if !self.may(AdministrativeAct::ChangeCertificates) {
            return Ok(None);
        }
        let search = OrderSearch {
            state: Some(OrderState::AwaitingApproval),
            now: seconds(now.into()),
            limit: limit(),
            ..OrderSearch::default()
        };
        let found = self.organisation().tenant().orders(&search).await;
        let count = found.map_err(|error| self.refused(&Error::from(error)))?.len();
        let more = if count > PAGE { "+" } else { "" };
        let count = count.min(PAGE);
        let told = format!("{} {count}{more}", self.c.wait_approval);
        Ok((count > 0).then(|| Link::new(LIST, told)))
    }

    /// Every profile, where one is chosen or none.
    pub(super) fn profile_choices(&self) -> Vec<(String, String)> {
        let mut choices = vec![(String::new(), self.a.any.to_owned())];
        let named = |id: &ProfileId| self.terms(id).map(|kept| kept.value.name);
        let profiles = self.every_profile().into_iter();
        choices.extend(profiles.map(|profile| {
            (profile.id.to_string(), named(&profile.id).unwrap_or(profile.display_name))
        }));
        choices
    }
}
