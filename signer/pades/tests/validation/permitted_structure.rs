//! Further signatures in a tagged document (ISO 32000-2 clause 14.7).

use super::document::{ANNOTATIONS, CATALOG, CITY, FORM, PAGE, document, modifications, validated};
use super::sealed::{FAILED, Sealed};
use super::update::{next_number, object, update};

/// The document with a structure: a root, one element, and a parent tree in two leaves.
fn tagged() -> (Sealed, [u32; 5]) {
    let base = document();
    let root = next_number(&base);
    let [top, text, first, last] = [root + 1, root + 2, root + 3, root + 4];
    let catalog = object(&base, CATALOG).replacen(
        "<<",
        &format!("<< /MarkInfo << /Marked true >> /StructTreeRoot {root} 0 R "),
        1,
    );
    let objects = [
        (CATALOG, catalog),
        (PAGE, object(&base, PAGE).replacen("<<", "<< /StructParents 0 ", 1)),
        (
            root,
            format!(
                "<< /Type /StructTreeRoot /K {top} 0 R /ParentTreeNextKey 2 \
                 /ParentTree << /Kids [{first} 0 R {last} 0 R] >> >>"
            ),
        ),
        (top, format!("<< /Type /StructElem /S /Document /P {root} 0 R /K [{text} 0 R] >>")),
        (text, format!("<< /Type /StructElem /S /P /P {top} 0 R /Pg 3 0 R /K 0 >>")),
        (first, format!("<< /Limits [0 0] /Nums [0 [{text} 0 R]] >>")),
        (last, format!("<< /Limits [1 1] /Nums [1 {text} 0 R] >>")),
    ];
    (Sealed::of(&update(&base, &objects)), [root, top, text, first, last])
}

/// A new field with its element, whose further entries are given.
fn with_element(
    sealed: &Sealed,
    [root, top, text, _, last]: [u32; 5],
    entries: &str,
) -> Vec<(u32, String)> {
    let (widget, element) = (sealed.next, sealed.next + 1);
    let nums = format!("[1 {text} 0 R 2 {element} 0 R]");
    vec![
        sealed.with(FORM, "/Fields [", &format!("/Fields [{widget} 0 R ")),
        sealed.with(ANNOTATIONS, "[", &format!("[{widget} 0 R ")),
        (
            widget,
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (New) /Rect [0 0 0 0] /StructParent 2 >>"
                .to_owned(),
        ),
        (
            element,
            format!(
                "<< /Type /StructElem /S /Form /P {top} 0 R /Pg 3 0 R \
                 /K << /Type /OBJR /Obj {widget} 0 R >> {entries} >>"
            ),
        ),
        sealed.with(top, &format!("[{text} 0 R]"), &format!("[{text} 0 R {element} 0 R]")),
        sealed.with(root, "/ParentTreeNextKey 2", "/ParentTreeNextKey 3"),
        sealed.with(last, &format!("[1 {text} 0 R]"), &nums),
    ]
}

#[test]
fn widget_of_a_new_signature_may_take_its_place_in_the_structure() {
    let (sealed, numbers) = tagged();
    let pdf = sealed.update(&with_element(&sealed, numbers, "/Alt (A signature)"));
    sealed.assert_passed("a new element", &pdf);
    let validation = validated(&sealed.pki, &pdf);
    assert_eq!(modifications(&validation), ["signature-field-added", "structure-extended"]);
    // Other programs write the whole parent tree anew, as another object.
    let [root, _, text, ..] = numbers;
    let mut objects = with_element(&sealed, numbers, "");
    objects.truncate(5);
    let (element, tree) = (sealed.next + 1, sealed.next + 2);
    let nums = format!("<< /Nums [0 [{text} 0 R] 1 {text} 0 R 2 {element} 0 R] >>");
    let (_, first, last) = (root, numbers[3], numbers[4]);
    let old = format!("<< /Kids [{first} 0 R {last} 0 R] >>");
    objects.push(sealed.with(root, &old, &format!("{tree} 0 R")));
    objects.push((tree, nums));
    sealed.assert_passed("a parent tree written anew", &sealed.update(&objects));
}

#[test]
fn structure_may_not_say_anything_else_of_what_is_shown() {
    let (sealed, numbers) = tagged();
    let [root, top, text, _, last] = numbers;
    let element = sealed.next + 1;
    let replaced = |at: u32, from: &str, to: &str| {
        let mut objects = with_element(&sealed, numbers, "");
        let object = objects.iter_mut().find(|(number, _)| *number == at).unwrap();
        assert!(object.1.contains(from), "{from} in {}", object.1);
        object.1 = object.1.replacen(from, to, 1);
        sealed.update(&objects)
    };
    for (what, pdf, code) in [
        (
            "text in place of an element",
            sealed.update(&with_element(&sealed, numbers, "/ActualText (Pay)")),
            "structure-changed",
        ),
        (
            "an element that is a text field's",
            replaced(element, &format!("/Obj {} 0 R", sealed.next), &format!("/Obj {CITY} 0 R")),
            "structure-changed",
        ),
        ("an element of text", replaced(element, "/S /Form", "/S /P"), "structure-changed"),
        (
            "an element that holds nothing, with a text to be read aloud",
            replaced(
                element,
                &format!("/K << /Type /OBJR /Obj {} 0 R >>", sealed.next),
                "/Alt (Pay)",
            ),
            "structure-changed",
        ),
        (
            "text in place of one that was there",
            sealed.update(&[sealed.with(text, "/S /P", "/S /P /ActualText (Pay)")]),
            "structure-changed",
        ),
        (
            "another element for content that was there",
            replaced(last, &format!("1 {text} 0 R"), &format!("1 {element} 0 R")),
            "structure-changed",
        ),
        (
            "a key more for an element that was there",
            replaced(last, &format!("2 {element} 0 R"), &format!("2 {element} 0 R 3 {text} 0 R")),
            "structure-changed",
        ),
        (
            "a key that readers look for elsewhere",
            replaced(last, "/Limits [1 1]", "/Limits [2 2]"),
            "structure-changed",
        ),
        (
            "keys in another order",
            replaced(
                last,
                &format!("1 {text} 0 R 2 {element} 0 R"),
                &format!("2 {element} 0 R 1 {text} 0 R"),
            ),
            "structure-changed",
        ),
        (
            "an element removed",
            sealed.update(&[sealed.with(top, &format!("[{text} 0 R]"), "[]")]),
            "structure-changed",
        ),
        (
            "another meaning of names",
            sealed.update(&[sealed.with(root, "/K", "/RoleMap << /P /Artifact >> /K")]),
            "structure-changed",
        ),
    ] {
        sealed.assert(what, &pdf, FAILED, code);
    }
}
