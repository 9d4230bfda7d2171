//! The modules of a crate, what each imports, and the file that defines it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::token::{Token, tokens};

/// How many re-exports are followed.
const MAXIMUM_STEPS: usize = 16;

/// A crate's modules by their paths below the root, `policy::judge`; the root's own is empty.
#[derive(Debug)]
pub(super) struct Tree(BTreeMap<Vec<String>, Module>);

#[derive(Debug)]
struct Module {
    /// Relative to the workspace.
    file: String,
    /// What follows from `use`: a name (`*` for a glob) and the path behind it.
    names: Vec<(String, Vec<String>)>,
    /// Paths of more than one segment.
    paths: BTreeSet<Vec<String>>,
}

impl Tree {
    /// Reads a crate from its root on.
    pub(super) fn read(workspace: &Path, root: &str) -> Self {
        let mut tree = Self(BTreeMap::new());
        let folder = root.rsplit_once('/').expect("a folder").0.to_owned();
        let mut ahead = vec![(Vec::new(), root.to_owned(), folder)];
        while let Some((path, file, folder)) = ahead.pop() {
            let source = fs::read_to_string(workspace.join(&file)).expect("a module's file");
            let mut reader = Reader { tokens: tokens(&source), at: 0, ..Reader::default() };
            reader.read();
            for child in reader.children {
                let path = [path.clone(), vec![child.clone()]].concat();
                let below = format!("{folder}/{child}");
                ahead.push((path, format!("{below}.rs"), below));
            }
            tree.0.insert(path, Module { file, names: reader.names, paths: reader.paths });
        }
        tree
    }

    /// The path of each module.
    pub(super) fn modules(&self) -> impl Iterator<Item = &Vec<String>> {
        self.0.keys()
    }

    /// Which files each file imports.
    pub(super) fn imports(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut imports = BTreeMap::new();
        for (path, module) in &self.0 {
            let used = module.names.iter().map(|(_, used)| used).chain(&module.paths);
            let files = used.filter_map(|used| self.definition(path, used, MAXIMUM_STEPS));
            let mut files: BTreeSet<String> = files.cloned().collect();
            files.remove(&module.file);
            imports.insert(module.file.clone(), files);
        }
        imports
    }

    /// The paths that tie a circle's files: file, file, path.
    pub(super) fn ties(&self, circle: &BTreeSet<String>) -> Vec<String> {
        let within = |file: &str| {
            circle.iter().any(|one| {
                file == one || file.strip_prefix(one).is_some_and(|r| r.starts_with(['/', '.']))
            })
        };
        let mut ties = Vec::new();
        for (path, module) in self.0.iter().filter(|(_, module)| within(&module.file)) {
            for used in module.names.iter().map(|(_, used)| used).chain(&module.paths) {
                let to = self.definition(path, used, MAXIMUM_STEPS);
                if let Some(to) = to.filter(|to| **to != module.file && within(to)) {
                    ties.push(format!("{} -> {to}: {}", module.file, used.join("::")));
                }
            }
        }
        ties
    }

    /// The child of `parent` in whose folder a file stands, as the folder's name.
    pub(super) fn child_above(&self, parent: &[String], file: &str) -> Option<String> {
        let path = self.0.iter().find(|(_, module)| module.file == file)?.0;
        let below = path.strip_prefix(parent)?.first()?;
        let child = self.0.get(&[parent, std::slice::from_ref(below)].concat())?;
        child.file.strip_suffix(".rs").map(str::to_owned)
    }

    /// The file that defines what `path` means in a module; `None` for what is not this crate's, and
    /// for a module as such.
    fn definition(&self, here: &[String], path: &[String], steps: usize) -> Option<&String> {
        let steps = steps.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.within(&[], rest, steps),
            "self" => self.within(here, rest, steps),
            "super" => {
                let (_, parent) = here.split_last()?;
                match rest.first().is_some_and(|next| next == "super") {
                    true => self.definition(parent, rest, steps),
                    false => self.within(parent, rest, steps),
                }
            }
            _ => self.named(here, path, steps),
        }
    }

    /// What stands under `path` in a module.
    fn within(&self, module: &[String], path: &[String], steps: usize) -> Option<&String> {
        let (first, _) = path.split_first()?;
        let found = self.named(module, path, steps);
        let known = self.0.get(module)?;
        // A name that comes from elsewhere, or a child, defines nothing here.
        let elsewhere = known.names.iter().any(|(name, _)| name == first);
        let child = self.0.contains_key(&[module, std::slice::from_ref(first)].concat());
        found.or_else(|| (!elsewhere && !child).then_some(&known.file))
    }

    /// What begins with a child of a module or with a name that it imports.
    fn named(&self, module: &[String], path: &[String], steps: usize) -> Option<&String> {
        let (first, rest) = path.split_first()?;
        let child = [module, std::slice::from_ref(first)].concat();
        if self.0.contains_key(&child) {
            return self.within(&child, rest, steps);
        }
        let names = &self.0.get(module)?.names;
        if let Some((_, used)) =
            names.iter().find(|(name, used)| name == first && used[..] != *path)
        {
            let whole = [used.clone(), rest.to_vec()].concat();
            return self.definition(module, &whole, steps.checked_sub(1)?);
        }
        // A glob gives what the module behind it has of that name.
        names.iter().filter(|(name, _)| name == "*").find_map(|(_, used)| {
            let whole = [used.clone(), path.to_vec()].concat();
            let behind = self.definition(module, &whole, steps.checked_sub(1)?)?;
            (path.len() > 1).then_some(behind)
        })
    }
}

