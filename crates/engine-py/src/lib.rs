//! The engine as a Python extension module, `sightglass._engine`.
//!
//! Batches cross, packets do not. Rows leave as Arrow streams without a copy in Python, or as tuples where there are
//! few. The interpreter is detached while the engine works.

#![allow(
    clippy::needless_pass_by_value,
    clippy::single_match_else,
    reason = "Python's arguments come by value; its None is an arm like the others"
)]

mod arrow;
mod describe;
mod plugins;
mod table;

use std::path::PathBuf;
use std::sync::Mutex;

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use sightglass_capture::Filter;
use sightglass_dissect::Protocol;
use sightglass_engine::{self as engine, DecodeOptions, Options, Rules};

use plugins::protocols_of;
use table::Table;

create_exception!(
    _engine,
    CaptureError,
    PyException,
    "A capture that cannot be read at all; the text says what to do."
);

fn filter_of(expression: Option<&str>) -> PyResult<Option<Filter>> {
    expression
        .map(|text| Filter::compile(text).map_err(|fault| PyValueError::new_err(format!("filter: {fault}"))))
        .transpose()
}

/// Events of one hand-over.
#[pyclass(frozen, module = "sightglass._engine")]
struct Batch {
    #[pyo3(get)]
    tables: Py<PyDict>,
    /// Rows of intervals by table; they repeat what the totals sum up, so they are kept apart.
    #[pyo3(get)]
    intervals: Py<PyDict>,
    #[pyo3(get)]
    frames: u64,
    #[pyo3(get)]
    bytes: u64,
    #[pyo3(get)]
    last: bool,
    #[pyo3(get)]
    contents: Py<PyList>,
}

/// An analysis under way.
#[pyclass(frozen, module = "sightglass._engine")]
struct Analysis {
    inner: Mutex<Option<engine::Analysis>>,
}

impl Drop for Analysis {
    fn drop(&mut self) {
        detached(&self.inner);
    }
}

/// Lets go of what may have threads of its own: they end their work first, and a plug-in in one of them may wait for
/// the interpreter that the caller holds.
fn detached<T: Send>(inner: &Mutex<Option<T>>) {
    let taken = inner.lock().map_or_else(|poisoned| poisoned.into_inner().take(), |mut inner| inner.take());
    if let Some(taken) = taken {
        Python::attach(|py| py.detach(|| drop(taken)));
    }
}

/// Works on the engine with the interpreter detached: its threads may need it.
fn locked<T: Send, R: Send>(
    py: Python<'_>,
    mutex: &Mutex<Option<T>>,
    work: impl FnOnce(&mut T) -> R + Send,
) -> PyResult<R> {
    let done = py.detach(|| mutex.lock().ok().and_then(|mut inner| inner.as_mut().map(work)));
    done.ok_or_else(|| PyRuntimeError::new_err("the engine stopped after a fault; start the analysis anew"))
}

impl Batch {
    fn of(py: Python<'_>, batch: engine::Batch) -> PyResult<Self> {
        let tables = PyDict::new(py);
        let events = batch.events;
        for table in [
            Table::of(events.endpoints),
            Table::of(events.flows),
            Table::of(events.arps),
            Table::of(events.observations),
            Table::of(events.activities),
            Table::of(events.occurrences),
            Table::of(events.relations),
            Table::of(events.anomalies),
            Table::of(events.matches),
            Table::of(events.files),
            Table::of(events.values),
        ]
        .into_iter()
        .flatten()
        {
            tables.set_item(table.kind(), Py::new(py, table)?)?;
        }
        let intervals = PyDict::new(py);
        let rows = events.intervals;
        for table in [
            Table::of(rows.flows),
            Table::of(rows.activities),
            Table::of(rows.relations),
            Table::of(rows.values),
        ]
        .into_iter()
        .flatten()
        {
            intervals.set_item(table.kind(), Py::new(py, table)?)?;
        }
        let contents = PyList::empty(py);
        for content in events.contents {
            contents.append(content.bytes.map(|bytes| PyBytes::new(py, &bytes)))?;
        }
        Ok(Self {
            tables: tables.unbind(),
            intervals: intervals.unbind(),
            frames: batch.frames,
            bytes: batch.bytes,
            last: batch.last,
            contents: contents.unbind(),
        })
    }
}

#[pymethods]
impl Analysis {
    /// The next events; None after the batch that holds the totals.
    fn next(&self, py: Python<'_>) -> PyResult<Option<Batch>> {
        let batch = locked(py, &self.inner, engine::Analysis::next_batch)?;
        batch.map(|batch| Batch::of(py, batch)).transpose()
    }

    /// End the analysis where it is and hand over the totals.
    fn finish(&self, py: Python<'_>) -> PyResult<Batch> {
        let batch = locked(py, &self.inner, engine::Analysis::finish)?;
        Batch::of(py, batch)
    }

    /// What was counted, as a JSON object; complete after the last batch.
    fn summary(&self, py: Python<'_>) -> PyResult<String> {
        locked(py, &self.inner, |inner| inner.summary().to_json())
    }

