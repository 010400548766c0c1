//! Every action that a key can do, as the key tables in the sources say it.
//!
//! Invariant: a table or a line of one that is not understood fails, so that nothing can be bound unseen.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    reason = "sources that cannot be read must fail"
)]

use aoxanh::screen::Stack;
use aoxanh::workbench::{Key, World};
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

/// A line of a key table: the page or layer, the key, and the key of its words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Action {
    pub(crate) page: String,
    pub(crate) key: String,
    pub(crate) words: String,
}

impl Action {
    pub(crate) fn new(page: &str, key: &str, words: &str) -> Self {
        let page = page.trim_start_matches("aoxanh::screen::").to_owned();
        Self { page, key: key.to_owned(), words: words.to_owned() }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} {} {}", self.page, self.key, self.words)
    }
}

/// What is on top, as actions name it.
pub(crate) fn page(stack: &Stack, world: &World) -> String {
    let (page, _hints) = stack.top(world).expect("a screen is always there");
    page.trim_start_matches("aoxanh::screen::").to_owned()
}

/// Every key that is valid for what is on top, and what it would do.
pub(crate) fn shown(stack: &Stack, world: &World) -> Vec<(Key, Action)> {
    let (page, hints) = stack.top(world).expect("a screen is always there");
    hints.into_iter().map(|hint| (hint.key, Action::new(page, &format!("{:?}", hint.key), hint.words.key()))).collect()
}

/// What the key would do for what is on top; none where its table does not show it now.
pub(crate) fn action(stack: &Stack, world: &World, key: Key) -> Option<Action> {
    let (page, hints) = stack.top(world)?;
    let hint = hints.into_iter().find(|hint| hint.key == key)?;
    Some(Action::new(page, &format!("{key:?}"), hint.words.key()))
}

/// Every line of every key table.
pub(crate) fn all() -> BTreeSet<Action> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/screen");
    let mut found = BTreeSet::new();
    for path in sources(&root) {
        let text = std::fs::read_to_string(&path).expect("a source");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let inside = path.strip_prefix(&root).expect("below it").with_extension("");
        let module = inside.to_string_lossy().replace('/', "::");
        let module = module.strip_suffix("::mod").unwrap_or(&module);
        for (of, is_of_parent, table) in tables(module, text) {
            // A table that only the module above can see is of a page there.
            let module = module.rsplit_once("::").filter(|_| is_of_parent).map_or(module, |(parent, _)| parent);
            for line in elements(table) {
                let (key, words) =
                    bound(line, text, &root).unwrap_or_else(|| panic!("{module}: not understood: {line}"));
                found.insert(Action::new(&format!("{module}::{of}"), &key, &words));
            }
        }
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found
}

/// What each table is of, whether the module above has it, and its text.
fn tables<'t>(module: &str, text: &'t str) -> Vec<(&'t str, bool, &'t str)> {
    let mut found = Vec::new();
    let is_table = |line: &&str| line.contains("Binding<") && (line.contains(" = ") || line.ends_with(" ="));
    for line in text.lines().filter(is_table) {
        let is_static = line.contains("static ") && (line.ends_with(">] = &[") || line.ends_with(">] ="));
        assert!(is_static, "{module}: a table in another form: {line}");
        let of = line.split("Binding<").nth(1).and_then(|rest| rest.split('>').next()).expect("of something");
        let from = line.as_ptr() as usize - text.as_ptr() as usize + line.len();
        // One of a single line stands in the line below.
        let (from, end) = if line.ends_with('[') { (from, "\n];") } else { (from + "\n    &[".len(), "];") };
        let to = text[from..].find(end).expect("an end") + from;
        found.push((of, line.starts_with("pub(super) "), &text[from..to]));
    }
    found
}

/// The lines of a table: what stands between commas outside every bracket.
fn elements(table: &str) -> Vec<&str> {
    let bytes = table.as_bytes();
    let (mut found, mut depth, mut from, mut at) = (Vec::new(), 0_i32, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += table[at..].find('\n').unwrap_or(0);
                if depth == 0 {
                    from = at + 1;
                }
            }
            b'\'' => at += table[at + 2..].find('\'').expect("a closed letter") + 2,
            b'"' => at += table[at + 1..].find('"').expect("a closed text") + 1,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => {
                found.push(table[from..at].trim());
                from = at + 1;
            }
            _other => {}
        }
        at += 1;
    }
    found.push(table[from..].trim());
    found.retain(|line| !line.is_empty());
    found
}

/// The key and the key of the words of one line; `text` is the file it stands in.
fn bound(line: &str, text: &str, root: &Path) -> Option<(String, String)> {
    if line.starts_with("Binding {") {
        return read(line);
    }
    let (name, rest) = line.split_once('(')?;
    if let Some(name) = name.strip_suffix('!') {
        let (_, made) = text.split_once(&format!("macro_rules! {name} "))?;
        let (made, _) = made.split_once("\n}")?;
        let mut asked = rest.trim_end_matches(')').split([',', ' ']);
        let key = asked.next()?;
        let made = made.replace("$key", key);
        return read(&made).or_else(|| Some((format!("Char({key})"), of_seen(asked.next_back()?, root)?)));
    }
    let (module, name) = name.rsplit_once("::").unwrap_or(("", name));
    let other = std::fs::read_to_string(root.join(module.replace("::", "/")).with_extension("rs"));
    let other = if module.is_empty() { text.to_owned() } else { other.ok()? };
    let (_, made) = other.split_once(&format!("fn {name}<"))?;
    read(made.split_once("\n}")?.0)
}

/// What the words of something that can be seen on a device are called.
fn of_seen(what: &str, root: &Path) -> Option<String> {
    let said = std::fs::read_to_string(root.join("../workbench/outward.rs")).expect("a source");
    let (_, words) = said.split_once(&format!("::{what} => say!(\""))?;
    Some(words.split('"').next()?.to_owned())
}

fn read(binding: &str) -> Option<(String, String)> {
    let (_, rest) = binding.split_once("key: Key::")?;
    let end =
        if rest.contains("')") && rest.starts_with('C') { rest.find("')")? + 2 } else { rest.find([',', '\n', ' '])? };
    let (_, words) = binding.split_once("say!(\"")?;
    Some((rest[..end].to_owned(), words.split('"').next()?.to_owned()))
}

#[test]
fn the_tables_are_read_as_they_are_meant() {
    let all = all();
    let has = |page, key, words| all.contains(&Action::new(page, key, words));
    assert!(has("bench::Bench", "Char('/')", "key-find"), "{all:#?}");
    assert!(has("layer::what_if::WhatIf", "Down", "key-down") && has("layer::trial::Trial", "Char('7')", "key-choice"));
    assert!(
        has("layer::arm::Arm", "Function(2)", "key-despite-health") && has("setup::SetUpPage", "Enter", "key-set-up")
    );
    assert!(has("layer::badge::Badge", "Escape", "key-close"), "{all:#?}");
    assert!(has("intake::Door", "Char('n')", "door-belonging-memory-card"), "{all:#?}");
    // Named forms of the keys, as they are told at run time.
    assert!(all.iter().all(|action| action.key.chars().filter(|letter| *letter == '(').count() <= 1), "{all:#?}");
}
