//! NTLM messages, wherever they travel: SMB, HTTP, DCE/RPC and others hand their security tokens over.
//!
//! Spec: [MS-NLMP] 2.2 (messages, AV pairs, version). `code` is the message type. User names are told by presence
//! only; responses and session keys are never shown.

use crate::{
    Anomalies, Category, Dissector, Field, Fields, Function, Kind, Message, Outcome, Protocol, Reader,
    Reference, Sink, Text, Verdict, Visitor, confidence, printable, said,
};

/// First bytes of every message (2.2.1).
const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";
/// How far into a token the message may begin: SPNEGO puts some tens of bytes in front ([RFC 4178]).
const MAX_WRAPPING: usize = 512;
/// Most AV pairs that are read; eleven are defined.
const MAX_PAIRS: usize = 24;

/// Negotiate flags (2.2.2.5).
const UNICODE: u32 = 0x0000_0001;
const DOMAIN_SUPPLIED: u32 = 0x0000_1000;
const WORKSTATION_SUPPLIED: u32 = 0x0000_2000;
const VERSION: u32 = 0x0200_0000;

/// NTLM as the registry knows it; other protocols carry it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Ntlm,
    over: &[],
    probe: |_| Verdict::No,
    open: || Box::<Alone>::default(),
    max_message: 65_535,
    fields: FIELDS,
    not_decoded: &["responses, session keys and integrity codes: never shown"],
};

const FIELDS: &[Field] = &[
    Field { name: "flags", doc: "Negotiate flags." },
    Field { name: "target_name", doc: "Domain or server that asks." },
    Field { name: "nb_computer", doc: "NetBIOS name of the asking server." },
    Field { name: "nb_domain", doc: "NetBIOS name of its domain." },
    Field { name: "dns_computer", doc: "DNS name of the asking server." },
    Field { name: "dns_domain", doc: "DNS name of its domain." },
    Field { name: "dns_tree", doc: "DNS name of its forest." },
    Field { name: "domain", doc: "Domain of the account." },
    Field { name: "workstation", doc: "NetBIOS name of the asking client." },
    Field { name: "has_user", doc: "A user name is there; absent means an anonymous logon." },
    Field { name: "nt_response_length", doc: "Bytes of the response: 24 NTLMv1, more NTLMv2." },
    Field { name: "os_version", doc: "Version and build of the sender's operating system." },
];

/// Messages always come inside another protocol.
#[derive(Default)]
struct Alone;

impl crate::Session for Alone {
    fn next(&mut self, _input: &crate::Input<'_>, _sink: &mut dyn Sink) -> crate::Step {
        crate::Step::Lost
    }
}

/// Finds a message in a security token, reports it and what it says of its sender. Gives whether there was one.
pub(crate) fn take(token: &[u8], sink: &mut dyn Sink) -> bool {
    let window = token.get(..MAX_WRAPPING).unwrap_or(token);
    let Some(at) = window.windows(SIGNATURE.len()).position(|part| part == SIGNATURE) else { return false };
    let bytes = token.get(at..).unwrap_or_default();
    let Some(kind) = read_u32(bytes, 8).filter(|kind| (1..=3).contains(kind)) else { return false };
    let message = Ntlm::parse(kind, bytes);
    let (name, role, outcome) = match kind {
        1 => ("negotiate", Kind::Request, Outcome::Pending),
        2 => ("challenge", Kind::Response, Outcome::Ok),
        _ => ("authenticate", Kind::Request, Outcome::Pending),
    };
    sink.message(&Message {
        protocol: Protocol::Ntlm,
        kind: role,
        function: Function::Known(name),
        code: Some(kind),
        category: Category::Authentication,
        outcome,
        address: Reference::None,
        object: Reference::None,
        anomalies: Anomalies::NONE.with_if(message.broken, Anomalies::BAD_LENGTH),
        fields: &message,
    });
    message.observe(sink);
    true
}

fn read_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Reader::new(bytes.get(at..)?).le_u32().ok()
}

/// A message's texts; empty where absent.
#[derive(Debug, Default)]
struct Ntlm {
    kind: u32,
    flags: u32,
    broken: bool,
    target: String,
    /// By AV id: 1 NetBIOS computer, 2 NetBIOS domain, 3 DNS computer, 4 DNS domain, 5 DNS tree (2.2.2.1).
    names: [String; 6],
    domain: String,
    workstation: String,
    has_user: bool,
    nt_response_length: usize,
    version: Option<(u8, u8, u16)>,
}

