//! The events, each a table; the contract with the product.

use sightglass_dissect::Function;
use sightglass_wire::{Ip, Mac};

use crate::kept::Kept;
use crate::table::row;

row! {
    /// Who sends with which addresses.
    EndpointRow "endpoint" {
        /// `new` on first sight, `final` with totals.
        event: &'static str,
        /// Hardware address, empty without one.
        mac: Option<Mac>,
        /// IP address, empty without one.
        ip: Option<Ip>,
        /// Outermost 802.1Q id.
        vlan: Option<u16>,
        /// Frames sent.
        packets: u64,
        /// Bytes sent, whole frames as on the wire.
        bytes: u64,
        /// First time in Unix nanoseconds.
        first_ts_ns: i64,
        /// Last time in Unix nanoseconds.
        last_ts_ns: i64,
        /// First frame.
        first_frame: u64,
        /// Last frame.
        last_frame: u64,
        /// Capture of the first frame.
        source: u16,
    }
}

row! {
    /// A bidirectional conversation.
    FlowRow "flow" {
        /// `open`, `identified`, `interval`, `final`.
        event: &'static str,
        /// Number of the flow.
        flow_id: u64,
        /// Community id version 1, seed 0; empty on layer 2.
        community_id: Box<str>,
        /// `tcp`, `udp`, `sctp`, `icmp`, `icmpv6`, `igmp`, `ip`, `l2`.
        transport: &'static str,
        /// Client address.
        client_ip: Option<Ip>,
        /// Client port.
        client_port: u16,
        /// Server address.
        server_ip: Option<Ip>,
        /// Server port.
        server_port: u16,
        /// Hardware address the client's first frame came from.
        client_mac: Option<Mac>,
        /// Hardware address the server's first frame came from, or that was addressed.
        server_mac: Option<Mac>,
        /// Outermost 802.1Q id.
        vlan: Option<u16>,
        /// Application protocol, empty while unknown.
        protocol: &'static str,
        /// `handshake`, `content`, `port` (a guess) or empty.
        recognised_by: &'static str,
        /// State of the conversation.
        state: &'static str,
        /// Packets from the client.
        packets_client: u64,
        /// Packets from the server.
        packets_server: u64,
        /// Bytes from the client, whole frames.
        bytes_client: u64,
        /// Bytes from the server, whole frames.
        bytes_server: u64,
        /// First time in Unix nanoseconds.
        first_ts_ns: i64,
        /// Last time in Unix nanoseconds.
        last_ts_ns: i64,
        /// First frame.
        first_frame: u64,
        /// Last frame.
        last_frame: u64,
        /// Capture of the first frame.
        source: u16,
    }
}

row! {
    /// What a client does with a server.
    ActivityRow "activity" {
        /// `new`, `error` (first refusal), `interval`, `final`.
        event: &'static str,
        /// Client address.
        client_ip: Option<Ip>,
        /// Client hardware address.
        client_mac: Option<Mac>,
        /// Server address.
        server_ip: Option<Ip>,
        /// Server hardware address.
        server_mac: Option<Mac>,
        /// Outermost 802.1Q id.
        vlan: Option<u16>,
        /// Protocol.
        protocol: &'static str,
        /// Unit, slot or station behind the address.
        address: Kept,
        /// Object within it.
        object: Kept,
        /// Function name.
        function: Function,
        /// Function code.
        code: Option<u32>,
        /// Category.
        category: &'static str,
        /// Requests seen.
        requests: u64,
        /// Positive answers seen.
        ok: u64,
        /// Refusals seen.
        errors: u64,
        /// Messages that nobody answers.
        events: u64,
        /// Name of the last refusal.
        last_error: &'static str,
        /// First time in Unix nanoseconds.
        first_ts_ns: i64,
        /// Last time in Unix nanoseconds.
        last_ts_ns: i64,
        /// First frame.
        first_frame: u64,
        /// Last frame.
        last_frame: u64,
        /// Up to eight sample frames.
        samples: Vec<u64>,
        /// Capture of the first frame.
        source: u16,
        /// Flow of the first message.
        flow_id: u64,
    }
}

