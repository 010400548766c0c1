//! Cameras through the kernel's video devices.
//!
//! Invariant: only pictures as they come are asked for (`YUYV`), which nearly every camera of a laptop has in a small size; one
//! that has none is named, not judged.

use crate::linux::ioctl::picture;
use crate::linux::probe_tree::Tree;
use crate::port::{Failure, Trouble};
use crate::trial::Frame;
use crate::word::say;
use rustix::fs::{Mode, OFlags, open};
use std::io;
use std::path::Path;

const VIDEO: &str = "sys/class/video4linux";
const SIZE: (u32, u32) = (640, 480);
/// By this picture a camera is used to the light.
const NUMBER: u32 = 12;

/// The first camera: its node, and what it calls itself. A camera's other nodes (for its own data) have other indexes.
pub(super) fn first(tree: Tree<'_>) -> Option<(String, String)> {
    let nodes = tree.names(VIDEO).what.ok()?.into_iter();
    let is_picture = |node: &String| tree.number(&format!("{VIDEO}/{node}/index")).is_none_or(|index| index == 0);
    let node = nodes.filter(|node| node.starts_with("video")).find(is_picture)?;
    let name = tree.line(&format!("{VIDEO}/{node}/name")).unwrap_or_else(|| node.clone());
    Some((node, name))
}

/// A picture. Errors: there is no camera, another program has it, or it sends nothing that can be read.
pub(super) fn frame(root: &Path) -> Result<Frame, Failure> {
    let missing = || Failure::new(Trouble::Io, say!("hardware-failed", part = VIDEO));
    let (node, name) = first(Tree::new(root)).ok_or_else(missing)?;
    let failed = |error: io::Error| {
        let failure = Failure::new(Trouble::Io, say!("hardware-failed", part = name.as_str())).because(&error);
        if error.kind() == io::ErrorKind::PermissionDenied {
            failure.hint(say!("hardware-root-hint"))
        } else if error.kind() == io::ErrorKind::ResourceBusy {
            failure.hint(say!("hardware-busy-hint"))
        } else {
            failure
        }
    };
    let flags = OFlags::RDWR | OFlags::CLOEXEC;
    let camera = open(root.join("dev").join(node), flags, Mode::empty()).map_err(|error| failed(error.into()))?;
    let raw = picture(&camera, SIZE.0, SIZE.1, NUMBER).map_err(failed)?;
    let (width, height) = (usize::try_from(raw.width).unwrap_or(0), usize::try_from(raw.height).unwrap_or(0));
    Frame::of_yuyv(width, height, &raw.bytes).ok_or_else(|| failed(io::Error::from(io::ErrorKind::UnexpectedEof)))
}
