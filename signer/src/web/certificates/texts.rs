//! What the pages of certificates that live for years say.

use crate::web::bilingual::bilingual;

bilingual! {
    CertificateTexts, certificate_texts;

    // Policies.
    policies: "Policies", "Politikker";
    policies_lead: "What holds for certificates that live for up to three years. It is read and accepted before one is \
        ordered or collected.",
        "Det, der gælder for certifikater, som lever i op til tre år. Det læses og accepteres, før et bestilles eller \
            hentes.";
    policy_version: "Version", "Version";
    policy_public: "Read beside it", "Læses sammen med";
    policy_raw: "As plain text (Markdown)", "Som ren tekst (Markdown)";
    accept: "Read and accept the policy", "Læs og acceptér politikken";
    accept_lead: "Before you order or collect a certificate, the policy in force is read and accepted. When it changes you \
        are asked again.",
        "Før du bestiller eller henter et certifikat, læses og accepteres den gældende politik. Ændres den, bliver du \
            spurgt igen.";
    accept_box: "I have read the policy, and accept it", "Jeg har læst politikken og accepterer den";
    accept_submit: "Accept", "Acceptér";
    accept_missing: "Tick the box, or leave the page.", "Sæt hak i feltet, eller forlad siden.";
    accepted_version: "Policy accepted, version", "Politik accepteret, version";

    // The list.
    certificates: "Certificates", "Certifikater";
    certificates_lead: "Certificates that live for up to three years: who a person, the organisation or a system is to web \
        services, to whom one encrypts, and secure e-mail. Logging in, signing and sealing need none.",
        "Certifikater, der lever i op til tre år: hvem en person, organisationen eller et system er over for webtjenester, \
            hvem man krypterer til, og sikker e-mail. Login, underskrift og segl kræver ikke noget certifikat.";
    none: "There is no certificate here.", "Her er intet certifikat.";
    orders: "Orders", "Bestillinger";
    orders_lead: "What was ordered, and how far it is. An order that nobody collects ends after 30 days.",
        "Det, der er bestilt, og hvor langt det er. En bestilling, som ingen henter, udløber efter 30 dage.";
    no_orders: "There is no order here.", "Her er ingen bestilling.";
    order_one: "Order a certificate", "Bestil et certifikat";
    find: "Find", "Find";
    find_certificates: "Search and filter", "Søg og filtrér";
    text: "Name, address or UUID", "Navn, adresse eller UUID";
    type_: "Type", "Type";
    name: "Name", "Navn";
    contact: "Contact person", "Kontaktperson";
    contact_email: "Contact person's e-mail", "Kontaktpersonens e-mail";
    email: "E-mail in the certificate", "E-mail i certifikatet";
    purposes: "Use", "Anvendelse";
    state: "State", "Tilstand";
    days_left: "Days left", "Dage tilbage";
    profile: "Profile", "Profil";
    ends: "Expires", "Udløber";
    begins: "Valid from", "Gyldigt fra";
    renewal: "Renewed from", "Kan fornyes fra";
    ends_before: "Expires before", "Udløber før";
    serial: "Serial number", "Serienummer";
    uuid: "UUID", "UUID";
    holder: "Person", "Person";
    installed: "In use since", "I brug siden";
    not_installed: "Not said to be in use", "Ikke meldt i brug";
    replaces: "Takes the place of", "Afløser";
    reminders: "Reminders", "Påmindelser";
    muted: "Reminders stopped", "Påmindelser slået fra";
    mute: "Stop reminders", "Slå påmindelser fra";
    unmute: "Remind again", "Slå påmindelser til";
    mute_chosen: "Stop reminders of those that are chosen", "Slå påmindelser fra for de valgte";
    unmute_chosen: "Remind again of those that are chosen", "Slå påmindelser til for de valgte";
    mute_many_lead: "Nobody is reminded any more that these certificates end. What becomes of each stands below before it \
        is done.",
        "Ingen bliver længere mindet om, at disse certifikater udløber. Nedenfor står, hvad der sker med hvert, før det sker.";
    mute_lead: "Nobody is reminded any more that this certificate ends, or told that it has. It goes on when you turn reminders \
        on, or when the certificate is renewed: reminders of the new one are not stopped. If it is blocked, its holder or contact \
        person is still told.",
        "Ingen bliver længere mindet om, at certifikatet udløber, eller får at vide, at det er udløbet. Det fortsætter, når du \
            slår påmindelser til, eller når certifikatet fornyes: for det nye er de slået til. Bliver det spærret, får \
            indehaveren eller kontaktpersonen stadig besked.";
    unmute_lead: "Reminders that are still to come are sent. Those whose time came meanwhile are not sent late.",
        "De påmindelser, der endnu ikke er nået, bliver sendt. Dem, hvis tid er gået imens, sendes ikke bagefter.";
    told_again: "Sent when they are due", "Sendes, når tiden kommer";
    told_no_more: "Stopped", "Slået fra";
    somebody: "somebody who is not in the register", "en, der ikke står i registret";
    blocked_on: "Blocked", "Spærret";
    pem: "The certificate (PEM)", "Certifikatet (PEM)";
    choose: "Choose", "Vælg";
    as_table: "Download as a table (CSV)", "Hent som tabel (CSV)";
    more: "More", "Flere";

    // Words.
    kind_user: "User certificate", "Brugercertifikat";
    kind_organisation: "Organisation certificate", "Organisationscertifikat";
    kind_system: "System certificate", "Systemcertifikat";
    for_authentication: "Says who the holder is to web services", "Legitimation over for webtjenester";
    for_encryption: "Encryption to the holder", "Kryptering til indehaveren";
    for_email: "Secure e-mail (S/MIME)", "Sikker e-mail (S/MIME)";
    briefly_authentication: "Authentication", "Legitimation";
    briefly_encryption: "Encryption", "Kryptering";
    briefly_email: "E-mail", "E-mail";
    key: "Key", "Nøgle";
    key_rsa: "RSA, 3,072 bits (opens almost everywhere)", "RSA, 3.072 bit (virker næsten overalt)";
    key_p256: "P-256 (smaller and faster; not for e-mail in every program)",
        "P-256 (mindre og hurtigere; ikke til e-mail i alle programmer)";
    briefly_rsa: "RSA-3072", "RSA-3072";
    briefly_p256: "P-256", "P-256";
    valid: "Valid", "Gyldigt";
    renewal_due: "To be renewed", "Skal fornyes";
    expired: "Expired", "Udløbet";
    blocked: "Blocked", "Spærret";
    awaiting_approval: "Waits for a second administrator", "Venter på en anden administrator";
    awaiting_email: "Waits for the e-mail address to be confirmed", "Venter på bekræftelse af e-mailadressen";
    ready: "Can be collected", "Kan hentes";
    locked: "Locked: too many wrong codes", "Låst: for mange forkerte koder";
    issued: "Collected", "Hentet";
    cancelled: "Cancelled", "Annulleret";
    order_expired: "Expired uncollected", "Udløbet uden at blive hentet";
    content_wrong: "What stands in it is wrong", "Indholdet er forkert";
    left_organisation: "The holder has left the organisation", "Indehaveren er ikke længere i organisationen";
    compromise_suspected: "Somebody else may have the key", "Andre kan have fået nøglen";
    key_lost: "The key is lost or destroyed", "Nøglen er tabt eller ødelagt";
    policy_broken: "It was used against the policy", "Det er brugt i strid med politikken";
    not_given: "No reason is given", "Ingen grund oplyses";

    // An order.
    order: "Order", "Bestilling";
    what_lead: "Choose what it shall be. What stands in a certificate, who looks after it and what it is for stand in its \
        profile and its terms, so that every certificate of a profile says the same.",
        "Vælg, hvad det skal være. Hvad der står i et certifikat, hvem der passer på det, og hvad det må bruges til, står \
            i profilen og dens vilkår, så alle certifikater fra en profil siger det samme.";
    not_for_seals: "Seals and signatures are made with a profile's certificates of minutes, never with one of three years: \
        those are made for one act and destroyed with their key, so there is nothing to steal, to renew or to block, and \
        a seal of today is good even if a key is lost tomorrow. Nothing is ordered for them.",
        "Segl og underskrifter laves med profilens certifikater, der lever i minutter, aldrig med et på tre år: de laves til \
            én handling og destrueres sammen med nøglen. Så er der intet at stjæle, forny eller spærre, og dagens segl \
            gælder, selv om en nøgle går tabt i morgen. Til dem bestilles intet.";
    no_qualified: "Qualified certificates with a long life are not offered: each holder would need a device of their own, an \
        agreement, and a yearly audit of it.",
        "Kvalificerede certifikater med lang levetid tilbydes ikke: hver indehaver skulle have sin egen enhed, en aftale og \
            en årlig revision af den.";
    orderable: "What can be ordered", "Det, der kan bestilles";
    no_profiles: "There is no profile in use. Make one first.", "Der er ingen profil i brug. Lav først en.";
    order_this: "Order", "Bestil";
    set_terms: "Set terms", "Angiv vilkår";
    change_terms: "Change", "Ret";
    no_contact: "Missing: name one in the profile", "Mangler: angiv en i profilen";
    the_holders: "The holder's", "Indehaverens";
    user_not_allowed: "The organisation does not allow user certificates", "Organisationen tillader ikke brugercertifikater";
    order_title: "Order from", "Bestil fra";
    collector: "Who collects it", "Hvem henter det";
    collector_user: "The person whom it names. They collect it themselves, after logging in.",
        "Den person, det nævner. Personen henter det selv efter login.";
    collector_hint: "Needed where it is collected by login. With a one-time code nobody has to be named: the contact person \
        is told.",
        "Skal angives, når der hentes med login. Med engangskode behøver ingen at blive nævnt: kontaktpersonen får besked.";
    nobody: "Nobody: a one-time code", "Ingen: en engangskode";
    identification: "How the collector shows who they are", "Hvordan den, der henter, viser, hvem vedkommende er";
    identification_hint: "Chosen unless you say otherwise: login.", "Forvalgt: login.";
    identification_user: "A user certificate is collected by login alone.", "Et brugercertifikat hentes kun med login.";
    by_login: "They log in", "Login";
    by_code: "They have a one-time code", "Engangskode";
    issuing: "How it is issued", "Hvordan det udstedes";
    issuing_hint: "Chosen unless you say otherwise: the browser. It says where the key is made, and nothing about what the \
        certificate is for.",
        "Forvalgt: browseren. Det siger, hvor nøglen laves, og intet om, hvad certifikatet er til.";
    by_browser: "In a browser, which makes the key", "I en browser, som laver nøglen";
    by_command: "On the command line (signer certificate collect)", "På kommandolinjen (signer certificate collect)";
    by_api: "By a program, over the API or EST", "Af et program, over API eller EST";
    go_on: "Go on", "Videre";
    one_needed: "Name the person who logs in, or choose the one-time code.",
        "Angiv den person, der logger ind, eller vælg engangskode.";
    code_made: "The order is placed: the one-time code", "Bestillingen er lagt: engangskoden";
    code_lead: "Give it to whoever collects, by another way than e-mail: on the telephone or by hand. The reference comes to \
        them by mail, or from you.",
        "Giv den til den, der henter, ad en anden vej end e-mail: i telefonen eller på papir. Referencen får vedkommende \
            med e-mail eller fra dig.";
    the_code: "One-time code", "Engangskode";
    code_copied: "I have copied it", "Jeg har kopieret den";
    reference: "Reference", "Reference";
    collect_at: "It is collected at", "Det hentes på";
    ordered: "Ordered", "Bestilt";
    until: "Can be collected until", "Kan hentes indtil";
    lifetime: "Life in days", "Levetid i dage";
    lifetime_hint: "1,095 at most: three years. With 820 it keeps the e-mail programs' own rules too.",
        "Højst 1.095: tre år. Med 820 holder det også e-mailprogrammernes egne regler.";
    overlap: "Days before the end from which it can be renewed", "Kan fornyes så mange dage før udløb";
    overlap_hint: "1 to 180. So long old and new are good beside each other.",
        "1 til 180. Så længe gælder det gamle og det nye side om side.";
    approve: "Approve", "Godkend";
    approve_lead: "What you approve can be collected. Whoever ordered cannot approve it.",
        "Det, du godkender, kan hentes. Den, der har bestilt, kan ikke godkende.";
    approve_order: "Approve the order", "Godkend bestillingen";
    cancel: "Cancel", "Annullér";
    cancel_order: "Cancel the order", "Annullér bestillingen";
    cancel_lead: "Nobody can collect it then. It cannot be undone, but a new one can be ordered.",
        "Så kan ingen hente det. Det kan ikke fortrydes, men der kan bestilles et nyt.";
    new_code: "New one-time code", "Ny engangskode";
    new_code_lead: "The code of before counts no more, and a locked order is open again.",
        "Den tidligere kode gælder ikke længere, og en låst bestilling åbnes igen.";
    code_counts: "An earlier code", "En tidligere kode";
    code_counts_no_more: "counts no more", "gælder ikke længere";
    ask_again: "Send the address another link", "Send adressen et nyt link";
    ask_again_lead: "The address that the certificate will show is asked once more whether it is its holder's.",
        "Der sendes igen en bekræftelse til den adresse, som certifikatet vil vise.";
    asked: "asked again", "bekræftelse sendt igen";
    wait_approval: "Certificate orders that wait for a second administrator:",
        "Certifikatbestillinger, der venter på en anden administrator:";

    // Terms.
    terms_of: "Certificates of the profile", "Certifikater fra profilen";
    terms_lead: "What is ordered with the profile. Type and contact person are the profile's own; orders that are open end \
        when this is changed.",
        "Det, der bestilles med profilen. Type og kontaktperson er profilens egne; åbne bestillinger kan ikke hentes, når \
            dette ændres.";
    terms: "Certificates of up to three years", "Certifikater på op til tre år";
    no_terms: "None are ordered with this profile.", "Der bestilles ingen med denne profil.";
    terms_name: "Name", "Navn";
    terms_name_hint: "Unlike that of all other profiles. In a system's certificate it is the name of the system.",
        "Forskelligt fra alle andre profilers. I et systemcertifikat er det systemets navn.";
    purposes_hint: "One at least. E-mail needs an address in the certificate.",
        "Mindst én. E-mail kræver en adresse i certifikatet.";
    terms_email_hint: "It is confirmed by a link before a certificate is issued. Leave it empty for none.",
        "Den bekræftes med et link, før et certifikat udstedes. Lad feltet stå tomt, hvis ingen skal vises.";
    show_email: "The certificate shows the person's e-mail address", "Certifikatet viser personens e-mailadresse";
    published: "Published: anybody who knows the address gets the certificate",
        "Offentliggjort: enhver, der kender adressen, kan hente certifikatet";
    published_hint: "So that others can encrypt to it. Name, address and organisation number stand in it. Nobody can list \
        what is published, and what is blocked or has expired is not given. It holds for all certificates under these terms.",
        "Så andre kan kryptere til det. Navn, adresse og CVR-nummer står i det. Ingen kan få en liste over det \
            offentliggjorte, og spærrede og udløbne udleveres ikke. Det gælder alle certifikater under disse vilkår.";
    services: "Services that know these certificates", "Tjenester, der kender disse certifikater";
    services_hint: "One on each line. Whoever installs a new certificate sees the list, so that none is forgotten.",
        "Én på hver linje. Den, der installerer et nyt certifikat, ser listen, så ingen glemmes.";
    services_left: "Tick each service that has been given the certificate. It is in use when all have it.",
        "Sæt kryds ved hver tjeneste, der har fået certifikatet. Det er i brug, når alle har det.";
    services_before: "Before you say that it is in use, give it to:", "Giv det til disse, før du melder det i brug:";
    contact_mandatory: "A contact person with an e-mail address is mandatory: they are told when it is to be renewed, is \
        blocked, or needs changing. Name one in the profile first.",
        "En kontaktperson med e-mailadresse er obligatorisk: vedkommende får besked, når det skal fornyes, spærres eller \
            rettes. Angiv først en i profilen.";
    wrong_purposes: "Choose one at least.", "Vælg mindst én.";

    // Settings.
    settings: "What is allowed of certificates", "Hvad der er tilladt af certifikater";
    allow_users: "People may have user certificates", "Personer må få brugercertifikater";
    allow_users_hint: "Without it none is ordered, and none that was ordered is collected.",
        "Uden det bestilles ingen, og bestilte kan ikke hentes.";
    four_eyes: "A second user administrator approves each order", "En anden brugeradministrator godkender hver bestilling";
    four_eyes_hint: "Whoever orders does not approve.", "Den, der bestiller, godkender ikke.";
    digest: "Administrators get one letter a day about certificates", "Administratorer får ét brev om dagen om certifikater";
    digest_hint: "At seven in the morning, if there is something, with each certificate in it. Holders and contact persons are \
        still told at once, one letter for each.",
        "Klokken syv om morgenen, hvis der er noget, med hvert certifikat i. Indehavere og kontaktpersoner får stadig besked med \
            det samme, ét brev for hvert.";

    // Blocking.
    block: "Block", "Spær";
    block_chosen: "Block those that are chosen", "Spær de valgte";
    block_title: "Block certificates", "Spær certifikater";
    block_lead: "It counts at once and for ever: whoever asks is told that they are blocked. It cannot be undone.",
        "Det gælder straks og for altid: alle, der spørger, får at vide, at de er spærret. Det kan ikke ophæves.";
    block_reason: "Why", "Hvorfor";
    block_none: "Choose certificates in the list first.", "Vælg først certifikater i listen.";
    block_done: "What came of each", "Hvad der skete med hvert";
    in_use: "Say that it is in use", "Meld det i brug";
    in_use_lead: "Nothing more is sent about the one whose place it takes.",
        "Der sendes ikke flere beskeder om det, det afløser.";
    now_in_use: "In use", "I brug";

    // My certificates.
    own: "My certificates", "Mine certifikater";
    own_lead: "Those that you collected, and those that wait for you. The private key is yours alone: it is made in your \
        browser, and never comes here.",
        "Dem, du har hentet, og dem, der venter på dig. Den private nøgle er din alene: den laves i din browser og kommer \
            aldrig hertil.";
    own_none: "You have no certificate. Logging in, signing and sealing need none.",
        "Du har intet certifikat. Login, underskrift og segl kræver ikke noget certifikat.";
    to_collect: "To be collected", "Klar til at blive hentet";
    collect: "Collect", "Hent";
    renew: "Renew", "Forny";
    renewed_by: "Renewed: it is good until its end", "Fornyet: det gælder til sit udløb";
    back_to_own: "To my certificates", "Til mine certifikater";
    block_own: "Block the certificate", "Spær certifikatet";

    // Collecting.
    collect_title: "Collect a certificate", "Hent et certifikat";
    renew_title: "Renew the certificate", "Forny certifikatet";
    renew_lead: "Name and UUID stay, the key is a new one. The old certificate is good until its end, so that those who \
        must know the new one can be given it first.",
        "Navn og UUID bliver, nøglen er ny. Det gamle certifikat gælder til sit udløb, så dem, der skal kende det nye, kan få \
            det først.";
    collect_lead: "Your browser makes the private key. It is never sent: what leaves the browser is the public half and a \
        proof.",
        "Din browser laver den private nøgle. Den bliver aldrig sendt: kun den offentlige halvdel og et bevis forlader \
            browseren.";
    code_title: "Collect with a one-time code", "Hent med engangskode";
    code_page_lead: "The reference stands in the e-mail, the code you got by another way. Five wrong codes lock the order.",
        "Referencen står i e-mailen, koden har du fået ad en anden vej. Fem forkerte koder låser bestillingen.";
    code_read: "I have read the policy, version", "Jeg har læst politikken, version";
    code_wrong: "Reference or code is wrong, or the certificate cannot be collected any more. After five wrong codes whoever \
        ordered makes a new one.",
        "Reference eller kode er forkert, eller certifikatet kan ikke længere hentes. Efter fem forkerte koder laver den, der \
            har bestilt, en ny.";
    show: "Show what I collect", "Vis, hvad jeg henter";
    not_done: "This cannot be done", "Det kan ikke gøres";
    what: "What is issued", "Det, der udstedes";
    organisation: "Organisation", "Organisation";
    in_browser: "Make the key here", "Lav nøglen her";
    password: "Password of the file", "Filens adgangskode";
    password_hint: "12 to 128 letters, digits and signs of the English keyboard, without æ, ø and å: programs differ in how \
        they read those. Nobody can find it again, and without it the certificate is lost.",
        "12 til 128 bogstaver, cifre og tegn, men ikke æ, ø og å, som programmer læser forskelligt. Ingen kan finde den \
            igen, og uden den er certifikatet tabt.";
    password_again: "The same password once more", "Samme adgangskode igen";
    make_password: "Make a password for me", "Lav en adgangskode til mig";
    password_made: "Write it down now: it is not kept anywhere.", "Skriv den ned nu: den gemmes ingen steder.";
    passwords_differ: "The passwords are not the same.", "Adgangskoderne er ikke ens.";
    password_unfit: "12 to 128 letters, digits and signs, without æ, ø and å.",
        "12 til 128 bogstaver, cifre og tegn, uden æ, ø og å.";
    make: "Make the key and collect", "Lav nøglen, og hent";
    making: "The key is being made. This takes some seconds …", "Nøglen laves. Det tager nogle sekunder …";
    asking: "The certificate is being issued …", "Certifikatet udstedes …";
    packing: "The file is being made …", "Filen laves …";
    done: "The certificate is issued. Download the file now: key and password are in this page alone, and gone when you leave \
        it.",
        "Certifikatet er udstedt. Hent filen nu: nøgle og adgangskode findes kun på denne side og er væk, når du forlader \
            den.";
    download: "Download the file", "Hent filen";
    download_again: "If it was not saved, download it again before you leave.", "Blev den ikke gemt, så hent den igen, før du går.";
    other_key: "What was answered is no certificate of this key. Have it blocked, and order another.",
        "Svaret er ikke et certifikat til denne nøgle. Få det spærret, og bestil et nyt.";
    unknown_end: "The service did not answer, and the certificate may have been issued: its key is gone. See whether it is in \
        the list, have it blocked there, and order another.",
        "Tjenesten svarede ikke, og certifikatet kan være udstedt: nøglen er væk. Se efter i listen, få det spærret dér, og \
            bestil et nyt.";
    unsupported: "This browser cannot make keys here.", "Browseren kan ikke lave nøgler her.";
    refused: "It was refused:", "Det blev afvist:";
    opens_in: "What opens the file", "Hvad der åbner filen";
    opens_yes: "OpenSSL 3, Thunderbird and Firefox (NSS), Java 17 (keytool), Python's cryptography",
        "OpenSSL 3, Thunderbird og Firefox (NSS), Java 17 (keytool), Pythons cryptography";
    opens_no: "Not Windows Server 2016 and macOS before 15, which say that the password is wrong. For them: signer \
        certificate collect --compatible.",
        "Ikke Windows Server 2016 og macOS før 15, som siger, at adgangskoden er forkert. Til dem: signer certificate \
            collect --compatible.";
    needs_script: "Making a key needs scripts. Without them, send a request that another program made.",
        "At lave en nøgle kræver scripts. Uden dem kan du sende en anmodning, som et andet program har lavet.";
    with_request: "Send a request of your own (CSR)", "Send din egen anmodning (CSR)";
    with_request_lead: "For keys that are made elsewhere: a PKCS#10 in PEM or DER. Of it the public key alone counts.",
        "Til nøgler, der er lavet et andet sted: en PKCS#10 i PEM eller DER. Kun dens offentlige nøgle tæller.";
    request: "Request (.csr, .pem, .p10)", "Anmodning (.csr, .pem, .p10)";
    send_request: "Send it, and download the certificate", "Send, og hent certifikatet";
    request_missing: "Choose a file with a request (PKCS#10) first.", "Vælg først en fil med en anmodning (PKCS#10).";
    request_wrong: "That is no request (PKCS#10) whose key can be certified.",
        "Det er ikke en anmodning (PKCS#10), hvis nøgle kan certificeres.";
    meant_for_others: "Whoever ordered meant it to be collected in another way. It can be collected here all the same.",
        "Den, der bestilte, tænkte på en anden måde at hente på. Det kan alligevel hentes her.";
}
