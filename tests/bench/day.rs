//! Closing a day: what is recorded, and when.

use crate::arming_rig::Rig;
use aoxanh::event::Fact;
use aoxanh::port::{Entry, Failure, FakeCopies, Journal, Receipt, Trouble};
use aoxanh::word::say;
use aoxanh::workbench::{DayClose, close_day};

/// A ledger on a full disk.
struct Full;

impl Journal for Full {
    fn commit(&self, _entries: Vec<Entry<Fact>>) -> Result<Vec<Receipt>, Failure> {
        Err(Failure::new(Trouble::Io, say!("ledger-full")))
    }
}

#[test]
fn a_day_is_recorded_only_after_its_copy_and_a_good_copy_is_named_whatever_happens() {
    let rig = Rig::new(&[]);
    let mut bench = rig.bench();
    let copies = FakeCopies::new(bench.index);
    let before = rig.events().len();
    let order = DayClose { to: "/the".into(), day: None };
    let future = DayClose { day: Some("9999-01-01".to_owned()), ..order.clone() };
    let refused = close_day(&bench, &copies, &future, &|| false).expect_err("to come");
    assert_eq!((refused.trouble, refused.what.key()), (Trouble::Usage, "rule-day-real"));
    copies.failure.replace(Some(Failure::new(Trouble::Io, say!("copy-unwritten", folder = "/the"))));
    let failed = close_day(&bench, &copies, &order, &|| false).expect_err("no copy");
    assert_eq!((failed.what.key(), copies.kept.borrow().len(), rig.events().len()), ("copy-unwritten", 0, before));

    let end = close_day(&bench, &copies, &order, &|| false).expect("closed");
    let facts: Vec<_> = rig.events().into_iter().skip(before).map(|event| event.fact).collect();
    let [Fact::BackupMade(made), Fact::DayClosed(closed)] = facts.as_slice() else { unreachable!("{facts:?}") };
    assert_eq!((made.size, made.root, made.digest), (before as u64, end.copy.head.root, end.copy.digest));
    assert_eq!((&closed.day, end.seq), (&end.day, before as u64 + 1));

    bench.journal = &Full;
    let unrecorded = close_day(&bench, &copies, &order, &|| false).expect_err("the ledger is full");
    assert_eq!((unrecorded.trouble, unrecorded.what.key()), (Trouble::Io, "day-unrecorded"));
    assert_eq!(copies.kept.borrow().len(), 2, "the copy stays");
}

#[test]
fn no_copy_is_made_for_whom_the_rules_would_not_let_record_it() {
    let rig = Rig::new(&[]);
    let mut bench = rig.bench();
    bench.by.person = rig.guest.clone();
    let copies = FakeCopies::new(bench.index);
    // Whoever asks it to make one hears of this.
    copies.failure.replace(Some(Failure::new(Trouble::Io, say!("copy-unwritten", folder = "/the"))));
    let order = DayClose { to: "/the".into(), day: None };
    let before = rig.events().len();
    let refused = close_day(&bench, &copies, &order, &|| false).expect_err("a guest");
    assert_eq!((refused.trouble, refused.rule), (Trouble::No, Some("role-may")));
    assert!(copies.failure.borrow().is_some(), "nobody was asked to make one");
    assert_eq!((copies.kept.borrow().len(), rig.events().len()), (0, before));
}
