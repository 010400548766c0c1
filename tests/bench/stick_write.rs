//! Sticks made by the built program, on practice disks: what is on them, what is not, and what is refused.

#![expect(clippy::disallowed_methods, reason = "a test looks at what is on a disk")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::LEAD;
use super::fit::sh;
use super::stick_rig::{PRACTICE_PIN, RECORDS, STICK_PASSPHRASE, Sticks, times};
use aoxanh::custody::{Base, LotFile, StationFile};
use aoxanh::event::station::StickEnrolled;
use aoxanh::event::{Event, Fact};
use aoxanh::ledger::{PublicKey, Record};
use aoxanh::linux::OsChance;
use aoxanh::port::{Index, Row, Vault};
use aoxanh::store::{KeyFile, SealedVault, Store, VaultLock, read_key};
use aoxanh::unit::{Bytes, Secret};
use std::fs;
use std::path::Path;

fn facts(station: &Path) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut read = |row: Row| {
        let record = Record::from_bytes(row.bytes).expect("a record");
        facts.push(Event::from_body(record.body()).expect("an event").fact);
        Ok(())
    };
    Store::read(station).and_then(|store| store.rows(&mut read)).expect("the ledger reads");
    facts
}

fn enrolled(station: &Path) -> Vec<StickEnrolled> {
    let one = |fact: Fact| if let Fact::StickEnrolled(enrolled) = fact { Some(enrolled) } else { None };
    facts(station).into_iter().filter_map(one).collect()
}

