//! ProConOS: the run-time system in controllers of Phoenix Contact and others, over TCP.
//!
//! Two forms. The older one (usual port 20547) begins every message with 0xcc; public identification scripts (Redpoint
//! and Nmap, proconos-info) know one request and the texts of its answer. The newer one (usual port 41100) calls methods
//! of named services (`Ade.Remoting.Services...`); the numbers of start and stop are public (published proofs of concept
//! for ICSA-15-013-03) and confirmed by observation. Recognised by the text of the request or of a service, on its own
//! port by the header.

use crate::said::{of_sender, of_sender_bytes};
use crate::tell::until_nul;
use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Input, Kind, Message, Outcome, Over, Probe,
    Protocol, Reader, Reference, Session, Sink, Step, Text, Transport, Verdict, Visitor, confidence,
    printable,
};

const PORTS: &[u16] = &[20_547, 41_100];
const REMOTING: &[u16] = &[41_100];
/// First byte of the older form.
const MAGIC: u8 = 0xcc;
/// The one request of the older form that is public.
const INFORMATION: [u8; 10] = [0xcc, 0x01, 0x00, 0x0b, 0x40, 0x02, 0x00, 0x00, 0x47, 0xee];
/// Places of the texts in its answer: run-time system, controller, project and its sources follow one another.
const RUNTIME_AT: usize = 12;
const TYPE_AT: usize = 44;
const PROJECT_AT: usize = 77;
/// Bytes of a header of the newer form.
const HEADER: usize = 16;
/// Kinds of its messages.
const BIND: u16 = 0;
const BOUND: u16 = 1;
const CALL: u16 = 2;
const RETURN: u16 = 3;
/// How the name of a service begins.
const PREFIX: &[u8] = b"Ade.Remoting.Services.";
/// Services of one flow; controllers offer about ten.
const MAX_SERVICES: usize = 32;
/// Methods of the control service.
const START: u16 = 6;
const STOP: u16 = 7;
/// Method of the information service that reads items, and the item that holds the state.
const READ_ITEMS: u16 = 3;
const STATE_ITEM: [u8; 6] = [1, 0, 0, 0, 2, 0x40];
/// Largest message that is waited for.
const MAX_MESSAGE: usize = 65_535 + HEADER;

/// ProConOS as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Proconos,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<Proconos>::default(),
    max_message: MAX_MESSAGE,
    fields: &[
        Field { name: "type", doc: "Newer form: 0 bind, 1 bound, 2 call, 3 return." },
        Field { name: "length", doc: "Bytes after the header." },
        Field { name: "handle", doc: "Number of a bound service; 0 when a service does not exist." },
        Field { name: "method", doc: "Number of the method called." },
        Field { name: "service", doc: "Name of the service." },
        Field { name: "restart", doc: "How to start: 1 cold, 2 warm, 3 hot." },
        Field { name: "plc_state", doc: "State of the controller: 0 on, 3 running, 7 stopped." },
        Field { name: "ladder_logic_runtime", doc: "Run-time system and its version." },
        Field { name: "plc_type", doc: "Name of the controller." },
        Field { name: "project_name", doc: "Name of the project." },
        Field { name: "boot_project", doc: "Name of the project started at power on." },
        Field { name: "project_source", doc: "Name of the project's sources." },
        Field { name: "data", doc: "Bytes without a public structure." },
    ],
    not_decoded: &[
        "messages of the older form other than the request for information (their lengths are not public)",
        "methods other than start, stop and reading the state; what files and data are accessed",
    ],
};

/// A message of the newer form.
#[derive(Debug, Clone, Copy)]
struct Frame<'a> {
    kind: u16,
    length: u16,
    handle: u16,
    method: u16,
    data: &'a [u8],
}

impl<'a> Frame<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let magic = reader.le_u16().ok()?;
        let kind = reader.le_u16().ok()?;
        let zero = reader.le_u16().ok()?;
        let length = reader.le_u16().ok()?;
        let handle = reader.le_u16().ok()?;
        let method = reader.le_u16().ok()?;
        reader.skip(4).ok()?;
        let data = reader.take_up_to(usize::from(length));
        (magic == 1 && kind <= RETURN && zero == 0).then_some(Self { kind, length, handle, method, data })
    }

    fn service(&self) -> &'a [u8] {
        let name = until_nul(self.data);
        name.strip_prefix(PREFIX).unwrap_or(name)
    }
}

