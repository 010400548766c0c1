//! The workbench: everything a person can have done, through the ports and under the rules. No terminal here.
//!
//! Invariants: every face (command line, screen, page) goes through these functions; what they return is data and
//! [`Sentence`](crate::word::Sentence)s; whatever they do is recorded before it is said to be done.

mod accessory;
mod actions;
mod alert;
mod badge;
mod badge_label;
mod batch;
mod bench;
mod boot_key;
mod bundle;
mod campaign;
mod capture;
mod carry;
mod carry_check;
mod carry_door;
mod carry_find;
mod carry_people;
mod carry_warehouse;
mod certificate;
mod check;
mod chosen;
mod conflict;
mod correct;
mod count;
mod day;
mod destroy;
mod device_page;
mod disk;
mod disk_label;
mod doctor;
mod doctor_machine;
mod doctor_station;
mod donor;
mod donor_page;
mod duration;
mod effect;
mod evidence;
mod export;
mod fit;
mod grade;
mod habits;
mod handover;
mod health;
mod history;
mod home;
mod image;
mod image_inside;
mod image_store;
mod inspect;
mod inspect_page;
mod intake;
mod intake_list;
mod interrupted;
mod jobs_page;
mod key;
mod label;
mod ladder;
mod layer;
mod lesson;
mod list;
mod listed_words;
mod lock;
mod look;
mod look_at;
mod lot;
mod lot_change;
mod lot_tally;
mod machine;
mod master;
mod mend;
mod mobile;
mod news;
mod note;
mod order;
mod outward;
mod part;
mod people;
mod phone;
mod photo;
mod pin;
mod place;
mod print;
mod print_paper;
mod printer;
mod printer_page;
mod receipt;
mod repair;
mod report;
mod resume;
mod running;
mod scan;
mod scanner;
mod scanner_page;
mod self_test;
mod settling;
mod setup;
mod shared_port;
mod shelf;
mod shift;
mod shift_page;
mod sight;
mod sitting;
mod station;
mod stick;
mod stick_away;
mod stick_base;
mod stick_home;
mod stick_list;
mod stick_page;
mod stick_summary;
mod store_page;
mod swap;
mod tag;
mod throughput;
mod throughput_csv;
mod tongue;
mod trust;
mod typed;
mod untouched;
mod verify;
mod verify_foreign;
mod what_if;
mod wipe;
mod world;

