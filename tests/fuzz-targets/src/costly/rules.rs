//! Documents by rule, from a seed.

use fastrand::Rng;

use super::{
    cipher::Method,
    shape::{Shape, name, text},
    writer::{Layout, Writer, deflate, stream},
};

/// Keys whose values are arrays or trees that somebody walks.
const LISTS: [&str; 27] = [
    "Kids",
    "Kids",
    "Kids",
    "Kids",
    "Fields",
    "Fields",
    "Annots",
    "Annots",
    "Names",
    "Nums",
    "Limits",
    "Reference",
    "Certs",
    "CRLs",
    "OCSPs",
    "Cert",
    "CRL",
    "OCSP",
    "K",
    "Contents",
    "OutputIntents",
    "ISO_",
    "CO",
    "XFA",
    "MediaBox",
    "Rect",
    "Opt",
];

/// Keys whose values are dictionaries.
const NODES: [&str; 25] = [
    "Parent",
    "Parent",
    "V",
    "V",
    "AP",
    "N",
    "N",
    "D",
    "AcroForm",
    "Pages",
    "DSS",
    "VRI",
    "Perms",
    "DocMDP",
    "TransformParams",
    "Lock",
    "SV",
    "Extensions",
    "StructTreeRoot",
    "ParentTree",
    "Dests",
    "Resources",
    "DR",
    "Font",
    "A",
];

/// Keys whose values are texts.
const TEXTS: [&str; 9] = ["T", "T", "Reason", "Location", "M", "DA", "TU", "NM", "URI"];

/// Keys whose values are names.
const NAMES: [&str; 5] = ["SubFilter", "Filter", "Action", "S", "Subtype"];

/// What a list that stands in an object of its own may be named by.
const PLACEHOLDER: &str = "0000000001 0000000002 0000000003";

/// A document from a seed. `length` is about how many bytes its objects may have, inflated.
pub fn document(seed: u64, length: usize) -> Vec<u8> {
    let rng = &mut Rng::with_seed(seed);
    // One in four is encrypted.
    let writer = &mut match seed % 8 {
        3 => Writer::encrypted(Method::Rc4),
        6 => Writer::encrypted(Method::Aes),
        _ => Writer::new(),
    };
    let layout = layout(rng);
    let mut rest = length;
    // Nodes first, so that everybody can name them; then the lists, texts and streams they share.
    let nodes = some(rng, 12);
    let shared = 1 + rng.u32(0..24);
    writer.reserve(nodes + shared);
    let lists = nodes + 1;
    let most = (length / 8 / shared as usize).max(16);
    for number in lists..lists + shared {
        let value = shared_value(rng, nodes, lists, shared, most.min(rest / 4));
        rest = rest.saturating_sub(value.len());
        writer.set(number, value);
    }
    for number in 1..=nodes {
        let value = node(rng, number, nodes, lists, shared, rest / nodes as usize);
        rest = rest.saturating_sub(value.len());
        writer.set(number, value);
    }
    let root = writer.add(catalog(rng, nodes, lists, shared));
    writer.end_revision(layout, root, "");
    for _ in 0..updates(rng) {
        for _ in 0..some(rng, 8) {
            let number = rng.u32(1..=nodes + shared);
            let value = if number < lists {
                node(rng, number, nodes, lists, shared, 256)
            } else {
                shared_value(rng, nodes, lists, shared, 256)
            };
            writer.set(number, value);
        }
        if rng.u8(0..4) == 0 {
            writer.set(root, catalog(rng, nodes, lists, shared));
        }
        match rng.u8(0..8) {
            0 => odd_section(rng, writer, root),
            _ => writer.end_revision(self::layout(rng), root, ""),
        }
    }
    // Some signature covers the first revision: what came later is then held against it.
    let end = writer.ends()[0];
    let range = format!("0000000010 0000000020 {:010}", end.saturating_sub(20));
    writer.fill(PLACEHOLDER.as_bytes(), range.as_bytes());
    std::mem::take(writer).into_bytes()
}

/// A number below a power of two; small ones are as frequent as large ones.
pub(super) fn some(rng: &mut Rng, bits: u32) -> u32 {
    let below = 1 << rng.u32(0..=bits);
    1 + rng.u32(0..below)
}

