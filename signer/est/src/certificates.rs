//! Certificates without anything that they sign: certs-only messages (RFC 8551 section 3.9).

use cms::{
    cert::CertificateChoices,
    content_info::{CmsVersion, ContentInfo},
    signed_data::{CertificateSet, EncapsulatedContentInfo, SignedData, SignerInfos},
};
use der::{Any, Decode, Encode, asn1::SetOfVec};
use x509_cert::Certificate;

use crate::oid;

/// A certs-only SignedData in DER of these certificates, each in DER (RFC 7030 sections 4.1.3 and 4.2.3).
///
/// # Errors
/// [`der::Error`] when one of them is no certificate, or two are the same.
pub fn certificates_only<'a>(
    certificates: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<u8>, der::Error> {
    let certificates = certificates.into_iter();
    let choices =
        certificates.map(|one| Certificate::from_der(one).map(CertificateChoices::Certificate));
    let choices: Vec<_> = choices.collect::<Result<_, _>>()?;
    let data = SignedData {
        // RFC 5652 section 5.1: no signer, and certificates of no other kind.
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::default(),
        encap_content_info: EncapsulatedContentInfo { econtent_type: oid::DATA, econtent: None },
        certificates: Some(CertificateSet::try_from(choices)?),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::default()),
    };
    ContentInfo { content_type: oid::SIGNED_DATA, content: Any::encode_from(&data)? }.to_der()
}

/// The certificates of such a message, each in DER; `None` when it is none, or holds anything else.
pub fn certificates_in(message: &[u8]) -> Option<Vec<Vec<u8>>> {
    let info = ContentInfo::from_der(message).ok()?;
    if info.content_type != oid::SIGNED_DATA {
        return None;
    }
    let data = info.content.decode_as::<SignedData>().ok()?;
    let choices = data.certificates?.0.into_vec();
    let all = choices.into_iter().map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => certificate.to_der().ok(),
        CertificateChoices::Other(_) => None,
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let made = || {
            let key = KeyPair::generate().unwrap();
            CertificateParams::default().self_signed(&key).unwrap().der().to_vec()
        };
        let all = [made(), made()];
        let written = certificates_only(all.iter().map(Vec::as_slice)).unwrap();
        let mut read = certificates_in(&written).unwrap();
        // A SET OF is sorted.
        read.sort();
        let mut wanted = all.to_vec();
        wanted.sort();
        assert_eq!(read, wanted);
        for wrong in [&all[0][..], &written[..written.len() - 1], &[]] {
            assert_eq!(certificates_in(wrong), None);
        }
    }
}
