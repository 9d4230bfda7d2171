use std::collections::BTreeSet;

use seal::{CertificateProfile, CountryCode, Organisation};

use super::*;
use crate::{
    Actor, CertificateContent, CertificateSettings, CertificateTerms, HolderKey, Kept, PersonState,
    Purpose, RegisteredPerson, Version,
};

mod content;

const DAY_S: u64 = 24 * 60 * 60;
const POLICY: &str = "2026-11";
const CODE: &str = "00000-00000-00000-00000";

fn moment(days: u64) -> Moment {
    let beginning = Moment::try_from(std::time::SystemTime::UNIX_EPOCH).unwrap();
    beginning.after(1_800_000_000 + days * DAY_S)
}

struct House {
    organisation: Organisation,
    settings: CertificateSettings,
    profile: CertificateProfile,
    terms: Kept<CertificateTerms>,
    holder: Option<RegisteredPerson>,
    accepted: Option<&'static str>,
    wanted: Placing,
}

impl House {
    fn new(kind: CertificateKind) -> Self {
        let seal_kind = match kind {
            CertificateKind::User => "user",
            CertificateKind::Organisation => "organisation",
            CertificateKind::System => "system",
        };
        let profile = format!(
            r#"{{"id":"payments","kind":"{seal_kind}","display_name":"Payments",
                "contact_person":{{"name":"Mads","email":"mads@example.com"}}}}"#
        );
        let organisation: Organisation = serde_json::from_str(
            r#"{"registered_name":"Havnsted Kommune","cvr":"12345674","country":"DK"}"#,
        )
        .unwrap();
        assert_eq!(organisation.country, CountryCode::DENMARK);
        Self {
            organisation,
            settings: CertificateSettings {
                allow_user_certificates: true,
                four_eyes: false,
                digest_for_administrators: false,
            },
            profile: serde_json::from_str(&profile).unwrap(),
            terms: Kept {
                version: Version(3),
                value: CertificateTerms {
                    profile: ProfileId::new("payments"),
                    kind,
                    name: "Betalinger".into(),
                    uuid: "00112233445566778899aabbccddeeff".into(),
                    purposes: [Purpose::Authentication].into(),
                    key: HolderKey::Rsa3072,
                    lifetime_days: 1095,
                    overlap_days: 60,
                    email: None,
                    show_email: false,
                    published: false,
                    relying_services: Vec::new(),
                    made: moment(0),
                    made_by: Actor::Operator,
                },
            },
            holder: Some(person()),
            accepted: Some(POLICY),
            wanted: Placing {
                id: OrderId("order".into()),
                reference: OrderReference::of(u64::MAX),
                kind: None,
                names_holder: true,
                identification: Identification::default(),
                issuing: Issuing::default(),
                replaces: None,
                email_confirmed: false,
                code: None,
                by: Asker("person karen".into()),
            },
        }
    }

    /// The same, collected with a code by nobody in particular.
    fn by_code(kind: CertificateKind) -> Self {
        let mut house = Self { holder: None, ..Self::new(kind) };
        house.wanted.identification = Identification::OneTimeCode;
        house.wanted.names_holder = false;
        house.wanted.code = Some(CodeHash::of(CODE));
        house
    }

    fn place(&self) -> Result<Order, OrderRefusal> {
        let ground = Ground {
            organisation: &self.organisation,
            settings: self.settings,
            profile: Some(&self.profile),
            terms: Some(&self.terms),
            holder: self.holder.as_ref(),
            policy: POLICY,
            accepted: self.accepted,
        };
        Order::place(ground, self.wanted.clone(), moment(0))
    }

    fn content(&self, order: &Order, confirmed: Option<Moment>) -> Result<String, OrderRefusal> {
        Ok(self.whole_content(order, confirmed)?.common_name)
    }

    fn whole_content(
        &self,
        order: &Order,
        confirmed: Option<Moment>,
    ) -> Result<CertificateContent, OrderRefusal> {
        let of = (&self.organisation, self.settings);
        order.content(
            Some(&self.terms),
            of,
            self.holder.as_ref(),
            EmailConfirmed(confirmed),
            moment(30),
        )
    }
}

