//! Test support for dissectors: run bytes through a session, collect what comes out, try every cut and split.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "test support: a failed expectation ends the test"
)]

use std::fmt::Write as _;

use sightglass_wire::{Ip, Mac};

use crate::{
    Dissector, Expectation, FileChunk, Input, Message, Observation, Over, Probe, Session, Sink, Step,
    Transport, Value, ValueBlock, Verdict, Visitor, Wants, hex,
};

/// Collects everything as text lines, one per message, observation and so on.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Log {
    /// `protocol kind function code=.. category outcome address object anomalies {fields}`.
    pub messages: Vec<String>,
    /// `subject path attribute=value protocol confidence`.
    pub observations: Vec<String>,
    /// `protocol address object kind number`.
    pub values: Vec<String>,
    /// `protocol name direction offset length last`.
    pub files: Vec<String>,
    /// `ip port transport protocol`.
    pub expectations: Vec<String>,
}

struct Text(String);

impl Text {
    fn put(&mut self, name: &str, value: impl std::fmt::Display) {
        if !self.0.is_empty() && !self.0.ends_with(['{', '[']) {
            self.0.push(' ');
        }
        if name.is_empty() {
            let _ = write!(self.0, "{value}");
        } else {
            let _ = write!(self.0, "{name}={value}");
        }
    }
}

impl Visitor for Text {
    fn uint(&mut self, name: &'static str, value: u64) {
        self.put(name, value);
    }
    fn int(&mut self, name: &'static str, value: i64) {
        self.put(name, value);
    }
    fn float(&mut self, name: &'static str, value: f64) {
        self.put(name, value);
    }
    fn flag(&mut self, name: &'static str, value: bool) {
        self.put(name, value);
    }
    fn text(&mut self, name: &'static str, value: &str) {
        self.put(name, format_args!("{value:?}"));
    }
    fn bytes(&mut self, name: &'static str, value: &[u8]) {
        self.put(name, format_args!("0x{}", hex(value)));
    }
    fn named(&mut self, name: &'static str, raw: u64, label: &str) {
        self.put(name, format_args!("{raw}({label})"));
    }
    fn begin_object(&mut self, name: &'static str) {
        self.put(name, "{");
    }
    fn end_object(&mut self) {
        self.0.push('}');
    }
    fn begin_list(&mut self, name: &'static str) {
        self.put(name, "[");
    }
    fn end_list(&mut self) {
        self.0.push(']');
    }
}

impl Sink for Log {
    fn message(&mut self, m: &Message<'_>) {
        let mut fields = Text(String::new());
        m.fields.visit(&mut fields);
        let code = m.code.map_or_else(|| "-".to_owned(), |code| code.to_string());
        let anomalies: Vec<_> = m.anomalies.names().collect();
        self.messages.push(format!(
            "{} {} {} code={code} {} {:?} [{}] [{}] {anomalies:?} {{{}}}",
            m.protocol.name(),
            m.kind.name(),
            m.function,
            m.category.name(),
            m.outcome,
            m.address,
            m.object,
            fields.0
        ));
    }
    fn observe(&mut self, o: &Observation<'_>) {
        self.observations.push(format!(
            "{:?} [{}] {}={:?} {} {}",
            o.subject,
            o.path,
            o.attribute,
            o.value,
            o.protocol.name(),
            o.confidence
        ));
    }
    fn value(&mut self, v: &Value<'_>) {
        self.values.push(format!(
            "{} [{}] [{}] {} {:?}",
            v.protocol.name(),
            v.address,
            v.object,
            v.kind,
            v.number
        ));
    }
    fn values(&mut self, b: &ValueBlock<'_>) {
        self.values.push(format!(
            "{} [{}] {} {}+{} x{} {}",
            b.protocol.name(),
            b.address,
            b.label,
            b.first,
            b.count,
            b.bits,
            hex(b.data)
        ));
    }
    fn file(&mut self, c: &FileChunk<'_>) {
        self.files.push(format!(
            "{} {:?} {:?} {:?} {} {}",
            c.protocol.name(),
            c.name,
            c.direction,
            c.offset,
            c.data.len(),
            c.last
        ));
    }
    fn expect(&mut self, e: &Expectation<'_>) {
        let peer = e.peer.map_or_else(|| "any".to_owned(), |peer| peer.to_string());
        self.expectations.push(format!(
            "{} {} {peer} {} {} serves={} {} {:?}",
            e.ip,
            e.port,
            e.transport,
            e.protocol.name(),
            e.serves,
            e.token,
            e.name
        ));
    }
    fn wants(&self) -> Wants {
        Wants { values: true, files: true }
    }
}

