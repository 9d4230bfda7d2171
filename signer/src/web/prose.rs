//! The part of Markdown in which the policies are written, so that pages show them as prose: headings, paragraphs,
//! numbered and dotted lists; in them words that are stressed or of a machine, and addresses.

/// A text in its parts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Prose {
    pub(crate) title: String,
    pub(crate) parts: Vec<Part>,
}

/// One part of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Paragraph(Vec<Span>),
    Numbered(Vec<Vec<Span>>),
    Dotted(Vec<Vec<Span>>),
}

/// Words that are shown alike.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Span {
    Plain(String),
    Strong(String),
    Code(String),
    /// An address, which leads there.
    Address(String),
}

impl Prose {
    /// Reads a text.
    pub(crate) fn of(markdown: &str) -> Self {
        let mut read = Self { title: String::new(), parts: Vec::new() };
        for block in markdown.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
            if let Some(title) = block.strip_prefix("# ") {
                read.title = title.to_owned();
            } else if block.starts_with("- ") {
                read.parts.push(Part::Dotted(items(block, |line| line.strip_prefix("- "))));
            } else if numbered(block).is_some() {
                read.parts.push(Part::Numbered(items(block, numbered)));
            } else {
                read.parts.push(Part::Paragraph(spans(&joined(block))));
            }
        }
        read
    }
}

/// What stands behind the number of an item.
fn numbered(line: &str) -> Option<&str> {
    let (number, rest) = line.split_once(". ")?;
    number.parse::<u8>().is_ok().then_some(rest)
}

/// The items of a list; a line that begins none goes on with the one before.
fn items<'a>(block: &'a str, begins: impl Fn(&'a str) -> Option<&'a str>) -> Vec<Vec<Span>> {
    let mut items: Vec<String> = Vec::new();
    for line in block.lines() {
        match (begins(line), items.last_mut()) {
            (Some(first), _) => items.push(first.to_owned()),
            (None, Some(item)) => {
                item.push(' ');
                item.push_str(line.trim());
            }
            (None, None) => items.push(line.to_owned()),
        }
    }
    items.iter().map(|item| spans(item)).collect()
}

fn joined(block: &str) -> String {
    block.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// A line in its spans. A sign that nothing ends is shown as it stands.
fn spans(line: &str) -> Vec<Span> {
    let (mut spans, mut plain, mut rest) = (Vec::new(), String::new(), line);
    while !rest.is_empty() {
        let found = between(rest, "**", Span::Strong)
            .or_else(|| between(rest, "`", Span::Code))
            .or_else(|| address(rest));
        if let Some((span, after)) = found {
            if !plain.is_empty() {
                spans.push(Span::Plain(std::mem::take(&mut plain)));
            }
            spans.push(span);
            rest = after;
        } else {
            let mut letters = rest.chars();
            plain.extend(letters.next());
            rest = letters.as_str();
        }
    }
    if !plain.is_empty() {
        spans.push(Span::Plain(plain));
    }
    spans
}

fn between<'a>(
    text: &'a str,
    sign: &str,
    span: impl Fn(String) -> Span,
) -> Option<(Span, &'a str)> {
    let (inside, after) = text.strip_prefix(sign)?.split_once(sign)?;
    (!inside.is_empty()).then(|| (span(inside.to_owned()), after))
}

fn address(text: &str) -> Option<(Span, &str)> {
    text.strip_prefix("https://")?;
    let end = text.find(|letter: char| letter.is_whitespace() || "),;".contains(letter));
    let whole = &text[..end.unwrap_or(text.len())];
    let whole = whole.trim_end_matches('.');
    Some((Span::Address(whole.to_owned()), &text[whole.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_told_from_the_others() {
        let read = Prose::of(
            "# A title\n\nWords, see\n(https://a.example, https://b.example). `x` **y**\n\n\
             1. **One.** First\n   goes on.\n2. Two.\n\n- `a`\n- 2 ** 3",
        );
        let plain = |text: &str| Span::Plain(text.to_owned());
        let address = |text: &str| Span::Address(text.to_owned());
        assert_eq!(read.title, "A title");
        assert_eq!(
            read.parts,
            [
                Part::Paragraph(vec![
                    plain("Words, see ("),
                    address("https://a.example"),
                    plain(", "),
                    address("https://b.example"),
                    plain("). "),
                    Span::Code("x".into()),
                    plain(" "),
                    Span::Strong("y".into()),
                ]),
                Part::Numbered(vec![
                    vec![Span::Strong("One.".into()), plain(" First goes on.")],
                    vec![plain("Two.")],
                ]),
                Part::Dotted(vec![vec![Span::Code("a".into())], vec![plain("2 ** 3")]]),
            ]
        );
    }

    #[test]
    fn of_the_policies_no_word_is_lost_and_no_sign_left() {
        for document in crate::service::documents() {
            let read = Prose::of(&document.text);
            let spans = read.parts.iter().flat_map(|part| match part {
                Part::Paragraph(spans) => vec![spans],
                Part::Numbered(items) | Part::Dotted(items) => items.iter().collect(),
            });
            let shown: String = spans
                .flatten()
                .map(|span| match span {
                    Span::Plain(text)
                    | Span::Strong(text)
                    | Span::Code(text)
                    | Span::Address(text) => text.as_str(),
                })
                .collect();
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
            assert_eq!(letters(&read.title) + letters(&shown), letters(&document.text));
            assert!(!shown.contains("**") && !shown.contains('`') && !shown.contains('#'));
        }
    }
}
