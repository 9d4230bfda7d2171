//! qcStatements (RFC 3739 section 3.2.6, EN 319 412-5): claims, which nothing here confirms.

use der::Tag;
use serde::Serialize;

use crate::asn1::{Element, Oid, identifiers, tag};

/// The most statements that are read in one certificate.
const MAXIMUM_STATEMENTS: usize = 32;

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QcStatement {
    /// QcCompliance: the certificate is a qualified one (EN 319 412-5 clause 4.2.1).
    Compliance,
    /// QcSSCD: the key is in a qualified device (clause 4.2.2).
    Sscd,
    /// QcType (clause 4.2.3).
    Type(Vec<QcType>),
    /// Another statement, by its identifier.
    Other(Oid),
}

/// What a certificate says it is for (EN 319 412-5 clause 4.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum QcType {
    /// id-etsi-qct-esign: electronic signatures.
    Esign,
    /// id-etsi-qct-eseal: electronic seals.
    Eseal,
    /// id-etsi-qct-web: web site authentication.
    Web,
}

impl QcStatement {
    /// The statements that can be read, and whether these are all: one that cannot be read is no
    /// statement.
    pub(super) fn read_all(value: &[u8]) -> der::Result<(Vec<Self>, bool)> {
        let statements = Element::parse(value, tag::SEQUENCE)?.elements()?;
        let mut all = true;
        let read = statements.take(MAXIMUM_STATEMENTS).filter_map(|statement| {
            let statement = statement.and_then(Self::read).ok();
            all &= statement.is_some();
            statement
        });
        Ok((read.collect(), all))
    }

    fn read(statement: Element<'_>) -> der::Result<Self> {
        let mut fields = statement.elements()?;
        let identifier = fields.expect(tag::OBJECT_IDENTIFIER)?.contents;
        Ok(match identifier {
            identifiers::QC_COMPLIANCE => Self::Compliance,
            identifiers::QC_SSCD => Self::Sscd,
            identifiers::QC_TYPE => {
                let types = fields.expect(tag::SEQUENCE)?.elements()?;
                let types = types.collect::<der::Result<Vec<_>>>()?;
                Self::Type(types.iter().filter_map(|of| QcType::read(of.contents)).collect())
            }
            other => {
                let oid = Oid::from_contents(other).ok_or(Tag::ObjectIdentifier.value_error());
                Self::Other(oid?)
            }
        })
    }
}

impl QcType {
    fn read(identifier: &[u8]) -> Option<Self> {
        match identifier {
            identifiers::QC_TYPE_ESIGN => Some(Self::Esign),
            identifiers::QC_TYPE_ESEAL => Some(Self::Eseal),
            identifiers::QC_TYPE_WEB => Some(Self::Web),
            _ => None,
        }
    }
}
