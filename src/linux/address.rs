//! The addresses of this machine's network interfaces.

use super::trying::{Netlink, attributes};
use std::io;
use std::net::Ipv4Addr;

/// The message that asks for every address. Source: `linux/rtnetlink.h`, `RTM_GETADDR`.
const GET: u16 = 22;
/// What is asked for: family `AF_INET`, and 7 bytes of which nothing is said. Source: `linux/if_addr.h`, `struct ifaddrmsg`.
const ASKED: [u8; 8] = [2, 0, 0, 0, 0, 0, 0, 0];
/// Attributes. Source: `linux/if_addr.h`, `IFA_LOCAL` and `IFA_LABEL`.
const LOCAL: u16 = 2;
const LABEL: u16 = 3;

/// Every interface that has an IPv4 address, with each of them, as the kernel lists them.
pub fn interface_addresses() -> io::Result<Vec<(String, Ipv4Addr)>> {
    // No protocol is the one of addresses and routes.
    let answers = Netlink::open(None)?.dump(GET, &ASKED)?;
    Ok(answers.iter().filter_map(|answer| one(answer)).collect())
}

fn one(answer: &[u8]) -> Option<(String, Ipv4Addr)> {
    let all = attributes(answer.get(ASKED.len()..)?);
    let of = |wanted: u16| all.iter().find(|(kind, _)| *kind == wanted).map(|(_, data)| *data);
    let bytes: [u8; 4] = of(LOCAL)?.try_into().ok()?;
    let name = str::from_utf8(of(LABEL)?).ok()?.trim_end_matches('\0');
    Some((name.to_owned(), bytes.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_machine_has_the_loopback_and_what_makes_no_sense_is_left_out() {
        let all = interface_addresses().expect("a kernel");
        assert!(all.contains(&("lo".to_owned(), Ipv4Addr::LOCALHOST)), "{all:?}");
        assert_eq!((one(&[]), one(&[0; 8]), one(&[0; 64])), (None, None, None));
    }
}
