//! What a service that lies may try with an activation.

use std::time::Duration;

use cades::SignatureKind;
use seal::{
    ActivationEntry, ActivationOrder, ActivationRefusal, Activator, Clock, Credential,
    CredentialEnd, EnrolmentRequest, EvidenceRefusal, PersonId, PersonName, PersonSubject,
    PersonalEvidence, ProfileId, Qscd, QscdError, Subject, ToSign,
};

use super::{
    fixture::{Bench, digest, hash, karens_subject, organisation, serial_number},
    person::{
        Passkey, Wanted, activation_order, attributes, entry, karen, karens, prepared, written,
        written_as,
    },
};
use crate::Event;

#[tokio::test]
async fn what_a_person_agreed_to_is_signed_each_entry_once() {
    let (bench, passkey) = Bench::with_passkey();
    let activation = bench.begin(&["a", "b", "b"]).await;
    let given = bench.device.give_evidence(&activation.id, passkey.answer(&activation.challenge));
    assert_eq!(given.await.unwrap().kind, seal::EvidenceKind::Passkey);
    let [a, b] = ["a", "b"].map(|one| attributes(&prepared(one)));
    let sign = async |to_sign: &[Wanted]| bench.sign_by(&activation.id, to_sign).await;
    assert_eq!(sign(&[b.clone(), a.clone()]).await.unwrap().len(), 2);
    let refused = Err(EvidenceRefusal::ImprintNotApproved.into());
    assert_eq!(sign(&[b.clone(), a.clone()]).await, refused, "all or nothing");
    assert_eq!(sign(std::slice::from_ref(&b)).await.unwrap().len(), 1);
    assert_eq!(sign(&[b]).await, refused);
    assert_eq!(sign(&[a]).await, refused);
    assert_eq!(bench.device.counters().live, 0, "each refusal destroys its key");
}

#[tokio::test]
async fn the_device_signs_what_it_hashed_itself() {
    use der::Decode;
    use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
    let (bench, passkey) = Bench::with_passkey();
    let activation = bench.begin(&["a"]).await;
    let evidence = passkey.answer(&activation.challenge);
    bench.device.give_evidence(&activation.id, evidence).await.unwrap();
    let credential = bench.person_credential().await;
    let to_sign = [attributes(&prepared("a"))];
    let values = bench.sign_with(&credential, &activation.id, &to_sign).await.unwrap();
    let der = written(&credential, &prepared("a"));
    let certificate = credential.chain.end_entity().as_bytes();
    let certificate = x509_cert::Certificate::from_der(certificate).unwrap();
    let key = certificate.tbs_certificate().subject_public_key_info();
    let point = key.subject_public_key.raw_bytes();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
        .verify(&der, values[0].as_bytes())
        .unwrap();
}

#[tokio::test]
async fn without_evidence_nothing_is_signed() {
    let (bench, _) = Bench::with_passkey();
    let activation = bench.begin(&["a"]).await;
    let signed = bench.sign_by(&activation.id, &[attributes(&prepared("a"))]).await;
    assert_eq!(signed, Err(EvidenceRefusal::ActivationWithoutEvidence.into()));
    assert_eq!(bench.device.counters().live, 0);
}

#[tokio::test]
async fn another_document_another_form_and_altered_attributes_are_refused() {
    let (bench, passkey) = Bench::with_passkey();
    let activation = bench.begin(&["a"]).await;
    let evidence = passkey.answer(&activation.challenge);
    bench.device.give_evidence(&activation.id, evidence).await.unwrap();
    use EvidenceRefusal::{AttributesMalformed, ImprintNotApproved};
    for (to_sign, refusal) in [
        (attributes(&prepared("b")), ImprintNotApproved),
        (attributes(&digest("a, prepared otherwise")), ImprintNotApproved),
        (attributes(&digest("a")), ImprintNotApproved),
        (hash("a, prepared").into(), ImprintNotApproved),
        (ToSign::Attributes(Vec::new()).into(), AttributesMalformed),
    ] {
        let signed = bench.sign_by(&activation.id, std::slice::from_ref(&to_sign)).await;
        assert_eq!(signed, Err(refusal.into()), "{to_sign:02x?}");
    }
    bench.sign_by(&activation.id, &[attributes(&prepared("a"))]).await.expect("it is not spent");
}

