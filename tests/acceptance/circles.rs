//! No two neighbours in a package import each other in a circle.
//!
//! Neighbours are the modules in one folder, each with all that is below it: `key.rs` and `key/` are
//! one. An import is a `use` or a path, followed through re-exports to the file that defines the item.
//! A module and its own files may name each other, as a type and the files of its verbs do; what they
//! share with a neighbour may not. What is compiled for tests only does not count.

mod component;
mod module;
mod token;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use self::{component::circles, module::Tree};
use crate::oracle::workspace;

/// The crate roots below `folder`, relative to the workspace: every package's library and program.
fn roots() -> Vec<String> {
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).expect("Cargo.toml");
    let members = manifest.split_once("members = [").expect("members").1;
    let members = members.split_once("\n]").expect("an end of the members").0;
    let members =
        members.lines().filter_map(|line| line.trim().strip_prefix('"')?.split('"').next());
    let roots: Vec<String> = members
        .flat_map(|member| ["lib", "main"].map(|root| format!("{member}/src/{root}.rs")))
        .filter(|root| workspace().join(root).exists())
        .collect();
    assert!(roots.len() > 8, "the members are not read any more: {roots:?}");
    roots
}

/// The circles of one crate, each as the names of the neighbours in it.
fn found(tree: &Tree) -> Vec<BTreeSet<String>> {
    let imports = tree.imports();
    let mut found = Vec::new();
    for parent in tree.modules() {
        let mut between = BTreeMap::<String, BTreeSet<String>>::new();
        for (from, files) in &imports {
            let Some(from) = tree.child_above(parent, from) else { continue };
            let all = files.iter().filter_map(|to| tree.child_above(parent, to));
            between.entry(from.clone()).or_default().extend(all.filter(|to| *to != from));
        }
        found.extend(circles(&between));
    }
    found
}

#[test]
fn no_neighbours_import_each_other_in_a_circle() {
    let mut circles = Vec::new();
    for root in roots() {
        let tree = Tree::read(&workspace(), &root);
        circles.extend(found(&tree).into_iter().map(|circle| (tree.ties(&circle), circle)));
    }
    assert!(circles.is_empty(), "imported in a circle: {circles:#?}");
}

#[test]
fn a_circle_is_seen_through_re_exports_and_folders() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join("src").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    let files = [
        ("lib.rs", "mod a; mod b; mod c; mod d; pub use a::One;"),
        ("a.rs", "mod inner; pub use self::inner::One; pub struct Zero;"),
        ("a/inner.rs", "use super::Zero; use crate::b::Two; pub struct One(Two, Zero);"),
        ("b.rs", "pub struct Two; // crate::a\nconst TEXT: &str = \"crate::a::One\";"),
        ("c.rs", "pub struct Three; fn f() -> char { let _: &'static u8 = &1; '\"' }"),
        ("d.rs", "use crate::c; fn g(_: c::Three) {}\n#[cfg(test)] mod tests { use crate::a; }"),
    ];
    files.iter().for_each(|(name, text)| write(name, text));
    let circles = || found(&Tree::read(folder.path(), "src/lib.rs"));
    let set = |names: [&str; 2]| names.map(str::to_owned).into_iter().collect::<BTreeSet<_>>();
    assert!(circles().is_empty(), "{:?}", circles());

    write("b.rs", "pub struct Two(crate::One);");
    assert_eq!(circles(), [set(["src/a", "src/b"])], "through two re-exports");

    write("b.rs", "mod low; pub struct Two;");
    write("b/low.rs", "fn f(_: crate::One) {}");
    assert_eq!(circles(), [set(["src/a", "src/b"])], "files of two folders");

    write("b.rs", "pub struct Two;");
    write("c.rs", "use super::*; pub struct Three; fn f() -> d::Four {}");
    write("d.rs", "pub struct Four; impl crate::c::Three {}");
    assert_eq!(circles(), [set(["src/c", "src/d"])], "a path through a glob");

    write("c.rs", "mod low; mod other; pub struct Three; ");
    write("c/low.rs", "pub struct Low(super::other::Other);");
    write("c/other.rs", "use super::{low::{self as l}, Three}; pub struct Other(l::Low, Three);");
    assert_eq!(circles(), [set(["src/c/low", "src/c/other"])], "within a folder");
}
