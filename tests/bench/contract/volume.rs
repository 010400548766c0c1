//! What every file system that files can be put into promises.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use aoxanh::imaging::{Inside, Placed};
use aoxanh::port::{Failure, Volume};

fn file(path: &str, text: &str) -> Placed {
    Placed { path: path.to_owned(), what: Inside::plain(text.to_owned()) }
}

/// What is put is seen by another look, whole, in place of what was there and nowhere else; what is not there is not; what
/// cannot be kept is refused and changes nothing; it is sound before and after. `owned`: it keeps permissions, owners, links
/// and new folders.
pub(crate) fn keeps_what_is_put_and_refuses_what_it_cannot_keep(
    open: &dyn Fn() -> Result<Box<dyn Volume>, Failure>,
    owned: bool,
    folders: bool,
) {
    let fresh = || open().expect("opens");
    let seen = |path: &str| fresh().look(path).expect("looks");
    fresh().check().expect("sound");
    assert_eq!((seen("/none"), fresh().is_there("/none")), (None, Ok(false)));
    assert_eq!(seen("/none/below"), None);
    assert!(matches!(seen("/"), Some(Inside::Folder { .. })));
    let long = "dòng chữ có dấu\n".repeat(10_000);
    for text in ["một\nhai\n", &long, "ngắn", ""] {
        let placed = file("/a.txt", text);
        fresh().put(&placed).expect("takes it");
        assert!(seen("/a.txt").as_ref() == Some(&placed.what), "{} bytes are not seen again", text.len());
        fresh().put(&placed).expect("once more is no change");
        assert_eq!(fresh().is_there("/a.txt"), Ok(true));
    }
    fresh().put(&file("/b.txt", "b\n")).expect("takes it");
    let above = if folders {
        fresh().put(&Placed { path: "/d".to_owned(), what: Inside::PLAIN_FOLDER }).expect("takes it");
        assert_eq!(seen("/d"), Some(Inside::PLAIN_FOLDER));
        "/d"
    } else {
        ""
    };
    let placed = file(&format!("{above}/network-config.yaml"), "a: {b}\n");
    fresh().put(&placed).expect("takes it");
    assert_eq!(seen(&placed.path), Some(placed.what));
    let secret = Inside::File { text: "bí mật\n".to_owned(), mode: 0o600, owner: (1000, 1001) };
    let link = Inside::Link { to: "/a.txt".to_owned() };
    let home = Inside::Folder { mode: 0o750, owner: (1000, 1000) };
    for (path, what) in [("/secret", secret), ("/link", link), ("/home", home)] {
        let put = fresh().put(&Placed { path: path.to_owned(), what: what.clone() });
        if owned {
            assert_eq!((put, seen(path)), (Ok(()), Some(what)));
        } else {
            let key = put.as_ref().map_err(|refused| refused.what.key()).copied();
            assert_eq!((key, seen(path)), (Err("volume-only-plain"), None), "{path}");
        }
    }
    assert_eq!(seen("/b.txt"), Some(Inside::plain("b\n".to_owned())), "nothing else changes");
    fresh().check().expect("sound");
    assert_eq!(seen("/b.txt"), Some(Inside::plain("b\n".to_owned())));
}