/// Whether fewer bytes than a header can begin one.
fn fits_prefix(bytes: &[u8]) -> bool {
    let expected = [Some(1u8), Some(0), None, Some(0), Some(0), Some(0)];
    bytes.iter().zip(expected).all(|(byte, wanted)| wanted.is_none_or(|wanted| wanted == *byte))
}

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp {
        return Verdict::No;
    }
    let usual = probe.on_port(PORTS);
    match probe.data {
        [MAGIC, ..] => {
            if probe.data.starts_with(&INFORMATION) {
                return Verdict::Sure;
            }
            let text = |at: usize| until_nul(probe.data.get(at..).unwrap_or_default());
            let readable =
                |text: &[u8]| text.len() >= 3 && text.iter().all(|byte| (0x20..0x7f).contains(byte));
            if readable(text(RUNTIME_AT)) && readable(text(TYPE_AT)) {
                return if text(RUNTIME_AT).starts_with(b"ProConOS") {
                    Verdict::Sure
                } else {
                    Verdict::Likely
                };
            }
            if usual && INFORMATION.starts_with(probe.data) { Verdict::More } else { Verdict::No }
        }
        [1, ..] if fits_prefix(probe.data) => match Frame::parse(probe.data) {
            Some(frame) if frame.kind == BIND && frame.data.starts_with(PREFIX) => Verdict::Sure,
            Some(frame)
                if probe.on_port(REMOTING)
                    && probe.data.len() >= HEADER.saturating_add(usize::from(frame.length)) =>
            {
                Verdict::Likely
            }
            _ if probe.on_port(REMOTING) && probe.data.len() < HEADER => Verdict::More,
            _ => Verdict::No,
        },
        _ => Verdict::No,
    }
}

/// Name of a service without its prefix.
type Name = Text<48>;

#[derive(Default)]
struct Proconos {
    /// Binds that wait for their handle, oldest first.
    binding: Vec<Name>,
    services: Vec<(u16, Name)>,
    /// State last told.
    told: Option<u8>,
    /// The call before last asked for the state.
    asks_state: bool,
}

impl Session for Proconos {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        if input.data.first() == Some(&MAGIC) {
            old_form(input, sink);
            return Step::Took(input.data.len());
        }
        if input.data.len() < HEADER {
            return if !input.last && fits_prefix(input.data) { Step::More } else { Step::Lost };
        }
        let Some(frame) = Frame::parse(input.data) else { return Step::Lost };
        let cut = frame.data.len() < usize::from(frame.length);
        if cut && !input.last {
            return Step::More;
        }
        self.message(&frame, cut, sink);
        Step::Took(frame.data.len().saturating_add(HEADER))
    }

    fn resumes(&self, data: &[u8]) -> bool {
        data.starts_with(&INFORMATION) || Frame::parse(data).is_some()
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.binding.clear();
    }
}

impl Proconos {
    /// The service of a message, and what becomes of it.
    fn service(&mut self, frame: &Frame<'_>) -> Option<Name> {
        match frame.kind {
            BIND => {
                let name = Name::of(format_args!("{}", printable(frame.service())));
                if self.binding.len() >= MAX_SERVICES {
                    self.binding.remove(0);
                }
                self.binding.push(name);
                Some(name)
            }
            BOUND => {
                if self.binding.is_empty() {
                    return None;
                }
                let name = self.binding.remove(0);
                if frame.handle != 0 {
                    self.services.retain(|(handle, _)| *handle != frame.handle);
                    if self.services.len() >= MAX_SERVICES {
                        self.services.remove(0);
                    }
                    self.services.push((frame.handle, name));
                }
                Some(name)
            }
            _ => self.services.iter().find(|(handle, _)| *handle == frame.handle).map(|(_, name)| *name),
        }
    }

    fn message(&mut self, frame: &Frame<'_>, cut: bool, sink: &mut dyn Sink) {
        let service = self.service(frame);
        let name = service.as_ref().map_or("", Name::as_str);
        let (function, category) = match frame.kind {
            BIND | BOUND => (Function::Known("bind_service"), Category::Session),
            _ => method(name, frame.method),
        };
        let asks = frame.kind == CALL && frame.method == READ_ITEMS && frame.data == STATE_ITEM;
        let state = if frame.kind == RETURN && self.asks_state { frame.data.get(8).copied() } else { None };
        if frame.kind == CALL {
            self.asks_state = asks;
        }
        let request = matches!(frame.kind, BIND | CALL);
        let shown = Shown { frame, service: name, state };
        sink.message(&Message {
            protocol: Protocol::Proconos,
            kind: if request { Kind::Request } else { Kind::Response },
            function,
            code: if matches!(frame.kind, CALL | RETURN) { Some(u32::from(frame.method)) } else { None },
            category,
            outcome: match (request, frame.kind, frame.handle) {
                (true, ..) => Outcome::Pending,
                (false, BOUND, 0) => Outcome::Error("no_such_service"),
                _ => Outcome::Ok,
            },
            address: Reference::None,
            object: if name.is_empty() { Reference::None } else { Reference::Text(name) },
            anomalies: Anomalies::NONE.with_if(cut, Anomalies::TRUNCATED),
            fields: &shown,
        });
        if let Some(state) = state.filter(|state| !cut && self.told != Some(*state)) {
            self.told = Some(state);
            of_sender(sink, Protocol::Proconos, confidence::IDENTITY, "cpu_state", state_name(state));
        }
    }
}

