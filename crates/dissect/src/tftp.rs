//! TFTP: trivial file transfer.
//!
//! Spec: RFC 1350 (revision 2), RFC 2347 to 2349 (options), RFC 7440 (window size). UDP port 69 for the request; the answer
//! comes from a new port, and that flow is known by the request's addresses; where the request was not seen, by a first
//! data block or acknowledgement and the next that fits.

use sightglass_wire::Ip;

use crate::tell::take_until_nul;
use crate::{
    Anomalies, Category, Direction, Dissector, Expectation, Field, Fields, FileChunk, Function, Input, Kind,
    Message, Outcome, Over, Probe, Protocol, Reader, Reference, Session, Sink, Step, Text, Transport,
    Verdict, Visitor, printable,
};

const PORTS: &[u16] = &[69];
/// IP protocol number of UDP.
const UDP: u8 = 17;
const READ: u16 = 1;
const WRITE: u16 = 2;
const DATA: u16 = 3;
const ACKNOWLEDGEMENT: u16 = 4;
const ERROR: u16 = 5;
const OPTIONS: u16 = 6;
/// Size of a block where nothing else was agreed (RFC 1350, 2), and the largest that can be (RFC 2348).
const BLOCK: usize = 512;
const MAX_BLOCK: usize = 65_464;
/// Options of one message that are looked at.
const MAX_OPTIONS: usize = 16;
/// First port that is not given to a service.
const FIRST_FREE_PORT: u16 = 1024;

/// TFTP as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Tftp,
    over: &[Over::Udp(PORTS)],
    probe,
    open: || Box::<Tftp>::default(),
    max_message: 65_535,
    fields: &[
        Field { name: "opcode", doc: "1 read, 2 write, 3 data, 4 acknowledgement, 5 error, 6 options." },
        Field { name: "file", doc: "Name of the file." },
        Field { name: "mode", doc: "netascii, octet or mail." },
        Field { name: "options", doc: "Options asked or granted: name and value." },
        Field { name: "block", doc: "Number of the data block." },
        Field { name: "data_length", doc: "Bytes of the block." },
        Field { name: "error_code", doc: "What went wrong." },
        Field { name: "error_text", doc: "The same in words." },
    ],
    not_decoded: &["names of files whose request was not seen"],
};

/// One datagram.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    opcode: u16,
    rest: &'a [u8],
}

/// File and mode of a request, and its options.
struct Request<'a> {
    file: &'a [u8],
    mode: &'a [u8],
    options: &'a [u8],
}

impl<'a> Frame<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        Some(Self { opcode: reader.be_u16().ok()?, rest: reader.rest() })
    }

    fn request(&self) -> Option<Request<'a>> {
        let mut reader = Reader::new(self.rest);
        let file = take_until_nul(&mut reader);
        let mode = take_until_nul(&mut reader);
        matches!(self.opcode, READ | WRITE).then_some(Request { file, mode, options: reader.rest() })
    }

    fn number(&self) -> Option<u16> {
        Reader::new(self.rest).be_u16().ok()
    }

    fn block(&self) -> Option<(u16, &'a [u8])> {
        let (number, data) = self.rest.split_first_chunk::<2>()?;
        (self.opcode == DATA).then_some((u16::from_be_bytes(*number), data))
    }

    /// Name and value of each option.
    fn options(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        let bytes = match self.opcode {
            OPTIONS => self.rest,
            _ => self.request().map_or(&[][..], |request| request.options),
        };
        let mut reader = Reader::new(bytes);
        std::iter::from_fn(move || {
            let name = take_until_nul(&mut reader);
            (!name.is_empty()).then(|| (name, take_until_nul(&mut reader)))
        })
        .take(MAX_OPTIONS)
    }
}

fn is_mode(mode: &[u8]) -> bool {
    [&b"netascii"[..], b"octet", b"mail"].iter().any(|known| known.eq_ignore_ascii_case(mode))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    let Some(frame) = Frame::parse(probe.data).filter(|_| probe.transport == Transport::Udp) else {
        return Verdict::No;
    };
    let free_ports = probe.src_port >= FIRST_FREE_PORT && probe.dst_port >= FIRST_FREE_PORT;
    let starts = match frame.opcode {
        READ | WRITE => {
            let request = frame.request();
            let fits = request.is_some_and(|request| {
                is_mode(request.mode)
                    && !request.file.is_empty()
                    && request.file.iter().all(|byte| !byte.is_ascii_control())
            });
            return if fits { Verdict::Sure } else { Verdict::No };
        }
        DATA => matches!(frame.block(), Some((1 | 2, data)) if data.len() <= MAX_BLOCK),
        ACKNOWLEDGEMENT => frame.rest.len() == 2 && matches!(frame.number(), Some(0..=2)),
        OPTIONS => frame.options().next().is_some_and(|(name, _)| name.iter().all(u8::is_ascii_alphanumeric)),
        ERROR => probe.on_port(PORTS) && frame.number().is_some_and(|code| code <= 8),
        _ => false,
    };
    if starts && (free_ports || probe.on_port(PORTS)) { Verdict::Likely } else { Verdict::No }
}

