//! Plug-ins in Python behind the engine's trait: one crossing per run of bytes, however many messages it holds.
//!
//! `sightglass.engine.plugins` stands on the other side: it guards the plug-in's own code and gives plain tuples, which
//! are read here into the engine's types. Whatever does not fit is a fault of the plug-in.

use std::collections::HashMap;
use std::sync::Arc;

use pyo3::exceptions::{PyKeyboardInterrupt, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use sightglass_dissect::{
    Anomalies, Category, Function, Input, Kind, Number, Outcome, Probe, Subject, Transport, Verdict, intern,
    register,
};
use sightglass_engine::{
    Fault, FaultKind, Foreign, ForeignFact, ForeignField, ForeignMessage, ForeignProtocol, ForeignSession,
    ForeignValue, Parsed, ParsedEnd,
};

/// Deepest nesting of a field.
const MAX_DEPTH: usize = 8;
/// Members of a list or structure of a field.
const MAX_MEMBERS: usize = 4_096;
/// Longest text or bytes of a field.
const MAX_TEXT: usize = 65_536;
/// Types of process variables.
const VALUE_TYPES: [&str; 13] = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64",
    "decimal", "enum",
];

type Names = HashMap<String, &'static str>;

/// A plug-in, and the names it declared.
struct Plugin {
    host: Py<PyAny>,
    functions: Names,
    fields: Names,
    errors: Names,
    attributes: Names,
}

/// What the engine asks; sessions share the plug-in with it.
struct Shared(Arc<Plugin>);

struct Session {
    plugin: Arc<Plugin>,
    session: Py<PyAny>,
}

fn wrong(text: &str) -> Fault {
    Fault { kind: FaultKind::WrongReturn, text: text.to_owned() }
}

/// An exception that left the guard: an interrupt of the user goes on to the main thread, all else is a fault.
fn escaped(py: Python<'_>, error: &PyErr) -> Fault {
    if error.is_instance_of::<PyKeyboardInterrupt>(py) {
        // Setting the interrupt again cannot fail; Python raises it when its own code runs next.
        let _ = py.import("_thread").and_then(|module| module.call_method0("interrupt_main"));
    }
    let name = error.get_type(py).name().map_or_else(|_| "exception".to_owned(), |name| name.to_string());
    Fault { kind: FaultKind::Exception, text: name }
}

/// `(fault, text, result)` of the guard.
fn guarded<'py>(py: Python<'py>, answer: PyResult<Bound<'py, PyAny>>) -> Result<Bound<'py, PyAny>, Fault> {
    let answer = answer.map_err(|error| escaped(py, &error))?;
    let (fault, text, result): (String, String, Bound<'py, PyAny>) =
        answer.extract().map_err(|error| escaped(py, &error))?;
    let kind = match fault.as_str() {
        "" => return Ok(result),
        "too_slow" => FaultKind::TooSlow,
        "wrong_return" => FaultKind::WrongReturn,
        _ => FaultKind::Exception,
    };
    Err(Fault { kind, text })
}

const fn transport_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Tcp => "tcp",
        Transport::Udp => "udp",
        Transport::Link => "link",
        Transport::Ip => "ip",
        Transport::Sctp => "sctp",
    }
}

impl Foreign for Shared {
    fn recognise(&self, probe: &Probe<'_>) -> Result<Verdict, Fault> {
        Python::attach(|py| {
            let arguments = (
                PyBytes::new(py, probe.data),
                transport_name(probe.transport),
                probe.src_port,
                probe.dst_port,
                probe.from_client,
            );
            let verdict = guarded(py, self.0.host.bind(py).call_method1("recognise", arguments))?;
            match verdict.extract::<String>().unwrap_or_default().as_str() {
                "no" => Ok(Verdict::No),
                "more" => Ok(Verdict::More),
                "likely" => Ok(Verdict::Likely),
                "sure" => Ok(Verdict::Sure),
                _ => Err(wrong("recognise: no Verdict")),
            }
        })
    }

    fn open(&self) -> Result<Box<dyn ForeignSession>, Fault> {
        Python::attach(|py| {
            let session = guarded(py, self.0.host.bind(py).call_method0("open"))?;
            let session: Box<dyn ForeignSession> =
                Box::new(Session { plugin: Arc::clone(&self.0), session: session.unbind() });
            Ok(session)
        })
    }
}

impl ForeignSession for Session {
    fn parse(&mut self, input: &Input<'_>) -> Result<Parsed, Fault> {
        Python::attach(|py| {
            let arguments = (
                PyBytes::new(py, input.data),
                transport_name(input.transport),
                input.src.to_string(),
                input.src_port,
                input.dst.to_string(),
                input.dst_port,
                input.from_client,
                input.last,
                input.missing,
                input.ts_ns,
            );
            let answer = guarded(py, self.session.bind(py).call_method1("parse", arguments))?;
            self.plugin.parsed(&answer)
        })
    }

