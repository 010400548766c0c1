//! What every [`Files`] promises.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use aoxanh::port::{Failure, Files, Trouble};
use std::path::Path;

fn is_refused(written: Result<(), Failure>) {
    let failure = written.expect_err("something has that name");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::Usage, "file-exists"));
    assert!(failure.hint.is_some(), "what to do next");
}

/// What is written reads back; a name that a file or a folder has is refused and both stay; so do the neighbours.
/// `folder` is empty.
pub(crate) fn writes_new_files_and_replaces_nothing(files: &dyn Files, folder: &Path) {
    let (file, neighbour) = (folder.join("a.png"), folder.join("a.png.new"));
    files.write(&neighbour, b"neighbour").expect("a free name");
    files.write(&file, b"first").expect("a free name");
    is_refused(files.write(&file, b"second"));
    assert_eq!(files.read(&file, 100).expect("written"), b"first");
    assert_eq!(files.read(&neighbour, 100).expect("written"), b"neighbour");
    let inner = folder.join("folder");
    files.make_empty_folder(&inner).expect("a free name");
    files.write(&inner.join("b"), b"inside").expect("a free name");
    is_refused(files.write(&inner, b"a file now"));
    assert_eq!(files.read(&inner.join("b"), 100).expect("written"), b"inside");
    files.erase(&file).expect("there");
    assert!(files.read(&file, 100).is_err(), "gone");
    files.erase(&file).expect("gone already");
    assert_eq!(files.read(&neighbour, 100).expect("not that one"), b"neighbour");
    files.write(&file, b"third").expect("the name is free again");
}
