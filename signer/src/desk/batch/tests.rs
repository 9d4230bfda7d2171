use seal::{Act, Level, ProfileId};

use super::*;
use crate::desk::Placed;

fn paper(text: &'static str) -> Paper {
    let document = Document::new(Bytes::from_static(text.as_bytes()));
    Paper::new("a.pdf".into(), document, Err(pades::Error::HeaderMissing), None, &[7; 32])
}

#[test]
fn the_code_is_of_all_documents_in_any_order_and_another_byte_makes_another() {
    let one = code(&[paper("a"), paper("b")]).to_string();
    assert_eq!(one, code(&[paper("b"), paper("a")]).to_string());
    assert_ne!(one, code(&[paper("a"), paper("c")]).to_string());
    assert_eq!(one.len(), 8);
}

#[test]
fn work_begins_once_and_by_the_activation_of_what_is_chosen_alone() {
    let owner = (
        seal::OrganisationId::new("12345674"),
        seal::PersonId { issuer: "issuer".into(), subject: "karen".into() },
    );
    let batch = Batch::new(owner, vec![paper("a")], "id".into(), SystemTime::UNIX_EPOCH);
    let choice = |level| Choice {
        act: Act::Sign,
        profile: ProfileId::new("staff"),
        level,
        placed: Placed::Invisible,
        look: None,
    };
    let awaited = |id: &str| AwaitedActivation { id: id.to_owned(), code: "01234567".to_owned() };
    let none = batch.wait_for(awaited("none"), &choice(Level::BT));
    assert_eq!(none, (false, Some(awaited("none"))), "nothing is chosen");
    assert_eq!(batch.choose(choice(Level::BT)), None);
    assert_eq!(batch.wait_for(awaited("one"), &choice(Level::BT)), (true, None));
    assert_eq!(batch.choose(choice(Level::BLTA)), Some(awaited("one")));
    assert!(!batch.begin_activated("one"), "something else was chosen");
    assert!(!batch.begin(&choice(Level::BT)), "something else was chosen");
    assert!(!batch.wait_for(awaited("one"), &choice(Level::BT)).0);
    assert!(batch.wait_for(awaited("two"), &choice(Level::BLTA)).0);
    assert!(batch.decline() == (true, Some(awaited("two"))) && !batch.decline().0);
    assert!(!batch.begin_activated("two") && !batch.begin(&choice(Level::BLTA)));
    assert!(!batch.wait_for(awaited("two"), &choice(Level::BLTA)).0, "it was declined");
    batch.reopen();
    assert!(batch.wait_for(awaited("two"), &choice(Level::BLTA)).0);
    assert!(!batch.begin_activated("one") && batch.begin_activated("two"));
    assert!(!batch.begin_activated("two"), "it was begun");
    assert_eq!(batch.activation(), Some(awaited("two")));
}

#[test]
fn a_page_counts_as_read_by_its_mark_once_it_was_given() {
    let paper = paper("a");
    let mark = paper.marks(0..1)[0].clone();
    assert_eq!(paper.take(&mark), Asked::NotRead, "it was not given");
    paper.give(0, Given::File);
    assert_eq!(paper.take("0123456789abcdef"), Asked::NotRead, "another mark");
    assert_eq!(paper.take(&mark), Asked::Read);
}