fn person() -> RegisteredPerson {
    RegisteredPerson {
        id: RegisteredId("karen".into()),
        given_name: "Karen".into(),
        family_name: "Aagaard".into(),
        email: Some("karen@example.com".into()),
        email_validated: false,
        state: PersonState::Active,
        login: None,
        links: Vec::new(),
        known_logins: Vec::new(),
        passkeys: Vec::new(),
        roles: BTreeSet::new(),
        salt: "salt".into(),
        made: moment(0),
        made_by: Actor::Operator,
    }
}

#[test]
fn every_act_in_every_state_leads_where_the_table_says_or_nowhere() {
    use OrderState::{AwaitingApproval, AwaitingEmail, Cancelled, Issued, Locked, Ready};
    // Rows: the states; columns: approve, confirm, new code, wrong code, lock, issue, cancel.
    let no = None;
    let table = [
        (AwaitingApproval, [Some(Ready), no, no, no, no, no, Some(Cancelled)]),
        (AwaitingEmail, [no, Some(Ready), no, no, no, no, Some(Cancelled)]),
        (Ready, [no, no, Some(Ready), Some(Ready), Some(Locked), Some(Issued), Some(Cancelled)]),
        (Locked, [no, no, Some(Ready), no, no, no, Some(Cancelled)]),
        (Issued, [no; 7]),
        (Cancelled, [no; 7]),
        (OrderState::Expired, [no; 7]),
    ];
    assert_eq!(table.map(|(state, _)| state), OrderState::ALL);
    for (state, cells) in table {
        for (act, next) in OrderAct::ALL.into_iter().zip(cells) {
            assert_eq!(state.after(act, false), next, "{state:?} {act:?}");
            let with_email = match (state, act) {
                (AwaitingApproval, OrderAct::Approve) => Some(AwaitingEmail),
                (_, _) => next,
            };
            assert_eq!(state.after(act, true), with_email, "{state:?} {act:?}");
        }
        assert_eq!(state.is_open(), cells[6].is_some());
    }
}

#[test]
fn an_open_order_ends_after_thirty_days_and_nothing_is_done_with_it() {
    let order = House::new(CertificateKind::System).place().unwrap();
    assert_eq!(order.state(moment(29)), OrderState::Ready);
    assert_eq!(order.state(moment(30)), OrderState::Expired);
    for act in OrderAct::ALL {
        let refused = order.after(act, moment(30)).unwrap_err();
        assert!(matches!(refused, OrderRefusal::State { state: "expired", .. }), "{act:?}");
    }
    let issued = order.after(OrderAct::Issue, moment(1)).unwrap();
    assert_eq!(issued.state(moment(90)), OrderState::Issued);
}

#[test]
fn qualified_certificates_with_a_long_life_are_refused_with_the_reason() {
    let mut house = House::new(CertificateKind::User);
    house.wanted.kind = Some(WantedKind::Qualified);
    // Before anything else: whoever asks wants to know this first.
    house.accepted = None;
    let refused = house.place().unwrap_err();
    assert_eq!(refused, OrderRefusal::QualifiedLongLived);
    let reason = refused.to_string();
    assert!(reason.contains("not offered") && reason.contains("certificates of minutes"));
}

