//! One dictionary: what it says that is not seen.

use seal::Unseen;

use super::walk::Value;

/// Annotation flags Hidden and NoView (ISO 32000-2 table 167).
const NOT_ON_SCREEN: i64 = 1 << 1 | 1 << 5;

/// Annotations that readers draw by their own entries when they have no appearance (clause 12.5.6;
/// `/AP` is demanded since PDF 2.0 alone, clause 12.5.5).
const DRAWN: [&[u8]; 15] = [
    b"Text",
    b"FreeText",
    b"Line",
    b"Square",
    b"Circle",
    b"Polygon",
    b"PolyLine",
    b"Highlight",
    b"Underline",
    b"Squiggly",
    b"StrikeOut",
    b"Caret",
    b"Stamp",
    b"Ink",
    b"FileAttachment",
];

/// What matters of a dictionary's entries.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Summary {
    /// `/Type` and `/Subtype`.
    pub(super) kind: Kind,
    /// What single entries say: a bit for each kind.
    said: u32,
    /// Whether it is a configuration of layers, and has a list of those that are off, or of when.
    layers: bool,
    layers_off: bool,
    /// `/F`: another file, or the flags of an annotation.
    pub(super) file: bool,
    flags: i64,
    has_appearance: bool,
    /// It is an annotation that readers draw without one.
    drawn: bool,
    /// `/Ref` of a form XObject.
    reference: bool,
    form: bool,
    group_policy: bool,
}

/// What kind of object a dictionary is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Other,
    Catalog,
    Pages,
    Page,
    /// What decides which layers are on (clause 8.11.2.2).
    Membership,
}

impl Summary {
    /// A dictionary that stands under this key.
    pub(super) fn under(key: &[u8]) -> Self {
        // The default configuration, and the others (table 98).
        Self { layers: matches!(key, b"D" | b"Configs"), ..Self::default() }
    }

    pub(super) fn add(&mut self, key: &[u8], value: Value<'_>) {
        match (key, value) {
            (_, Value::Null) => {}
            (b"Type", Value::Name(name)) => {
                self.kind = match name {
                    b"Catalog" => Kind::Catalog,
                    b"Pages" => Kind::Pages,
                    b"Page" => Kind::Page,
                    b"OCMD" => Kind::Membership,
                    _ => self.kind,
                };
            }
            (b"Subtype", Value::Name(name)) => {
                self.form |= name == b"Form";
                self.drawn |= DRAWN.contains(&name);
                self.say(annotation(name));
            }
            // The type of an action (table 201).
            (b"S", Value::Name(name)) => self.say(action(name)),
            (b"JS" | b"JavaScript", _) => self.say(Some(Unseen::JavaScript)),
            (b"EF", _) => self.say(Some(Unseen::AttachedFile)),
            (b"XFA", _) => self.say(Some(Unseen::XfaForm)),
            (b"Alternates", Value::Something | Value::Reference(_)) => {
                self.say(Some(Unseen::AlternateImage));
            }
            // Of a configuration of layers: those that are off, and when others are.
            (b"OFF" | b"AS", Value::Something) => self.say(Some(Unseen::HiddenLayer)),
            // In an annotation they are the names of an appearance and of one of several.
            (b"OFF" | b"AS", Value::Reference(_)) => self.layers_off = true,
            (b"Order" | b"ListMode" | b"RBGroups" | b"Locked", _) => self.layers = true,
            (b"BaseState", Value::Name(b"OFF" | b"Unchanged")) => {
                self.say(Some(Unseen::HiddenLayer));
            }
            // Of a membership: an expression, or a policy that shows what is off.
            (b"VE", _) | (b"P", Value::Name(b"AllOff" | b"AnyOff")) => self.group_policy = true,
            (b"F", Value::Integer(flags)) => self.flags = flags,
            (b"F", _) => self.file = true,
            (b"AP", _) => self.has_appearance = true,
            (b"Ref", Value::Something | Value::Reference(_)) => self.reference = true,
            _ => {}
        }
    }

    /// What the whole of it says. `is_stream` when the data of a stream follow it.
    pub(super) fn unseen(&self, is_stream: bool) -> impl Iterator<Item = Unseen> {
        let external = is_stream && (self.file || self.reference && self.form);
        let shows = self.has_appearance || self.drawn;
        let hidden = shows && self.flags & NOT_ON_SCREEN != 0;
        let layer =
            self.kind == Kind::Membership && self.group_policy || self.layers && self.layers_off;
        let whole = [
            external.then_some(Unseen::ExternalContent),
            hidden.then_some(Unseen::HiddenAnnotation),
            layer.then_some(Unseen::HiddenLayer),
        ];
        let said = self.said;
        let said = Unseen::ALL.into_iter().filter(move |unseen| said & bit(*unseen) != 0);
        said.chain(whole.into_iter().flatten())
    }

    fn say(&mut self, unseen: Option<Unseen>) {
        self.said |= unseen.map_or(0, bit);
    }
}

fn bit(unseen: Unseen) -> u32 {
    1 << unseen as u32
}

/// What actions of this type do unseen. A link to the web shows nothing and does nothing until
/// somebody follows it.
fn action(name: &[u8]) -> Option<Unseen> {
    Some(match name {
        b"JavaScript" => Unseen::JavaScript,
        b"Launch" => Unseen::Launch,
        b"SubmitForm" | b"ImportData" => Unseen::FormTransfer,
        b"GoToR" | b"GoToE" => Unseen::OtherDocument,
        b"Rendition" | b"Movie" | b"Sound" | b"RichMediaExecute" | b"GoTo3DView" => {
            Unseen::Multimedia
        }
        b"Hide" | b"SetOCGState" => Unseen::ViewAction,
        _ => return None,
    })
}

/// What annotations of this type hold (table 171).
fn annotation(name: &[u8]) -> Option<Unseen> {
    Some(match name {
        b"FileAttachment" => Unseen::AttachedFile,
        b"Sound" | b"Movie" | b"Screen" | b"RichMedia" | b"3D" => Unseen::Multimedia,
        _ => return None,
    })
}
