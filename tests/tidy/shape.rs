//! What a file must look like from outside: its first line, its length, its name, and no place on one machine.

/// The most lines a file may have.
const LINES: usize = 400;
/// Words that name nothing.
const EMPTY_NAMES: [&str; 9] =
    ["util", "utils", "common", "helper", "helpers", "misc", "manager", "managers", "utilities"];
/// Folders of the machines this is written on; spelled in parts so that this file does not name them.
const MACHINE: [&str; 2] = [concat!("/", "work/"), concat!("/", "tmp/bash")];

/// What is wrong with the shape of that source.
pub(crate) fn file_faults(name: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !text.starts_with("//!") {
        faults.push(format!("{name}:1: does not open with //!"));
    }
    let lines = text.lines().count();
    if lines > LINES {
        faults.push(format!("{name}: {lines} lines; find the second idea in it (at most {LINES})"));
    }
    faults
}

/// Whether a part of the path names nothing.
pub(crate) fn is_empty_name(path: &str) -> bool {
    path.split(['/', '.', '_', '-']).any(|part| EMPTY_NAMES.contains(&part.to_lowercase().as_str()))
}

/// The lines on which a folder of one machine is named as an absolute path.
pub(crate) fn machine_paths(text: &str) -> Vec<usize> {
    let named = |line: &str, folder: &str| {
        line.match_indices(folder).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            before.is_none_or(|before| !(before.is_alphanumeric() || "._-*}/".contains(before)))
        })
    };
    let numbered = text.lines().enumerate();
    numbered.filter(|(_, line)| MACHINE.iter().any(|folder| named(line, folder))).map(|(at, _)| at + 1).collect()
}

#[test]
fn a_bare_or_long_file_is_told() {
    assert_eq!(file_faults("a.rs", "//! Good.\n"), [""; 0]);
    assert_eq!(file_faults("a.rs", "// Bad.\n"), ["a.rs:1: does not open with //!"]);
    assert_eq!(file_faults("a.rs", &"//!\n".repeat(400)), [""; 0]);
    assert_eq!(file_faults("a.rs", &"//!\n".repeat(401)).len(), 1);
}

#[test]
fn a_name_that_says_nothing_is_told_wherever_it_stands() {
    for bad in ["src/util/a.rs", "src/disk/helpers.rs", "src/job_manager.rs", "tests/bench/common/mod.rs"] {
        assert!(is_empty_name(bad), "{bad}");
    }
    for good in ["src/unit/amount.rs", "src/device/arming.rs", "src/commonwealth.rs"] {
        assert!(!is_empty_name(good), "{good}");
    }
}

#[test]
fn a_place_on_one_machine_is_told_and_a_part_of_another_path_is_not() {
    let work = MACHINE[0];
    assert_eq!(machine_paths(&format!("a\n\"{work}x\"\n")), [2]);
    assert_eq!(machine_paths(&format!("{work}x")), [1]);
    assert_eq!(machine_paths(&format!("home{work}x\n${{HERE}}{work}x")), [0; 0]);
    assert_eq!(machine_paths(&format!("cd {}_jobs", MACHINE[1])), [1]);
}