fn layout(rng: &mut Rng) -> Layout {
    match rng.u8(0..3) {
        0 => Layout::Plain,
        1 => Layout::Compressed(1 + rng.usize(0..8)),
        _ => Layout::Compressed(1_000_000),
    }
}

fn updates(rng: &mut Rng) -> u32 {
    match rng.u8(0..4) {
        0 => 0,
        1 => rng.u32(1..60),
        _ => rng.u32(1..4),
    }
}

/// A catalog that leads to all trees.
fn catalog(rng: &mut Rng, nodes: u32, lists: u32, shared: u32) -> String {
    let any = |rng: &mut Rng| match rng.u8(0..3) {
        0 => lists + rng.u32(0..shared),
        _ => 1 + rng.u32(0..nodes),
    };
    let mut entries = String::new();
    for key in ["Pages", "AcroForm", "DSS", "Perms", "Extensions", "Names", "StructTreeRoot"] {
        entries.push_str(&format!("/{key} {} 0 R ", any(rng)));
    }
    if rng.bool() {
        let fields = lists + rng.u32(0..shared);
        entries.push_str(&format!("/AcroForm << /Fields {fields} 0 R /SigFlags 3 >> "));
        entries.push_str(&format!("/Pages << /Type /Pages /Kids {} 0 R >> ", any(rng)));
    }
    if rng.bool() {
        let [certificates, lists, answers] = [(); 3].map(|()| any(rng));
        let store = format!("/Certs {certificates} 0 R /CRLs {lists} 0 R /OCSPs {answers} 0 R");
        entries.push_str(&format!("/DSS << {store} >> "));
    }
    format!("<< /Type /Catalog {entries}>>")
}

/// A dictionary that is a page, a field, a signature and a node of each tree at once.
fn node(rng: &mut Rng, own: u32, nodes: u32, lists: u32, shared: u32, room: usize) -> Vec<u8> {
    let mut value = "<< ".to_owned();
    let entries = rng.usize(1..14);
    for _ in 0..entries {
        let near = 1 + (own + rng.u32(0..3)) % nodes;
        let target = match rng.u8(0..8) {
            0..4 => lists + rng.u32(0..shared),
            4..6 => near,
            6 => own,
            _ => 1 + rng.u32(0..nodes),
        };
        match rng.u8(0..8) {
            0..3 => {
                let key = LISTS[rng.usize(0..LISTS.len())];
                if rng.u8(0..4) == 0 {
                    let array = Shape::any(rng, (room / 64).max(2)).array(rng, 1, nodes);
                    value.push_str(&format!("/{key} {array} "));
                } else {
                    value.push_str(&format!("/{key} {target} 0 R "));
                }
            }
            3 | 4 => {
                value.push_str(&format!("/{} {target} 0 R ", NODES[rng.usize(0..NODES.len())]));
            }
            5 | 6 => {
                let key = TEXTS[rng.usize(0..TEXTS.len())];
                if rng.bool() {
                    value.push_str(&format!("/{key} {target} 0 R "));
                } else {
                    let length = rng.usize(0..(room / 8).max(2));
                    value.push_str(&format!("/{key} {} ", text(rng, length)));
                }
            }
            _ => {
                let key = NAMES[rng.usize(0..NAMES.len())];
                let length = rng.usize(0..(room / 16).max(2));
                value.push_str(&format!("/{key} {} ", name(rng, length)));
            }
        }
    }
    if rng.bool() {
        value.push_str("/FT /Sig ");
    }
    if rng.bool() {
        value.push_str(&format!("/T (t{own}) "));
    }
    if rng.u8(0..3) > 0 {
        let format =
            ["ETSI.CAdES.detached", "ETSI.RFC3161", "adbe.pkcs7.detached"][rng.usize(0..3)];
        value.push_str(&format!("/SubFilter /{format} /Contents <3000> /Filter /Adobe.PPKLite "));
        value.push_str(&format!("/ByteRange [0 {PLACEHOLDER}] "));
    }
    if rng.u8(0..6) == 0 {
        value.push_str(
            ["/Type /Page ", "/Type /Pages ", "/TransformMethod /FieldMDP "][rng.usize(0..3)],
        );
    }
    value.push_str(">>");
    value.into_bytes()
}

