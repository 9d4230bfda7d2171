//! Developer extensions that a document must name (ISO 32000-1 clause 7.12).

use lopdf::ObjectId;
use seal::SignatureAlgorithm;

use crate::error::Error;
use crate::place::Place;
use crate::syntax::RawValue;
use crate::update::Update;

/// Most extensions of one developer that are looked at.
const MAX_EXTENSIONS: usize = 64;

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

/// Names the extension of ISO/TS 32002 in a PDF 2.0 whose signature is made on an elliptic curve.
/// A document of an earlier version has no use for it: ECDSA there is what readers have always
/// understood, and the extension would demand PDF 2.0.
pub(crate) fn name_iso(
    update: &mut Update<'_>,
    catalog: ObjectId,
    header_version: Option<(u8, u8)>,
    algorithm: SignatureAlgorithm,
) -> Result<(), Error> {
    const LEVEL: u64 = 32_002;
    const EXTENSION: &[u8] = b"<< /Type /DeveloperExtensions /BaseVersion /2.0 \
        /ExtensionLevel 32002 /ExtensionRevision (:2022) \
        /URL (https://www.iso.org/standard/45875.html) >>";
    let due = match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256
        | SignatureAlgorithm::EcdsaP384Sha384
        | SignatureAlgorithm::EcdsaP521Sha512
        | SignatureAlgorithm::Ed25519 => true,
        SignatureAlgorithm::RsaPssSha256(_) | SignatureAlgorithm::RsaPkcs1Sha256(_) => false,
    };
    let catalog = Place::of(update, catalog)?;
    if !due || !is_version_2(update, &catalog, header_version)? {
        return Ok(());
    }
    let new = [b"[ ", EXTENSION, b" ]"].concat();
    let extensions = catalog.entry(update, b"Extensions")?;
    let Some(extensions) = extensions.filter(|extensions| extensions.value.is_dictionary()) else {
        let extensions = [b"<< /ISO_ ", &new[..], b" >>"].concat();
        return update.set(&catalog, &[("Extensions", &extensions)]);
    };
    let is_level = |place: &Place| -> Result<bool, Error> {
        let level = place.entry(update, b"ExtensionLevel")?;
        Ok(level.and_then(|level| level.value.as_unsigned()) == Some(LEVEL))
    };
    let Some(known) = extensions.entry(update, b"ISO_")? else {
        return update.set(&extensions, &[("ISO_", &new)]);
    };
    if known.value.is_array() {
        for element in known.elements(update).take(MAX_EXTENSIONS) {
            if element?.is_some_and(|element| is_level(&element).unwrap_or(false)) {
                return Ok(());
            }
        }
        return update.append(&extensions, "ISO_", EXTENSION);
    }
    if is_level(&known)? {
        return Ok(());
    }
    // One extension of ISO's stands there by itself: it becomes the first of an array.
    let id = extensions.holder;
    let dictionary = extensions.expect_dictionary()?;
    let value = dictionary.value(b"ISO_").unwrap_or_else(RawValue::null);
    let first = value.extent().map_err(|cause| Error::Object { id, cause: cause.into() })?;
    let both = [b"[ ", &first[..], b" ", EXTENSION, b" ]"].concat();
    update.set(&extensions, &[("ISO_", &both)])
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
