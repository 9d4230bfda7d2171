//! Algorithms by their object identifiers, and whether a key signs as it is asked to.

use cades::{HashAlgorithm, PssParameters};
use seal::{Digest, DigestAlgorithm, SignatureAlgorithm, ToSign};

use crate::{Error, hash::read_base64};

const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";

/// Whether keys of a suite sign hashes for the API: all but those that sign whole messages.
pub fn offers(suite: SignatureAlgorithm) -> bool {
    !suite.signs_message()
}

/// `key.algo`: what a key of this suite may be asked for, by the signature's whole identifier. Clients
/// look for theirs in it, and take that of the bare key for PKCS#1 v1.5 alone.
pub fn key_algorithms(suite: SignatureAlgorithm) -> Vec<&'static str> {
    match suite {
        SignatureAlgorithm::RsaPkcs1Sha256(_) => vec![suite.oid(), RSA_ENCRYPTION],
        SignatureAlgorithm::EcdsaP256Sha256
        | SignatureAlgorithm::EcdsaP384Sha384
        | SignatureAlgorithm::EcdsaP521Sha512
        | SignatureAlgorithm::RsaPssSha256(_)
        | SignatureAlgorithm::Ed25519 => vec![suite.oid()],
    }
}

/// How a signature is asked for.
#[derive(Clone, Copy, Debug)]
pub struct AskedAlgorithm<'a> {
    /// `signAlgo`.
    pub algorithm: &'a str,
    /// `signAlgoParams`: parameters in DER, in base64.
    pub parameters: Option<&'a str>,
    /// `hashAlgorithmOID`, or `hashAlgo`.
    pub hash_algorithm: Option<&'a str>,
    /// The name by which the last one is missed.
    pub hash_algorithm_member: &'static str,
}

/// What a suite is to do with each digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Padding {
    Usual,
    LongestSalt,
}

