//! Common external message interface: bus telegrams and local device management (03_06_03).

use std::fmt;

use crate::{Reader, Visitor};

/// Bus data of one telegram, as far as it is there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cemi<'a> {
    pub(super) code: u8,
    pub(super) control: [u8; 2],
    pub(super) source: u16,
    pub(super) destination: u16,
    pub(super) to_group: bool,
    /// Transport control and application bytes.
    pub(super) tpdu: &'a [u8],
    /// Rest of a device management or raw message.
    pub(super) rest: &'a [u8],
    pub(super) is_link: bool,
    pub(super) is_short: bool,
}

/// An individual address: area, line, device.
#[derive(Clone, Copy)]
pub(super) struct Individual(pub(super) u16);

impl fmt::Display for Individual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0 >> 12, (self.0 >> 8) & 0xf, self.0 & 0xff)
    }
}

/// A group address with three levels, as tools show it by default.
#[derive(Clone, Copy)]
pub(super) struct Group(pub(super) u16);

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.0 >> 11, (self.0 >> 8) & 7, self.0 & 0xff)
    }
}

/// Names of message codes (03_06_03, 4.1.3).
pub(super) const fn code_name(code: u8) -> Option<&'static str> {
    Some(match code {
        0x10 => "l_raw_req",
        0x11 => "l_data_req",
        0x13 => "l_poll_data_req",
        0x25 => "l_poll_data_con",
        0x29 => "l_data_ind",
        0x2b => "l_busmon_ind",
        0x2d => "l_raw_ind",
        0x2e => "l_data_con",
        0x2f => "l_raw_con",
        0x41 => "t_data_connected_req",
        0x4a => "t_data_individual_req",
        0x89 => "t_data_connected_ind",
        0x94 => "t_data_individual_ind",
        0xf0 => "m_reset_ind",
        0xf1 => "m_reset_req",
        0xf5 => "m_prop_write_con",
        0xf6 => "m_prop_write_req",
        0xf7 => "m_prop_info_ind",
        0xf8 => "m_func_prop_command_req",
        0xf9 => "m_func_prop_state_read_req",
        0xfa => "m_func_prop_con",
        0xfb => "m_prop_read_con",
        0xfc => "m_prop_read_req",
        _ => return None,
    })
}

/// A property of local device management: object type, instance, property, count, start, data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property<'a> {
    pub(super) object_type: u16,
    pub(super) instance: u8,
    pub(super) id: u8,
    pub(super) count: u8,
    pub(super) data: &'a [u8],
}

impl<'a> Cemi<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let mut cemi = Self { code: reader.u8().ok()?, ..Self::default() };
        cemi.is_short = match cemi.code {
            0x11 | 0x29 | 0x2e => {
                cemi.is_link = true;
                cemi.link(&mut reader).is_none()
            }
            0x41 | 0x4a | 0x89 | 0x94 => {
                // Additional information and six reserved bytes stand before the data (03_06_03).
                let more = usize::from(reader.u8().unwrap_or(0));
                let skipped = reader.skip(more.saturating_add(6)).is_ok();
                cemi.data(&mut reader).is_none() || !skipped
            }
            _ => {
                cemi.rest = reader.rest();
                false
            }
        };
        Some(cemi)
    }

    fn link(&mut self, reader: &mut Reader<'a>) -> Option<()> {
        let more = reader.u8().ok()?;
        reader.skip(usize::from(more)).ok()?;
        self.control = reader.array().ok()?;
        self.to_group = self.control.get(1).is_some_and(|control| control & 0x80 != 0);
        self.source = reader.be_u16().ok()?;
        self.destination = reader.be_u16().ok()?;
        self.data(reader)
    }

    /// The length counts the bytes after the transport control byte.
    fn data(&mut self, reader: &mut Reader<'a>) -> Option<()> {
        let length = usize::from(reader.u8().ok()?).saturating_add(1);
        self.tpdu = reader.take_up_to(length);
        (self.tpdu.len() == length).then_some(())
    }

    /// Ten bits of the application service and the bytes behind them, where the telegram carries data.
    pub(super) fn application(&self) -> Option<(u16, &'a [u8])> {
        let (head, data) = self.tpdu.split_first_chunk::<2>()?;
        let bits = u16::from_be_bytes(*head);
        // Control messages of the transport layer have the top bit.
        (bits & 0x8000 == 0).then_some((bits & 0x03ff, data))
    }

    /// The transport control where no data is carried.
    pub(super) fn transport(&self) -> Option<&'static str> {
        let control = *self.tpdu.first()?;
        Some(match control & 0xc3 {
            0x80 => "t_connect",
            0x81 => "t_disconnect",
            0xc2 => "t_ack",
            0xc3 => "t_nak",
            _ => return None,
        })
    }

    pub(super) fn property(&self) -> Option<Property<'a>> {
        if !matches!(self.code, 0xf5..=0xfc) {
            return None;
        }
        let mut reader = Reader::new(self.rest);
        let object_type = reader.be_u16().ok()?;
        let instance = reader.u8().ok()?;
        let id = reader.u8().ok()?;
        let count = (reader.be_u16().ok()? >> 12).to_le_bytes().first().copied()?;
        Some(Property { object_type, instance, id, count, data: reader.rest() })
    }

    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        use crate::Text;
        visitor.named("message_code", u64::from(self.code), code_name(self.code).unwrap_or("unknown"));
        if self.is_link {
            let [first, second] = self.control;
            visitor.uint("priority", u64::from((first >> 2) & 3));
            visitor.uint("hop_count", u64::from((second >> 4) & 7));
            visitor.text("source", Text::<16>::of(format_args!("{}", Individual(self.source))).as_str());
            let destination = if self.to_group {
                Text::<16>::of(format_args!("{}", Group(self.destination)))
            } else {
                Text::of(format_args!("{}", Individual(self.destination)))
            };
            visitor.text("destination", destination.as_str());
            visitor.flag("to_group", self.to_group);
        }
        if let Some(name) = self.transport() {
            visitor.text("transport", name);
        }
        if let Some(property) = self.property() {
            visitor.uint("object_type", u64::from(property.object_type));
            visitor.uint("object_instance", u64::from(property.instance));
            visitor.uint("property_id", u64::from(property.id));
            visitor.uint("elements", u64::from(property.count));
            if !property.data.is_empty() {
                visitor.bytes("data", property.data);
            }
        } else if !self.rest.is_empty() {
            visitor.bytes("data", self.rest);
        }
    }
}