/// A transfer.
#[derive(Default)]
struct Tftp {
    /// The side that serves: whom a request goes to, or who speaks first on a new port.
    server: Option<(Ip, u16)>,
    name: Text<256>,
    block_size: Option<usize>,
    last_block: Option<u16>,
}

impl Session for Tftp {
    fn expected(&mut self, by: &Expectation<'_>) {
        self.name = Text::of(format_args!("{}", by.name));
    }

    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let Some(frame) = Frame::parse(input.data) else { return Step::Lost };
        let (sender, receiver) = ((input.src, input.src_port), (input.dst, input.dst_port));
        if let Some(request) = frame.request() {
            *self = Self { server: Some(receiver), ..Self::default() };
            self.name = Text::of(format_args!("{}", printable(request.file)));
            // The answer comes from a port that the server chooses (RFC 1350, 4).
            sink.expect(&Expectation {
                ip: input.src,
                port: input.src_port,
                peer: Some(input.dst),
                transport: UDP,
                protocol: Protocol::Tftp,
                serves: false,
                token: u64::from(frame.opcode),
                name: self.name.as_str(),
            });
        }
        let server = *self.server.get_or_insert(sender);
        self.message(&frame, sender == server, input, sink);
        if frame.opcode == OPTIONS {
            let size = frame.options().find(|(name, _)| name.eq_ignore_ascii_case(b"blksize"));
            let size = size.and_then(|(_, value)| std::str::from_utf8(value).ok()?.parse().ok());
            self.block_size = size.filter(|size| (8..=MAX_BLOCK).contains(size));
        }
        if let Some((number, data)) = frame.block() {
            // A repeated block is no new data; numbers wrap around.
            if self.last_block != Some(number) && sink.wants().files && input.missing == 0 {
                let direction = if sender == server { Direction::Upload } else { Direction::Download };
                sink.file(&FileChunk {
                    protocol: Protocol::Tftp,
                    handle: 0,
                    name: self.name.as_str(),
                    direction,
                    offset: None,
                    data,
                    last: data.len() < self.block_size.unwrap_or(BLOCK),
                });
            }
            self.last_block = Some(number);
        }
        Step::Took(input.data.len())
    }
}

// RFC 1350, appendix; RFC 2347.
const fn error_name(code: u16) -> &'static str {
    match code {
        0 => "not_defined",
        1 => "file_not_found",
        2 => "access_violation",
        3 => "disk_full",
        4 => "illegal_operation",
        5 => "unknown_transfer_id",
        6 => "file_already_exists",
        7 => "no_such_user",
        8 => "option_negotiation_failed",
        _ => "unknown",
    }
}

impl Tftp {
    fn message(&self, frame: &Frame<'_>, by_server: bool, input: &Input<'_>, sink: &mut dyn Sink) {
        let (function, kind) = match frame.opcode {
            READ => (Function::Known("read_request"), Kind::Request),
            WRITE => (Function::Known("write_request"), Kind::Request),
            DATA => (Function::Known("data"), Kind::Event),
            // What a reading client acknowledges are blocks of data, which are no requests.
            ACKNOWLEDGEMENT if by_server => (Function::Known("acknowledgement"), Kind::Response),
            ACKNOWLEDGEMENT => (Function::Known("acknowledgement"), Kind::Event),
            ERROR => (Function::Known("error"), Kind::Response),
            OPTIONS => (Function::Known("option_acknowledgement"), Kind::Response),
            other => (Function::Unknown(u32::from(other)), Kind::Event),
        };
        let short = match frame.opcode {
            READ | WRITE => frame.request().is_none_or(|request| !is_mode(request.mode)),
            DATA | ACKNOWLEDGEMENT | ERROR => frame.rest.len() < 2,
            _ => false,
        };
        let anomalies = Anomalies::NONE
            .with_if(input.missing > 0, Anomalies::TRUNCATED)
            .with_if(short && input.missing == 0, Anomalies::BAD_LENGTH)
            .with_if(matches!(function, Function::Unknown(_)), Anomalies::UNKNOWN_FUNCTION);
        let outcome = match (frame.opcode, kind) {
            (ERROR, _) => Outcome::Error(error_name(frame.number().unwrap_or(0))),
            (_, Kind::Request) => Outcome::Pending,
            (_, Kind::Response) => Outcome::Ok,
            _ => Outcome::Event,
        };
        let object = if self.name.as_str().is_empty() || !matches!(frame.opcode, READ | WRITE | ERROR) {
            Reference::None
        } else {
            Reference::Text(self.name.as_str())
        };
        sink.message(&Message {
            protocol: Protocol::Tftp,
            kind,
            function,
            code: Some(u32::from(frame.opcode)),
            // Every single block would be evidence otherwise; the requests are.
            category: if matches!(frame.opcode, READ | WRITE) {
                Category::FileTransfer
            } else {
                Category::Session
            },
            outcome,
            address: Reference::None,
            object,
            anomalies,
            fields: frame,
        });
    }
}