impl AskedAlgorithm<'_> {
    /// What the device is given for each hash, when a key of `suite` signs exactly as it is asked.
    ///
    /// # Errors
    /// [`Error`] for anything else: a signature with other parameters would not verify.
    pub fn to_sign(
        &self,
        suite: SignatureAlgorithm,
    ) -> Result<impl Fn(Digest) -> ToSign + use<>, Error> {
        if !key_algorithms(suite).contains(&self.algorithm) {
            return Err(Error::invalid("signAlgo"));
        }
        match self.hash_algorithm {
            None if self.algorithm == RSA_ENCRYPTION => {
                return Err(Error::missing("string", self.hash_algorithm_member));
            }
            Some(oid) if DigestAlgorithm::from_oid(oid) != Some(suite.digest_algorithm()) => {
                return Err(Error::invalid(self.hash_algorithm_member));
            }
            None | Some(_) => {}
        }
        let padding = self.padding(suite)?;
        Ok(move |digest| match padding {
            Padding::Usual => ToSign::Digest(digest),
            Padding::LongestSalt => ToSign::Salted(digest),
        })
    }

    /// That a container which the service makes has the algorithm that is asked for, and the parameters
    /// if there are any.
    ///
    /// # Errors
    /// [`Error`].
    pub fn suits_container(&self, suite: SignatureAlgorithm) -> Result<(), Error> {
        if !key_algorithms(suite).contains(&self.algorithm) {
            return Err(Error::invalid("signAlgo"));
        }
        if self.hash_algorithm.and_then(DigestAlgorithm::from_oid) != Some(suite.digest_algorithm())
        {
            let text = "String parameter hashAlgorithmOID contradicts with signAlgo parameter";
            return Err(Error::request(text));
        }
        match self.parameters {
            Some(_) if self.padding(suite)? != Padding::Usual => {
                Err(Error::invalid("signAlgoParams"))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn padding(&self, suite: SignatureAlgorithm) -> Result<Padding, Error> {
        let SignatureAlgorithm::RsaPssSha256(length) = suite else {
            // NULL says nothing.
            let says = self.parameters.is_some_and(|text| {
                read_base64(text).is_none_or(|der| !der.is_empty() && der != [5, 0])
            });
            return if says { Err(Error::invalid("signAlgoParams")) } else { Ok(Padding::Usual) };
        };
        // RFC 8017 appendix A.2.3: without parameters it would be SHA-1, which nobody means.
        let parameters =
            self.parameters.ok_or_else(|| Error::missing("string", "signAlgoParams"))?;
        let parameters = read_base64(parameters).and_then(|der| PssParameters::from_der(&der));
        let usual = PssParameters::of(HashAlgorithm::Sha256);
        // emLen - hLen - 2 (section 9.1.1), of moduli whose length is a multiple of eight bits.
        let longest = length.bytes() as u32 - usual.salt_length - 2;
        match parameters {
            Some(asked) if asked == usual => Ok(Padding::Usual),
            Some(asked) if asked == (PssParameters { salt_length: longest, ..usual }) => {
                Ok(Padding::LongestSalt)
            }
            Some(_) | None => Err(Error::invalid("signAlgoParams")),
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use seal::RsaKeyLength;

    use super::*;

    const PSS: SignatureAlgorithm = SignatureAlgorithm::RsaPssSha256(RsaKeyLength::Bits2048);

    /// RSASSA-PSS-params with SHA-256 twice, and this salt's length as the INTEGER's contents.
    fn parameters(salt: &str) -> String {
        let sha256 = "300d06096086480165030402010500";
        let hash = format!("a00f{sha256}");
        let mask = format!("a11c301a06092a864886f70d010108{sha256}");
        let integer = format!("02{:02x}{salt}", salt.len() / 2);
        let salt = format!("a2{:02x}{integer}", integer.len() / 2);
        let inside = format!("{hash}{mask}{salt}");
        STANDARD.encode(hex::decode(format!("30{:02x}{inside}", inside.len() / 2)).unwrap())
    }

    fn asked<'a>(algorithm: &'a str, parameters: Option<&'a str>) -> AskedAlgorithm<'a> {
        AskedAlgorithm {
            algorithm,
            parameters,
            hash_algorithm: Some("2.16.840.1.101.3.4.2.1"),
            hash_algorithm_member: "hashAlgo",
        }
    }

    fn padding(suite: SignatureAlgorithm, asked: AskedAlgorithm<'_>) -> Option<ToSign> {
        let digest = Digest::of(DigestAlgorithm::Sha256, b"");
        asked.to_sign(suite).ok().map(|to_sign| to_sign(digest))
    }

    #[test]
    fn a_salt_of_32_bytes_and_the_longest_are_honoured_and_no_other() {
        let digest = Digest::of(DigestAlgorithm::Sha256, b"");
        for (salt, expected) in [
            ("20", Some(ToSign::Digest(digest))),
            ("00de", Some(ToSign::Salted(digest))),
            ("14", None),
            ("00dd", None),
            ("00df", None),
            ("00", None),
        ] {
            let parameters = parameters(salt);
            assert_eq!(padding(PSS, asked(PSS.oid(), Some(&parameters))), expected, "{salt}");
        }
        assert_eq!(padding(PSS, asked(PSS.oid(), None)), None, "SHA-1 by default");
        assert_eq!(padding(PSS, asked(PSS.oid(), Some("AAAA"))), None);
    }

    #[test]
    fn an_algorithm_that_the_key_does_not_have_is_refused() {
        let ecdsa = SignatureAlgorithm::EcdsaP256Sha256;
        assert!(padding(ecdsa, asked("1.2.840.10045.4.3.2", None)).is_some());
        assert!(padding(ecdsa, asked("1.2.840.10045.4.3.2", Some("BQA="))).is_some(), "NULL");
        assert!(padding(ecdsa, asked("1.2.840.10045.4.3.2", Some("MAA="))).is_none());
        for other in ["1.2.840.10045.4.3.3", "1.2.840.113549.1.1.11", "", "1.2.3"] {
            assert!(padding(ecdsa, asked(other, None)).is_none(), "{other}");
        }
        let mut contradiction = asked("1.2.840.10045.4.3.2", None);
        contradiction.hash_algorithm = Some("2.16.840.1.101.3.4.2.2");
        assert!(padding(ecdsa, contradiction).is_none());
    }

    #[test]
    fn the_bare_identifier_of_rsa_needs_a_digest_algorithm() {
        let rsa = SignatureAlgorithm::RsaPkcs1Sha256(RsaKeyLength::Bits2048);
        let mut bare = asked(RSA_ENCRYPTION, None);
        assert!(padding(rsa, bare).is_some());
        bare.hash_algorithm = None;
        let error = bare.to_sign(rsa).map(|_| ()).unwrap_err();
        assert_eq!(error.description, "Missing (or invalid type) string parameter hashAlgo");
        assert!(padding(PSS, asked(RSA_ENCRYPTION, None)).is_none());
        let whole = AskedAlgorithm { hash_algorithm: None, ..asked(rsa.oid(), None) };
        assert!(padding(rsa, whole).is_some());
    }

    #[test]
    fn keys_that_sign_whole_messages_are_not_offered() {
        assert!(!offers(SignatureAlgorithm::Ed25519));
        assert!(SignatureAlgorithm::ALL.into_iter().filter(|suite| offers(*suite)).count() == 9);
    }
}