/// A field of length, room and offset (2.2.1): the bytes it points to.
fn buffer(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let mut reader = Reader::new(bytes.get(at..)?);
    let length = usize::from(reader.le_u16().ok()?);
    reader.skip(2).ok()?;
    let offset = usize::try_from(reader.le_u32().ok()?).ok()?;
    if length == 0 {
        return Some(&[]);
    }
    bytes.get(offset..offset.checked_add(length)?)
}

impl Ntlm {
    fn parse(kind: u32, bytes: &[u8]) -> Self {
        let mut message = Self { kind, ..Self::default() };
        match kind {
            1 => message.negotiate(bytes),
            2 => message.challenge(bytes),
            _ => message.authenticate(bytes),
        }
        message
    }

    fn text(&mut self, found: Option<&[u8]>, unicode: bool) -> String {
        match found {
            Some(bytes) if unicode => said::utf16(bytes),
            Some(bytes) => printable(bytes).into_owned(),
            None => {
                self.broken = true;
                String::new()
            }
        }
    }

    fn negotiate(&mut self, bytes: &[u8]) {
        self.flags = read_u32(bytes, 12).unwrap_or(0);
        // Both names are in the OEM character set (2.2.1.1).
        if self.flags & DOMAIN_SUPPLIED != 0 {
            self.domain = self.text(buffer(bytes, 16), false);
        }
        if self.flags & WORKSTATION_SUPPLIED != 0 {
            self.workstation = self.text(buffer(bytes, 24), false);
        }
        self.version(bytes, 32);
    }

    fn challenge(&mut self, bytes: &[u8]) {
        self.flags = read_u32(bytes, 20).unwrap_or(0);
        self.target = self.text(buffer(bytes, 12), self.flags & UNICODE != 0);
        if bytes.len() >= 48 {
            match buffer(bytes, 40) {
                Some(pairs) => self.pairs(pairs),
                None => self.broken = true,
            }
            self.version(bytes, 48);
        }
    }

    fn pairs(&mut self, bytes: &[u8]) {
        let mut reader = Reader::new(bytes);
        for _ in 0..MAX_PAIRS {
            let (Ok(id), Ok(length)) = (reader.le_u16(), reader.le_u16()) else { return };
            let Ok(value) = reader.take(usize::from(length)) else {
                self.broken = true;
                return;
            };
            if id == 0 {
                return;
            }
            if let Some(name) = self.names.get_mut(usize::from(id)) {
                *name = said::utf16(value);
            }
        }
    }

    fn authenticate(&mut self, bytes: &[u8]) {
        self.flags = read_u32(bytes, 60).unwrap_or(UNICODE);
        let unicode = self.flags & UNICODE != 0;
        self.nt_response_length = buffer(bytes, 20).map_or(0, <[u8]>::len);
        self.domain = self.text(buffer(bytes, 28), unicode);
        self.has_user = buffer(bytes, 36).is_some_and(|user| !user.is_empty());
        self.workstation = self.text(buffer(bytes, 44), unicode);
        self.version(bytes, 64);
    }

    /// Present when the flag says so (2.2.2.10): major, minor, build.
    fn version(&mut self, bytes: &[u8], at: usize) {
        if self.flags & VERSION == 0 {
            return;
        }
        let Some(mut reader) = bytes.get(at..).map(Reader::new) else { return };
        if let (Ok(major), Ok(minor), Ok(build)) = (reader.u8(), reader.u8(), reader.le_u16()) {
            // Implementations outside Windows send zeros or a bare version.
            self.version = (major > 0 && build > 0).then_some((major, minor, build));
        }
    }

    fn version_text(&self) -> Option<Text<40>> {
        self.version.map(|(major, minor, build)| Text::of(format_args!("{major}.{minor} build {build}")))
    }

    fn observe(&self, sink: &mut dyn Sink) {
        let mut tell = |attribute, text: &str| {
            said::of_sender(sink, Protocol::Ntlm, confidence::NAMING, attribute, text);
        };
        if self.kind == 2 {
            let [_, nb_computer, nb_domain, dns_computer, dns_domain, dns_tree] = &self.names;
            tell("hostname", nb_computer);
            tell("fqdn", dns_computer);
            tell("domain", if dns_domain.is_empty() { nb_domain } else { dns_domain });
            tell("nb_domain", nb_domain);
            tell("dns_tree", dns_tree);
        } else {
            tell("hostname", &self.workstation);
            if self.kind == 1 {
                tell("domain", &self.domain);
            }
        }
        if let Some((major, minor, build)) = self.version {
            let text = Text::<48>::of(format_args!("Windows NT {major}.{minor} build {build}"));
            tell("os", text.as_str());
        }
    }
}

