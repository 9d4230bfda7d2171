//! Versions as entity tags (RFC 9110 sections 8.8.3 and 13.1.1).

use axum::http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{ETAG, IF_MATCH},
};
use registry::Version;

use crate::service::RequestError;

/// The version as a strong entity tag.
pub(super) fn etag(version: Version) -> [(HeaderName, HeaderValue); 1] {
    let tag = HeaderValue::from_str(&format!("\"{version}\""));
    [(ETAG, tag.unwrap_or(HeaderValue::from_static("\"0\"")))]
}

/// The version that a change is made on.
///
/// # Errors
/// [`RequestError::VersionMissing`]; [`RequestError::Malformed`] for what no ETag of ours is.
pub(super) fn if_match(headers: &HeaderMap) -> Result<Version, RequestError> {
    let mut values = headers.get_all(IF_MATCH).iter();
    let value = values.next().ok_or(RequestError::VersionMissing)?;
    let tag = value.to_str().ok().filter(|_| values.next().is_none());
    let tag = tag.and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"'));
    let version = tag.and_then(|tag| tag.parse().ok()).map(Version);
    // Tags are compared as they are written.
    let version = version.filter(|version| tag == Some(&version.to_string()));
    version.ok_or_else(|| RequestError::Malformed("If-Match is no ETag of this service".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_it_is_written_and_nothing_else_is() {
        let [(_, tag)] = etag(Version(42));
        let with = |value: HeaderValue| if_match(&HeaderMap::from_iter([(IF_MATCH, value)]));
        assert_eq!(with(tag), Ok(Version(42)));
        assert_eq!(if_match(&HeaderMap::new()), Err(RequestError::VersionMissing));
        for other in ["42", "*", "W/\"42\"", "\"a\"", "\"1\", \"2\"", "\"", "\"+1\"", "\"01\""] {
            let refused = with(HeaderValue::from_static(other));
            assert!(matches!(refused, Err(RequestError::Malformed(_))), "{other}");
        }
        for others in [["\"1\"", "\"2\""], ["\"1\"", "\"1\""]] {
            let mut headers = HeaderMap::new();
            for one in others {
                headers.append(IF_MATCH, HeaderValue::from_static(one));
            }
            let refused = if_match(&headers);
            assert!(matches!(refused, Err(RequestError::Malformed(_))), "{others:?}");
        }
    }
}
