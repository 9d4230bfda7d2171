//! OCSP responses (RFC 6960 section 4.2): read strictly, verified against the issuer of the
//! certificate in question.

use std::time::SystemTime;

use bytes::Bytes;
use der::Tag;
use seal::CertificateDer;

use super::{RevocationStatus, response_data::ResponseData, speaks_until};
use crate::{
    Certificate, Error, Unverified,
    algorithm::AlgorithmIdentifier,
    asn1::{Element, Part, identifiers, tag},
};

/// The longest OCSP response that is read, in bytes.
pub const MAXIMUM_OCSP_RESPONSE_LENGTH: usize = 256 * 1024;

/// The most certificates that are read in one response.
const MAXIMUM_CERTIFICATES: usize = 8;

/// The most certificates with the responder's name or key that are tried for one response.
const MAXIMUM_RESPONDERS: usize = 8;

/// A successful response whose structure has been read; it proves nothing until it is verified.
#[derive(Clone, Debug)]
pub struct OcspResponse {
    der: Bytes,
    data: ResponseData,
    proven_time: Option<SystemTime>,
}

/// What a response says of one certificate, once its signature and its responder are verified.
#[derive(Clone, Debug)]
pub struct VerifiedOcspResponse {
    /// The status.
    pub status: RevocationStatus,
    /// When the status was known to be correct.
    pub this_update: SystemTime,
    /// When newer information will be available at the latest.
    pub next_update: Option<SystemTime>,
    /// The responder keeps the status of certificates that expired since then (RFC 6960 section
    /// 4.4.4).
    pub archive_cutoff: Option<SystemTime>,
    /// The delegated responder's certificate; `None` when the issuer itself answered.
    pub responder: Option<Certificate>,
}

impl OcspResponse {
    /// Reads an `OCSPResponse`, or a `BasicOCSPResponse` by itself as in revocation-values.
    ///
    /// # Errors
    /// [`Error::TooLong`]; [`Error::Malformed`] when it cannot be told which certificates it is
    /// about, also for a response that is not successful or not of the basic type.
    pub fn parse(der: impl Into<Bytes>) -> Result<Self, Error> {
        let der = der.into();
        Error::limit("OCSP response", &der, MAXIMUM_OCSP_RESPONSE_LENGTH)?;
        let whole = complete(&der).map_err(Error::malformed("OCSP response"))?.unwrap_or(der);
        let data = Basic::read(&whole)
            .and_then(|basic| ResponseData::read(basic.signed))
            .map_err(Error::malformed("OCSP response"))?;
        Ok(Self { der: whole, data, proven_time: None })
    }

    /// The response with a proof that it existed at `time`, from a valid time-stamp over it: it
    /// may then be used although its responder's certificate has expired since (EN 319 102-1
    /// clause 5.6.2.2). The earliest proof counts.
    #[must_use]
    pub fn proven_at(self, time: SystemTime) -> Self {
        let proven_time = self.proven_time.into_iter().chain([time]).min();
        Self { proven_time, ..self }
    }

    /// The time of [`OcspResponse::proven_at`].
    pub fn proven_time(&self) -> Option<SystemTime> {
        self.proven_time
    }

    /// The `OCSPResponse` in DER.
    pub fn der(&self) -> &Bytes {
        &self.der
    }

    /// When the responder signed (producedAt); `None` when that cannot be read.
    pub fn produced_at(&self) -> Option<SystemTime> {
        self.data.produced_at
    }

    /// Whether the response speaks of `certificate`, by its CertID: `issuer` is the one who
    /// issued it.
    pub fn concerns(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        self.data.find(certificate, issuer).is_some()
    }

    /// Whether the response, verified or not, says that `certificate` is revoked, or may.
    pub(crate) fn accuses(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        self.data.accuses(certificate, issuer)
    }

    /// The certificates inside that can be read: the responder's, as a rule.
    pub fn certificates(&self) -> Vec<Certificate> {
        let inside = Basic::read(&self.der).map(|basic| basic.certificates).unwrap_or_default();
        let parse = |der: &[u8]| Certificate::parse(CertificateDer::new(der.to_vec())).ok();
        inside.into_iter().filter_map(parse).collect()
    }

    /// Verifies the response, and answers what it says of `certificate`: it is signed by
    /// `issuer`, or by a responder that `issuer` itself certified for OCSPSigning (RFC 6960
    /// section 4.2.2.2) and whose certificate was valid at producedAt. That certificate stands in
    /// the response or in `candidates`.
    ///
    /// # Errors
    /// [`Unverified::Wrong`] also when the response speaks of other certificates, or when its
    /// signer is no responder for this issuer.
    pub fn verify(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        candidates: &[Certificate],
    ) -> Result<VerifiedOcspResponse, Unverified> {
        let basic = Basic::read(&self.der).map_err(|_| Unverified::Unsupported)?;
        let single = self.data.find(certificate, issuer).ok_or(Unverified::Wrong)?;
        let by_issuer =
            self.data.responder.identifies(issuer) && issuer.may_sign_content_or_lists();
        let own = by_issuer.then(|| basic.verify(issuer));
        let responder = if own == Some(Ok(())) {
            None
        } else {
            let inside = self.certificates();
            let known = inside.iter().chain(candidates);
            let responder = known
                .filter(|one| self.data.responder.identifies(one))
                .take(MAXIMUM_RESPONDERS)
                .find(|one| is_delegate(one, issuer, self.produced_at()))
                .ok_or(own.and_then(Result::err).unwrap_or(Unverified::Wrong))?;
            basic.verify(responder)?;
            Some(responder.clone())
        };
        let status = single.status.ok_or(Unverified::Unsupported)?;
        if self.data.is_defective && !status.is_revoked_for_good() {
            return Err(Unverified::Unsupported);
        }
        Ok(VerifiedOcspResponse {
            status,
            this_update: single.this_update,
            next_update: single.next_update,
            archive_cutoff: single.archive_cutoff,
            responder,
        })
    }
}

