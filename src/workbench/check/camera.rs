//! The camera: one picture, drawn with half blocks, and the volunteer says whether that is what it looks at.

use super::{Come, FunctionTest, Hands, Stop, ask, first_view};
use crate::port::{Guide, Part};
use crate::trial::{Choice, Picture, Question, Seen};
use crate::word::say;

/// The test.
pub(super) static CAMERA: FunctionTest =
    FunctionTest { id: "camera", is_automatic: false, is_long: false, part: Part::Camera, must: |_kind| false, run };

fn run(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    loop {
        let mut view = first_view(&CAMERA, hands);
        guide.show(&view);
        let frame = hands.hardware.frame()?;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let (width, height) = (count(frame.width), count(frame.height()));
        let measured = |come: Come| come.with("width", width, "pixels").with("height", height, "pixels");
        let seen = frame.seen();
        view.picture = Picture::Frame(frame);
        let (text, fault) = match seen {
            Seen::Something => (say!("ask-camera"), None),
            Seen::Black => (say!("ask-camera-black"), Some("camera_black")),
            Seen::Flat => (say!("ask-camera-flat"), Some("camera_flat")),
        };
        let faults: &[(char, &'static str)] = match fault {
            // Nothing to be seen is never good, whoever says so.
            Some(fault) => &[('1', "again"), ('2', fault), ('b', "skip")],
            None => &[('d', "good"), ('1', "again"), ('2', "camera_blurred"), ('3', "colours_wrong"), ('b', "skip")],
        };
        let choices = faults.iter().map(|(key, id)| Choice { key: *key, id }).collect();
        match ask(guide, &view, &Question { text, choices })? {
            "again" => {}
            answer => return Ok(measured(Come::judged(answer))),
        }
    }
}
