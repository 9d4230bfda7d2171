//! Whom a certificate names that an activation gives a key for: all of it is what the device knows.

use seal::{PersonName, PersonSubject, policy::employee_serial_number};

use super::known::Shown;

/// Whether the certificate names this person, who showed who they are, as one who acts for this
/// organisation, and nobody and nothing else. A service that lies would put a person's evidence under
/// another visible identity: the given name, the surname and the common name are those by which the
/// device knows the person, the serial number follows from person and organisation, and a pseudonym or
/// an e-mail address the device knows of nobody. Whether the organisation has this name, the device asks
/// itself elsewhere.
pub(super) fn is_of(subject: &PersonSubject, shown: &Shown, organization_identifier: &str) -> bool {
    let PersonSubject {
        common_name,
        name,
        serial_number,
        email,
        organization_name,
        organization_identifier: named,
        holder,
    } = subject;
    let name = match (name, &shown.name) {
        (PersonName::Named { given_name, surname }, Some((given, family))) => {
            given_name == given && surname == family && *common_name == format!("{given} {family}")
        }
        (PersonName::Named { .. }, None) | (PersonName::Pseudonym(_), _) => false,
    };
    // Who acts for no organisation is in no client's charge: anybody could ask for such a certificate.
    let organisation = named.as_deref() == Some(organization_identifier);
    let number = employee_serial_number(organization_identifier, holder);
    name && organisation
        && organization_name.is_some()
        && number.as_ref() == Some(serial_number)
        && email.is_none()
        && *holder == shown.person
}
