//! What a certificate says of an order.

use super::*;

#[test]
fn organisation_certificates_name_the_organisation_and_system_certificates_the_system() {
    for (kind, name) in [
        (CertificateKind::Organisation, "Havnsted Kommune"),
        (CertificateKind::System, "Betalinger"),
    ] {
        let house = House::by_code(kind);
        let order = house.place().unwrap();
        assert_eq!(house.content(&order, None).unwrap(), name);
    }
}

#[test]
fn a_persons_uuid_stays_whatever_their_name_is() {
    let uuid = person().holder_uuid();
    let married = RegisteredPerson { family_name: "Holm".into(), ..person() };
    assert_eq!(married.holder_uuid(), uuid);
    let other = RegisteredPerson { salt: "other".into(), ..person() };
    assert_ne!(other.holder_uuid(), uuid);
    assert_eq!((uuid[6] >> 4, uuid[8] >> 6), (8, 2));
}

#[test]
fn what_is_issued_is_what_was_ordered_and_approved_or_nothing() {
    let mut house = House::by_code(CertificateKind::System);
    let order = house.place().unwrap();
    house.terms = Kept { version: Version(4), ..house.terms };
    house.terms.value.purposes = [Purpose::Encryption].into();
    assert_eq!(house.content(&order, None).unwrap_err(), OrderRefusal::TermsChanged);
    let anew = house.place().unwrap();
    assert_eq!(house.content(&anew, None).unwrap(), "Betalinger");
}

#[test]
fn the_organisations_number_is_told_with_its_country() {
    let mut house = House::by_code(CertificateKind::System);
    let identifier = |house: &House| {
        let order = house.place().unwrap();
        house.whole_content(&order, None).unwrap().organisation_identifier
    };
    assert_eq!(identifier(&house), "NTRDK-12345674");
    house.organisation.country = CountryCode::try_from("SE".to_owned()).unwrap();
    house.organisation.cvr = "5560360793".into();
    assert_eq!(identifier(&house), "NTRSE-5560360793");
}
