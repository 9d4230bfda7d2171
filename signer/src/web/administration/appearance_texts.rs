//! What the pages about appearances say.

use crate::web::bilingual::bilingual;

bilingual! {
    AppearanceTexts, appearance_texts;

    title: "Appearances", "Udseender";
    lead: "How visible seals and signatures of the profile may look. Whoever makes one asks for it by name.",
        "Sådan kan profilens synlige segl og underskrifter se ud. Den, der laver et, vælger udseendet ved navn.";
    none: "No appearance is named yet.", "Intet udseende har fået et navn endnu.";
    new: "New appearance", "Nyt udseende";
    change: "Change appearance", "Ret udseende";
    remove: "Remove appearance", "Fjern udseende";
    remove_lead: "Nobody gets it by its name any more. What is signed stays as it is.",
        "Ingen kan længere vælge det. Det, der er underskrevet, bliver, som det er.";
    store: "Go on", "Fortsæt";
    picture: "Picture of the appearance", "Billede af udseendet";
    preset: "Layout", "Opsætning";
    by_shape: "By the shape of its place", "Efter pladsens form";
    full: "Full seal with code", "Fuldt segl med kode";
    compact: "Compact seal with code", "Lille segl med kode";
    line: "In a line", "På en linje";
    plain: "Lines of text", "Tekstlinjer";
    language: "Language", "Sprog";
    of_caller: "Whoever asks decides", "Bestemmes af den, der beder om det";
    english: "English", "Engelsk";
    danish: "Danish", "Dansk";
    show: "Lines that the service writes", "Linjer, som tjenesten skriver";
    show_hint: "None chosen: what suits the layout.", "Ingen valgt: det, der passer til opsætningen.";
    signer: "Who signs or seals", "Hvem der underskriver eller forsegler";
    time: "When", "Hvornår";
    profile: "The profile's name", "Profilens navn";
    text: "Lines of your own", "Egne linjer";
    text_hint: "At most 8, each of 200 characters. A seal names no person.",
        "Højst 8, hver på 200 tegn. Et segl nævner ingen person.";
    page: "Page", "Side";
    page_hint: "A number, or the word: last", "Et tal eller ordet: sidste";
    last: "last", "sidste";
    decimal: ".", ",";
    wrong_page: "What is right here: a number from 1 on, or: last.", "Her skal stå et tal fra 1 eller: sidste.";
    place: "Place (points)", "Plads (punkter)";
    mark: "Fingerprint", "Fingeraftryk";
    x: "From the left (mm)", "Fra venstre (mm)";
    y: "From below (mm)", "Fra bunden (mm)";
    w: "Width (mm)", "Bredde (mm)";
    h: "Height (mm)", "Højde (mm)";
    wrong_place: "What is right here: four numbers in millimetres, or none.",
        "Her skal stå fire tal i millimeter eller ingen.";
    logo: "Logo", "Logo";
    logo_hint: "A PNG or JPEG file, or a PDF, whose first page is taken; at most 32 KiB.",
        "En PNG- eller JPEG-fil eller en PDF, hvis første side bruges; højst 32 KiB.";
    logo_too_long: "The file is longer than 32 KiB.", "Filen er større end 32 KiB.";
    no_logo: "Without a logo", "Uden logo";
    exists: "The profile has one of this name: change that.", "Profilen har et af det navn: ret det.";
    wrong: "That cannot be an appearance.", "Det kan ikke være et udseende.";
}
