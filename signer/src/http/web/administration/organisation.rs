//! What the organisation is, and what it allows itself.

use axum::response::Response;
use registry::{AdministrativeAct, Command, Origin};

use super::{
    certificate_settings,
    changing::Asking,
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    http::web::sent::Sent,
    web::{Block, Field, Form, Kind, Link, Tint},
};

const AT: &str = "/administration/organisation";

/// The page.
pub(super) async fn page(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadOrganisation)?;
    let (a, organisation) = (office.a, office.snapshot.policy().organisation());
    let allowed = if organisation.allow_seals { a.yes } else { a.no };
    let mut blocks = vec![Block::Facts(vec![
        (a.registered_name, organisation.registered_name.clone()),
        (a.number, organisation.cvr.clone()),
        (a.country, organisation.country.to_string()),
        (a.allow_seals, allowed.to_owned()),
        (a.origin, office.origin(office.snapshot.declared().origin).to_owned()),
    ])];
    match office.snapshot.declared().origin {
        Origin::File => blocks.push(Block::Text(a.in_file.to_owned(), Tint::Hint)),
        Origin::Register if office.may(AdministrativeAct::ChangeOrganisation) => {
            blocks.push(Block::Links(vec![Link::new(format!("{AT}/change"), a.change)]));
        }
        Origin::Register => {}
    }
    blocks.push(Block::Heading(office.c.settings.to_owned()));
    blocks.push(Block::Facts(certificate_settings::facts(&office)));
    if office.may(AdministrativeAct::ChangeOrganisation) {
        let change = Link::new(certificate_settings::AT, office.c.settings);
        blocks.push(Block::Links(vec![change]));
    }
    Ok(office.shown(Sheet { blocks, ..sheet(&office) }))
}

fn sheet(office: &Office) -> Sheet {
    Sheet {
        section: Section::Organisation,
        path: AT.to_owned(),
        above: None,
        title: office.a.organisation.to_owned(),
        lead: office.a.organisation_lead,
        blocks: Vec::new(),
    }
}

/// Asks how it shall be changed.
pub(super) async fn edit(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeOrganisation)?;
    Ok(office.asks(asking(&office)))
}

/// Changes it.
pub(super) async fn change(office: Office, sent: Sent) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeOrganisation)?;
    let filled = office.filled(sent).await?;
    let wanted = office.version(&filled).map(|expected| {
        let allow_seals = Some(filled.is_checked("allow_seals"));
        Command::ChangeOrganisation { allow_seals, expected }
    });
    office.decide(asking(&office), &filled, wanted).await?;
    Ok(office.sees(AT))
}

fn asking(office: &Office) -> Asking {
    let a = office.a;
    let kept = office.snapshot.register().organisation();
    let version = kept.map_or_else(|| office.snapshot.revision(), |kept| kept.version);
    let allowed = office.snapshot.policy().organisation().allow_seals;
    let field = Field::new("allow_seals", a.allow_seals, Kind::Check).hint(a.allow_seals_hint);
    let field = field.with(if allowed { "yes" } else { "" }).remembered(a);
    let form = Form::new(AT, office.session.csrf(), a.change);
    let form = form.hiding("version", version.to_string()).fields(vec![field]);
    let sheet = Sheet {
        path: format!("{AT}/change"),
        above: Some(Link::new(AT, a.organisation)),
        ..sheet(office)
    };
    Asking { sheet, form, gives_power: !allowed, changes: Vec::new() }
}
