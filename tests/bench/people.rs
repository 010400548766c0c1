//! People at the workbench: signing in, wrong PINs, who may add and revoke whom, and all of it while the vault is locked.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::arming_rig::{Rig as DiskRig, disk, image_order, said, wipe_order};
use crate::ledger_rig::{station_key, team_key};
use aoxanh::custody::DiskState;
use aoxanh::event::disk::Decision;
use aoxanh::event::intake::DeviceKind;
use aoxanh::event::people::Role;
use aoxanh::event::{By, Event, Fact, How};
use aoxanh::ledger::Record;
use aoxanh::port::{
    Asked, Change, Failure, FakeClock, FakeDisks, FakeFiles, FakeHardware, FakeLeases, FakeMarks, FakeMobiles,
    FakePrintQueue, FakePrinters, FakeProbe, FakeSecond, FakeSmart, FakeVault, Index, Row, SeededChance, Trouble,
    Vault,
};
use aoxanh::store::Store;
use aoxanh::unit::{Digest, Moment, PersonId, Secret};
use aoxanh::workbench::{
    Bench, Donation, Opened, Opening, OwnFolder, PersonView, Ruling, add_person, find_person, grant, history, open_lot,
    open_station, override_rule, people, reason, receive, revoke, set_pin, sign_in, validate,
};
use std::cell::RefCell;
use std::time::Duration;

pub(crate) const PIN: &str = "918273";

/// A station with a lead "Trần Thị Thử" and a guest; its clock stands still until it is set.
pub(crate) struct Team {
    pub(crate) store: Store,
    pub(crate) vault: FakeVault,
    clock: FakeClock,
    chance: SeededChance,
    disks: FakeDisks,
    leases: FakeLeases,
    files: FakeFiles,
    machine: (FakeProbe, FakeHardware, FakeMobiles),
    printing: (FakePrinters, FakePrintQueue),
    smart: FakeSmart,
    pub(crate) opened: Opened,
}

fn start() -> Moment {
    Moment::from_unix_millis(1_795_206_965_000)
}

pub(crate) fn secret(text: &str) -> Secret {
    Secret::new(text)
}

impl Team {
    pub(crate) fn new() -> Self {
        let (vault, clock, chance) =
            (FakeVault::default(), FakeClock::new(start(), Duration::ZERO), SeededChance::new(2));
        let store = Store::in_memory(station_key()).expect("made");
        let opening = Opening {
            station_key: &station_key(),
            team_key: &team_key(),
            practice: false,
            lead: "Trần Thị Thử",
            pin: &secret(PIN),
            guest: "Khách",
        };
        let opened = open_station(&opening, &store, &vault, &clock, &chance).expect("opened");
        let smart = FakeSmart::default();
        let (disks, leases, files) = (FakeDisks::default(), FakeLeases::default(), FakeFiles::default());
        Self {
            store,
            vault,
            clock,
            chance,
            disks,
            leases,
            files,
            machine: (FakeProbe::default(), FakeHardware::default(), FakeMobiles::default()),
            smart,
            printing: <(FakePrinters, FakePrintQueue)>::default(),
            opened,
        }
    }

    pub(crate) fn bench(&self, person: &PersonId, how: How) -> Bench<'_> {
        Bench {
            journal: &self.store,
            index: &self.store,
            vault: &self.vault,
            clock: &self.clock,
            chance: &self.chance,
            disks: &self.disks,
            smart: &self.smart,
            probe: &self.machine.0,
            hardware: &self.machine.1,
            mobiles: &self.machine.2,
            marks: RefCell::new(Box::new(FakeMarks::default())),
            leases: &self.leases,
            second: &FakeSecond(None),
            printers: &self.printing.0,
            prints: &self.printing.1,
            files: &self.files,
            secret: Digest([1; 32]),
            by: By { person: person.clone(), how },
            nobody: self.opened.guest.clone(),
            profiles: Vec::new(),
            profile: None,
            sources: aoxanh::job::Sources::default(),
            site: None,
            own: OwnFolder::default(),
        }
    }

    pub(crate) fn lead(&self) -> Bench<'_> {
        self.bench(&self.opened.lead, How::Pin)
    }

    pub(crate) fn adds(&self, name: &str, role: Option<Role>, pin: &str) -> PersonView {
        add_person(&self.lead(), name, role, Some(&secret(pin))).expect("added")
    }

    /// Everything recorded, and by whom.
    pub(crate) fn events(&self) -> Vec<(By, Fact)> {
        let mut events = Vec::new();
        let read = &mut |row: Row| {
            let record = Record::from_bytes(row.bytes).expect("a record");
            let event = Event::from_body(record.body()).expect("an event");
            events.push((event.by, event.fact));
            Ok(())
        };
        self.store.rows(read).expect("the ledger reads");
        events
    }

    fn later(&self, after: Duration) {
        self.clock.set(start().plus(after));
    }
}

