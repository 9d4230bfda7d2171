//! What signatures permit, and where it may be seen.

use super::{
    document::{
        AGREED, AGREED_PLACE, CITY, CITY_PLACE, COUNTERSIGNATURE, COUNTERSIGNATURE_PLACE, FORM,
        INFORMATION, MEMO, PAGE, PAGES, SHARED_RESOURCES, SPARE, drawing, stream, text,
    },
    revision::Spelling,
    scene::{Field, Step},
};

pub const STEPS: [Step; 20] = [
    ("nothing", |scene| scene.trailer = " ".to_owned()),
    ("invisible signature", |scene| {
        let field = scene.unseen();
        scene.sign(&scene.world.signature(""), &field);
    }),
    ("hidden signature", |scene| {
        let look = scene.add(drawing(&text("Havnsted")));
        let flags = scene.one_of(&["/F 2", "/F 32", "/F 34"]);
        let entries = format!("{flags} /AP << /N {look} 0 R >>");
        let field = Field { name: scene.name(), place: [20, 220, 180, 250], entries };
        scene.sign(&scene.world.signature(""), &field);
    }),
    ("document time-stamp", |scene| {
        let field = scene.unseen();
        scene.sign(&scene.world.time_stamp(), &field);
    }),
    ("visible signature in a new field", |scene| {
        let look = scene.add(drawing(&text("Havnsted")));
        let place = [150, 20, 280, 45];
        let entries = format!("/F 132 /AP << /N {look} 0 R >>");
        let field = Field { name: scene.name(), place, entries };
        scene.sign(&scene.world.signature(""), &field);
        scene.explained.push(place);
    }),
    ("visible signature in a field that was there", |scene| {
        let look = scene.add(drawing(&text("Havnsted")));
        let entries = format!("/AP << /N {look} 0 R >>");
        if !scene.object(COUNTERSIGNATURE).contains("/V ") {
            scene.sign_in(&scene.world.signature(""), COUNTERSIGNATURE, &entries);
            scene.explained.push(COUNTERSIGNATURE_PLACE);
        }
    }),
    ("empty signature field", |scene| {
        let field = scene.unseen();
        let widget = scene.add(format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({}) /P 3 0 R /F 4 /MK << >> \
             /DA (/F1 0 Tf 0 g) /Rect [20 220 180 250] >>",
            field.name
        ));
        scene.annotate(widget);
        scene.enlist(widget);
    }),
    ("empty field filled", |scene| {
        let look = scene.add(drawing(&text("Havnsted")));
        if !scene.object(CITY).contains("/V ") {
            scene.enter(CITY, "/V (Havnsted)");
            scene.edit(CITY, "8 0 R", &format!("{look} 0 R"));
            scene.explained.push(CITY_PLACE);
        }
    }),
    ("box checked", |scene| {
        scene.edit(AGREED, "/V /Off /AS /Off", "/V /Yes /AS /Yes");
        scene.explained.push(AGREED_PLACE);
    }),
    ("field locked", |scene| {
        if !scene.object(MEMO).contains("/Ff") {
            scene.enter(MEMO, "/Ff 1");
        }
    }),
    ("evidence", |scene| {
        let certificate = scene.add(stream("", "certificate"));
        if !scene.object(scene.document.root).contains("/DSS") {
            scene.enter(
                scene.document.root,
                &format!(
                    "/DSS << /Type /DSS /Certs [{certificate} 0 R] \
                /VRI << /Type /VRI /AB << /Cert [{certificate} 0 R] >> >> >>"
                ),
            );
        }
    }),
    ("evidence and the date", |scene| {
        let certificate = scene.add(stream("", "certificate"));
        scene.edit(INFORMATION, "D:20260701", "D:20260702");
        if !scene.object(scene.document.root).contains("/DSS") {
            scene.enter(scene.document.root, &format!("/DSS << /Certs [{certificate} 0 R] >>"));
        }
    }),
    ("title", |scene| scene.edit(INFORMATION, "(Decision)", "(Resolution)")),
    ("resource that nothing uses", |scene| {
        let other = scene.add(drawing(&text("Spare")));
        if scene.dice.bool() {
            scene.edit(FORM, "/Spare 29 0 R", &format!("/Spare {other} 0 R /More {other} 0 R"));
        } else {
            scene.set(SPARE, drawing(&text("Spare")));
        }
    }),
    ("equal copies", |scene| {
        let fonts = scene.add("<< /Type /Font /BaseFont /Helvetica /Subtype /Type1 >>");
        let copy = scene.object(SHARED_RESOURCES).replace("5 0 R", &format!("{fonts} 0 R"));
        let copy = scene.add(copy);
        scene.edit(PAGES, "26 0 R", &format!("{copy} 0 R"));
    }),
    ("measures as reals", |scene| {
        scene.edit(PAGE, "/MediaBox [0 0 300 300]", "/MediaBox [0.0 0 300. 300.00]");
    }),
    ("tab order", |scene| {
        if !scene.object(PAGE).contains("/Tabs") {
            scene.enter(PAGE, "/Tabs /S");
        }
    }),
    ("identifier", |scene| scene.trailer = "/ID [<02> <02>]".to_owned()),
    ("catalog under another number", |scene| {
        let catalog = scene.add(scene.object(scene.document.root));
        scene.trailer = format!("/Root {catalog} 0 R");
        scene.commit();
        scene.document.root = catalog;
    }),
    ("object that nothing uses, beside a table and a stream", |scene| {
        scene.add("<< /Unused true >>");
        scene.commit_as(Spelling::Hybrid);
    }),
];