/// Reads a file's tokens once.
#[derive(Debug, Default)]
struct Reader {
    tokens: Vec<Token>,
    at: usize,
    children: Vec<String>,
    names: Vec<(String, Vec<String>)>,
    paths: BTreeSet<Vec<String>>,
}

impl Reader {
    fn read(&mut self) {
        while let Some(token) = self.tokens.get(self.at).cloned() {
            match token {
                Token::Mark('#') => self.attribute(),
                Token::Word(word) if word == "mod" => self.module(),
                Token::Word(word) if word == "use" => {
                    self.at += 1;
                    self.tree(&[]);
                }
                Token::Word(_) => self.path(),
                Token::Mark(_) | Token::Colons => self.at += 1,
            }
        }
    }

    fn is(&self, at: usize, mark: char) -> bool {
        self.tokens.get(at) == Some(&Token::Mark(mark))
    }

    fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// Steps over an attribute, and over what is compiled for tests alone.
    fn attribute(&mut self) {
        self.at += 1;
        if self.is(self.at, '!') {
            self.at += 1;
        }
        let for_tests =
            self.word(self.at + 1) == Some("cfg") && self.word(self.at + 3) == Some("test");
        self.group();
        if for_tests {
            while self.at < self.tokens.len() && !self.is(self.at, ';') && !self.is(self.at, '{') {
                if self.is(self.at, '(') || self.is(self.at, '[') {
                    self.group();
                } else {
                    self.at += 1;
                }
            }
            self.group();
        }
    }

    /// Steps over one token, or over a whole group if it opens one.
    fn group(&mut self) {
        let mut depth = 0_usize;
        while let Some(token) = self.tokens.get(self.at) {
            self.at += 1;
            match token {
                Token::Mark('(' | '[' | '{') => depth += 1,
                Token::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn module(&mut self) {
        if let Some(name) = self.word(self.at + 1).map(str::to_owned)
            && self.is(self.at + 2, ';')
        {
            self.children.push(name);
        }
        self.at += 2;
    }

    /// Reads a tree of imports below `above`, up to its `;`, `,` or `}`.
    fn tree(&mut self, above: &[String]) {
        let mut path = above.to_vec();
        let mut name = None;
        while let Some(token) = self.tokens.get(self.at).cloned() {
            match token {
                Token::Word(word) if word == "as" => {
                    name = self.word(self.at + 1).map(str::to_owned);
                    self.at += 1;
                }
                Token::Word(word) if word == "self" && !path.is_empty() => {}
                Token::Word(word) => path.push(word),
                Token::Colons => {}
                Token::Mark('{') => {
                    self.at += 1;
                    while self.at < self.tokens.len() && !self.is(self.at, '}') {
                        self.tree(&path);
                        if self.is(self.at, ',') {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                Token::Mark('*') => name = Some("*".to_owned()),
                Token::Mark(_) => break,
            }
            self.at += 1;
        }
        if let Some(last) = path.last().cloned() {
            self.names.push((name.unwrap_or(last), path));
        }
    }

    fn path(&mut self) {
        let member = self.at > 0 && self.is(self.at - 1, '.');
        let mut path = Vec::new();
        while let Some(word) = self.word(self.at) {
            path.push(word.to_owned());
            self.at += 1;
            let goes_on = self.tokens.get(self.at) == Some(&Token::Colons);
            if !goes_on || self.word(self.at + 1).is_none() {
                break;
            }
            self.at += 1;
        }
        if path.len() > 1 && !member {
            self.paths.insert(path);
        }
    }
}
