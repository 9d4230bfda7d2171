//! What the pages of administration say.

use crate::web::bilingual::bilingual;

bilingual! {
    AdministrationTexts, administration_texts;

    // The parts, and what each is for.
    sections: "Administration", "Administration";
    overview: "Overview", "Overblik";
    administration_of: "Administration of", "Administration af";
    overview_lead: "What the organisation has decided, and what somebody should look at.",
        "Det, organisationen har besluttet, og det, nogen bør se på.";
    reads_alone: "You can see everything here, and change nothing.",
        "Du kan se alt her og ændre intet.";
    to_heed: "To look at", "Se på dette";
    what_there_is: "What there is", "Det, der er";
    part: "Part", "Område";
    profiles: "Profiles", "Profiler";
    profiles_lead: "A profile says what signatures and seals look like: whom their certificates name, how long \
        they live, which levels they have. A change makes a new version, and receipts name the version.",
        "En profil siger, hvordan underskrifter og segl bliver: hvem certifikatet nævner, hvor længe det \
            lever, og hvilke niveauer der kan laves. En ændring giver en ny version, og kvitteringer nævner \
            versionen.";
    appearances: "Appearances", "Udseender";
    grants: "Rights of people", "Personers rettigheder";
    grants_lead: "Who may sign, and who may seal on behalf of the organisation.",
        "Hvem der må underskrive, og hvem der må forsegle på organisationens vegne.";
    mandates: "Mandates", "Fuldmagter";
    mandates_lead: "What applications may seal by themselves: with which profiles, how many, until when.",
        "Det, systemer selv må forsegle: med hvilke profiler, hvor mange og hvor længe.";
    applications: "Applications", "Systemer";
    applications_lead: "Programs that call the service, each with keys of its own. An application without a \
        mandate can seal nothing.",
        "Programmer, der kalder tjenesten, hvert med sine egne nøgler. Et system uden fuldmagt kan intet \
            forsegle.";
    people: "People", "Personer";
    people_lead: "Who is there, how they log in, and which roles they hold.",
        "Hvem der er, hvordan de logger ind, og hvilke roller de har.";
    organisation: "Organisation", "Organisation";
    organisation_lead: "Name and number are the operator's word; what the organisation allows itself is its \
        own.",
        "Navn og nummer er driftens ansvar; hvad organisationen tillader sig selv, er dens eget.";
    audit_log: "Audit log", "Revisionslog";
    audit_log_lead: "What was done, by whom, and how it ended. Nothing here can be changed.",
        "Hvad der blev gjort, af hvem, og hvordan det endte. Intet her kan ændres.";
    statistics: "Statistics", "Statistik";
    statistics_lead: "How many signatures and seals were made, and how many were not. Receipts that the service seals \
        for evidence do not count. Days are days of UTC.",
        "Hvor mange underskrifter og segl der blev lavet, og hvor mange der ikke gjorde. Kvitteringer, som tjenesten \
        forsegler til beviser, tæller ikke med. Døgn er i UTC.";

    // Words of many pages.
    name: "Name", "Navn";
    id: "Identifier", "Kendenavn";
    id_hint: "1 to 64 of a-z, 0-9, -, _ and ., beginning with a letter or a digit. It stays as it is.",
        "1 til 64 af a-z, 0-9, -, _ og ., først et bogstav eller ciffer. Det kan ikke ændres senere.";
    kind: "Kind", "Slags";
    version: "Version", "Version";
    state: "State", "Tilstand";
    origin: "Where it stands", "Hvor det står";
    of_file: "Configuration", "Konfiguration";
    of_register: "Made here", "Lavet her";
    in_file: "This stands in the configuration of the installation, and is changed there.",
        "Dette står i installationens konfiguration og ændres dér.";
    in_use: "In use", "I brug";
    not_in_use: "Not in use", "Ikke i brug";
    retired: "Retired", "Udgået";
    revoked: "Revoked", "Tilbagekaldt";
    ended: "Ended", "Udløbet";
    to_come: "Not begun", "Ikke begyndt";
    exhausted: "All seals given", "Alle segl er givet";
    is_refused: "Acts are refused", "Handlinger afvises";
    yes: "Yes", "Ja";
    no: "No", "Nej";
    nothing: "–", "–";
    nothing_here: "There is nothing here.", "Her er intet.";
    never: "Never", "Aldrig";
    signs_only: "For signing alone", "Kun til underskrift";
    no_end: "No end", "Ingen slutning";
    any: "Any", "Alle";
    of: "of", "af";
    until: "Until", "Til";
    from: "From", "Fra";
    given: "Given", "Givet";
    made: "Made", "Lavet";
    ends: "ends", "udløber";
    by: "By", "Af";
    person: "Person", "Person";
    a_person: "A person", "En person";
    operator: "The operator", "Driften";
    erased: "Somebody who was erased", "En, der er slettet";
    what: "What", "Hvad";
    before: "Before", "Før";
    after: "After", "Efter";
    changes: "Changes", "Ændringer";
    time: "Time", "Tidspunkt";
    day: "Day", "Dag";
    note: "Why", "Hvorfor";
    note_hint: "For whoever looks at it later. No names of citizens, please.",
        "Til den, der ser på det senere. Skriv ikke navne på borgere.";
    choose: "Choose …", "Vælg …";
    acts: "What can be done", "Handlinger";
    details: "Content", "Indhold";
    confirm: "Yes, do it", "Ja, udfør det";
    more: "More", "Flere";
    older: "Older", "Ældre";
    make: "Go on", "Videre";
    give: "Go on", "Videre";
    change: "Change", "Ret";
    revoke: "Revoke", "Tilbagekald";
    again: "Back to the fields", "Tilbage til felterne";
    history: "History", "Historik";
    no_history: "No change is on record.", "Ingen ændring er noteret.";
    older_history: "Older changes are in the audit log.", "Ældre ændringer står i revisionsloggen.";
    names_alone: "names or texts, which the log does not keep",
        "navne eller tekster, som loggen ikke gemmer";

    // Before something is changed.
    confirm_lead: "Look at it once more: this is what changes. It counts at once, on every node.",
        "Se det igennem en gang til: dette ændres. Det gælder straks, på alle servere.";
    changes_nothing: "Nothing would change.", "Intet ville blive ændret.";
    log_in_anew: "Log in anew", "Log ind igen";
    log_in_anew_lead: "Whoever gives rights has logged in within the last 15 minutes. Log in anew first: you \
        come back to the overview.",
        "Den, der giver rettigheder, skal være logget ind inden for de seneste 15 minutter. Log først ind \
            igen: du kommer tilbage til overblikket.";
    not_done: "Nothing was changed", "Intet blev ændret";
    passed: "Somebody changed it meanwhile. Look at it again, and begin anew.",
        "Nogen har ændret det imens. Se på det igen, og begynd forfra.";
    wrong_day: "A day that there is.", "En dag, der findes.";
    wrong_number: "A whole number, without spaces.", "Et helt tal uden mellemrum.";
    wrong_choice: "One of those that there are.", "Et af dem, der er.";
    wrong_person: "Choose a person who can log in, or fill in both issuer and identifier there.",
        "Vælg en person, der kan logge ind, eller udfyld både udsteder og kendenavn dér.";
    no_actors: "Your roles do not let you see who acted.", "Dine roller lader dig ikke se, hvem der handlede.";
    first_day: "First day", "Første dag";
    first_day_hint: "Leave it empty for at once.", "Lad stå tomt for straks.";
    at_once: "At once", "Straks";
    last_day: "Last day", "Sidste dag";
    last_day_hint: "It ends when that day is over in Denmark. Leave it empty for no end.",
        "Det slutter, når den dag er slut i Danmark. Lad stå tomt for ingen slutning.";

    // Profiles.
    new_profile: "New profile", "Ny profil";
    new_profile_lead: "Nothing is made before you have seen what it says.",
        "Intet bliver lavet, før du har set, hvad den siger.";
    new_version: "New version", "Ny version";
    new_version_lead: "What you change makes a new version. What was signed and sealed before stays as it is.",
        "Det, du ændrer, giver en ny version. Det, der er underskrevet og forseglet før, forbliver, som det \
            er.";
    make_version: "Go on", "Videre";
    retire: "Retire", "Lad udgå";
    retire_lead: "Nothing is signed or sealed with it any more. What was made with it stays valid. It cannot \
        be undone.",
        "Der bliver ikke underskrevet eller forseglet mere med den. Det, der er lavet med den, er fortsat \
            gyldigt. Det kan ikke fortrydes.";
    no_profiles: "There is no profile yet.", "Der er ingen profil endnu.";
    profile: "Profile", "Profil";
    every_profile: "Every profile", "Alle profiler";
    kind_hint: "The organisation and its systems seal; people sign.",
        "Organisationen og dens systemer forsegler; personer underskriver.";
    kind_user: "People", "Personer";
    kind_organisation: "The organisation", "Organisationen";
    kind_system: "A system", "Et system";
    display_name: "Name for people", "Navn til mennesker";
    display_name_hint: "By it people tell the certificates of several profiles apart.",
        "Med det kender man certifikater fra flere profiler fra hinanden.";
    active: "The profile is in use", "Profilen er i brug";
    allow_signing: "It may be used for signing or sealing", "Den må bruges til at underskrive eller forsegle";
    common_name: "Name in the certificate", "Navn i certifikatet";
    common_name_hint: "For people it is always the person's own.", "For personer er det altid personens eget.";
    common_organisation: "The organisation's", "Organisationens";
    common_both: "The organisation's and the profile's", "Organisationens og profilens";
    common_profile: "The profile's", "Profilens";
    formats: "Formats", "Formater";
    pades: "PDF (PAdES)", "PDF (PAdES)";
    cades: "Other files (CAdES)", "Andre filer (CAdES)";
    levels: "Levels", "Niveauer";
    levels_hint: "B-LTA can be verified for decades.", "B-LTA kan kontrolleres i årtier.";
    default_level: "Level when nobody says one", "Niveau, når ingen nævner et";
    assurance: "How it is known that a certificate was good", "Hvordan man ved, at certifikatet var godt";
    short_lived: "It lives a day at most, and is not revoked", "Det lever højst et døgn og spærres ikke";
    revocable: "It can be revoked, and lives ten days at most", "Det kan spærres og lever højst ti dage";
    lifetime: "Certificate's life in seconds", "Certifikatets levetid i sekunder";
    lifetime_hint: "900 is a quarter of an hour.", "900 er et kvarter.";
    algorithm: "Algorithm", "Algoritme";
    certify: "Certified documents", "Certificerede dokumenter";
    certify_none: "Documents are not certified", "Dokumenter certificeres ikke";
    certify_forms: "Forms may be filled in afterwards", "Formularer må udfyldes bagefter";
    certify_all: "Nothing may be changed afterwards", "Intet må ændres bagefter";
    on_timestamp_failure: "When there is no time-stamp", "Når der ikke kan fås et tidsstempel";
    refuse: "Nothing is made", "Der laves intet";
    degrade: "It is made without one", "Det laves uden";
    contact_name: "Contact person", "Kontaktperson";
    contact_both: "Fill in both, the name and the address.", "Udfyld begge dele, navn og adresse.";
    contact_hint: "Who answers for the profile. It stands in no certificate and is not shown again; leave it \
        empty to keep who it is.",
        "Den, der svarer for profilen. Navnet står ikke i certifikater og vises ikke igen; lad stå tomt for at \
            beholde det, der er.";
    contact_email: "Contact person's e-mail", "Kontaktpersonens e-mail";

    // Grants.
    new_grant: "Give a right", "Giv en ret";
    new_grant_lead: "Nobody gives a right to themselves.", "Ingen giver sig selv en ret.";
    no_grants: "Nobody has been given a right here.", "Ingen har fået en ret her.";
    revoke_grant: "Revoke the right of", "Tilbagekald retten for";
    revoke_lead: "It counts at once: the next act is refused. It cannot be undone, but a new one can be given.",
        "Det gælder straks: den næste handling afvises. Det kan ikke fortrydes, men der kan gives en ny.";
    may: "May", "Må";
    act_sign: "Sign", "Underskrive";
    act_seal: "Seal", "Forsegle";
    issuer: "Issuer of identities", "Identitetsudsteder";
    subject: "Identifier there", "Kendenavn dér";

    // Mandates.
    new_mandate: "Give a mandate", "Giv en fuldmagt";
    new_mandate_lead: "The application can seal as soon as it is given.",
        "Systemet kan forsegle, så snart den er givet.";
    no_mandates: "No application has a mandate here.", "Intet system har en fuldmagt her.";
    mandate_of: "Mandate of", "Fuldmagt til";
    revoke_mandate: "Revoke the mandate of", "Tilbagekald fuldmagten til";
    application: "Application", "System";
    most_seals: "How many seals at most", "Højst så mange segl";
    no_most: "No limit", "Ingen grænse";
    seals: "Seals", "Segl";
    seals_left: "seals left:", "segl tilbage:";

    // Applications and keys.
    new_application: "New application", "Nyt system";
    new_application_lead: "It has no key and no right yet: those come next.",
        "Det har endnu ingen nøgle og ingen ret: det kommer bagefter.";
    application_name_hint: "What people call it.", "Det, man kalder det.";
    no_applications: "There is no application yet.", "Der er intet system endnu.";
    takes_keys: "Its keys are taken", "Dets nøgler godtages";
    keys: "Keys", "Nøgler";
    key: "Key", "Nøgle";
    key_of: "Key of", "Nøgle til";
    new_key: "New key", "Ny nøgle";
    new_key_lead: "The key is shown once, on the page after this. Whoever has it calls as the application.",
        "Nøglen vises én gang, på siden efter denne. Den, der har den, kalder som systemet.";
    make_key: "Go on", "Videre";
    key_name: "What it is called", "Hvad den kaldes";
    key_name_hint: "So that you know it from others; not secret.", "Så du kan kende den fra andre; ikke \
        hemmeligt.";
    key_end_hint: "Leave it empty for no end. A key with an end is safer.",
        "Lad stå tomt for ingen slutning. En nøgle med en slutning er sikrere.";
    key_made: "A key was made for", "Der er lavet en nøgle til";
    the_key: "The key", "Nøglen";
    key_copied: "I have copied it", "Jeg har kopieret den";
    copy_now: "Copy it now: it is not shown again, and nobody can find it.",
        "Kopiér nu: det vises ikke igen, og ingen kan finde det frem.";
    no_keys: "It has no key.", "Det har ingen nøgle.";
    revoke_key: "Revoke the key", "Tilbagekald nøglen";
    revoke_key_lead: "Whoever calls with it is refused at once. It cannot be undone.",
        "Den, der kalder med den, afvises straks. Det kan ikke fortrydes.";
    last_used: "Last used", "Sidst brugt";
    clients: "OAuth clients", "OAuth-klienter";
    no_clients: "It has no OAuth client.", "Det har ingen OAuth-klient.";
    new_client: "New OAuth client", "Ny OAuth-klient";
    new_client_lead: "A client gets tokens with which it calls as the application, or asks a person to sign.",
        "En klient får adgangstegn, som den kalder som systemet med, eller beder en person om at skrive under.";
    scopes_hint: "One at least. \u{201c}service\u{201d} seals and signs; the others are acts of administration, \
        where a role of the bearer allows them.",
        "Mindst ét. \u{201d}service\u{201d} forsegler og underskriver; resten er administration, hvor en \
            rolle giver lov til det.";
    proof: "How it proves who it is", "Sådan beviser den, hvem den er";
    proof_secret: "A secret that is shown once", "En hemmelighed, der vises én gang";
    proof_keys: "Keys of its own, with which it signs", "Egne nøgler, som den underskriver med";
    proof_certificate: "A certificate that it shows in TLS or signs with",
        "Et certifikat, som den viser i TLS eller underskriver med";
    proof_public: "Nothing: it asks persons alone, with PKCE", "Intet: den spørger kun personer, med PKCE";
    jwks: "Its public keys (JWK set)", "Dens offentlige nøgler (JWK-sæt)";
    jwks_hint: "With keys alone: P-256, Ed25519, or RSA of 2,048 bits and more.",
        "Kun ved egne nøgler: P-256, Ed25519 eller RSA på mindst 2.048 bit.";
    jwks_wrong: "It is no set of public keys that are taken: P-256, Ed25519, or RSA of 2,048 bits and more.",
        "Det er ikke et sæt offentlige nøgler, der godtages: P-256, Ed25519 eller RSA på mindst 2.048 bit.";
    holder: "The certificate, by its UUID", "Certifikatet ved dets UUID";
    holder_hint: "With a certificate alone. When it is renewed, nothing is to be changed here.",
        "Kun ved certifikat. Når det fornyes, skal intet ændres her.";
    holder_wrong: "Choose one of the organisation's certificates for authentication. If there is none, make terms for one.",
        "Vælg et af organisationens certifikater til autentifikation. Er der intet, så lav vilkår for et.";
    other_proof: "The proof that was chosen does without this: leave it empty.",
        "Det valgte bevis bruger ikke dette: lad det stå tomt.";
    redirect_uris: "Where browsers may be sent back to", "Hvor browsere må sendes tilbage til";
    redirect_uris_hint: "One address on each line, ten at most. Without one it asks no person.",
        "En adresse på hver linje, højst ti. Uden en adresse spørger den ingen personer.";
    redirect_uris_wrong: "One address cannot be used: https, a scheme of its own, or http with 127.0.0.1 or [::1].",
        "En adresse kan ikke bruges: https, et eget skema, eller http med 127.0.0.1 eller [::1].";
    without_pkce: "It may ask persons without a code challenge (PKCE)",
        "Den må spørge personer uden PKCE";
    signed_requests: "It asks persons by requests that it signs alone",
        "Den spørger kun personer med anmodninger, som den underskriver";
    client_end_hint: "Leave it empty for no end.", "Lad stå tomt for ingen slutning.";
    client_made: "A client was made for", "Der er lavet en klient til";
    client_secret: "The client_secret", "Hemmeligheden (client_secret)";
    client_id: "Its name (client_id)", "Dens kendenavn (client_id)";
    client_copied: "Back to the application", "Tilbage til systemet";
    revoke_client: "Revoke the client", "Tilbagekald klienten";
    revoke_client_lead: "It gets no more tokens, and those that it has count no more. It cannot be undone.",
        "Den får ikke flere adgangstegn, og dem, den har, gælder ikke mere. Det kan ikke fortrydes.";
    scopes: "Good for", "Gælder til";

    // People.
    new_person: "New person", "Ny person";
    new_person_lead: "First the entry; on the next page you make the link by which they come in.",
        "Først oprettelsen; på næste side laver du det link, som personen kommer ind med.";
    no_people: "Nobody has an entry here.", "Ingen er oprettet her.";
    given_name: "Given name", "Fornavn";
    family_name: "Family name", "Efternavn";
    email: "E-mail", "E-mail";
    email_hint: "May be left empty. It is not validated here.", "Kan stå tomt. Den kontrolleres ikke her.";
    roles: "Roles", "Roller";
    logs_in_by: "Logs in by", "Logger ind med";
    passkeys: "Passkeys", "Adgangsnøgler";
    logins: "Logins elsewhere", "Login andre steder";
    login_at: "Where", "Hvor";
    account: "Account (sub)", "Konto (sub)";
    account_hint: "By what the login service knows the person, letter by letter. It is not asked who comes with it.", "Det, login-tjenesten kender personen som, bogstav for bogstav. Der spørges ikke, hvem der kommer med det.";
    registered_for_signing: "Registered for signing", "Registreret til underskrift";
    change_logins: "Link a login", "Tilknyt et login";
    change_logins_lead: "Whoever logs in with it acts as this person. To sign by it, it is registered at the signing device as well: by the person with a passkey, or by you on Your access.", "Den, der logger ind med det, handler som denne person. For at kunne underskrive med det skal det også registreres i underskriftsenheden: af personen med en adgangsnøgle eller af dig under Din adgang.";
    link_at: "Link one at", "Tilknyt et login hos";
    unlink: "Take away", "Fjern";
    state_invited: "Invited", "Inviteret";
    state_active: "Active", "Aktiv";
    state_blocked: "Locked", "Låst";
    state_left: "Has left", "Fratrådt";
    person_state_hint: "Whoever is locked or has left comes in no more, and neither roles nor rights count.",
        "En, der er låst eller fratrådt, kommer ikke ind, og hverken roller eller rettigheder gælder.";
    erase_hint: "Erasing a person for good is done over the interface, by POST /v1/people/{id}/erasure.",
        "En person slettes helt over grænsefladen med POST /v1/people/{id}/erasure.";
    invite: "Make a link", "Lav et link";
    invite_lead: "With the link the person registers a passkey: their first, or a new one when theirs are \
        lost. An older link of theirs ends.",
        "Med linket registrerer personen en adgangsnøgle: den første eller en ny, når de andre er tabt. Et \
            ældre link til personen holder op med at virke.";
    make_link: "Make the link", "Lav linket";
    link_made: "A link was made for", "Der er lavet et link til";
    the_link: "The link", "Linket";
    link_copied: "I have copied it", "Jeg har kopieret det";
    link_until: "It works once, until", "Det virker én gang, indtil";
    link_to_whom: "Whoever has it comes in as this person: give it to them alone.",
        "Den, der har det, kommer ind som denne person: giv det kun til vedkommende.";
    link_by: "How the person gets it", "Sådan får personen det";
    link_shown: "It is shown here, once", "Det vises her, én gang";
    link_sent_to: "It is sent to", "Det sendes til";
    link_to_be_sent: "A link is sent to", "Der sendes et link til";
    link_sent_once: "It works once, and for a day. Nobody else sees it.", "Det virker én gang og i et døgn. Ingen andre ser det.";
    change_roles: "Roles", "Roller";
    give_role: "Give:", "Giv:";
    take_role: "Take:", "Fratag:";
    roles_lead: "One role at a time is given or taken. Nobody gives a role to themselves.",
        "Én rolle ad gangen gives eller fratages. Ingen giver sig selv en rolle.";
    roles_hint: "An auditor sees everything and changes nothing.", "En revisor ser alt og ændrer intet.";

    // The organisation.
    registered_name: "Registered name", "Registreret navn";
    number: "CVR number", "CVR-nummer";
    country: "Country", "Land";
    allow_seals: "Seals are allowed", "Segl er tilladt";
    allow_seals_hint: "Without it every seal is refused, whatever profiles and mandates say.",
        "Uden det afvises ethvert segl, uanset hvad profiler og fuldmagter siger.";

    // The audit log and the statistics.
    outcome: "Outcome", "Udfald";
    record: "Record", "Post";
    done: "Done", "Udført";
    failed: "Failed", "Mislykkedes";
    was_refused: "Refused", "Afvist";
    not_done_count: "Not done", "Ikke udført";
    reference: "Reference", "Reference";
    look: "Show", "Vis";
    no_records: "Nothing was found here. Older records may be on the next page.",
        "Her blev intet fundet. Ældre poster kan stå på næste side.";
    export: "Download as JSON Lines", "Hent som JSON Lines";
    signatures: "Signatures", "Underskrifter";
    augmentations: "Levels raised", "Niveauer hævet";
    changes_made: "Changes", "Ændringer";
    access: "Logins and links", "Login og links";
    certificates: "Certificates", "Certifikater";
    chart_title: "Acts by day", "Handlinger pr. dag";
    chart_told: "Each day's numbers stand in the table below.", "Hver dags tal står i tabellen nedenfor.";
    most: "most in a day:", "flest på en dag:";
    by_day: "By day", "Pr. dag";
    by_profile: "By profile", "Pr. profil";
    span: "How far back", "Hvor langt tilbage";
    days: "days", "dage";
    no_acts: "Nothing was signed or sealed in these days.", "Der blev ikke underskrevet eller forseglet i \
        disse dage.";
}
