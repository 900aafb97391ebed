"""The files of a result folder."""

from __future__ import annotations

import csv
import gc
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sightglass.model import (
    Alert,
    AttributeValue,
    CaptureInfo,
    Connection,
    Device,
    Engine,
    Evidence,
    Interface,
    Module,
    ProcessValue,
    Severity,
    Summary,
    UnknownTraffic,
)
from sightglass.model.changes import (
    AlertRaised,
    ConnectionUpserted,
    DeviceUpserted,
    SummaryReplaced,
    ValueRolledUp,
)
from sightglass.reports.html import report_page
from sightglass.reports.result_folder import EXPORTS, write_exports
from sightglass.store import Store
from sightglass.store.memory import MemoryStore
from sightglass.store.sql.store import SqlStore
from tests.fixtures.sample_state import records
from tests.strategies import HOSTILE

# Fields at least, as the command line's contract names them.
_FIELDS = {
    "devices": """id name type vendor model firmware serial os hostname purdue_level roles interfaces protocols
        modules site zone first_seen last_seen important authorized attributes""",
    "connections": """client server client_address server_address transport port protocol vlan packets bytes
        first_seen last_seen""",
    "activities": "client server protocol address function code category outcome count first_seen last_seen",
    "alerts": """id detection title engine severity status learnable source destination protocol first_seen
        last_seen count attack explanation remediation evidence""",
    "findings": """device cve advisory score vector severity confidence reason matched kev epss fixed_in
        remediation""",
    "values": "server protocol address type last minimum maximum changes",
}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z")


