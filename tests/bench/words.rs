//! Every key that the code says stands in both languages, with the same arguments, and no key is left over.
//!
//! A key is found where it is a literal: `say!("key", …)`, `Sentence::new("key")`, `.has("key")`. Where the code builds
//! keys, the comment `// words: prefix-*` beside it marks every key of that prefix as said. Code under `#[cfg(test)]`
//! does not count.

#![expect(clippy::disallowed_methods, clippy::panic, reason = "a test that cannot read the sources must fail")]

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use proc_macro2::{Group, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Names = BTreeSet<String>;

/// What the code says.
#[derive(Debug, Default)]
struct Said {
    /// Key, arguments where they stand beside it, and where it is said.
    keys: Vec<(String, Option<Names>, String)>,
    /// Prefixes of keys that are built, and where.
    prefixes: Vec<(String, String)>,
}

/// One language: every key with its arguments, the keys that other messages quote, and those that stand twice.
#[derive(Debug, Default)]
struct Language {
    keys: BTreeMap<String, Names>,
    quoted: Names,
    twice: Names,
}

impl Said {
    fn read(&mut self, file: &str, source: &str) {
        for (at, line) in source.lines().enumerate() {
            if let Some((_, prefix)) = line.split_once("// words: ") {
                for prefix in prefix.split_whitespace().filter_map(|word| word.strip_suffix('*')) {
                    self.prefixes.push((prefix.to_owned(), format!("{file}:{}", at + 1)));
                }
            }
        }
        let tokens: TokenStream = source.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
        self.walk(file, tokens);
    }

    fn walk(&mut self, file: &str, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            if is_test_only(&tokens, at) {
                at = after_item(&tokens, at + 2);
                continue;
            }
            if let TokenTree::Group(group) = &tokens[at] {
                self.group(file, &tokens, at, group);
                self.walk(file, group.stream());
            }
            at += 1;
        }
    }

    /// A group may be the arguments of something that says a key.
    fn group(&mut self, file: &str, tokens: &[TokenTree], at: usize, group: &Group) {
        let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at)).map(ToString::to_string);
        let is = |back: usize, text: &str| before(back).as_deref() == Some(text);
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let Some(key) = inner.first().and_then(literal) else { return };
        let says = is(2, "say") && is(1, "!");
        let makes = is(1, "new") && is(2, ":") && is(4, "Sentence");
        let asks = is(1, "has") && is(2, ".");
        let place = format!("{file}:{}", group.span_open().start().line);
        if says {
            let mut names = named(&inner);
            names.extend(chained(tokens, at + 1));
            self.keys.push((key, Some(names), place));
        } else if makes || asks {
            self.keys.push((key, None, place));
        }
    }
}

impl Language {
    fn read(source: &str) -> Self {
        let resource = fluent_syntax::parser::parse(source).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
        let mut language = Self::default();
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut names = Names::new();
            let value = message.value.unwrap_or_else(|| panic!("{} says nothing", message.id.name));
            pattern(&value, &mut names, &mut language.quoted);
            if language.keys.insert(message.id.name.to_owned(), names).is_some() {
                language.twice.insert(message.id.name.to_owned());
            }
        }
        language
    }
}

