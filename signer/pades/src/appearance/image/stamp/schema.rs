//! What is copied of each kind of object: the entries that say how something is drawn (ISO 32000-2
//! clauses 8 and 9), and no others.

/// What an object is to those who refer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// Numbers, names, strings, and arrays of them.
    Plain,
    Font,
    Encoding,
    SystemInfo,
    Descriptor,
    FontFile,
    /// A stream of which the data alone counts.
    Data,
    Profile,
    Space,
    Calibration,
    Function,
    Shading,
    Pattern,
    State,
    Mask,
    Group,
    XObject,
    Image,
    Parameters,
}

/// An entry, and what its value is.
type Entry = (&'static str, Role);

const fn plain(key: &'static str) -> Entry {
    (key, Role::Plain)
}

/// Tables 109, 110, 115 and 119; of Type 3 fonts what is not drawn.
const FONT: [Entry; 19] = [
    plain("Type"),
    plain("Subtype"),
    plain("BaseFont"),
    plain("FirstChar"),
    plain("LastChar"),
    plain("Widths"),
    plain("FontBBox"),
    plain("FontMatrix"),
    plain("DW"),
    plain("W"),
    plain("DW2"),
    plain("W2"),
    plain("Name"),
    ("FontDescriptor", Role::Descriptor),
    ("Encoding", Role::Encoding),
    ("ToUnicode", Role::Encoding),
    ("DescendantFonts", Role::Font),
    ("CIDSystemInfo", Role::SystemInfo),
    ("CIDToGIDMap", Role::Data),
];

/// Tables 112 and 118.
const ENCODING: [Entry; 7] = [
    plain("Type"),
    plain("BaseEncoding"),
    plain("Differences"),
    plain("CMapName"),
    plain("WMode"),
    ("CIDSystemInfo", Role::SystemInfo),
    ("UseCMap", Role::Encoding),
];

/// Table 120.
const DESCRIPTOR: [Entry; 24] = [
    plain("Type"),
    plain("FontName"),
    plain("FontFamily"),
    plain("FontStretch"),
    plain("FontWeight"),
    plain("Flags"),
    plain("FontBBox"),
    plain("ItalicAngle"),
    plain("Ascent"),
    plain("Descent"),
    plain("Leading"),
    plain("CapHeight"),
    plain("XHeight"),
    plain("StemV"),
    plain("StemH"),
    plain("AvgWidth"),
    plain("MaxWidth"),
    plain("MissingWidth"),
    plain("CharSet"),
    plain("Lang"),
    ("FontFile", Role::FontFile),
    ("FontFile2", Role::FontFile),
    ("FontFile3", Role::FontFile),
    ("CIDSet", Role::Data),
];

/// Tables 38 to 41.
const FUNCTION: [Entry; 13] = [
    plain("FunctionType"),
    plain("Domain"),
    plain("Range"),
    plain("Size"),
    plain("BitsPerSample"),
    plain("Order"),
    plain("Encode"),
    plain("Decode"),
    plain("C0"),
    plain("C1"),
    plain("N"),
    plain("Bounds"),
    ("Functions", Role::Function),
];

/// Tables 76 to 84.
const SHADING: [Entry; 15] = [
    plain("ShadingType"),
    plain("Background"),
    plain("BBox"),
    plain("AntiAlias"),
    plain("Coords"),
    plain("Domain"),
    plain("Extend"),
    plain("Matrix"),
    plain("BitsPerCoordinate"),
    plain("BitsPerComponent"),
    plain("BitsPerFlag"),
    plain("Decode"),
    plain("VerticesPerRow"),
    ("ColorSpace", Role::Space),
    ("Function", Role::Function),
];

/// Table 57, without what depends on a device: halftones, transfer functions, black generation.
const STATE: [Entry; 20] = [
    plain("Type"),
    plain("LW"),
    plain("LC"),
    plain("LJ"),
    plain("ML"),
    plain("D"),
    plain("RI"),
    plain("OP"),
    plain("op"),
    plain("OPM"),
    plain("FL"),
    plain("SM"),
    plain("SA"),
    plain("BM"),
    plain("CA"),
    plain("ca"),
    plain("AIS"),
    plain("TK"),
    ("Font", Role::Font),
    ("SMask", Role::Mask),
];

/// Table 87, without the stream's own entries.
const IMAGE: [Entry; 13] = [
    plain("Type"),
    plain("Subtype"),
    plain("Width"),
    plain("Height"),
    plain("BitsPerComponent"),
    plain("Intent"),
    plain("ImageMask"),
    plain("Decode"),
    plain("Interpolate"),
    plain("Matte"),
    ("ColorSpace", Role::Space),
    ("Mask", Role::Image),
    ("SMask", Role::Image),
];

impl Role {
    /// The entries that are copied of a dictionary in this role.
    pub(super) fn entries(self) -> &'static [Entry] {
        match self {
            Self::Plain | Self::Data => &[],
            Self::Font => &FONT,
            Self::Encoding => &ENCODING,
            Self::SystemInfo => {
                const { &[plain("Registry"), plain("Ordering"), plain("Supplement")] }
            }
            Self::Descriptor => &DESCRIPTOR,
            Self::FontFile => {
                const { &[plain("Length1"), plain("Length2"), plain("Length3"), plain("Subtype")] }
            }
            Self::Profile => const { &[plain("N"), plain("Range"), ("Alternate", Self::Space)] },
            // Tables 62 to 64.
            Self::Space | Self::Calibration => {
                const {
                    &[
                        plain("WhitePoint"),
                        plain("BlackPoint"),
                        plain("Gamma"),
                        plain("Matrix"),
                        plain("Range"),
                    ]
                }
            }
            Self::Function => &FUNCTION,
            Self::Shading => &SHADING,
            // Tables 74 and 75.
            Self::Pattern => {
                const {
                    &[
                        plain("Type"),
                        plain("PatternType"),
                        plain("PaintType"),
                        plain("TilingType"),
                        plain("BBox"),
                        plain("XStep"),
                        plain("YStep"),
                        plain("Matrix"),
                        ("Shading", Self::Shading),
                        ("ExtGState", Self::State),
                    ]
                }
            }
            Self::State => &STATE,
            // Table 142.
            Self::Mask => {
                const {
                    &[
                        plain("Type"),
                        plain("S"),
                        plain("BC"),
                        ("G", Self::XObject),
                        ("TR", Self::Function),
                    ]
                }
            }
            // Table 145.
            Self::Group => {
                const { &[plain("Type"), plain("S"), plain("I"), plain("K"), ("CS", Self::Space)] }
            }
            // Table 93, of a form: what it draws with stands apart.
            Self::XObject => {
                const {
                    &[
                        plain("Type"),
                        plain("Subtype"),
                        plain("FormType"),
                        plain("BBox"),
                        plain("Matrix"),
                    ]
                }
            }
            Self::Image => &IMAGE,
            // Tables 8, 9, 11 and 13.
            Self::Parameters => {
                const {
                    &[
                        plain("Predictor"),
                        plain("Colors"),
                        plain("BitsPerComponent"),
                        plain("Columns"),
                        plain("EarlyChange"),
                        plain("K"),
                        plain("EndOfLine"),
                        plain("EncodedByteAlign"),
                        plain("Rows"),
                        plain("EndOfBlock"),
                        plain("BlackIs1"),
                        plain("DamagedRowsBeforeError"),
                    ]
                }
            }
        }
    }

    /// What it is called where it is malformed.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plain => "a value",
            Self::Font => "a font",
            Self::Encoding => "the encoding of a font",
            Self::SystemInfo | Self::Descriptor | Self::FontFile => "what describes a font",
            Self::Data => "a stream",
            Self::Profile | Self::Space | Self::Calibration => "a colour space",
            Self::Function => "a function",
            Self::Shading => "a shading",
            Self::Pattern => "a pattern",
            Self::State => "a graphics state",
            Self::Mask => "a soft mask",
            Self::Group => "a transparency group",
            Self::XObject => "an XObject",
            Self::Image | Self::Parameters => "an image",
        }
    }
}
