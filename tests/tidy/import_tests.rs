//! Small sources that show every way of naming a room, and what must not count as one.

use super::*;

/// The paths that `source` names as the file `src/tag/id.rs`.
fn paths(source: &str) -> Vec<String> {
    paths_in("src/tag/id.rs", source)
}

fn paths_in(file: &str, source: &str) -> Vec<String> {
    scan(file, source).imports.into_iter().map(|import| import.path.join("::")).collect()
}

#[test]
fn plain_renamed_public_and_glob_imports_are_seen() {
    assert_eq!(paths("use crate::event::Kind;"), ["event::Kind"]);
    assert_eq!(paths("use crate::event as happening;"), ["event"]);
    assert_eq!(paths("pub use crate::event::Kind as K;"), ["event::Kind"]);
    assert_eq!(paths("pub(crate) use crate::event::*;"), ["event"]);
    assert_eq!(paths("pub(super) use crate::r#event::Kind;"), ["event::Kind"]);
    assert_eq!(paths("fn f() { use crate::event; }"), ["event"]);
}

#[test]
fn grouped_nested_and_multi_line_imports_are_seen() {
    assert_eq!(
        paths("use crate::{unit, event::{Kind, body::{By, How as H}}};"),
        ["unit", "event::Kind", "event::body::By", "event::body::How"]
    );
    assert_eq!(paths("use {crate::unit, std::fmt, crate::{event::{self}}};"), ["unit", "event"]);
    let scan = scan("src/tag/id.rs", "use crate::{\n    unit::Bytes,\n    event::{\n        Kind,\n    },\n};\n");
    let lines: Vec<(usize, String)> = scan.imports.iter().map(|import| (import.line, import.path.join("::"))).collect();
    assert_eq!(lines, [(2, "unit::Bytes".to_owned()), (4, "event::Kind".to_owned())]);
}

#[test]
fn super_chains_are_resolved_against_the_module_of_the_file() {
    assert_eq!(paths("use super::super::event::Kind;"), ["event::Kind"]);
    assert_eq!(paths("use super::error::TagError;"), ["tag::error::TagError"]);
    assert_eq!(paths("use self::super::super::{event};"), ["event"]);
    assert_eq!(paths_in("src/tag/mod.rs", "use super::event::Kind;"), ["event::Kind"]);
    assert_eq!(paths_in("src/tag/qr/mod.rs", "use super::super::event;"), ["event"]);
    assert_eq!(paths_in("src/tag/qr/draw.rs", "use super::super::event;"), ["tag::event"]);
    assert_eq!(paths_in("src/tag.rs", "use super::event;"), ["event"]);
    assert_eq!(paths("mod tests { use super::*; use super::super::super::event; }"), ["tag::id", "event"]);
    assert_eq!(paths("mod a { mod b { fn f() { super::super::super::super::event::f() } } }"), ["event::f"]);
}

#[test]
fn paths_in_code_types_macros_and_visibilities_are_seen() {
    assert_eq!(paths("fn f() { crate::event::f(); }"), ["event::f"]);
    assert_eq!(paths("fn f(x: &crate::event::Kind) -> Vec<crate::unit::Bytes> {}"), ["event::Kind", "unit::Bytes"]);
    assert_eq!(paths("impl crate::event::Named for T {}"), ["event::Named"]);
    assert_eq!(paths("fn f() { super::super::event::f::<u8>() }"), ["event::f"]);
    assert_eq!(paths("macro_rules! m { ($x:expr) => { $crate::event::f($x) } }"), ["event::f"]);
    assert_eq!(paths("macro_rules! m { () => { use $crate::{event}; } }"), ["event"]);
    assert_eq!(paths("fn f() { println!(\"{}\", crate::event::KINDS.len()) }"), ["event::KINDS"]);
    assert_eq!(paths("#[derive(crate::event::Named)] struct S;"), ["event::Named"]);
    assert_eq!(paths("fn f() { <crate::event::Kind as Default>::default() }"), ["event::Kind"]);
    assert_eq!(paths("fn f() { crate :: event :: f() }"), ["event::f"]);
}

#[test]
fn another_name_for_the_root_is_seen_as_the_root() {
    for whole in [
        "use crate as house;",
        "use crate::*;",
        "use crate::{self as house};",
        "use super::super as house;",
        "use super::super::*;",
    ] {
        assert_eq!(paths(whole), [""], "{whole}");
    }
}

#[test]
fn the_program_names_the_crate_by_its_own_name() {
    assert_eq!(paths_in("src/main.rs", "use aoxanh::station;"), ["station"]);
    assert_eq!(paths_in("src/main.rs", "use aoxanh::{station::{run}, linux};"), ["station::run", "linux"]);
    assert_eq!(paths_in("src/main.rs", "fn main() { ::aoxanh::station::run() }"), ["station::run"]);
    assert_eq!(paths_in("src/main.rs", "use aoxanh as house;"), [""]);
    assert_eq!(paths_in("src/main.rs", "mod tests { use super::*; use crate::run; }"), [""; 0]);
    assert_eq!(paths("fn f() { ::aoxanh::event::f() }"), ["event::f"]);
}

#[test]
fn comments_strings_and_other_crates_do_not_count() {
    let quiet = "//! [`crate::event`]\n// use crate::event;\n/* crate::event::f() */\n/// crate::event\n\
                 const A: &str = \"use crate::event;\";\nconst B: &str = r#\"crate::event::f()\"#;\n\
                 use std::fmt; use serde::{de::self}; pub(crate) fn f() { std::crate_name::g(); disk::f() }\n\
                 fn g() -> impl Iterator<Item = u8> + use<> { std::iter::empty() }";
    assert_eq!(paths(quiet), [""; 0]);
}

#[test]
fn what_could_hide_a_path_is_told() {
    let odd = |source: &str| scan("src/tag/id.rs", source).oddities.len();
    assert_eq!(odd("extern crate self as house;"), 1);
    assert_eq!(odd("#[path = \"../event/mod.rs\"]\nmod hidden;"), 1);
    assert_eq!(odd("include!(\"../event/mod.rs\");"), 1);
    assert_eq!(odd("fn f( {"), 1);
    assert_eq!(scan("src/lib.rs", "pub mod unit;\npub use unit::Bytes;").oddities.len(), 1);
    assert_eq!(scan("src/lib.rs", "pub mod unit;").oddities.len(), 0);
    assert_eq!(odd("const A: &str = include_str!(\"x\"); #[derive(Debug)] struct S { path: u8 }"), 0);
}

#[test]
fn exported_macros_rooms_and_unsafe_code_are_found() {
    let made = scan(
        "src/word/a.rs",
        "#[macro_export]\n#[doc(hidden)]\nmacro_rules! say { () => {} } macro_rules! own { () => {} }",
    );
    assert_eq!(made.macros, ["say"]);
    assert_eq!(room_of("src/tag/id.rs"), "tag");
    assert_eq!(room_of("src/tag.rs"), "tag");
    assert_eq!(room_of("src/main.rs"), "main");
    assert!(says_unsafe("fn f() { unsafe { g() } }") && says_unsafe("m!{ unsafe fn f() {} }"));
    assert!(!says_unsafe("#![deny(unsafe_code)] // unsafe\nconst A: &str = \"unsafe\";"));
}