impl VerifiedOcspResponse {
    /// Whether the response speaks for `time` and was made by `now`.
    pub fn covers(&self, time: SystemTime, now: SystemTime) -> bool {
        let until = speaks_until(self.this_update, self.next_update);
        self.this_update <= now && until.is_none_or(|until| time <= until)
    }

    /// Whether the responder still knew of `certificate`: the status was known after its
    /// issuance, and before it expired unless the responder keeps what expired.
    pub(crate) fn is_about(&self, certificate: &Certificate) -> bool {
        let keeps = self.archive_cutoff.unwrap_or(self.this_update);
        certificate.not_before() <= self.this_update && keeps <= certificate.not_after()
    }
}

/// A responder that the issuer certified itself.
fn is_delegate(
    certificate: &Certificate,
    issuer: &Certificate,
    produced_at: Option<SystemTime>,
) -> bool {
    let for_ocsp = certificate.extended_key_usage().is_some_and(|usage| {
        usage.purposes.iter().any(|purpose| purpose.contents() == identifiers::OCSP_SIGNING)
    });
    for_ocsp
        && certificate.may_sign_content()
        && certificate.unknown_critical_extensions().is_empty()
        // A response without a time clears nobody; whom it accuses, it accuses all the same.
        && produced_at.is_none_or(|time| certificate.is_valid_at(time))
        && certificate.has_issuer_named_as(issuer)
        && certificate.verify_issued_by(issuer).is_ok()
}

/// BasicOCSPResponse (section 4.2.1), raw.
struct Basic<'a> {
    signed: Element<'a>,
    algorithm: AlgorithmIdentifier<'a>,
    signature: &'a [u8],
    certificates: Vec<&'a [u8]>,
}

impl<'a> Basic<'a> {
    /// Reads an `OCSPResponse`.
    fn read(der: &'a [u8]) -> der::Result<Self> {
        let mut fields = Element::parse(der, tag::SEQUENCE)?.elements()?;
        // responseStatus: anything but successful has nothing more to say.
        if fields.expect(tag::ENUMERATED)?.small_integer()? != 0 {
            return Err(Tag::Enumerated.value_error().into());
        }
        let mut explicit = fields.expect(tag::context(0))?.elements()?;
        fields.finish()?;
        let mut bytes = explicit.expect(tag::SEQUENCE)?.elements()?;
        explicit.finish()?;
        if bytes.expect(tag::OBJECT_IDENTIFIER)?.contents != identifiers::OCSP_BASIC {
            return Err(Tag::ObjectIdentifier.value_error().into());
        }
        let response = bytes.expect(tag::OCTET_STRING)?.contents;
        bytes.finish()?;
        let mut fields = Element::parse(response, tag::SEQUENCE)?.elements()?;
        let signed = fields.expect(tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(fields.expect(tag::SEQUENCE)?)?;
        let signature = fields.expect(tag::BIT_STRING)?.bit_string()?;
        let mut certificates = Vec::new();
        if let Some(explicit) = fields.optional(tag::context(0))? {
            let mut inner = explicit.elements()?;
            for certificate in inner.expect(tag::SEQUENCE)?.elements()? {
                if certificates.len() == MAXIMUM_CERTIFICATES {
                    return Err(Tag::Sequence.length_error().into());
                }
                certificates.push(certificate?.raw);
            }
            inner.finish()?;
        }
        fields.finish()?;
        Ok(Self { signed, algorithm, signature, certificates })
    }

    fn verify(&self, signer: &Certificate) -> Result<(), Unverified> {
        let algorithm = self.algorithm.signature(None)?;
        algorithm.verify(signer.public_key(), self.signed.raw, self.signature)
    }
}

/// The `OCSPResponse` around a `BasicOCSPResponse`; `None` for what is one already.
fn complete(der: &[u8]) -> der::Result<Option<Bytes>> {
    let first = Element::parse(der, tag::SEQUENCE)?.elements()?.any()?;
    if first.tag == tag::ENUMERATED {
        return Ok(None);
    }
    let oid = [Part::Raw(identifiers::OCSP_BASIC)];
    let response = [Part::Raw(der)];
    let bytes =
        [Part::Element(tag::OBJECT_IDENTIFIER, &oid), Part::Element(tag::OCTET_STRING, &response)];
    let explicit = [Part::Element(tag::SEQUENCE, &bytes)];
    let successful = Part::Raw(&[tag::ENUMERATED, 1, 0]);
    let whole = [successful, Part::Element(tag::context(0), &explicit)];
    Ok(Some(Part::Element(tag::SEQUENCE, &whole).to_vec().into()))
}