pub(crate) fn key(failure: &Failure) -> (Trouble, &str) {
    (failure.trouble, failure.what.key())
}

#[test]
fn somebody_signs_in_by_a_name_in_any_spelling_and_the_right_pin() {
    let team = Team::new();
    let view = team.adds("Nguyễn Văn Đủ", Some(Role::Volunteer), "135791");
    let guest = team.bench(&team.opened.guest, How::Claimed);
    for name in ["Nguyễn Văn Đủ", "nguyen van du", " NGUYỄN VĂN ĐỦ ", view.person.as_str()] {
        let signed = sign_in(&guest, name, &secret("135791")).expect(name);
        assert_eq!((&signed.person, signed.name.as_str()), (&view.person, "Nguyễn Văn Đủ"));
        assert_eq!((signed.roles.as_slice(), signed.by().how), ([Role::Volunteer].as_slice(), How::Pin));
    }
    let unknown = sign_in(&guest, "Ai Đó", &secret("135791")).expect_err("nobody");
    assert_eq!(key(&unknown), (Trouble::No, "person-unknown"));
    said(&unknown);
    let no_pin = sign_in(&guest, "Khách", &secret("135791")).expect_err("a guest has none");
    assert_eq!(key(&no_pin), (Trouble::No, "pin-none"));
    let stranger = sign_in(&guest, "p-0123456789ABCDEF", &secret("135791")).expect_err("nobody");
    assert_eq!(stranger.rule, Some("person-known"));
}

#[test]
fn after_five_wrong_pins_each_further_one_costs_a_wait_that_no_restart_shortens() {
    let team = Team::new();
    let try_it = |pin: &str| {
        // A new bench each time: nothing is remembered but what is in the vault.
        sign_in(&team.bench(&team.opened.guest, How::Claimed), "Trần Thị Thử", &secret(pin)).map(|_signed| ())
    };
    for left in ["4", "3", "2", "1"] {
        let failure = try_it("111222").expect_err("wrong");
        assert_eq!(key(&failure), (Trouble::No, "pin-wrong"));
        assert!(format!("{:?}", failure.what).contains(&format!("Number({left})")), "{:?}", failure.what);
    }
    assert_eq!(key(&try_it("111222").expect_err("wrong")), (Trouble::No, "pin-wrong-wait"));
    let wait = try_it(PIN).expect_err("not even the right one");
    assert_eq!(key(&wait), (Trouble::TryAgain, "pin-wait"));
    assert!(format!("{:?}", wait.what).contains("Number(1)"), "{:?}", wait.what);
    said(&wait);
    team.later(Duration::from_secs(59));
    assert_eq!(key(&try_it(PIN).expect_err("a second too early")), (Trouble::TryAgain, "pin-wait"));
    team.later(Duration::from_mins(1));
    assert_eq!(key(&try_it("111222").expect_err("wrong")), (Trouble::No, "pin-wrong-wait"));
    team.later(Duration::from_secs(179));
    assert_eq!(key(&try_it(PIN).expect_err("two minutes now")), (Trouble::TryAgain, "pin-wait"));
    team.later(Duration::from_mins(3));
    try_it(PIN).expect("waited long enough");
    assert_eq!(key(&try_it("111222").expect_err("wrong")), (Trouble::No, "pin-wrong"), "counted anew");
}

