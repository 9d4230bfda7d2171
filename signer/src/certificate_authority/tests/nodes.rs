//! Nodes that share a database, and in it the authority.

use std::sync::Arc;

use test_database::Server;
use tokio::task::spawn_blocking;

use super::*;
use crate::{
    audit::{hex, sample},
    certificate_authority::KeptAt,
    store::{Place, SharedAuthorities, Store},
};

/// A node: its store, and its own folder.
struct Node {
    store: Store,
    folder: TempDir,
}

impl Node {
    async fn new(database: &str, name: &str) -> Self {
        let place = Place::on_server(database.parse().unwrap(), name.parse().unwrap(), ());
        let store = Store::open(place, sample::key()).await.unwrap();
        Self { store, folder: TempDir::new().unwrap() }
    }

    fn rows(&self) -> SharedAuthorities {
        self.store.shared_authorities().unwrap()
    }

    /// As the node starts.
    async fn start(
        &self,
        passphrase: Option<&str>,
    ) -> Result<Arc<RegistryAuthority>, AuthorityError> {
        let settings = AuthoritySettings {
            shared: Some(self.rows()),
            passphrase: passphrase.map(Secret::new),
            ..settings(self.folder.path())
        };
        spawn_blocking(|| RegistryAuthority::new(settings)).await.unwrap().map(Arc::new)
    }

    async fn authority(&self) -> Arc<RegistryAuthority> {
        self.start(Some(PASSPHRASE)).await.unwrap()
    }
}

async fn two_nodes() -> (String, [Node; 2]) {
    let database = Server::shared().database();
    let nodes = [Node::new(&database, "one").await, Node::new(&database, "two").await];
    (database, nodes)
}

async fn issued(
    authority: &Arc<RegistryAuthority>,
    at: SystemTime,
) -> Result<IssuedCertificate, IssuingError> {
    let authority = Arc::clone(authority);
    spawn_blocking(move || issue(&authority, &content(), at)).await.unwrap()
}

/// A question about a leaf, whose issuer is at hand: its DER.
fn question(folder: &Path, authority: &RegistryAuthority, leaf: &IssuedCertificate) -> Vec<u8> {
    write_chain(folder, authority, leaf);
    let asked = "ocsp -no_nonce -issuer issuing.pem -cert leaf.pem -reqout request.ors";
    let (content, said) = openssl(folder, asked);
    assert!(content, "{said}");
    fs::read(folder.join("request.ors")).unwrap()
}

/// An answer as OpenSSL prints it, unverified: it may be of another time.
fn printed(folder: &Path, answer: &[u8]) -> String {
    fs::write(folder.join("answer.ors"), answer).unwrap();
    openssl(folder, "ocsp -noverify -respin answer.ors -resp_text").1
}

