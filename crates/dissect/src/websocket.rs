//! WebSocket: the layer that carries OCPP and MQTT after an HTTP upgrade.
//!
//! Spec: RFC 6455. Frames are unmasked and put together; what their messages are, their own bytes decide: a JSON array of
//! OCPP, or an MQTT connection. Anything else is passed over.

use crate::mqtt::Mqtt;
use crate::ocpp::Ocpp;
use crate::{Input, Protocol, Reader, Session, Sink, Step};

/// Frames up to this size are waited for, and messages put together; larger ones are passed over.
const MAX_MESSAGE: usize = 256 * 1024;
/// Header of a frame with its longest length and key.
pub(crate) const HEADER: usize = 14;
const TEXT: u8 = 1;
const BINARY: u8 = 2;

/// One frame (5.2).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) is_final: bool,
    /// An extension changed the payload, by compression as a rule.
    pub(crate) is_extended: bool,
    pub(crate) opcode: u8,
    key: [u8; 4],
    payload: &'a [u8],
    /// Bytes of header and payload as announced.
    size: usize,
}

impl<'a> Frame<'a> {
    /// `None` while the header is not whole; the payload may be cut.
    pub(crate) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let (first, second) = (reader.u8().ok()?, reader.u8().ok()?);
        let length = match second & 0x7f {
            126 => u64::from(reader.be_u16().ok()?),
            127 => reader.be_u64().ok()?,
            length => u64::from(length),
        };
        let key = if second & 0x80 != 0 { reader.array().ok()? } else { [0; 4] };
        let length = usize::try_from(length).ok()?;
        let size = reader.position().checked_add(length)?;
        let payload = reader.take_up_to(length);
        let is_extended = first & 0x70 != 0;
        Some(Self { is_final: first & 0x80 != 0, is_extended, opcode: first & 0x0f, key, payload, size })
    }

    pub(crate) fn is_whole(&self, data: &[u8]) -> bool {
        self.size <= data.len()
    }

    /// The payload without its mask (5.3).
    pub(crate) fn unmasked(&self) -> impl Iterator<Item = u8> + use<'a> {
        self.payload.iter().zip(self.key.into_iter().cycle()).map(|(byte, key)| byte ^ key)
    }
}

/// What the messages of a connection are.
#[derive(Default)]
enum Inside {
    #[default]
    Unknown,
    Ocpp(Ocpp),
    /// MQTT, with bytes of each direction that wait for more.
    Mqtt(Box<Mqtt>, [Vec<u8>; 2]),
}

/// A connection after its upgrade.
#[derive(Default)]
pub(crate) struct WebSocket {
    inside: Inside,
    /// Fragments of a message, by direction.
    parts: [Option<(u8, Vec<u8>)>; 2],
    /// Bytes of a large frame still to pass over, by direction.
    skip: [usize; 2],
}

impl Session for WebSocket {
    fn next(&mut self, input: &Input<'_>, sink: &mut dyn Sink) -> Step {
        let data = input.data;
        if data.is_empty() {
            return if input.last { Step::Lost } else { Step::More };
        }
        let side = usize::from(input.from_client.unwrap_or(input.dst_port <= input.src_port));
        if let Some(skip) = self.skip.get_mut(side).filter(|skip| **skip > 0) {
            let taken = (*skip).min(data.len());
            *skip = skip.saturating_sub(taken);
            return Step::Took(taken);
        }
        let Some(frame) = Frame::parse(data) else {
            return if input.last || data.len() >= HEADER { Step::Lost } else { Step::More };
        };
        if matches!(frame.opcode, 3..=7 | 11..) {
            return Step::Lost;
        }
        if frame.size > MAX_MESSAGE {
            if let Some(skip) = self.skip.get_mut(side) {
                *skip = if input.last { 0 } else { frame.size.saturating_sub(data.len()) };
            }
            return Step::Took(data.len().min(frame.size));
        }
        if !frame.is_whole(data) {
            return if input.last { Step::Took(data.len()) } else { Step::More };
        }
        if !frame.is_extended {
            self.frame(&frame, side, input, sink);
        }
        Step::Took(frame.size)
    }

    fn resumes(&self, data: &[u8]) -> bool {
        Frame::parse(data).is_some_and(|frame| matches!(frame.opcode, 1 | 2) && frame.is_whole(data))
    }

    fn gap(&mut self, from_client: Option<bool>) {
        self.parts = [None, None];
        self.skip = [0; 2];
        if let Inside::Mqtt(mqtt, waiting) = &mut self.inside {
            mqtt.gap(from_client);
            *waiting = [Vec::new(), Vec::new()];
        }
    }

    fn protocol(&self) -> Option<Protocol> {
        match self.inside {
            Inside::Unknown => None,
            Inside::Ocpp(_) => Some(Protocol::Ocpp),
            Inside::Mqtt(..) => Some(Protocol::Mqtt),
        }
    }
}

impl WebSocket {
    /// Takes a whole frame; control frames may stand between fragments (5.4).
    fn frame(&mut self, frame: &Frame<'_>, side: usize, input: &Input<'_>, sink: &mut dyn Sink) {
        let Some(place) = self.parts.get_mut(side) else { return };
        let (opcode, message) = match (frame.opcode, place.take()) {
            (TEXT | BINARY, _) => (frame.opcode, frame.unmasked().collect()),
            (0, Some((opcode, mut bytes))) => {
                if bytes.len().saturating_add(frame.payload.len()) > MAX_MESSAGE {
                    return;
                }
                bytes.extend(frame.unmasked());
                (opcode, bytes)
            }
            (_, kept) => {
                *place = kept;
                return;
            }
        };
        if frame.is_final {
            self.message(opcode, &message, side, input, sink);
        } else {
            *place = Some((opcode, message));
        }
    }

    fn message(&mut self, opcode: u8, message: &[u8], side: usize, input: &Input<'_>, sink: &mut dyn Sink) {
        if matches!(self.inside, Inside::Unknown) {
            self.inside = match opcode {
                TEXT if crate::ocpp::is_message(message) => Inside::Ocpp(Ocpp::default()),
                BINARY if crate::mqtt::is_connect(message) => {
                    Inside::Mqtt(Box::default(), Default::default())
                }
                _ => return,
            };
        }
        match &mut self.inside {
            Inside::Unknown => {}
            Inside::Ocpp(ocpp) => ocpp.message(message, side == 1, sink),
            Inside::Mqtt(mqtt, waiting) => {
                let Some(buffer) = waiting.get_mut(side) else { return };
                if buffer.len().saturating_add(message.len()) > MAX_MESSAGE {
                    buffer.clear();
                    return;
                }
                buffer.extend_from_slice(message);
                let mut used = 0usize;
                while let Some(rest) = buffer.get(used..).filter(|rest| !rest.is_empty()) {
                    let inner = Input { last: false, ..input.with_data(rest) };
                    match mqtt.next(&inner, sink) {
                        Step::Took(taken) => used = used.saturating_add(taken.max(1)),
                        Step::More => break,
                        Step::Lost => used = buffer.len(),
                    }
                }
                buffer.drain(..used.min(buffer.len()));
            }
        }
    }
}