#[test]
fn a_try_is_counted_before_it_is_looked_at() {
    struct Unplugged<'a>(&'a FakeVault);
    impl Vault for Unplugged<'_> {
        fn seal(&self, _id: &str, _name: &str) -> Result<(), Failure> {
            Err(Failure::new(Trouble::Io, aoxanh::word::say!("vault-full")))
        }
        fn change(&self, id: &str, change: Change<'_>) -> Result<(), Failure> {
            self.0.change(id, change)
        }
        fn open(&self, id: &str) -> Result<Option<String>, Failure> {
            self.0.open(id)
        }
        fn erase(&self, id: &str) -> Result<(), Failure> {
            self.0.erase(id)
        }
    }
    let team = Team::new();
    let vault = Unplugged(&team.vault);
    let bench = Bench { vault: &vault, ..team.bench(&team.opened.guest, How::Claimed) };
    // Nothing that says "right" is ever written; what says "tried" is.
    for _try in 0..5 {
        sign_in(&bench, "Trần Thị Thử", &secret(PIN)).expect_err("the power goes");
    }
    assert_eq!(
        key(&sign_in(&bench, "Trần Thị Thử", &secret(PIN)).expect_err("waits")),
        (Trouble::TryAgain, "pin-wait")
    );
}

#[test]
fn only_a_signed_in_lead_adds_people_and_what_was_sealed_for_others_is_erased_again() {
    let team = Team::new();
    let two = team.adds("Nguyễn Văn Hai", Some(Role::Volunteer), "135791");
    for (person, how, rule) in [
        (&two.person, How::Pin, "role-may"),
        (&team.opened.guest, How::Pin, "role-may"),
        (&team.opened.lead, How::Claimed, "signed-in"),
    ] {
        let refused = add_person(&team.bench(person, how), "Kẻ Lạ", Some(Role::Lead), Some(&secret("864213")));
        assert_eq!(refused.expect_err("not allowed").rule, Some(rule));
    }
    assert_eq!(people(&team.lead()).expect("listed").len(), 3);
    assert_eq!(find_person(&team.lead(), "Kẻ Lạ").expect_err("nobody").what.key(), "person-unknown");
    assert!(!format!("{:?}", team.vault).contains("Kẻ Lạ"));
    let taken = add_person(&team.lead(), "NGUYEN VAN HAI", None, None).expect_err("the same to people");
    assert_eq!(key(&taken), (Trouble::Usage, "person-name-taken"));
    let easy = add_person(&team.lead(), "Ba", Some(Role::Lead), Some(&secret("1234"))).expect_err("easy");
    assert_eq!(key(&easy), (Trouble::Usage, "pin-easy"));
    assert_eq!(add_person(&team.lead(), "  ", None, None).expect_err("no name").what.key(), "person-name-wrong");
}

#[test]
fn roles_are_given_and_taken_back_and_who_has_none_left_signs_in_no_more() {
    let team = Team::new();
    let two = team.adds("Nguyễn Văn Hai", Some(Role::Volunteer), "135791").person;
    let view = grant(&team.lead(), &two, Role::Lead).expect("granted");
    assert_eq!((view.roles.as_slice(), view.left), ([Role::Volunteer, Role::Lead].as_slice(), false));
    let alone = revoke(&team.bench(&two, How::Pin), &team.opened.lead, None).expect("there is another lead");
    assert!(alone.left && alone.roles.is_empty());
    let last = revoke(&team.bench(&two, How::Pin), &two, None).expect_err("the last lead");
    assert_eq!(last.rule, Some("last-lead"));
    assert_eq!(people(&team.lead()).expect("listed").iter().filter(|view| view.left).count(), 1, "all or nothing");
    let signed_in = sign_in(&team.lead(), "Trần Thị Thử", &secret(PIN)).expect_err("left");
    assert_eq!(signed_in.rule, Some("person-active"));
    let refused = set_pin(&team.bench(&two, How::Pin), &team.opened.lead, &secret("864213")).expect_err("left");
    assert_eq!(refused.rule, Some("person-active"));
    assert_eq!(
        revoke(&team.bench(&two, How::Pin), &team.opened.guest, None).expect_err("none").rule,
        Some("nothing-to-undo")
    );
    revoke(&team.bench(&two, How::Pin), &two, Some(Role::Volunteer)).expect("still a lead");
}