/// What OpenSSL reads out of an answer.
fn answered(folder: &Path, answer: &[u8]) -> String {
    fs::write(folder.join("answer.ors"), answer).unwrap();
    let read = "ocsp -no_nonce -issuer issuing.pem -cert leaf.pem -respin answer.ors -CAfile root.pem -verify_other issuing.pem";
    let (content, said) = openssl(folder, read);
    assert!(content && said.contains("Response verify OK"), "{said}");
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_make_it_at_once_have_one_and_answer_for_what_either_issued() {
    let (_, nodes) = two_nodes().await;
    let both = [nodes[0].authority().await, nodes[1].authority().await];
    assert!(both.iter().all(|one| one.can_issue() && one.made().is_empty()));
    let (first, second) = tokio::join!(both[0].open(now()), both[1].open(now()));
    first.unwrap();
    second.unwrap();
    assert_eq!(both[0].made(), both[1].made());
    assert_eq!(both[0].made().len(), 2);
    assert!(!nodes[0].folder.path().join("registry").exists(), "nothing lies in a folder");
    let folder = TempDir::new().unwrap();
    for (issuing, asked) in [(&both[0], &both[1]), (&both[1], &both[0])] {
        let kept = Kept::new(Arc::clone(issuing), content());
        let (_, der) = request();
        let leaf = kept.issue(&CertificationRequest::read(&der).unwrap()).unwrap().certificate;
        let question = question(folder.path(), issuing, &leaf);
        let verify = "verify -x509_strict -CAfile root.pem -untrusted issuing.pem leaf.pem";
        let (content, said) = openssl(folder.path(), verify);
        assert!(content, "{said}");
        let good = asked.ocsp(&question, &kept, now()).await;
        assert!(answered(folder.path(), &good).contains("leaf.pem: good"));
        kept.block(&leaf.serial_number, BlockingReason::CompromiseSuspected);
        let blocked = asked.ocsp(&question, &kept, now()).await;
        assert!(answered(folder.path(), &blocked).contains("leaf.pem: revoked"));
        let list = asked.revocation_list(1, &kept, now()).await.unwrap().unwrap();
        fs::write(folder.path().join("list.crl"), list).unwrap();
        let read = "crl -inform DER -in list.crl -CAfile issuing.pem -noout -text";
        let (_, said) = openssl(folder.path(), read);
        assert!(said.contains("verify OK") && said.contains("Key Compromise"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_others_learn_of_an_issuing_key_that_one_node_makes() {
    let (_, nodes) = two_nodes().await;
    let [one, two] = [nodes[0].authority().await, nodes[1].authority().await];
    let unaware =
        [nodes[1].authority().await, nodes[1].authority().await, nodes[1].authority().await];
    let (now, later) = (now(), now() + years(8));
    one.open(now).await.unwrap();
    // Told of before anybody asks, as the listener needs it.
    assert!(two.made().is_empty());
    two.look().await.unwrap();
    assert_eq!(two.made(), one.made());
    for node in &unaware {
        node.open(now).await.unwrap();
    }

    let leaf = issued(&one, later).await.unwrap();
    assert_eq!((leaf.issuer_generation, two.made().len()), (2, 2));
    // By a question about one of its certificates, of many who ask at the same moment as well.
    let kept = Kept::new(Arc::clone(&one), content());
    let folder = TempDir::new().unwrap();
    let question = question(folder.path(), &one, &leaf);
    let many = (0..20).map(|_| two.ocsp(&question, &kept, later));
    for answer in futures_util::future::join_all(many).await {
        let read = printed(folder.path(), &answer);
        assert!(read.contains("OCSP Response Status: successful"), "{read}");
    }
    assert_eq!(two.made(), one.made());
    assert_eq!(two.chain(2), one.chain(2));

    // By its list and its certificate; and who needs a key takes the one that there is.
    for (asked, node) in unaware.iter().enumerate() {
        assert_eq!(node.made().len(), 2);
        match asked {
            0 => assert!(node.revocation_list(2, &kept, later).await.unwrap().is_some()),
            1 => assert!(node.issuing(2, later).await.unwrap().is_some()),
            _ => assert_eq!(issued(node, later).await.unwrap().issuer_generation, 2),
        }
        assert_eq!(node.made(), one.made());
        assert!(node.issuing(3, later).await.unwrap().is_none());
    }
    // Nodes that roll over at once have one key as well.
    let late = now + years(16);
    let (first, second) = tokio::join!(issued(&one, late), issued(&two, late));
    assert_eq!([first.unwrap(), second.unwrap()].map(|leaf| leaf.issuer_generation), [3, 3]);
    assert_eq!(one.chain(3), two.chain(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_the_passphrase_issues_nothing_and_one_with_another_does_not_start() {
    let (_, [one, two]) = two_nodes().await;
    let without = one.start(None).await.unwrap();
    assert!(!without.can_issue());
    let refused = without.open(now()).await;
    assert!(matches!(refused, Err(AuthorityError::NoPassphrase)), "{refused:?}");
    assert!(matches!(one.start(Some("short")).await, Err(AuthorityError::WeakPassphrase)));
    one.authority().await.open(now()).await.unwrap();
    let refused = two.start(Some("correct horse battery stable")).await.map(drop).unwrap_err();
    assert!(
        matches!(&refused, AuthorityError::Key { at: KeptAt::Row(name), .. } if name == "root"),
        "{refused:?}"
    );
    let told = refused.to_string();
    assert!(told.contains("row root of") && told.contains("password is wrong"), "{told}");
    assert!(!one.folder.path().join("registry").exists(), "no passphrase is made");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_holds_no_key_in_the_clear_and_no_passphrase() {
    let (database, [one, _]) = two_nodes().await;
    one.authority().await.open(now()).await.unwrap();
    let dump = Server::shared().dump(&database);

    for name in ["root", "issuing-1"] {
        let row = one.rows().read(name).await.unwrap().unwrap();
        let protected = row.protected_key.unwrap();
        // The search sees what is there.
        assert!(dump.contains(&hex(&protected)), "{name}");
        let key = key_file::open_key(&protected, PASSPHRASE.as_bytes()).unwrap();
        assert!(AuthorityKey::read(&protected).is_none());
        // Any part of PKCS#8 that is the private number's, whose place differs by the curve.
        for part in key.windows(16).filter(|part| !row.certificate.windows(16).any(|w| w == *part))
        {
            assert!(!dump.contains(&hex(part)), "{name}");
        }
    }
    assert!(!dump.contains(PASSPHRASE) && !dump.contains(&hex(PASSPHRASE.as_bytes())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_an_authority_takes_that_of_a_folder_and_of_no_second_one() {
    let (_, [one, two]) = two_nodes().await;
    let made: Vec<_> = [&one, &two]
        .map(|node| {
            let authority = authority(node.folder.path());
            for at in [now(), now() + years(8)] {
                issue(&authority, &content(), at).unwrap();
            }
            authority.made()
        })
        .into();
    assert_eq!(one.authority().await.made(), made[0]);
    let other = two.authority().await;
    assert_eq!(other.made(), made[0], "two has its own folder, which is not read");
    assert_eq!(issued(&other, now() + years(8)).await.unwrap().issuer_generation, 2);
    // Where the folder lacks a part, nothing of it is taken.
    let third = Node::new(&Server::shared().database(), "one").await;
    fs::rename(two.folder.path().join("registry"), third.folder.path().join("registry")).unwrap();
    fs::remove_file(third.folder.path().join("registry/issuing-1.key")).unwrap();
    let refused = third.start(Some(PASSPHRASE)).await.map(drop);
    assert!(matches!(refused, Err(AuthorityError::Incomplete(KeptAt::File(_)))), "{refused:?}");
    assert!(third.rows().names().await.unwrap().is_empty());
}
