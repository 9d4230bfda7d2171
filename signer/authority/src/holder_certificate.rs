//! What the certificates of user, organisation and system have in common: `docs/certificate-profiles.md`,
//! "User, organisation and system".

use crate::{
    Error, HolderKey, LeafAddresses, LeafCertificate, LeafIssuer, LeafKeyUsage, LeafTerms,
    extension, extension::SharedExtensions, mailbox::Mailbox, name::Name,
};
use der::asn1::ObjectIdentifier;
use seal::CertificateDer;

/// What a holder's certificate may be used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HolderUses {
    /// Saying who one is to a web service (TLS client authentication).
    pub authentication: bool,
    /// Encrypting to the holder.
    pub encryption: bool,
    /// Secure e-mail, signed and encrypted.
    pub email: bool,
}

/// What every holder's certificate says beside its subject.
#[derive(Clone, Copy, Debug)]
pub struct HolderTerms<'a> {
    /// From when until when, and the serial number.
    pub terms: LeafTerms,
    /// What it may be used for: at least one use.
    pub uses: HolderUses,
    /// The address that it shows; without one it is not for e-mail.
    pub email: Option<&'a str>,
    /// Where issuer and status are found.
    pub addresses: &'a LeafAddresses,
}

/// What differs by profile, its subject aside.
pub(crate) struct HolderProfile {
    pub(crate) policy: ObjectIdentifier,
    /// What the identifiers in the subject mean (EN 319 412-1 clause 5.1).
    pub(crate) semantics: ObjectIdentifier,
}

impl HolderProfile {
    /// The certificate of `key`, in DER.
    pub(crate) fn certify(
        &self,
        subject: Name,
        terms: &HolderTerms<'_>,
        key: &HolderKey,
        issuer: LeafIssuer<'_>,
    ) -> Result<CertificateDer, Error> {
        let refused = |problem| Error::Name { attribute: "keyUsage", problem };
        let HolderUses { authentication, encryption, email } = terms.uses;
        if !(authentication || encryption || email) {
            return Err(refused("it is good for nothing"));
        }
        if email && terms.email.is_none() {
            return Err(refused("it is for e-mail, and shows no address"));
        }
        let addresses = terms.addresses;
        let mut others = vec![
            // RFC 5280 section 4.2.1.4: not critical.
            extension::certificate_policy(self.policy)?,
            // EN 319 412-1 clauses 5.1.3 and 5.1.4; no legal claim.
            extension::identifier_semantics(self.semantics)?,
            // RFC 5280 section 4.2.2.1, EN 319 412-2 clause 4.4.1.
            extension::authority_information(&addresses.ca_issuers, Some(&addresses.ocsp))?,
        ];
        // RFC 5280 section 4.2.1.12: not critical; for encryption alone there is no purpose to name.
        others.extend(extension::holder_purposes(authentication, email)?);
        let certificate = LeafCertificate {
            subject,
            terms: terms.terms,
            key_usage: LeafKeyUsage::of_holder(
                // RFC 5280 section 4.2.1.3: digitalSignature for a TLS client and S/MIME, never
                // nonRepudiation; RSA keys encipher keys, those on curves agree on them (RFC 8551 section
                // 4.4.2, RFC 8813 section 3).
                authentication || email,
                encryption || email,
                key.is_rsa(),
            ),
            email: terms.email.map(Mailbox::of).transpose()?,
            shared: SharedExtensions::new(Some(&addresses.revocation_list), &others)?,
        };
        certificate.certify(key, issuer)
    }
}

#[cfg(test)]
mod tests;