#[test]
fn while_the_vault_is_locked_what_needs_names_says_so_and_everything_else_goes_on() {
    let team = Team::new();
    team.adds("Hai", Some(Role::Volunteer), "135791");
    team.vault.lock(true);
    let bench = team.lead();
    let lot = open_lot(&bench, &Donation { donor: None, erase: true, parts: false }).expect("no name in it");
    let found = receive(&bench, &lot, DeviceKind::Laptop, None).expect("received").found;
    let told = history(&bench, &found).expect("told");
    assert!(told.iter().all(|line| line.who == team.opened.lead.as_str()), "ids in place of names");
    let listed = people(&bench).expect("listed");
    assert!(listed.iter().all(|view| view.name.is_none() && view.has_pin.is_none()) && listed.len() == 3);
    let named = Donation { donor: Some("Nhà Tặng".to_owned()), erase: true, parts: false };
    for failure in [
        open_lot(&bench, &named).expect_err("a name"),
        sign_in(&bench, "Hai", &secret("135791")).map(|_signed| ()).expect_err("a name"),
        sign_in(&bench, team.opened.lead.as_str(), &secret(PIN)).map(|_signed| ()).expect_err("a PIN"),
        add_person(&bench, "Ba", None, None).map(|_view| ()).expect_err("a name"),
        override_rule(&bench, &found, "give-imaged", "gấp", None).map(|_found| ()).expect_err("a reason"),
    ] {
        assert_eq!(key(&failure), (Trouble::TryAgain, "vault-locked"));
        said(&failure);
    }
    team.vault.lock(false);
    assert_eq!(history(&bench, &found).expect("told")[0].who, "Trần Thị Thử");
}

#[test]
fn a_reason_is_told_to_a_signed_in_lead_only_and_only_if_it_is_the_one_that_was_given() {
    let team = Team::new();
    let bench = team.lead();
    let lot = open_lot(&bench, &Donation { donor: None, erase: true, parts: false }).expect("a lot");
    let found = receive(&bench, &lot, DeviceKind::Laptop, None).expect("received").found;
    let empty = override_rule(&bench, &found, "give-imaged", "  ", None).expect_err("no reason");
    assert_eq!(key(&empty), (Trouble::Usage, "reason-missing"));
    let never = override_rule(&bench, &found, "give-safe", "vội", None).expect_err("never");
    assert_eq!(never.rule, Some("override-allowed"));
    assert!(!format!("{:?}", team.vault).contains("vội"), "a refused reason is not kept");
    let lifted = override_rule(&bench, &found, "give-imaged", "em cần gấp", None).expect("lifted");
    assert_eq!(lifted.file.lifted.keys().collect::<Vec<_>>(), ["give-imaged"]);
    let told = |bench: &Bench<'_>| history(bench, &found).map(|lines| lines.into_iter().find_map(|line| line.reason));
    assert_eq!(told(&bench), Ok(Some("em cần gấp".to_owned())));
    assert_eq!(told(&team.bench(&team.opened.lead, How::Claimed)), Ok(None));
    assert_eq!(told(&team.bench(&team.opened.guest, How::Pin)), Ok(None));
    let line = history(&bench, &found).expect("told").pop().expect("the override");
    let aoxanh::event::Fact::RuleOverridden(recorded) = line.line.event.fact else { panic!("the override is last") };
    let id = format!("blob-{}", recorded.reason);
    let kept = team.vault.open(&id).expect("open").expect("kept");
    team.vault.seal(&id, &kept.replace("gấp", "chậm")).expect("forged");
    assert_eq!(key(&told(&bench).expect_err("another text")), (Trouble::BadData, "vault-broken"));
    team.vault.erase(&id).expect("erased");
    assert_eq!(reason(&bench, recorded.reason), Ok(None));
    assert_eq!(told(&bench), Ok(None));
}

#[test]
fn a_wipe_done_at_the_bench_is_validated_by_a_second_person_and_not_by_the_first() {
    let mut rig = DiskRig::new(&[disk("sda", Some("SERIAL-0001"))]);
    let (found, _) = rig.device(true);
    let claimed = std::mem::replace(&mut rig.by.how, How::Pin);
    let second = add_person(&rig.bench(), "Hai", Some(Role::Volunteer), None).expect("added").person;
    let none = validate(&rig.bench(), &rig.again(&found), None, &Ruling::default()).expect_err("nothing wiped");
    assert_eq!(key(&none), (Trouble::No, "validate-nothing"));
    rig.by.how = claimed;
    rig.wipe(&found, &wipe_order("sda", "SERIAL-0001")).expect("wiped");
    rig.by.how = How::Pin;
    let two = Bench { by: By { person: second.clone(), how: How::Pin }, ..rig.bench() };
    let refused = validate(&two, &rig.again(&found), None, &Ruling::default()).expect_err("whoever that was");
    assert_eq!((refused.rule, refused.what.key()), (Some("validate-other"), "rule-validate-claimed"));
    said(&refused);
    rig.wipe(&found, &wipe_order("sda", "SERIAL-0001")).expect("wiped");
    let found = rig.again(&found);
    let own = validate(&rig.bench(), &found, None, &Ruling::default()).expect_err("their own");
    assert_eq!((own.rule, own.what.key()), (Some("validate-other"), "rule-validate-other"));
    let two = Bench { by: By { person: second.clone(), how: How::Pin }, ..rig.bench() };
    assert_eq!(
        validate(&two, &found, Some("OTHER"), &Ruling::default()).expect_err("no such").what.key(),
        "validate-nothing"
    );
    let found = validate(&two, &found, Some("SERIAL-0001"), &Ruling::default()).expect("validated");
    assert_eq!(found.file.disks.values().next().and_then(|disk| disk.validated_by.clone()), Some(second));
}

