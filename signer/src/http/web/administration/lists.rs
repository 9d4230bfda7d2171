//! Where certificates and their orders are listed, and what both lists have in common.

/// The certificates.
pub(super) const CERTIFICATES: &str = "/administration/certificates";

/// Where those that are chosen are blocked.
pub(super) const BLOCKING: &str = "/administration/certificates/blocking";

/// Where it is changed for those that are chosen whether people are reminded of their ends.
pub(super) const NOTICES: &str = "/administration/certificates/notices";

/// Their orders.
pub(super) const ORDERS: &str = "/administration/certificate-orders";

/// How many are shown at a time.
pub(super) const PAGE: usize = 100;

/// From how many on the filters are open, and what can be done stands above the list.
pub(super) const MANY: usize = 9;

/// How many are asked for: one more than are shown tells that there are more.
pub(super) fn limit() -> u32 {
    u32::try_from(PAGE + 1).unwrap_or(u32::MAX)
}

/// What is asked for, as it stands in an address.
pub(super) fn query(pairs: &[(&str, &String)]) -> String {
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let written = reqwest::Url::parse_with_params("http://localhost", pairs);
    written.ok().and_then(|url| url.query().map(str::to_owned)).unwrap_or_default()
}

/// What an address holds of this name: of as many as are shown at a time.
pub(super) fn all(name: &str, query: &str) -> Vec<String> {
    let address = reqwest::Url::parse(&format!("http://localhost/?{query}")).ok();
    let pairs = address.map(|url| url.query_pairs().into_owned().collect::<Vec<_>>());
    let named = pairs.unwrap_or_default().into_iter().filter(|(one, _)| one == name);
    named.map(|(_, value)| value).take(PAGE).collect()
}
