//! Changes to the catalog and the form.

use lopdf::ObjectId;

use crate::error::Error;
use crate::place::Place;
use crate::update::Update;

/// SignaturesExist and AppendOnly (ISO 32000-1 table 219).
const SIGNATURE_FLAGS: u64 = 3;

/// The form's place, if the catalog has one that is a dictionary.
fn form(update: &Update<'_>, catalog: ObjectId) -> Result<Option<Place>, Error> {
    let form = Place::of(update, catalog)?.entry(update, b"AcroForm")?;
    Ok(form.filter(|form| form.value.is_dictionary()))
}

/// Adds a field at the top of the form, which is made if there is none.
pub(super) fn add_field(
    update: &mut Update<'_>,
    catalog: ObjectId,
    reference: &[u8],
) -> Result<(), Error> {
    let Some(place) = form(update, catalog)? else {
        let id = update.allocate()?;
        let value = [b"<<\n/Fields [", reference, b"]\n/SigFlags 3\n>>"].concat();
        update.add(id, value);
        let reference = format!("{} {} R", id.0, id.1);
        let catalog = Place::of(update, catalog)?;
        return update.set(&catalog, &[("AcroForm", reference.as_bytes())]);
    };
    update.append(&place, "Fields", reference)?;
    set_flags(update, catalog)
}

/// Says in the form that signatures exist.
pub(super) fn set_flags(update: &mut Update<'_>, catalog: ObjectId) -> Result<(), Error> {
    let Some(place) = form(update, catalog)? else { return Ok(()) };
    let flags = place.entry(update, b"SigFlags")?.and_then(|flags| flags.value.as_unsigned());
    let flags = flags.unwrap_or(0);
    if flags & SIGNATURE_FLAGS == SIGNATURE_FLAGS {
        return Ok(());
    }
    update.set(&place, &[("SigFlags", (flags | SIGNATURE_FLAGS).to_string().as_bytes())])
}

/// Names the signature that certifies the document (ISO 32000-1 clause 12.8.4).
pub(super) fn add_certification(
    update: &mut Update<'_>,
    catalog: ObjectId,
    signature: &[u8],
) -> Result<(), Error> {
    let catalog = Place::of(update, catalog)?;
    match catalog.entry(update, b"Perms")?.filter(|perms| perms.value.is_dictionary()) {
        Some(perms) => update.set(&perms, &[("DocMDP", signature)]),
        None => {
            let perms = [b"<< /DocMDP ", signature, b" >>"].concat();
            update.set(&catalog, &[("Perms", &perms)])
        }
    }
}