#[test]
fn a_second_person_who_does_not_accept_says_why_and_the_disk_counts_no_more() {
    let mut rig = DiskRig::new(&[disk("sda", Some("SERIAL-0001"))]);
    let (found, _) = rig.device(true);
    rig.by.how = How::Pin;
    let [second, third] =
        ["Hai", "Ba"].map(|name| add_person(&rig.bench(), name, Some(Role::Volunteer), None).expect("added").person);
    let lead = {
        let added = add_person(&rig.bench(), "Trưởng Khác", Some(Role::Lead), None).expect("added");
        added.person
    };
    rig.wipe(&found, &wipe_order("sda", "SERIAL-0001")).expect("wiped");
    let as_of = |person: &PersonId| Bench { by: By { person: person.clone(), how: How::Pin }, ..rig.bench() };
    let rule = |decision, why: &str| Ruling { decision, reason: why.to_owned(), of: None };
    let state = |rig: &DiskRig| rig.again(&found).file.disks.values().map(|disk| disk.state).next();
    let bare = validate(&as_of(&second), &rig.again(&found), None, &rule(Decision::Escalate, " "));
    assert_eq!(bare.expect_err("no reason").what.key(), "reason-missing");
    // Left to a lead: it counts no more, and another volunteer cannot make it count.
    let why = rule(Decision::Escalate, "số sê-ri trên nhãn khác");
    validate(&as_of(&second), &rig.again(&found), None, &why).expect("left to a lead");
    assert_eq!(state(&rig), Some(DiskState::NotWiped));
    assert_eq!(
        rig.image(&rig.again(&found), &image_order("sda", "SERIAL-0001")).expect_err("no").rule,
        Some("wiped-first")
    );
    let third = validate(&as_of(&third), &rig.again(&found), None, &Ruling::default());
    assert_eq!(third.expect_err("no lead").rule, Some("validate-lead"));
    let lines = history(&as_of(&lead), &rig.again(&found)).expect("reads");
    assert!(lines.iter().any(|line| line.reason.as_deref() == Some("số sê-ri trên nhãn khác")), "{lines:?}");
    validate(&as_of(&lead), &rig.again(&found), None, &Ruling::default()).expect("the lead accepts");
    assert_eq!(state(&rig), Some(DiskState::Wiped));
    // Sent back: only another wipe helps.
    validate(&as_of(&second), &rig.again(&found), None, &rule(Decision::Repeat, "đọc lại nửa chừng"))
        .expect("sent back");
    assert_eq!(state(&rig), Some(DiskState::NotWiped));
    let late = validate(&as_of(&lead), &rig.again(&found), None, &Ruling::default());
    assert_eq!(late.expect_err("to be wiped").what.key(), "validate-nothing");
    rig.wipe(&rig.again(&found), &wipe_order("sda", "SERIAL-0001")).expect("wiped again");
    assert_eq!(state(&rig), Some(DiskState::Wiped));
    assert!(rig.again(&found).file.disks.values().all(|disk| disk.doubted.is_none()));
}

#[test]
fn a_guest_stops_before_the_disk_is_opened() {
    let rig = DiskRig::new(&[disk("sda", Some("SERIAL-0001"))]);
    let (found, _) = rig.device(true);
    let guest = Bench { by: By { person: rig.guest.clone(), how: How::Claimed }, ..rig.bench() };
    let refused =
        aoxanh::workbench::wipe(&guest, &found, &wipe_order("sda", "SERIAL-0001"), &|| false, &mut |_news| {});
    assert_eq!(refused.expect_err("a guest").rule, Some("role-may"));
    assert_eq!(rig.disks.count(Asked::Open), 0, "nobody tried to open it");
}
