//! A source's words and marks, without what is comment or text.

/// A word, `::`, or any other mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Colons,
    Mark(char),
}

/// Splits a source. Numbers are left out, and so are lifetimes.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut rest = source;
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if let Some(length) = text(rest) {
            length
        } else if first == '\'' {
            quoted(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            if !first.is_numeric() {
                tokens.push(Token::Word(rest[..end].to_owned()));
            }
            end
        } else if rest.starts_with("::") {
            tokens.push(Token::Colons);
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Mark(first));
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of a string literal that stands first.
fn text(rest: &str) -> Option<usize> {
    let letters = rest.find(|c: char| !matches!(c, 'b' | 'c' | 'r'))?;
    let (prefix, after) = rest.split_at(letters);
    let hashes = if prefix.ends_with('r') { after.find(|c| c != '#')? } else { 0 };
    let inside = after[hashes..].strip_prefix('"')?;
    let begin = letters + hashes + 1;
    if prefix.ends_with('r') {
        let end = format!("\"{}", "#".repeat(hashes));
        return inside.find(&end).map(|at| begin + at + end.len());
    }
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(begin + at + 1),
            _ => {}
        }
    }
    None
}

/// The length of the character literal or the lifetime that stands first.
fn quoted(rest: &str) -> usize {
    let inside = &rest[1..];
    let mut letters = inside.char_indices();
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let after = at + escaped.len_utf8();
            inside[after..].find('\'').map_or(rest.len(), |end| 1 + after + end + 1)
        }
        (Some(_), Some((at, '\''))) => 1 + at + 1,
        _ => 1 + inside.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inside.len()),
    }
}
