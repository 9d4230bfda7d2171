//! Documents that cost much because they are encrypted.

use super::{
    cipher::Method,
    form::{form, signatures},
    writer::{Layout, Writer},
};

/// Each string of the catalog is deciphered whenever the catalog is read.
pub(super) fn strings() -> Vec<u8> {
    let mut writer = Writer::encrypted(Method::Rc4);
    let strings = "()".repeat(500_000);
    let root = form(&mut writer, "[]", &format!("/Strings [{strings}]"));
    writer.end_revision(Layout::Plain, root, "");
    writer.into_bytes()
}

/// Each object stands in a stream of its own that is deciphered and inflated for it.
pub(super) fn object_streams() -> Vec<u8> {
    let mut writer = Writer::encrypted(Method::Aes);
    let filling = "0 ".repeat(4 << 20);
    let fields = signatures(&mut writer, 16, |number| {
        format!("<< /Contents <{number:04}> /Filling [{filling}] >>")
    });
    let root = form(&mut writer, &fields, "");
    writer.end_revision(Layout::Compressed(1), root, "");
    writer.into_bytes()
}

/// What many refer to is deciphered for each of them.
pub(super) fn shared_text() -> Vec<u8> {
    let mut writer = Writer::encrypted(Method::Rc4);
    let text = writer.add(format!("({})", "a".repeat(4 << 20)));
    let fields = signatures(&mut writer, 1_000, |_| {
        format!(
            "<< /SubFilter /ETSI.CAdES.detached /Contents <3000> /ByteRange [0 9 20 9] \
             /Reason {text} 0 R /Location {text} 0 R >>"
        )
    });
    let root = form(&mut writer, &fields, "");
    writer.end_revision(Layout::Plain, root, "");
    writer.into_bytes()
}
