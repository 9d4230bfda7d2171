//! How much may be authorised, and by whom.

use seal::DigestAlgorithm;

use super::*;

fn issued((organisation, holder): (&str, &str), hashes: usize, expires: SystemTime) -> IssuedSad {
    let digests = vec![Digest::of(DigestAlgorithm::Sha256, b"a"); hashes];
    IssuedSad {
        organisation: OrganisationId::new(organisation),
        holder: holder.to_owned(),
        bearer: [0; 32],
        shown_as: ShownAs::Person,
        credential: "credential".to_owned(),
        expires,
        weight: hashes + 1,
        authorisation: Mutex::new(Authorisation::new(hashes, digests).unwrap()),
    }
}

/// By what one of them is found; no two have the same.
fn hash_of(organisation: &str, holder: &str, number: usize) -> BearerHash {
    bearer_hash(&format!("{organisation} {holder} {number}"))
}

/// Keeps some of 99 hashes each until there are no more: how many.
fn fill(held: &mut Held, organisation: &str, holder: &str, now: SystemTime) -> usize {
    let expires = now + Duration::from_secs(SAD_LIFETIME_S);
    let mut kept = 0;
    loop {
        let hash = hash_of(organisation, holder, kept);
        if held.keep(hash, issued((organisation, holder), 99, expires), now).is_err() {
            return kept;
        }
        kept += 1;
    }
}

#[test]
fn nobody_authorises_so_much_that_another_s_are_let_go() {
    let (mut held, now) = (Held::default(), SystemTime::UNIX_EPOCH);
    let first = issued(("own", "own"), 1, now + Duration::from_secs(SAD_LIFETIME_S));
    held.keep([1; 32], first, now).unwrap();
    for holder in ["a", "b", "c", "d", "e"] {
        assert_eq!(fill(&mut held, "other", holder, now), 100);
    }
    assert_eq!(fill(&mut held, "other", "f", now), 0, "of one organisation");
    assert!(held.by_hash.contains_key(&[1; 32]));
    assert_eq!(fill(&mut held, "own", "own", now), 99);
}

#[test]
fn what_is_spent_or_has_expired_makes_room() {
    let (mut held, now) = (Held::default(), SystemTime::UNIX_EPOCH);
    assert_eq!(fill(&mut held, "own", "a", now), 100);
    let first = hash_of("own", "a", 0);
    let hashes = vec![Digest::of(DigestAlgorithm::Sha256, b"a"); 99];
    held.by_hash[&first].with(|authorisation| authorisation.spend(&hashes)).unwrap();
    let next = issued(("own", "a"), 99, now + Duration::from_secs(SAD_LIFETIME_S));
    held.keep([7; 32], next, now).unwrap();
    assert!(!held.by_hash.contains_key(&first));
    let later = now + Duration::from_secs(SAD_LIFETIME_S);
    assert_eq!(fill(&mut held, "own", "a", later), 100);
    assert_eq!(held.by_hash.len(), 100, "nothing that was let go is found");
}
