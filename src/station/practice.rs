//! Practice: the whole chain once, with the real adapters, on disks made for it.
//!
//! Invariants: the station is a practice station from record 0; its only targets are files it made itself; every line
//! says LUYỆN TẬP; nothing is claimed that a step did not show.

use super::fill;
use super::folder::{self, Folder, Settings};
use super::practice_disk::{Donated, donate};
use super::setup::{Made, set_up};
use super::{practice_image, practice_stay, say_head, signal, terminal, with_bench};
use crate::cli::{self, Out, PracticeArgs};
use crate::custody::FUNCTIONS;
use crate::event::handover::Terms;
use crate::event::inspection::FunctionOutcome;
use crate::event::intake::DeviceKind;
use crate::linux::{LocalFiles, PracticeDisk, PracticeDisks, SystemClock};
use crate::port::{Clock, Failure, Files, Trouble};
use crate::profile::Profile;
use crate::store::Store;
use crate::unit::{Bytes, RecipientId};
use crate::word::{Sentence, say};
use crate::workbench::{
    self, Bench, CheckAnswer, Donation, Found, ImageOrder, PRACTICE_PIN, Pinned, Received, SetUp, WipeOrder,
};
use std::path::{Path, PathBuf};

/// Printed in practice tags: a domain that can never exist (RFC 2606 §2).
pub(super) const DOMAIN: &str = "LUYEN-TAP.INVALID";
/// Profiles are small.
const MOST_PROFILE: u64 = 256 * 1024;
/// Steps that are announced.
const STEPS: u64 = 8;
/// The disk that gets zeros and then the image: 512-byte blocks, and a tail that is no multiple of anything larger.
pub(super) const ZEROED: (&str, Bytes, u32, &str) = ("dia-1", Bytes(64 * 1024 * 1024 + 3 * 512), 512, "overwrite-zero");
/// The disk that gets the keyed pattern: 4096-byte blocks.
pub(super) const PATTERNED: (&str, Bytes, u32, &str) =
    ("dia-2", Bytes(96 * 1024 * 1024 + 5 * 4096), 4096, "overwrite-pattern");

struct Run<'a, 'b, 'o> {
    bench: &'a Bench<'b>,
    settings: &'a Settings,
    folder: &'a Folder,
    store: &'a Store,
    image: &'a Path,
    manifest: &'a Path,
    profile: Option<Profile>,
    out: &'a mut Out<'o>,
    cancel: &'a dyn Fn() -> bool,
}

/// `aoxanh practice`.
pub(super) fn practise(args: &PracticeArgs, named: Option<&Path>, out: &mut Out<'_>) -> Result<(), Failure> {
    out.set_practice(true);
    if let Some(size) = args.fill {
        return fill::fill(size, args.seed, args.folder.as_deref().or(named), DOMAIN, out);
    }
    let (Some(image), Some(manifest)) = (&args.image, &args.manifest) else {
        return Err(Failure::new(Trouble::Usage, say!("practice-needs-image")).hint(say!("practice-needs-image-hint")));
    };
    // Before anything is made: a folder is practised in once.
    LocalFiles.open(image)?;
    workbench::load_manifest(&LocalFiles, manifest)?;
    if args.stay && !terminal::is_there() {
        return Err(terminal::missing());
    }
    let profile = args.profile.as_deref().map(own_profile).transpose()?;
    let clock = SystemClock::new();
    // A folder of its own: the one named, else a new one for each run beside the earlier ones.
    let stamp = clock.now().to_string().replace([':', '.'], "-");
    let path = folder::place_or(args.folder.as_deref().or(named), &format!("aoxanh-luyen-tap/{stamp}"))?;
    if args.stay {
        return practice_stay::stay(&path, (image, manifest), (super::glyphs(args.glyphs), !args.no_lesson), out);
    }
    let guest = out.words().say(&say!("guest-name"));
    let setup = SetUp::practice("Đội trưởng Luyện Tập", &guest, DOMAIN);
    let Made { folder, store, opened, .. } = set_up(&path, &setup, &mut |_begun| Ok(()))?;
    super::log::at_station(Some(opened.id));
    step(out, 1, &say!("practice-step-open"))?;
    out.object("opened", serde_json::json!({ "folder": path, "station": opened.id, "lead": opened.lead }))?;
    let at = path.display().to_string();
    out.say(&say!("station-opened", folder = at, station = opened.id.short(16), lead = opened.lead.as_str()))?;
    out.say(&say!("practice-pin", pin = PRACTICE_PIN))?;
    let interrupt = signal::Interrupt::watch()?;
    let cancel = || interrupt.is_set();
    let done = with_bench(&folder, &store, |bench, settings| {
        let bench = &*bench;
        let (folder, store, cancel) = (&folder, &store, &cancel);
        Run { bench, settings, folder, store, image, manifest, profile, out, cancel }.go()
    });
    if done.is_err() {
        // The head is worth keeping whatever the run came to; what it came to matters more.
        let _said = say_head(&store, out);
    }
    done?;
    let seconds = clock.elapsed().as_secs();
    out.object("practice_done", serde_json::json!({ "seconds": seconds, "folder": path }))?;
    out.say(&say!("practice-done", seconds = seconds))
}

