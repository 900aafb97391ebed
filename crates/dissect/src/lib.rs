//! Application protocols: one file each, one registry.
//!
//! A dissector turns the bytes of one flow into [`Message`]s and hands them to a [`Sink`], together with what the
//! messages say about devices ([`Observation`]), the process ([`Value`]) and files in transfer ([`FileChunk`]).
//! It does no I/O, takes time as an argument, never panics and bounds everything that traffic can fill.
//!
//! To add a protocol: one file or folder here with a `pub static DISSECTOR: Dissector`, its `mod` line below and its
//! line in [`registry`]. The name stands in [`Protocol`].

#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::cloned_ref_to_slice_refs,
        clippy::large_stack_arrays,
        clippy::if_same_then_else,
        reason = "tests build their bytes; the lints hold for the code itself, which is also checked without tests"
    )
)]

mod anomaly;
mod input;
mod kind;
mod message;
mod observation;
mod pending;
mod plugin;
mod protocol;
mod reference;
pub mod registry;
mod session;
mod sink;
mod text;
mod visitor;

pub use anomaly::Anomalies;
pub use input::{Input, Probe, Transport};
pub use kind::{Category, Kind, Outcome};
pub use message::{Function, Message};
pub use observation::{
    Direction, Expectation, FileChunk, Number, Observation, Subject, Value, ValueBlock, confidence,
};
pub use pending::Pending;
pub use plugin::{MAX_NAMES, MAX_PLUGINS, NameError, intern, register};
pub use protocol::Protocol;
pub use reference::{Part, Reference};
pub use session::{Dissector, Field, Over, Session, Step, Verdict};
pub use sightglass_wire::{Reader, Short};
pub use sink::{Sink, Wants};
pub use text::{Text, hex, printable};
pub use visitor::{Fields, NoFields, Visitor};

// Layers that protocols share.
pub mod ber;
mod calendar;
mod crc16;
mod crc32;
mod der;
mod headers;
mod iec61850;
mod im;
mod nbss;
mod netbios;
mod said;
mod shown;
mod tell;
mod websocket;
mod x509;

// Protocols, alphabetically; one line each.
pub mod ads;
pub mod amqp;
pub mod arp;
pub mod atg;
pub mod bacnet;
pub mod browser;
pub mod bsap;
pub mod c1222;
pub mod cclink;
pub mod cdp;
pub mod cip;
pub mod cip_io;
pub mod coap;
pub mod codesys;
pub mod cotp;
pub mod crimson;
pub mod csp;
pub mod dcerpc;
pub mod dds;
pub mod dhcp;
pub mod dicom;
pub mod dlms;
pub mod dnp3;
pub mod dns;
pub mod egd;
pub mod enip;
pub mod ethercat;
pub mod ff_hse;
pub mod fins;
pub mod fox;
pub mod ftp;
pub mod ge_srtp;
pub mod genisys;
pub mod goose;
pub mod hart_ip;
pub mod hl7;
pub mod http;
pub mod iccp;
pub mod icmp;
pub mod icmpv6;
pub mod iec104;
pub mod igmp;
pub mod knx;
pub mod lldp;
pub mod llmnr;
pub mod lontalk;
pub mod mdns;
pub mod melsec;
pub mod mms;
pub mod modbus;
pub mod mqtt;
pub mod mrp;
pub mod nbns;
pub mod ntlm;
pub mod ntp;
pub mod ocpp;
pub mod opcua;
pub mod pccc;
pub mod pcworx;
pub mod powerlink;
pub mod proconos;
pub mod profinet_cm;
pub mod profinet_dcp;
pub mod profinet_rt;
pub mod ptcp;
pub mod rdp;
pub mod roc_plus;
pub mod rtsp;
pub mod s7comm;
pub mod s7comm_plus;
pub mod sbus;
pub mod sercos;
pub mod sip;
pub mod smb;
pub mod smb2;
pub mod snmp;
pub mod someip;
pub mod ssdp;
pub mod ssh;
pub mod stp;
pub mod sv;
pub mod synchrophasor;
pub mod syslog;
pub mod telnet;
pub mod tftp;
pub mod tls;
pub mod trdp;
pub mod tristation;
pub mod umas;
pub mod vnc;

#[cfg(any(test, feature = "testing"))]
pub mod testing;
