//! What every [`Printers`] promises.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use aoxanh::port::{PrintForm, PrinterAddress, Printers, Trouble};
use aoxanh::tag::PrinterState;
use std::time::{Duration, Instant};

/// Whoever is not there is gone at once and takes nothing; only a print queue takes PDF.
pub(crate) fn says_gone_in_time(printers: &dyn Printers, nobody: &PrinterAddress) {
    #![expect(clippy::disallowed_methods, reason = "that it is in time is what is promised")]
    let began = Instant::now();
    assert_eq!(printers.state(nobody, None), PrinterState::Gone, "{nobody}");
    let failure = printers.send(nobody, "nhãn", PrintForm::Raw, b"x").expect_err("nobody is there");
    assert_eq!(failure.what.key(), "printer-unreached", "{nobody}: {failure:?}");
    assert!(failure.trouble == Trouble::TryAgain && failure.hint.is_some(), "{failure:?}");
    if !matches!(nobody, PrinterAddress::Cups(_)) {
        let failure = printers.send(nobody, "nhãn", PrintForm::Pdf, b"%PDF").expect_err("no way for it");
        assert_eq!(failure.what.key(), "printer-no-pdf");
    }
    assert!(began.elapsed() < Duration::from_secs(15), "{nobody}: {:?}", began.elapsed());
}
