//! EtherCAT: datagrams that every slave reads and writes while the frame passes, and the mailboxes in them.
//!
//! Spec: IEC 61158-3-12 and 61158-4-12 (data link), 61158-5-12 and 61158-6-12 (application); ETG.1000, ETG.1020,
//! ETG.8200 (mailbox gateway). Ethertype 0x88a4, UDP 34980; recognised by the frame header's type and datagrams that
//! fit their lengths. A frame passes twice, on its way out and back: the first slave sets the local bit of the source
//! address, which tells the two apart; over UDP the working counters do.

mod coe;
mod command;
mod foe;
mod mailbox;

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Transport, Verdict, Visitor,
};
use command::{AL_CONTROL, AL_STATUS, Mode};
use mailbox::Mailboxes;

const ETHERTYPE: u16 = 0x88a4;
const PORTS: &[u16] = &[34_980];
/// Frame header: length in the low eleven bits, type in the upper four (IEC 61158-4-12, 5.3.3).
const LENGTH: u16 = 0x07ff;
/// Types of a frame: datagrams, network variables, mailbox.
const DATAGRAMS: u16 = 1;
const NETWORK_VARIABLES: u16 = 4;
const MAILBOX: u16 = 5;
/// Datagram length word: length, and whether another datagram follows (IEC 61158-4-12, 5.4.1.2).
const MORE: u16 = 0x8000;
const CIRCULATING: u16 = 0x4000;
/// Bytes of a datagram around its data: header and working counter.
const OVERHEAD: usize = 12;
/// Most datagrams of one frame; a full Ethernet frame has room for 107 with two bytes of data.
const MAX_DATAGRAMS: usize = 128;

/// EtherCAT as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Ethercat,
    over: &[Over::Ether(ETHERTYPE), Over::Udp(PORTS)],
    probe,
    open: || Box::<Ethercat>::default(),
    max_message: 65_507,
    fields: FIELDS,
    not_decoded: &[
        "process data (its layout is the configuration of the master)",
        "contents of the slaves' EEPROM and of network variables",
        "Ethernet frames that EoE carries, and fragments of segmented SDO transfers, put together",
        "vendor-specific mailboxes (VoE)",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "index", doc: "Identifier that the master gives a datagram; it comes back unchanged." },
    Field { name: "position", doc: "Auto-increment address as sent; every slave adds one." },
    Field { name: "station", doc: "Configured station address." },
    Field { name: "logical_address", doc: "Address in the process image." },
    Field { name: "register", doc: "Offset in the slave's memory." },
    Field { name: "length", doc: "Bytes of data." },
    Field { name: "circulating", doc: "The datagram passed the ring more than once." },
    Field { name: "irq", doc: "External events of the slaves." },
    Field { name: "working_counter", doc: "How many slaves took part: one per read, one or two per write." },
    Field {
        name: "al_state",
        doc: "State asked or told: init, pre-operational, safe-operational, operational.",
    },
    Field { name: "data", doc: "Data of the datagram." },
    Field { name: "mailbox_type", doc: "0 error, 1 AoE, 2 EoE, 3 CoE, 4 FoE, 5 SoE, 15 VoE." },
    Field { name: "mailbox_length", doc: "Bytes of the mailbox's service data." },
    Field { name: "mailbox_address", doc: "Station address of a mailbox that is routed between slaves." },
    Field { name: "priority", doc: "Priority of the mailbox." },
    Field { name: "counter", doc: "Sequence of the mailbox, 1 to 7." },
    Field { name: "coe_service", doc: "1 emergency, 2 SDO request, 3 SDO response, 8 SDO information." },
    Field { name: "sdo_index", doc: "Object of the dictionary." },
    Field { name: "sdo_subindex", doc: "Entry of the object." },
    Field { name: "complete_access", doc: "All entries of the object at once." },
    Field { name: "complete_size", doc: "Bytes of the whole value." },
    Field { name: "abort_code", doc: "Why an SDO transfer ended." },
    Field { name: "value", doc: "Value of an SDO transfer, as far as this mailbox holds it." },
    Field { name: "error_code", doc: "Code of an emergency, of FoE, SoE or of the mailbox itself." },
    Field { name: "file_name", doc: "File of an FoE request." },
    Field { name: "packet_number", doc: "Packet of an FoE transfer, from 1." },
    Field { name: "idn", doc: "SoE identification number." },
    Field { name: "drive", doc: "SoE drive number." },
    Field { name: "elements", doc: "SoE elements addressed, a bit each." },
];

