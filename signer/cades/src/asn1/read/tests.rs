use super::*;
use crate::asn1::tag;

#[test]
fn elements_are_read_raw_and_in_order() {
    let mut elements = Elements::der(&[2, 1, 5, 0x30, 2, 5, 0]).unwrap();
    assert_eq!(elements.expect(tag::INTEGER).unwrap().small_integer(), Ok(5));
    assert!(elements.optional(tag::SET).unwrap().is_none());
    let sequence = elements.any().unwrap();
    assert_eq!((sequence.raw, sequence.contents), (&[0x30, 2, 5, 0][..], &[5, 0][..]));
    assert!(elements.is_empty());
    assert!(elements.any().is_err());
}

#[test]
fn an_indefinite_length_is_read_in_ber_and_refused_in_der() {
    let mut long = vec![0x30, 0x80, 0x04, 0x81, 200];
    long.extend([1; 200]);
    long.extend([0, 0, 5, 0]);
    let mut elements = Elements::ber(&long).unwrap();
    let sequence = elements.expect(tag::SEQUENCE).unwrap();
    assert_eq!(sequence.contents.len(), 203);
    assert_eq!(sequence.elements().unwrap().any().unwrap().contents, [1; 200]);
    assert_eq!(elements.any().unwrap().tag, tag::NULL);
    assert!(Elements::der(&long).unwrap().any().is_err());
}

#[test]
fn truncated_and_foreign_elements_are_refused() {
    for bytes in [&[0x30, 5, 1][..], &[0x30], &[0x30, 0x80, 0], &[0x1f, 0xff, 0xff], &[2, 0x85]] {
        assert!(Elements::ber(bytes).unwrap().any().is_err(), "{bytes:02x?}");
    }
    assert!(Element::parse(&[5, 0, 0], tag::NULL).is_err());
    assert!(Element::parse(&[5, 0], tag::SET).is_err());
}

#[test]
fn lengths_with_more_octets_than_needed_are_read_in_ber_and_refused_in_der() {
    for bytes in [&[4, 0x81, 1, 7][..], &[4, 0x82, 0, 1, 7], &[4, 0x88, 0, 0, 0, 0, 0, 0, 0, 1, 7]]
    {
        let element = Elements::ber(bytes).unwrap().any().unwrap();
        assert_eq!((element.contents, element.raw), (&[7][..], bytes));
        assert!(Elements::der(bytes).unwrap().any().is_err(), "{bytes:02x?}");
    }
    let long = [&[4, 0x81, 200][..], &[1; 200]].concat();
    assert_eq!(Element::parse(&long, 4).unwrap().contents, [1; 200]);
    for bytes in [&[4, 0xff, 7][..], &[4, 0x85, 1, 0, 0, 0, 0], &[4, 0x80, 0, 0], &[4, 0x82, 0]] {
        assert!(Elements::ber(bytes).unwrap().any().is_err(), "{bytes:02x?}");
    }
}

#[test]
fn an_octet_string_in_pieces_is_put_together_however_they_nest() {
    let octets = |bytes: &[u8]| {
        let element = Elements::ber(bytes).unwrap().any().unwrap();
        element.octets().map(Cow::into_owned)
    };
    assert_eq!(octets(&[4, 2, 1, 2]), Ok(vec![1, 2]));
    assert_eq!(octets(&[0x24, 6, 4, 1, 1, 4, 1, 2]), Ok(vec![1, 2]));
    let nested = [0x24, 0x80, 0x24, 0x80, 4, 1, 1, 0, 0, 0x24, 0, 4, 0x81, 1, 2, 0, 0];
    assert_eq!(octets(&nested), Ok(vec![1, 2]));
    assert_eq!(octets(&[0x24, 0]), Ok(vec![]));
    assert!(octets(&[0x24, 3, 2, 1, 1]).is_err());
    assert!(octets(&[2, 1, 1]).is_err());
    assert!(Element::parse(&[0x24, 3, 4, 1, 1], 0x24).unwrap().octets().is_err());
    let deep = |depth: usize| [[0x24, 0x80].repeat(depth), [0, 0].repeat(depth)].concat();
    assert!(octets(&deep(MAXIMUM_NESTING - 1)).is_ok());
    assert!(Elements::ber(&deep(MAXIMUM_NESTING + 1)).unwrap().any().is_err());
}

#[test]
fn integers_that_are_not_minimal_are_refused() {
    for contents in [&[2, 0][..], &[2, 2, 0, 1], &[2, 2, 0xff, 0x80]] {
        assert!(Element::parse(contents, tag::INTEGER).unwrap().integer().is_err());
    }
    assert!(Element::parse(&[2, 1, 0xff], tag::INTEGER).unwrap().small_integer().is_err());
}
