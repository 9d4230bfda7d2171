//! Documents that once took seconds, or gigabytes.

use crate::World;

use super::{
    encrypted,
    form::{form, signatures},
    shape::Shape,
    updated,
    writer::{Layout, Writer, deflate, row, stream},
};

/// A document, and what it is.
#[derive(Debug)]
pub struct Attack {
    /// What is in it.
    pub name: &'static str,
    /// The document.
    pub document: Vec<u8>,
}

/// How one is made.
type Make = fn(&World) -> Vec<u8>;

const LARGE: Layout = Layout::Compressed(1_000_000);

/// All of them, one after the other.
pub fn attacks(world: &World) -> impl Iterator<Item = Attack> {
    let all: [(&'static str, Make); 26] = [
        ("one stream named 256 times by the security store", |_| store(1, 256, 16 << 20)),
        ("a security store of 250 streams", |_| store(250, 1, 4 << 20)),
        ("60 cross-reference streams that inflate to 8 MiB each", |_| cross_reference_streams()),
        ("16 object streams that inflate to 8 MiB each", |_| object_streams()),
        ("500 fields that share 500 kids", |_| shared_kids(500, 500)),
        ("2,000 fields that share 2,000 kids", |_| shared_kids(2_000, 2_000)),
        ("60,000 fields that share 65,000 kids", |_| shared_kids(60_000, 65_000)),
        ("60,000 fields whose name is one string of 4 MiB", |_| shared_name()),
        ("1,000 signatures whose texts have 4 MiB", |_| shared_texts()),
        ("1,000 signatures over 8 MiB each", many_ranges),
        ("an index of 250,000 empty runs", |_| empty_runs()),
        ("100 updates that name a million objects", |_| many_updates()),
        ("100,000 runs that overlap", |_| overlapping_runs()),
        ("500 updates that make readers search 60,000 objects", |_| updated::searches()),
        ("copies of copies, each named twice, 60 deep", |_| updated::copies()),
        ("a list of 200,000 annotations that grows to twice as many", |_| updated::annotations()),
        ("a catalog of a million keys", |_| many_keys()),
        ("a page tree whose nodes share their kids", |_| shared_pages()),
        ("a catalog whose names are long and written as numbers", |_| long_names()),
        ("a field tree 60,000 deep", |_| deep_fields()),
        ("a stream inflated by eight filters", |_| many_filters()),
        ("an object stream for each of 3,000 objects", |_| many_object_streams()),
        ("references separated by a megabyte of white space", |_| far_references()),
        ("a catalog of 500,000 encrypted strings", |_| encrypted::strings()),
        ("16 object streams that are encrypted and inflate to 8 MiB each", |_| {
            encrypted::object_streams()
        }),
        ("1,000 fields that share an encrypted text of 4 MiB", |_| encrypted::shared_text()),
    ];
    all.into_iter().map(|(name, make)| Attack { name, document: make(world) })
}

fn finish(mut writer: Writer, root: u32) -> Vec<u8> {
    writer.end_revision(LARGE, root, "");
    writer.into_bytes()
}

fn store(streams: u32, times: usize, length: usize) -> Vec<u8> {
    let mut writer = Writer::new();
    let value = stream("", &deflate(&vec![0x30; length]));
    let all: String =
        (0..streams).map(|_| format!("{} 0 R ", writer.add(value.clone())).repeat(times)).collect();
    let list = writer.add(format!("[{all}]"));
    let entries = format!("/DSS << /Certs {list} 0 R /CRLs {list} 0 R /OCSPs {list} 0 R >>");
    let root = form(&mut writer, "[]", &entries);
    finish(writer, root)
}

fn cross_reference_streams() -> Vec<u8> {
    let mut writer = Writer::new();
    let root = form(&mut writer, "[]", "");
    writer.end_revision(Layout::Plain, root, "");
    let rows = 8 << 20;
    let data = deflate(&vec![0; rows]);
    for number in 0..60 {
        writer.end_with(|_, previous| {
            let previous = previous.map(|at| format!("/Prev {at}")).unwrap_or_default();
            let entries = format!(
                "/Type /XRef /Root {root} 0 R /Size 8388607 /W [1 1 0] \
                 /Index [20 {}] {previous}",
                rows / 2
            );
            let head = format!("{} 0 obj\n", 100 + number);
            [head.as_bytes(), &stream(&entries, &data), b"\nendobj\n"].concat()
        });
    }
    writer.into_bytes()
}

fn object_streams() -> Vec<u8> {
    let mut writer = Writer::new();
    let filling = "0 ".repeat(4 << 20);
    let mut rows = vec![[0; 9]];
    let mut fields = String::new();
    let count = 16;
    let (page, pages, root) = (count + 1, count + 2, count + 3);
    for number in 1..=count {
        fields.push_str(&format!("{number} 0 R "));
        let field = format!("<< /T (a{number}) >> {filling}").into_bytes();
        let at = writer.object_stream(root + number, &[(number, field)]);
        rows.push(row(2, (root + number) as usize, 0));
        assert!(at > 0);
    }
    let mut places = Vec::new();
    places.push(writer.object(page, b"<< /Type /Page /MediaBox [0 0 9 9] >>"));
    let tree = format!("<< /Type /Pages /Count 1 /Kids [{page} 0 R] >>");
    places.push(writer.object(pages, tree.as_bytes()));
    let catalog =
        format!("<< /Type /Catalog /Pages {pages} 0 R /AcroForm << /Fields [{fields}] >> >>");
    places.push(writer.object(root, catalog.as_bytes()));
    rows.extend(places.into_iter().map(|at| row(1, at, 0)));
    // Where each object stream stands is found by its header.
    let bytes = writer.into_bytes();
    for number in 1..=count {
        let header = format!("\n{} 0 obj\n", root + number);
        let at = memchr::memmem::find(&bytes, header.as_bytes()).expect("the object stream");
        rows.push(row(1, at + 1, 0));
    }
    let mut writer = Writer::new();
    writer.raw(&bytes[b"%PDF-1.7\n".len()..]);
    let data = deflate(&rows.concat());
    writer.end_with(|_, _| {
        let entries = format!("/Type /XRef /Root {root} 0 R /Size {} /W [1 4 4]", rows.len());
        [b"999 0 obj\n", &stream(&entries, &data)[..], b"\nendobj\n"].concat()
    });
    writer.into_bytes()
}

fn shared_kids(fields: u32, kids: u32) -> Vec<u8> {
    let mut writer = Writer::new();
    let widget = writer.add("<< /Subtype /Widget >>");
    let list = writer.add(format!("[{}]", format!("{widget} 0 R ").repeat(kids as usize)));
    let first = writer.allocate();
    writer.set(first, format!("<< /T (a) /FT /Sig /V << >> /Kids {list} 0 R >>"));
    for _ in 1..fields {
        writer.add(format!("<< /T (a) /FT /Tx /Kids {list} 0 R >>"));
    }
    let all = Shape::Long(fields as usize).array(&mut fastrand::Rng::with_seed(1), first, fields);
    let root = form(&mut writer, &all, "");
    finish(writer, root)
}

fn shared_name() -> Vec<u8> {
    let mut writer = Writer::new();
    let name = writer.add(format!("({})", "a".repeat(4 << 20)));
    let first = writer.allocate();
    writer.set(first, format!("<< /T {name} 0 R >>"));
    for _ in 1..60_000 {
        writer.add(format!("<< /T {name} 0 R >>"));
    }
    let all = Shape::Long(60_000).array(&mut fastrand::Rng::with_seed(1), first, 60_000);
    let root = form(&mut writer, &all, "");
    finish(writer, root)
}

fn shared_texts() -> Vec<u8> {
    let mut writer = Writer::new();
    let text = writer.add(format!("({})", "a".repeat(4 << 20)));
    let fields = signatures(&mut writer, 1_000, |_| {
        format!(
            "<< /SubFilter /ETSI.CAdES.detached /Contents <3000> /ByteRange [0 9 20 9] \
             /Reason {text} 0 R /Location {text} 0 R /M {text} 0 R >>"
        )
    });
    let root = form(&mut writer, &fields, "");
    finish(writer, root)
}

fn many_ranges(world: &World) -> Vec<u8> {
    let mut writer = Writer::new();
    let end = 8 << 20;
    // Somebody's signature: what is covered is hashed to be compared with what it says.
    let (_, container) = world.folder("containers").next().expect("a container");
    let contents: String = container.iter().map(|byte| format!("{byte:02x}")).collect();
    let fields = signatures(&mut writer, 1_000, |number| {
        let gap = 1_000 + 10 * number;
        format!(
            "<< /SubFilter /ETSI.CAdES.detached /Contents <{contents}> \
             /ByteRange [0 {gap} {} {}] >>",
            gap + 9,
            end - gap - 9
        )
    });
    let root = form(&mut writer, &fields, "");
    let filling = writer.allocate();
    writer.object(filling, &vec![b' '; end as usize]);
    writer.end_revision(Layout::Plain, root, "");
    writer.into_bytes()
}

fn empty_runs() -> Vec<u8> {
    let mut writer = Writer::new();
    let root = form(&mut writer, "[]", "");
    writer.end_revision(Layout::Plain, root, "");
    writer.end_with(|_, previous| {
        let entries = format!(
            "/Type /XRef /Root {root} 0 R /Size 100 /W [1 1 1] /Index [{}] /Prev {}",
            "0 0 ".repeat(250_000),
            previous.unwrap_or_default()
        );
        [b"99 0 obj\n", &stream(&entries, &deflate(&[]))[..], b"\nendobj\n"].concat()
    });
    writer.into_bytes()
}

fn many_updates() -> Vec<u8> {
    let mut writer = Writer::new();
    let fields = signatures(&mut writer, 1, |_| {
        "<< /SubFilter /ETSI.CAdES.detached /Contents <3000> \
         /ByteRange [0 0000000010 0000000020 0000000000] >>"
            .to_owned()
    });
    let root = form(&mut writer, &fields, "");
    writer.end_revision(Layout::Plain, root, "");
    let end = writer.ends()[0] - 20;
    writer.fill(b"0000000020 0000000000", format!("0000000020 {end:010}").as_bytes());
    for number in 0..100 {
        let kind = [0, 1][number % 2];
        let data = deflate(&[kind, 1].repeat(1_000_000));
        writer.end_with(|_, previous| {
            let entries = format!(
                "/Type /XRef /Root {root} 0 R /Size 1000100 /W [1 1 0] /Index [100 1000000] \
                 /Prev {}",
                previous.unwrap_or_default()
            );
            [b"99 0 obj\n", &stream(&entries, &data)[..], b"\nendobj\n"].concat()
        });
    }
    writer.into_bytes()
}

fn overlapping_runs() -> Vec<u8> {
    let mut writer = Writer::new();
    let root = form(&mut writer, "[]", "");
    writer.end_revision(Layout::Plain, root, "");
    writer.end_with(|_, previous| {
        let mut section = b"xref\n".to_vec();
        for number in 0..100_000 {
            let first = 1_000 + 7 * (number * 7_919 % 9_973);
            section.extend_from_slice(format!("{first} 2\n").as_bytes());
            section.extend_from_slice(&b"0000000000 00000 f \n".repeat(2));
        }
        let previous = previous.unwrap_or_default();
        let trailer = format!("trailer\n<< /Root {root} 0 R /Size 100 /Prev {previous} >>\n");
        section.extend_from_slice(trailer.as_bytes());
        section
    });
    writer.into_bytes()
}

fn many_keys() -> Vec<u8> {
    let mut writer = Writer::new();
    let keys: String = (0..1_000_000).map(|number| format!("/{number} 1 ")).collect();
    let root = form(&mut writer, "[]", &keys);
    finish(writer, root)
}

fn shared_pages() -> Vec<u8> {
    let mut writer = Writer::new();
    let empty = writer.add("<< /Type /Pages /Kids [] >>");
    let list = writer.add(format!("[{}]", format!("{empty} 0 R ").repeat(15_000)));
    let first = writer.allocate();
    writer.set(first, format!("<< /Type /Pages /Kids {list} 0 R >>"));
    for _ in 1..15_000 {
        writer.add(format!("<< /Type /Pages /Kids {list} 0 R >>"));
    }
    let all = Shape::Long(15_000).array(&mut fastrand::Rng::with_seed(1), first, 15_000);
    let tree = writer.add(format!("<< /Type /Pages /Kids {all} >>"));
    let root = writer.add(format!("<< /Type /Catalog /Pages {tree} 0 R >>"));
    finish(writer, root)
}

fn long_names() -> Vec<u8> {
    let mut writer = Writer::new();
    let name = format!("/{} 1 ", "#41".repeat(10_000));
    let root = form(&mut writer, "[]", &name.repeat(500));
    finish(writer, root)
}

fn deep_fields() -> Vec<u8> {
    let mut writer = Writer::new();
    let first = writer.allocate();
    writer.set(first, "<< /T (end) /FT /Sig /V << >> >>");
    let mut below = first;
    for _ in 0..60_000 {
        below = writer.add(format!("<< /T (a long part of a name) /Kids [{below} 0 R] >>"));
    }
    let root = form(&mut writer, &format!("[{below} 0 R]"), "");
    finish(writer, root)
}

fn many_filters() -> Vec<u8> {
    let mut writer = Writer::new();
    let mut data = vec![0; 24 << 20];
    (0..8).for_each(|_| data = deflate(&data));
    let filters = "/FlateDecode ".repeat(8);
    let head = format!("<< /Filter [{filters}] /Length {} >>\nstream\n", data.len());
    let value = [head.as_bytes(), &data, b"\nendstream"].concat();
    let all: String = (0..64).map(|_| format!("{} 0 R ", writer.add(value.clone()))).collect();
    let root = form(&mut writer, "[]", &format!("/DSS << /CRLs [{all}] /Certs [{all}] >>"));
    finish(writer, root)
}

fn many_object_streams() -> Vec<u8> {
    let mut writer = Writer::new();
    let fields = signatures(&mut writer, 1_000, |number| format!("<< /Contents <{number:04}> >>"));
    let root = form(&mut writer, &fields, "");
    writer.end_revision(Layout::Compressed(1), root, "");
    writer.into_bytes()
}

fn far_references() -> Vec<u8> {
    let mut writer = Writer::new();
    let far = " ".repeat(1 << 20);
    let first = writer.add("<< /T (a) >>");
    let list = writer.add(format!("[{}]", format!("{first}{far}0{far}R ").repeat(7)));
    let fields: Vec<u32> =
        (0..2_000).map(|_| writer.add(format!("<< /T (b) /Kids {list} 0 R >>"))).collect();
    let all: String = fields.iter().map(|field| format!("{field} 0 R ")).collect();
    let root = form(&mut writer, &format!("[{all}]"), "");
    finish(writer, root)
}
