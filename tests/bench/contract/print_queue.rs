//! What every [`PrintQueue`] promises.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use aoxanh::event::label::LabelFor;
use aoxanh::event::{By, How};
use aoxanh::port::{LabelOrdered, PrintForm, PrintJob, PrintQueue};
use aoxanh::unit::{DeviceId, Moment, PersonId, PrintId, RANDOM_BYTES};

pub(crate) fn print_job(number: u8, printer: &str) -> PrintJob {
    let label = LabelOrdered {
        device: DeviceId::from_random([number; RANDOM_BYTES]),
        tag: "7K3XQ92M4T8".to_owned(),
        label: LabelFor::Erased,
        copies: 2,
    };
    PrintJob {
        id: PrintId::from_random([number; RANDOM_BYTES]),
        printer: printer.to_owned(),
        title: format!("nhãn \"{number}\"\n"),
        at: Moment::from_unix_millis(1_790_000_000_000),
        by: By { person: PersonId::from_random([1; RANDOM_BYTES]), how: How::Pin },
        form: PrintForm::Raw,
        labels: vec![label],
    }
}

/// What was added stands in its order, whole, until it is removed; one sender a printer. `here` and `there` are two ways to
/// the same queue.
pub(crate) fn keeps_order_and_bytes_and_one_sender(here: &dyn PrintQueue, there: &dyn PrintQueue) {
    assert_eq!(there.list().expect("reads"), []);
    // Ids that go the other way than the order of the orders.
    let jobs = [print_job(9, "tem"), print_job(5, "kho"), print_job(1, "tem")];
    let bytes = |job: &PrintJob| [job.title.as_bytes(), &[0, 10, 255, 10, 0]].concat();
    for job in &jobs {
        here.add(job, &bytes(job)).expect("added");
    }
    assert_eq!(there.list().expect("reads"), jobs);
    for job in &jobs {
        assert_eq!(there.bytes(&job.id).expect("reads"), Some(bytes(job)));
    }
    assert!(there.remove(&jobs[1].id).expect("removed"));
    assert!(!here.remove(&jobs[1].id).expect("looked"), "removed twice");
    assert_eq!(here.bytes(&jobs[1].id).expect("reads"), None);
    assert_eq!(here.list().expect("reads"), [jobs[0].clone(), jobs[2].clone()]);
    let turn = here.take("tem").expect("asked").expect("free");
    assert!(there.take("tem").expect("asked").is_none(), "two senders");
    assert!(there.take("kho").expect("asked").is_some(), "another printer");
    drop(turn);
    assert!(there.take("tem").expect("asked").is_some(), "free again");
}
