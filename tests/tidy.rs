//! The tidy test: the house keeps its floors, its names, its lengths and its top level.
//!
//! It reads sources as text and tokens, and knows nothing of the crate, so it also runs on code that does not work yet.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test that cannot read the sources must fail")]

#[path = "tidy/floor.rs"]
mod floor;
#[path = "tidy/import.rs"]
mod import;
#[path = "tidy/shape.rs"]
mod shape;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The one folder whose files may say `unsafe`.
const UNSAFE: &str = "src/linux/ioctl/";
/// What a clone shows, besides dotfiles and what cargo builds. Source: the design, "The house".
const TOP_LEVEL: [&str; 13] = [
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "images",
    "profiles",
    "scripts",
    "src",
    "target",
    "tests",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the clone (not of git, not built), by its path from the root with `/` between the parts.
fn files() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable folder").path();
            let name = path.strip_prefix(root()).expect("inside the root").to_string_lossy().into_owned();
            if name == ".git" || name == "target" {
                continue;
            }
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else {
                found.push((name, path));
            }
        }
    }
    found.sort();
    found
}

/// Every Rust file under these folders, with its text.
fn rust(folders: &[&str]) -> Vec<(String, String)> {
    let is_rust = |name: &str| Path::new(name).extension().is_some_and(|extension| extension == "rs");
    let wanted = |name: &str| is_rust(name) && folders.iter().any(|folder| name.starts_with(folder));
    let read = |(name, path): (String, PathBuf)| (name, std::fs::read_to_string(path).expect("UTF-8 source"));
    files().into_iter().filter(|(name, _)| wanted(name)).map(read).collect()
}

/// What is wrong with the imports of these files, one line each.
fn import_faults(sources: &[(String, String)]) -> Vec<String> {
    let scans: Vec<_> = sources.iter().map(|(name, text)| (name, import::scan(name, text))).collect();
    let macros: BTreeMap<String, String> = scans
        .iter()
        .flat_map(|(name, scan)| scan.macros.iter().map(|made| (made.clone(), import::room_of(name))))
        .collect();
    let mut faults = Vec::new();
    for (name, scan) in &scans {
        let from = import::room_of(name);
        faults.extend(scan.oddities.iter().map(|(line, what)| format!("{name}:{line}: {what}")));
        for import in &scan.imports {
            let to = import.path.first().map(|first| macros.get(first).unwrap_or(first).as_str());
            if let Some(fault) = floor::fault(&from, to) {
                faults.push(format!("{name}:{}: {fault}", import.line));
            }
        }
    }
    faults
}

#[test]
fn no_room_imports_sideways_or_up() {
    let faults = import_faults(&rust(&["src/"]));
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn a_macro_at_the_root_belongs_to_the_room_that_makes_it() {
    let say = "#[macro_export]\nmacro_rules! say { () => { $crate::word::Sentence } }\npub use crate::say;";
    let source = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let word = source("src/word/sentence.rs", say);
    assert_eq!(import_faults(&[word.clone(), source("src/tag/id.rs", "use crate::say;")]), [""; 0]);
    let faults = import_faults(&[word, source("src/unit/id.rs", "\nfn f() { crate::say!() }")]);
    assert_eq!(faults, ["src/unit/id.rs:2: unit (floor 0) imports word (floor 0): not a lower floor"]);
    let unknown = import_faults(&[source("src/tag/id.rs", "use crate::say;")]);
    assert_eq!(unknown, ["src/tag/id.rs:1: `say` is no room of the table in tests/tidy/floor.rs"]);
}

#[test]
fn the_map_in_lib_names_exactly_the_rooms_that_exist_and_their_floors() {
    let exist: Vec<String> = rust(&["src/"])
        .into_iter()
        .map(|(name, _)| import::room_of(&name))
        .filter(|room| room != "lib" && room != "main")
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).expect("the map");
    let faults = floor::map_faults(&lib, &exist);
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_source_opens_with_its_responsibility_and_stays_short() {
    let faults: Vec<String> =
        rust(&["src/", "tests/"]).iter().flat_map(|(name, text)| shape::file_faults(name, text)).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn unsafe_code_stands_in_one_folder() {
    let sources = rust(&["src/", "tests/"]);
    let faults: Vec<&String> = sources
        .iter()
        .filter(|(name, text)| !name.starts_with(UNSAFE) && import::says_unsafe(text))
        .map(|(name, _)| name)
        .collect();
    assert!(faults.is_empty(), "unsafe outside {UNSAFE}: {faults:?}");
}

#[test]
fn names_say_what_things_are() {
    let ours = ["src/", "tests/", "scripts/", "profiles/", "images/"];
    let files = files();
    let faults: Vec<&String> = files
        .iter()
        .map(|(name, _)| name)
        .filter(|name| ours.iter().any(|folder| name.starts_with(folder)) && shape::is_empty_name(name))
        .collect();
    assert!(faults.is_empty(), "names that say nothing: {faults:?}");
}

#[test]
fn the_top_level_shows_only_what_the_design_names() {
    let strange: Vec<String> = std::fs::read_dir(root())
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && !TOP_LEVEL.contains(&name.as_str()))
        .collect();
    assert!(strange.is_empty(), "not named by the design: {strange:?}");
}

#[test]
fn no_file_names_a_place_on_one_machine() {
    let mut faults = Vec::new();
    for (name, path) in files() {
        let text = String::from_utf8_lossy(&std::fs::read(path).expect("a readable file")).into_owned();
        faults.extend(shape::machine_paths(&text).into_iter().map(|line| format!("{name}:{line}")));
    }
    assert!(faults.is_empty(), "paths of one machine: {faults:?}");
}
