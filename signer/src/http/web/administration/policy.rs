//! The policy in force, which whoever orders reads and accepts first.

use axum::response::Response;
use registry::AdministrativeAct;

use super::{
    changing::{Asking, Wrong},
    lists::CERTIFICATES,
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    http::web::sent::Sent,
    service::{POLICY_VERSION, documents},
    web::{Block, Field, Form, Kind, Link, Prose, texts},
};

const AT: &str = "/administration/certificate-policy";

impl Office {
    /// Whoever asks has accepted the policy in force; or the page on which they do.
    pub(super) async fn accepted(&self) -> Result<(), Turned> {
        let caller = self.session.authenticated();
        match self.state.service.has_accepted_policies(&caller).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.asks(asking(self)).into()),
            Err(error) => Err(self.refused(&error)),
        }
    }
}

/// Accepts it.
pub(super) async fn accept(office: Office, sent: Sent) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let filled = office.filled(sent).await?;
    let wanted = match filled.is_checked("accepted") {
        true => Ok(filled.text("version")),
        false => Err(Wrong { field: "accepted", text: office.c.accept_missing.to_owned() }),
    };
    let (asking, version) = office.first(asking(&office), &filled, wanted)?;
    let caller = office.session.authenticated();
    match office.state.service.accept_policies(&caller, &version).await {
        Ok(_) => Ok(office.sees("/administration/certificate-orders/new")),
        Err(error) => Ok(office.not_taken(asking, &error)),
    }
}

fn asking(office: &Office) -> Asking {
    let c = office.c;
    let tag = texts(office.language()).tag;
    let mut policies = documents().into_iter();
    let policy = policies.find(|one| one.id == "certificate-policy" && one.language == tag);
    let field = Field::new("accepted", c.accept_box, Kind::Check);
    let form = Form::new(AT, office.session.csrf(), c.accept_submit);
    let form = form.hiding("version", POLICY_VERSION).fields(vec![field]);
    let mut blocks = vec![Block::Facts(vec![(c.policy_version, POLICY_VERSION.to_owned())])];
    blocks.extend(policy.map(|policy| Block::Prose(Prose::of(&policy.text))));
    let sheet = Sheet {
        section: Section::Certificates,
        path: "/administration/certificate-orders/new".to_owned(),
        above: Some(Link::new(CERTIFICATES, c.certificates)),
        title: c.accept.to_owned(),
        lead: c.accept_lead,
        blocks,
    };
    Asking { sheet, form, gives_power: false, changes: Vec::new() }
}