row! {
    /// One act of a sensitive category.
    OccurrenceRow "occurrence" {
        /// Client address.
        client_ip: Option<Ip>,
        /// Client hardware address.
        client_mac: Option<Mac>,
        /// Server address.
        server_ip: Option<Ip>,
        /// Server hardware address.
        server_mac: Option<Mac>,
        /// Outermost 802.1Q id.
        vlan: Option<u16>,
        /// Protocol.
        protocol: &'static str,
        /// Unit, slot or station behind the address.
        address: Kept,
        /// Object within it.
        object: Kept,
        /// Function name.
        function: Function,
        /// Function code.
        code: Option<u32>,
        /// Category.
        category: &'static str,
        /// `request`, `ok`, `error`, `event`.
        outcome: &'static str,
        /// Name of the refusal.
        error: &'static str,
        /// Time in Unix nanoseconds.
        ts_ns: i64,
        /// Frame that completes the message.
        frame: u64,
        /// Capture.
        source: u16,
        /// Flow.
        flow_id: u64,
    }
}

row! {
    /// All that a client does with a server in one protocol, totals over its activities.
    RelationRow "relation" {
        /// `final`.
        event: &'static str,
        /// Client address.
        client_ip: Option<Ip>,
        /// Client hardware address.
        client_mac: Option<Mac>,
        /// Server address.
        server_ip: Option<Ip>,
        /// Server hardware address.
        server_mac: Option<Mac>,
        /// Outermost 802.1Q id.
        vlan: Option<u16>,
        /// Protocol.
        protocol: &'static str,
        /// Categories of what was asked, comma-separated, sorted.
        categories: Box<str>,
        /// Requests seen.
        requests: u64,
        /// Positive answers seen.
        ok: u64,
        /// Refusals seen.
        errors: u64,
        /// Messages that nobody answers.
        events: u64,
        /// Names of refusals, the last one of each activity, comma-separated, sorted.
        reasons: Box<str>,
        /// First time in Unix nanoseconds.
        first_ts_ns: i64,
        /// Last time in Unix nanoseconds.
        last_ts_ns: i64,
        /// First frame.
        first_frame: u64,
        /// Last frame.
        last_frame: u64,
        /// Time of the first refusal in Unix nanoseconds.
        first_error_ts_ns: Option<i64>,
        /// Frame of the first refusal.
        first_error_frame: Option<u64>,
        /// Time of the last refusal in Unix nanoseconds.
        last_error_ts_ns: Option<i64>,
        /// Frame of the last refusal.
        last_error_frame: Option<u64>,
        /// Frames of at most sixteen refusals, spread over them: each the first of an activity.
        error_frames: Vec<u64>,
        /// Their times in Unix nanoseconds.
        error_times: Vec<u64>,
        /// Capture of the first frame.
        source: u16,
    }
}

row! {
    /// A fact about a device.
    ObservationRow "observation" {
        /// Address of the device.
        ip: Option<Ip>,
        /// Hardware address of the device.
        mac: Option<Mac>,
        /// Outermost 802.1Q id.
        vlan: Option<u16>,
        /// Module or unit behind the address, empty for the device itself.
        path: Box<str>,
        /// Attribute name.
        attribute: &'static str,
        /// Value as text.
        value: Box<str>,
        /// Protocol that says so.
        protocol: &'static str,
        /// 1 to 100.
        confidence: u8,
        /// Whether the device said it of itself.
        own: bool,
        /// Time in Unix nanoseconds.
        ts_ns: i64,
        /// Frame.
        frame: u64,
        /// Capture.
        source: u16,
    }
}

row! {
    /// A process variable, totals.
    ValueRow "value" {
        /// Address of the server that holds it.
        server_ip: Option<Ip>,
        /// Hardware address of the server.
        server_mac: Option<Mac>,
        /// Outermost 802.1Q id.
        vlan: Option<u16>,
        /// Protocol.
        protocol: &'static str,
        /// Unit behind the address.
        address: Box<str>,
        /// Variable.
        object: Box<str>,
        /// Type in the protocol's words.
        kind: &'static str,
        /// Last value.
        last: f64,
        /// Smallest value.
        minimum: f64,
        /// Largest value.
        maximum: f64,
        /// How often it changed.
        changes: u64,
        /// How often it was seen.
        samples: u64,
        /// Last time in Unix nanoseconds.
        ts_ns: i64,
        /// Last frame.
        frame: u64,
        /// Capture.
        source: u16,
        /// `final` with totals, `interval` with what one interval brought.
        event: &'static str,
    }
}

