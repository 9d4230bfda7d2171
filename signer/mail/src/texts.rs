//! What letters say.

use crate::{CONTACT_LINK_DAYS, Content, Day, Ending, Language, Notice, Said, date::day, digest};

impl Content {
    /// What it says in a language. `link` is where it leads: to the service, or where something is confirmed.
    pub fn said(&self, language: Language, link: &str) -> Said {
        let (subject, text) = match language {
            Language::Da => danish(self, link),
            Language::En => english(self, link),
        };
        Said { subject, text, day: self.day(language) }
    }
}

impl Content {
    /// The day for the calendar of whoever reads the letter: the end of what can still be renewed.
    fn day(&self, language: Language) -> Option<Day> {
        match self {
            Self::Certificate { notice, organisation, name, serial, not_after, .. } => {
                match notice {
                    Notice::Ninety | Notice::Thirty | Notice::Seven | Notice::Renewed => {}
                    // That is today, over, or not so any more.
                    Notice::Today | Notice::Expired | Notice::Blocked | Notice::Outdated => {
                        return None;
                    }
                }
                let (what, ends) = match language {
                    Language::Da => ("Certifikat", "udløber"),
                    Language::En => ("Certificate", "ends"),
                };
                let name = name.as_deref().map(|name| format!(" “{name}”")).unwrap_or_default();
                Some(Day {
                    name: format!("certificate-{serial}"),
                    at: *not_after,
                    summary: format!("{what}{name} ({organisation}) {ends}"),
                })
            }
            Self::EntryEnds { entry, organisation, application, name, end, .. } => {
                let (what, ends) = match (language, entry) {
                    (Language::Da, Ending::Mandate) => ("Fuldmagt", "udløber"),
                    (Language::Da, Ending::ApiKey) => ("API-nøgle", "udløber"),
                    (Language::Da, Ending::OauthClient) => ("OAuth-klient", "udløber"),
                    (Language::En, Ending::Mandate) => ("Mandate", "ends"),
                    (Language::En, Ending::ApiKey) => ("API key", "ends"),
                    (Language::En, Ending::OauthClient) => ("OAuth client", "ends"),
                };
                Some(Day {
                    name: format!("{}-{name}-{end}", entry.name()),
                    at: *end,
                    summary: format!("{what} “{name}”, {application} ({organisation}) {ends}"),
                })
            }
            Self::EmailCheck { .. }
            | Self::Collect { .. }
            | Self::Digest { .. }
            | Self::Contact { .. }
            | Self::Invitation { .. } => None,
        }
    }
}

fn danish(content: &Content, link: &str) -> (String, String) {
    let (subject, text) = match content {
        Content::EmailCheck { organisation, reference } => (
            "Bekræft din e-mailadresse".to_owned(),
            format!(
                "{organisation} har bestilt et certifikat, der viser denne e-mailadresse\n\
                 (bestilling {reference}).\n\n\
                 Er adressen din, så åbn linket, og tryk på knappen:\n\n{link}\n\n\
                 Linket virker én gang og i et døgn. Kender du intet til bestillingen, så gør\n\
                 ingenting: så udstedes certifikatet ikke."
            ),
        ),
        Content::Collect { organisation, name, reference, by_login, expires } => {
            let name = quoted(name.as_deref(), "Et certifikat", "Certifikatet");
            let how = match by_login {
                true => "Du henter det ved at logge ind.",
                false => {
                    "Du skal bruge en engangskode. Den får du af den, der har bestilt, og aldrig\n\
                     med e-mail."
                }
            };
            (
                "Et certifikat kan hentes".to_owned(),
                format!(
                    "{name} for {organisation} er klar til at blive hentet.\n\n\
                     Reference: {reference}\nKan hentes indtil: {}\n\n{how}\n\n{link}",
                    day(*expires)
                ),
            )
        }
        Content::Certificate { notice, organisation, name, serial, not_after, contact_of } => {
            let (subject, what, then) = of_certificate_in_danish(*notice);
            let name = quoted(name.as_deref(), "Et certifikat", "Certifikatet");
            (
                subject.to_owned(),
                format!(
                    "{name} for {organisation} {what}\n\n\
                     Serienummer: {serial}\nUdløber: {}\n\n{then}\n\n{}",
                    day(*not_after),
                    leads_in_danish(contact_of.is_some(), link)
                ),
            )
        }
        Content::Digest { organisation, made, told } => {
            digest::danish(organisation, (*made, told), link)
        }
        Content::Contact { organisation, profile, now, contact_of } => {
            let what = match now {
                true => {
                    "Du er nu kontaktperson. Du får besked, når certifikaterne udløber,\n\
                     fornyes eller spærres."
                }
                false => "Du er ikke længere kontaktperson og får ikke flere beskeder om dem.",
            };
            (
                "Kontaktperson for certifikater er ændret".to_owned(),
                format!(
                    "{organisation} har ændret kontaktpersonen for certifikaterne “{profile}”.\n\n\
                     {what}\n\n{}",
                    leads_in_danish(contact_of.is_some(), link)
                ),
            )
        }
        Content::Invitation { organisation, .. } => (
            "Du er inviteret".to_owned(),
            format!(
                "{organisation} inviterer dig til at logge ind. Åbn linket, og registrer en\n\
                 adgangsnøgle:\n\n{link}\n\n\
                 Linket virker én gang og i et døgn. Den, der har det, kommer ind som dig: send det\n\
                 ikke videre. Venter du ingen invitation, så gør ingenting."
            ),
        ),
        Content::EntryEnds { entry, soon, organisation, application, name, end } => {
            let what = match entry {
                Ending::Mandate => "En fuldmagt",
                Ending::ApiKey => "En API-nøgle",
                Ending::OauthClient => "En OAuth-klient",
            };
            let days = if *soon { 7 } else { 30 };
            (
                format!("{what} udløber om {days} dage"),
                format!(
                    "{what} hos {organisation} udløber om højst {days} dage.\n\n\
                     System: {application}\nKendenavn: {name}\nUdløber: {}\n\n\
                     Lav en ny i god tid, hvis systemet stadig bruges, ellers holder det op med at\n\
                     virke.\n\n{link}",
                    day(*end)
                ),
            )
        }
    };
    (subject, format!("{text}\n\nDenne e-mail er sendt automatisk og kan ikke besvares.\n"))
}

