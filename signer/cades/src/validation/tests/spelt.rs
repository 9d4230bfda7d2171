//! The same container in other spellings of BER: the verdict is the same.

use proptest::prelude::*;

use super::*;
use crate::{
    asn1::{Element, Elements, Part},
    pki::{DAY, Evidence},
};

/// Spells DER anew by chance: lengths with more octets than they need, indefinite ones, OCTET
/// STRINGs in pieces of pieces. What has to be DER stays: certificates and revocation data.
struct Speller<'a> {
    /// Where the choices come from; from the end on, DER.
    choices: std::slice::Iter<'a, u8>,
    /// Elements that stay as they are.
    kept: Vec<Vec<u8>>,
}

impl Speller<'_> {
    fn choose(&mut self, of: u8) -> u8 {
        self.choices.next().map_or(0, |byte| byte % of)
    }

    fn spell(&mut self, element: Element<'_>) -> Vec<u8> {
        if self.kept.iter().any(|one| one == element.raw) {
            return element.raw.to_vec();
        }
        if element.tag == tag::OCTET_STRING {
            return self.octets(element.contents, 0);
        }
        if element.tag & 0x20 == 0 {
            return self.wrap(element.tag, element.contents);
        }
        let members = element.elements().unwrap();
        let contents: Vec<u8> = members.flat_map(|one| self.spell(one.unwrap())).collect();
        self.wrap(element.tag, &contents)
    }

    fn octets(&mut self, octets: &[u8], depth: u8) -> Vec<u8> {
        let pieces = if depth < 4 { self.choose(4) } else { 0 };
        if pieces == 0 {
            return self.wrap(tag::OCTET_STRING, octets);
        }
        let size = (octets.len() / usize::from(pieces)).max(1);
        let pieces = octets.chunks(size);
        let contents: Vec<u8> = pieces.flat_map(|piece| self.octets(piece, depth + 1)).collect();
        self.wrap(tag::OCTET_STRING_IN_PIECES, &contents)
    }

    fn wrap(&mut self, tag: u8, contents: &[u8]) -> Vec<u8> {
        match self.choose(4) {
            1 if tag & 0x20 != 0 => [&[tag, 0x80], contents, &[0, 0]].concat(),
            2 => [&[tag, 0x84], &(contents.len() as u32).to_be_bytes()[..], contents].concat(),
            3 => [&[tag, 0x89, 0], &contents.len().to_be_bytes()[..], contents].concat(),
            _ => Part::Element(tag, &[Part::Raw(contents)]).to_vec(),
        }
    }
}

/// The container in another spelling, its own tokens included.
fn spelt(container: &[u8], choices: &[u8]) -> Vec<u8> {
    let read = SignedData::read(container).unwrap();
    let members = read.certificate_choices.iter().chain(&read.revocation_choices);
    let mut kept: Vec<Vec<u8>> = members.map(|one| one.to_vec()).collect();
    for (_, value) in read.signers.iter().flat_map(|one| one.all_unsigned_values()) {
        if let Ok(token) = SignedData::parse(value.raw) {
            kept.extend(token.certificate_choices.iter().map(|one| one.to_vec()));
        }
    }
    let mut speller = Speller { choices: choices.iter(), kept };
    speller.spell(Elements::der(container).unwrap().any().unwrap())
}

fn validate(evidence: &Evidence, container: &[u8]) -> SignatureReport {
    let (trust, expectation) = (&trust(&evidence.pki), Expectation::Cades);
    let now = noon() + 9 * DAY;
    Validation { trust, expectation, now, proven_time: None }
        .validate(container, SignedContent::Bytes(CONTENT))
}

#[test]
fn every_spelling_at_once_is_read() {
    let evidence = Evidence::new(ES256, true);
    let [_, _, long_term, ..] = evidence.levels(Content::Attached(CONTENT));
    for choice in 0..4 {
        let other = spelt(long_term.as_der(), &[choice; 4096]);
        assert_eq!(other == long_term.as_der(), choice == 0);
        let (one, other) = (validate(&evidence, long_term.as_der()), validate(&evidence, &other));
        assert_eq!(conclusion(&one), conclusion(&other), "{choice}: {:?}", other.findings);
        assert_eq!((one.level, one.findings), (other.level, other.findings), "{choice}");
    }
}

#[test]
fn signed_attributes_in_any_order_of_ber_are_verified_over_their_der() {
    let pki = Pki::new();
    let container = detached(&pki.seal(ES256).sign(CONTENT, cades()));
    let read = SignedData::read(&container).unwrap();
    let message = read.signers[0].signed_message().unwrap();
    let attributes = Element::parse(&message, tag::SET).unwrap().elements().unwrap();
    let mut members: Vec<_> = attributes.map(|one| one.unwrap().raw).collect();
    members.reverse();
    let start = container.windows(message.len() - 1).position(|one| one == &message[1..]).unwrap();
    let mut reversed = container.clone();
    let contents = start - 1 + message.len() - members.concat().len();
    reversed[contents..contents + members.concat().len()].copy_from_slice(&members.concat());
    let report = validate_at(&pki, &reversed, noon());
    assert_eq!(conclusion(&report), (TotalPassed, None), "{:?}", report.findings);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_spelling_changes_the_verdict(
        choices in prop::collection::vec(any::<u8>(), 0..600),
        broken in any::<bool>(),
    ) {
        // One for all cases: what it holds does not matter.
        thread_local!(static EVIDENCE: (Evidence, Vec<u8>) = {
            let evidence = Evidence::new(ES256, true);
            let [_, _, long_term, ..] = evidence.levels(Content::Attached(CONTENT));
            let container = long_term.as_der().to_vec();
            (evidence, container)
        });
        EVIDENCE.with(|(evidence, container)| {
            let mut container = container.clone();
            if broken {
                let signature = SignedData::read(&container).unwrap().signers[0].signature.to_vec();
                let length = signature.len();
                let mut windows = container.windows(length);
                let at = windows.position(|one| one == &signature[..]).unwrap();
                container[at + length - 1] ^= 1;
            }
            let one = validate(evidence, &container);
            let other = validate(evidence, &spelt(&container, &choices));
            prop_assert_eq!(one, other);
            Ok(())
        })?;
    }
}