/// Everything on which the code and the two languages disagree.
fn faults(said: &Said, vi: &Language, en: &Language) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, args, place) in &said.keys {
        for (name, language) in [("vi", vi), ("en", en)] {
            match (language.keys.get(key), args) {
                (None, _) => faults.push(format!("{place}: {key} is missing in {name}.ftl")),
                (Some(wanted), Some(given)) if wanted != given => {
                    faults.push(format!("{place}: {key} is given {given:?}, {name}.ftl uses {wanted:?}"));
                }
                (Some(_), _) => {}
            }
        }
    }
    faults.extend(vi.twice.union(&en.twice).map(|key| format!("{key} stands twice in one language")));
    let all: BTreeSet<&String> = vi.keys.keys().chain(en.keys.keys()).collect();
    for (prefix, place) in &said.prefixes {
        if !all.iter().any(|key| key.starts_with(prefix)) {
            faults.push(format!("{place}: no key begins with {prefix}"));
        }
    }
    for key in all {
        match (vi.keys.get(key), en.keys.get(key)) {
            (Some(vi), Some(en)) if vi != en => faults.push(format!("{key}: vi.ftl uses {vi:?}, en.ftl uses {en:?}")),
            (None, _) => faults.push(format!("{key} is missing in vi.ftl")),
            (_, None) => faults.push(format!("{key} is missing in en.ftl")),
            (Some(_), Some(_)) => {}
        }
        let is_said = said.keys.iter().any(|(said, ..)| said == key)
            || said.prefixes.iter().any(|(prefix, _)| key.starts_with(prefix))
            || vi.quoted.contains(key)
            || en.quoted.contains(key);
        if !is_said {
            faults.push(format!("{key} is never said"));
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

/// Lines with a combining mark. Every Vietnamese letter has a composed form, so in NFC none is left.
fn not_composed(text: &str) -> Vec<usize> {
    let marks = '\u{300}'..='\u{36f}';
    text.lines().enumerate().filter(|(_, line)| line.contains(|c| marks.contains(&c))).map(|(at, _)| at + 1).collect()
}

fn literal(token: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = token else { return None };
    Some(literal.to_string().strip_prefix('"')?.strip_suffix('"')?.to_owned())
}

/// The `name` of every `, name = …` directly in these tokens.
fn named(tokens: &[TokenTree]) -> Names {
    let sign = |token: &TokenTree, sign: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign);
    let windows = tokens.windows(3).filter_map(|window| match window {
        [comma, TokenTree::Ident(name), equals] if sign(comma, ',') && sign(equals, '=') => Some(name.to_string()),
        _ => None,
    });
    windows.collect()
}

/// The `name` of every `.with("name", …)` chained from `at` on.
fn chained(tokens: &[TokenTree], mut at: usize) -> Names {
    let mut names = Names::new();
    while let (Some(dot), Some(with), Some(TokenTree::Group(group))) =
        (tokens.get(at), tokens.get(at + 1), tokens.get(at + 2))
    {
        if dot.to_string() != "." || with.to_string() != "with" {
            break;
        }
        names.extend(group.stream().into_iter().next().as_ref().and_then(literal));
        at += 3;
    }
    names
}

/// Whether `#[cfg(test)]` or `#[test]` stands at `at`.
fn is_test_only(tokens: &[TokenTree], at: usize) -> bool {
    let (Some(TokenTree::Punct(hash)), Some(TokenTree::Group(group))) = (tokens.get(at), tokens.get(at + 1)) else {
        return false;
    };
    let text: String = group.stream().to_string().chars().filter(|c| !c.is_whitespace()).collect();
    hash.as_char() == '#' && (text == "cfg(test)" || text == "test")
}

/// Where the item that begins at `at` is over: behind its braces or its semicolon.
fn after_item(tokens: &[TokenTree], at: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    };
    tokens.iter().skip(at).position(ends).map_or(tokens.len(), |found| at + found + 1)
}

fn pattern(pattern: &Pattern<&str>, names: &mut Names, quoted: &mut Names) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression: placed } = element {
            expression(placed, names, quoted);
        }
    }
}

fn expression(placed: &Expression<&str>, names: &mut Names, quoted: &mut Names) {
    match placed {
        Expression::Inline(placed) => inline(placed, names, quoted),
        Expression::Select { selector, variants } => {
            inline(selector, names, quoted);
            for variant in variants {
                pattern(&variant.value, names, quoted);
            }
        }
    }
}

fn inline(placed: &InlineExpression<&str>, names: &mut Names, quoted: &mut Names) {
    match placed {
        InlineExpression::VariableReference { id } => {
            names.insert(id.name.to_owned());
        }
        InlineExpression::MessageReference { id, .. } => {
            quoted.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => called(arguments, names, quoted),
        InlineExpression::TermReference { arguments, .. } => {
            if let Some(arguments) = arguments {
                called(arguments, names, quoted);
            }
        }
        InlineExpression::Placeable { expression: placed } => expression(placed, names, quoted),
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
    }
}

fn called(arguments: &CallArguments<&str>, names: &mut Names, quoted: &mut Names) {
    let by_name = arguments.named.iter().map(|argument| &argument.value);
    for argument in arguments.positional.iter().chain(by_name) {
        inline(argument, names, quoted);
    }
}

fn read_folder(folder: &Path, said: &mut Said) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display())).path();
        if path.is_dir() {
            read_folder(&path, said);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(&path);
            said.read(&name.to_string_lossy(), &source);
        }
    }
}

/// What is wrong when `source` is the code and these are the language files.
fn judged(source: &str, vi: &str, en: &str) -> Vec<String> {
    let mut said = Said::default();
    said.read("a.rs", source);
    faults(&said, &Language::read(vi), &Language::read(en))
}