@pytest.fixture
def store() -> Store:
    """The sample plant."""
    store = MemoryStore()
    store.apply(records())
    return store


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_file_of_the_contract_is_there(store: Store, tmp_path: Path) -> None:
    write_exports(store, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    tables = {f"{export.name}.{ending}" for export in EXPORTS for ending in ("jsonl", "csv")}
    assert names == tables | {"summary.json", "inventory.xlsx", "report.html"}


@pytest.mark.parametrize("kind", sorted(_FIELDS))
def test_lines_have_the_fields_of_the_contract(store: Store, tmp_path: Path, kind: str) -> None:
    write_exports(store, tmp_path, tables=False)
    lines = _lines(tmp_path / f"{kind}.jsonl")
    assert lines
    for line in lines:
        assert set(_FIELDS[kind].split()) <= set(line)
        for name in ("first_seen", "last_seen"):
            assert name not in line or _TIME.fullmatch(line[name])


def test_details_have_the_shape_of_the_contract(store: Store, tmp_path: Path) -> None:
    write_exports(store, tmp_path, tables=False)
    device = next(line for line in _lines(tmp_path / "devices.jsonl") if line["modules"])
    assert {"mac", "ips", "vlans"} <= set(device["interfaces"][0])
    assert {"slot", "vendor", "model", "firmware", "serial"} <= set(device["modules"][0])
    for values in device["attributes"].values():
        assert {"value", "protocol", "confidence", "frame", "capture"} <= set(values[0])
    evidence = _lines(tmp_path / "alerts.jsonl")[0]["evidence"][0]
    assert set(evidence) == {"capture", "frame", "time"}
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["schema_version"] == 1
    assert {"packets", "bytes", "first_time", "last_time", "loss", "protocols"} <= set(summary)
    counts = {"messages", "flows", "functions", "bytes", "malformed", "unknown_functions"}
    assert counts == set(summary["protocols"]["modbus"])


def test_memory_and_file_give_the_same_bytes(store: Store, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("memory", "sql", "again")]
    for folder in folders:
        folder.mkdir()
    write_exports(store, folders[0])
    with SqlStore.open_for_writing(tmp_path / "state.sqlite") as sql:
        sql.apply(reversed(records()))
        write_exports(sql, folders[1])
        write_exports(sql, folders[2])
    for path in folders[0].iterdir():
        assert path.read_bytes() == (folders[1] / path.name).read_bytes(), path.name
        assert path.read_bytes() == (folders[2] / path.name).read_bytes(), path.name


def test_nothing_found_gives_empty_files_that_can_be_read(tmp_path: Path) -> None:
    write_exports(MemoryStore(), tmp_path)
    for export in EXPORTS:
        assert (tmp_path / f"{export.name}.jsonl").read_bytes() == b""
        assert len((tmp_path / f"{export.name}.csv").read_text().splitlines()) == 1
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["packets"], summary["first_time"], summary["protocols"]) == (0, None, {})
    assert "Nothing urgent" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize(
    "broken", ["sightglass.reports.html.report_page", "sightglass.reports.workbook.Sheet.add"]
)
def test_a_failed_write_keeps_the_old_files(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    write_exports(store, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(broken, fail)
    with pytest.raises(OSError, match="disk full"):
        write_exports(store, tmp_path)
    gc.collect()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def _hostile_store(text: str) -> Store:
    evidence = (Evidence(text, 1, 2),)
    device = Device(
        *("d", text, text, text),
        type=text,
        vendor=text,
        model=text,
        firmware=text,
        serial=text,
        hostname=text,
        roles=(text,),
        protocols=(text,),
        interfaces=(Interface(text, (text,)),),
        modules=(Module(text, text, text, text, text, text),),
        attributes=(AttributeValue(text, text, text, 1, evidence[0]),),
    )
    other = replace(device, id="e")
    store = MemoryStore()
    store.apply([DeviceUpserted(device), DeviceUpserted(other)])
    store.apply(
        [
            ConnectionUpserted(Connection("d", "e", text, text, text, 1, text, 1, 1, 1, 1, 1, text, text)),
            ValueRolledUp(ProcessValue("d", text, text, text, text, text, text, 1)),
            AlertRaised(
                Alert(
                    *("a", text, text, Engine.ANOMALY, Severity.HIGH, 1, 2, text, text),
                    summary=text,
                    explanation=text,
                    remediation=(text,),
                    attack=(text,),
                    evidence=evidence,
                    source="d",
                )
            ),
            SummaryReplaced(
                Summary(
                    1,
                    1,
                    1,
                    1,
                    text,
                    text,
                    captures=(CaptureInfo(text, text, warnings=(text,)),),
                    unknown=(UnknownTraffic(text, 1),),
                    not_judged=(text,),
                    loss={text: 1},
                )
            ),
        ]
    )
    return store


class _Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in {"href", "src", "action"}}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts_in_the_report(text: str) -> None:
    page = _Page()
    source = "".join(report_page(_hostile_store(text)))
    page.feed(source)
    assert not page.tags & {"script", "img", "iframe", "link", "object", "form", "base"}
    assert not [name for name in page.attributes if name.startswith("on")]
    assert all(link.startswith("#") for link in page.links)
    assert "\u202e" not in source
    assert "@import" not in source
    assert "url(" not in source


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_no_formulas(text: str, tmp_path: Path) -> None:
    write_exports(_hostile_store(text), tmp_path)
    for export in EXPORTS:
        with (tmp_path / f"{export.name}.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.reader(file):
                for cell in row:
                    assert not cell.startswith(("=", "@", "\t", "\r", "\n")), cell
                    assert not cell.startswith(("+", "-")) or float(cell) is not None
    book = openpyxl.load_workbook(tmp_path / "inventory.xlsx")
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                assert cell.hyperlink is None
    assert book["devices"]["B2"].value == (text or None) or "\r" in text or text.endswith("\x7f")


def test_the_workbook_holds_every_row(store: Store, tmp_path: Path) -> None:
    write_exports(store, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "inventory.xlsx", read_only=True)
    assert book.sheetnames == [export.name for export in EXPORTS]
    for export in EXPORTS:
        assert len(list(book[export.name].iter_rows())) == len(_lines(tmp_path / f"{export.name}.jsonl")) + 1


def test_rows_beyond_a_sheet_are_counted_in_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sightglass.reports.workbook.MAX_ROWS", 10)
    write_exports(store, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "inventory.xlsx")["devices"]
    total = len(_lines(tmp_path / "devices.jsonl"))
    assert sheet.max_row == 12
    assert sheet["A12"].value == f"{total - 10} more rows are in devices.csv"


def test_the_report_tells_a_manager_what_matters(store: Store) -> None:
    source = "".join(report_page(store))
    for text in (
        "ENG-WS-01 stopped the CPU of FILLER-01-PLC",
        "Find out who used the source device at that time.",
        "known to be exploited",
        "1 pair, drawn dashed, goes past the DMZ",
        "new-port",
        "FILLER-06-PLC",
        "cut inside its last packet",
    ):
        assert text in source, text
    assert source.index("To do first") < source.index("<svg") < source.index("id=alerts")
