//! Validation data: the certificates and revocation data that a signature needs long after.

use std::time::SystemTime;

use bytes::Bytes;
use seal::{CertificateDer, Effort};

use crate::{
    Certificate, Error, OcspResponse, RevocationList,
    asn1::{Element, Elements, identifiers, tag},
    report::{Finding, code},
    signed_data::{SignedData, Signer},
};

/// Certificates and revocation data that stand beside a signature in its document: in
/// `SignedData` for CAdES (EN 319 122-1 clause 6.3), in the `/DSS` dictionary for PAdES
/// (EN 319 142-1 clause 5.4.2).
#[derive(Clone, Debug, Default)]
pub struct ValidationData {
    /// Certificates of paths.
    pub certificates: Vec<Certificate>,
    /// Revocation lists.
    pub revocation_lists: Vec<RevocationList>,
    /// OCSP responses.
    pub ocsp_responses: Vec<OcspResponse>,
    /// That other revocation data stand there and cannot be read: they may accuse.
    pub unreadable: Vec<Finding>,
}

/// The most values of each kind that are read in one attribute.
const MAXIMUM_VALUES: usize = 64;

/// The most revocation data that cannot be read of which it is told.
const MAXIMUM_UNREADABLE: usize = 16;

impl ValidationData {
    /// Adds a revocation list, or notes why it cannot be read.
    pub fn add_revocation_list(&mut self, der: impl Into<Bytes>) {
        match RevocationList::parse(der) {
            Ok(list) => self.revocation_lists.push(list),
            Err(error) => self.note(&error),
        }
    }

    /// Adds an OCSP response, or notes why it cannot be read.
    pub fn add_ocsp_response(&mut self, der: impl Into<Bytes>) {
        match OcspResponse::parse(der) {
            Ok(response) => self.ocsp_responses.push(response),
            Err(error) => self.note(&error),
        }
    }

    fn note(&mut self, error: &Error) {
        self.tell(code::REVOCATION_DATA_UNREADABLE, error.to_string());
    }

    fn tell(&mut self, code: &'static str, explanation: String) {
        if self.unreadable.len() < MAXIMUM_UNREADABLE {
            self.unreadable.push(Finding::new(code, "revocation data", explanation));
        }
    }

    /// What stands in the sequence, up to [`MAXIMUM_VALUES`]; of what is left out it is told.
    fn members<'a>(&mut self, sequence: Element<'a>, code: &'static str) -> Vec<&'a [u8]> {
        let Ok(members) = sequence.elements() else { return Vec::new() };
        let members = members.map_while(Result::ok).map(|member| member.raw);
        let mut members: Vec<_> = members.take(MAXIMUM_VALUES + 1).collect();
        if members.len() > MAXIMUM_VALUES {
            members.truncate(MAXIMUM_VALUES);
            let explanation = format!(
                "an attribute holds more than {MAXIMUM_VALUES} values; the others were not read"
            );
            self.tell(code, explanation);
        }
        members
    }

    /// The same data with a proof that they existed at `time`, from a valid time-stamp over them,
    /// such as a document time-stamp over a `/DSS`.
    #[must_use]
    pub fn proven_at(self, time: SystemTime) -> Self {
        let lists = self.revocation_lists.into_iter().map(|list| list.proven_at(time));
        let responses = self.ocsp_responses.into_iter().map(|one| one.proven_at(time));
        let (revocation_lists, ocsp_responses) = (lists.collect(), responses.collect());
        Self { revocation_lists, ocsp_responses, ..self }
    }

    /// Adds what stands in the attributes that older formats have for it: certificate-values and
    /// revocation-values (EN 319 122-2 clause A.1), and Adobe's signed attribute (ISO 32000-1
    /// clause 12.8.3.3.2). Certificates that cannot be read are left out.
    pub(crate) fn read_attributes(&mut self, signer: &Signer<'_>) {
        for values in signer.unsigned_values(identifiers::CERTIFICATE_VALUES) {
            for der in self.members(values, code::CERTIFICATE_UNREADABLE) {
                let der = CertificateDer::new(der.to_vec());
                self.certificates.extend(Certificate::parse(der));
            }
        }
        let adobe = signer.signed_attribute(identifiers::ADOBE_REVOCATION_INFORMATION);
        let values = signer.unsigned_values(identifiers::REVOCATION_VALUES);
        for fields in values.chain(adobe.ok().flatten()) {
            let Ok(fields) = fields.elements() else { continue };
            for field in fields.map_while(Result::ok) {
                let Some(Ok(list)) = field.elements().ok().and_then(|mut inner| inner.next())
                else {
                    continue;
                };
                for der in self.members(list, code::REVOCATION_DATA_UNREADABLE) {
                    match field.tag {
                        0xa0 => self.add_revocation_list(der.to_vec()),
                        0xa1 => self.add_ocsp_response(der.to_vec()),
                        _ => {}
                    }
                }
            }
        }
    }

