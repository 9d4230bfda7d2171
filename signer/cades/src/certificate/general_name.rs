//! GeneralName (RFC 5280 section 4.2.1.6).

use der::Tag;

use super::comparable_name::ComparableName;
use crate::asn1::{Element, Elements};

/// The most names that are read in one list.
const MAXIMUM_NAMES: usize = 1024;

/// One name, of the kinds that something here depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GeneralName {
    /// rfc822Name.
    Mail(Vec<u8>),
    /// dNSName.
    Dns(Vec<u8>),
    /// directoryName.
    Directory(ComparableName),
    /// uniformResourceIdentifier.
    Uri(Vec<u8>),
    /// iPAddress, with its mask where it constrains.
    Ip(Vec<u8>),
    /// Another kind: its tag, and the whole name.
    Other(u8, Vec<u8>),
}

impl GeneralName {
    pub(crate) fn read(element: Element<'_>) -> der::Result<Self> {
        let contents = || element.contents.to_vec();
        Ok(match element.tag {
            0x81 => Self::Mail(contents()),
            0x82 => Self::Dns(contents()),
            // A CHOICE is tagged explicitly: the Name stands inside whole.
            0xa4 => Self::Directory(ComparableName::read(element.contents)),
            0x86 => Self::Uri(contents()),
            0x87 => Self::Ip(contents()),
            tag if tag & 0xc0 == 0x80 => Self::Other(tag, element.raw.to_vec()),
            _ => return Err(Tag::Sequence.value_error().into()),
        })
    }

    /// Reads GeneralNames by its elements.
    pub(crate) fn read_all(elements: Elements<'_>) -> der::Result<Vec<Self>> {
        let mut names = Vec::new();
        for element in elements {
            if names.len() == MAXIMUM_NAMES {
                return Err(Tag::Sequence.length_error().into());
            }
            names.push(Self::read(element?)?);
        }
        Ok(names)
    }

    /// Which kind of name this is, by its tag.
    pub(crate) fn kind(&self) -> u8 {
        match self {
            Self::Mail(_) => 0x81,
            Self::Dns(_) => 0x82,
            Self::Directory(_) => 0xa4,
            Self::Uri(_) => 0x86,
            Self::Ip(_) => 0x87,
            Self::Other(tag, _) => *tag,
        }
    }
}
