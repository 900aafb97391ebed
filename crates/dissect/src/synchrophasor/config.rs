//! Configuration frames: which channels the data frames of a station hold (IEEE C37.118.2, 6.4 and 6.5).

use super::CONFIGURATION_3;
use crate::{Reader, Short, Visitor, printable};

/// Phasor measurement units of one stream; a concentrator of a whole region has a few dozen.
const MAX_UNITS: usize = 128;
/// Channels of one unit; their names bound a frame to fewer.
const MAX_CHANNELS: usize = 1024;
/// Names per digital status word.
const DIGITAL_NAMES: usize = 16;
/// Bits of the format word.
const POLAR: u16 = 0x01;
const FLOAT_PHASORS: u16 = 0x02;
const FLOAT_ANALOGS: u16 = 0x04;
const FLOAT_FREQUENCY: u16 = 0x08;

/// One phasor channel.
#[derive(Debug)]
pub(super) struct Phasor {
    pub(super) name: Box<str>,
    pub(super) is_current: bool,
    /// Volts or amperes of one step of a 16-bit number.
    pub(super) scale: f64,
}

/// One phasor measurement unit.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) station: Box<str>,
    pub(super) id: u16,
    format: u16,
    pub(super) phasors: Vec<Phasor>,
    /// Name, and value of one step of a 16-bit number.
    pub(super) analogs: Vec<(Box<str>, f64)>,
    /// Status words; each has 16 names, of which the first stands for it.
    pub(super) digitals: Vec<Box<str>>,
    pub(super) nominal_hz: u8,
    change_count: u16,
}

/// The content of a configuration frame.
#[derive(Debug)]
pub(super) struct Configuration {
    pub(super) time_base: u32,
    pub(super) units: Vec<Unit>,
    /// Frames per second, or where negative seconds per frame.
    pub(super) data_rate: i16,
}

impl Unit {
    pub(super) const fn is_polar(&self) -> bool {
        self.format & POLAR != 0
    }

    pub(super) const fn has_float_phasors(&self) -> bool {
        self.format & FLOAT_PHASORS != 0
    }

    pub(super) const fn has_float_analogs(&self) -> bool {
        self.format & FLOAT_ANALOGS != 0
    }

    pub(super) const fn has_float_frequency(&self) -> bool {
        self.format & FLOAT_FREQUENCY != 0
    }

    /// Bytes of this unit in a data frame (6.3).
    fn size(&self) -> usize {
        let phasor = if self.has_float_phasors() { 8 } else { 4 };
        let analog = if self.has_float_analogs() { 4 } else { 2 };
        let frequency = if self.has_float_frequency() { 8 } else { 4 };
        self.phasors
            .len()
            .saturating_mul(phasor)
            .saturating_add(self.analogs.len().saturating_mul(analog))
            .saturating_add(self.digitals.len().saturating_mul(2))
            .saturating_add(frequency)
            .saturating_add(2)
    }
}

impl Configuration {
    /// Reads the part of a configuration frame between its header and its checksum.
    pub(super) fn parse(frame_type: u8, data: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        let third = frame_type == CONFIGURATION_3;
        // A part of a frame that was cut in several is no configuration by itself (6.5).
        if third && reader.be_u16().ok()? != 0 {
            return None;
        }
        let time_base = reader.be_u32().ok()? & 0x00ff_ffff;
        let count = usize::from(reader.be_u16().ok()?);
        if count > MAX_UNITS {
            return None;
        }
        let mut units = Vec::new();
        for _ in 0..count {
            units.push(if third { unit_3(&mut reader) } else { unit(&mut reader) }.ok()?);
        }
        let data_rate = reader.be_i16().ok()?;
        Some(Self { time_base, units, data_rate })
    }

    /// Bytes of a data frame between its header and its checksum.
    pub(super) fn data_size(&self) -> usize {
        self.units.iter().map(Unit::size).sum()
    }

    /// Shows the fields of the frame.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.uint("time_base", u64::from(self.time_base));
        visitor.int("data_rate", i64::from(self.data_rate));
        visitor.begin_list("pmus");
        for unit in &self.units {
            visitor.begin_object("");
            visitor.text("station_name", &unit.station);
            visitor.uint("pmu_idcode", u64::from(unit.id));
            visitor.flag("polar", unit.is_polar());
            visitor.flag("float_phasors", unit.has_float_phasors());
            visitor.flag("float_analogs", unit.has_float_analogs());
            visitor.flag("float_frequency", unit.has_float_frequency());
            visitor.begin_list("phasors");
            for phasor in &unit.phasors {
                visitor.begin_object("");
                visitor.text("channel", &phasor.name);
                visitor.text("quantity", if phasor.is_current { "current" } else { "voltage" });
                visitor.end_object();
            }
            visitor.end_list();
            visitor.begin_list("analogs");
            for (name, _) in &unit.analogs {
                visitor.text("", name);
            }
            visitor.end_list();
            visitor.uint("digital_words", unit.digitals.len() as u64);
            visitor.uint("nominal_frequency", u64::from(unit.nominal_hz));
            visitor.uint("configuration_count", u64::from(unit.change_count));
            visitor.end_object();
        }
        visitor.end_list();
    }
}

