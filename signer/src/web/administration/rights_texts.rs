//! What the pages say of rights and mandates, and of who may see what.

use crate::web::bilingual::bilingual;

bilingual! {
    RightsTexts, rights_texts;

    every_profile: "Every profile, those to come among them", "Alle profiler, også dem, der kommer til";
    profiles_hint: "Choose the profiles, or every profile.", "Vælg profilerne, eller vælg alle profiler.";
    choose_profiles: "Choose profiles, or \u{201c}Every profile, those to come among them\u{201d}: one of both.",
        "Vælg profiler eller \u{201d}Alle profiler, også dem, der kommer til\u{201d}: en af delene.";
    no_limit: "No limit to the number of seals", "Ingen grænse for antallet af segl";
    most_seals_hint: "A whole number, or no limit: one of both.", "Et helt tal eller ingen grænse: en af delene.";
    choose_seals: "Fill in a number, or choose \u{201c}No limit to the number of seals\u{201d}: one of both.",
        "Udfyld et tal, eller vælg \u{201d}Ingen grænse for antallet af segl\u{201d}: en af delene.";
    choose_application: "Choose an application.", "Vælg et system.";
    person_hint: "Whoever has an entry and can log in, whoever the configuration names, and whoever was given a \
        right before. Somebody else is named below.",
        "De, der er oprettet og kan logge ind, de, som konfigurationen nævner, og de, der før har fået en ret. En \
            anden nævnes nedenfor.";
    issuer_hint: "Only for somebody who is not in the list: the service that says in its tokens who they are, by \
        its address (the claim iss).",
        "Kun for en, der ikke er på listen: den tjeneste, der i sine adgangstegn siger, hvem personen er, ved dens \
            adresse (iss).";
    subject_hint: "By what that service knows the person (the claim sub), letter by letter.",
        "Det, den tjeneste kender personen som (sub), bogstav for bogstav.";
    person_twice: "Choose a person or name one by issuer and identifier, not both.",
        "Vælg en person, eller nævn en ved udsteder og kendenavn, ikke begge dele.";
    none_without: "Now give it a mandate: without one it can seal nothing.",
        "Giv det nu en fuldmagt: uden kan det intet forsegle.";
    not_permitted: "Your roles do not allow this", "Dine roller giver ikke lov til dette";
    not_seen: "None of your roles lets you see this part:", "Ingen af dine roller lader dig se denne del:";
    nothing_done: "Nothing was changed.", "Intet blev ændret.";
    contact_hint: "Who answers for the profile. It stands in no certificate and is not shown again.",
        "Den, der svarer for profilen. Navnet står ikke i certifikater og vises ikke igen.";
}