/// One datagram.
#[derive(Debug, Clone, Copy)]
struct Datagram<'a> {
    command: u8,
    index: u8,
    /// Position or station address; low half of a logical address.
    adp: u16,
    /// Register; high half of a logical address.
    ado: u16,
    word: u16,
    irq: u16,
    data: &'a [u8],
    working_counter: Option<u16>,
    returned: bool,
}

impl<'a> Datagram<'a> {
    fn parse(reader: &mut Reader<'a>, returned: bool) -> Option<Self> {
        let command = reader.u8().ok()?;
        let index = reader.u8().ok()?;
        let adp = reader.le_u16().ok()?;
        let ado = reader.le_u16().ok()?;
        let word = reader.le_u16().ok()?;
        let irq = reader.le_u16().ok()?;
        let data = reader.take_up_to(usize::from(word & LENGTH));
        let working_counter = reader.le_u16().ok();
        Some(Self { command, index, adp, ado, word, irq, data, working_counter, returned })
    }

    fn length(&self) -> usize {
        usize::from(self.word & LENGTH)
    }

    fn logical(&self) -> u32 {
        u32::from(self.ado) << 16 | u32::from(self.adp)
    }

    /// The slaves addressed. A position changes on its way, so only the datagram that goes out names it.
    fn address(&self) -> Reference<'static> {
        match command::mode(self.command) {
            Mode::Station => Reference::one("station", u64::from(self.adp)),
            Mode::Position if !self.returned => {
                Reference::one("position", u64::from(self.adp.wrapping_neg()))
            }
            _ => Reference::None,
        }
    }

    fn object(&self) -> Reference<'static> {
        match command::mode(self.command) {
            Mode::None => Reference::None,
            Mode::Logical => Reference::one("logical", u64::from(self.logical())),
            _ => match command::register(self.ado) {
                Some(name) => Reference::Text(name),
                None => Reference::one("memory", u64::from(self.ado)),
            },
        }
    }

    fn is_physical(&self) -> bool {
        matches!(command::mode(self.command), Mode::Position | Mode::Station | Mode::Broadcast)
    }
}

/// Type and length of a frame header.
fn header(data: &[u8]) -> Option<(u16, usize)> {
    let word = Reader::new(data).le_u16().ok()?;
    Some((word >> 12, usize::from(word & LENGTH)))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let link = probe.transport == Transport::Link;
    if link && probe.ethertype != ETHERTYPE || !link && !probe.on_port(PORTS) {
        return Verdict::No;
    }
    let Some((kind, length)) = header(probe.data) else { return Verdict::No };
    let there =
        probe.data.len().saturating_sub(2).saturating_add(usize::try_from(probe.missing).unwrap_or(0));
    if length > there {
        return Verdict::No;
    }
    match kind {
        DATAGRAMS if is_datagram(probe.data, length) => Verdict::Sure,
        NETWORK_VARIABLES | MAILBOX if length >= mailbox::HEADER => Verdict::Sure,
        _ => Verdict::No,
    }
}

/// Whether a known command begins here whose data fits the frame.
fn is_datagram(data: &[u8], length: usize) -> bool {
    let mut reader = Reader::new(data.get(2..).unwrap_or_default());
    Datagram::parse(&mut reader, false).is_some_and(|datagram| {
        matches!(command::name(datagram.command), Function::Known(_))
            && datagram.length().saturating_add(OVERHEAD) <= length
    })
}

#[derive(Default)]
struct Ethercat {
    mailboxes: Mailboxes,
}

impl Session for Ethercat {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some((kind, length)) = header(input.data) else { return Step::Lost };
        let mut reader = Reader::new(input.data);
        let _ = reader.take_up_to(2);
        let body = reader.take_up_to(length);
        match kind {
            DATAGRAMS => self.datagrams(body, length, input, sink),
            MAILBOX => {
                let returned = input.src_port == PORTS.first().copied().unwrap_or(0);
                if !self.mailboxes.take(body, None, returned, input, sink) {
                    return Step::Lost;
                }
            }
            NETWORK_VARIABLES => network_variables(body, length, sink),
            _ => return Step::Lost,
        }
        Step::Took(input.data.len())
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.mailboxes.clear();
    }
}