impl Fields for Frame<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("opcode", u64::from(self.opcode));
        if let Some(request) = self.request() {
            visitor.text("file", &printable(request.file));
            visitor.text("mode", &printable(request.mode));
        }
        match (self.opcode, self.number()) {
            (DATA, Some(number)) => {
                visitor.uint("block", u64::from(number));
                let length = self.rest.len().saturating_sub(2);
                visitor.uint("data_length", u64::try_from(length).unwrap_or(u64::MAX));
            }
            (ACKNOWLEDGEMENT, Some(number)) => visitor.uint("block", u64::from(number)),
            (ERROR, Some(number)) => {
                visitor.named("error_code", u64::from(number), error_name(number));
                visitor.text("error_text", &printable(self.rest.get(2..).unwrap_or_default()));
            }
            _ => {}
        }
        if matches!(self.opcode, READ | WRITE | OPTIONS) {
            visitor.begin_list("options");
            for (name, value) in self.options() {
                visitor.begin_object("");
                visitor.text("name", &printable(name));
                visitor.text("value", &printable(value));
                visitor.end_object();
            }
            visitor.end_list();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_datagrams, client, probe as look, server};

    const ASK: &[u8] = b"\0\x01boot.bin\0octet\0blksize\x001024\0";

    #[test]
    fn a_transfer_on_one_flow() {
        let block = [&[0, 3, 0, 1][..], &[7; 600]].concat();
        let log = check_datagrams(
            &DISSECTOR,
            Transport::Udp,
            69,
            &[
                client(ASK),
                server(b"\0\x06blksize\x001024\0"),
                client(&[0, 4, 0, 0]),
                server(&block),
                server(&block),
            ],
        );
        assert_eq!(
            log.messages[0],
            "tftp request read_request code=1 file_transfer Pending [] [boot.bin] [] {opcode=1 file=\"boot.bin\" \
             mode=\"octet\" options=[{name=\"blksize\" value=\"1024\"}]}"
        );
        assert!(
            log.messages[3].contains("tftp event data code=3 session Event")
                && log.messages[3].contains("block=1")
        );
        assert_eq!(log.files, ["tftp \"boot.bin\" Upload None 600 true"]);
    }

    #[test]
    fn a_new_port_begins_with_the_server() {
        let block = [&[0, 3, 0, 1][..], &[7; 512]].concat();
        let log = check_datagrams(
            &DISSECTOR,
            Transport::Udp,
            4_000,
            &[server(&[0, 4, 0, 0]), client(&block), server(&[0, 5, 0, 3, b'n', b'o', 0])],
        );
        assert_eq!(log.files, ["tftp \"\" Download None 512 false"]);
        assert!(
            log.messages[2].contains("Error(\"disk_full\")") && log.messages[2].contains("error_text=\"no\"")
        );
    }

    #[test]
    fn content_decides() {
        assert_eq!(look(&DISSECTOR, Transport::Udp, 69, ASK), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 4_000, ASK), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 4_000, &[0, 3, 0, 1, 5]), Verdict::Likely);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 4_000, &[0, 4, 0, 1]), Verdict::Likely);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 4_000, &[0, 4, 0, 1, 9]), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 502, &[0, 3, 0, 1, 5]), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Udp, 69, b"\0\x01\0\0"), Verdict::No);
    }
}
