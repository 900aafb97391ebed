//! Rows as an Arrow C stream in a capsule, which DuckDB, arro3 and others read without a copy.
//!
//! Spec: Apache Arrow, C stream interface and PyCapsule interface. This is the only unsafe code of the binding.

use std::ffi::CStr;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchIterator};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use sightglass_engine::{Cell, ColumnType};

/// Name that the PyCapsule interface asks for.
const NAME: &CStr = c"arrow_array_stream";

fn data_type(column: ColumnType) -> DataType {
    match column {
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Int => DataType::Int64,
        ColumnType::Float => DataType::Float64,
        ColumnType::Text => DataType::Utf8,
        ColumnType::Numbers => DataType::List(Arc::new(Field::new("item", DataType::Int64, true))),
    }
}

fn array<'a>(kind: ColumnType, rows: usize, cell: impl Fn(usize) -> Cell<'a>) -> ArrayRef {
    match kind {
        ColumnType::Bool => {
            let mut builder = BooleanBuilder::with_capacity(rows);
            for row in 0..rows {
                builder.append_option(if let Cell::Bool(value) = cell(row) { Some(value) } else { None });
            }
            Arc::new(builder.finish())
        }
        ColumnType::Int => {
            let mut builder = Int64Builder::with_capacity(rows);
            for row in 0..rows {
                builder.append_option(if let Cell::Int(value) = cell(row) { Some(value) } else { None });
            }
            Arc::new(builder.finish())
        }
        ColumnType::Float => {
            let mut builder = Float64Builder::with_capacity(rows);
            for row in 0..rows {
                builder.append_option(if let Cell::Float(value) = cell(row) { Some(value) } else { None });
            }
            Arc::new(builder.finish())
        }
        ColumnType::Text => {
            let mut builder = StringBuilder::with_capacity(rows, rows.saturating_mul(16));
            let mut text = String::new();
            for row in 0..rows {
                text.clear();
                if cell(row).write_text(&mut text) {
                    builder.append_value(&text);
                } else {
                    builder.append_null();
                }
            }
            Arc::new(builder.finish())
        }
        ColumnType::Numbers => {
            let mut builder = ListBuilder::new(Int64Builder::new());
            for row in 0..rows {
                if let Cell::Numbers(numbers) = cell(row) {
                    for number in numbers {
                        builder.values().append_value(i64::try_from(*number).unwrap_or(i64::MAX));
                    }
                }
                builder.append(true);
            }
            Arc::new(builder.finish())
        }
    }
}

/// A capsule that holds the rows as one record batch.
pub(crate) fn stream<'py, 'a>(
    py: Python<'py>,
    columns: &'static [(&'static str, ColumnType)],
    rows: usize,
    cell: impl Fn(usize, usize) -> Cell<'a>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let fields: Vec<Field> =
        columns.iter().map(|(name, kind)| Field::new(*name, data_type(*kind), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = columns
        .iter()
        .enumerate()
        .map(|(column, (_, kind))| array(*kind, rows, |row| cell(row, column)))
        .collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays);
    let batch = batch.map_err(|fault| PyRuntimeError::new_err(fault.to_string()))?;
    let batches: Vec<Result<RecordBatch, ArrowError>> = vec![Ok(batch)];
    let stream = FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new(batches, schema)));
    PyCapsule::new_with_value(py, stream, NAME)
}