impl Ethercat {
    fn datagrams(&mut self, body: &[u8], length: usize, input: &Input<'_>, sink: &mut dyn Sink) {
        let returned =
            if input.transport == Transport::Link { input.src_mac.is_local() } else { counts(body) };
        let mut reader = Reader::new(body);
        for _ in 0..MAX_DATAGRAMS {
            let Some(datagram) = Datagram::parse(&mut reader, returned) else { break };
            let short = datagram.working_counter.is_none();
            let last = datagram.word & MORE == 0;
            let anomalies = Anomalies::NONE
                .with_if(short && (input.missing > 0 || body.len() < length), Anomalies::TRUNCATED)
                .with_if(short && input.missing == 0 && body.len() == length, Anomalies::BAD_LENGTH)
                .with_if(
                    matches!(command::name(datagram.command), Function::Unknown(_)),
                    Anomalies::UNKNOWN_FUNCTION,
                )
                .with_if(last && !short && !reader.is_empty(), Anomalies::TRAILING_BYTES);
            emit(&datagram, anomalies, sink);
            if !short && datagram.is_physical() && datagram.ado >= command::MEMORY {
                self.mailboxes.datagram(&datagram, input, sink);
            }
            if last || short {
                break;
            }
        }
    }
}

/// Whether any slave counted: the frame has been through the ring.
fn counts(body: &[u8]) -> bool {
    let mut reader = Reader::new(body);
    for _ in 0..MAX_DATAGRAMS {
        let Some(datagram) = Datagram::parse(&mut reader, false) else { return false };
        if datagram.working_counter.is_some_and(|counter| counter > 0) {
            return true;
        }
        if datagram.word & MORE == 0 {
            return false;
        }
    }
    false
}

fn emit(datagram: &Datagram<'_>, anomalies: Anomalies, sink: &mut dyn Sink) {
    let (kind, outcome) = match (datagram.returned, datagram.working_counter) {
        (false, _) => (Kind::Request, Outcome::Pending),
        (true, Some(0)) if datagram.command != 0 => (Kind::Response, Outcome::Error("no_slave_answered")),
        (true, _) => (Kind::Response, Outcome::Ok),
    };
    sink.message(&Message {
        protocol: Protocol::Ethercat,
        kind,
        function: command::name(datagram.command),
        code: Some(u32::from(datagram.command)),
        category: command::category(datagram.command, datagram.ado),
        outcome,
        address: datagram.address(),
        object: datagram.object(),
        anomalies,
        fields: datagram,
    });
}

/// Data that stations publish to each other without a master (ETG.1000.4, process data over frames of their own).
fn network_variables(body: &[u8], length: usize, sink: &mut dyn Sink) {
    let shown = NetworkVariables { data: body };
    sink.message(&Message {
        protocol: Protocol::Ethercat,
        kind: Kind::Event,
        function: Function::Known("network_variables"),
        code: None,
        category: Category::Other,
        outcome: Outcome::Event,
        address: Reference::None,
        object: Reference::None,
        anomalies: Anomalies::NONE.with_if(body.len() < length, Anomalies::TRUNCATED),
        fields: &shown,
    });
}

struct NetworkVariables<'a> {
    data: &'a [u8],
}

impl Fields for NetworkVariables<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("length", self.data.len() as u64);
        visitor.bytes("data", self.data);
    }
}

impl Fields for Datagram<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("index", u64::from(self.index));
        match command::mode(self.command) {
            Mode::Logical => visitor.uint("logical_address", u64::from(self.logical())),
            Mode::Station => visitor.uint("station", u64::from(self.adp)),
            Mode::Position | Mode::Broadcast => visitor.uint("position", u64::from(self.adp)),
            Mode::None => {}
        }
        if self.is_physical() {
            match command::register(self.ado) {
                Some(name) => visitor.named("register", u64::from(self.ado), name),
                None => visitor.uint("register", u64::from(self.ado)),
            }
        }
        visitor.uint("length", self.length() as u64);
        if self.word & CIRCULATING != 0 {
            visitor.flag("circulating", true);
        }
        visitor.uint("irq", u64::from(self.irq));
        if self.is_physical()
            && matches!(self.ado, AL_CONTROL | AL_STATUS)
            && let Ok(state) = Reader::new(self.data).le_u16()
        {
            visitor.named("al_state", u64::from(state), command::state(state));
        }
        if !self.data.is_empty() {
            visitor.bytes("data", self.data);
        }
        if let Some(counter) = self.working_counter {
            visitor.uint("working_counter", u64::from(counter));
        }
    }
}

#[cfg(test)]
mod tests;