pub use accessory::{
    Paired, Shortage, StockChange, StockOrder, StockSeen, StockView, add_stock, change_stock, pair, read_power,
    shortage_sentence, shortages, stock, stock_sentence, stock_view, stock_what, stock_word, unpair, works_sentence,
};
pub use alert::{Alert, Overdue};
pub use badge::{badge_code, issue_badge, issue_badge_seen, sign_in_badge, withdraw_badge};
pub use badge_label::{issue_drawn_badge, issue_printed_badge, print_badge, worn_name};
pub use batch::{Batch, batch};
pub use bench::{Bench, Found, OwnFolder};
pub use boot_key::{boot_key_card, boot_keys};
pub use bundle::{
    BundleMade, ChainSeen, TakenBundle, aside_sentence, chain_lines, chains_seen, make_bundle, take_bundle,
    take_bundle_file, taken_over_lines,
};
pub use campaign::{Campaign, CampaignTarget, Forecast, Goal, day_shown};
pub use capture::{CaptureOrder, CapturedImage, MasterName, capture, look_at_master};
pub use carry::{JobOrder, Tell, carry_out, left_sentence, orphan_sentence, run_job, tell_orphans};
pub use carry_check::run_tests;
pub use carry_door::{DoorOrder, refuse_known_serial};
pub use carry_people::{carry_close, carry_people, sign};
pub use carry_warehouse::{WarehouseOrder, closed_report};
pub use certificate::{Certified, MOST_CERTIFICATE, certify, certify_all, check_certificate, read_public_key};
pub use check::{
    CheckAnswer, CheckAsk, CheckNews, CheckOrder, CheckTold, FUNCTION_TESTS, FunctionTest, Hands, TestLine,
    TestOptions, check, ended_sentence, function_test, outcome_sentence, test_lines, test_now,
};
pub use chosen::{Chosen, DiskLine, Row};
pub use conflict::{
    Account, ConflictSeen, called_station, conflict_of, conflicts, settle_conflict, settlement_sentence,
    settlement_word,
};
pub use correct::{
    Change, Changed, CorrectLine, Correcting, Preview, Stricken, correct, correctable, one_to_lot, preview, strike,
    strike_last, strike_range, to_lot,
};
pub use count::{
    BoxFound, CountOrder, Missed, StockClosed, StockLine, StockTake, all_missing, close_count, missed, missed_sentence,
    stock_lines, stock_take,
};
pub use day::{
    DayClose, DayEnd, DayLeft, DayStatus, close_day, day_left, day_left_lines, day_status, expired_copies, judge_copy,
    may_prune,
};
pub use destroy::{DestroyOrder, destroy, destruction_sentence};
pub use device_page::{DevicePage, PageSection, device_page};
pub use disk::{DiskView, Target};
pub use disk_label::{DiskLabel, disk_label};
pub use doctor::{Check, Checkup, DOCTOR, Finding, Grade, OpenSigns, StationSigns};
pub use donor::{DonorView, donors, merge_donors, part_donor};
pub use donor_page::{DonorLine, DonorSide, DonorsView, Merging};
pub use duration::{plan_time, time_sentence};
pub use effect::{Answer, Effect, InspectedView};
pub use evidence::wipes_seen;
pub use export::{Exported, export, prove};
pub use fit::{FitAgain, Fitted, fit_again, fit_left_lines, fit_lines, fit_worth, fitted_sentence};
pub use grade::{GradeOrder, checklist, grade, grade_sentence};
pub use habits::{
    Habits, LOCK_AFTER, SettingsChange, SettingsOrder, SettingsView, Typing, switch_sentence, typing_sentence,
};
pub use handover::{GiveOrder, Whom, allocate, danger_steps, give, hand_over, hold, quarantine};
pub use health::health_line;
pub use history::{HistoryLine, event_sentence, history, level_sentence};
pub use home::{Homecoming, away_sentences};
pub use image::{ImageOrder, Imaged, image, image_source, load_manifest};
pub use image_store::{
    AddOrder, Added, ImageChecked, ImageView, MOST_IMAGE, USUAL_ARCH, add_image, check_image, chosen_image,
    image_lines, image_sentence, list_images, rotten_sentence, show_image,
};
pub use inspect::{Inspected, inspect, load_profile};
pub use inspect_page::{PageLine, Weight, inspection_page, verdict_sentence};
pub use intake::{
    Donation, Incoming, Intake, Received, consent, kind_sentence, open_lot, receive, receive_new, take_in, take_in_all,
};
pub use intake_list::{ListTaken, ListView, RowStanding, RowView, incoming_sentence, look_at_list, take_in_list};
pub use interrupted::{Interrupted, interrupted};
pub use jobs_page::{JobEnd, JobsView, jobs_view};
pub use key::{Binding, Hint, Input, Key, hints, press};
pub use label::{
    LabelKind, MOST_BLANK, MadeLabel, blank_labels, check_label, device_label, erased_label, part_label, shelf_label,
    template, templates, test_label,
};
pub use ladder::{Forbidden, Rung, Standing, Step, ladder, next_step};
pub use layer::{Aim, ImageChoice, Layer, Purpose, Task};
pub use lesson::{LESSON, LessonStep, lesson_from};
pub use list::find;
pub use lock::{clear_lock, find_lock, lock_advice, lock_sentence, show_lock};
pub use look::{see_bench, see_device};
pub use lot::{Awaited, LotSeen, LotView, awaited, lot_view, lots, name_sentence};
pub use lot_change::{LotOrder, close_lot, expect_lot, reopen_lot};
pub use lot_tally::{DEVICE_KINDS, LotTally};
pub use machine::{LOW, MachineSeen, MachineStep, Power, StickSeen, look_at_machine};
pub use master::{Master, MasterPart, master_lines, part_sentence, trace_lines};
pub use mend::{MendOrder, MendView, Mended, mend, mend_view};
pub use mobile::{MobileLine, MobilesView, inspect_mobile, mobile_next, mobiles_view};
pub use news::News;
pub use note::{MOST_NOTE, NoteSeen, erase_note, find_note, notes, write_note};
pub use order::{
    DayLook, DayOrder, MadeView, PeopleOrder, PlaceSeen, SetUpOrder, ShiftOrder, Signature, Signer, WipeSeen,
};
pub use outward::{
    ACCESSORIES, BELONGINGS, CONDITIONS, accessories_sentence, accessory_sentence, belonging_sentence,
    condition_sentence, is_serial, note_outward, note_serial, outward_sentence, taken_out_sentence, told_sentence,
};
pub use part::{PartOrder, PartView, fit_part, part_code, part_view, part_words, shelf, take_part};
pub use people::{
    PersonView, SignedIn, add_person, check_name, find_person, grant, people, recover_pin, revoke, role_sentence,
    set_pin, sign_in,
};
pub use phone::{
    PhoneDevice, PhoneLot, PhoneOrder, PhonePairing, PhoneSession, PhoneView, Wifi, phone_device, phone_lots,
};
pub use photo::{CodesRead, attach_photo, read_codes, summary_on_photo};
pub use pin::check_pin;
pub use place::{lies_sentence, place_sentence, read_place, read_shelf};
pub use print::{
    PrintHand, PrintLook, PrintOrder, PrintWait, carry_print, made_label, order_labels, print_waits, queued,
    send_waiting,
};
pub use print_paper::{LabelPrint, label_bytes};
pub use printer::{PDF, PrinterSetting, printer, with_printer};
pub use printer_page::{PaperView, PrinterOrder, PrintersView, carry_printer, without_printer};
pub use receipt::{ReceiptFound, ReceiptTo, Receipted, fate_sentence, find_receipt, issue_receipt, prints_pages};
pub use repair::{RepairOrder, Repaired, dong, repair, repair_outcome_sentence, vocabulary};
pub use report::{Report, Tone, bad_sentence, image_skipped, image_worth, wipe_evidence, wipe_worth};
pub use running::{Beginning, CURVE, JobView, Work, time_left};
pub use scan::{Scan, layout_report, no_tag, read_scan};
pub use scanner::{BAUDS, SETUP_CODE, ScanLines, ScannerHeard, ScannerKept, find_scanner, listen_to_scanner};
pub use scanner_page::{
    ScannerOrder, ScannerTold, ScannerView, ScannersView, carry_scanner, scanners_view, search_scanner, tried_scan,
    with_scanner, without_scanner,
};
pub use self_test::{TestOrder, Tested, self_test};
pub use settling::{Ruling, override_rule, reason, ruling_sentence, validate};
pub use setup::{
    LEAST_PASSPHRASE, PRACTICE_PIN, ProfileChoice, SetUp, TeamKey, check_domain, check_passphrase, check_place,
    check_team,
};
pub use shared_port::shared_ports;
pub use shelf::{
    BoxCarried, Counted, Moved, Place, Put, ShelfView, Shelved, ShelvesView, known_shelf, move_box, move_device, put,
    shelves, waiting,
};
pub use shift::{HandedOver, Taken, hand_over_shift, handed_over_lines, take_device, taken_sentence};
pub use shift_page::{InHands, RunningJob, ShiftDevice, ShiftView, shift_lines, shift_view};
pub use sight::{Hits, Seen, Sight};
pub use sitting::{Sitting, look_again, sign_out};
pub use station::{Continuing, Opened, Opening, continue_station, open_station, open_stick};
pub use stick::{
    Enrolment, STICK_LABEL, StickDisk, arm_for_stick, check_stick_name, enrol_stick, may_make_sticks, names_for_stick,
    stick_disks, write_stick_image,
};
pub use stick_away::{Missing, StartAway, starts_away};
pub use stick_base::{opened_of, take_base};
pub use stick_home::{StickHome, Took};
pub use stick_list::{StickLine, next_stick_name, revoke_stick, stick_sentence, sticks, sticks_and_homes};
pub use stick_page::{STICK_COUNTS, StickMade, StickOrder, StickTold, StickWish, SticksView};
pub use stick_summary::{
    SummaryRead, SummaryStands, announced, summarize, summary_lines, summary_name, summary_of_codes, take_summary,
};
pub use store_page::{
    FileSeen, MasterDisk, MasterSeen, StoreChange, StoreNews, StoreOrder, StoreSeen, StoreTask, StoreTold, StoreView,
    StoreWork, added_lines, added_sentence, carry_store, checked_report, manifest_lines, refuse_store_change,
    run_store,
};
pub use swap::{Swap, SwapLook, look_at_swap, swap, swap_lines};
pub use tag::{Tagged, bind_tag, fresh_tag};
pub use throughput::{
    Before, DayWork, MOST_DAYS, Period, PersonWork, Queue, Throughput, age_sentence, cause_sentence, days_ago,
    missing_sentence, throughput,
};
pub use throughput_csv::{export_day, export_throughput, throughput_csv};
pub use tongue::Tongue;
pub use trust::{Keys, keys, revoke_key};
pub use typed::{TYPED, inspect_typed, typed_facts};
pub use verify::{Agreement, Pinned, Thorough, Verified, VerifiedChain, verify, verify_all};
pub use what_if::{WhatIf, WhatIfView, what_if};
pub use wipe::{WipeOrder, Wiped, plan_wipe, wipe};
pub use world::{BenchSeen, Liftable, Terminal, Who, World};
