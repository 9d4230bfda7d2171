//! Documents that are signed and then updated at a cost.

use super::{
    form::{form, signatures},
    writer::{Layout, Writer},
};

/// A document with a signature that covers its first revision; `make` answers its catalog, given the
/// fields.
fn signed_once(make: impl FnOnce(&mut Writer, &str) -> u32) -> (Writer, u32) {
    let mut writer = Writer::new();
    let fields = signatures(&mut writer, 1, |_| {
        "<< /SubFilter /ETSI.CAdES.detached /Contents <3000> \
         /ByteRange [0 0000000010 0000000020 0000000000] >>"
            .to_owned()
    });
    let root = make(&mut writer, &fields);
    writer.end_revision(Layout::Plain, root, "");
    let end = writer.ends()[0] - 20;
    writer.fill(b"0000000020 0000000000", format!("0000000020 {end:010}").as_bytes());
    (writer, root)
}

/// An update puts a copy in the place of what was there, which takes 2⁶⁰ comparisons one by one.
pub(super) fn copies() -> Vec<u8> {
    let deep = |writer: &mut Writer| {
        let mut below = writer.add("<< /A 1 >>");
        for _ in 0..60 {
            below = writer.add(format!("<< /A {below} 0 R /B {below} 0 R >>"));
        }
        below
    };
    let mut top = 0;
    let (mut writer, root) = signed_once(|writer, fields| {
        let below = deep(writer);
        top = writer.add(format!("<< /A {below} 0 R >>"));
        form(writer, fields, &format!("/Another {top} 0 R"))
    });
    let below = deep(&mut writer);
    writer.set(top, format!("<< /A {below} 0 R >>"));
    writer.end_revision(Layout::Plain, root, "");
    writer.into_bytes()
}

pub(super) fn annotations() -> Vec<u8> {
    let (mut list, mut note) = (0, 0);
    let (mut writer, root) = signed_once(|writer, fields| {
        note = writer.add("<< /Subtype /Text /Rect [0 0 1 1] >>");
        list = writer.add(format!("[{}]", format!("{note} 0 R ").repeat(200_000)));
        let page = writer.add(format!("<< /Type /Page /MediaBox [0 0 9 9] /Annots {list} 0 R >>"));
        let pages = writer.add(format!("<< /Type /Pages /Kids [{page} 0 R] /Count 1 >>"));
        let form = format!("/AcroForm << /Fields {fields} >>");
        writer.add(format!("<< /Type /Catalog /Pages {pages} 0 R {form} >>"))
    });
    let other = writer.add("<< /Subtype /Widget /FT /Sig /Rect [0 0 0 0] >>");
    writer.set(list, format!("[{}]", format!("{other} 0 R {note} 0 R ").repeat(200_000)));
    writer.end_revision(Layout::Plain, root, "");
    writer.into_bytes()
}

/// Every update has a row that is too short, and refers to what does not exist.
pub(super) fn searches() -> Vec<u8> {
    let mut writer = Writer::new();
    let fields = signatures(&mut writer, 1, |_| {
        "<< /SubFilter /ETSI.CAdES.detached /Contents <3000> \
         /ByteRange [0 0000000010 0000000020 0000000000] >>"
            .to_owned()
    });
    let root = form(&mut writer, &fields, "");
    for number in 0..60_000 {
        writer.add(format!("[{} 0 R]", 1 + number % 100));
    }
    writer.end_revision(Layout::Plain, root, "");
    let end = writer.ends()[0] - 20;
    writer.fill(b"0000000020 0000000000", format!("0000000020 {end:010}").as_bytes());
    let nowhere = "7000000 0 R ".repeat(1_000);
    for _ in 0..500 {
        writer.end_with(|_, previous| {
            let section = format!(
                "xref\n0 1\n0000000000 65535 f\ntrailer\n<< /Root {root} 0 R /Size 60100 \
                 /Else [{nowhere}] /Prev {} >>\n",
                previous.unwrap_or_default()
            );
            section.into_bytes()
        });
    }
    writer.into_bytes()
}