/// One piece of a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// True when the client sends it.
    pub from_client: bool,
    /// Its bytes.
    pub data: &'a [u8],
}

/// A piece that the client sends.
pub const fn client(data: &[u8]) -> Piece<'_> {
    Piece { from_client: true, data }
}

/// A piece that the server sends.
pub const fn server(data: &[u8]) -> Piece<'_> {
    Piece { from_client: false, data }
}

/// An input on a flow between 10.0.0.1:50000 (client) and 10.0.0.2:`port` (server).
pub fn input(transport: Transport, port: u16, piece: Piece<'_>, last: bool) -> Input<'_> {
    let (client_ip, server_ip) = (Ip::v4([10, 0, 0, 1]), Ip::v4([10, 0, 0, 2]));
    let (client_mac, server_mac) = (Mac([2, 0, 0, 0, 0, 1]), Mac([2, 0, 0, 0, 0, 2]));
    let away = piece.from_client;
    Input {
        data: piece.data,
        transport,
        last,
        missing: 0,
        from_client: Some(piece.from_client),
        src: if away { client_ip } else { server_ip },
        dst: if away { server_ip } else { client_ip },
        src_port: if away { 50_000 } else { port },
        dst_port: if away { port } else { 50_000 },
        src_mac: if away { client_mac } else { server_mac },
        dst_mac: if away { server_mac } else { client_mac },
        ethertype: 0,
        llc: None,
        link: 1,
        ip_protocol: ip_protocol(transport),
        ts_ns: 0,
        frame: 1,
    }
}

const fn ip_protocol(transport: Transport) -> u8 {
    match transport {
        Transport::Tcp => 6,
        Transport::Udp => 17,
        Transport::Sctp => 132,
        Transport::Link | Transport::Ip => 0,
    }
}

/// Runs datagrams (or layer-2 payloads) through a new session.
pub fn datagrams(dissector: &Dissector, transport: Transport, port: u16, pieces: &[Piece<'_>]) -> Log {
    let mut session = (dissector.open)();
    let mut log = Log::default();
    for piece in pieces {
        let mut data = piece.data;
        while !data.is_empty() {
            let given = input(transport, port, Piece { data, ..*piece }, true);
            match session.next(&given, &mut log) {
                Step::Took(taken) => {
                    assert!(taken > 0, "a step takes at least one byte");
                    data = data.get(taken..).expect("takes no more than it was given");
                }
                Step::Lost => break,
                Step::More => panic!("asked for more although nothing follows"),
            }
        }
    }
    log
}

/// Runs a TCP conversation through a new session; bytes left over at the end are flushed as cut when `flush` is set.
pub fn stream(dissector: &Dissector, port: u16, pieces: &[Piece<'_>], flush: bool) -> Log {
    let mut session = (dissector.open)();
    let mut log = Log::default();
    let mut waiting: [Vec<u8>; 2] = Default::default();
    for piece in pieces {
        let buffer = &mut waiting[usize::from(piece.from_client)];
        buffer.extend_from_slice(piece.data);
        let _ = drain(&mut *session, port, piece.from_client, buffer, false, &mut log);
    }
    if flush {
        for from_client in [true, false] {
            let buffer = &mut waiting[usize::from(from_client)];
            let _ = drain(&mut *session, port, from_client, buffer, true, &mut log);
        }
    }
    log
}

/// The same for whole messages of a connection whose handshake was not captured.
pub fn midway(dissector: &Dissector, port: u16, pieces: &[Piece<'_>]) -> Log {
    let mut session = (dissector.open)();
    let mut log = Log::default();
    for piece in pieces {
        let given = Input { from_client: None, ..input(Transport::Tcp, port, *piece, true) };
        let _ = session.next(&given, &mut log);
    }
    log
}

/// The same, but nothing where bytes were refused: how much of them depends on how they are cut.
fn unless_refused(dissector: &Dissector, port: u16, pieces: &[Piece<'_>]) -> Option<Log> {
    let mut session = (dissector.open)();
    let mut log = Log::default();
    let mut waiting: [Vec<u8>; 2] = Default::default();
    let flush = [client(&[]), server(&[])];
    for (piece, last) in
        pieces.iter().map(|piece| (piece, false)).chain(flush.iter().map(|piece| (piece, true)))
    {
        let buffer = &mut waiting[usize::from(piece.from_client)];
        buffer.extend_from_slice(piece.data);
        if !drain(&mut *session, port, piece.from_client, buffer, last, &mut log) {
            return None;
        }
    }
    Some(log)
}

/// False when bytes were refused.
fn drain(
    session: &mut dyn Session,
    port: u16,
    from_client: bool,
    buffer: &mut Vec<u8>,
    last: bool,
    log: &mut Log,
) -> bool {
    while !buffer.is_empty() {
        let given = input(Transport::Tcp, port, Piece { from_client, data: buffer }, last);
        match session.next(&given, log) {
            Step::Took(taken) => {
                assert!(taken > 0 && taken <= buffer.len(), "took {taken} of {}", buffer.len());
                buffer.drain(..taken);
            }
            Step::Lost => {
                buffer.clear();
                return false;
            }
            Step::More if last => panic!("asked for more although nothing follows"),
            Step::More => break,
        }
    }
    true
}

/// The verdict on the first bytes of a flow.
pub fn probe(dissector: &Dissector, transport: Transport, port: u16, data: &[u8]) -> Verdict {
    (dissector.probe)(&Probe {
        data,
        transport,
        src_port: 50_000,
        dst_port: port,
        from_client: Some(true),
        ethertype: 0,
        llc: None,
        link: 1,
        ip_protocol: ip_protocol(transport),
        dst_mac: Mac([2, 0, 0, 0, 0, 2]),
        missing: 0,
    })
}

/// Checks what every stream dissector promises: any split gives the same messages, and no cut panics.
///
/// # Panics
/// When a split changes what comes out.
pub fn check_stream(dissector: &Dissector, port: u16, pieces: &[Piece<'_>]) -> Log {
    keep_seed(dissector, Transport::Tcp, port, pieces);
    let whole = stream(dissector, port, pieces, true);
    let bytewise: Vec<Piece<'_>> =
        pieces.iter().flat_map(|piece| piece.data.chunks(1).map(|data| Piece { data, ..*piece })).collect();
    assert_eq!(whole, stream(dissector, port, &bytewise, true), "byte by byte");
    for size in [2, 3, 7, 13, 64] {
        let chunks: Vec<Piece<'_>> = pieces
            .iter()
            .flat_map(|piece| piece.data.chunks(size).map(|data| Piece { data, ..*piece }))
            .collect();
        assert_eq!(whole, stream(dissector, port, &chunks, true), "in pieces of {size}");
    }
    for (at, piece) in pieces.iter().enumerate() {
        for cut in 0..piece.data.len() {
            let mut shorter = pieces[..=at].to_vec();
            shorter[at].data = &piece.data[..cut];
            let _ = stream(dissector, port, &shorter, true);
        }
    }
    whole
}

/// Checks what every datagram dissector promises: no cut panics or asks for more. Returns what the whole gives.
pub fn check_datagrams(dissector: &Dissector, transport: Transport, port: u16, pieces: &[Piece<'_>]) -> Log {
    keep_seed(dissector, transport, port, pieces);
    for (at, piece) in pieces.iter().enumerate() {
        for cut in 0..piece.data.len() {
            let mut shorter = pieces[..=at].to_vec();
            shorter[at].data = &piece.data[..cut];
            let _ = datagrams(dissector, transport, port, &shorter);
        }
    }
    datagrams(dissector, transport, port, pieces)
}

/// Lengths of pieces in an input of [`converse`] are one byte of it times this step.
const STEP: usize = 8;

/// Takes the input as a conversation: a byte that chooses transport and port, then pieces, each behind a byte whose
/// lowest bit is the direction and whose others are the length. What fuzzing found interesting is kept in this form.
///
/// # Panics
/// When a split of a stream changes what comes out.
pub fn converse(dissector: &Dissector, data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let over = dissector.over.get(usize::from(choice >> 1) % dissector.over.len().max(1));
    let (transport, ports): (_, &[u16]) = match over {
        Some(Over::Tcp(ports)) => (Transport::Tcp, ports),
        Some(Over::Udp(ports)) => (Transport::Udp, ports),
        Some(Over::Sctp(ports)) => (Transport::Sctp, ports),
        Some(Over::Ip(_)) => (Transport::Ip, &[]),
        Some(Over::Ether(_) | Over::Llc(_) | Over::Snap(..) | Over::LinkType(_)) => (Transport::Link, &[]),
        None => (Transport::Tcp, &[]),
    };
    let port = if choice & 1 == 0 { ports.first().copied().unwrap_or(1) } else { 1 };
    let pieces = pieces(rest);
    if let Some(first) = pieces.first() {
        let _ = probe(dissector, transport, port, first.data);
    }
    if transport != Transport::Tcp {
        let _ = datagrams(dissector, transport, port, &pieces);
        return;
    }
    let bytewise: Vec<Piece<'_>> =
        pieces.iter().flat_map(|piece| piece.data.chunks(1).map(|data| Piece { data, ..*piece })).collect();
    let whole = unless_refused(dissector, port, &pieces);
    let split = unless_refused(dissector, port, &bytewise);
    if let (Some(whole), Some(split)) = (whole, split) {
        assert_eq!(whole, split, "{} byte by byte", dissector.protocol.name());
    }
}

fn pieces(mut rest: &[u8]) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    while let Some((head, data)) = rest.split_first() {
        let length = usize::from(head >> 1).saturating_mul(STEP).min(data.len());
        let (piece, after) = data.split_at(length);
        pieces.push(Piece { from_client: head & 1 == 0, data: piece });
        rest = after;
    }
    pieces
}

/// The input of [`converse`] that comes nearest to a conversation of the tests, appended to the file of its protocol in
/// the folder that `SIGHTGLASS_SEEDS` names: where fuzzing starts from.
fn keep_seed(dissector: &Dissector, transport: Transport, port: u16, pieces: &[Piece<'_>]) {
    let Ok(folder) = std::env::var("SIGHTGLASS_SEEDS") else { return };
    let over = dissector.over.iter().position(|over| match over {
        Over::Tcp(_) => transport == Transport::Tcp,
        Over::Udp(_) => transport == Transport::Udp,
        Over::Sctp(_) => transport == Transport::Sctp,
        Over::Ip(_) => transport == Transport::Ip,
        Over::Ether(_) | Over::Llc(_) | Over::Snap(..) | Over::LinkType(_) => transport == Transport::Link,
    });
    let Some(over) = over.and_then(|over| u8::try_from(over).ok()) else { return };
    let mut bytes = vec![over << 1 | u8::from(port == 1)];
    for piece in pieces {
        for data in piece.data.chunks(STEP.saturating_mul(127)) {
            let steps = u8::try_from(data.len().div_ceil(STEP)).unwrap_or(127);
            bytes.push(steps << 1 | u8::from(!piece.from_client));
            bytes.extend_from_slice(data);
            bytes.resize(bytes.len() + usize::from(steps) * STEP - data.len(), 0);
        }
    }
    let path = std::path::Path::new(&folder).join(format!("{}.txt", dissector.protocol.name()));
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    let written = file
        .and_then(|mut file| std::io::Write::write_all(&mut file, format!("{}\n", hex(&bytes)).as_bytes()));
    written.expect("SIGHTGLASS_SEEDS names a folder");
}

/// What a closure shows to a visitor, in the form of [`Log::messages`].
pub fn shown(show: &dyn Fn(&mut dyn Visitor)) -> String {
    let mut text = Text(String::new());
    show(&mut text);
    text.0
}
