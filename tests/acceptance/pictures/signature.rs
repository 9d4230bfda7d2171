//! Attacks by signatures: sneaky ones, time-stamps that show something, names that collide.

use super::{
    annotation::{flags, place},
    document::{COUNTERSIGNATURE, DEEP, DEEP_APPEARANCE, PREPARED, drawing, rectangle, text},
    scene::{Field, Scene, Step},
};

pub const STEPS: [Step; 12] = [
    ("visible signature of a stranger", |scene| {
        let field = seen(scene);
        scene.sign(&scene.world.strange(), &field);
    }),
    ("visible time-stamp in a new field", |scene| {
        let field = seen(scene);
        scene.sign(&scene.world.time_stamp(), &field);
    }),
    ("visible time-stamp in a field that was there", |scene| {
        let look = attack(scene);
        scene.sign_in(
            &scene.world.time_stamp(),
            COUNTERSIGNATURE,
            &format!("/AP << /N {look} 0 R >>"),
        );
    }),
    ("visible signature of a stranger in a field that was there", |scene| {
        let look = attack(scene);
        scene.sign_in(
            &scene.world.strange(),
            COUNTERSIGNATURE,
            &format!("/AP << /N {look} 0 R >>"),
        );
    }),
    ("two fields of one name", |scene| {
        let field = seen(scene);
        scene.sign(&scene.world.strange(), &field);
        let unseen = Field { name: field.name, ..scene.unseen() };
        match scene.dice.bool() {
            true => scene.sign(&scene.world.time_stamp(), &unseen),
            false => scene.sign(&scene.world.signature(""), &unseen),
        };
    }),
    ("field that is drawn, of the name of one that is signed", |scene| {
        let unseen = scene.unseen();
        scene.sign(&scene.world.signature(""), &unseen);
        let look = attack(scene);
        let (flags, place) = (flags(scene), place(scene));
        let field = scene.add(format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({}) {flags} /Rect {} /AP << /N {look} 0 R >> >>",
            unseen.name,
            rectangle(place)
        ));
        scene.annotate(field);
        scene.enlist(field);
    }),
    ("signature used again by a field that is seen", |scene| {
        let unseen = scene.unseen();
        let widget = scene.sign(&scene.world.signature(""), &unseen);
        let value = value_of(&scene.object(widget));
        let look = attack(scene);
        let (flags, place, name) = (flags(scene), place(scene), scene.name());
        let field = scene.add(format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({name}) /V {value} 0 R {flags} \
             /Rect {} /AP << /N {look} 0 R >> >>",
            rectangle(place)
        ));
        scene.annotate(field);
        scene.enlist(field);
    }),
    ("signed field moved, shown or drawn anew", |scene| {
        let unseen = scene.unseen();
        let widget = scene.sign(&scene.world.signature(""), &unseen);
        let look = attack(scene);
        let (flags, place) = (flags(scene), place(scene));
        scene.edit(
            widget,
            "/Rect [0 0 0 0] /F 132",
            &format!("/Rect {} {flags} /AP << /N {look} 0 R >>", rectangle(place)),
        );
    }),
    ("widget added to a signed field", |scene| {
        let unseen = scene.unseen();
        let widget = scene.sign(&scene.world.signature(""), &unseen);
        let look = attack(scene);
        let (flags, place) = (flags(scene), place(scene));
        let kid = scene.add(format!(
            "<< /Type /Annot /Subtype /Widget /Parent {widget} 0 R {flags} /Rect {} \
             /AP << /N {look} 0 R >> >>",
            rectangle(place)
        ));
        scene.annotate(kid);
        scene.enter(widget, &format!("/Kids [{kid} 0 R]"));
    }),
    ("appearance of a visible signature in place", |scene| {
        let look = scene.add(drawing(&text("Havnsted")));
        let entries = format!("/F 132 /AP << /N {look} 0 R >>");
        let place = [150, 20, 280, 45];
        let field = Field { name: scene.name(), place, entries };
        scene.sign(&scene.world.signature(""), &field);
        scene.explained.push(place);
        scene.set(look, drawing(&text("Attacker")));
    }),
    ("prepared field signed by another", |scene| {
        scene.annotate(PREPARED);
        let by = scene.one_of(&[true, false]);
        let signature = if by { scene.world.time_stamp() } else { scene.world.strange() };
        scene.sign_in(&signature, PREPARED, "");
    }),
    ("widget far below drawn with the signature of another", |scene| {
        scene.set(DEEP_APPEARANCE, drawing(&text("Attacker")));
        let by = scene.one_of(&[true, false]);
        let signature = if by { scene.world.time_stamp() } else { scene.world.strange() };
        scene.sign_in(&signature, DEEP, "");
    }),
];

fn attack(scene: &mut Scene<'_>) -> u32 {
    scene.add(drawing(&text("Attacker")))
}

/// A field that is seen in some way.
fn seen(scene: &mut Scene<'_>) -> Field {
    let look = attack(scene);
    let (flags, place) = (flags(scene), place(scene));
    Field { name: scene.name(), place, entries: format!("{flags} /AP << /N {look} 0 R >>") }
}

/// The number of the signature that a field has.
fn value_of(field: &str) -> u32 {
    let (_, rest) = field.split_once("/V ").expect("a value");
    rest.split(' ').next().and_then(|number| number.parse().ok()).expect("a reference")
}