fn own_profile(path: &Path) -> Result<Profile, Failure> {
    let text = (&LocalFiles as &dyn Files).read_text(path, MOST_PROFILE)?;
    parsed_profile(&path.display().to_string(), &text)
}

fn parsed_profile(name: &str, text: &str) -> Result<Profile, Failure> {
    Profile::parse(name, text).map_err(|error| Failure::new(Trouble::BadData, error.sentence()).detail(&error))
}

fn step(out: &mut Out<'_>, number: u64, name: &Sentence) -> Result<(), Failure> {
    let text = out.words().say(name);
    out.object("step", serde_json::json!({ "number": number, "of": STEPS, "name": text }))?;
    out.text(" ")?;
    out.say(&say!("practice-step", number = number, of = STEPS, name = name.clone()))
}

impl Run<'_, '_, '_> {
    fn go(&mut self) -> Result<(), Failure> {
        let received = self.receive()?;
        let found = self.inspect(&received.found)?;
        step(self.out, 3, &say!("practice-step-disks"))?;
        let maker = PracticeDisks::new(self.folder.path());
        let disks = [ZEROED, PATTERNED];
        let made: Vec<PracticeDisk> =
            disks.iter().map(|(name, size, block, _)| maker.make(name, *size, *block)).collect::<Result<_, _>>()?;
        let donated: Vec<Donated> =
            made.iter().map(|disk| donate(disk, self.bench.chance, self.out)).collect::<Result<_, _>>()?;
        step(self.out, 4, &say!("practice-step-wipe"))?;
        for ((disk, donated), (_, _, _, method)) in made.iter().zip(&donated).zip(disks) {
            self.wipe(&found, disk, donated, method)?;
        }
        step(self.out, 5, &say!("practice-step-image"))?;
        if let Some(disk) = made.first() {
            self.image(&found, disk)?;
        }
        step(self.out, 6, &say!("practice-step-tag"))?;
        let picture = self.tag(&received)?;
        step(self.out, 7, &say!("practice-step-handover"))?;
        self.hand_over(&found)?;
        step(self.out, 8, &say!("practice-step-proof"))?;
        for disk in made {
            disk.detach()?;
        }
        self.prove(&found, &picture)
    }

    fn receive(&mut self) -> Result<Received, Failure> {
        let donor = Some("Người tặng Luyện Tập".to_owned());
        let lot = workbench::open_lot(self.bench, &Donation { donor, erase: true, parts: false })?;
        self.out.object("lot", serde_json::json!({ "lot": lot }))?;
        self.out.say(&say!("lot-opened", lot = lot.as_str()))?;
        let facts = self.bench.probe.facts()?;
        let kind = match crate::reading::kind_of(&facts) {
            Some("desktop") => DeviceKind::Desktop,
            Some("all_in_one") => DeviceKind::AllInOne,
            Some("tablet") => DeviceKind::Tablet,
            Some(_) | None => DeviceKind::Laptop,
        };
        let received = workbench::receive(self.bench, &lot, kind, None)?;
        cli::received(self.out, &received)?;
        Ok(received)
    }

    fn inspect(&mut self, found: &Found) -> Result<Found, Failure> {
        step(self.out, 2, &say!("practice-step-inspect"))?;
        let profile = match self.profile.take() {
            Some(own) => own,
            None => workbench::load_profile(self.bench, None, found.file.kind)?,
        };
        let mut inspected = workbench::inspect(self.bench, found, profile)?;
        cli::inspected(self.out, &inspected)?;
        if !inspected.found.file.is_good_enough() {
            self.out.object("practice_profile", serde_json::json!({ "why": "verdict", "profile": "luyen-tap" }))?;
            self.out.say(&say!("practice-weak"))?;
            let lenient = parsed_profile("luyen-tap.toml", include_str!("luyen-tap.toml"))?;
            inspected = workbench::inspect(self.bench, found, lenient)?;
            self.out.say(&say!("verdict-again", verdict = inspected.judgement.verdict.sentence()))?;
        }
        for disk in &inspected.disks {
            let name = disk.model.clone().or_else(|| disk.serial.clone()).unwrap_or_else(|| disk.bus.clone());
            self.out.object("real_disk_not_touched", serde_json::json!({ "disk": name, "size": disk.size }))?;
            self.out.say(&say!("practice-real-disk", disk = name, size = disk.size.decimal()))?;
        }
        Ok(inspected.found)
    }

    /// What a person would type: practice disks have no serial, so the code of their attachment.
    fn confirmation(&self, found: &Found, name: &str) -> Result<Option<String>, Failure> {
        let views = self.bench.disk_views(None, Some(found))?;
        let view = views.into_iter().find(|view| view.disk.name == name);
        Ok(view.and_then(|view| view.code.or(view.disk.identity.serial)))
    }

    fn wipe(&mut self, found: &Found, disk: &PracticeDisk, donated: &Donated, method: &str) -> Result<(), Failure> {
        donated.before(self.out)?;
        let confirm = self.confirmation(found, disk.name())?;
        self.out.object("armed", serde_json::json!({ "disk": disk.name(), "typed": confirm }))?;
        self.out.say(&say!("practice-armed", disk = disk.name(), code = confirm.clone().unwrap_or_default()))?;
        let (disk_name, method) = (disk.name().to_owned(), Some(method.to_owned()));
        let order = WipeOrder { disk: disk_name, method, confirm, ..WipeOrder::default() };
        let out = &mut *self.out;
        let wiped = workbench::wipe(self.bench, found, &order, self.cancel, &mut |news| cli::progress(out, &news))?;
        cli::wiped(self.out, &wiped)?;
        donated.after(self.out)
    }

    fn image(&mut self, found: &Found, disk: &PracticeDisk) -> Result<(), Failure> {
        let order = ImageOrder {
            disk: disk.name().to_owned(),
            image: self.image.to_owned(),
            manifest: self.manifest.to_owned(),
            confirm: self.confirmation(found, disk.name())?,
            resume: None,
            windows_edition: None,
        };
        let out = &mut *self.out;
        let imaged = workbench::image(self.bench, found, &order, self.cancel, &mut |news| cli::progress(out, &news))?;
        cli::imaged(self.out, &imaged)?;
        let sums = self.manifest.with_file_name("files.sha256");
        practice_image::examine(disk.backing(), &imaged.manifest, &sums, &self.folder.path().join("doc-lai"), self.out)
    }

    fn tag(&mut self, received: &Received) -> Result<PathBuf, Failure> {
        let domain = self.settings.domain()?;
        cli::tag_card(self.out, &domain, &received.tag, false)?;
        let picture = self.folder.path().join(format!("tem-{}.png", received.tag));
        cli::tag_picture(self.out, self.bench.files, &domain, &received.tag, &picture, 25, 300)?;
        practice_image::scan(&picture, self.out)?;
        Ok(picture)
    }

    fn hand_over(&mut self, found: &Found) -> Result<(), Failure> {
        let works = |name: &&str| CheckAnswer { function: (*name).to_owned(), outcome: FunctionOutcome::Works };
        self.out.object("sample_check", serde_json::json!({ "real": false, "functions": FUNCTIONS }))?;
        self.out.say(&say!("practice-check-typed"))?;
        let found = workbench::check(self.bench, found, &FUNCTIONS.iter().map(works).collect::<Vec<_>>())?;
        cli::device(self.out, &found)?;
        let recipient = RecipientId::from_random(self.bench.chance.bytes());
        self.out.object("recipient", serde_json::json!({ "invented": true, "recipient": recipient }))?;
        self.out.say(&say!("practice-recipient", recipient = recipient.as_str()))?;
        let found = workbench::allocate(self.bench, &found, recipient)?;
        cli::device(self.out, &found)?;
        let found = workbench::hand_over(self.bench, &found, Terms::Gift)?;
        cli::device(self.out, &found)
    }

    fn prove(&mut self, found: &Found, picture: &Path) -> Result<(), Failure> {
        let found = self.bench.device(&found.id)?;
        let lines = workbench::history(self.bench, &found)?;
        cli::history(self.out, &found, &lines)?;
        let verified = workbench::verify(self.store, Pinned::default())?;
        cli::verified(self.out, &verified, Pinned::default())?;
        let root = self.folder.path();
        for (what, path) in [
            (say!("file-ledger"), self.folder.ledger()),
            (say!("file-vault"), root.join("vault.db")),
            (say!("file-disks"), root.join("disks")),
            (say!("file-image"), self.image.to_owned()),
            (say!("file-tag"), picture.to_owned()),
        ] {
            let name = self.out.words().say(&what);
            self.out.object("file", serde_json::json!({ "what": name, "path": path }))?;
            self.out.say(&say!("file-line", what = what, path = path.display().to_string()))?;
        }
        let program = std::env::current_exe().map_or_else(|_hidden| "aoxanh".into(), |path| path.display().to_string());
        let again = format!("{program} --station {} verify", root.display());
        self.out.object("verify_again", serde_json::json!({ "command": again }))?;
        self.out.say(&say!("practice-verify-again", command = again))?;
        say_head(self.store, self.out)
    }
}