    /// Size of the input files in bytes, for progress.
    fn total_bytes(&self, py: Python<'_>) -> PyResult<u64> {
        locked(py, &self.inner, |inner| inner.total_bytes())
    }
}

/// Decoding under way.
#[pyclass(frozen, module = "sightglass._engine")]
struct Decoding {
    inner: Mutex<Option<engine::Decoding>>,
}

impl Drop for Decoding {
    fn drop(&mut self) {
        detached(&self.inner);
    }
}

#[pymethods]
impl Decoding {
    /// The next JSON lines; None at the end.
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let lines = locked(py, &self.inner, engine::Decoding::next_lines)?;
        Ok(lines.map(|lines| PyBytes::new(py, lines.as_bytes())))
    }

    /// The flows that ended since the last call, as a table; None where there are none or they were not asked for.
    fn flows(&self, py: Python<'_>) -> PyResult<Option<Table>> {
        locked(py, &self.inner, engine::Decoding::take_flows).map(Table::of)
    }

    /// What the user should know about the captures, after the end.
    fn warnings(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        locked(py, &self.inner, |inner| inner.warnings())
    }
}

/// Start the analysis of captures as one network.
#[pyfunction]
#[pyo3(signature = (paths, *, workers = 1, filter = None, rules = "[]", values = true, activities = true, intervals = false, hashes = true, contents = false, plugins = vec![]))]
#[allow(
    clippy::too_many_arguments,
    clippy::fn_params_excessive_bools,
    reason = "keyword arguments of Python"
)]
fn analyze(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    workers: usize,
    filter: Option<&str>,
    rules: &str,
    values: bool,
    activities: bool,
    intervals: bool,
    hashes: bool,
    contents: bool,
    plugins: Vec<Bound<'_, PyAny>>,
) -> PyResult<Analysis> {
    let foreign = protocols_of(&plugins)?;
    let filter = filter_of(filter)?;
    let rules = Rules::compile(rules).map_err(|fault| PyValueError::new_err(fault.to_string()))?;
    let options =
        Options { workers, filter, rules, values, activities, hash: hashes, contents, intervals, foreign };
    let analysis = py.detach(|| engine::analyze(&paths, options));
    let inner = analysis.map_err(|fault| CaptureError::new_err(fault.to_string()))?;
    Ok(Analysis { inner: Mutex::new(Some(inner)) })
}

/// Write the frames of some files, each a name with captures' indices and frame numbers, and those around them.
/// Gives the numbers of files, frames and bytes, and of frames left out by the caps.
#[pyfunction]
#[pyo3(signature = (paths, folder, wishes, *, filter = None))]
fn write_evidence(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    folder: PathBuf,
    wishes: Vec<(String, Vec<(u16, u64)>)>,
    filter: Option<&str>,
) -> PyResult<(u64, u64, u64, u64)> {
    let filter = filter_of(filter)?;
    let wishes: Vec<_> = wishes.into_iter().map(|(file, frames)| engine::Wish { file, frames }).collect();
    let written = py.detach(|| engine::write_evidence(&paths, filter.as_ref(), &wishes, &folder));
    let written = written.map_err(|fault| match fault {
        engine::EvidenceError::Capture(fault) => CaptureError::new_err(fault.to_string()),
        engine::EvidenceError::Io(fault) => PyErr::from(fault),
    })?;
    Ok((written.files, written.frames, written.bytes, written.beyond_cap))
}

/// Start decoding captures as one network.
#[pyfunction]
#[pyo3(signature = (paths, *, protocols = None, filter = None, workers = 1, flows = false, plugins = vec![]))]
fn decode(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    protocols: Option<Vec<String>>,
    filter: Option<&str>,
    workers: usize,
    flows: bool,
    plugins: Vec<Bound<'_, PyAny>>,
) -> PyResult<Decoding> {
    let foreign = protocols_of(&plugins)?;
    let filter = filter_of(filter)?;
    let protocols = protocols
        .map(|names| {
            let named = names.iter().map(|name| {
                Protocol::from_name(name)
                    .ok_or_else(|| PyValueError::new_err(format!("no protocol is called {name:?}")))
            });
            named.collect::<PyResult<Vec<_>>>()
        })
        .transpose()?;
    let decoding =
        py.detach(|| engine::decode(&paths, DecodeOptions { protocols, filter, workers, flows, foreign }));
    let inner = decoding.map_err(|fault| CaptureError::new_err(fault.to_string()))?;
    Ok(Decoding { inner: Mutex::new(Some(inner)) })
}

/// The compiled engine; `sightglass.engine` is its only importer.
#[pymodule]
mod _engine {
    #[pymodule_export]
    use super::{Analysis, Batch, CaptureError, Decoding, Table, analyze, decode, write_evidence};
    #[pymodule_export]
    use crate::describe::{event_schema, protocols, rule_errors};
    #[pymodule_export]
    use crate::plugins::register_plugin;
}
