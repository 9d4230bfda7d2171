//! Making tokens in two steps around the authority's key.

use seal::{SignatureValue, TimeStampTokenDer};

use super::{Statement, TimeStampingUnit};
use crate::{Error, asn1::Part};

/// A token that lacks its signature.
#[derive(Clone, Debug)]
pub struct TokenToBeSigned<'a> {
    unit: &'a TimeStampingUnit,
    statement: Vec<u8>,
    signed_attributes: Vec<u8>,
    with_certificate: bool,
}

impl<'a> TokenToBeSigned<'a> {
    /// Writes TSTInfo and the signed attributes: content-type, message-digest,
    /// signing-certificate-v2. The certificate is inside only when the request asked for it
    /// (RFC 3161 section 2.4.1, certReq).
    ///
    /// # Errors
    /// [`Error::TimeOutOfRange`], [`Error::TooLong`] for the serial number.
    pub fn new(
        unit: &'a TimeStampingUnit,
        statement: &Statement,
        with_certificate: bool,
    ) -> Result<Self, Error> {
        let limit = Statement::MAXIMUM_SERIAL_NUMBER_LENGTH;
        Error::limit("token's serial number", &statement.serial_number, limit)?;
        let statement = statement.to_der().ok_or(Error::TimeOutOfRange)?;
        let signed_attributes = unit.signed_attributes(&statement);
        Ok(Self { unit, statement, signed_attributes, with_certificate })
    }

    /// The message that the unit's key signs, with the digest of [`TimeStampingUnit::algorithm`].
    pub fn message(&self) -> &[u8] {
        &self.signed_attributes
    }

    /// Takes the signature value. It is not verified here: whoever uses the token verifies it.
    pub fn assemble(self, value: &SignatureValue) -> TimeStampTokenDer {
        let certificates = self.unit.certificates();
        let certificates = if self.with_certificate { &certificates[..] } else { &[] };
        let value = Part::Raw(value.as_bytes());
        let (statement, attributes) = (&self.statement, &self.signed_attributes);
        let container = self.unit.container(statement, attributes, value, certificates);
        TimeStampTokenDer::new(container.to_der())
    }
}
