//! What the organisation allows of certificates that live for years.

use axum::response::Response;
use registry::{AdministrativeAct, CertificateSettings, Command};

use super::{
    changing::Asking,
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    http::web::sent::Sent,
    web::{Field, Form, Kind, Link},
};

pub(super) const AT: &str = "/administration/organisation/certificates";

/// Asks what it shall be.
pub(super) async fn edit(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeOrganisation)?;
    Ok(office.asks(asking(&office)))
}

/// Changes it.
pub(super) async fn change(office: Office, sent: Sent) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeOrganisation)?;
    let filled = office.filled(sent).await?;
    let wanted = office.version(&filled).map(|expected| Command::SetCertificateSettings {
        settings: CertificateSettings {
            allow_user_certificates: filled.is_checked("allow_user_certificates"),
            four_eyes: filled.is_checked("four_eyes"),
            digest_for_administrators: filled.is_checked("digest_for_administrators"),
        },
        expected,
    });
    office.decide(asking(&office), &filled, wanted).await?;
    Ok(office.sees("/administration/organisation"))
}

/// What is allowed now.
pub(super) fn facts(office: &Office) -> Vec<(&'static str, String)> {
    let settings = office.snapshot.register().certificate_settings().value;
    let said = |yes| if yes { office.a.yes } else { office.a.no }.to_owned();
    vec![
        (office.c.allow_users, said(settings.allow_user_certificates)),
        (office.c.four_eyes, said(settings.four_eyes)),
        (office.c.digest, said(settings.digest_for_administrators)),
    ]
}

fn asking(office: &Office) -> Asking {
    let (a, c) = (office.a, office.c);
    let kept = office.snapshot.register().certificate_settings();
    let held = |yes| if yes { "yes" } else { "" };
    let fields = vec![
        Field::new("allow_user_certificates", c.allow_users, Kind::Check)
            .hint(c.allow_users_hint)
            .with(held(kept.value.allow_user_certificates))
            .remembered(a),
        Field::new("four_eyes", c.four_eyes, Kind::Check)
            .hint(c.four_eyes_hint)
            .with(held(kept.value.four_eyes))
            .remembered(a),
        Field::new("digest_for_administrators", c.digest, Kind::Check)
            .hint(c.digest_hint)
            .with(held(kept.value.digest_for_administrators))
            .remembered(a),
    ];
    let form = Form::new(AT, office.session.csrf(), a.change);
    let form = form.hiding("version", kept.version.to_string()).fields(fields);
    let sheet = Sheet {
        section: Section::Organisation,
        path: AT.to_owned(),
        above: Some(Link::new("/administration/organisation", a.organisation)),
        title: c.settings.to_owned(),
        lead: c.certificates_lead,
        blocks: Vec::new(),
    };
    Asking { sheet, form, gives_power: true, changes: Vec::new() }
}
