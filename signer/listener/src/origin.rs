//! Whom an address stands for, and how much whoever has many of them may take together.

use std::net::{IpAddr, Ipv6Addr};

/// How many networks' worth a site may take.
const NETWORKS_OF_SITE: usize = 4;

/// Whom an address stands for: itself, or of IPv6 its network of 64 bits, within which a machine has whichever
/// addresses it likes (RFC 4291 section 2.5.1).
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The site of an IPv6 address, 48 bits: as many as one customer is given (RFC 6177 section 2), with 65,536
/// networks. Of IPv4 there is none.
pub fn site(address: IpAddr) -> Option<Ipv6Addr> {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            Some(Ipv6Addr::from([a, b, c, 0, 0, 0, 0, 0]))
        }
        IpAddr::V4(_) => None,
    }
}

/// How much a site may take of what there is in all and for one network: as much as some networks, and never
/// everything, unless one network may.
pub fn of_site(most: usize, most_of_one: usize) -> usize {
    most_of_one.saturating_mul(NETWORKS_OF_SITE).min(most - most.div_ceil(4)).max(most_of_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_64_bits_and_a_site_48_and_an_address_of_ipv4_is_its_own() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(network(address("2001:db8:1:2:3::4")), address("2001:db8:1:2::"));
        assert_eq!(site(address("2001:db8:1:2:3::4")), Some("2001:db8:1::".parse().unwrap()));
        for one in ["192.0.2.1", "::ffff:192.0.2.1"] {
            assert_eq!(network(address(one)), address("192.0.2.1"));
            assert_eq!(site(address(one)), None);
        }
    }

    #[test]
    fn a_site_never_takes_everything_unless_one_network_may() {
        assert_eq!([of_site(1_000, 40), of_site(1_000, 500), of_site(9, 9)], [160, 750, 9]);
        assert_eq!(of_site(usize::MAX, usize::MAX), usize::MAX);
    }
}
