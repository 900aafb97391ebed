//! Blocks: option, suboption, length, then a qualifier or information where the service has one, and the value.

use super::option::{
    ALIAS_NAME, DEVICE_ID, DEVICE_INSTANCE, DEVICE_OPTIONS, DEVICE_ROLE, DHCP, FULL_IP_SUITE, INITIATIVE,
    IP_PARAMETER, Key, MAC_ADDRESS, NAME_OF_STATION, OEM_DEVICE_ID, RESPONSE, ROLES, RSI_PROPERTIES, SIGNAL,
    STANDARD_GATEWAY, TYPE_OF_STATION, error, ip_information, is_known, name, option_name, qualifier,
};
use crate::{Anomalies, Reader, Text, Visitor, printable};

/// What stands between a block's length and its value (IEC 61158-6-10, 4.3.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Option and suboption alone: get requests.
    Bare,
    /// Nothing: filters of identify requests.
    Plain,
    /// A qualifier: set requests.
    Qualifier,
    /// Block information: responses and hellos.
    Information,
}

/// One block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) key: Key,
    /// Qualifier or information; 0 where the form has none.
    pub(super) head: u16,
    pub(super) value: &'a [u8],
    pub(super) anomalies: Anomalies,
}

/// The blocks of a frame. The number is bounded by the frame: a block takes at least two bytes.
pub(super) fn blocks(data: &[u8], form: Form) -> impl Iterator<Item = Block<'_>> {
    let mut reader = Reader::new(data);
    std::iter::from_fn(move || block(&mut reader, form))
}

fn block<'a>(reader: &mut Reader<'a>, form: Form) -> Option<Block<'a>> {
    let key = (reader.u8().ok()?, reader.u8().ok()?);
    let mut anomalies = Anomalies::NONE.with_if(!is_known(key), Anomalies::UNKNOWN_OBJECT);
    if form == Form::Bare {
        return Some(Block { key, head: 0, value: &[], anomalies });
    }
    let length = usize::from(reader.be_u16().ok()?);
    let mut body = Reader::new(reader.take_up_to(length));
    anomalies |= Anomalies::NONE.with_if(body.remaining() < length, Anomalies::BAD_LENGTH);
    if length % 2 == 1 {
        let _ = reader.take_up_to(1);
    }
    // The block that answers a set request has no information of its own.
    let has_head =
        form == Form::Qualifier || (form == Form::Information && (key != RESPONSE || body.remaining() != 3));
    let head = if has_head && length > 0 { body.be_u16() } else { Ok(0) };
    anomalies |= Anomalies::NONE.with_if(head.is_err(), Anomalies::BAD_LENGTH);
    Some(Block { key, head: head.unwrap_or(0), value: body.rest(), anomalies })
}

impl<'a> Block<'a> {
    /// The option that an answering block is about, and its error.
    pub(super) fn answer(&self) -> Option<(Key, u8)> {
        match (self.key, self.value) {
            (RESPONSE, &[option, suboption, error]) => Some(((option, suboption), error)),
            _ => None,
        }
    }

