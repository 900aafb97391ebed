"""One Excel workbook with a sheet per kind of rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sightglass.store.tabular import COLUMNS, Cell

MAX_ROWS = 20_000  # of a sheet: what people read there; the CSV beside it holds all
_MAX_TEXT = 32_767  # characters of a cell
_MAX_EXACT = 2**53  # numbers in cells are doubles; longer ones go in as text
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_WIDE = {"name", "title", "summary", "reason", "explanation", "remediation", "protocols", "evidence"}


class Workbook:
    """A workbook under way; texts from the wire stay texts, whatever they begin with.

    A context manager: the file is whole when it ends without an error.
    """

    def __init__(self, path: Path) -> None:
        """Begin a file.

        Args:
            path: Written as rows come; whoever calls renames it when it is done.
        """
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        }
        self._book = xlsxwriter.Workbook(str(path), options)
        # No clock in an output: the same state gives the same bytes.
        self._book.set_properties({"title": "Sightglass inventory", "created": _EPOCH})
        self._bold = self._book.add_format({"bold": True, "bottom": 1})

    def sheet(self, name: str) -> Sheet:
        """Begin the sheet of a table of `store.tabular.COLUMNS`; the one before is finished."""
        return Sheet(self._book.add_worksheet(name), name, self._bold)

    def __enter__(self) -> Self:
        """Give the workbook."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the end of the file, or give it up."""
        if kind is None:
            self._book.close()
            return
        self._book.fileclosed = True  # else its destructor writes the file after all
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()
            Path(sheet.row_data_filename).unlink(missing_ok=True)


class Sheet:
    """A sheet under way."""

    def __init__(self, sheet: Worksheet, name: str, bold: Format) -> None:
        """Write the header."""
        self._sheet = sheet
        self._name = name
        self._rows = 0
        sheet.freeze_panes(1, 1)
        sheet.set_row(0, None, bold)
        for index, column in enumerate(COLUMNS[name]):
            sheet.set_column(index, index, 40 if column in _WIDE else 18)
            sheet.write_string(0, index, column.replace("_", " "))

    def add(self, row: Iterable[Cell]) -> None:
        """Add a row; beyond `MAX_ROWS` it is only counted."""
        self._rows += 1
        if self._rows > MAX_ROWS:
            return
        for index, cell in enumerate(row):
            if isinstance(cell, bool):
                self._sheet.write_boolean(self._rows, index, cell)
            elif isinstance(cell, (int, float)) and abs(cell) < _MAX_EXACT:
                self._sheet.write_number(self._rows, index, cell)
            elif cell is not None and cell != "":
                self._sheet.write_string(self._rows, index, str(cell)[:_MAX_TEXT])

    def finish(self) -> None:
        """Say what was left out."""
        shown = min(self._rows, MAX_ROWS)
        if self._rows > shown:
            self._sheet.write_string(shown + 1, 0, f"{self._rows - shown} more rows are in {self._name}.csv")
        self._sheet.autofilter(0, 0, max(shown, 1), len(COLUMNS[self._name]) - 1)
