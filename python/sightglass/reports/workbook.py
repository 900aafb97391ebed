"""One Excel workbook with a sheet per kind of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from sightglass.store.shapes import Shape
from sightglass.store.tabular import COLUMNS, cells

_MAX_ROWS = 1_048_575  # of a sheet, below its header (ECMA-376 limits of spreadsheets)
_MAX_TEXT = 32_767  # characters of a cell
_MAX_EXACT = 2**53  # numbers in cells are doubles; longer ones go in as text
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_WIDE = {"name", "title", "summary", "reason", "explanation", "remediation", "protocols", "evidence"}


def write_workbook(path: Path, sheets: Mapping[str, Iterable[Shape]]) -> None:
    """Write a workbook; texts from the wire stay texts, whatever they begin with.

    Args:
        path: Replaced at once.
        sheets: Table name of `store.tabular.COLUMNS` to its rows. Rows beyond what a sheet holds are counted
            in its last line.
    """
    working = path.with_name(f".{path.name}.part")
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    try:
        with xlsxwriter.Workbook(str(working), options) as book:
            # No clock in an output: the same state gives the same bytes.
            book.set_properties({"title": "Sightglass inventory", "created": _EPOCH})
            bold = book.add_format({"bold": True, "bottom": 1})
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                _header(sheet, COLUMNS[name])
                sheet.set_row(0, None, bold)
                _fill(sheet, name, rows)
        working.replace(path)
    except BaseException:
        working.unlink(missing_ok=True)
        raise


def _header(sheet: Worksheet, columns: tuple[str, ...]) -> None:
    sheet.freeze_panes(1, 1)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, 40 if column in _WIDE else 18)
        sheet.write_string(0, index, column.replace("_", " "))


def _fill(sheet: Worksheet, name: str, rows: Iterable[Shape]) -> None:
    written = left_out = 0
    for shape in rows:
        if written >= _MAX_ROWS - 1:
            left_out += 1
            continue
        written += 1
        for index, cell in enumerate(cells(name, shape)):
            if isinstance(cell, bool):
                sheet.write_boolean(written, index, cell)
            elif isinstance(cell, (int, float)) and abs(cell) < _MAX_EXACT:
                sheet.write_number(written, index, cell)
            elif cell is not None and cell != "":
                sheet.write_string(written, index, str(cell)[:_MAX_TEXT])
    if left_out:
        sheet.write_string(written + 1, 0, f"{left_out} more rows are in {name}.csv")
    sheet.autofilter(0, 0, max(written, 1), len(COLUMNS[name]) - 1)
