//! A certificate that is issued: whether its key may be certified, and what is kept of it.

use std::{sync::Arc, time::SystemTime};

use est::{CertificationRequest, RequestedKey};
use registry::{
    CertificateAuthority, CertificateContent, CertificateKind, EndNotice, HolderKey,
    IssuedCertificate, Order, OrderRefusal, Purpose, folded,
};
use tokio::task::spawn_blocking;

use super::{
    Error,
    ordered::{DAY_S, seconds},
};
use crate::{
    audit::{CertificateRecord, CertificateStep, ChangedBy, IssuedRow, hex},
    certificate_authority::Collected,
};

/// Whether a key is of the kind that the terms ask for; of RSA one may be longer.
pub(super) fn is_of_kind(wanted: HolderKey, key: RequestedKey) -> Result<(), OrderRefusal> {
    match (wanted, key) {
        (HolderKey::Rsa3072, RequestedKey::Rsa) | (HolderKey::P256, RequestedKey::P256) => Ok(()),
        (HolderKey::Rsa3072, RequestedKey::P256) => {
            Err(OrderRefusal::KeyKind("RSA with 3,072 bits or more"))
        }
        (HolderKey::P256, RequestedKey::Rsa) => Err(OrderRefusal::KeyKind("a point of P-256")),
    }
}

/// Signs, where nothing else waits for it.
pub(super) async fn issued(
    authority: &Arc<dyn CertificateAuthority>,
    content: &CertificateContent,
    request: &CertificationRequest,
    time: SystemTime,
) -> Result<IssuedCertificate, Error> {
    let (authority, content) = (Arc::clone(authority), content.clone());
    let key = request.public_key.clone();
    let issued = spawn_blocking(move || authority.issue(&content, &key, time));
    Ok(issued.await.map_err(|_| Error::Interrupted)??)
}

pub(super) fn told(
    authority: &Arc<dyn CertificateAuthority>,
    certificate: IssuedCertificate,
) -> Result<Collected, Error> {
    let chain = authority.chain(certificate.issuer_generation).ok_or(Error::Interrupted)?;
    Ok(Collected { certificate, chain })
}

pub(super) fn issuing<'a>(
    by: ChangedBy<'a>,
    id: &'a str,
    order: &'a Order,
) -> CertificateRecord<'a> {
    CertificateRecord {
        order: Some(&order.id.0),
        certificate: Some(id),
        profile: Some(order.profile.as_str()),
        ..CertificateRecord::of(CertificateStep::Issued, by)
    }
}

pub(super) fn certificate_row(
    id: &str,
    order: &Order,
    content: &CertificateContent,
    overlap_days: u16,
    issued: &IssuedCertificate,
) -> IssuedRow {
    let (not_before, not_after) = (seconds(issued.not_before), seconds(issued.not_after));
    let uuid = hex(&content.uuid);
    let contact = order.contact.as_ref();
    let texts = [
        Some(&content.common_name),
        content.email.as_ref(),
        Some(&uuid),
        contact.map(|contact| &contact.name),
        contact.map(|contact| &contact.email),
    ];
    let texts: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
    IssuedRow {
        id: id.to_owned(),
        order: order.id.0.clone(),
        serial: issued.serial_number.clone(),
        key: issued.public_key_sha256,
        generation: issued.issuer_generation,
        der: issued.der.clone(),
        profile: order.profile.as_str().to_owned(),
        kind: match content.kind {
            CertificateKind::User => "user",
            CertificateKind::Organisation => "organisation",
            CertificateKind::System => "system",
        }
        .to_owned(),
        holder: order.holder.as_ref().map(|holder| holder.0.clone()),
        search: folded(&texts.join(" ")),
        uuid,
        name: content.common_name.clone(),
        email: content.email.clone(),
        contact: contact.map(|contact| contact.name.clone()),
        contact_email: contact.map(|contact| contact.email.clone()),
        purposes: content.purposes.iter().map(|purpose| bit(*purpose)).sum(),
        not_before,
        renewal: not_after - i64::from(overlap_days) * DAY_S,
        not_after,
        replaces: order.replaces.clone(),
        noticed: EndNotice::due(not_after, not_before).map_or(0, EndNotice::stage),
    }
}

fn bit(purpose: Purpose) -> i64 {
    match purpose {
        Purpose::Authentication => 1,
        Purpose::Encryption => 2,
        Purpose::Email => 4,
    }
}
