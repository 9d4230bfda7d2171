//! Developer extensions that a document must name (ISO 32000-1 clause 7.12).

use lopdf::ObjectId;

use crate::error::Error;
use crate::place::Place;
use crate::update::Update;

/// Names the ETSI extension that `ETSI.CAdES.detached`, `ETSI.RFC3161` and the security store
/// belong to, in documents before PDF 2.0 (ETSI EN 319 142-1 clause 5.6).
pub(crate) fn name_etsi(
    update: &mut Update<'_>,
    catalog: ObjectId,
    header_version: Option<(u8, u8)>,
) -> Result<(), Error> {
    const ESIC: &[u8] = b"<< /BaseVersion /1.7 /ExtensionLevel 1 >>";
    let catalog = Place::of(update, catalog)?;
    if is_version_2(update, &catalog, header_version)? {
        return Ok(());
    }
    let extensions = catalog.entry(update, b"Extensions")?;
    match extensions.filter(|extensions| extensions.value.is_dictionary()) {
        Some(extensions) if extensions.entry(update, b"ESIC")?.is_some() => Ok(()),
        Some(extensions) => update.set(&extensions, &[("ESIC", ESIC)]),
        None => {
            let extensions = [b"<< /ESIC ", ESIC, b" >>"].concat();
            update.set(&catalog, &[("Extensions", &extensions)])
        }
    }
}

/// Whether the document is PDF 2.0 or later: by its header, or by its catalog.
fn is_version_2(
    update: &Update<'_>,
    catalog: &Place,
    header_version: Option<(u8, u8)>,
) -> Result<bool, Error> {
    let version = catalog.entry(update, b"Version")?.and_then(|version| version.value.as_name());
    Ok(header_version >= Some((2, 0)) || version.is_some_and(|v| v.first() >= Some(&b'2')))
}
