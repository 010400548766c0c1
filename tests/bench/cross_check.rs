//! Having another program read what was wiped: its answer counts, is recorded, and is never made up.

#![expect(clippy::expect_used, reason = "a test may stop where its ground is gone")]

use crate::arming_rig::{Rig, SIZE, disk, pressed_at, refusal, said, wipe_order};
use crate::bench_rig::{self, can_loop};
use aoxanh::custody::DiskState;
use aoxanh::event::Fact;
use aoxanh::event::disk::{CrossCheck, CrossFound, Level, WipeResult};
use aoxanh::job::{JobNews, Phase};
use aoxanh::port::{FakeSecond, Trouble};
use aoxanh::unit::Bytes;
use aoxanh::wipe;
use aoxanh::workbench::{self, WipeOrder, Wiped};

const SERIAL: &str = "WD-12345678";

fn rig(found: Option<wipe::CrossFound>) -> Rig {
    let mut rig = Rig::new(&[disk("sda", Some(SERIAL))]);
    rig.second = FakeSecond(found);
    rig
}

fn order() -> WipeOrder {
    WipeOrder { cross_check: true, ..wipe_order("sda", SERIAL) }
}

fn wiped(rig: &Rig) -> Wiped {
    let (found, _) = rig.device(true);
    rig.wipe(&found, &order()).expect("recorded")
}

fn check(wiped: &Wiped) -> CrossCheck {
    wiped.ended.evidence.cross_check.clone().expect("asked for")
}

#[test]
fn what_agrees_is_recorded_with_its_name_and_what_does_not_is_never_erased() {
    let same = wiped(&rig(Some(wipe::CrossFound::Same)));
    assert_eq!((same.ended.result, same.ended.level), (WipeResult::Erased, Level::Clear));
    assert_eq!(
        check(&same),
        CrossCheck { program: "fake".to_owned(), found: CrossFound::Same, first_difference: None }
    );
    let (at, differs) = (Some(Bytes(4096)), wipe::CrossFound::Differs(Bytes(4096)));
    for (found, expected, at) in
        [(differs, CrossFound::Differs, at), (wipe::CrossFound::Failed, CrossFound::Failed, None)]
    {
        let rig = rig(Some(found));
        let wiped = wiped(&rig);
        assert_eq!((check(&wiped).found, check(&wiped).first_difference), (expected, at));
        assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::ErasedWithExceptions, Level::None));
        assert_eq!(wiped.ended.evidence.mismatched, Bytes::ZERO, "our own read-back found nothing");
        assert!(wiped.found.file.disks.values().all(|disk| disk.state == DiskState::NotWiped));
        let failure = refusal(workbench::wipe_worth(&wiped), "it does not count");
        assert!(said(&failure).starts_with("cross-check-"), "{failure:?}");
        let Fact::WipeEnded(ended) = rig.last() else { panic!("the end is recorded") };
        assert_eq!(ended, wiped.ended);
    }
}

#[test]
fn one_that_is_not_there_is_told_before_the_first_byte() {
    let rig = rig(None);
    let (found, _) = rig.device(true);
    let before = rig.events().len();
    let failure = refusal(rig.wipe(&found, &order()), "nobody to read");
    assert_eq!((said(&failure), failure.trouble), ("tool-missing", Trouble::Io));
    assert_eq!(rig.events().len(), before);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("nobody was asked for");
}

#[test]
fn a_person_can_stop_it_and_what_was_proved_before_stands() {
    let rig = rig(Some(wipe::CrossFound::Differs(Bytes::ZERO)));
    let (found, _) = rig.device(true);
    let (mut phases, mut looks) = (Vec::new(), 0u64);
    // 12.5 MiB: 4 looks to write, 4 to read back, and then it is the other program's turn.
    let wiped = workbench::wipe(&rig.bench(), &found, &order(), &pressed_at(10), &mut |news| match news {
        JobNews::Phase(phase) => phases.push(phase),
        JobNews::Progress(_) => looks += 1,
        JobNews::BadBlock { .. } | JobNews::Marked { .. } => {}
    })
    .expect("recorded");
    assert_eq!(phases, [Phase::Write, Phase::ReadBack, Phase::CrossCheck]);
    assert!(looks > 3 && wiped.ended.evidence.size == Bytes(SIZE as u64));
    assert_eq!(wiped.ended.evidence.cross_check, None, "it did not answer");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::Erased, Level::Clear));
}

#[test]
fn the_real_program_reads_a_real_disk_by_either_method() {
    let rig = bench_rig::Rig::practice();
    let device = rig.device();
    let disk = rig.disk("may-thu", Bytes::mib(6));
    if !can_loop(&disk) {
        return;
    }
    let code = rig.code(&disk);
    for method in ["overwrite-zero", "overwrite-pattern"] {
        let wipe =
            ["wipe", &device.tag, "--disk", disk.name(), "--confirm", &code, "--method", method, "--cross-check"];
        let ended = rig.json(&wipe).good().one("wiped")["ended"].clone();
        assert_eq!((ended["result"].as_str(), ended["level"].as_str()), (Some("erased"), Some("clear")), "{ended}");
        let check = &ended["evidence"]["cross_check"];
        assert_eq!(check["found"], "same", "{ended}");
        assert!(check["program"].as_str().is_some_and(|program| program.starts_with("cmp (GNU diffutils)")), "{check}");
        let said = rig.run(&wipe).good();
        assert!(said.out.contains("cmp (GNU diffutils)") && said.out.contains("giống từng byte"), "{}", said.out);
    }
}
