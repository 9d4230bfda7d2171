//! The certificate authority that nodes share.

use super::*;

fn authority(name: &str, octet: u8) -> KeptAuthority {
    KeptAuthority {
        name: name.into(),
        certificate: vec![octet; 3],
        protected_key: Some(vec![octet; 5]),
    }
}

async fn shared(ground: Ground) -> SharedAuthorities {
    let store = Store::open(ground, sample::key()).await.unwrap();
    store.shared_authorities().unwrap()
}

#[tokio::test]
async fn a_store_in_a_file_shares_no_authority() {
    for ground in [Ground::file(), Ground::memory()] {
        let store = Store::open(ground, sample::key()).await.unwrap();
        assert!(store.shared_authorities().is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_nodes_that_keep_an_authority_at_once_one_decides_and_all_read_the_same() {
    let one = Ground::server();
    let nodes = [shared(one.clone()).await, shared(one.as_node("two")).await];
    for round in 0..20 {
        let name = format!("issuing-{round}");
        let ours = [authority(&name, 1), authority(&name, 2)];
        let (first, second) = tokio::join!(
            nodes[0].keep(std::slice::from_ref(&ours[0])),
            nodes[1].keep(std::slice::from_ref(&ours[1])),
        );
        let kept = [first.unwrap(), second.unwrap()];
        assert_eq!(kept.iter().filter(|kept| **kept).count(), 1, "{kept:?}");
        let winner = if kept[0] { &ours[0] } else { &ours[1] };
        for node in &nodes {
            assert_eq!(node.read(&name).await.unwrap().as_ref(), Some(winner));
        }
    }
    assert_eq!(nodes[1].names().await.unwrap().len(), 20);
    assert_eq!(nodes[0].read("root").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_authorities_are_kept_or_none() {
    let shared = shared(Ground::server()).await;
    assert_eq!(shared.names().await.unwrap(), [""; 0]);
    assert!(shared.keep(&[authority("issuing-1", 1)]).await.unwrap());
    let both = [authority("root", 2), authority("issuing-1", 2)];
    assert!(!shared.keep(&both).await.unwrap());
    assert_eq!(shared.names().await.unwrap(), ["issuing-1"]);
    // A root's key may be elsewhere, and any in a token.
    let keyless = |name| KeptAuthority { protected_key: None, ..authority(name, 3) };
    for name in ["root", "issuing-2"] {
        assert!(shared.keep(&[keyless(name)]).await.unwrap());
        assert_eq!(shared.read(name).await.unwrap(), Some(keyless(name)));
    }
    let long = KeptAuthority { certificate: vec![0; 65537], ..authority("issuing-3", 3) };
    shared.keep(&[long]).await.unwrap_err();
}
