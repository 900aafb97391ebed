//! Program invocation services: start, stop, link, delete, compress, and those of numerical controls.

use super::block;
use crate::{Category, Reader, Text, Visitor, printable};

/// A PI service with its argument.
#[derive(Debug, Clone, Copy)]
pub(super) struct Invocation<'a> {
    pub(super) service: &'a [u8],
    pub(super) argument: &'a [u8],
}

/// The parameters of a PI service job after the function code: seven fixed bytes, argument, service.
pub(super) fn parse(data: &[u8]) -> Option<Invocation<'_>> {
    let mut reader = Reader::new(data);
    reader.skip(7).ok()?;
    let length = usize::from(reader.be_u16().ok()?);
    let argument = reader.take(length).ok()?;
    let length = usize::from(reader.u8().ok()?);
    Some(Invocation { service: reader.take_up_to(length), argument })
}

/// The parameters of a stop job after the function code: five fixed bytes, service.
pub(super) fn parse_stop(data: &[u8]) -> Option<Invocation<'_>> {
    let mut reader = Reader::new(data);
    reader.skip(5).ok()?;
    let length = usize::from(reader.u8().ok()?);
    Some(Invocation { service: reader.take_up_to(length), argument: &[] })
}

/// What a service does. The names of numerical control services are those of the manufacturer's list of PI services.
pub(super) fn category(service: &[u8]) -> Category {
    match service {
        b"P_PROGRAM" => Category::Control,
        b"_INSE" | b"_DELE" => Category::ProgramDownload,
        b"_N_LOGIN_" | b"_N_LOGOUT" | b"_N_NEWPWD" => Category::Authentication,
        b"_N_SELECT" | b"_N_NCKMOD" | b"_N_ASUP__" | b"_N_FINDBL" | b"_N_SEL_BL" | b"_N_CANCEL"
        | b"_N_DIGIOF" | b"_N_DIGION" | b"_N_STRTLK" | b"_N_STRTUL" => Category::Control,
        [b'_', b'N', b'_', b'F', b'_', ..] | b"_N_EXTERN" | b"_N_EXTMOD" => Category::FileTransfer,
        b"_N_MMCSEM" | b"_N_CHEKDM" | b"_N_CHKDNO" | b"_N_CRCEDN" | b"_N_TMGETT" => Category::Other,
        // Memory: compress, copy RAM to ROM; tools, cutting edges, variables, frames.
        _ => Category::Configuration,
    }
}

fn meaning(service: &[u8]) -> &'static str {
    match service {
        b"P_PROGRAM" => "start_or_stop_program",
        b"_INSE" => "activate_block",
        b"_DELE" => "delete_block",
        b"_GARB" => "compress_memory",
        b"_MODU" => "copy_ram_to_rom",
        b"_N_LOGIN_" => "login",
        b"_N_LOGOUT" => "logout",
        b"_N_NEWPWD" => "change_password",
        b"_N_SELECT" => "select_program",
        b"_N_NCKMOD" => "set_nck_mode",
        b"_N_ASUP__" => "assign_interrupt",
        b"_N_CANCEL" => "cancel_alarms",
        b"_N_CONFIG" => "take_over_machine_data",
        b"_N_DELETO" => "delete_tool",
        b"_N_CREATO" => "create_tool",
        b"_N_CREACE" => "create_cutting_edge",
        b"_N_DELECE" => "delete_cutting_edge",
        b"_N_EXTERN" => "select_external_program",
        b"_N_FINDBL" => "search_block",
        b"_N_F_COPY" => "copy_file",
        b"_N_F_DELE" | b"_N_F_DELR" => "delete_file",
        b"_N_F_OPEN" | b"_N_F_OPER" => "open_file",
        b"_N_F_CLOS" => "close_file",
        b"_N_F_PROT" => "protect_file",
        b"_N_F_RENA" => "rename_file",
        b"_N_F_SEEK" => "seek_in_file",
        b"_N_F_XFER" => "transfer_file",
        b"_N_MMCSEM" => "semaphore",
        b"_N_SETUFR" => "activate_user_frames",
        b"_N_IBN_SS" => "set_operating_mode",
        _ => "other",
    }
}

/// Blocks that linking and deleting name: a count, a fixed byte, then eight bytes each.
fn blocks(argument: &[u8]) -> Option<impl Iterator<Item = &[u8]>> {
    let (count, names) = argument.split_first()?;
    Some(names.get(1..)?.chunks_exact(8).take(usize::from(*count)))
}

/// What an invocation is about: the service, with the first block that it names.
pub(super) fn object(invocation: &Invocation<'_>) -> block::Name {
    let service = block::text::<32>(invocation.service);
    let first = match invocation.service {
        b"_INSE" | b"_DELE" => blocks(invocation.argument).and_then(|mut names| names.next()),
        _ => None,
    };
    match first {
        Some(name) => Text::of(format_args!("{service} {}", block::name(name))),
        None => Text::of(format_args!("{service}")),
    }
}

/// Shows an invocation. Arguments of services that carry passwords are never shown.
pub(super) fn visit(invocation: &Invocation<'_>, visitor: &mut dyn Visitor) {
    let (service, argument) = (invocation.service, invocation.argument);
    visitor.text("pi_service", &printable(service));
    visitor.text("pi_meaning", meaning(service));
    visitor.uint("argument_length", argument.len() as u64);
    match (service, blocks(argument)) {
        (b"_INSE" | b"_DELE", Some(names)) => {
            visitor.begin_list("blocks");
            for name in names {
                visitor.text("", block::name(name).as_str());
            }
            visitor.end_list();
        }
        _ if category(service) == Category::Authentication || argument.is_empty() => {}
        // A text, with its length before it for numerical controls.
        _ if argument.iter().all(|byte| (0x20..0x7f).contains(byte)) => {
            visitor.text("argument", &printable(argument));
        }
        _ => visitor.bytes("argument", argument),
    }
}
