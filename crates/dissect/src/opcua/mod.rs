//! OPC UA binary over TCP: connection protocol, secure conversation, services.
//!
//! Spec: OPC UA Part 4 (services), Part 6 clauses 5.2 (binary encoding), 6.7 (secure conversation), 7.1 (connection
//! protocol). Usual port TCP 4840; recognised by message type, chunk type, sizes and content on any port.

mod chunk;
mod fields;
mod gather;
mod identity;
mod message;
mod node_id;
mod schema;
mod show;
mod status;
mod walk;

use crate::{Dissector, Field, Input, Over, Probe, Protocol, Session, Sink, Step, Transport, Verdict};
use chunk::{Chunk, HEADER, Header, POLICY_PREFIX, Type};
use message::OpcUa;

/// Registered port; discovery servers and most products listen there.
const PORTS: &[u16] = &[4840];
/// Largest chunk that is waited for, in bytes; stacks agree on 64 KiB, few on more. Longer ones are decoded as far as
/// this reaches.
const MAX_CHUNK: usize = 1 << 20;
/// Largest size of a chunk that is believed in the first bytes of a flow.
const MAX_BELIEVED: u32 = 1 << 28;

/// OPC UA as the registry knows it.
pub static DISSECTOR: Dissector = Dissector {
    protocol: Protocol::Opcua,
    over: &[Over::Tcp(PORTS)],
    probe,
    open: || Box::<OpcUa>::default(),
    max_message: MAX_CHUNK,
    fields: FIELDS,
    not_decoded: &[
        "encrypted messages, reported as such",
        "structures of namespaces other than 0 inside extension objects, shown as bytes",
        "PubSub over UDP, MQTT and Ethernet, and the HTTPS and WebSocket transports",
        "values of test stack services",
    ],
};

const FIELDS: &[Field] = &[
    Field { name: "message_type", doc: "HEL, ACK, ERR, RHE, OPN, CLO or MSG (Part 6, 7.1.2.2 and 6.7.2.2)." },
    Field { name: "chunk_type", doc: "F final, C one of several, A given up." },
    Field { name: "message_size", doc: "Bytes of the chunk with its header." },
    Field { name: "secure_channel_id", doc: "The channel, given by the server; 0 in the first request." },
    Field { name: "security_policy", doc: "URI of the policy that OPN states for the channel." },
    Field { name: "security_mode", doc: "Of open_secure_channel: 1 none, 2 sign, 3 sign and encrypt." },
    Field { name: "sender_certificate", doc: "Subject of the sender's certificate." },
    Field { name: "receiver_certificate_thumbprint", doc: "SHA-1 of the receiver's certificate." },
    Field { name: "token_id", doc: "The channel's current security token." },
    Field { name: "encrypted", doc: "The body cannot be read." },
    Field { name: "sequence_number", doc: "Counts chunks of one direction." },
    Field { name: "request_id", doc: "Pairs a response with its request." },
    Field { name: "chunks", doc: "Chunks that the message came in, where more than one." },
    Field { name: "protocol_version", doc: "Of HEL and ACK." },
    Field { name: "receive_buffer_size", doc: "Of HEL and ACK, in bytes." },
    Field { name: "send_buffer_size", doc: "Of HEL and ACK, in bytes." },
    Field { name: "max_message_size", doc: "Of HEL and ACK, in bytes; 0 for no limit." },
    Field { name: "max_chunk_count", doc: "Of HEL and ACK; 0 for no limit." },
    Field { name: "endpoint_url", doc: "The endpoint that the client wants." },
    Field { name: "server_uri", doc: "Application URI of the server that RHE comes from." },
    Field { name: "error", doc: "Status code of ERR and of a given-up message." },
    Field { name: "reason", doc: "Text beside the error." },
    Field { name: "request_handle", doc: "The client's own number of the request." },
    Field { name: "timestamp", doc: "When the message was made, by its sender's clock." },
    Field { name: "status", doc: "Status code of the response's header." },
    Field { name: "node_ids", doc: "Nodes that the message is about, as `ns=2;s=Name`." },
    Field { name: "results", doc: "One result for each operation: status codes, values, references." },
];

