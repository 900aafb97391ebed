//! SMB transactions that write to mailslots ([MS-MAIL] 2.2.1).

use std::borrow::Cow;

use crate::tell::{take_until_nul, until_nul};
use crate::{
    Anomalies, Category, Fields, Function, Kind, Message, Outcome, Protocol, Reader, Reference, Sink,
    Visitor, printable,
};

const MAGIC: [u8; 4] = [0xff, b'S', b'M', b'B'];
/// Command SMB_COM_TRANSACTION ([MS-CIFS] 2.2.4.33).
const TRANSACTION: u8 = 0x25;
/// Strings are UTF-16 ([MS-CIFS] 2.2.3.1, flags2).
const UNICODE: u16 = 0x8000;
/// The names of a mailslot are short; a longer one is cut.
const MAX_NAME: usize = 256;

/// A write to a mailslot.
#[derive(Debug, Clone)]
pub(super) struct Mailslot<'a> {
    flags: u8,
    flags2: u16,
    setup: [u16; 3],
    name: &'a [u8],
    pub(super) data: &'a [u8],
}

impl<'a> Mailslot<'a> {
    /// `None` when the user data is no such transaction.
    pub(super) fn parse(smb: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(smb);
        if reader.array::<4>().ok()? != MAGIC || reader.u8().ok()? != TRANSACTION {
            return None;
        }
        reader.skip(4).ok()?;
        let flags = reader.u8().ok()?;
        let flags2 = reader.le_u16().ok()?;
        // Process, signature, tree, user and multiplex ids.
        reader.skip(20).ok()?;
        let words = reader.u8().ok()?;
        let mut parameters = reader.sub(usize::from(words).saturating_mul(2)).ok()?;
        parameters.skip(22).ok()?;
        let (data_count, data_offset) = (parameters.le_u16().ok()?, parameters.le_u16().ok()?);
        parameters.skip(2).ok()?;
        let mut setup = [0; 3];
        for word in &mut setup {
            *word = parameters.le_u16().ok()?;
        }
        let _bytes = reader.le_u16().ok()?;
        let name = if flags2 & UNICODE == 0 { take_until_nul(&mut reader) } else { reader.rest() };
        let data = smb.get(usize::from(data_offset)..).unwrap_or_default();
        let data = data.get(..usize::from(data_count)).unwrap_or(data);
        Some(Self { flags, flags2, setup, name: name.get(..MAX_NAME).unwrap_or(name), data })
    }

    /// Path of the mailslot.
    pub(super) fn name(&self) -> Cow<'a, str> {
        if self.flags2 & UNICODE == 0 {
            return printable(until_nul(self.name));
        }
        // UTF-16 begins at an even offset of the message, one byte after the odd count.
        let text =
            if self.name.first() == Some(&0) { self.name.get(1..).unwrap_or_default() } else { self.name };
        let units = text.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
        let units = units.map(u16::from_le_bytes).take_while(|unit| *unit != 0);
        Cow::Owned(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect())
    }

    /// Whether browsers read this mailslot; LANMAN is the older form.
    pub(super) fn is_browser(&self) -> bool {
        let name = self.name();
        name.eq_ignore_ascii_case("\\MAILSLOT\\BROWSE") || name.eq_ignore_ascii_case("\\MAILSLOT\\LANMAN")
    }
}

/// The transaction as a message of its own layer.
pub(super) fn emit(slot: &Mailslot<'_>, anomalies: Anomalies, sink: &mut dyn Sink) {
    sink.message(&Message {
        protocol: Protocol::Smb,
        kind: if slot.flags & 0x80 == 0 { Kind::Request } else { Kind::Response },
        function: Function::Known("transaction"),
        code: Some(u32::from(TRANSACTION)),
        category: Category::Other,
        outcome: Outcome::Event,
        address: Reference::None,
        object: Reference::None,
        anomalies,
        fields: slot,
    });
}

impl Fields for Mailslot<'_> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("command", u64::from(TRANSACTION));
        visitor.uint("flags", u64::from(self.flags));
        visitor.uint("flags2", u64::from(self.flags2));
        let [opcode, priority, class] = self.setup;
        let name = if opcode == 1 { "write_mailslot" } else { "unknown" };
        visitor.named("mailslot_opcode", u64::from(opcode), name);
        visitor.uint("mailslot_priority", u64::from(priority));
        visitor.uint("mailslot_class", u64::from(class));
        visitor.text("file_name", &self.name());
        visitor.uint("data_length", u64::try_from(self.data.len()).unwrap_or(u64::MAX));
    }
}
