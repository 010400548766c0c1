//! Which paths of its own crate a source names, resolved to the crate's root.
//!
//! It walks tokens, so comments and strings do not count and the bodies of macros do. Whatever could hide a path from it
//! (another name for the root, `#[path]`, `include!`, `extern crate`) is itself told as an oddity.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

/// The crate's name, as `main.rs` says it.
const CRATE: &str = "aoxanh";
/// The two files that belong to no room.
const MAP: &str = "src/lib.rs";
const PROGRAM: &str = "src/main.rs";

/// A path inside the crate, the root left out; empty where the root itself is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// Where it stands, counted from 1.
    pub(crate) line: usize,
    /// Its names.
    pub(crate) path: Vec<String>,
}

/// What a source names and makes.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Every path of the crate, in order.
    pub(crate) imports: Vec<Import>,
    /// Names of the macros it puts at the crate's root.
    pub(crate) macros: Vec<String>,
    /// Line and description of whatever could hide a path.
    pub(crate) oddities: Vec<(usize, &'static str)>,
}

/// Reads the source of `file` (a path from the repository's root).
pub(crate) fn scan(file: &str, source: &str) -> Scan {
    let mut scan = Scan::default();
    match source.parse::<TokenStream>() {
        Ok(tokens) => Walk { scan: &mut scan, file }.walk(tokens, &module_of(file)),
        Err(error) => scan.oddities.push((error.span().start().line, "does not read as Rust")),
    }
    scan
}

/// The room a file belongs to: `lib` and `main` for those two.
pub(crate) fn room_of(file: &str) -> String {
    let inside = file.strip_prefix("src/").unwrap_or(file);
    inside.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned()
}

/// Whether the code, not its comments or strings, says `unsafe`.
pub(crate) fn says_unsafe(source: &str) -> bool {
    fn says(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == "unsafe",
            TokenTree::Group(group) => says(group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    source.parse().map_or(true, says)
}

fn module_of(file: &str) -> Vec<String> {
    if matches!(file, MAP | PROGRAM) {
        return Vec::new();
    }
    let inside = file.strip_prefix("src/").unwrap_or(file).trim_end_matches(".rs");
    let mut module: Vec<String> = inside.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

struct Walk<'a> {
    scan: &'a mut Scan,
    file: &'a str,
}

impl Walk<'_> {
    fn walk(&mut self, tokens: TokenStream, module: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at = match &tokens[at] {
                TokenTree::Ident(ident) => self.ident(&tokens, at, ident, module),
                TokenTree::Group(group) => {
                    self.attribute(&tokens, at);
                    self.walk(group.stream(), module);
                    at + 1
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => at + 1,
            };
        }
    }

    /// Reads what `ident` at `at` begins; returns where to go on.
    fn ident(&mut self, tokens: &[TokenTree], at: usize, ident: &Ident, module: &[String]) -> usize {
        let line = ident.span().start().line;
        match ident.to_string().as_str() {
            "mod" => {
                if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) =
                    (tokens.get(at + 1), tokens.get(at + 2))
                {
                    let inner = [module, &[plain(name)]].concat();
                    self.walk(body.stream(), &inner);
                    return at + 3;
                }
            }
            // Another name at the root would stand for a room and be none.
            "use" if self.file == MAP => self.odd(line, "lib.rs holds the map and the rooms, and uses nothing"),
            "use" => return self.tree(tokens, at + 1, &[], module),
            "extern" if is_ident(tokens.get(at + 1), "crate") => self.odd(line, "extern crate"),
            "include" if is_punct(tokens.get(at + 1), '!') => self.odd(line, "include! hides what it includes"),
            "macro_rules" if follows_export(tokens, at) => {
                if let Some(TokenTree::Ident(name)) = tokens.get(at + 2) {
                    self.scan.macros.push(plain(name));
                }
            }
            _ if is_path_sep(tokens, at + 1) => {
                return self.inline(tokens, at, module);
            }
            _ => {}
        }
        at + 1
    }

    /// A path in code, `a::b::c`, from its first name.
    fn inline(&mut self, tokens: &[TokenTree], start: usize, module: &[String]) -> usize {
        let mut names = Vec::new();
        let mut at = start;
        while let Some(TokenTree::Ident(name)) = tokens.get(at) {
            names.push(plain(name));
            at += 1;
            if !is_path_sep(tokens, at) {
                break;
            }
            at += 2;
        }
        self.found(tokens[start].span().start().line, &names, module);
        at
    }

    /// A tree of a `use`, from its first token; `prefix` is what stands before it.
    fn tree(&mut self, tokens: &[TokenTree], start: usize, prefix: &[String], module: &[String]) -> usize {
        let mut names = prefix.to_vec();
        let mut at = start;
        loop {
            match tokens.get(at) {
                Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), ':' | '$') => at += 1,
                Some(TokenTree::Ident(name)) => {
                    names.push(plain(name));
                    at += 1;
                    if !is_path_sep(tokens, at) {
                        self.found(name.span().start().line, &names, module);
                        return if is_ident(tokens.get(at), "as") { at + 2 } else { at };
                    }
                }
                Some(TokenTree::Punct(punct)) if punct.as_char() == '*' => {
                    self.found(punct.span().start().line, &names, module);
                    return at + 1;
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    let mut next = 0;
                    while next < inner.len() {
                        next = self.tree(&inner, next, &names, module).max(next + 1);
                    }
                    return at + 1;
                }
                _ => return at,
            }
        }
    }

    fn found(&mut self, line: usize, names: &[String], module: &[String]) {
        let anchored = names.first().is_some_and(|first| match first.as_str() {
            "crate" | "self" | "super" => self.file != PROGRAM,
            other => other == CRATE,
        });
        if !anchored {
            return;
        }
        let mut path = match names[0].as_str() {
            "self" | "super" => module.to_vec(),
            _ => Vec::new(),
        };
        for name in names {
            match name.as_str() {
                "crate" | "self" => {}
                "super" => drop(path.pop()),
                other if other == CRATE && path.is_empty() => {}
                other => path.push(other.to_owned()),
            }
        }
        self.scan.imports.push(Import { line, path });
    }

    fn attribute(&mut self, tokens: &[TokenTree], at: usize) {
        let TokenTree::Group(group) = &tokens[at] else { return };
        let is_attribute = at > 0 && (is_punct(tokens.get(at - 1), '#') || is_punct(tokens.get(at - 1), '!'));
        if !is_attribute || group.delimiter() != Delimiter::Bracket {
            return;
        }
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        if is_ident(inner.first(), "path") && is_punct(inner.get(1), '=') {
            self.odd(group.span_open().start().line, "#[path] hides where a module stands");
        }
    }

    fn odd(&mut self, line: usize, what: &'static str) {
        self.scan.oddities.push((line, what));
    }
}

fn plain(ident: &Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

fn is_ident(token: Option<&TokenTree>, name: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == name)
}

fn is_punct(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn is_path_sep(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}

/// Whether `#[macro_export]` stands right before the token at `at`, perhaps among other attributes.
fn follows_export(tokens: &[TokenTree], at: usize) -> bool {
    let mut end = at;
    while end >= 2 && is_punct(tokens.get(end - 2), '#') {
        let TokenTree::Group(group) = &tokens[end - 1] else { return false };
        if is_ident(group.stream().into_iter().next().as_ref(), "macro_export") {
            return true;
        }
        end -= 2;
    }
    false
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