#[test]
fn a_stick_is_a_station_of_its_own_and_has_nothing_on_it_that_it_must_not_have() {
    let Some(sticks) = Sticks::new() else { return };
    let device = sticks.rig.device();
    let Some(disk) = sticks.disk("thẻ") else { return };
    let made = sticks.write(&disk, &["--name", "Thẻ 3", "--until", "2099-05-31"]).good().one("stick_written");
    let station = sticks.rig.station();
    let all = enrolled(&station);
    let [known] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(
        (known.name.as_str(), &known.station.to_string()),
        ("Thẻ 3", &made["station"].as_str().expect("text").to_owned())
    );
    assert!(known.kinds.contains(&"WipeEnded".to_owned()) && !known.kinds.contains(&"RoleGranted".to_owned()));
    assert_eq!(known.until.local(), "01/06/2099 00:00:00");

    // The last partition reaches to the end of the disk, and the table's copy stands there.
    let (code, said) =
        sh(sticks.rig.home(), "sfdisk --verify \"$1\" && sfdisk -d \"$1\"", &[&disk.backing().display().to_string()]);
    assert!(code == 0 && said.contains("start=       20480, size=      174080"), "{said}");

    let out = sticks.taken_out(&disk, "ra");
    let own = out.join("station");
    let chain = facts(&own);
    let Some(Fact::StationOpened(opened)) = chain.first() else { panic!("{chain:?}") };
    let team = read_key(&station, KeyFile::Team).expect("practice keeps it");
    assert!(
        opened.is_certified()
            && opened.team.key == team.public().0
            && opened.public_key == known.key
            && opened.practice
    );
    let settings = fs::read_to_string(own.join("station.toml")).expect("there");
    let home = fs::read_to_string(station.join("station.toml")).expect("there");
    let by = |text: &str| text.lines().find(|line| line.starts_with("by ")).expect("said").to_owned();
    assert_eq!(by(&settings), by(&home));
    assert_eq!(chain.len(), 1, "{chain:?}");

    // Names open by the stick's own passphrase: those who work here, and nobody else.
    let lock = VaultLock::read(&own).expect("reads").expect("there");
    let master = lock.open(&Secret::new(STICK_PASSPHRASE)).expect("opens");
    assert!(lock.open(&Secret::new("bốn con ngựa gỗ xanh")).is_err());
    let vault = SealedVault::open(&own, master, &OsChance).expect("there");
    let index = Store::read(&station).expect("reads");
    let leads = (&index as &dyn Index).get::<StationFile>("").expect("reads").expect("there").leads;
    let lead = leads.first().expect("one").to_string();
    assert_eq!(vault.open(&lead).expect("opens").as_deref(), Some(LEAD));
    assert!(vault.open(&format!("{lead}/pin")).expect("opens").is_some());
    let lots = index.drawers("lot", "", 9).expect("reads");
    let lot: LotFile = serde_json::from_str(&lots.first().expect("one").1).expect("a lot");
    let donor = lot.donor.to_string();
    assert_eq!(vault.open(&donor).expect("opens"), None);

    // The device at the door goes along.
    let base = Base::read(&fs::read(out.join("base")).expect("there")).expect("sound");
    assert!(base.head.is_of_team(team.public()));
    let tag: String = device.tag.chars().filter(|symbol| *symbol != '-').collect();
    assert!(base.drawers.contains_key(&format!("tag:{tag}")), "{:?}", base.drawers.keys());
    assert!(
        base.drawers.keys().any(|key| key.starts_with("device:"))
            && base.drawers.keys().any(|key| key.starts_with("lot:"))
    );
    assert!(!base.drawers.keys().any(|key| key.starts_with("donor:") || key.starts_with("recipient:")));

    // Nowhere on the whole disk: keys that are not the stick's, names, PINs, passphrases.
    let secret = |which| read_key(&station, which).expect("there").bytes();
    for which in [KeyFile::Team, KeyFile::Station, KeyFile::Codes, KeyFile::Vault] {
        let key = secret(which);
        let hex = aoxanh::unit::Digest(*key).to_string();
        assert_eq!((times(disk.backing(), key.as_slice()), times(disk.backing(), hex.as_bytes())), (0, 0), "{which:?}");
    }
    // What it starts from is the image's, byte for byte, so nothing of this station is in what is packed there.
    let (all, image) =
        (fs::read(disk.backing()).expect("ours"), fs::read(sticks.rig.home().join("the.img")).expect("ours"));
    let starts = 1 << 20..usize::try_from(RECORDS).expect("small");
    assert!(all[starts.clone()] == image[starts]);
    let stick_key = aoxanh::unit::Digest(*read_key(&own, KeyFile::Station).expect("there").bytes()).to_string();
    assert!(times(disk.backing(), stick_key.as_bytes()) > 0, "what is there is found");
    for text in [LEAD, "Người Tặng Thử", STICK_PASSPHRASE] {
        assert_eq!(times(disk.backing(), text.as_bytes()), 0, "{text}");
    }
    assert_eq!(times(&out.join("base"), PRACTICE_PIN.as_bytes()), 0);
    assert_eq!(PublicKey(known.key), read_key(&own, KeyFile::Station).expect("there").public());
    let left: Vec<_> =
        fs::read_dir(sticks.rig.memory()).expect("ours").flatten().map(|entry| entry.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".aoxanh")), "{left:?}");

    let listed = sticks.rig.json(&["stick", "list"]).good().one("stick");
    assert_eq!(
        (listed["name"].as_str(), listed["revoked"].as_bool(), listed["home_at"].is_null()),
        (Some("Thẻ 3"), Some(false), true)
    );
    sticks.run(&["stick", "revoke", "Thẻ 3"]).good();
    assert_eq!(sticks.rig.json(&["stick", "list"]).good().one("stick")["revoked"], true);
    assert_eq!(sticks.run(&["stick", "revoke", "Thẻ 3"]).code, 1);
    sticks.rig.verified();
}

