//! DER as a tree, so that a change inside keeps every length around it right. What is no DER is
//! carried along as it is.

/// How deep octet and bit strings are looked into.
const DEPTH: usize = 24;

/// One element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The identifier octet.
    pub tag: u8,
    /// What stands before the elements inside: the count of unused bits of a BIT STRING.
    pub lead: Vec<u8>,
    /// Its contents.
    pub content: Content,
}

/// What an element holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Octets.
    Primitive(Vec<u8>),
    /// Elements: of a constructed one, or DER inside a string.
    Elements(Vec<Node>),
}

/// The elements that `bytes` consist of, and what follows the last of them.
pub fn parse(bytes: &[u8]) -> (Vec<Node>, &[u8]) {
    nodes(bytes, 0)
}

fn nodes(mut bytes: &[u8], depth: usize) -> (Vec<Node>, &[u8]) {
    let mut nodes = Vec::new();
    while let Some((tag, contents, rest)) = element(bytes) {
        nodes.push(node(tag, contents, depth));
        bytes = rest;
    }
    (nodes, bytes)
}

fn node(tag: u8, contents: &[u8], depth: usize) -> Node {
    let constructed = tag & 0x20 != 0;
    // A BIT STRING of whole octets, an OCTET STRING and an implicit tag may hold DER.
    let lead = usize::from(tag == 3 && contents.first() == Some(&0));
    let may_hold = constructed || lead == 1 || tag == 4 || tag & 0xC0 == 0x80;
    if may_hold && depth < DEPTH {
        let (inside, rest) = nodes(&contents[lead..], depth + 1);
        if rest.is_empty() && (constructed || !inside.is_empty()) {
            let lead = contents[..lead].to_vec();
            return Node { tag, lead, content: Content::Elements(inside) };
        }
    }
    Node { tag, lead: Vec::new(), content: Content::Primitive(contents.to_vec()) }
}

/// Tag, contents and what follows; none when `bytes` do not begin with an element.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [tag, first, rest @ ..] = bytes else { return None };
    let (length, rest) = match *first {
        0..=0x7F => (usize::from(*first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    (tag & 0x1F != 0x1F).then_some((*tag, contents, rest))
}

impl Node {
    /// A constructed element.
    pub fn of(tag: u8, elements: Vec<Self>) -> Self {
        Self { tag, lead: Vec::new(), content: Content::Elements(elements) }
    }

    /// Writes the element with the lengths that it needs.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut inside = self.lead.clone();
        match &self.content {
            Content::Primitive(octets) => inside.extend_from_slice(octets),
            Content::Elements(elements) => {
                elements.iter().for_each(|element| element.write(&mut inside));
            }
        }
        out.push(self.tag);
        match inside.len() {
            length @ 0..0x80 => out.push(length as u8),
            length => {
                let digits: Vec<u8> =
                    length.to_be_bytes().into_iter().skip_while(|digit| *digit == 0).collect();
                out.push(0x80 | digits.len() as u8);
                out.extend_from_slice(&digits);
            }
        }
        out.extend_from_slice(&inside);
    }

    /// The element in DER.
    pub fn to_der(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    /// The elements inside; none of a primitive one.
    pub fn elements(&self) -> &[Self] {
        match &self.content {
            Content::Primitive(_) => &[],
            Content::Elements(elements) => elements,
        }
    }

    /// The element reached by these positions, each inside the one before.
    pub fn at(&self, path: &[usize]) -> Option<&Self> {
        path.iter().try_fold(self, |node, at| node.elements().get(*at))
    }

    /// How many elements it is, itself included.
    pub fn count(&self) -> usize {
        1 + self.elements().iter().map(Self::count).sum::<usize>()
    }
}