#[tokio::test]
async fn attributes_that_a_service_does_not_write_are_refused() {
    let (bench, passkey) = Bench::with_passkey();
    let activation = bench.begin(&["a"]).await;
    let evidence = passkey.answer(&activation.challenge);
    bench.device.give_evidence(&activation.id, evidence).await.unwrap();
    let imprint = prepared("a");
    let another = bench.person_credential().await;
    let now = bench.clock.now();
    let claimed = |at| SignatureKind::Cades { signing_time: at };
    // `OCTET STRING` of a document, under an identifier that nobody knows; and a second
    // message-digest, whose identifier differs in a padded arc alone.
    let added = hex::decode(format!("301306032a0304310c040a{}", "61".repeat(10)));
    let padded = format!("302f06092a864886f70d01090431220420{}", "cd".repeat(32));
    let padded = padded.replace("302f06092a", "303006 0a2a80").replace(' ', "");
    // In their order, as DER has it.
    let with = |good: Vec<u8>, attribute: Vec<u8>| {
        let mut all = vec![attribute];
        let mut rest = &good[if good[1] == 0x82 { 4 } else { 3 }..];
        while let [_, length, more @ ..] = rest {
            let length = match length {
                0x81 => 3 + usize::from(more[0]),
                short => 2 + usize::from(*short),
            };
            let (one, others) = rest.split_at(length);
            all.push(one.to_vec());
            rest = others;
        }
        all.sort_unstable();
        let content = all.concat();
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        let head: &[u8] = if length[0] == 0 {
            &[0x31, 0x81, length[1]]
        } else {
            &[0x31, 0x82, length[0], length[1]]
        };
        [head, &content].concat()
    };
    let altered = |mut good: Vec<u8>, at: usize| {
        good[at] ^= 1;
        good
    };
    type Make<'a> = &'a dyn Fn(&Credential) -> Vec<u8>;
    let good = |credential: &Credential| written(credential, &imprint);
    let last = |credential: &Credential| good(credential).len() - 1;
    let cases: [Make<'_>; 8] = [
        &|own| with(good(own), added.clone().unwrap()),
        &|own| with(good(own), hex::decode(&padded).unwrap()),
        &|_| good(&another),
        &|own| altered(good(own), last(own)),
        &|own| [good(own), vec![0]].concat(),
        &|own| written_as(own, &imprint, claimed(now - Duration::from_secs(3600))),
        &|own| written_as(own, &imprint, claimed(now + Duration::from_secs(3600))),
        &|own| {
            let content_type = "301806092a864886f70d010903310b06092a864886f70d010701";
            let digest = format!("302f06092a864886f70d01090431220420{imprint}");
            let content = hex::decode([content_type, &digest].concat()).unwrap();
            assert!(good(own).windows(content.len()).any(|part| part == content));
            [&[0x31, u8::try_from(content.len()).unwrap()], content.as_slice()].concat()
        },
    ];
    for (number, make) in cases.into_iter().enumerate() {
        let credential = bench.person_credential().await;
        let to_sign = Wanted::AsItIs(ToSign::Attributes(make(&credential)));
        let signed = bench.sign_with(&credential, &activation.id, &[to_sign]).await;
        assert_eq!(signed, Err(EvidenceRefusal::AttributesMalformed.into()), "{number}");
    }
    let credential = bench.person_credential().await;
    let to_sign = ToSign::Attributes(written_as(&credential, &imprint, claimed(now)));
    bench.sign_with(&credential, &activation.id, &[to_sign.into()]).await.expect("it is CAdES");
}

#[tokio::test]
async fn another_certificate_is_not_activated() {
    let (bench, passkey) = Bench::with_passkey();
    let activation = bench.begin(&["a"]).await;
    let evidence = passkey.answer(&activation.challenge);
    bench.device.give_evidence(&activation.id, evidence).await.unwrap();
    let person = |change: fn(&mut PersonSubject)| {
        let mut subject = karens_subject();
        change(&mut subject);
        Subject::Person(subject)
    };
    let mads = |subject: &mut PersonSubject| {
        subject.holder.subject = "mads".into();
        subject.serial_number = serial_number(&subject.holder);
    };
    let renamed = |subject: &mut PersonSubject| {
        let (given_name, surname) = ("Mads".into(), "Bæk".into());
        subject.name = PersonName::Named { given_name, surname };
        subject.common_name = "Mads Bæk".into();
    };
    let shown = |subject: &mut PersonSubject| subject.common_name = "Mads Bæk".into();
    let masked = |subject: &mut PersonSubject| {
        subject.common_name = "The chief".into();
        subject.name = PersonName::Pseudonym("The chief".into());
    };
    let numbered = |subject: &mut PersonSubject| {
        let mads = PersonId { subject: "mads".into(), ..karen() };
        subject.serial_number = serial_number(&mads);
    };
    let written_to = |subject: &mut PersonSubject| subject.email = Some("mads@segl.example".into());
    let elsewhere = |subject: &mut PersonSubject| {
        subject.organization_identifier = Some("NTRDK-34051178".into());
    };
    let for_nobody = |subject: &mut PersonSubject| {
        subject.organization_name = None;
        subject.organization_identifier = None;
    };
    let numberless = |subject: &mut PersonSubject| subject.organization_identifier = None;
    let nameless = |subject: &mut PersonSubject| subject.organization_name = None;
    let misnamed =
        |subject: &mut PersonSubject| subject.organization_name = Some("Finansministeriet".into());
    use EvidenceRefusal::{OtherProfile, OtherSubject, WrongKind};
    for (subject, profile, refusal) in [
        (person(mads), "decisions", OtherSubject),
        (person(renamed), "decisions", OtherSubject),
        (person(shown), "decisions", OtherSubject),
        (person(masked), "decisions", OtherSubject),
        (person(numbered), "decisions", OtherSubject),
        (person(written_to), "decisions", OtherSubject),
        (person(elsewhere), "decisions", OtherSubject),
        (person(for_nobody), "decisions", OtherSubject),
        (person(numberless), "decisions", OtherSubject),
        (person(nameless), "decisions", OtherSubject),
        (person(misnamed), "decisions", OtherSubject),
        (person(|_| {}), "payroll", OtherProfile),
        (organisation(), "decisions", WrongKind),
    ] {
        let profile = ProfileId::new(profile);
        let request = EnrolmentRequest { profile, ..bench.request(subject) };
        let credential = bench.device.enrol(request).await.unwrap();
        let to_sign = [attributes(&prepared("a"))];
        let signed = bench.sign_with(&credential, &activation.id, &to_sign).await;
        assert_eq!(signed, Err(refusal.into()));
        let ended = bench.authorise(&credential, &[hash("a")]).await.unwrap_err();
        assert_eq!(ended, CredentialEnd::Destroyed.into());
    }
}

