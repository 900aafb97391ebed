//! Framing: the connection protocol's messages and the secure conversation's chunks (Part 6, 6.7.2 and 7.1.2).

use super::node_id::{NodeId, bytes};
use super::schema::services;
use crate::{Reader, Short};

/// Bytes before the body of a connection protocol message: type, chunk type, size.
pub(super) const HEADER: usize = 8;

/// Message types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Hello,
    Acknowledge,
    Error,
    ReverseHello,
    Open,
    Close,
    Message,
}

impl Type {
    pub(super) const fn of(letters: [u8; 3]) -> Option<Self> {
        Some(match &letters {
            b"HEL" => Self::Hello,
            b"ACK" => Self::Acknowledge,
            b"ERR" => Self::Error,
            b"RHE" => Self::ReverseHello,
            b"OPN" => Self::Open,
            b"CLO" => Self::Close,
            b"MSG" => Self::Message,
            _ => return None,
        })
    }

    /// The letters on the wire.
    pub(super) const fn letters(self) -> &'static str {
        match self {
            Self::Hello => "HEL",
            Self::Acknowledge => "ACK",
            Self::Error => "ERR",
            Self::ReverseHello => "RHE",
            Self::Open => "OPN",
            Self::Close => "CLO",
            Self::Message => "MSG",
        }
    }

    /// Least size of a whole message in bytes.
    const fn least(self) -> u32 {
        match self {
            Self::Hello => 32,
            Self::Acknowledge => 28,
            Self::Error | Self::ReverseHello => 16,
            Self::Open => 32,
            Self::Close | Self::Message => 24,
        }
    }
}

/// The first eight bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) kind: Type,
    /// `F` final, `C` one of several, `A` given up.
    pub(super) part: u8,
    /// Bytes of the whole, with these eight.
    pub(super) size: u32,
}

impl Header {
    /// `None` where no message begins.
    pub(super) fn read(data: &[u8]) -> Option<Self> {
        let &[a, b, c, part, w, x, y, z] = data.first_chunk::<HEADER>()?;
        let kind = Type::of([a, b, c])?;
        let size = u32::from_le_bytes([w, x, y, z]);
        let is_part = match part {
            b'F' => true,
            b'C' | b'A' => matches!(kind, Type::Message),
            _ => false,
        };
        (is_part && size >= kind.least()).then_some(Self { kind, part, size })
    }
}

/// A chunk of the secure conversation up to its sequence header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk<'a> {
    pub(super) channel: u32,
    /// Of OPN: policy URI, the sender's certificate, the thumbprint of the receiver's.
    pub(super) policy: Option<&'a [u8]>,
    pub(super) certificate: &'a [u8],
    pub(super) thumbprint: &'a [u8],
    /// Of MSG and CLO.
    pub(super) token: Option<u32>,
    /// Sequence header and body, encrypted where the channel encrypts.
    pub(super) rest: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// Reads what follows the first eight bytes.
    ///
    /// # Errors
    /// [`Short`] when it ends too early.
    pub(super) fn read(kind: Type, data: &'a [u8]) -> Result<Self, Short> {
        let mut reader = Reader::new(data);
        let channel = reader.le_u32()?;
        let mut chunk =
            Self { channel, policy: None, certificate: &[], thumbprint: &[], token: None, rest: &[] };
        if kind == Type::Open {
            chunk.policy = Some(bytes(&mut reader)?.unwrap_or_default());
            chunk.certificate = bytes(&mut reader)?.unwrap_or_default();
            chunk.thumbprint = bytes(&mut reader)?.unwrap_or_default();
        } else {
            chunk.token = Some(reader.le_u32()?);
        }
        chunk.rest = reader.rest();
        Ok(chunk)
    }

    /// Sequence number, request id and body, where they are in the clear.
    ///
    /// # Errors
    /// [`Short`] when it ends too early.
    pub(super) fn sequence(&self) -> Result<(u32, u32, &'a [u8]), Short> {
        let mut reader = Reader::new(self.rest);
        Ok((reader.le_u32()?, reader.le_u32()?, reader.rest()))
    }

    /// Whether the body begins with the type of a service, which encrypted bytes do not.
    pub(super) fn is_plain(&self) -> bool {
        self.sequence()
            .is_ok_and(|(_, _, body)| service(body).is_some_and(|(id, _)| services::find(id).is_some()))
    }
}

/// The id of the body's type node and what follows it; `None` where it is none of namespace 0.
pub(super) fn service(body: &[u8]) -> Option<(u32, &[u8])> {
    let mut reader = Reader::new(body);
    let id = NodeId::read_expanded(&mut reader).ok()??.standard()?;
    Some((id, reader.rest()))
}

/// How a channel protects its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Security {
    /// Its opening was not seen.
    #[default]
    Unknown,
    /// Nothing is protected.
    None,
    /// Signed, perhaps encrypted; every chunk ends with a signature of this many bytes where it is not encrypted.
    Protected(u8),
}

/// Start of every policy's URI (Part 7, profiles).
pub(super) const POLICY_PREFIX: &[u8] = b"http://opcfoundation.org/UA/SecurityPolicy#";

impl Security {
    /// What a policy says (Part 7, 6.6: HMAC-SHA1 or HMAC-SHA256 over each chunk).
    pub(super) fn of(policy: &[u8]) -> Self {
        match policy.strip_prefix(POLICY_PREFIX) {
            Some(b"None") => Self::None,
            None if policy.is_empty() => Self::None,
            Some(b"Basic128Rsa15" | b"Basic256") => Self::Protected(20),
            _ => Self::Protected(32),
        }
    }
}
