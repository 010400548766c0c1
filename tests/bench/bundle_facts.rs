//! The facts of sticks: their frozen bytes, and by whose word a start from one is the team's.

use super::golden::{self, digest};
use aoxanh::event::inspection::Verdict;
use aoxanh::event::settling::{ConflictSettled, Settlement};
use aoxanh::event::station::{
    BootOpened, BundleTaken, StationOpened, StickEnrolled, SummaryTaken, TeamCertificate, Through,
};
use aoxanh::event::{Event, Fact, How};
use aoxanh::ledger::{SecretKey, certificate_text, signature_text};
use aoxanh::unit::Moment;

fn boot() -> StationOpened {
    StationOpened {
        public_key: digest(1),
        team: TeamCertificate { key: digest(2), signature: "ab".repeat(64) },
        practice: false,
        nonce: digest(3),
        through: Some(Through { key: digest(4), nonce: digest(5), signature: "cd".repeat(64) }),
        base: Some(digest(6)),
    }
}

/// An event of every shape of its fields.
pub(crate) fn golden() -> Vec<Event> {
    let general = |fact: Fact| golden::event(How::Pin, None, fact);
    let until = Moment::from_unix_millis(1_900_000_000_000);
    let kinds = vec!["DeviceReceived".to_owned(), "WipeEnded".to_owned()];
    let taken = BundleTaken { station: digest(7), from: 3, to: 9, root: digest(8), offset_ms: None };
    let text = "aoxanh tóm tắt".to_owned();
    let summary = SummaryTaken { station: digest(7), size: 9, verdict: None, disks: 0, wiped: 0, text };
    let settled = |how| ConflictSettled { how, other: None, records: Vec::new(), reason: None };
    let apart = ConflictSettled {
        other: Some(golden::after(None).id),
        records: vec![digest(9), digest(10)],
        reason: Some(digest(11)),
        ..settled(Settlement::OtherMachine)
    };
    vec![
        general(boot().into()),
        general(StickEnrolled { station: digest(7), key: digest(4), name: "Thẻ 3".to_owned(), until, kinds }.into()),
        general(BootOpened { station: digest(7), key: digest(1) }.into()),
        general(taken.clone().into()),
        general(BundleTaken { offset_ms: Some(-86_400_000), ..taken }.into()),
        golden::about(summary.clone()),
        golden::about(SummaryTaken { verdict: Some(Verdict::Pass), disks: 2, wiped: 1, ..summary }),
        golden::about(settled(Settlement::SameMachine)),
        golden::about(apart),
        golden::about(settled(Settlement::BothStand)),
    ]
}

#[test]
fn a_start_is_the_teams_by_the_word_of_its_stick_and_of_the_team_over_the_stick() {
    let key = |byte| SecretKey::from_bytes(&[byte; 32]);
    let (team, stick, own, other) = (key(1), key(2), key(3), key(4));
    let word = |by: &SecretKey, over: &SecretKey, nonce| {
        signature_text(&by.sign(certificate_text(over.public(), false, digest(nonce)).as_bytes()))
    };
    let right = StationOpened {
        public_key: own.public().0,
        team: TeamCertificate { key: team.public().0, signature: word(&team, &stick, 5) },
        practice: false,
        nonce: digest(6),
        through: Some(Through { key: stick.public().0, nonce: digest(5), signature: word(&stick, &own, 6) }),
        base: None,
    };
    assert!(right.is_certified());
    assert_eq!(right.enrolled_key(), stick.public().0);
    let through = right.through.clone().expect("given");
    let by_stick = |through| StationOpened { through: Some(through), ..right.clone() };
    let by_team =
        |signature| StationOpened { team: TeamCertificate { key: team.public().0, signature }, ..right.clone() };
    for (what, wrong) in [
        ("another key's word for the start", by_stick(Through { signature: word(&other, &own, 6), ..through.clone() })),
        (
            "the stick's word for another start",
            by_stick(Through { signature: word(&stick, &other, 6), ..through.clone() }),
        ),
        ("the word for another nonce", by_stick(Through { signature: word(&stick, &own, 7), ..through.clone() })),
        ("a stick that the team does not know", by_stick(Through { key: other.public().0, ..through.clone() })),
        ("another stick's nonce", by_stick(Through { nonce: digest(7), ..through.clone() })),
        ("no signature at all", by_stick(Through { signature: String::new(), ..through })),
        ("another team's word for the stick", by_team(word(&other, &stick, 5))),
        ("the team's word for the start itself", by_team(word(&team, &own, 6))),
        ("the team's word for the stick, and no stick", StationOpened { through: None, ..right.clone() }),
        ("practice", StationOpened { practice: true, ..right.clone() }),
    ] {
        assert!(!wrong.is_certified(), "{what}");
    }
    let straight = StationOpened { through: None, ..by_team(word(&team, &own, 6)) };
    assert!(straight.is_certified());
    assert_eq!(straight.enrolled_key(), own.public().0);
}