#[test]
fn several_sticks_are_made_at_once_each_for_itself_and_numbered_on() {
    let Some(sticks) = Sticks::new() else { return };
    let (Some(one), Some(two)) = (sticks.disk("một"), sticks.disk("hai")) else { return };
    let small = sticks.rig.disk("nhỏ", Bytes::mib(32));
    fs::create_dir_all(sticks.rig.station().join("images")).expect("ours");
    fs::write(sticks.rig.home().join("lop.img"), vec![7; 3 << 20]).expect("ours");
    sticks.rig.run(&["image", "add", "lop.img", "--os", "linux"]).good();
    let codes = [&one, &two, &small].map(|disk| sticks.rig.code(disk));
    let passphrase = sticks.rig.secret("stick");
    let mut line =
        vec!["stick", "write", one.name(), two.name(), small.name(), "--image", "the.img", "--with-image", "lop"];
    line.extend(["--stick-passphrase-file", &passphrase]);
    line.extend(codes.iter().flat_map(|code| ["--confirm", code.as_str()]));
    let done = sticks.run(&line);
    assert_eq!(done.code, 1, "{done:#?}");
    let mut names: Vec<_> = done.all("stick_written").iter().map(|made| made["name"].to_string()).collect();
    names.sort();
    assert_eq!(names, ["\"Thẻ 1\"", "\"Thẻ 2\""]);
    assert_eq!(done.one("stick_not_written")["disk"], small.name());
    let station = sticks.rig.station();
    assert_eq!(enrolled(&station).len(), 2);
    for (disk, to) in [(&one, "ra-1"), (&two, "ra-2")] {
        let out = sticks.taken_out(disk, to);
        for name in ["lop.zst", "lop.toml"] {
            let (there, here) = (fs::read(out.join("images").join(name)), fs::read(station.join("images").join(name)));
            assert_eq!(there.expect("there"), here.expect("there"), "{name}");
        }
    }
    let keys: std::collections::BTreeSet<_> =
        enrolled(&station).into_iter().map(|enrolled| enrolled.key.to_string()).collect();
    assert_eq!(keys.len(), 2, "each has a key of its own");
    // Each has ids of its own, and tables that a stranger finds nothing wrong with.
    let mut ids = std::collections::BTreeSet::new();
    let image = sticks.rig.home().join("the.img");
    for file in [&image, one.backing(), two.backing()] {
        let file = file.display().to_string();
        let (_, table) = sh(sticks.rig.home(), "sfdisk -d \"$1\" | grep -Eo '(label-id: |uuid=)[0-9A-F-]+'", &[&file]);
        ids.extend(table.lines().map(|id| id.rsplit([' ', '=']).next().unwrap_or_default().to_owned()));
        let (code, said) = sh(sticks.rig.home(), "sfdisk --verify \"$1\" && sgdisk -v \"$1\"", &[&file]);
        assert!(code == 0 && said.contains("No problems found"), "{file}: {said}");
    }
    assert_eq!(ids.len(), 3 * 4, "{ids:?}");
}

#[test]
fn whoever_did_not_sign_in_makes_no_stick_and_no_devices_disk_becomes_one() {
    let Some(sticks) = Sticks::new() else { return };
    let Some(disk) = sticks.disk("thẻ") else { return };
    let rig = &sticks.rig;
    fs::write(disk.backing(), vec![9; 96 << 20]).expect("ours");
    let untouched =
        |what: &str| assert!(fs::read(disk.backing()).expect("ours").iter().all(|byte| *byte == 9), "{what}");
    let (code, passphrase) = (rig.code(&disk), rig.secret("stick"));
    let line = ["stick", "write", disk.name(), "--image", "the.img", "--stick-passphrase-file", &passphrase];
    let claimed = rig.json(&[line.as_slice(), &["--confirm", &code]].concat());
    assert_eq!((claimed.code, claimed.one("failure")["rule"].is_string()), (1, true), "{claimed:#?}");
    untouched("nobody signed in");

    let other = rig.home().join("khac.key");
    fs::write(&other, format!("{}\n", "5".repeat(64))).expect("ours");
    let strange = sticks.write(&disk, &["--team-key", &other.display().to_string()]);
    assert_eq!(strange.code, 2, "{strange:#?}");
    untouched("another team's key");
    for more in
        [&["--until", "2001-01-01"][..], &["--name", " "], &["--with-image", "khong-co"], &["--confirm", "AAAA"]]
    {
        assert_ne!(sticks.write(&disk, more).code, 0, "{more:?}");
        untouched("a wrong word");
    }
    assert_eq!(sticks.run(&[line.as_slice(), &["--confirm", "0000"]].concat()).code, 1);
    untouched("a wrong code");

    // A disk that was wiped as a device's.
    let device = rig.device();
    rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &code]).good();
    let wiped = fs::read(disk.backing()).expect("ours");
    let owned = sticks.write(&disk, &[]);
    let why = owned.all("failure")[0]["hint"].to_string();
    assert!(owned.code == 1 && why.replace('-', "").contains(&device.tag.replace('-', "")), "{owned:#?}");
    assert!(fs::read(disk.backing()).expect("ours") == wiped, "as the wipe left it");
    assert!(enrolled(&rig.station()).is_empty());
}