#[test]
fn the_code_and_both_languages_have_the_same_keys_and_arguments() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut said = Said::default();
    read_folder(&root.join("src"), &mut said);
    let file = |name: &str| std::fs::read_to_string(root.join("profiles/lang").join(name)).expect("a language file");
    let (vi, en) = (file("vi.ftl"), file("en.ftl"));
    let faults = faults(&said, &Language::read(&vi), &Language::read(&en));
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    assert_eq!(not_composed(&vi), [0; 0], "lines of vi.ftl that are not NFC");
    assert_eq!(not_composed(&en), [0; 0], "lines of en.ftl that are not NFC");
}

#[test]
fn a_missing_or_unsaid_key_is_told() {
    let both = "here = ở đây\n";
    assert_eq!(judged("fn f() { say!(\"here\") }", both, both), [""; 0]);
    assert_eq!(judged("fn f() { crate::word::say!(\"here\",) }", both, both), [""; 0]);
    assert_eq!(
        judged("\nfn f() { say!(\"gone\"); say!(\"here\") }", both, both),
        ["a.rs:2: gone is missing in en.ftl", "a.rs:2: gone is missing in vi.ftl"]
    );
    assert_eq!(judged("fn f() { Sentence::new(\"here\"); words.has(\"gone\") }", both, both).len(), 2);
    assert_eq!(judged("fn f() { say!(\"here\") }", both, "").len(), 2);
    assert_eq!(judged("", both, both), ["here is never said"]);
    for (vi, en) in [("here = a\nhere = b\n", both), (both, "here = a\nhere = b\n")] {
        assert_eq!(judged("fn f() { say!(\"here\") }", vi, en), ["here stands twice in one language"]);
    }
    assert_eq!(judged("// say!(\"here\")\nconst A: &str = \"here\";", both, both), ["here is never said"]);
}

#[test]
fn what_only_tests_say_does_not_count() {
    let both = "here = ở đây\n";
    for unsaid in [
        "#[cfg(test)]\nmod tests { fn f() { say!(\"here\"); say!(\"gone\") } }",
        "#[cfg(test)] #[derive(Debug)] struct A { a: u8 } #[test] fn f() { say!(\"here\") }",
    ] {
        assert_eq!(judged(unsaid, both, both), ["here is never said"]);
    }
    assert_eq!(judged("#[cfg(test)] mod a;\nfn f() { say!(\"here\") }", both, both), [""; 0]);
}

#[test]
fn arguments_are_the_same_in_the_code_and_in_both_languages() {
    let said = "fn f() { say!(\"at\", disk = name(a, b), size = size) }";
    assert_eq!(judged(said, "at = { $size } { $disk }", "at = { $disk } { $size }"), [""; 0]);
    assert_eq!(judged(said, "at = { $disk }", "at = { $disk } { $size }").len(), 2);
    assert_eq!(judged(said, "at = { $disc } { $size }", "at = { $disc } { $size }").len(), 2);
    let chained = "fn f() { say!(\"at\", disk = if a == b { a } else { b }).with(\"size\", 1).with(\"x\", 2) }";
    assert_eq!(judged(chained, "at = { $size } { $disk } { $x }", "at = { $size } { $disk } { $x }"), [""; 0]);
    let choosing = "at = { $size ->\n    [one] { $disk }\n   *[other] { NUMBER($size) }\n }\n";
    assert_eq!(judged(said, choosing, "at = { $disk } { NUMBER($size) }"), [""; 0]);
}

#[test]
fn a_prefix_marks_built_keys_and_a_quoted_key_counts_as_said() {
    let both = "kind-a = a\nkind-b = { kind-a }\n";
    assert_eq!(judged("// words: kind-*\nfn f() {}", both, both), [""; 0]);
    assert_eq!(judged("// words: kind-* none-*", both, both), ["a.rs:1: no key begins with none-"]);
    let alone = "kind-a = a\nkind-b = b\n";
    for (vi, en) in [(both, alone), (alone, both)] {
        assert_eq!(judged("fn f() { say!(\"kind-b\") }", vi, en), [""; 0]);
    }
    assert_eq!(judged("fn f() { say!(\"kind-a\") }", both, both), ["kind-b is never said"]);
}

#[test]
fn text_that_is_not_composed_is_told() {
    assert_eq!(not_composed("xóa\nhỏng\n"), [0; 0]);
    assert_eq!(not_composed("x\u{6f}\u{301}a\nhỏng"), [1]);
}
