//! How much may be authorised, and by whom.

use seal::DigestAlgorithm;

use super::*;

fn issued(hashes: usize, expires: SystemTime) -> IssuedSad {
    let digests = vec![Digest::of(DigestAlgorithm::Sha256, b"a"); hashes];
    IssuedSad {
        bearer: [0; 32],
        stands_for: None,
        credential: "credential".to_owned(),
        expires,
        weight: hashes + 1,
        of_token: false,
        authorisation: Mutex::new(Authorisation::new(hashes, digests).unwrap()),
    }
}

/// Keeps some of 99 hashes each until there are no more: how many.
fn fill(held: &mut Held, organisation: &str, holder: &str, now: SystemTime) -> usize {
    let organisation = OrganisationId::new(organisation);
    let expires = now + Duration::from_secs(SAD_LIFETIME_S);
    let mut kept = 0;
    loop {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&(kept as u64).to_be_bytes());
        let issued = issued(99, expires);
        if held.keep(&organisation, holder.to_owned(), (hash, issued), now).is_err() {
            return kept;
        }
        kept += 1;
    }
}

#[test]
fn nobody_authorises_so_much_that_another_s_are_let_go() {
    let (mut held, now) = (Held::default(), SystemTime::UNIX_EPOCH);
    let own = OrganisationId::new("own");
    let first = issued(1, now + Duration::from_secs(SAD_LIFETIME_S));
    held.keep(&own, "own".to_owned(), ([1; 32], first), now).unwrap();
    for holder in ["a", "b", "c", "d", "e"] {
        assert_eq!(fill(&mut held, "other", holder, now), 100);
    }
    assert_eq!(fill(&mut held, "other", "f", now), 0, "of one organisation");
    assert!(held.find(&own, "own", &[1; 32]).is_some());
    assert_eq!(fill(&mut held, "own", "own", now), 99);
}

#[test]
fn what_is_spent_or_has_expired_makes_room() {
    let (mut held, now) = (Held::default(), SystemTime::UNIX_EPOCH);
    assert_eq!(fill(&mut held, "own", "a", now), 100);
    let organisation = OrganisationId::new("own");
    let one = held.find(&organisation, "a", &[0; 32]).unwrap();
    let hashes = vec![Digest::of(DigestAlgorithm::Sha256, b"a"); 99];
    one.with(|authorisation| authorisation.spend(&hashes)).unwrap();
    let next = issued(99, now + Duration::from_secs(SAD_LIFETIME_S));
    held.keep(&organisation, "a".to_owned(), ([7; 32], next), now).unwrap();
    assert!(held.find(&organisation, "a", &[0; 32]).is_none());
    let later = now + Duration::from_secs(SAD_LIFETIME_S);
    assert_eq!(fill(&mut held, "own", "a", later), 100);
}