fn probe(probe: &Probe<'_>) -> Verdict {
    if probe.transport != Transport::Tcp {
        return Verdict::No;
    }
    let Some(&[a, b, c]) = probe.data.first_chunk::<3>() else {
        let begins = [b"HEL", b"ACK", b"ERR", b"RHE", b"OPN", b"CLO", b"MSG"];
        let fits = begins.iter().any(|letters| letters.starts_with(probe.data));
        return if fits { Verdict::More } else { Verdict::No };
    };
    if Type::of([a, b, c]).is_none() {
        return Verdict::No;
    }
    let Some(header) = Header::read(probe.data).filter(|header| header.size <= MAX_BELIEVED) else {
        let fits = match probe.data.get(3) {
            None => true,
            Some(part) => matches!(part, b'F' | b'C' | b'A') && probe.data.len() < HEADER,
        };
        return if fits { Verdict::More } else { Verdict::No };
    };
    let body = probe.data.get(HEADER..).unwrap_or_default();
    let word = |at: usize| {
        body.get(at..).and_then(|rest| rest.first_chunk::<4>()).map(|bytes| u32::from_le_bytes(*bytes))
    };
    match header.kind {
        // Version, buffers of 8 KiB at least (Part 6, 7.1.2.3), and a URL that ends the message.
        Type::Hello => match (word(0), word(4), word(20)) {
            (Some(version), Some(buffer), Some(length)) => {
                let fits = length == u32::MAX || length.checked_add(32) == Some(header.size);
                sure_if(version < 16 && buffer >= 1_024 && fits)
            }
            _ => Verdict::More,
        },
        Type::Acknowledge => match (word(0), word(4)) {
            (Some(version), Some(buffer)) => sure_if(version < 16 && buffer >= 1_024 && header.size == 28),
            _ => Verdict::More,
        },
        Type::Error => match (word(0), word(4)) {
            (Some(code), Some(length)) => {
                let fits = length == u32::MAX || length.checked_add(16) == Some(header.size);
                sure_if(status::is_bad(code) && fits)
            }
            _ => Verdict::More,
        },
        Type::ReverseHello => match word(0) {
            Some(length) => sure_if(length.checked_add(16).is_some_and(|least| least <= header.size)),
            None => Verdict::More,
        },
        Type::Open => {
            let start = body.get(8..).unwrap_or_default();
            let seen = start.get(..POLICY_PREFIX.len()).unwrap_or(start);
            match () {
                () if !POLICY_PREFIX.starts_with(seen) => Verdict::No,
                () if seen.len() < POLICY_PREFIX.len() => Verdict::More,
                () => Verdict::Sure,
            }
        }
        Type::Close | Type::Message => match Chunk::read(header.kind, body) {
            Ok(chunk) if chunk.is_plain() => Verdict::Sure,
            Ok(chunk) if chunk.rest.len() >= 12 => Verdict::Likely,
            _ => Verdict::More,
        },
    }
}

const fn sure_if(fits: bool) -> Verdict {
    if fits { Verdict::Sure } else { Verdict::No }
}

impl Session for OpcUa {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let waiting = self.skipped(input.data.len(), input);
        if waiting > 0 {
            return Step::Took(waiting);
        }
        if input.data.len() < HEADER && !input.last {
            return Step::More;
        }
        let Some(header) = Header::read(input.data) else { return Step::Lost };
        let size = usize::try_from(header.size).unwrap_or(usize::MAX);
        let wanted = size.min(MAX_CHUNK);
        if input.data.len() < wanted && !input.last {
            return Step::More;
        }
        let there = wanted.min(input.data.len());
        let body = input.data.get(HEADER..there).unwrap_or_default();
        self.chunk(&header, body, there, input, sink);
        if there < size && there == MAX_CHUNK {
            self.skip(size.saturating_sub(there), input);
        }
        Step::Took(there)
    }

    fn resumes(&self, data: &[u8]) -> bool {
        Header::read(data).is_some_and(|header| header.size <= MAX_BELIEVED)
    }

    fn gap(&mut self, _from_client: Option<bool>) {
        self.forget();
    }
}

#[cfg(test)]
mod tests;