struct Counts {
    phasors: usize,
    analogs: usize,
    digitals: usize,
}

fn counts(reader: &mut Reader<'_>) -> Result<Counts, Short> {
    let counts = Counts {
        phasors: usize::from(reader.be_u16()?),
        analogs: usize::from(reader.be_u16()?),
        digitals: usize::from(reader.be_u16()?),
    };
    let all = counts.phasors.saturating_add(counts.analogs).saturating_add(counts.digitals);
    // Names need at least a byte each, so more than there are bytes can only be noise.
    if all > MAX_CHANNELS || all > reader.remaining() { Err(Short { needed: all }) } else { Ok(counts) }
}

/// Names, first of the phasors, then of the analogs and of the digital bits.
fn names<'a>(
    counts: &Counts,
    reader: &mut Reader<'a>,
    name: fn(&mut Reader<'a>) -> Result<Box<str>, Short>,
) -> Result<[Vec<Box<str>>; 3], Short> {
    let mut found: [Vec<Box<str>>; 3] = Default::default();
    let [phasors, analogs, digitals] = &mut found;
    for _ in 0..counts.phasors {
        phasors.push(name(reader)?);
    }
    for _ in 0..counts.analogs {
        analogs.push(name(reader)?);
    }
    for _ in 0..counts.digitals {
        digitals.push(name(reader)?);
        for _ in 1..DIGITAL_NAMES {
            name(reader)?;
        }
    }
    Ok(found)
}

fn fixed(reader: &mut Reader<'_>) -> Result<Box<str>, Short> {
    Ok(printable(reader.take(16)?).trim().into())
}

fn counted(reader: &mut Reader<'_>) -> Result<Box<str>, Short> {
    let length = usize::from(reader.u8()?);
    Ok(printable(reader.take(length)?).trim().into())
}

/// Configuration frames 1 and 2 (6.4).
fn unit(reader: &mut Reader<'_>) -> Result<Unit, Short> {
    let station = fixed(reader)?;
    let id = reader.be_u16()?;
    let format = reader.be_u16()?;
    let counts = counts(reader)?;
    let [phasors, analogs, digitals] = names(&counts, reader, fixed)?;
    let mut channels = Vec::new();
    for name in phasors {
        let is_current = reader.u8()? == 1;
        // Steps of 10 microvolts or microamperes.
        channels.push(Phasor { name, is_current, scale: f64::from(reader.be_u24()?) * 1e-5 });
    }
    let mut scaled = Vec::new();
    for name in analogs {
        reader.skip(1)?;
        // The factor is the user's; as the standard does not fix its unit, raw numbers are kept.
        reader.skip(3)?;
        scaled.push((name, 1.0));
    }
    reader.skip(counts.digitals.saturating_mul(4))?;
    let nominal_hz = if reader.be_u16()? & 1 == 1 { 50 } else { 60 };
    let change_count = reader.be_u16()?;
    Ok(Unit { station, id, format, phasors: channels, analogs: scaled, digitals, nominal_hz, change_count })
}

/// Configuration frame 3 (6.5).
fn unit_3(reader: &mut Reader<'_>) -> Result<Unit, Short> {
    let station = counted(reader)?;
    let id = reader.be_u16()?;
    reader.skip(16)?;
    let format = reader.be_u16()?;
    let counts = counts(reader)?;
    let [phasors, analogs, digitals] = names(&counts, reader, counted)?;
    let mut channels = Vec::new();
    for name in phasors {
        // Two bytes of what was done to it, type and phase, then magnitude and angle factors.
        reader.skip(2)?;
        let is_current = reader.u8()? & 0x08 != 0;
        reader.skip(1)?;
        let scale = f64::from(reader.be_f32()?);
        reader.skip(4)?;
        channels.push(Phasor { name, is_current, scale });
    }
    let mut scaled = Vec::new();
    for name in analogs {
        let scale = f64::from(reader.be_f32()?);
        reader.skip(4)?;
        scaled.push((name, scale));
    }
    reader.skip(counts.digitals.saturating_mul(4))?;
    // Latitude, longitude, elevation, service class, window, group delay.
    reader.skip(21)?;
    let nominal_hz = if reader.be_u16()? & 1 == 1 { 50 } else { 60 };
    let change_count = reader.be_u16()?;
    Ok(Unit { station, id, format, phasors: channels, analogs: scaled, digitals, nominal_hz, change_count })
}
