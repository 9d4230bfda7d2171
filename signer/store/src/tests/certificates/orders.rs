//! Orders are found.

use super::*;

async fn orders_are_found_by_every_filter(ground: Ground) {
    let store = open(&ground).await;
    let of = |id: &str, state, holder: Option<&str>, expires| {
        let CertificateRow::Order(mut row) = order(id, 0, state) else { unreachable!() };
        (row.holder, row.expires) = (holder.map(str::to_owned), expires);
        CertificateRow::Order(row)
    };
    for row in [
        of("one", OrderState::Ready, Some("eva"), 2_000),
        of("two", OrderState::Ready, None, 900),
        of("three", OrderState::Cancelled, Some("eva"), 900),
    ] {
        write(&store, vec![row]).await.unwrap();
    }
    let all = OrderSearch { now: 1_000, limit: 10, ..OrderSearch::default() };
    let some = |text: &str| Some(text.to_owned());
    for (wanted, expected) in [
        (all.clone(), &["one", "three", "two"][..]),
        (OrderSearch { state: Some(OrderState::Ready), ..all.clone() }, &["one"]),
        (OrderSearch { state: Some(OrderState::Expired), ..all.clone() }, &["two"]),
        (OrderSearch { state: Some(OrderState::Cancelled), ..all.clone() }, &["three"]),
        (OrderSearch { state: Some(OrderState::Locked), ..all.clone() }, &[]),
        (OrderSearch { holder: some("eva"), ..all.clone() }, &["one", "three"]),
        (OrderSearch { reference: some("two"), ..all.clone() }, &["two"]),
        (OrderSearch { profile: some("payments"), limit: 2, ..all.clone() }, &["one", "three"]),
        (OrderSearch { profile: some("archive"), ..all.clone() }, &[]),
        (OrderSearch { after: some("one"), ..all.clone() }, &["three", "two"]),
        (OrderSearch { holder: some("\0"), ..all }, &[]),
    ] {
        let found = store.orders(&wanted).await.unwrap();
        let found: Vec<_> = found.iter().map(|kept| kept.value.id.0.as_str()).collect();
        assert_eq!(found, expected, "{wanted:?}");
    }
}

contract!(orders_are_found_by_every_filter,);
