//! The form of a costly document, and its signatures.

use super::writer::Writer;

/// A document whose form has these fields, with something signed so that all is looked at.
pub(super) fn form(writer: &mut Writer, fields: &str, entries: &str) -> u32 {
    let page = writer.add("<< /Type /Page /MediaBox [0 0 100 100] >>");
    let pages = writer.add(format!("<< /Type /Pages /Count 1 /Kids [{page} 0 R] >>"));
    writer.add(format!(
        "<< /Type /Catalog /Pages {pages} 0 R /AcroForm << /Fields {fields} >> {entries} >>"
    ))
}

/// Fields with signatures made by `signature` for each number.
pub(super) fn signatures(
    writer: &mut Writer,
    count: u32,
    signature: impl Fn(u32) -> String,
) -> String {
    let mut all = String::from("[");
    for number in 0..count {
        let value = writer.add(signature(number));
        let field = writer.add(format!("<< /T (s{number}) /FT /Sig /V {value} 0 R >>"));
        all.push_str(&format!("{field} 0 R "));
    }
    all.push(']');
    all
}
