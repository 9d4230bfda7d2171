//! Format, signer's certificate, content and signature value (EN 319 102-1 clauses 5.2.2, 5.2.3
//! and 5.2.7).

use super::{Expectation, SignedContent, Validation};
use crate::{
    Certificate, HashAlgorithm, Unverified,
    asn1::{Element, identifiers, read_time, tag},
    report::{Finding, SignatureReport, SubIndication, code},
    signed_data::{SignedData, SignedOver, Signer, SigningCertificate},
};

/// A signature whose value verifies over the content.
#[derive(Debug)]
pub(super) struct Intact<'a> {
    pub(super) signer: &'a Signer<'a>,
    pub(super) certificate: &'a Certificate,
    /// Whether eContent stands inside.
    pub(super) is_attached: bool,
    /// Whether a signing-certificate attribute names the certificate.
    pub(super) names_certificate: bool,
    /// Whether the signer's certificate stands in the container.
    pub(super) holds_certificate: bool,
    _checked: (),
}

impl Validation<'_> {
    /// `None` when the signature is not intact; the report then says why.
    pub(super) fn check_integrity<'a>(
        &'a self,
        read: &'a SignedData<'a>,
        signer: &'a Signer<'a>,
        certificates: &'a [Certificate],
        content: SignedContent<'_>,
        report: &mut SignatureReport,
    ) -> Option<Intact<'a>> {
        report.algorithm = signer.algorithm().ok().map(|algorithm| algorithm.name());
        let named = match signer.signing_certificate() {
            Ok(named) => named,
            Err(error) => {
                report.failed(SubIndication::FormatFailure, code::SIGNED_ATTRIBUTE, &error);
                return None;
            }
        };
        let inside = find_certificate(signer, named.as_ref(), certificates);
        let certificate =
            inside.or_else(|| find_certificate(signer, named.as_ref(), &self.trust.certificates));
        let Some(certificate) = certificate else {
            report.undecided(
                SubIndication::NoSigningCertificateFound,
                code::SIGNING_CERTIFICATE_NOT_FOUND,
                "no certificate is the one that the signature names",
            );
            return None;
        };
        report.describe(certificate);
        if named.as_ref().is_some_and(|named| named.contradicts(certificate)) {
            let explanation =
                "the attribute signing-certificate states another issuer or serial number";
            let finding = Finding::new(code::SIGNED_ATTRIBUTE, "signature", explanation);
            report.findings.push(finding);
        }
        report.signing_time = signer
            .signed_attribute(identifiers::SIGNING_TIME)
            .ok()
            .flatten()
            .and_then(|time| read_time(time).ok());
        let verified = match signed_message(read, signer, content, report)? {
            Message::Content(content) => signer.verify(certificate, content),
            Message::Attributes => {
                let (over, verified) = signer.verify_attributes(certificate);
                let is_wrong = verified == Err(Unverified::Wrong);
                let is_sorted = || signer.signed_attributes_are_sorted();
                if over == SignedOver::AsTheyCame && !is_wrong && !is_sorted() {
                    let explanation = "the signed attributes are not in the order of DER";
                    let code = code::SIGNED_ATTRIBUTES_UNSORTED;
                    report.failed(SubIndication::FormatFailure, code, explanation);
                    return None;
                }
                verified
            }
        };
        match verified {
            Ok(()) => {}
            Err(Unverified::Wrong) => {
                let (reason, code) = (SubIndication::SigCryptoFailure, code::SIGNATURE_INVALID);
                report.failed(reason, code, &Unverified::Wrong);
                return None;
            }
            Err(unverified @ (Unverified::Unsupported | Unverified::Legacy)) => {
                let used = used_algorithms(signer, certificate);
                let explanation = format!("{unverified}: {used}");
                let (reason, code) = (SubIndication::CryptoConstraintsFailure, code::ALGORITHM);
                report.undecided(reason, code, &explanation);
                if unverified == Unverified::Unsupported {
                    return None;
                }
            }
        }
        // What is signed is a hash of the content: if that is broken, any other could stand there.
        if let Some(hash) = signer.hash_algorithm().filter(|hash| hash.is_broken()) {
            let explanation = format!(
                "the content is signed by its {} hash, which is no longer trusted (ETSI TS 119 312)",
                hash.name()
            );
            let reason = SubIndication::CryptoConstraintsFailure;
            report.undecided(reason, code::ALGORITHM, &explanation);
        }
        // It only tells certificates apart whose own signatures count: for that nobody needs a
        // second certificate of the same hash to be impossible. EU DSS warns too.
        if let Some(hash) = named.as_ref().and_then(SigningCertificate::broken_hash) {
            let name = hash.name();
            let explanation = format!("the signing-certificate attribute names it by {name}");
            report.findings.push(Finding::new(code::ALGORITHM, "signature", explanation));
        }
        Some(Intact {
            signer,
            certificate,
            is_attached: read.content.is_some(),
            names_certificate: named.is_some(),
            holds_certificate: inside.is_some(),
            _checked: (),
        })
    }

    /// The signers, if there are 1 to `maximum` and nothing follows them.
    pub(super) fn signers<'a>(
        &self,
        read: &'a SignedData<'a>,
        maximum: usize,
        report: &mut SignatureReport,
    ) -> Option<&'a [Signer<'a>]> {
        let padding_allowed = self.expectation != Expectation::Cades;
        let trailing = read.trailing;
        if !(trailing.is_empty() || padding_allowed && trailing.iter().all(|byte| *byte == 0)) {
            let explanation = format!("{} bytes follow the container", trailing.len());
            report.failed(SubIndication::FormatFailure, code::TRAILING_BYTES, &explanation);
            return None;
        }
        let signers = read.signers.len();
        if signers == 0 || signers > maximum {
            let explanation = format!("there are {signers} signers instead of 1 to {maximum}");
            report.failed(SubIndication::FormatFailure, code::SIGNER_COUNT, &explanation);
            return None;
        }
        Some(&read.signers)
    }
}

