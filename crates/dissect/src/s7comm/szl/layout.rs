//! Layouts of partial list records, as tables of cells.

use super::super::time;
use crate::{Reader, Text, Visitor, hex, printable};

/// One field of a record.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell {
    U8(&'static str),
    U16(&'static str),
    U32(&'static str),
    Text(&'static str, usize),
    Bytes(&'static str, usize),
    Time(&'static str),
    Ip(&'static str),
    Mac(&'static str),
    Skip(usize),
}

use Cell::{Bytes, Ip, Mac, Skip, Time, U8, U16, U32};

const MODULE: &[Cell] = &[U16("index"), Cell::Text("mlfb", 20), U16("bgtyp"), U16("ausbg"), U16("ausbe")];
const CHARACTERISTIC: &[Cell] = &[U16("feature")];
const MEMORY: &[Cell] = &[
    U16("index"),
    U16("code"),
    U32("size"),
    U16("mode"),
    U16("granu"),
    U32("ber1"),
    U32("belegt1"),
    U32("block1"),
    U32("ber2"),
    U32("belegt2"),
    U32("block2"),
];
const AREA: &[Cell] = &[U16("index"), U16("code"), U16("quantity"), U16("reman")];
const BLOCK_TYPE: &[Cell] = &[U16("index"), U16("maxanz"), U16("maxlng"), U32("maxabl")];
const LED: &[Cell] = &[U16("led_id"), U8("led_on"), U8("led_blink")];
const INTERRUPT: &[Cell] = &[Bytes("info", 20), U16("al1"), U16("al2"), U32("al3")];
const MODE: &[Cell] = &[
    U16("ereig"),
    U8("ae"),
    U8("bzu_id"),
    Skip(4),
    U8("anlinfo1"),
    U8("anlinfo2"),
    U8("anlinfo3"),
    U8("anlinfo4"),
    Time("clock"),
];
const IMAGE: &[Cell] = &[U8("tpa_nr"), U8("tpa_use"), U8("ob_nr"), Skip(1)];
const GENERAL_COMMUNICATION: &[Cell] =
    &[U16("index"), U16("pdu"), U16("anz"), U32("mpi_bps"), U32("mkbus_bps")];
const PROTECTION: &[Cell] = &[
    U16("index"),
    U16("key"),
    U16("param"),
    U16("real"),
    U16("bart_sch"),
    U16("crst_wrst"),
    U16("ken_f"),
    U16("ken_rel"),
    U16("ken_ver1_hw"),
    U16("ken_ver1_awp"),
    U16("ken_ver2_hw"),
    U16("ken_ver2_awp"),
];
const INDEXED: &[Cell] = &[U16("index")];
const ETHERNET: &[Cell] = &[
    U16("logaddr"),
    Ip("ip_addr"),
    Ip("subnetmask"),
    Ip("default_router"),
    Mac("mac_addr"),
    U8("source"),
    Skip(1),
    Bytes("dcp_mod_timestamp", 8),
    Bytes("phys_mode", 16),
];
const MASTER: &[Cell] = &[
    U8("dp_m_id"),
    U8("rack_dp_m"),
    U8("steckpl_dp_m"),
    U8("subm_dp_m"),
    U16("logadr"),
    U16("dp_m_sys_cpu"),
    U16("dp_m_sys_dpm"),
    U8("dp_m_state"),
];
const MODULE_STATUS: &[Cell] = &[
    U16("adr1"),
    U16("adr2"),
    U16("logadr"),
    U16("solltyp"),
    U16("isttyp"),
    Skip(2),
    U16("eastat"),
    U16("ber_bgbr"),
];
const RACKS: &[Cell] = &[Bytes("status", 16)];
const DIAGNOSTIC: &[Cell] = &[
    U16("event_id"),
    U8("priority_class"),
    U8("ob_number"),
    U16("dat_id"),
    U16("info1"),
    U32("info2"),
    Time("clock"),
];
const LIST_ID: &[Cell] = &[U16("szl_id")];

/// Component identification, by index.
const NAME: &[Cell] = &[U16("index"), Cell::Text("name", 24)];
const PLANT: &[Cell] = &[U16("index"), Cell::Text("tag", 32)];
const COPYRIGHT: &[Cell] = &[U16("index"), Cell::Text("copyright", 26)];
const SERIAL: &[Cell] = &[U16("index"), Cell::Text("serialn", 24)];
const TYPE_NAME: &[Cell] = &[U16("index"), Cell::Text("cputypname", 32)];
const CARD: &[Cell] = &[U16("index"), Cell::Text("sn_mc", 32)];
const MAKER: &[Cell] = &[U16("index"), U16("manufacturer_id"), U16("profile_id"), U16("profile_spec_typ")];
const OEM: &[Cell] =
    &[U16("index"), Cell::Text("oem_copyright_string", 26), U16("oem_id"), U32("oem_add_id")];
const LOCATION: &[Cell] = &[U16("index"), Cell::Text("loc_id", 32)];

/// The layout of a record; empty where none is published or the length does not fit.
pub(super) fn cells(id: u16, record: &[u8]) -> &'static [Cell] {
    let index = record.first_chunk().map_or(0, |index| u16::from_be_bytes(*index));
    match (id & 0xff, record.len()) {
        (0x00, 2) => LIST_ID,
        (0x11, 28) => MODULE,
        (0x12, 2) => CHARACTERISTIC,
        (0x13, 36) => MEMORY,
        (0x14, 8) => AREA,
        (0x15, 10) => BLOCK_TYPE,
        (0x19 | 0x74, 4) => LED,
        (0x1c, 34) => match index & 0xff {
            1 | 2 => NAME,
            3 => PLANT,
            4 => COPYRIGHT,
            5 => SERIAL,
            7 => TYPE_NAME,
            8 => CARD,
            9 => MAKER,
            0x0a => OEM,
            0x0b => LOCATION,
            _ => INDEXED,
        },
        (0x22, 28) => INTERRUPT,
        (0x24, 20) => MODE,
        (0x25, 4) => IMAGE,
        (0x31, 40) if index == 1 => GENERAL_COMMUNICATION,
        (0x32, 40) if index == 4 => PROTECTION,
        (0x31 | 0x32, 40) => INDEXED,
        (0x37, 48) => ETHERNET,
        (0x90, 14) => MASTER,
        (0x91, 16) => MODULE_STATUS,
        (0x92, 16) => RACKS,
        (0xa0, 20) => DIAGNOSTIC,
        _ => &[],
    }
}

/// Shows the cells of a record; bytes after the last cell are shown when they are not all zero.
pub(super) fn visit(cells: &[Cell], record: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(record);
    for cell in cells {
        if show(*cell, &mut reader, visitor).is_none() {
            break;
        }
    }
    if reader.rest().iter().any(|byte| *byte != 0) {
        visitor.bytes("rest", reader.rest());
    }
}

/// `None` when the record ends before the cell does.
fn show(cell: Cell, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    match cell {
        U8("bzu_id") => {
            let modes = reader.u8().ok()?;
            visitor.named("mode", u64::from(modes & 0x0f), mode(modes & 0x0f));
            visitor.named("previous_mode", u64::from(modes >> 4), mode(modes >> 4));
        }
        U8(name) => visitor.uint(name, u64::from(reader.u8().ok()?)),
        U16("event_id" | "ereig") => {
            let event = reader.be_u16().ok()?;
            visitor.named("event_id", u64::from(event), event_class(event));
        }
        U16("bart_sch") => {
            let position = reader.be_u16().ok()?;
            visitor.named("bart_sch", u64::from(position), switch(position));
        }
        U16(name) => visitor.uint(name, u64::from(reader.be_u16().ok()?)),
        U32(name) => visitor.uint(name, u64::from(reader.be_u32().ok()?)),
        Cell::Text(name, length) => visitor.text(name, &printable(reader.take(length).ok()?)),
        Bytes(name, length) => visitor.bytes(name, reader.take(length).ok()?),
        Time(name) => time::visit(name, reader.take(8).ok()?, visitor),
        Ip(name) => {
            let [a, b, c, d] = reader.array().ok()?;
            visitor.text(name, Text::<16>::of(format_args!("{a}.{b}.{c}.{d}")).as_str());
        }
        Mac(name) => visitor.text(name, &hex(reader.take(6).ok()?)),
        Skip(length) => reader.skip(length).ok()?,
    }
    Some(())
}

/// Name of an operating mode (lists 0x24).
pub(super) const fn mode(mode: u8) -> &'static str {
    match mode {
        0x01 => "stop_update",
        0x02 => "stop_memory_reset",
        0x03 => "stop_self_initialisation",
        0x04 => "stop",
        0x05 => "startup_cold_restart",
        0x06 => "startup_warm_restart",
        0x07 => "startup_hot_restart",
        0x08 => "run",
        0x09 => "run_redundant",
        0x0a => "hold",
        0x0b => "link_up",
        0x0c => "update",
        0x0d => "defective",
        0x0e => "self_test",
        0x0f => "no_power",
        _ => "undefined",
    }
}

/// Position of the mode selector (list 0x32, index 4).
pub(super) const fn switch(position: u16) -> &'static str {
    match position {
        1 => "run",
        2 => "run_p",
        3 => "stop",
        4 => "mres",
        _ => "undefined",
    }
}

/// Class of a diagnostic event: its upper four bits.
const fn event_class(event: u16) -> &'static str {
    match event >> 12 {
        0x1 => "standard_ob_event",
        0x2 => "synchronous_error",
        0x3 => "asynchronous_error",
        0x4 => "mode_transition",
        0x5 => "run_time_event",
        0x6 => "communication_event",
        0x7 => "fault_tolerant_event",
        0x8 => "module_diagnostics",
        0x9 => "predefined_user_event",
        0xa | 0xb => "user_event",
        _ => "reserved",
    }
}

/// Shows an entry of the diagnostic buffer, as lists and diagnostic messages carry it.
pub(in super::super) fn visit_diagnostic(entry: &[u8], visitor: &mut dyn Visitor) {
    visit(DIAGNOSTIC, entry, visitor);
}
