//! What QEMU is told while a machine runs, and what it tells of it.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test talks with the machine that it started")]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long QEMU may say nothing, others use this machine too.
const PATIENCE: Duration = Duration::from_mins(3);

/// QEMU's own line.
pub(crate) struct Control(BufReader<UnixStream>);

impl Control {
    /// The one at that socket, as soon as QEMU has made it.
    pub(crate) fn of(socket: &Path) -> Self {
        let deadline = Instant::now() + PATIENCE;
        let socket = loop {
            match UnixStream::connect(socket) {
                Ok(socket) => break socket,
                Err(error) => assert!(Instant::now() < deadline, "QEMU does not listen: {error}"),
            }
        };
        socket.set_read_timeout(Some(PATIENCE)).expect("seconds");
        let mut control = Self(BufReader::new(socket));
        control.tell("qmp_capabilities", &json!({}));
        control
    }

    /// Tells it to do something with the machine; its answer.
    pub(crate) fn tell(&mut self, execute: &str, arguments: &Value) -> Value {
        let line = json!({ "execute": execute, "arguments": arguments });
        writeln!(self.0.get_ref(), "{line}").expect("QEMU listens");
        self.hear_of("return")["return"].clone()
    }

    /// Waits until it tells that this happened.
    pub(crate) fn wait_for(&mut self, event: &str) {
        while self.hear_of("event")["event"] != event {}
    }

    fn hear_of(&mut self, field: &str) -> Value {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("QEMU answers");
            let object: Value = serde_json::from_str(&line).expect("one JSON object a line");
            assert!(object["error"].is_null(), "{line}");
            if !object[field].is_null() {
                return object;
            }
        }
    }
}