fn find_certificate<'a>(
    signer: &Signer<'_>,
    named: Option<&SigningCertificate<'_>>,
    certificates: &'a [Certificate],
) -> Option<&'a Certificate> {
    certificates.iter().find(|certificate| {
        signer.identifies(certificate) && named.is_none_or(|named| named.identifies(certificate))
    })
}

/// Signature algorithm and digest algorithm, and the key's type where it is none of ours.
fn used_algorithms(signer: &Signer<'_>, certificate: &Certificate) -> String {
    let signature = signer.signature_algorithm_name();
    let digest = signer.digest_algorithm_name();
    match certificate.public_key().unsupported_name() {
        Some(key) => format!("{signature} over {digest} with a key of {key}"),
        None => format!("{signature} over {digest}"),
    }
}

/// What a signature value is over.
enum Message<'a> {
    Attributes,
    Content(&'a [u8]),
}

/// The message under the signature value, once the content has been found to be the one meant.
fn signed_message<'a>(
    read: &'a SignedData<'_>,
    signer: &Signer<'_>,
    content: SignedContent<'a>,
    report: &mut SignatureReport,
) -> Option<Message<'a>> {
    let inside = read.content.as_deref();
    if matches!((inside, content), (Some(inside), SignedContent::Bytes(given)) if inside != given) {
        let explanation = "the content inside is not the one that was given";
        report.failed(SubIndication::HashFailure, code::CONTENT_CHANGED, explanation);
        return None;
    }
    if !signer.has_signed_attributes() {
        let bytes = match content {
            SignedContent::Bytes(given) => Some(given),
            SignedContent::Attached | SignedContent::Hashed(_) => inside,
        };
        let Some(bytes) = bytes else {
            let (reason, code) = (SubIndication::SignedDataNotFound, code::CONTENT_NOT_FOUND);
            report.undecided(reason, code, "the content is not there");
            return None;
        };
        // Whoever gave the account says that it ran over.
        if let Err(exhausted) = read.charge_hash(bytes) {
            let reason = SubIndication::SigConstraintsFailure;
            report.undecided(reason, code::CONTENT_NOT_FOUND, &exhausted);
            return None;
        }
        check_given(read, content, report)?;
        return without_signed_attributes(bytes, report);
    }
    let Some(algorithm) = signer.hash_algorithm() else {
        let name = signer.digest_algorithm_name();
        let explanation = format!("the digest algorithm {name} cannot be computed here");
        let reason = SubIndication::CryptoConstraintsFailure;
        report.undecided(reason, code::ALGORITHM, &explanation);
        return None;
    };
    check_signed_attributes(read, signer, report)?;
    match is_digest_of(read, signer, algorithm, content) {
        None => {
            let (reason, code) = (SubIndication::SignedDataNotFound, code::CONTENT_NOT_FOUND);
            report.undecided(reason, code, "the content is not there");
            None
        }
        Some(false) => {
            let explanation = "the content is not the one that was signed";
            report.failed(SubIndication::HashFailure, code::CONTENT_CHANGED, explanation);
            None
        }
        Some(true) => Some(Message::Attributes),
    }
}

