//! What messages say about devices, the process and files.

use sightglass_wire::{Ip, Mac};

use crate::{Protocol, Reference};

/// How far identity sources can be trusted, from strongest to weakest.
pub mod confidence {
    /// The device's own identity answer in an industrial protocol.
    pub const IDENTITY: u8 = 95;
    /// The device's announcement of itself on layer 2 or in management protocols (LLDP, CDP, SNMP).
    pub const ANNOUNCEMENT: u8 = 85;
    /// Banners and certificates.
    pub const BANNER: u8 = 70;
    /// Names from DHCP, mDNS, SSDP, NetBIOS, NTLM.
    pub const NAMING: u8 = 60;
    /// Said by somebody else about the device.
    pub const HEARSAY: u8 = 40;
    /// Inferred from behaviour.
    pub const BEHAVIOUR: u8 = 30;
}

/// Whom an observation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The host that sent the message.
    Sender,
    /// The host the message was sent to.
    Receiver,
    /// Another host, named inside the message.
    Host {
        /// Its IP address.
        ip: Option<Ip>,
        /// Its hardware address.
        mac: Option<Mac>,
    },
}

/// A fact about a device, as one message states it.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'a> {
    /// Whom it is about.
    pub subject: Subject,
    /// A module or unit behind the host, e.g. `slot 3`; [`Reference::None`] for the host itself.
    pub path: Reference<'a>,
    /// The attribute's name, snake_case: `vendor`, `model`, `firmware`, `serial`, `name` ...
    pub attribute: &'static str,
    /// Its value as text, trimmed; never a secret.
    pub value: &'a str,
    /// The protocol that says so.
    pub protocol: Protocol,
    /// 1 to 100; see [`confidence`].
    pub confidence: u8,
}

/// A number of the process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// On or off.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// A floating-point number.
    Float(f64),
}

/// One process variable as a message carried it; the server of the flow holds it.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    /// The protocol that carried it.
    pub protocol: Protocol,
    /// The unit behind the server's address.
    pub address: Reference<'a>,
    /// The variable.
    pub object: Reference<'a>,
    /// The type in the protocol's words, e.g. `int16`, `real`, `double_point`.
    pub kind: &'static str,
    /// The value.
    pub number: Number,
}

/// A run of equal, consecutively addressed variables; cheaper than one [`Value`] each.
#[derive(Debug, Clone, Copy)]
pub struct ValueBlock<'a> {
    /// The protocol that carried it.
    pub protocol: Protocol,
    /// The unit behind the server's address.
    pub address: Reference<'a>,
    /// The table, e.g. `holding_register`.
    pub label: &'static str,
    /// Address of the first variable.
    pub first: u32,
    /// How many variables.
    pub count: u32,
    /// Width in bits: 1 (packed, least significant bit first) or 16 (big-endian).
    pub bits: u8,
    /// The values.
    pub data: &'a [u8],
}

/// Which way a file travels, seen from the server or controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Into the controller or server.
    Download,
    /// Out of the controller or server.
    Upload,
}

/// A piece of a file or program block in transfer.
#[derive(Debug, Clone, Copy)]
pub struct FileChunk<'a> {
    /// The protocol that carried it.
    pub protocol: Protocol,
    /// Tells transfers of one flow apart.
    pub handle: u64,
    /// Name as the wire gives it; may be empty after the first piece.
    pub name: &'a str,
    /// Which way it travels.
    pub direction: Direction,
    /// Offset of `data` in the file where the protocol says it; otherwise pieces follow one another.
    pub offset: Option<u64>,
    /// The bytes.
    pub data: &'a [u8],
    /// True on the piece that ends the transfer.
    pub last: bool,
}

/// A flow that this conversation announces: FTP data, TFTP transfers, DCE/RPC endpoints. Announcing the same ends again
/// replaces what was said of them.
#[derive(Debug, Clone, Copy)]
pub struct Expectation<'a> {
    /// One end of the coming flow.
    pub ip: Ip,
    /// Its port.
    pub port: u16,
    /// The other end, where it is known: then one flow is expected, and at once. Otherwise any number of flows is,
    /// from the engine's next hand-over on.
    pub peer: Option<Ip>,
    /// IP protocol number (6, 17).
    pub transport: u8,
    /// What will be spoken there.
    pub protocol: Protocol,
    /// Whether the named end is the serving one.
    pub serves: bool,
    /// A value that the expecting session hands to the coming one.
    pub token: u64,
    /// What the flow will carry, e.g. the name of a file; may be empty.
    pub name: &'a str,
}