#[test]
fn what_is_no_image_of_a_stick_and_what_does_not_read_back_make_none() {
    let Some(sticks) = Sticks::new() else { return };
    let Some(disk) = sticks.disk("thẻ") else { return };
    let rig = &sticks.rig;
    fs::write(rig.home().join("khac.img"), vec![1; 4 << 20]).expect("ours");
    let (code, passphrase) = (rig.code(&disk), rig.secret("stick"));
    let line = ["stick", "write", disk.name(), "--image", "khac.img", "--stick-passphrase-file", &passphrase];
    let wrong = sticks.run(&[line.as_slice(), &["--confirm", &code]].concat());
    assert_eq!(wrong.code, 1, "{wrong:#?}");
    assert!(enrolled(&rig.station()).is_empty(), "not before its image is on it");
    let complains = sticks.write_with(&disk, "e2fsck", "exit 4");
    assert_eq!((complains.code, complains.all("stick_written").len()), (1, 0), "{complains:#?}");
    let lies = sticks.write_with(
        &disk,
        "debugfs",
        "case \"$2\" in *station.toml*) exec /usr/sbin/debugfs \"$1\" \"${2/station.toml/station.key}\" \"${@:3}\";; esac; exec /usr/sbin/debugfs \"$@\"",
    );
    assert_eq!((lies.code, lies.all("stick_written").len()), (1, 0), "{lies:#?}");
    sticks.write(&disk, &[]).good();
}

#[test]
fn a_stick_whose_making_was_cut_short_is_none_and_is_made_anew() {
    let Some(sticks) = Sticks::new() else { return };
    let Some(disk) = sticks.disk("thẻ") else { return };
    let rig = &sticks.rig;
    let (code, passphrase) = (rig.code(&disk), rig.secret("stick"));
    let lead = sticks.lead();
    let mut line = vec!["stick", "write", disk.name(), "--image", "the.img", "--stick-passphrase-file", &passphrase];
    line.extend(["--confirm", code.as_str()]);
    line.extend(lead.iter().map(String::as_str));
    // While the image is read back, and once it is enrolled, whatever of its file system is there then.
    for is in [
        |told: &serde_json::Value| told["phase"] == "read_back",
        |told: &serde_json::Value| told["phase"] == "read_back" && told["done"] == told["total"],
    ] {
        let mut running = rig.start(&line);
        assert!(running.wait_for(is), "it ended before");
        running.signal(rustix::process::Signal::KILL);
        assert_ne!(running.end().code, 0);
    }
    let before = enrolled(&rig.station()).len();
    sticks.write(&disk, &[]).good();
    assert_eq!(enrolled(&rig.station()).len(), before + 1);
    let left = fs::read_dir(rig.memory()).expect("ours").flatten();
    let left: Vec<_> = left.filter(|entry| entry.file_name().to_string_lossy().starts_with(".aoxanh")).collect();
    assert!(left.is_empty(), "what was left in memory is forgotten: {left:?}");
    sticks.taken_out(&disk, "ra");
    rig.verified();
}