/// Whether the content inside is the one that was given by its hashes.
fn check_given(
    read: &SignedData<'_>,
    content: SignedContent<'_>,
    report: &mut SignatureReport,
) -> Option<()> {
    let by = HashAlgorithm::Sha256;
    let inside = read.content_hash(SignedContent::Attached, by);
    let is_hashed = matches!(content, SignedContent::Hashed(_));
    if is_hashed && read.content_hash(content, by) != inside {
        let explanation = "the content inside is not the one that was given";
        report.failed(SubIndication::HashFailure, code::CONTENT_CHANGED, explanation);
        return None;
    }
    Some(())
}

/// Whether the signed digest is that of the content inside and of the one that was given, as far
/// as they are there.
fn is_digest_of(
    read: &SignedData<'_>,
    signer: &Signer<'_>,
    algorithm: HashAlgorithm,
    content: SignedContent<'_>,
) -> Option<bool> {
    let signed = signer.message_digest().ok().flatten();
    let is_signed = |content| {
        let hash = read.content_hash(content, algorithm)?;
        Some(signed.as_deref() == Some(hash.as_bytes()))
    };
    let inside = is_signed(SignedContent::Attached);
    let given = match (content, &inside) {
        (SignedContent::Attached, _) => None,
        // What was given has been found to be the same.
        (SignedContent::Bytes(_), Some(_)) => None,
        (SignedContent::Bytes(_) | SignedContent::Hashed(_), _) => is_signed(content),
    };
    match (inside, given) {
        (Some(inside), Some(given)) => Some(inside && given),
        (one, other) => one.or(other),
    }
}

/// RFC 5652 section 5.3: content-type and message-digest are there, once; section 11.1: the
/// content-type is the one of the content.
fn check_signed_attributes(
    read: &SignedData<'_>,
    signer: &Signer<'_>,
    report: &mut SignatureReport,
) -> Option<()> {
    let explanation = match (signer.content_type(), signer.message_digest()) {
        (Err(error), _) | (_, Err(error)) => error.to_string(),
        (Ok(found), _) if found != Some(read.content_type) => {
            "the content-type attribute is missing or not the content's".into()
        }
        (_, Ok(None)) => "the message-digest attribute is missing".into(),
        (Ok(_), Ok(Some(_))) if !signer.keeps_algorithm_protection() => {
            "CMSAlgorithmProtection names other algorithms than the signature (RFC 6211)".into()
        }
        (Ok(_), Ok(Some(_))) => return Some(()),
    };
    report.failed(SubIndication::FormatFailure, code::SIGNED_ATTRIBUTE, &explanation);
    None
}

/// Without signed attributes the value is over the content itself, and the signature lacks what
/// every AdES signature has (EN 319 122-1 clause 5.1: content-type, message-digest, and the
/// reference to the certificate). Content that is itself a set of signed attributes is refused:
/// somebody may have made it out of another signature.
fn without_signed_attributes<'a>(
    content: &'a [u8],
    report: &mut SignatureReport,
) -> Option<Message<'a>> {
    if Element::parse(content, tag::SET).is_ok() {
        let explanation = "the content is a set of attributes, as if moved from another signature";
        report.failed(SubIndication::FormatFailure, code::SIGNED_ATTRIBUTES_MISSING, explanation);
        return None;
    }
    let explanation = "without signed attributes the signature does not say what it is made for: \
                       neither its content's type nor its signer's certificate";
    let reason = SubIndication::SigConstraintsFailure;
    report.undecided(reason, code::SIGNED_ATTRIBUTES_MISSING, explanation);
    Some(Message::Content(content))
}
