//! What is said where files are laid down that cannot be signed, or cannot be shown.

use crate::web::bilingual::bilingual;

bilingual! {
    LayingTexts, laying_texts;

    drop_here: "Or drop them here.", "Eller slip dem her.";
    one_unfit: "This file cannot be signed or sealed.", "Denne fil kan ikke underskrives eller forsegles.";
    none_fit: "None of these files can be signed or sealed.",
        "Ingen af disse filer kan underskrives eller forsegles.";
    some_unfit: "Some of these files cannot be signed or sealed; beside each it says why. Go on with the others, or \
                 choose other files.",
        "Nogle af filerne kan ikke underskrives eller forsegles; ved hver af dem står hvorfor. Gå videre med de andre, \
         eller vælg andre filer.";
    too_much_begun: "You have begun as much as you may at once. Finish something of what stands below, or decline it, \
                     and try again.",
        "Du er begyndt på så meget, som du må ad gangen. Gør noget af det færdigt, der står nedenfor, eller afslå det, \
         og prøv igen.";
    other_files: "Choose other files", "Vælg andre filer";
    not_looked_at: "The pages could not be looked at here, and so nobody can say what they do not show.",
        "Siderne kunne ikke undersøges her, så ingen kan sige, hvad de ikke viser.";
    gate_original: "Download the original, and read it to the end in your own program. Then continue.",
        "Hent originalen, og læs den til ende i dit eget program. Fortsæt derefter.";
    gate_undrawn: "A page could not be shown. Download the original, and read that page in your own program. Then \
                   continue.",
        "En side kunne ikke vises. Hent originalen, og læs siden i dit eget program. Fortsæt derefter.";
    original_first: "The original was not downloaded yet. Download it, read it to the end, and continue then.",
        "Originalen er ikke hentet endnu. Hent den, læs den til ende, og fortsæt derefter.";
}
