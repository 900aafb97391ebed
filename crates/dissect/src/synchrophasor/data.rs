//! Data frames: what the channels of a configuration measured (IEEE C37.118.2, 6.3).

use super::config::{Configuration, Unit};
use crate::{Number, Protocol, Reader, Reference, Short, Sink, Value, Visitor};

/// Takes what one unit measured, channel by channel.
trait Measured {
    fn unit(&mut self, unit: &Unit, status: u16);
    /// Channels of one kind begin, or end.
    fn section(&mut self, name: Option<&'static str>);
    fn phasor(&mut self, unit: &Unit, name: &str, magnitude: f64, angle: f64);
    fn frequency(&mut self, unit: &Unit, hertz: f64, change: f64);
    fn analog(&mut self, unit: &Unit, name: &str, value: f64);
    fn digital(&mut self, unit: &Unit, name: &str, word: u16);
    fn end(&mut self);
}

fn walk(configuration: &Configuration, data: &[u8], to: &mut dyn Measured) {
    let mut reader = Reader::new(data);
    for unit in &configuration.units {
        if one(unit, &mut reader, to).is_err() {
            break;
        }
    }
}

fn one(unit: &Unit, reader: &mut Reader<'_>, to: &mut dyn Measured) -> Result<(), Short> {
    to.unit(unit, reader.be_u16()?);
    let done = channels(unit, reader, to);
    to.end();
    done
}

fn channels(unit: &Unit, reader: &mut Reader<'_>, to: &mut dyn Measured) -> Result<(), Short> {
    to.section(Some("phasors"));
    for phasor in &unit.phasors {
        let (magnitude, angle) = match (unit.has_float_phasors(), unit.is_polar()) {
            (true, true) => (f64::from(reader.be_f32()?), f64::from(reader.be_f32()?)),
            (true, false) => polar(f64::from(reader.be_f32()?), f64::from(reader.be_f32()?)),
            // Angles of 16 bits are steps of 10^-4 radians.
            (false, true) => {
                let magnitude = f64::from(reader.be_u16()?) * phasor.scale;
                (magnitude, f64::from(reader.be_i16()?) * 1e-4)
            }
            (false, false) => {
                let (real, imaginary) = (f64::from(reader.be_i16()?), f64::from(reader.be_i16()?));
                polar(real * phasor.scale, imaginary * phasor.scale)
            }
        };
        to.phasor(unit, &phasor.name, magnitude, angle);
    }
    to.section(None);
    let (hertz, change) = if unit.has_float_frequency() {
        (f64::from(reader.be_f32()?), f64::from(reader.be_f32()?))
    } else {
        // Thousandths of a hertz from the nominal frequency; hundredths of a hertz per second.
        let deviation = f64::from(reader.be_i16()?) * 1e-3;
        (f64::from(unit.nominal_hz) + deviation, f64::from(reader.be_i16()?) * 1e-2)
    };
    to.frequency(unit, hertz, change);
    to.section(Some("analogs"));
    for (name, scale) in &unit.analogs {
        let value = if unit.has_float_analogs() {
            f64::from(reader.be_f32()?)
        } else {
            f64::from(reader.be_i16()?) * scale
        };
        to.analog(unit, name, value);
    }
    to.section(None);
    to.section(Some("digitals"));
    for name in &unit.digitals {
        to.digital(unit, name, reader.be_u16()?);
    }
    to.section(None);
    Ok(())
}

fn polar(real: f64, imaginary: f64) -> (f64, f64) {
    (real.hypot(imaginary), imaginary.atan2(real))
}

struct Values<'a>(&'a mut dyn Sink);

impl Values<'_> {
    fn give(&mut self, unit: &Unit, object: &str, kind: &'static str, number: Number) {
        self.0.value(&Value {
            protocol: Protocol::Synchrophasor,
            address: Reference::one("pmu", u64::from(unit.id)),
            object: Reference::Text(object),
            kind,
            number,
        });
    }
}

impl Measured for Values<'_> {
    fn unit(&mut self, _unit: &Unit, _status: u16) {}

    fn section(&mut self, _name: Option<&'static str>) {}

    fn phasor(&mut self, unit: &Unit, name: &str, magnitude: f64, _angle: f64) {
        self.give(unit, name, "phasor_magnitude", Number::Float(magnitude));
    }

    fn frequency(&mut self, unit: &Unit, hertz: f64, change: f64) {
        self.give(unit, "frequency", "frequency", Number::Float(hertz));
        self.give(unit, "rocof", "rate_of_change_of_frequency", Number::Float(change));
    }

    fn analog(&mut self, unit: &Unit, name: &str, value: f64) {
        self.give(unit, name, "analog", Number::Float(value));
    }

    fn digital(&mut self, unit: &Unit, name: &str, word: u16) {
        self.give(unit, name, "digital", Number::Uint(u64::from(word)));
    }

    fn end(&mut self) {}
}

/// Gives every measurement of a frame.
pub(super) fn give(configuration: &Configuration, data: &[u8], sink: &mut dyn Sink) {
    walk(configuration, data, &mut Values(sink));
}

struct Show<'a>(&'a mut dyn Visitor);

impl Measured for Show<'_> {
    fn unit(&mut self, unit: &Unit, status: u16) {
        let visitor = &mut *self.0;
        visitor.begin_object("");
        visitor.text("station_name", &unit.station);
        visitor.uint("stat", u64::from(status));
        visitor.named(
            "data_error",
            u64::from(status >> 14),
            match status >> 14 {
                0 => "good",
                1 => "pmu_error",
                2 => "test_mode",
                _ => "error",
            },
        );
        visitor.flag("not_synchronised", status & 0x2000 != 0);
        visitor.flag("sorted_by_arrival", status & 0x1000 != 0);
        visitor.flag("trigger", status & 0x0800 != 0);
        visitor.flag("configuration_change", status & 0x0400 != 0);
    }

    fn section(&mut self, name: Option<&'static str>) {
        match name {
            Some(name) => self.0.begin_list(name),
            None => self.0.end_list(),
        }
    }

    fn phasor(&mut self, _unit: &Unit, name: &str, magnitude: f64, angle: f64) {
        self.0.begin_object("");
        self.0.text("channel", name);
        self.0.float("magnitude", magnitude);
        self.0.float("angle", angle);
        self.0.end_object();
    }

    fn frequency(&mut self, _unit: &Unit, hertz: f64, change: f64) {
        self.0.float("frequency", hertz);
        self.0.float("rocof", change);
    }

    fn analog(&mut self, _unit: &Unit, name: &str, value: f64) {
        self.0.begin_object("");
        self.0.text("channel", name);
        self.0.float("value", value);
        self.0.end_object();
    }

    fn digital(&mut self, _unit: &Unit, _name: &str, word: u16) {
        self.0.uint("", u64::from(word));
    }

    fn end(&mut self) {
        self.0.end_object();
    }
}

/// Shows every measurement of a frame.
pub(super) fn visit(configuration: &Configuration, data: &[u8], visitor: &mut dyn Visitor) {
    visitor.begin_list("measurements");
    walk(configuration, data, &mut Show(visitor));
    visitor.end_list();
}