/// A value that many name: a list, a text, a stream, a dictionary with many keys.
fn shared_value(rng: &mut Rng, nodes: u32, lists: u32, shared: u32, most: usize) -> Vec<u8> {
    match rng.u8(0..12) {
        0..6 => {
            let (first, many) = if rng.u8(0..8) == 0 { (lists, shared) } else { (1, nodes) };
            Shape::any(rng, most / 8).array(rng, first, many).into_bytes()
        }
        6 => {
            let length = rng.usize(0..most.max(1));
            text(rng, length).into_bytes()
        }
        7 => {
            let length = rng.usize(0..most.max(1));
            name(rng, length).into_bytes()
        }
        8 => {
            let keys = 1 + rng.usize(0..(most / 12).max(1));
            let entries: String =
                (0..keys).map(|key| format!("/K{key} {} 0 R ", key % 7 + 1)).collect();
            format!("<< {entries}>>").into_bytes()
        }
        9 => format!("{} 0 R", lists + rng.u32(0..shared)).into_bytes(),
        10 => {
            let depth = rng.usize(1..300);
            format!("{}1 0 R {}", "<< /K ".repeat(depth), ">>".repeat(depth)).into_bytes()
        }
        _ => filtered(rng, most),
    }
}

/// A stream through several filters, each of which makes more of it.
fn filtered(rng: &mut Rng, most: usize) -> Vec<u8> {
    let mut data = vec![b'0'; rng.usize(0..(64 * most).clamp(1, 24 << 20))];
    let mut filters = Vec::new();
    for _ in 0..rng.usize(0..4) {
        filters.insert(0, "/FlateDecode");
        data = deflate(&data);
    }
    let predictor = match rng.u8(0..4) {
        0 => format!("/DecodeParms << /Predictor 12 /Columns {} >>", 1 + rng.u32(0..1 << 20)),
        _ => String::new(),
    };
    if filters.len() == 1 && rng.bool() {
        return stream(&predictor, &data);
    }
    let head = format!(
        "<< /Filter [{}] /Length {} {predictor} >>\nstream\n",
        filters.join(" "),
        data.len()
    );
    [head.as_bytes(), &data, b"\nendstream"].concat()
}

/// A section that says little in many words.
fn odd_section(rng: &mut Rng, writer: &mut Writer, root: u32) {
    let count = some(rng, 14) as usize;
    let own = writer.allocate();
    let kind = rng.u8(0..4);
    let runs: Vec<(usize, usize)> = (0..count)
        .map(|index| match kind {
            0 => (0, 0),
            1 => (index, 1 + count - index),
            2 => (rng.usize(0..count), rng.usize(0..8)),
            _ => (index, usize::from(index == 0) * 100_000),
        })
        .collect();
    let rows: usize = runs.iter().map(|run| run.1).sum();
    let encryption = writer.encryption();
    writer.end_with(|_, previous| {
        let previous = previous.map(|at| format!("/Prev {at}")).unwrap_or_default();
        let entries = format!("/Root {root} 0 R /Size 9000 {previous} {encryption}");
        if is_table(kind) && rows < 200_000 {
            let mut section = b"xref\n".to_vec();
            for (first, count) in &runs {
                section.extend_from_slice(format!("{first} {count}\n").as_bytes());
                (0..*count).for_each(|_| section.extend_from_slice(b"0000000000 00000 f \n"));
            }
            section.extend_from_slice(format!("trailer\n<< {entries} >>\n").as_bytes());
            return section;
        }
        let index: Vec<String> = runs.iter().map(|(first, n)| format!("{first} {n}")).collect();
        let data = deflate(&vec![0; 3 * rows.min(8 << 20)]);
        let entries = format!("/Type /XRef /W [1 1 1] /Index [{}] {entries}", index.join(" "));
        let stream = stream(&entries, &data);
        [format!("{own} 0 obj\n").as_bytes(), &stream, b"\nendobj\n"].concat()
    });
}

/// Half of the kinds are written as a table.
fn is_table(kind: u8) -> bool {
    kind.is_multiple_of(2)
}
