//! The picture in the README is of what its commands make.

use super::*;
use crate::oracle::Raster;

const README: &str = include_str!("../../../README.md");
const LETTER: &[u8] = include_bytes!("../../../docs/letter.pdf");
const PICTURE: &[u8] = include_bytes!("../../../docs/sealed-letter.png");

/// The words of the README's line that begins with these.
fn line(start: &str) -> String {
    let line = README.lines().find(|line| line.starts_with(start));
    let line = line.unwrap_or_else(|| panic!("the README has no line `{start}`"));
    line[start.len()..].trim().replace("docs/", "")
}

#[test]
fn the_picture_in_the_readme_is_of_what_its_command_makes() {
    let folder = folder();
    folder.write("letter.pdf", LETTER);
    expect(&folder, &line("target/release/signer"), 0);
    let sealed = fs::read(folder.path("sealed-letter.pdf")).expect("the README names it");
    let words = line("pdftoppm");
    let mut drawn = Command::new("pdftoppm");
    drawn.args(words.split(' ')).current_dir(folder.path(""));
    assert!(drawn.status().expect("poppler").success(), "pdftoppm {words}");
    let picture = fs::read(folder.path("sealed-letter.png")).expect("a picture");
    // Width and height; the time and the code are others each time.
    assert_eq!(picture[16..24], PICTURE[16..24]);
    let (before, after) = (Raster::of(LETTER, 1), Raster::of(&sealed, 1));
    let (columns, rows) = after.difference(&before).expect("a seal");
    assert!(columns.start >= 56 && columns.end <= 376, "{columns:?}");
    assert!(rows.start >= 330 && rows.end <= 430, "{rows:?}");
    assert!(README.contains("](docs/sealed-letter.png)"));
}
