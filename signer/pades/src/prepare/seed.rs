//! What the author of an empty signature field demands of the signature in it.

use lopdf::ObjectId;
use seal::DigestAlgorithm;

use crate::document::SignatureField;
use crate::error::{Error, FieldError};
use crate::options::SignatureOptions;
use crate::permission::{defined_access, field_name};
use crate::place::Place;
use crate::reader::Reader;
use crate::text::{decode_text, encode_text};

/// Most values of one entry that are looked at.
const MAX_VALUES: usize = 256;

/// Checks the seed value dictionary (ISO 32000-1 table 234): each constraint that its flags make
/// mandatory must be met, and one that is not understood is refused.
pub(super) fn check(
    reader: &Reader,
    field: &SignatureField,
    options: &SignatureOptions,
    algorithm: DigestAlgorithm,
) -> Result<(), Error> {
    let Some(seed) = field.place.entry(reader, b"SV")? else { return Ok(()) };
    let refused = |constraint| Error::Field {
        name: field.name.clone(),
        cause: FieldError::SeedValue { constraint },
    };
    let flags = seed.entry(reader, b"Ff")?.and_then(|flags| flags.value.as_unsigned()).unwrap_or(0);
    let allows = |key: &[u8], wanted: &[u8]| -> Result<bool, Error> {
        let Some(entry) = seed.entry(reader, key)? else { return Ok(true) };
        Ok(values(reader, &entry)?.iter().any(|value| value == wanted))
    };
    if flags & 1 != 0 && !allows(b"Filter", b"Adobe.PPKLite")? {
        return Err(refused("Filter"));
    }
    if flags & 1 << 1 != 0 && !allows(b"SubFilter", b"ETSI.CAdES.detached")? {
        return Err(refused("SubFilter"));
    }
    // 1: PDF 1.5, 2: PDF 1.7, 3: PDF 2.0, as the minimum of what the signer understands.
    let version = seed.entry(reader, b"V")?.and_then(|version| version.value.as_unsigned());
    if flags & 1 << 2 != 0 && version.is_some_and(|version| version > 3) {
        return Err(refused("V"));
    }
    if flags & 1 << 3 != 0
        && let Some(entry) = seed.entry(reader, b"Reasons")?
    {
        let reasons: Vec<String> =
            values(reader, &entry)?.iter().map(|reason| decode_text(reason)).collect();
        // No reasons, or a full stop alone: none may be given.
        let allowed = match (&reasons[..], options.reason.as_deref()) {
            ([], reason) => reason.is_none(),
            ([only], reason) if only == "." => reason.is_none(),
            (reasons, reason) => reasons.iter().any(|allowed| Some(allowed.as_str()) == reason),
        };
        if !allowed {
            return Err(refused("Reasons"));
        }
    }
    if flags & 1 << 6 != 0 {
        let name = algorithm.name().replace('-', "");
        if !allows(b"DigestMethod", name.as_bytes())? {
            return Err(refused("DigestMethod"));
        }
    }
    for (bit, constraint) in [(4, "LegalAttestation"), (8, "AppearanceFilter")] {
        if flags & 1 << bit != 0 {
            return Err(refused(constraint));
        }
    }
    // Revocation data is in the security store, and the document is not locked.
    for (bit, constraint, harmless) in [
        (5, "AddRevInfo", &[&b"false"[..]][..]),
        (7, "LockDocument", &[b"false", b"/false", b"/auto"]),
    ] {
        let value = seed.entry(reader, constraint.as_bytes())?;
        let demanded = value.is_none_or(|value| {
            !harmless.iter().any(|harmless| value.value.bytes().starts_with(harmless))
        });
        if flags & 1 << bit != 0 && demanded {
            return Err(refused(constraint));
        }
    }
    if let Some(time_stamp) = seed.entry(reader, b"TimeStamp")?
        && time_stamp.entry(reader, b"Ff")?.and_then(|flag| flag.value.as_unsigned()) == Some(1)
        && !options.time_stamped
    {
        return Err(refused("TimeStamp"));
    }
    if let Some(certificate) = seed.entry(reader, b"Cert")?
        && certificate.entry(reader, b"Ff")?.and_then(|f| f.value.as_unsigned()) != Some(0)
        && certificate.entry(reader, b"Ff")?.is_some()
    {
        return Err(refused("Cert"));
    }
    if let Some(modification) = seed.entry(reader, b"MDP")? {
        let p = modification.entry(reader, b"P")?.and_then(|p| p.value.as_unsigned()).unwrap_or(0);
        if p != u64::from(options.certify.permission().unwrap_or(0)) {
            return Err(refused("MDP"));
        }
    }
    Ok(())
}

/// The names or strings of an entry that is an array of them, or one of them.
fn values(reader: &Reader, entry: &Place) -> Result<Vec<Vec<u8>>, Error> {
    let value = |place: &Place| place.value.as_name().or_else(|| place.value.as_string());
    if !entry.value.is_array() {
        return Ok(value(entry).into_iter().collect());
    }
    let mut found = Vec::new();
    for element in entry.elements(reader).take(MAX_VALUES) {
        found.extend(element?.as_ref().and_then(value));
    }
    Ok(found)
}

/// What a field's lock demands of the signature in it.
pub(super) struct Lock {
    /// A signature reference dictionary: FieldMDP with the lock's action and fields.
    pub(super) reference: Vec<u8>,
    /// P of DocMDP: how far the lock restricts the whole document (PDF 2.0).
    pub(super) permission: Option<u8>,
}

/// Reads a field's lock (ISO 32000-1 clause 12.7.4.5, ISO 32000-2 table 236).
pub(super) fn lock(
    reader: &Reader,
    field: &SignatureField,
    catalog: ObjectId,
) -> Result<Option<Lock>, Error> {
    let Some(lock) = field.place.entry(reader, b"Lock")? else { return Ok(None) };
    let refused = || Error::Field { name: field.name.clone(), cause: FieldError::Lock };
    let permission = match lock.entry(reader, b"P")? {
        None => None,
        Some(place) => Some(defined_access(&place.value).ok_or_else(refused)?),
    };
    let action = lock.entry(reader, b"Action")?.and_then(|action| action.value.as_name());
    let action = action.and_then(|action| String::from_utf8(action).ok());
    let action = action.filter(|a| matches!(a.as_str(), "All" | "Include" | "Exclude"));
    let action = action.ok_or_else(refused)?;
    let mut parameters = format!("/Type /TransformParams /V /1.2 /Action /{action}").into_bytes();
    if action != "All" {
        let fields = lock.entry(reader, b"Fields")?.ok_or_else(refused)?;
        let mut names = Vec::new();
        for name in fields.elements(reader) {
            let name = name?.and_then(|name| field_name(&name.value)).ok_or_else(refused)?;
            names.push(b' ');
            names.extend_from_slice(&encode_text(&name));
        }
        parameters.extend_from_slice(b" /Fields [");
        parameters.extend_from_slice(&names);
        parameters.push(b']');
    }
    let mut reference = format!(
        "<< /Type /SigRef /TransformMethod /FieldMDP /Data {} {} R /TransformParams << ",
        catalog.0, catalog.1
    )
    .into_bytes();
    reference.extend_from_slice(&parameters);
    reference.extend_from_slice(b" >> >>");
    Ok(Some(Lock { reference, permission }))
}
