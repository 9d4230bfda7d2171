//! One document on its way: signed, and then changed step by step.

use fastrand::Rng;

use super::{
    document::{ANNOTATIONS, rectangle},
    pki::Pki,
    revision::{Document, Objects, Signature, Spelling},
};

/// Who signs: one whom the validation trusts, and a stranger.
pub struct World {
    pub ours: Pki,
    pub stranger: Pki,
}

/// A step: what is done to a document.
pub type Step = (&'static str, fn(&mut Scene<'_>));

pub struct Scene<'w> {
    pub world: &'w World,
    pub dice: Rng,
    pub document: Document,
    /// Changes that wait for the revision to be written.
    pub objects: Objects,
    /// What its trailer has beside the usual.
    pub trailer: String,
    /// Where each revision ends.
    pub ends: Vec<usize>,
    /// Where the first page may look different: left, bottom, right and top in points.
    pub explained: Vec<[i32; 4]>,
    /// How many fields were made, for their names.
    fields: usize,
}

/// What a new field of a signature is like.
pub struct Field {
    pub name: String,
    pub place: [i32; 4],
    /// Further entries: flags, an appearance.
    pub entries: String,
}

impl<'w> Scene<'w> {
    pub fn new(world: &'w World, seed: u64) -> Self {
        let mut dice = Rng::with_seed(seed);
        let document = Document::new(&mut dice);
        Self {
            world,
            dice,
            ends: vec![document.bytes.len()],
            document,
            objects: Objects::new(),
            trailer: String::new(),
            explained: Vec::new(),
            fields: 0,
        }
    }

    /// One of several.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.dice.usize(..choices.len())]
    }

    /// An object as it will be.
    pub fn object(&self, number: u32) -> String {
        match self.objects.get(&number) {
            Some(object) => object.clone().unwrap_or_else(|| "null".to_owned()),
            None => self.document.object(number).to_owned(),
        }
    }

    pub fn set(&mut self, number: u32, object: impl Into<String>) {
        self.objects.insert(number, Some(object.into()));
    }

    pub fn free(&mut self, number: u32) {
        self.objects.insert(number, None);
    }

    /// Replaces a text in an object, where it stands first.
    pub fn edit(&mut self, number: u32, from: &str, to: &str) {
        let object = self.object(number);
        self.set(number, object.replacen(from, to, 1));
    }

    /// Adds entries to a dictionary.
    pub fn enter(&mut self, number: u32, entries: &str) {
        self.edit(number, "<<", &format!("<< {entries} "));
    }

    /// A new object.
    pub fn add(&mut self, object: impl Into<String>) -> u32 {
        let number = self.document.allocate();
        self.set(number, object);
        number
    }

    /// Puts an annotation on the first page.
    pub fn annotate(&mut self, number: u32) {
        let first = self.dice.bool();
        let annotations = self.object(ANNOTATIONS);
        let inner = annotations.trim_matches(['[', ']']).to_owned();
        let more = match first {
            true => format!("[{number} 0 R {inner}]"),
            false => format!("[{inner} {number} 0 R]"),
        };
        self.set(ANNOTATIONS, more);
    }

    /// Puts a field into the form.
    pub fn enlist(&mut self, number: u32) {
        self.edit(super::document::FORM, "/Fields [", &format!("/Fields [{number} 0 R "));
    }

    pub fn name(&mut self) -> String {
        self.fields += 1;
        format!("Field{}", self.fields)
    }

    /// A field that shows nothing.
    pub fn unseen(&mut self) -> Field {
        Field { name: self.name(), place: [0; 4], entries: "/F 132".to_owned() }
    }

    /// Writes the revision, if anything waits for it.
    pub fn commit(&mut self) {
        if !self.objects.is_empty() || !self.trailer.is_empty() {
            let spelling = Spelling::any(&mut self.dice);
            self.commit_as(spelling);
        }
    }

    pub fn commit_as(&mut self, spelling: Spelling) {
        let objects = std::mem::take(&mut self.objects);
        let trailer = std::mem::take(&mut self.trailer);
        self.document.update(&objects, spelling, &trailer);
        self.ends.push(self.document.bytes.len());
    }

    /// Signs in a new field, which is on the first page; gives its number.
    pub fn sign(&mut self, signature: &Signature<'_>, field: &Field) -> u32 {
        let value = self.document.allocate();
        let widget = self.add(format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({}) /P 3 0 R /Rect {} {} /V {value} 0 R >>",
            field.name,
            rectangle(field.place),
            field.entries
        ));
        self.annotate(widget);
        self.enlist(widget);
        self.sign_value(signature, value);
        widget
    }

    /// Signs in a field that was there.
    pub fn sign_in(&mut self, signature: &Signature<'_>, field: u32, entries: &str) {
        let value = self.document.allocate();
        self.enter(field, &format!("/V {value} 0 R {entries}"));
        self.sign_value(signature, value);
    }

    fn sign_value(&mut self, signature: &Signature<'_>, value: u32) {
        let spelling = Spelling::any(&mut self.dice);
        let objects = std::mem::take(&mut self.objects);
        self.document.sign(value, signature, objects, spelling);
        self.ends.push(self.document.bytes.len());
    }
}

impl World {
    pub fn new() -> Self {
        Self { ours: Pki::new(), stranger: Pki::new() }
    }

    /// A signature that passes.
    pub fn signature<'a>(&'a self, entries: &'a str) -> Signature<'a> {
        Signature { pki: &self.ours, is_time_stamp: false, entries }
    }

    /// A time-stamp that passes.
    pub fn time_stamp(&self) -> Signature<'_> {
        Signature { pki: &self.ours, is_time_stamp: true, entries: "" }
    }

    /// A signature by somebody whom nobody knows.
    pub fn strange(&self) -> Signature<'_> {
        Signature { pki: &self.stranger, is_time_stamp: false, entries: "" }
    }
}