    /// Adds a RevocationInfoChoice, if it can be read.
    pub(crate) fn read_choice(&mut self, raw: &[u8]) {
        match RevocationChoice::read(raw) {
            Some(Ok(RevocationChoice::List(list))) => self.revocation_lists.push(list),
            Some(Ok(RevocationChoice::Ocsp(response))) => self.ocsp_responses.push(response),
            Some(Err(error)) => self.note(&error),
            None => {}
        }
    }
}

/// The most certificates that are taken out of several containers.
const MAXIMUM_CERTIFICATES: usize = 256;

/// The certificates in these containers that can be read, each once, up to 256: candidates for the
/// paths of one another. Reading them is charged to `effort`; none is read beyond that.
pub fn certificates_within<'a>(
    containers: impl Iterator<Item = &'a [u8]>,
    effort: &Effort,
) -> Vec<Certificate> {
    /// Reading a byte of a container and of its certificates.
    const STEPS: u64 = 8;
    let mut found: Vec<Certificate> = Vec::new();
    for container in containers {
        if found.len() == MAXIMUM_CERTIFICATES
            || effort.step(STEPS * container.len() as u64).is_err()
        {
            break;
        }
        let Ok(read) = SignedData::read(container) else { continue };
        for certificate in certificates(&read, &mut Vec::new()) {
            if found.len() < MAXIMUM_CERTIFICATES && !found.contains(&certificate) {
                found.push(certificate);
            }
        }
    }
    found
}

/// The certificates in a container that can be read; `unreadable` tells of the others.
pub(crate) fn certificates(
    read: &SignedData<'_>,
    unreadable: &mut Vec<Finding>,
) -> Vec<Certificate> {
    let mut certificates = Vec::with_capacity(read.certificates.len());
    for der in &read.certificates {
        match Certificate::parse(CertificateDer::new(der.to_vec())) {
            Ok(certificate) => certificates.push(certificate),
            Err(error) => {
                let code = code::CERTIFICATE_UNREADABLE;
                unreadable.push(Finding::new(code, "certificate", error.to_string()));
            }
        }
    }
    certificates
}

/// RevocationInfoChoice (RFC 5652 section 10.2.1), of those that are understood.
#[derive(Clone, Debug)]
pub(crate) enum RevocationChoice {
    List(RevocationList),
    Ocsp(OcspResponse),
}

impl RevocationChoice {
    /// The same, known to have existed at `time`.
    pub(crate) fn proven_at(self, time: SystemTime) -> Self {
        match self {
            Self::List(list) => Self::List(list.proven_at(time)),
            Self::Ocsp(response) => Self::Ocsp(response.proven_at(time)),
        }
    }

    /// `None` for another format than a list or an OCSP response (RFC 5940).
    pub(crate) fn read(raw: &[u8]) -> Option<Result<Self, Error>> {
        if raw.first() == Some(&tag::SEQUENCE) {
            return Some(RevocationList::parse(raw.to_vec()).map(Self::List));
        }
        // The choice may be written in BER, as the container may; the response is in DER.
        let response = || {
            let mut fields = Elements::ber(raw)?.expect(tag::context(1))?.elements()?;
            let format = fields.expect(tag::OBJECT_IDENTIFIER)?.contents;
            Ok((format, fields.any()?.raw))
        };
        match response() {
            Ok((identifiers::OCSP_RESPONSE_IN_CMS | identifiers::OCSP_BASIC, response)) => {
                Some(OcspResponse::parse(response.to_vec()).map(Self::Ocsp))
            }
            Ok(_) => None,
            Err(error) => Some(Err(Error::malformed("revocation information")(error))),
        }
    }
}