    /// Station name or type: text without its padding.
    pub(super) fn text(&self) -> std::borrow::Cow<'a, str> {
        printable(self.value.split(|byte| *byte == 0).next().unwrap_or_default())
    }

    /// Vendor and device number.
    pub(super) fn device_id(&self) -> Option<(u16, u16)> {
        let mut reader = Reader::new(self.value);
        Some((reader.be_u16().ok()?, reader.be_u16().ok()?))
    }

    /// Shows the block.
    pub(super) fn visit(&self, form: Form, visitor: &mut dyn Visitor) {
        let (option, suboption) = self.key;
        visitor.named("option", u64::from(option), option_name(option));
        visitor.named("suboption", u64::from(suboption), name(self.key));
        match form {
            Form::Qualifier => {
                visitor.named("block_qualifier", u64::from(self.head), qualifier(self.key, self.head));
            }
            Form::Information if self.key == IP_PARAMETER || self.key == FULL_IP_SUITE => {
                visitor.named("block_info", u64::from(self.head), ip_information(self.head));
            }
            Form::Information if self.answer().is_none() => {
                visitor.uint("block_info", u64::from(self.head));
            }
            Form::Information | Form::Bare | Form::Plain => {}
        }
        if form != Form::Bare && !self.value.is_empty() && self.visit_value(visitor).is_none() {
            visitor.bytes("value", self.value);
        }
    }

    /// `None` when the value does not fit its option.
    fn visit_value(&self, visitor: &mut dyn Visitor) -> Option<()> {
        let mut reader = Reader::new(self.value);
        match self.key {
            MAC_ADDRESS => {
                let [a, b, c, d, e, f] = reader.array().ok()?;
                let text = Text::<18>::of(format_args!("{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}"));
                visitor.text("mac_address", text.as_str());
            }
            IP_PARAMETER | FULL_IP_SUITE => {
                if self.value.len() < 12 {
                    return None;
                }
                for name in ["ip_address", "subnet_mask", "standard_gateway"] {
                    visitor.text(name, address(&mut reader)?.as_str());
                }
                if self.key == FULL_IP_SUITE {
                    visitor.begin_list("dns_servers");
                    while let Some(server) = address(&mut reader) {
                        visitor.text("", server.as_str());
                    }
                    visitor.end_list();
                }
            }
            TYPE_OF_STATION => visitor.text("type_of_station", &self.text()),
            NAME_OF_STATION => visitor.text("name_of_station", &self.text()),
            ALIAS_NAME => visitor.text("alias_name", &self.text()),
            DEVICE_ID | OEM_DEVICE_ID => {
                let (vendor, device) = self.device_id()?;
                visitor.uint("vendor_id", u64::from(vendor));
                visitor.uint("device_id", u64::from(device));
            }
            DEVICE_ROLE => {
                let role = reader.u8().ok()?;
                visitor.uint("device_role", u64::from(role));
                visitor.begin_list("roles");
                for (bit, name) in ROLES {
                    if role & bit != 0 {
                        visitor.text("", name);
                    }
                }
                visitor.end_list();
            }
            DEVICE_OPTIONS => {
                visitor.begin_list("supported");
                for pair in self.value.chunks_exact(2) {
                    if let [option, suboption] = *pair {
                        visitor.begin_object("");
                        visitor.named("option", u64::from(option), option_name(option));
                        visitor.named("suboption", u64::from(suboption), name((option, suboption)));
                        visitor.end_object();
                    }
                }
                visitor.end_list();
            }
            DEVICE_INSTANCE => {
                visitor.uint("instance_high", u64::from(reader.u8().ok()?));
                visitor.uint("instance_low", u64::from(reader.u8().ok()?));
            }
            STANDARD_GATEWAY => visitor.text("standard_gateway", address(&mut reader)?.as_str()),
            RSI_PROPERTIES => {
                let bits = reader.be_u16().ok()?;
                visitor.uint("rsi_properties", u64::from(bits));
                for (bit, name) in [
                    (0, "ip_stack_available"),
                    (1, "cli_interface_available"),
                    (2, "rsi_available"),
                    (4, "read_record_over_rsi"),
                ] {
                    visitor.flag(name, bits >> bit & 1 != 0);
                }
            }
            RESPONSE => {
                let ((option, suboption), code) = self.answer()?;
                visitor.named("answered_option", u64::from(option), option_name(option));
                visitor.named("answered_suboption", u64::from(suboption), name((option, suboption)));
                visitor.named("block_error", u64::from(code), error(code));
            }
            SIGNAL => {
                let signal = reader.be_u16().ok()?;
                let meaning = if signal == 0x0100 { "flash_once" } else { "reserved" };
                visitor.named("signal", u64::from(signal), meaning);
            }
            (INITIATIVE, 1) => {
                let initiative = reader.be_u16().ok()?;
                let meaning = match initiative {
                    0 => "no_hello",
                    1 => "hello",
                    _ => "reserved",
                };
                visitor.named("device_initiative", u64::from(initiative), meaning);
            }
            (DHCP, 12 | 60 | 81) => visitor.text("text", &self.text()),
            _ => return None,
        }
        Some(())
    }
}

/// The next IPv4 address.
pub(super) fn address(reader: &mut Reader<'_>) -> Option<Text<16>> {
    let [a, b, c, d] = reader.array().ok()?;
    Some(Text::of(format_args!("{a}.{b}.{c}.{d}")))
}