fn english(content: &Content, link: &str) -> (String, String) {
    let (subject, text) = match content {
        Content::EmailCheck { organisation, reference } => (
            "Confirm your e-mail address".to_owned(),
            format!(
                "{organisation} has ordered a certificate that shows this e-mail address\n\
                 (order {reference}).\n\n\
                 If the address is yours, open the link and press the button:\n\n{link}\n\n\
                 The link works once, and for a day. If you know nothing of the order, do\n\
                 nothing: the certificate is not issued then."
            ),
        ),
        Content::Collect { organisation, name, reference, by_login, expires } => {
            let name = quoted(name.as_deref(), "A certificate", "The certificate");
            let how = match by_login {
                true => "You collect it after logging in.",
                false => {
                    "You need a one-time code. Whoever ordered gives it to you, never by\n\
                     e-mail."
                }
            };
            (
                "A certificate can be collected".to_owned(),
                format!(
                    "{name} of {organisation} is ready to be collected.\n\n\
                     Reference: {reference}\nCan be collected until: {}\n\n{how}\n\n{link}",
                    day(*expires)
                ),
            )
        }
        Content::Certificate { notice, organisation, name, serial, not_after, contact_of } => {
            let (subject, what, then) = of_certificate_in_english(*notice);
            let name = quoted(name.as_deref(), "A certificate", "The certificate");
            (
                subject.to_owned(),
                format!(
                    "{name} of {organisation} {what}\n\n\
                     Serial number: {serial}\nEnd: {}\n\n{then}\n\n{}",
                    day(*not_after),
                    leads_in_english(contact_of.is_some(), link)
                ),
            )
        }
        Content::Digest { organisation, made, told } => {
            digest::english(organisation, (*made, told), link)
        }
        Content::Contact { organisation, profile, now, contact_of } => {
            let what = match now {
                true => {
                    "You are the contact person now. You are told when the certificates end, are\n\
                     renewed or are blocked."
                }
                false => {
                    "You are not the contact person any more, and are told nothing further of them."
                }
            };
            (
                "The contact person of certificates has changed".to_owned(),
                format!(
                    "{organisation} has changed the contact person of the certificates “{profile}”.\n\n\
                     {what}\n\n{}",
                    leads_in_english(contact_of.is_some(), link)
                ),
            )
        }
        Content::Invitation { organisation, .. } => (
            "You are invited".to_owned(),
            format!(
                "{organisation} invites you to log in. Open the link, and register a passkey:\n\n\
                 {link}\n\n\
                 The link works once, and for a day. Whoever has it comes in as you: do not pass it\n\
                 on. If you expect no invitation, do nothing."
            ),
        ),
        Content::EntryEnds { entry, soon, organisation, application, name, end } => {
            let what = match entry {
                Ending::Mandate => "A mandate",
                Ending::ApiKey => "An API key",
                Ending::OauthClient => "An OAuth client",
            };
            let days = if *soon { 7 } else { 30 };
            (
                format!("{what} ends in {days} days"),
                format!(
                    "{what} of {organisation} ends in {days} days at most.\n\n\
                     Application: {application}\nName: {name}\nEnd: {}\n\n\
                     Make a new one in time if the application is still in use, or it stops working.\n\n\
                     {link}",
                    day(*end)
                ),
            )
        }
    };
    (subject, format!("{text}\n\nThis e-mail was sent by a program, which reads no answers.\n"))
}