/// What a method of a service does.
fn method(service: &str, method: u16) -> (Function, Category) {
    let is = |name: &str| service.starts_with(name);
    match (is("IProConOSControlService"), method) {
        (true, START) => (Function::Known("start_plc"), Category::Control),
        (true, STOP) => (Function::Known("stop_plc"), Category::Control),
        (true, _) => (Function::Known("control_call"), Category::Control),
        _ if is("ISimpleFileAccessService") => (Function::Known("file_call"), Category::FileTransfer),
        _ if is("IDataAccessService") => (Function::Known("data_call"), Category::Read),
        _ if is("ISecurityService") => (Function::Known("security_call"), Category::Authentication),
        _ if is("IDeviceInfoService") => (Function::Known("device_info_call"), Category::Diagnostics),
        _ => (Function::Known("call"), Category::Other),
    }
}

const fn state_name(state: u8) -> &'static str {
    match state {
        0 => "on",
        3 => "running",
        7 => "stopped",
        _ => "unknown",
    }
}

struct Shown<'a> {
    frame: &'a Frame<'a>,
    service: &'a str,
    state: Option<u8>,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        let frame = self.frame;
        visitor.uint("type", u64::from(frame.kind));
        visitor.uint("length", u64::from(frame.length));
        if frame.kind != BIND {
            visitor.uint("handle", u64::from(frame.handle));
        }
        if matches!(frame.kind, CALL | RETURN) {
            visitor.uint("method", u64::from(frame.method));
        }
        if !self.service.is_empty() {
            visitor.text("service", self.service);
        }
        if let Some(state) = self.state {
            visitor.named("plc_state", u64::from(state), state_name(state));
        }
        let starts = self.service.starts_with("IProConOSControlService") && frame.method == START;
        if starts
            && frame.kind == CALL
            && let Ok(mode) = Reader::new(frame.data).le_u16()
        {
            let label = match mode {
                1 => "cold",
                2 => "warm",
                3 => "hot",
                _ => "unknown",
            };
            visitor.named("restart", u64::from(mode), label);
        } else if frame.kind != BIND && !frame.data.is_empty() {
            visitor.bytes("data", frame.data);
        }
    }
}

/// The older form: one segment is one message, for its length is not public.
fn old_form(input: &Input<'_>, sink: &mut dyn Sink) {
    let request = input.to_server(PORTS);
    let information = input.data.starts_with(&INFORMATION) || !request && texts(input.data).is_some();
    let code = Reader::new(input.data.get(4..).unwrap_or_default()).be_u16().unwrap_or(0);
    let (function, category) = if information {
        (Function::Known("request_information"), Category::Diagnostics)
    } else {
        (Function::Unknown(u32::from(code)), Category::Other)
    };
    let shown = Old { data: input.data, request };
    sink.message(&Message {
        protocol: Protocol::Proconos,
        kind: if request { Kind::Request } else { Kind::Response },
        function,
        code: Some(u32::from(code)),
        category,
        outcome: if request { Outcome::Pending } else { Outcome::Ok },
        address: Reference::None,
        object: Reference::None,
        anomalies: Anomalies::NONE.with_if(!information, Anomalies::UNKNOWN_FUNCTION),
        fields: &shown,
    });
    if let Some([runtime, kind, project, _, _]) = texts(input.data).filter(|_| !request) {
        let mut tell = |attribute, text: &[u8]| {
            of_sender_bytes(sink, Protocol::Proconos, confidence::IDENTITY, attribute, text);
        };
        tell("firmware", runtime);
        tell("model", kind);
        tell("application", project);
    }
}

/// Run-time system, controller, project, boot project and project source.
fn texts(data: &[u8]) -> Option<[&[u8]; 5]> {
    let at = |at: usize| until_nul(data.get(at..).unwrap_or_default());
    let (runtime, kind) = (at(RUNTIME_AT), at(TYPE_AT));
    let mut rest = Reader::new(data.get(PROJECT_AT..).unwrap_or_default());
    let project = crate::tell::take_until_nul(&mut rest);
    let boot = crate::tell::take_until_nul(&mut rest);
    let source = crate::tell::take_until_nul(&mut rest);
    let readable = |text: &[u8]| !text.is_empty() && text.iter().all(|byte| (0x20..0x7f).contains(byte));
    (readable(runtime) && readable(kind)).then_some([runtime, kind, project, boot, source])
}

