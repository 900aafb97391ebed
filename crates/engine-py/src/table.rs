//! One kind of event as Python sees it.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList, PyTuple};
use sightglass_engine::{Cell, ColumnType, Row};
use sightglass_wire::{Ip, Mac};

use crate::arrow;

/// A row without its type.
trait AnyRow: Send + Sync {
    fn cell(&self, column: usize) -> Cell<'_>;
}

impl<R: Row + Send + Sync> AnyRow for R {
    fn cell(&self, column: usize) -> Cell<'_> {
        Row::cell(self, column)
    }
}

/// Rows of a kind, whatever it is.
trait Rows: Send + Sync {
    fn len(&self) -> usize;
    fn cell(&self, row: usize, column: usize) -> Cell<'_>;
}

impl<R: Row + Send + Sync> Rows for Vec<R> {
    fn len(&self) -> usize {
        Vec::len(self)
    }
    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        self.get(row).map_or(Cell::Null, |row| AnyRow::cell(row, column))
    }
}

/// Events of one kind, in frame order; take them as an Arrow stream or as tuples.
#[pyclass(frozen, module = "sightglass._engine")]
pub(crate) struct Table {
    kind: &'static str,
    columns: &'static [(&'static str, ColumnType)],
    rows: Box<dyn Rows>,
}

impl Table {
    /// A table of rows; none where there are none.
    pub(crate) fn of<R: Row + Send + Sync + 'static>(rows: Vec<R>) -> Option<Self> {
        (!rows.is_empty()).then(|| Self { kind: R::KIND, columns: R::COLUMNS, rows: Box::new(rows) })
    }

    /// Name of the kind.
    pub(crate) const fn kind(&self) -> &'static str {
        self.kind
    }
}

/// Texts that repeat within a table are made once.
#[derive(Default)]
struct Texts<'py> {
    ips: HashMap<Ip, Bound<'py, PyAny>, FixedState>,
    macs: HashMap<Mac, Bound<'py, PyAny>, FixedState>,
    names: HashMap<*const u8, Bound<'py, PyAny>, FixedState>,
    buffer: String,
}

impl<'py> Texts<'py> {
    fn object(&mut self, py: Python<'py>, cell: Cell<'_>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match cell {
            Cell::Null => py.None().into_bound(py),
            Cell::Bool(value) => value.into_pyobject(py)?.to_owned().into_any(),
            Cell::Int(value) => value.into_pyobject(py)?.into_any(),
            Cell::Float(value) => value.into_pyobject(py)?.into_any(),
            Cell::Text(text) => text.into_pyobject(py)?.into_any(),
            Cell::Ip(ip) => match self.ips.get(&ip) {
                Some(known) => known.clone(),
                None => {
                    let text = ip.to_string().into_pyobject(py)?.into_any();
                    self.ips.insert(ip, text.clone());
                    text
                }
            },
            Cell::Mac(mac) => match self.macs.get(&mac) {
                Some(known) => known.clone(),
                None => {
                    let text = mac.to_string().into_pyobject(py)?.into_any();
                    self.macs.insert(mac, text.clone());
                    text
                }
            },
            Cell::Name(name) => match self.names.get(&name.as_ptr()) {
                Some(known) if !name.is_empty() => known.clone(),
                _ => {
                    let text = name.into_pyobject(py)?.into_any();
                    self.names.insert(name.as_ptr(), text.clone());
                    text
                }
            },
            Cell::Function(_) | Cell::Kept(_) => {
                self.buffer.clear();
                cell.write_text(&mut self.buffer);
                self.buffer.as_str().into_pyobject(py)?.into_any()
            }
            Cell::Numbers(numbers) => PyTuple::new(py, numbers)?.into_any(),
        })
    }
}

#[pymethods]
impl Table {
    /// Names of the columns, in order.
    #[getter]
    fn names<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.columns.iter().map(|(name, _)| *name))
    }

    /// Number of rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.rows.len()
    }

    /// Rows as tuples, columns in order; with `only`, those whose columns hold one of the given texts.
    #[pyo3(signature = (only = None))]
    fn rows<'py>(
        &self,
        py: Python<'py>,
        only: Option<std::collections::HashMap<String, Vec<String>>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let mut wanted = Vec::new();
        for (name, texts) in only.unwrap_or_default() {
            let column = self.columns.iter().position(|(column, _)| *column == name);
            let column =
                column.ok_or_else(|| PyKeyError::new_err(format!("{} has no column {name}", self.kind)))?;
            wanted.push((column, texts));
        }
        let mut texts = Texts::default();
        let list = PyList::empty(py);
        for row in 0..self.rows.len() {
            let fits = wanted.iter().all(|(column, allowed)| match self.rows.cell(row, *column) {
                Cell::Name(text) | Cell::Text(text) => allowed.iter().any(|each| each == text),
                cell => {
                    texts.buffer.clear();
                    cell.write_text(&mut texts.buffer) && allowed.contains(&texts.buffer)
                }
            });
            if !fits {
                continue;
            }
            let cells = (0..self.columns.len())
                .map(|column| texts.object(py, self.rows.cell(row, column)))
                .collect::<PyResult<Vec<_>>>()?;
            list.append(PyTuple::new(py, cells)?)?;
        }
        Ok(list)
    }

    /// The rows as an Arrow stream (Arrow PyCapsule interface).
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer ignore a requested schema that it cannot cast to.
        let _ = requested_schema;
        arrow::stream(py, self.columns, self.rows.len(), |row, column| self.rows.cell(row, column))
    }

    fn __len__(&self) -> usize {
        self.rows.len()
    }
}