#[test]
fn an_order_is_placed_only_where_everything_that_it_stands_on_is_there() {
    use CertificateKind::{Organisation, System, User};
    type Spoil = fn(&mut House);
    let cases: [(CertificateKind, Spoil, OrderRefusal); 15] = [
        (
            User,
            |house| house.settings.allow_user_certificates = false,
            OrderRefusal::UserCertificatesNotAllowed,
        ),
        (System, |house| house.profile.active = false, OrderRefusal::ProfileNotOrderable),
        (System, |house| house.wanted.kind = Some(WantedKind::User), OrderRefusal::KindMismatch),
        (System, |house| house.organisation.cvr = " ".into(), OrderRefusal::OrganisationIncomplete),
        (
            System,
            |house| house.organisation.cvr = "12345678".into(),
            OrderRefusal::OrganisationIncomplete,
        ),
        (
            System,
            |house| house.organisation.registered_name = String::new(),
            OrderRefusal::OrganisationIncomplete,
        ),
        (System, |house| house.accepted = None, OrderRefusal::PolicyNotAccepted(POLICY.into())),
        (
            User,
            |house| house.accepted = Some("2025-01"),
            OrderRefusal::PolicyNotAccepted(POLICY.into()),
        ),
        (System, |house| house.profile.contact_person = None, OrderRefusal::ContactMissing),
        (
            Organisation,
            |house| house.profile.contact_person.as_mut().unwrap().email = None,
            OrderRefusal::ContactMissing,
        ),
        (
            User,
            |house| house.holder = None,
            OrderRefusal::Holder("the person named as holder is not there"),
        ),
        (
            User,
            |house| (house.holder, house.wanted.names_holder) = (None, false),
            OrderRefusal::Holder("a user certificate needs a holder: name the person"),
        ),
        (
            System,
            |house| (house.holder, house.wanted.names_holder) = (None, false),
            OrderRefusal::Holder("whoever collects by login is to be named as holder"),
        ),
        (
            User,
            |house| house.wanted.identification = Identification::OneTimeCode,
            OrderRefusal::Holder("a user certificate is collected by login alone"),
        ),
        (
            User,
            |house| house.holder.as_mut().unwrap().state = PersonState::Left,
            OrderRefusal::Holder("the person named as holder is not active"),
        ),
    ];
    for (kind, spoil, refusal) in cases {
        let mut house = House::new(kind);
        assert!(house.place().is_ok(), "{kind:?}");
        spoil(&mut house);
        assert_eq!(house.place().unwrap_err(), refusal);
    }
    let mut user = House::new(User);
    user.profile.contact_person = None;
    assert!(user.place().is_ok(), "a contact person is mandatory for organisations and systems");
}