fn quoted(name: Option<&str>, without: &str, with: &str) -> String {
    name.map_or_else(|| without.to_owned(), |name| format!("{with} “{name}”"))
}

/// Where the letter leads, and what whoever has the link of a contact person can do.
fn leads_in_danish(to_contact: bool, link: &str) -> String {
    match to_contact {
        false => link.to_owned(),
        true => format!(
            "Her kan du se certifikaterne, spærre dem og slå påmindelser fra uden at logge ind:\n\n\
             {link}\n\n\
             Linket virker i {CONTACT_LINK_DAYS} dage, og kun så længe du er kontaktperson. Den, der har det, kan\n\
             spærre certifikaterne: send det ikke videre."
        ),
    }
}

fn leads_in_english(to_contact: bool, link: &str) -> String {
    match to_contact {
        false => link.to_owned(),
        true => format!(
            "Here you can see the certificates, block them and stop reminders without a login:\n\n\
             {link}\n\n\
             The link works for {CONTACT_LINK_DAYS} days, and only while you are the contact person. Whoever has it can\n\
             block the certificates: do not pass it on."
        ),
    }
}

/// Subject, what has happened, and what to do.
fn of_certificate_in_danish(notice: Notice) -> (&'static str, &'static str, &'static str) {
    const RENEW: &str = "Forny det i god tid. Giv det nye certifikat til dem, der skal kende det, før det\n\
                         gamle udløber, ellers holder forbindelserne op med at virke.";
    const AGAIN: &str = "Det kan ikke længere fornys. Bestil et nyt, hvis det stadig bruges.";
    match notice {
        Notice::Ninety => ("Et certifikat udløber om 90 dage", "udløber om 90 dage.", RENEW),
        Notice::Thirty => ("Et certifikat udløber om 30 dage", "udløber om 30 dage.", RENEW),
        Notice::Seven => ("Et certifikat udløber om 7 dage", "udløber om 7 dage.", RENEW),
        Notice::Today => ("Et certifikat udløber i dag", "udløber inden for et døgn.", RENEW),
        Notice::Expired => ("Et certifikat er udløbet", "er udløbet.", AGAIN),
        Notice::Blocked => (
            "Et certifikat er spærret",
            "er spærret. Det gælder med det samme og kan ikke gøres om.",
            "Kom spærringen bag på dig, så spørg din brugeradministrator.",
        ),
        Notice::Renewed => (
            "Et certifikat er fornyet",
            "er udstedt som afløser for et andet.",
            "Det gamle gælder stadig indtil sit udløb. Sig til, når det nye er taget i brug: så\n\
             kommer der ikke flere beskeder om det gamle. Kender du intet til fornyelsen, så få\n\
             begge spærret.",
        ),
        Notice::Outdated => (
            "Et certifikat skal fornyes",
            "viser noget, der ikke længere passer: organisationens\n\
             navn, dens CVR-nummer eller e-mailadressen er ændret, siden det blev udstedt.",
            "Få et nyt bestilt og taget i brug, og få så det gamle spærret. Indtil da gælder det\n\
             gamle stadig, til det udløber.",
        ),
    }
}

fn of_certificate_in_english(notice: Notice) -> (&'static str, &'static str, &'static str) {
    const RENEW: &str = "Renew it in time. Give the new certificate to whoever must know it before the old\n\
                         one ends, or connections stop working.";
    const AGAIN: &str = "It cannot be renewed any more. Order a new one if it is still in use.";
    match notice {
        Notice::Ninety => ("A certificate ends in 90 days", "ends in 90 days.", RENEW),
        Notice::Thirty => ("A certificate ends in 30 days", "ends in 30 days.", RENEW),
        Notice::Seven => ("A certificate ends in 7 days", "ends in 7 days.", RENEW),
        Notice::Today => ("A certificate ends today", "ends within a day.", RENEW),
        Notice::Expired => ("A certificate has ended", "has ended.", AGAIN),
        Notice::Blocked => (
            "A certificate was blocked",
            "was blocked. That counts at once, and for ever.",
            "If this comes as a surprise, ask your user administrator.",
        ),
        Notice::Renewed => (
            "A certificate was renewed",
            "was issued in the place of another one.",
            "The old one is good until its end. Say so when the new one is in use: nothing more is\n\
             sent about the old one then. If you know nothing of the renewal, have both blocked.",
        ),
        Notice::Outdated => (
            "A certificate needs renewing",
            "shows what is not so any more: the organisation's\n\
             name, its CVR number or the e-mail address has changed since it was issued.",
            "Have a new one ordered and put to use, and then have the old one blocked. Until then\n\
             the old one is good, up to its end.",
        ),
    }
}