#[tokio::test]
async fn evidence_cannot_be_kept_for_later() {
    let (bench, passkey) = Bench::with_passkey();
    let early = bench.begin(&["a"]).await;
    let kept = passkey.answer(&early.challenge);
    bench.device.give_evidence(&early.id, kept.clone()).await.unwrap();
    let again = bench.device.give_evidence(&early.id, kept.clone()).await;
    assert_eq!(again, Err(ActivationRefusal::EvidenceGiven.into()));
    bench.clock.advance(Duration::from_secs(600));
    let signed = bench.sign_by(&early.id, &[attributes(&prepared("a"))]).await;
    assert_eq!(signed, Err(EvidenceRefusal::ActivationUnknown.into()));
    let given = bench.device.give_evidence(&early.id, kept.clone()).await;
    assert_eq!(given, Err(ActivationRefusal::Unknown.into()));
    // The same documents, asked for once more, are another challenge.
    let later = bench.begin(&["a"]).await;
    let given = bench.device.give_evidence(&later.id, kept).await;
    assert_eq!(given, Err(ActivationRefusal::OtherChallenge.into()));
}

#[tokio::test]
async fn a_hash_alone_is_signed_only_where_it_was_listed_so() {
    let (bench, passkey) = Bench::with_passkey();
    let entries = vec![ActivationEntry::of_hash(&digest("attributes")), entry("a")];
    let activation = bench.device.begin_activation(activation_order(entries)).await.unwrap();
    let evidence = passkey.answer(&activation.challenge);
    bench.device.give_evidence(&activation.id, evidence).await.unwrap();
    let refused = Err(EvidenceRefusal::ImprintNotApproved.into());
    for to_sign in [attributes(&digest("attributes")), hash("a, prepared").into()] {
        assert_eq!(bench.sign_by(&activation.id, &[to_sign]).await, refused);
    }
    bench.sign_by(&activation.id, &[hash("attributes").into()]).await.unwrap();
    assert_eq!(bench.sign_by(&activation.id, &[hash("attributes").into()]).await, refused);
}

#[tokio::test]
async fn what_is_no_activation_is_refused() {
    let (bench, _) = Bench::with_passkey();
    let good = activation_order(vec![entry("a")]);
    let long = "x".repeat(1025);
    let imprint = |imprint: Vec<u8>| ActivationEntry { imprint, ..entry("a") };
    let document = ActivationEntry { document: Some(vec![0; 20]), ..entry("a") };
    use ActivationRefusal::{Entries, Texts};
    let with = |entries| ActivationOrder { entries, ..good.clone() };
    for (order, refusal) in [
        (with(Vec::new()), Entries),
        (with(vec![entry("a"); 101]), Entries),
        (with(vec![imprint(vec![0; 31])]), Entries),
        (with(vec![document]), Entries),
        (ActivationOrder { organization_identifier: String::new(), ..good.clone() }, Texts),
        (ActivationOrder { profile: ProfileId::new(long.clone()), ..good.clone() }, Texts),
        (ActivationOrder { requester: long, ..good.clone() }, Texts),
        (
            ActivationOrder {
                person: PersonId { subject: String::new(), ..karen() },
                ..good.clone()
            },
            Texts,
        ),
    ] {
        assert_eq!(bench.device.begin_activation(order).await, Err(refusal.into()));
    }
}