impl Fields for Ntlm {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("flags", u64::from(self.flags));
        let [_, nb_computer, nb_domain, dns_computer, dns_domain, dns_tree] = &self.names;
        let texts = [
            ("target_name", &self.target),
            ("nb_computer", nb_computer),
            ("nb_domain", nb_domain),
            ("dns_computer", dns_computer),
            ("dns_domain", dns_domain),
            ("dns_tree", dns_tree),
            ("domain", &self.domain),
            ("workstation", &self.workstation),
        ];
        for (name, text) in texts {
            if !text.is_empty() {
                visitor.text(name, text);
            }
        }
        if self.kind == 3 {
            visitor.flag("has_user", self.has_user);
            visitor.uint("nt_response_length", self.nt_response_length as u64);
        }
        if let Some(version) = self.version_text() {
            visitor.text("os_version", version.as_str());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Log;

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn at(length: usize, offset: usize) -> Vec<u8> {
        let length = u16::try_from(length).unwrap().to_le_bytes();
        [&length[..], &length, &u32::try_from(offset).unwrap().to_le_bytes()].concat()
    }

    /// A challenge of `PLC-HMI` in `PLANT`, Windows 10.0 build 17763.
    pub(crate) fn challenge() -> Vec<u8> {
        let (name, target) = (wide("PLC-HMI"), wide("PLANT"));
        let mut pairs = Vec::new();
        for (id, text) in
            [(1u16, wide("PLC-HMI")), (3, wide("plc-hmi.plant.example")), (4, wide("plant.example"))]
        {
            pairs.extend_from_slice(&id.to_le_bytes());
            pairs.extend_from_slice(&u16::try_from(text.len()).unwrap().to_le_bytes());
            pairs.extend_from_slice(&text);
        }
        pairs.extend_from_slice(&[0; 4]);
        assert!(!name.is_empty());
        [
            &SIGNATURE[..],
            &2u32.to_le_bytes(),
            &at(target.len(), 56),
            &0x0200_0001u32.to_le_bytes(),
            &[1; 8],
            &[0; 8],
            &at(pairs.len(), target.len().wrapping_add(56)),
            &[10, 0, 0x63, 0x45, 0, 0, 0, 15],
            &target,
            &pairs,
        ]
        .concat()
    }

    #[test]
    fn a_challenge_names_its_server() {
        let mut log = Log::default();
        // Wrapped as SPNEGO does.
        assert!(take(&[&[0xa1, 0x81, 9, 0x30, 7][..], &challenge()].concat(), &mut log));
        assert_eq!(
            log.messages,
            [
                "ntlm response challenge code=2 authentication Ok [] [] [] {flags=33554433 target_name=\"PLANT\" \
              nb_computer=\"PLC-HMI\" dns_computer=\"plc-hmi.plant.example\" dns_domain=\"plant.example\" \
              os_version=\"10.0 build 17763\"}"
            ]
        );
        assert_eq!(
            log.observations,
            [
                "Sender [] hostname=\"PLC-HMI\" ntlm 60",
                "Sender [] fqdn=\"plc-hmi.plant.example\" ntlm 60",
                "Sender [] domain=\"plant.example\" ntlm 60",
                "Sender [] os=\"Windows NT 10.0 build 17763\" ntlm 60",
            ]
        );
    }

    #[test]
    fn an_authentication_hides_its_user() {
        let (domain, user, host) = (wide("PLANT"), wide("operator"), wide("ES-01"));
        let body = 72;
        let message = [
            &SIGNATURE[..],
            &3u32.to_le_bytes(),
            &at(0, body),
            &at(24, body),
            &at(domain.len(), body + 24),
            &at(user.len(), body + 24 + domain.len()),
            &at(host.len(), body + 24 + domain.len() + user.len()),
            &at(0, body),
            &1u32.to_le_bytes(),
            &[0; 8],
            &[7; 24],
            &domain,
            &user,
            &host,
        ]
        .concat();
        let mut log = Log::default();
        assert!(take(&message, &mut log));
        assert_eq!(
            log.messages,
            ["ntlm request authenticate code=3 authentication Pending [] [] [] {flags=1 domain=\"PLANT\" \
              workstation=\"ES-01\" has_user=true nt_response_length=24}"]
        );
        assert_eq!(log.observations, ["Sender [] hostname=\"ES-01\" ntlm 60"]);
        assert!(!format!("{log:?}").contains("operator"));
    }

    #[test]
    fn cuts_never_panic() {
        let whole = challenge();
        for cut in 0..whole.len() {
            let mut log = Log::default();
            assert_eq!(take(&whole[..cut], &mut log), cut >= 12);
        }
    }
}