    fn gap(&mut self, from_client: Option<bool>) -> Result<(), Fault> {
        Python::attach(|py| {
            guarded(py, self.session.bind(py).call_method1("gap", (from_client,))).map(|_| ())
        })
    }
}

impl Plugin {
    fn parsed(&self, answer: &Bound<'_, PyAny>) -> Result<Parsed, Fault> {
        let (steps, end): (Bound<'_, PyList>, String) =
            answer.extract().map_err(|_| wrong("parse: no steps"))?;
        let end = match end.as_str() {
            "done" => ParsedEnd::Done,
            "more" => ParsedEnd::More,
            "lost" => ParsedEnd::Lost,
            _ => return Err(wrong("parse: no end")),
        };
        let mut parsed = Parsed { steps: Vec::with_capacity(steps.len()), end };
        for step in steps.iter() {
            let (taken, messages): (usize, Bound<'_, PyList>) =
                step.extract().map_err(|_| wrong("parse: consumed"))?;
            let messages = messages.iter().map(|message| self.message(&message)).collect::<Result<_, _>>()?;
            parsed.steps.push((taken, messages));
        }
        Ok(parsed)
    }

    fn message(&self, given: &Bound<'_, PyAny>) -> Result<ForeignMessage, Fault> {
        let bad = |name: &str| wrong(&format!("message: {name}"));
        let whole = given.cast::<PyTuple>().map_err(|_| bad("tuple"))?;
        let part = |at: usize| whole.get_item(at).map_err(|_| bad("parts"));
        let text = |at: usize, name: &str| -> Result<String, Fault> {
            let text: String = part(at)?.extract().map_err(|_| bad(name))?;
            if text.len() > MAX_TEXT { Err(bad(name)) } else { Ok(text) }
        };
        let kind = Kind::from_name(&text(0, "kind")?).ok_or_else(|| bad("kind"))?;
        let function = part(1)?;
        let function = if let Ok(number) = function.extract::<u32>() {
            Function::Unknown(number)
        } else {
            let name: String = function.extract().map_err(|_| bad("function"))?;
            let known = self.functions.get(&name);
            Function::Known(known.ok_or_else(|| wrong("message: function that is not declared"))?)
        };
        let code: Option<u32> = part(2)?.extract().map_err(|_| bad("code"))?;
        let category = Category::from_name(&text(3, "category")?).ok_or_else(|| bad("category"))?;
        let error = text(4, "error")?;
        let outcome = if error.is_empty() {
            match kind {
                Kind::Request => Outcome::Pending,
                Kind::Response => Outcome::Ok,
                Kind::Event | Kind::Control => Outcome::Event,
            }
        } else {
            let known = self.errors.get(&error);
            Outcome::Error(known.ok_or_else(|| wrong("message: error that is not declared"))?)
        };
        let marks: Vec<String> = part(7)?.extract().map_err(|_| bad("anomalies"))?;
        let mut anomalies = Anomalies::NONE;
        for mark in marks {
            anomalies.insert(Anomalies::from_name(&mark).ok_or_else(|| bad("anomalies"))?);
        }
        let list = |at: usize, name: &str| -> Result<Bound<'_, PyList>, Fault> {
            part(at)?.cast_into::<PyList>().map_err(|_| bad(name))
        };
        let facts = list(9, "facts")?;
        let values = list(10, "values")?;
        Ok(ForeignMessage {
            kind,
            function,
            code,
            category,
            outcome,
            address: text(5, "address")?,
            object: text(6, "object")?,
            anomalies,
            fields: self.members(&part(8)?, 0)?,
            facts: facts.iter().map(|fact| self.fact(&fact)).collect::<Result<_, _>>()?,
            values: values.iter().map(|each| value(&each)).collect::<Result<_, _>>()?,
        })
    }

    fn fact(&self, given: &Bound<'_, PyAny>) -> Result<ForeignFact, Fault> {
        type Parts = (String, String, String, u8, String);
        let (attribute, value, about, confidence, path): Parts =
            given.extract().map_err(|_| wrong("observation"))?;
        let subject = match about.as_str() {
            "sender" => Subject::Sender,
            "receiver" => Subject::Receiver,
            _ => return Err(wrong("observation: about")),
        };
        let known = self.attributes.get(&attribute);
        let attribute = known.ok_or_else(|| wrong("observation: attribute that is not declared"))?;
        if !(1..=100).contains(&confidence) {
            return Err(wrong("observation: confidence"));
        }
        Ok(ForeignFact { subject, path, attribute, value, confidence })
    }

    fn members(
        &self,
        given: &Bound<'_, PyAny>,
        depth: usize,
    ) -> Result<Vec<(&'static str, ForeignField)>, Fault> {
        let members = given.cast::<PyDict>().map_err(|_| wrong("message: fields"))?;
        if members.len() > MAX_MEMBERS {
            return Err(wrong("message: too many fields"));
        }
        let mut found = Vec::with_capacity(members.len());
        for (name, value) in members {
            let name: String = name.extract().map_err(|_| wrong("message: field name"))?;
            let known = self.fields.get(&name);
            let name = known.ok_or_else(|| wrong("message: field that is not declared"))?;
            if !value.is_none() {
                found.push((*name, self.field(&value, depth.saturating_add(1))?));
            }
        }
        Ok(found)
    }

    fn field(&self, value: &Bound<'_, PyAny>, depth: usize) -> Result<ForeignField, Fault> {
        if depth > MAX_DEPTH {
            return Err(wrong("message: fields too deep"));
        }
        let bad = || wrong("message: value of a field");
        if let Ok(flag) = value.cast::<PyBool>() {
            return Ok(ForeignField::Flag(flag.is_true()));
        }
        if value.is_instance_of::<PyInt>() {
            if let Ok(number) = value.extract::<u64>() {
                return Ok(ForeignField::Uint(number));
            }
            return value.extract::<i64>().map(ForeignField::Int).map_err(|_| bad());
        }
        if value.is_instance_of::<PyFloat>() {
            return value.extract::<f64>().map(ForeignField::Float).map_err(|_| bad());
        }
        if value.is_instance_of::<PyString>() {
            let text: String = value.extract().map_err(|_| bad())?;
            return if text.len() > MAX_TEXT { Err(bad()) } else { Ok(ForeignField::Text(text)) };
        }
        if let Ok(bytes) = value.cast::<PyBytes>() {
            let bytes = bytes.as_bytes();
            return if bytes.len() > MAX_TEXT { Err(bad()) } else { Ok(ForeignField::Bytes(bytes.to_vec())) };
        }
        if let Ok(list) = value.cast::<PyList>() {
            if list.len() > MAX_MEMBERS {
                return Err(bad());
            }
            let members = list.iter().map(|each| self.field(&each, depth.saturating_add(1)));
            return members.collect::<Result<_, _>>().map(ForeignField::List);
        }
        if value.is_instance_of::<PyDict>() {
            return self.members(value, depth).map(ForeignField::Object);
        }
        Err(bad())
    }
}

fn value(given: &Bound<'_, PyAny>) -> Result<ForeignValue, Fault> {
    type Parts<'py> = (String, Bound<'py, PyAny>, String, String);
    let (object, number, kind, address): Parts<'_> = given.extract().map_err(|_| wrong("value"))?;
    let kind = VALUE_TYPES.iter().find(|known| **known == kind).ok_or_else(|| wrong("value: type"))?;
    let number = if let Ok(flag) = number.cast::<PyBool>() {
        Number::Bool(flag.is_true())
    } else if number.is_instance_of::<PyInt>() {
        number
            .extract()
            .map(Number::Int)
            .or_else(|_| number.extract().map(Number::Uint))
            .map_err(|_: PyErr| wrong("value: number"))?
    } else {
        Number::Float(number.extract().map_err(|_| wrong("value: number"))?)
    };
    Ok(ForeignValue { address, object, kind, number })
}