struct Old<'a> {
    data: &'a [u8],
    request: bool,
}

impl Fields for Old<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("length", self.data.len() as u64);
        match texts(self.data).filter(|_| !self.request) {
            Some(texts) => {
                let names =
                    ["ladder_logic_runtime", "plc_type", "project_name", "boot_project", "project_source"];
                for (name, text) in names.into_iter().zip(texts) {
                    visitor.text(name, &printable(text));
                }
            }
            None => visitor.bytes("data", self.data.get(1..).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_stream, client, probe as look, server, stream};

    fn frame(kind: u8, handle: u8, method: u8, data: &[u8]) -> Vec<u8> {
        let mut bytes =
            vec![1, 0, kind, 0, 0, 0, u8::try_from(data.len()).unwrap(), 0, handle, 0, method, 0, 0, 0, 0, 0];
        bytes.extend_from_slice(data);
        bytes
    }

    #[test]
    fn a_controller_is_stopped_and_started() {
        let bind = frame(0, 0, 0, b"Ade.Remoting.Services.IProConOSControlService\0");
        let none = frame(0, 0, 0, b"Ade.Remoting.Services.ISecurityService\0");
        let log = check_stream(
            &DISSECTOR,
            41_100,
            &[
                client(&none),
                server(&frame(1, 0, 0, &[])),
                client(&bind),
                server(&frame(1, 2, 0, &[])),
                client(&frame(2, 2, 7, &[])),
                server(&frame(3, 2, 7, &[])),
                client(&frame(2, 2, 6, &[1, 0])),
            ],
        );
        assert!(
            log.messages[1]
                .contains("bind_service code=- session Error(\"no_such_service\") [] [ISecurityService]")
        );
        assert_eq!(
            log.messages[4],
            "proconos request stop_plc code=7 control Pending [] [IProConOSControlService] [] {type=2 length=0 \
             handle=2 method=7 service=\"IProConOSControlService\"}"
        );
        assert!(log.messages[5].contains("response stop_plc code=7 control Ok"));
        assert!(
            log.messages[6].contains("start_plc code=6 control")
                && log.messages[6].ends_with("restart=1(cold)}")
        );
    }

    #[test]
    fn the_state_is_observed_when_it_changes() {
        let ask = frame(2, 1, 3, &STATE_ITEM);
        let answer = |state| frame(3, 1, 3, &[1, 0, 0, 0, 4, 9, 0, 0, state, 0x10, 0, 1]);
        let (running, stopped) = (answer(3), answer(7));
        let log = check_stream(
            &DISSECTOR,
            41_100,
            &[client(&ask), server(&running), client(&ask), server(&running), client(&ask), server(&stopped)],
        );
        assert!(log.messages[1].contains("plc_state=3(running)"));
        assert_eq!(
            log.observations,
            ["Sender [] cpu_state=\"running\" proconos 95", "Sender [] cpu_state=\"stopped\" proconos 95"]
        );
    }

    #[test]
    fn the_older_form_tells_its_texts() {
        let mut answer = vec![0; 110];
        answer[0] = MAGIC;
        for (at, text) in
            [(RUNTIME_AT, &b"ProConOS V4.0"[..]), (TYPE_AT, b"AXC 1"), (PROJECT_AT, b"mill\0boot\0src")]
        {
            answer[at..at + text.len()].copy_from_slice(text);
        }
        let log = stream(
            &DISSECTOR,
            20_547,
            &[client(&INFORMATION), server(&answer), client(&[MAGIC, 1, 0, 4, 9, 9])],
            true,
        );
        assert!(
            log.messages[0]
                .starts_with("proconos request request_information code=16386 diagnostics Pending")
        );
        assert!(log.messages[1].contains(
            "plc_type=\"AXC 1\" project_name=\"mill\" boot_project=\"boot\" project_source=\"src\""
        ));
        assert!(log.messages[2].contains("unknown_0x909") && log.messages[2].contains("unknown_function"));
        assert_eq!(log.observations[1], "Sender [] model=\"AXC 1\" proconos 95");
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 5_000, &INFORMATION), Verdict::Sure);
    }

    #[test]
    fn content_decides() {
        let bind = frame(0, 0, 0, b"Ade.Remoting.Services.IDataAccessService\0");
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 5_000, &bind), Verdict::Sure);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 41_100, &frame(2, 1, 3, &[])), Verdict::Likely);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 5_000, &frame(2, 1, 3, &[])), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 41_100, &bind[..8]), Verdict::More);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 20_547, b"GET / HTTP/1.1\r\n\r\n"), Verdict::No);
        assert_eq!(look(&DISSECTOR, Transport::Tcp, 20_547, &[1, 3, 0, 0, 0, 2]), Verdict::No);
    }
}
