//! Something to fill in, and what is said of it before it is done.

use super::AdministrationTexts;

/// A form.
pub(crate) struct Form {
    /// Where it leads.
    pub(crate) action: String,
    /// What it shows of the session.
    pub(crate) csrf: String,
    pub(crate) hidden: Vec<(String, String)>,
    pub(crate) fields: Vec<Field>,
    /// What its button says.
    pub(crate) submit: &'static str,
    /// Why it was not taken.
    pub(crate) problem: Option<String>,
    /// Whether it can be gone back from to what was filled in.
    pub(crate) again: bool,
    /// Whether it asks, and changes nothing.
    pub(crate) asks: bool,
    /// Whether something else on the page comes first.
    pub(crate) waits: bool,
    /// Whether it is the one for which rows are chosen.
    pub(crate) many: bool,
    /// What else can be asked of it: where, with which name and value, and what the button says.
    pub(crate) others: Vec<(&'static str, [&'static str; 2], &'static str)>,
}

/// It shows nothing of what it holds.
impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form").field("action", &self.action).finish_non_exhaustive()
    }
}

/// One field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    /// What it means to leave it empty.
    pub(crate) empty: &'static str,
    pub(crate) kind: Kind,
    /// What it holds; of several choices, all that are made.
    pub(crate) values: Vec<String>,
    pub(crate) required: bool,
    pub(crate) error: Option<String>,
    /// What it held before, in words, where something is changed.
    pub(crate) before: Option<String>,
    /// What is said in the place of what it holds; nothing is, where that is empty.
    pub(crate) told: Option<String>,
    /// What may be filled in, among others.
    pub(crate) suggested: Vec<String>,
}

/// What is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A line of so many characters at most.
    Line(u32),
    /// Some lines.
    Lines(u32),
    /// A number.
    Number,
    /// A day.
    Day,
    /// Yes or no.
    Check,
    /// One of several: its word, and what people read.
    One(Vec<(String, String)>),
    /// A file: in Base64 (RFC 4648 section 4) where it was read. Of these kinds.
    File(&'static str),
    /// Any of several.
    Any(Vec<(String, String)>),
}

impl Field {
    pub(crate) fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self {
            name,
            label,
            hint: "",
            empty: "",
            kind,
            values: Vec::new(),
            required: false,
            error: None,
            before: None,
            told: None,
            suggested: Vec::new(),
        }
    }

    pub(crate) fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    pub(crate) fn or(self, empty: &'static str) -> Self {
        Self { empty, ..self }
    }

    pub(crate) fn suggesting(self, suggested: Vec<String>) -> Self {
        Self { suggested, ..self }
    }

    pub(crate) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(crate) fn with(self, value: impl Into<String>) -> Self {
        Self { values: vec![value.into()], ..self }
    }

    pub(crate) fn with_all(self, values: Vec<String>) -> Self {
        Self { values, ..self }
    }

    /// What it holds now is what there was before.
    pub(crate) fn remembered(mut self, a: &AdministrationTexts) -> Self {
        self.before = Some(self.said(a));
        self
    }

    /// The value of a field that holds one.
    pub(crate) fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    pub(super) fn holds(&self, word: &str) -> bool {
        self.values.iter().any(|value| value == word)
    }

    /// What describes it, by the names of those places.
    pub(super) fn described(&self) -> Option<String> {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name));
        let both: Vec<_> = error.into_iter().chain(hint).collect();
        (!both.is_empty()).then(|| both.join(" "))
    }

    /// What it holds, in words.
    pub(crate) fn said(&self, a: &AdministrationTexts) -> String {
        if let Some(told) = &self.told {
            return told.clone();
        }
        let said = match &self.kind {
            Kind::Check if self.value() == "yes" => a.yes.to_owned(),
            Kind::Check => a.no.to_owned(),
            Kind::One(choices) | Kind::Any(choices) => {
                // What was left as it was may be sent as nothing, and one choice be called so.
                let is_held = |word: &str| match self.value() {
                    "" => word.is_empty(),
                    _ => self.holds(word),
                };
                let made = choices.iter().filter(|(word, _)| is_held(word));
                let made: Vec<_> = made.map(|(_, said)| said.as_str()).collect();
                made.join(", ")
            }
            Kind::File(_) if self.value().is_empty() => String::new(),
            Kind::File(_) => {
                let file = self.value().as_bytes();
                let hash = seal::Digest::of(seal::DigestAlgorithm::Sha256, file).to_string();
                format!("{}…", hash.chars().take(16).collect::<String>())
            }
            Kind::Line(_) | Kind::Lines(_) | Kind::Number | Kind::Day => self.value().to_owned(),
        };
        match (said.is_empty(), self.empty) {
            (false, _) => said,
            (true, "") => a.nothing.to_owned(),
            (true, empty) => empty.to_owned(),
        }
    }
}

impl Form {
    pub(crate) fn new(action: impl Into<String>, csrf: &str, submit: &'static str) -> Self {
        Self {
            action: action.into(),
            csrf: csrf.to_owned(),
            hidden: Vec::new(),
            fields: Vec::new(),
            submit,
            problem: None,
            again: false,
            asks: false,
            waits: false,
            many: false,
            others: Vec::new(),
        }
    }

    pub(crate) fn fields(self, fields: Vec<Field>) -> Self {
        Self { fields, ..self }
    }

    pub(crate) fn hiding(mut self, name: &str, value: impl Into<String>) -> Self {
        self.hidden.push((name.to_owned(), value.into()));
        self
    }

    /// Whether a file can be chosen in it.
    pub(super) fn has_file(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.kind, Kind::File(_)))
    }

    /// What would change: what each field held, and what it holds.
    pub(crate) fn changes(&self, a: &AdministrationTexts) -> Vec<(String, Option<String>, String)> {
        let told = |field: &Field| (field.label.to_owned(), field.before.clone(), field.said(a));
        let changed = |(_, before, after): &(_, Option<String>, String)| {
            before.as_ref().is_none_or(|before| before != after)
        };
        let fields = self.fields.iter().filter(|field| field.told.as_deref() != Some(""));
        fields.map(told).filter(changed).collect()
    }
}
