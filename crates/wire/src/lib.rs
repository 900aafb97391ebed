//! Link, network and transport headers, and the tunnels between them.
//!
//! [`decode`] turns a captured frame into a [`Packet`]: the headers of the innermost conversation, the list of
//! wrappings around it, the payload, and what was wrong. It allocates nothing, never fails and never panics:
//! a damaged frame gives what could be read and its [`Anomalies`]. Checksums are not verified, since captures
//! taken on a sender hold the unfinished sums of checksum offload.
//!
//! Tunnels over UDP are recognised by port and structure together; what does not fit stays UDP payload.
//! Nesting is bounded by [`MAX_NESTING`] and by a fixed number of layers per frame.

#![forbid(unsafe_code)]
// Without `std` and `alloc` there is nothing to allocate with.
#![cfg_attr(not(test), no_std)]

mod address;
mod anomalies;
pub mod arp;
mod ethernet;
mod icmp;
mod ipv4;
mod ipv6;
mod link;
mod links;
mod llc;
mod packet;
mod plausible;
mod protocol;
mod reader;
mod redundancy;
mod sctp;
mod span;
mod tags;
pub mod tcp;
mod tunnels;
mod udp;
mod walk;

pub use address::{Ip, Mac};
pub use anomalies::Anomalies;
pub use arp::Arp;
pub use link::LinkType;
pub use packet::{
    Fragment, Llc, MAX_NESTING, MAX_VLANS, Net, Packet, Redundancy, Snap, Transport, Tunnel, TunnelKind,
    Tunnels, Vlans,
};
pub use reader::{Reader, Short};
pub use walk::{decode, decode_ip};