fn names(host: &Bound<'_, PyAny>, attribute: &str) -> PyResult<Names> {
    let names: Vec<String> = host.getattr(attribute)?.extract()?;
    let kept = names.into_iter().map(|name| match intern(&name) {
        Ok(kept) => Ok((name, kept)),
        Err(reason) => Err(PyValueError::new_err(format!("{attribute}: {name:?} {reason}"))),
    });
    kept.collect()
}

/// The engine's side of a plug-in's host.
fn protocol_of(host: &Bound<'_, PyAny>) -> PyResult<ForeignProtocol> {
    let plugin = Plugin {
        host: host.clone().unbind(),
        functions: names(host, "functions")?,
        fields: names(host, "fields")?,
        errors: names(host, "errors")?,
        attributes: names(host, "attributes")?,
    };
    let name: String = host.getattr("protocol")?.extract()?;
    let protocol =
        register(&name).map_err(|reason| PyValueError::new_err(format!("protocol: {name:?} {reason}")))?;
    Ok(ForeignProtocol {
        protocol,
        tcp_ports: host.getattr("tcp_ports")?.extract()?,
        udp_ports: host.getattr("udp_ports")?.extract()?,
        max_message: host.getattr("max_message")?.extract()?,
        implementation: Arc::new(Shared(Arc::new(plugin))),
    })
}

/// The engine's side of all hosts.
pub(crate) fn protocols_of(hosts: &[Bound<'_, PyAny>]) -> PyResult<Vec<ForeignProtocol>> {
    hosts.iter().map(protocol_of).collect()
}

/// Take a plug-in's names; ValueError says why they cannot be used.
#[pyfunction]
pub(crate) fn register_plugin(host: &Bound<'_, PyAny>) -> PyResult<()> {
    protocol_of(host).map(|_| ())
}