#[test]
fn how_it_is_collected_and_how_it_is_issued_are_two_choices_with_login_and_browser_first() {
    assert_eq!(serde_json::to_string(&Identification::default()).unwrap(), r#""login""#);
    assert_eq!(serde_json::to_string(&Issuing::default()).unwrap(), r#""browser""#);
    for identification in [Identification::Login, Identification::OneTimeCode] {
        for issuing in [Issuing::Browser, Issuing::CommandLine, Issuing::Api] {
            let mut house = House::new(CertificateKind::System);
            (house.wanted.identification, house.wanted.issuing) = (identification, issuing);
            house.wanted.code = Some(CodeHash::of(CODE));
            let order = house.place().unwrap();
            assert_eq!((order.identification, order.issuing), (identification, issuing));
            assert_eq!(order.code.is_some(), identification == Identification::OneTimeCode);
        }
    }
}

#[test]
fn whoever_ordered_does_not_approve_where_four_eyes_are_wanted() {
    let mut house = House::new(CertificateKind::System);
    house.settings.four_eyes = true;
    let order = house.place().unwrap();
    assert_eq!(order.kept_state, OrderState::AwaitingApproval);
    let own = order.approved(&Asker("person karen".into()), true, moment(1));
    assert_eq!(own.unwrap_err(), OrderRefusal::OwnOrder);
    let other = Asker("person mads".into());
    let approved = order.approved(&other, true, moment(1)).unwrap();
    assert_eq!(
        (approved.kept_state, approved.approved_by.as_ref()),
        (OrderState::Ready, Some(&other))
    );
    assert!(approved.approved(&other, true, moment(1)).is_err());
}

#[test]
fn an_address_that_is_shown_is_confirmed_before_and_lately() {
    let mut house = House::new(CertificateKind::System);
    house.terms.value.email = Some("post@example.com".into());
    let waiting = house.place().unwrap();
    assert_eq!(waiting.kept_state, OrderState::AwaitingEmail);
    assert!(waiting.after(OrderAct::Issue, moment(1)).is_err());
    house.wanted.email_confirmed = true;
    assert_eq!(house.place().unwrap().kept_state, OrderState::Ready);
    let ready = waiting.after(OrderAct::ConfirmEmail, moment(1)).unwrap();
    assert_eq!(house.content(&ready, Some(moment(0))).unwrap(), "Betalinger");
    for confirmed in [None, Some(moment(0).after(0)).filter(|_| false)] {
        let refused = house.content(&ready, confirmed).unwrap_err();
        assert_eq!(refused, OrderRefusal::EmailNotConfirmed);
    }
    let early = Moment::try_from(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let early = early.after(1_800_000_000 - 1);
    assert_eq!(house.content(&ready, Some(early)).unwrap_err(), OrderRefusal::EmailNotConfirmed);
    house.terms.value.email = Some("other@example.com".into());
    let other = house.content(&ready, Some(moment(29))).unwrap_err();
    assert_eq!(other, OrderRefusal::EmailNotConfirmed);
    let mut four_eyes = House::new(CertificateKind::User);
    (four_eyes.settings.four_eyes, four_eyes.terms.value.show_email) = (true, true);
    let order = four_eyes.place().unwrap();
    let other = Asker("person mads".into());
    let approved = |confirmed| order.approved(&other, confirmed, moment(1)).unwrap().kept_state;
    assert_eq!((approved(false), approved(true)), (OrderState::AwaitingEmail, OrderState::Ready));
}

#[test]
fn a_user_certificate_is_collected_by_its_holder_and_by_nobody_else() {
    let mut house = House::new(CertificateKind::User);
    let order = house.place().unwrap();
    let (karen, mads) = (RegisteredId("karen".into()), RegisteredId("mads".into()));
    assert_eq!(order.collected_by(Collector::Person(&karen), moment(1)), Ok(()));
    let refused = order.collected_by(Collector::Person(&mads), moment(1)).unwrap_err();
    assert_eq!(refused, (OrderRefusal::Unknown, None));
    let refused = order.collected_by(Collector::Code(CODE), moment(1)).unwrap_err();
    assert_eq!(refused, (OrderRefusal::CodeRefused, None));
    assert_eq!(house.content(&order, None).unwrap(), "Karen Aagaard");
    house.settings.allow_user_certificates = false;
    let refused = house.content(&order, None).unwrap_err();
    assert_eq!(refused, OrderRefusal::UserCertificatesNotAllowed);
    house.settings.allow_user_certificates = true;
    house.holder.as_mut().unwrap().state = PersonState::Blocked;
    assert!(matches!(house.content(&order, None), Err(OrderRefusal::Holder(_))));
}

#[test]
fn after_five_wrong_codes_an_order_is_locked_until_a_new_one_is_made() {
    let mut order = House::by_code(CertificateKind::Organisation).place().unwrap();
    assert_eq!(order.collected_by(Collector::Code(CODE), moment(1)), Ok(()));
    for attempt in 1..=MAXIMUM_ATTEMPTS {
        let wrong = order.collected_by(Collector::Code("wrong"), moment(1)).unwrap_err();
        let (refusal, after) = wrong;
        order = *after.unwrap();
        assert_eq!((refusal, order.attempts), (OrderRefusal::CodeRefused, attempt));
    }
    assert_eq!(order.kept_state, OrderState::Locked);
    // The right one does not open it, and nothing tells that it was right.
    let right = order.collected_by(Collector::Code(CODE), moment(1)).unwrap_err();
    assert_eq!(right, (OrderRefusal::CodeRefused, None));
    let new = order.with_code(CodeHash::of("11111"), moment(1)).unwrap();
    assert_eq!((new.kept_state, new.attempts), (OrderState::Ready, 0));
    assert_eq!(new.collected_by(Collector::Code("11111"), moment(1)), Ok(()));
    assert!(new.collected_by(Collector::Code(CODE), moment(1)).is_err());
    let by_login = House::new(CertificateKind::System).place().unwrap();
    let refused = by_login.with_code(CodeHash::of(CODE), moment(1)).unwrap_err();
    assert_eq!(refused, OrderRefusal::OtherIdentification("login"));
}

#[test]
fn an_order_tells_no_name_address_or_code_in_a_log() {
    let order = House::by_code(CertificateKind::System).place().unwrap();
    let told = format!("{order:?}");
    assert!(!told.contains("Mads") && !told.contains("example.com"), "{told}");
    let kept = serde_json::to_string(&order).unwrap();
    assert!(!kept.contains(CODE) && kept.contains(r#""state":"ready""#), "{kept}");
    assert_eq!(serde_json::from_str::<Order>(&kept).unwrap(), order);
    assert_eq!(order.reference.0.len(), 12);
}
