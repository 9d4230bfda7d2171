//! What is said where a place and a level are chosen.

use seal::Level;

use crate::{service::Language, web::bilingual::bilingual};

bilingual! {
    PlacingTexts, placing_texts;

    // The script puts numbers into the braces.
    placed: "From the left {x} mm, from below {y} mm. {w} mm wide, {h} mm high.",
        "Fra venstre {x} mm, fra bunden {y} mm. {w} mm bredt, {h} mm højt.";
}

/// What a level gives, in one sentence.
pub(crate) fn level_told(language: Language, level: Level) -> &'static str {
    let (english, danish) = match level {
        Level::BB => (
            "Without a time-stamp: the time is what this service says.",
            "Uden tidsstempel: tidspunktet er det, som tjenesten oplyser.",
        ),
        Level::BT => (
            "With an independent time-stamp, which proves when it was there.",
            "Med et uafhængigt tidsstempel, der beviser, hvornår det fandtes.",
        ),
        Level::BLT => (
            "With a time-stamp, and with all in the file that is needed to check it years from now.",
            "Med tidsstempel, og med alt det i filen, der skal til for at kontrollere den om mange år.",
        ),
        Level::BLTA => (
            "With two time-stamps, and all in the file that checking needs: provable for many years, and renewable.",
            "Med to tidsstempler og alt det i filen, som en kontrol kræver: kan bevises i mange år og fornyes.",
        ),
    };
    match language {
        Language::En => english,
        Language::Da => danish,
    }
}