#[tokio::test]
async fn one_requester_cannot_take_anothers_room() {
    let (bench, _) = Bench::with_passkey();
    let order = activation_order(vec![entry("a")]);
    for _ in 0..100 {
        bench.device.begin_activation(order.clone()).await.unwrap();
    }
    let full = bench.device.begin_activation(order.clone()).await;
    assert_eq!(full, Err(QscdError::AtCapacity));
    let other = ActivationOrder { requester: "somebody else".into(), ..order.clone() };
    bench.device.begin_activation(other).await.unwrap();
    bench.clock.advance(Duration::from_secs(600));
    bench.device.begin_activation(order).await.expect("what has ended takes no room");
}

#[tokio::test]
async fn evidence_is_tried_ten_times() {
    let (bench, passkey) = Bench::with_passkey();
    let activation = bench.begin(&["a"]).await;
    let stranger = Passkey::new("a stranger's");
    for _ in 0..10 {
        let given =
            bench.device.give_evidence(&activation.id, stranger.answer(&activation.challenge));
        assert_eq!(given.await, Err(ActivationRefusal::PasskeyUnknown.into()));
    }
    let given = bench.device.give_evidence(&activation.id, passkey.answer(&activation.challenge));
    assert_eq!(given.await, Err(ActivationRefusal::Unknown.into()));
}

#[tokio::test]
async fn a_removed_passkey_gives_no_evidence_and_what_it_gave_counts_no_more() {
    let (bench, passkey) = Bench::with_passkey();
    let [given, waiting] = [bench.begin(&["a"]).await, bench.begin(&["a"]).await];
    let evidence = passkey.answer(&given.challenge);
    bench.device.give_evidence(&given.id, evidence).await.unwrap();
    bench.device.remove_authenticator(karens(passkey.means())).await.unwrap();
    let signed = bench.sign_by(&given.id, &[attributes(&prepared("a"))]).await;
    assert_eq!(signed, Err(EvidenceRefusal::ActivationUnknown.into()));
    let late = bench.device.give_evidence(&waiting.id, passkey.answer(&waiting.challenge)).await;
    assert_eq!(late, Err(ActivationRefusal::PasskeyUnknown.into()));
    let again = bench.device.remove_authenticator(karens(passkey.means())).await;
    assert_eq!(again, Err(ActivationRefusal::Unknown.into()));
}

#[tokio::test]
async fn an_id_token_of_a_fresh_login_activates() {
    let (bench, _) = Bench::with_passkey();
    let activation = bench.begin(&["a"]).await;
    let nonce = activation.challenge.base64url();
    let token = |subject| {
        let token = bench.identities.issue_id_token(subject, &nonce, bench.clock.now());
        PersonalEvidence::IdToken(token.unwrap().unwrap())
    };
    let of_another = bench.device.give_evidence(&activation.id, token("mads")).await;
    assert_eq!(of_another, Err(ActivationRefusal::LoginOfAnother.into()));
    let given = bench.device.give_evidence(&activation.id, token("karen")).await.unwrap();
    assert_eq!(given.kind, seal::EvidenceKind::IdToken);
    bench.sign_by(&activation.id, &[attributes(&prepared("a"))]).await.unwrap();
}

#[tokio::test]
async fn activations_and_evidence_are_told_without_naming_anybody() {
    let (bench, passkey) = Bench::with_passkey();
    let activation = bench.begin(&["a"]).await;
    let evidence = passkey.answer(&activation.challenge);
    bench.device.give_evidence(&activation.id, evidence).await.unwrap();
    let events = bench.recorder.events();
    let code = activation.reference_code();
    assert!(events.iter().any(
        |event| matches!(event, Event::ActivationBegun { reference_code, entries: 1, .. } if *reference_code == code)
    ));
    assert!(events.iter().any(|event| matches!(event, Event::EvidenceGiven { .. })));
    assert!(!format!("{events:?}").contains("Karen"));
}

#[tokio::test]
async fn a_profile_that_is_a_sentence_is_shown_to_nobody() {
    let bench = Bench::new();
    for (profile, good) in [
        ("staff", true),
        ("ledelse-på-vegne_af.2", true),
        ("Only a login", false),
        ("only\u{a0}login", false),
        ("staff\u{202e}", false),
        ("", false),
    ] {
        let order = ActivationOrder {
            profile: ProfileId::new(profile),
            ..activation_order(vec![entry("a")])
        };
        let begun = bench.device.begin_activation(order).await;
        assert_eq!(begun.is_ok(), good, "{profile}: {begun:?}");
    }
}
