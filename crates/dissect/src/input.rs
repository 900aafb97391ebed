//! What a dissector is given.

use sightglass_wire::{Ip, Llc, Mac};

/// How the bytes travelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// A byte stream, in order; messages may be split and joined anywhere.
    Tcp,
    /// One datagram.
    Udp,
    /// The payload of one layer-2 frame.
    Link,
    /// The payload of one IP packet without ports.
    Ip,
    /// One user message of SCTP, put together from its data chunks.
    Sctp,
}

/// The next bytes of one direction of a flow.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Bytes from the start of a message on. For streams more may follow later unless `last` is set.
    pub data: &'a [u8],
    /// How they travelled.
    pub transport: Transport,
    /// Nothing more will follow these bytes: the datagram ends here, or the rest of the stream's message is lost.
    /// A message that is intact up to its function is still given, marked [`crate::Anomalies::TRUNCATED`].
    pub last: bool,
    /// Bytes of the datagram that the wire had but the capture cut off.
    pub missing: u32,
    /// Whether the sender opened the connection; `None` where no handshake was seen.
    pub from_client: Option<bool>,
    /// Sender and receiver.
    pub src: Ip,
    /// Receiver.
    pub dst: Ip,
    /// Sender's port; the type of an ICMP message.
    pub src_port: u16,
    /// Receiver's port; the code of an ICMP message.
    pub dst_port: u16,
    /// Sender's hardware address.
    pub src_mac: Mac,
    /// Receiver's hardware address.
    pub dst_mac: Mac,
    /// Ethertype of a layer-2 payload; 0 with IP and for LLC frames.
    pub ethertype: u16,
    /// LLC header of a layer-2 payload.
    pub llc: Option<Llc>,
    /// LINKTYPE of the capture: some fieldbuses have their own.
    pub link: u32,
    /// IP protocol number; 0 on layer 2.
    pub ip_protocol: u8,
    /// Packet time in Unix nanoseconds.
    pub ts_ns: i64,
    /// Number of the frame that brought the last of these bytes.
    pub frame: u64,
}

impl Input<'_> {
    /// Whether these bytes go to the serving side: by the handshake where one was seen, else by the usual `ports`,
    /// else to the lower port.
    pub fn to_server(&self, ports: &[u16]) -> bool {
        if let Some(from_client) = self.from_client {
            return from_client;
        }
        match (ports.contains(&self.dst_port), ports.contains(&self.src_port)) {
            (true, false) => true,
            (false, true) => false,
            _ => self.dst_port <= self.src_port,
        }
    }

    /// The same input with other bytes, for an inner layer.
    #[must_use]
    pub fn with_data<'b>(&self, data: &'b [u8]) -> Input<'b> {
        Input { data, ..*self }
    }
}

/// The first bytes of a flow whose protocol is not known yet.
#[derive(Debug, Clone, Copy)]
pub struct Probe<'a> {
    /// First bytes of one direction, or a whole datagram.
    pub data: &'a [u8],
    /// How they travelled.
    pub transport: Transport,
    /// Sender's port.
    pub src_port: u16,
    /// Receiver's port.
    pub dst_port: u16,
    /// Whether the sender opened the connection; `None` where no handshake was seen.
    pub from_client: Option<bool>,
    /// Ethertype of a layer-2 payload; 0 with IP and for LLC frames.
    pub ethertype: u16,
    /// LLC header of a layer-2 payload.
    pub llc: Option<Llc>,
    /// LINKTYPE of the capture: some fieldbuses have their own.
    pub link: u32,
    /// IP protocol number; 0 on layer 2.
    pub ip_protocol: u8,
    /// Destination hardware address: layer-2 protocols are told by their multicast groups.
    pub dst_mac: Mac,
    /// Bytes of the datagram that the wire had but the capture cut off.
    pub missing: u32,
}

impl<'a> Probe<'a> {
    /// The first message of a flow as its session will be given it.
    pub fn of(input: &Input<'a>) -> Self {
        Self {
            data: input.data,
            transport: input.transport,
            src_port: input.src_port,
            dst_port: input.dst_port,
            from_client: input.from_client,
            ethertype: input.ethertype,
            llc: input.llc,
            link: input.link,
            ip_protocol: input.ip_protocol,
            dst_mac: input.dst_mac,
            missing: input.missing,
        }
    }

    /// Whether one end uses one of these ports.
    pub fn on_port(&self, ports: &[u16]) -> bool {
        ports.contains(&self.dst_port) || ports.contains(&self.src_port)
    }
}
