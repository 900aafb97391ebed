"""``sightglass match``: what it prints, and how it fails."""

from __future__ import annotations

import io
import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from sightglass.cli.match import register, run

CASES = Path(__file__).parents[1] / "cases" / "advisories"
FACTS = [
    {
        "device": "plc-2",
        "vendor": "Siemens",
        "order_number": "6ES7 315-2EH14-0AB0",
        "firmware": "V3.2.9",
        "seen_in": "x",
    },
    {"device": "plc-1", "vendor": "Moxa", "product": "EDS-408A-MM-SC", "firmware": "V3.8", "serial": None},
    {"device": 7, "vendor": "Nobody", "product": "Nothing"},
]


def facts_file(folder: Path, rows: list[object] | None = None) -> Path:
    path = folder / "facts.jsonl"
    path.write_text(
        "\n".join(json.dumps(row) for row in (FACTS if rows is None else rows)) + "\n\n", encoding="utf-8"
    )
    return path


def test_findings_are_lines_in_a_stable_order(tmp_path: Path) -> None:
    out, log = io.StringIO(), io.StringIO()
    assert run(facts_file(tmp_path), [CASES], out, log) == 0
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(row["device"], row["advisory"], row["confidence"]) for row in rows] == [
        ("plc-1", "TEST-product-series", "probable"),
        ("plc-2", "TEST-order-number", "confirmed"),
    ]
    assert all(row["cve"].startswith("CVE-2099-") and row["reason"] for row in rows)
    assert rows[1]["score"] == 7.5
    assert rows[1]["severity"] == "high"
    assert rows[1]["matched"] == {
        "vendor": "Siemens",
        "order_number": "6ES7 315-2EH14-0AB0",
        "firmware": "V3.2.9",
    }
    assert "3 devices" in log.getvalue()
    again = io.StringIO()
    run(facts_file(tmp_path, FACTS[::-1]), [CASES], again, io.StringIO())
    assert again.getvalue() == out.getvalue()


def test_exploitation_data_is_joined(tmp_path: Path) -> None:
    kev = tmp_path / "kev.json"
    kev.write_text(json.dumps({"vulnerabilities": [{"cveID": "CVE-2099-0101"}]}), encoding="utf-8")
    epss = tmp_path / "epss.csv"
    epss.write_text("cve,epss,percentile\nCVE-2099-0101,0.25,0.9\n", encoding="utf-8")
    out = io.StringIO()
    assert run(facts_file(tmp_path), [CASES], out, io.StringIO(), kev=kev, epss=epss) == 0
    row = json.loads(out.getvalue().splitlines()[-1])
    assert (row["cve"], row["kev"], row["epss"]) == ("CVE-2099-0101", True, 0.25)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json\n", "line 1"),
        ('{"vendor": "x"}\n', "device"),
        ("[1]\n", "device"),
        ('{"device":1}\n\n{\n', "line 3"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_text(content, encoding="utf-8")
    out, log = io.StringIO(), io.StringIO()
    assert run(path, [CASES], out, log) == 1
    assert said in log.getvalue()
    assert len(log.getvalue().splitlines()) == 1
    assert out.getvalue() == ""


def test_missing_files_and_empty_folders_fail_with_one_line(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    facts = facts_file(tmp_path)
    for arguments in ((tmp_path / "none.jsonl", [CASES]), (facts, [tmp_path / "none"]), (facts, [empty])):
        log = io.StringIO()
        assert run(*arguments, io.StringIO(), log) == 1
        assert log.getvalue().startswith("error: ")
        assert len(log.getvalue().splitlines()) == 1


def test_bytes_that_are_no_text_fail_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    log = io.StringIO()
    assert run(path, [CASES], io.StringIO(), log) == 1
    assert len(log.getvalue().splitlines()) == 1


def test_the_command_has_exit_codes(tmp_path: Path) -> None:
    app = click.Group()
    register(app)
    good = CliRunner().invoke(app, ["match", str(facts_file(tmp_path)), "--advisories", str(CASES)])
    assert good.exit_code == 0
    assert "TEST-order-number" in good.stdout
    bad = CliRunner().invoke(app, ["match", "nowhere.jsonl", "--advisories", str(CASES)])
    assert bad.exit_code == 1
    usage = CliRunner().invoke(app, ["match", str(facts_file(tmp_path))])
    assert usage.exit_code == 2