row! {
    /// Out-of-spec or damaged traffic, first sight and totals.
    AnomalyRow "anomaly" {
        /// `new` or `final`.
        event: &'static str,
        /// Flow.
        flow_id: u64,
        /// Client address.
        client_ip: Option<Ip>,
        /// Server address.
        server_ip: Option<Ip>,
        /// Client hardware address.
        client_mac: Option<Mac>,
        /// Server hardware address.
        server_mac: Option<Mac>,
        /// Outermost 802.1Q id.
        vlan: Option<u16>,
        /// Protocol, or the layer that is damaged.
        protocol: &'static str,
        /// Name of the mark.
        anomaly: &'static str,
        /// Function of the message that carries it.
        detail: Box<str>,
        /// How often.
        count: u64,
        /// Time in Unix nanoseconds.
        ts_ns: i64,
        /// First frame.
        frame: u64,
        /// Capture.
        source: u16,
    }
}

row! {
    /// A content rule that fired.
    MatchRow "match" {
        /// Id of the rule.
        rule: Box<str>,
        /// Flow.
        flow_id: u64,
        /// Client address.
        client_ip: Option<Ip>,
        /// Client hardware address.
        client_mac: Option<Mac>,
        /// Server address.
        server_ip: Option<Ip>,
        /// Server hardware address.
        server_mac: Option<Mac>,
        /// Outermost 802.1Q id.
        vlan: Option<u16>,
        /// Protocol.
        protocol: &'static str,
        /// Function name.
        function: Box<str>,
        /// Function code.
        code: Option<u32>,
        /// Unit, slot or station behind the address.
        address: Box<str>,
        /// Object within it.
        object: Box<str>,
        /// The fields that the rule looked at.
        detail: Box<str>,
        /// Time in Unix nanoseconds.
        ts_ns: i64,
        /// Frame.
        frame: u64,
        /// Capture.
        source: u16,
    }
}

row! {
    /// An ARP statement, on first sight of its addresses.
    ArpRow "arp" {
        /// 1 request, 2 reply.
        operation: u16,
        /// Hardware address of the sender as the message says.
        sender_mac: Option<Mac>,
        /// IP address of the sender.
        sender_ip: Option<Ip>,
        /// Hardware address of the target.
        target_mac: Option<Mac>,
        /// IP address asked for.
        target_ip: Option<Ip>,
        /// Sender and target address are the same.
        gratuitous: bool,
        /// Hardware address the frame came from.
        frame_mac: Option<Mac>,
        /// Outermost 802.1Q id.
        vlan: Option<u16>,
        /// Time in Unix nanoseconds.
        ts_ns: i64,
        /// Frame.
        frame: u64,
        /// Capture.
        source: u16,
    }
}

row! {
    /// A file or program block seen in transfer.
    FileRow "file" {
        /// Protocol.
        protocol: &'static str,
        /// Client address.
        client_ip: Option<Ip>,
        /// Server address.
        server_ip: Option<Ip>,
        /// Client hardware address.
        client_mac: Option<Mac>,
        /// Server hardware address.
        server_mac: Option<Mac>,
        /// Outermost 802.1Q id.
        vlan: Option<u16>,
        /// `download` into the server, `upload` out of it.
        direction: &'static str,
        /// Name as the wire gives it.
        name: Box<str>,
        /// Bytes seen.
        size: u64,
        /// SHA-256 of the bytes, lower-case hexadecimal; empty when pieces are missing.
        sha256: Box<str>,
        /// Whether the end of the transfer was seen without loss.
        complete: bool,
        /// Time in Unix nanoseconds of the last piece.
        ts_ns: i64,
        /// Frame of the last piece.
        frame: u64,
        /// Frame of the first piece.
        first_frame: u64,
        /// Capture.
        source: u16,
        /// Flow.
        flow_id: u64,
    }
}
