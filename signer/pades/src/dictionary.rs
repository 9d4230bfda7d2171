//! The signature dictionary (ISO 32000-1 clause 12.8.1, ETSI EN 319 142-1 clause 5).

use std::ops::Range;
use std::time::SystemTime;

use lopdf::ObjectId;
use time::OffsetDateTime;

use crate::encryption::Encryption;
use crate::error::{Error, Limit};
use crate::options::SignatureOptions;
use crate::text::encode_text;

/// Longest text in a signature dictionary, in bytes.
const MAX_TEXT: usize = 4_096;

/// Most room for a signature, in bytes: it stands in one string.
pub(crate) const MAX_RESERVED: usize = 1 << 20;

/// Room for three offsets of ten digits, `[0 ` and `]`.
const BYTE_RANGE: usize = 36;

/// A signature dictionary whose `/ByteRange` and `/Contents` are still to be filled in.
#[derive(Debug)]
pub(crate) struct SignatureDictionary {
    /// The dictionary.
    pub(crate) bytes: Vec<u8>,
    /// Where the byte range stands in it, with its brackets.
    pub(crate) byte_range: Range<usize>,
    /// Where the contents stand in it, with `<` and `>`.
    pub(crate) contents: Range<usize>,
}

impl SignatureDictionary {
    /// For a signature. `reference` is the value of `/Reference`, if any.
    pub(crate) fn signature(
        options: &SignatureOptions,
        reference: Option<&[u8]>,
        reserved: usize,
    ) -> Result<Self, Error> {
        let mut bytes = b"<<\n/Type /Sig\n/Filter /Adobe.PPKLite\n\
            /SubFilter /ETSI.CAdES.detached\n/M "
            .to_vec();
        bytes.extend_from_slice(date(options.signing_time).as_bytes());
        let texts = [
            ("\n/Name ", &options.name),
            ("\n/Reason ", &options.reason),
            ("\n/Location ", &options.location),
        ];
        for (key, text) in texts {
            let Some(text) = text else { continue };
            if text.len() > MAX_TEXT {
                return Err(Error::Limit { limit: Limit::Text, maximum: MAX_TEXT as u64 });
            }
            bytes.extend_from_slice(key.as_bytes());
            bytes.extend_from_slice(&encode_text(text));
        }
        if let Some(reference) = reference {
            bytes.extend_from_slice(b"\n/Reference ");
            bytes.extend_from_slice(reference);
        }
        Self::with_placeholders(bytes, reserved)
    }

    /// For a document time-stamp (ETSI EN 319 142-1 clause 5.4.3): the token says the time.
    pub(crate) fn time_stamp(reserved: usize) -> Result<Self, Error> {
        let head = b"<<\n/Type /DocTimeStamp\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.RFC3161";
        Self::with_placeholders(head.to_vec(), reserved)
    }

    /// The same with its strings encrypted, as object `id` at about `position`; all but
    /// `/Contents`.
    pub(crate) fn encrypt(
        mut self,
        encryption: &Encryption,
        id: ObjectId,
        position: usize,
    ) -> Result<Self, Error> {
        // The placeholder of the byte range is no value yet: what stands before it has all strings.
        let head = &self.bytes[..self.byte_range.start];
        let Some(encrypted) = encryption.encrypt(id, position, head)? else { return Ok(self) };
        let moved = |at: usize| at - self.byte_range.start + encrypted.len();
        let (contents, end) =
            (moved(self.contents.start)..moved(self.contents.end), moved(self.byte_range.end));
        let byte_range = encrypted.len()..end;
        self.bytes.splice(..self.byte_range.start, encrypted);
        Ok(Self { bytes: self.bytes, byte_range, contents })
    }

    fn with_placeholders(mut bytes: Vec<u8>, reserved: usize) -> Result<Self, Error> {
        if reserved > MAX_RESERVED {
            return Err(Error::Limit { limit: Limit::Reserved, maximum: MAX_RESERVED as u64 });
        }
        bytes.reserve(2 * reserved + 96);
        bytes.extend_from_slice(b"\n/ByteRange ");
        let start = bytes.len();
        bytes.resize(start + BYTE_RANGE, b' ');
        let byte_range = start..bytes.len();
        bytes.extend_from_slice(b"\n/Contents ");
        let start = bytes.len();
        bytes.push(b'<');
        bytes.resize(start + 1 + 2 * reserved, b'0');
        bytes.push(b'>');
        let contents = start..bytes.len();
        bytes.extend_from_slice(b"\n>>");
        Ok(Self { bytes, byte_range, contents })
    }
}

/// The byte range around a gap, of the placeholder's length (ISO 32000-1 clause 12.8.1).
pub(crate) fn byte_range(gap: &Range<usize>, length: usize) -> [u8; BYTE_RANGE] {
    let text = format!("[0 {} {} {}]", gap.start, gap.end, length - gap.end);
    let mut padded = [b' '; BYTE_RANGE];
    // Ten digits a number: the length of files is limited to that.
    padded[..text.len()].copy_from_slice(text.as_bytes());
    padded
}

/// A signature reference dictionary that restricts later changes (ISO 32000-1 clause 12.8.2.2);
/// `permission` is P of DocMDP. Nothing that PDF/A forbids (ISO 19005-2 clause 6.1.12).
pub(crate) fn certification(permission: u8) -> String {
    format!(
        "<< /Type /SigRef /TransformMethod /DocMDP /TransformParams \
         << /Type /TransformParams /V /1.2 /P {} >> >>",
        permission
    )
}

/// A date (ISO 32000-1 clause 7.9.4), in UTC: a zone would tell where the signer is.
fn date(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    format!(
        "(D:{:04}{:02}{:02}{:02}{:02}{:02}+00'00')",
        time.year().clamp(0, 9_999),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_date_is_written_in_utc() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_358_096);
        assert_eq!(date(time), "(D:20261122143456+00'00')");
    }

    #[test]
    fn the_longest_byte_range_fits_its_placeholder() {
        let longest = byte_range(&(9_999_999_998..9_999_999_999), 19_999_999_998);
        assert_eq!(&longest, b"[0 9999999998 9999999999 9999999999]");
    }

    #[test]
    fn a_text_beyond_the_limit_is_refused() {
        let mut options = SignatureOptions::new(SystemTime::UNIX_EPOCH);
        options.reason = Some("x".repeat(MAX_TEXT + 1));
        let error = SignatureDictionary::signature(&options, None, 100).unwrap_err();
        assert!(matches!(error, Error::Limit { limit: Limit::Text, .. }));
        let error = SignatureDictionary::time_stamp(MAX_RESERVED + 1).unwrap_err();
        assert!(matches!(error, Error::Limit { limit: Limit::Reserved, .. }));
    }
}
