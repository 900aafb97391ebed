//! Fields of messages, read when somebody wants them.

use super::chunk::{Chunk, HEADER, Header, Security, Type};
use super::node_id::bytes;
use super::schema::{Service, Struct};
use super::show::{Nodes, Show};
use super::status;
use super::walk::Walk;
use crate::{Anomalies, Fields, Reader, Visitor, printable, x509};

/// Where a whole message came from.
pub(super) struct Whole<'a> {
    pub(super) header: &'a Header,
    pub(super) chunk: &'a Chunk<'a>,
    pub(super) sequence: u32,
    pub(super) request_id: u32,
    pub(super) chunks: u32,
}

fn visit_header(header: &Header, visitor: &mut dyn Visitor) {
    visitor.text("message_type", header.kind.letters());
    let part = [header.part];
    visitor.text("chunk_type", std::str::from_utf8(&part).unwrap_or_default());
    visitor.uint("message_size", u64::from(header.size));
}

fn visit_chunk(chunk: &Chunk<'_>, visitor: &mut dyn Visitor) {
    visitor.uint("secure_channel_id", u64::from(chunk.channel));
    if let Some(policy) = chunk.policy {
        visitor.text("security_policy", &printable(policy));
    }
    if let Ok(certificate) = x509::parse(chunk.certificate) {
        visitor.text("sender_certificate", &certificate.subject.text());
    }
    if !chunk.thumbprint.is_empty() {
        let thumbprint = chunk.thumbprint.get(..64).unwrap_or(chunk.thumbprint);
        visitor.bytes("receiver_certificate_thumbprint", thumbprint);
    }
    if let Some(token) = chunk.token {
        visitor.uint("token_id", u64::from(token));
    }
}

/// Fields of the connection protocol's messages.
pub(super) struct Connection<'a> {
    pub(super) header: &'a Header,
    pub(super) body: &'a [u8],
}

impl Connection<'_> {
    /// Whether the body ends where the header says.
    pub(super) fn check(&self) -> Anomalies {
        let mut reader = Reader::new(self.body);
        let read = match self.header.kind {
            Type::Hello => reader.skip(20).and_then(|()| bytes(&mut reader).map(|_| ())),
            Type::Acknowledge => reader.skip(20),
            Type::Error => reader.skip(4).and_then(|()| bytes(&mut reader).map(|_| ())),
            _ => bytes(&mut reader).and_then(|_| bytes(&mut reader)).map(|_| ()),
        };
        match read {
            Err(_) => Anomalies::BAD_LENGTH,
            Ok(()) => Anomalies::NONE.with_if(!reader.is_empty(), Anomalies::TRAILING_BYTES),
        }
    }
}

impl Fields for Connection<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visit_header(self.header, visitor);
        let mut reader = Reader::new(self.body);
        match self.header.kind {
            Type::Error => visit_error(self.body, visitor),
            Type::ReverseHello => {
                for name in ["server_uri", "endpoint_url"] {
                    let Ok(Some(text)) = bytes(&mut reader) else { return };
                    visitor.text(name, &printable(text));
                }
            }
            _ => {
                for name in [
                    "protocol_version",
                    "receive_buffer_size",
                    "send_buffer_size",
                    "max_message_size",
                    "max_chunk_count",
                ] {
                    let Ok(value) = reader.le_u32() else { return };
                    visitor.uint(name, u64::from(value));
                }
                if let (Type::Hello, Ok(Some(url))) = (self.header.kind, bytes(&mut reader)) {
                    visitor.text("endpoint_url", &printable(url));
                }
            }
        }
    }
}

fn visit_error(body: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(body);
    let Ok(code) = reader.le_u32() else { return };
    visitor.named("error", u64::from(code), status::name(code));
    if let Ok(Some(reason)) = bytes(&mut reader) {
        visitor.text("reason", &printable(reason));
    }
}

/// Fields of a chunk whose service cannot be read.
pub(super) struct Unread<'a> {
    pub(super) header: &'a Header,
    pub(super) chunk: Option<&'a Chunk<'a>>,
    pub(super) encrypted: bool,
    pub(super) error: Option<&'a [u8]>,
}

impl Fields for Unread<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visit_header(self.header, visitor);
        let Some(chunk) = self.chunk else { return };
        visit_chunk(chunk, visitor);
        if self.encrypted {
            visitor.flag("encrypted", true);
        } else if let Ok((sequence, request_id, _)) = chunk.sequence() {
            visitor.uint("sequence_number", u64::from(sequence));
            visitor.uint("request_id", u64::from(request_id));
        }
        if let Some(body) = self.error {
            visit_error(body, visitor);
        }
    }
}

/// Fields of a whole service message.
pub(super) struct Shown<'a> {
    pub(super) one: &'a Whole<'a>,
    pub(super) id: u32,
    /// Header and body of the service.
    pub(super) rest: &'a [u8],
    pub(super) head: Struct,
    pub(super) own: Option<Service>,
    pub(super) security: Security,
}

impl Fields for Shown<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visit_header(self.one.header, visitor);
        visit_chunk(self.one.chunk, visitor);
        if let Security::Protected(_) = self.security {
            visitor.flag("signed", true);
        }
        visitor.uint("sequence_number", u64::from(self.one.sequence));
        visitor.uint("request_id", u64::from(self.one.request_id));
        if self.one.chunks > 1 {
            visitor.uint("chunks", u64::from(self.one.chunks));
        }
        visitor.uint("service_id", u64::from(self.id));
        let mut walk = Walk::new(self.rest);
        if walk.structure(self.head, &mut Show::new(&mut *visitor)).is_err() {
            return;
        }
        let Some(own) = self.own else {
            let rest = walk.reader.rest();
            visitor.bytes("body", rest.get(..HEADER.saturating_mul(128)).unwrap_or(rest));
            return;
        };
        let mut again = walk;
        // What is read before a flaw is shown; the flaw is marked on the message.
        let _ = walk.structure(own.body, &mut Show::new(&mut *visitor));
        let mut nodes = Nodes::new(visitor);
        let _ = again.structure(own.body, &mut nodes);
        nodes.finish();
    }
}
