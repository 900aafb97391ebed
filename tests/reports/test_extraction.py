"""Files seen in transfer: written under harmless names, never over others, and never without bound."""

from __future__ import annotations

import hashlib
import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sightglass.reports.extraction import INDEX, MAX_NAME, Extraction, clean_name

NAMES = {
    "report.pdf": "report.pdf",
    "../../etc/passwd": "passwd",
    "..\\..\\windows\\system32\\drivers.sys": "drivers.sys",
    "/absolute/path": "path",
    "C:\\temp\\x.bin": "x.bin",
    "..": "unnamed",
    "": "unnamed",
    ".bashrc": "bashrc",
    "-rf": "rf",
    "a b;$(reboot)\x00\n.sh": "a_b_reboot_.sh",
    "dir/": "dir",
    "файл": "unnamed",
    "x" * 300 + ".bin": "x" * (MAX_NAME - 4) + ".bin",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_from_the_wire_become_harmless(name: str) -> None:
    assert clean_name(name) == NAMES[name]


@pytest.mark.parametrize("name", NAMES)
def test_files_stay_inside_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    Extraction(folder).take(name, b"content")
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    digest = hashlib.sha256(b"content").hexdigest()
    assert written == [folder / f"{digest[:16]}-{NAMES[name]}"]
    assert stat.S_IMODE(written[0].stat().st_mode) == 0o600


def test_nothing_takes_the_place_of_another(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"content").hexdigest()
    taken = tmp_path / f"{digest[:16]}-a"
    taken.write_bytes(b"mine")
    outside = tmp_path / "outside"
    (tmp_path / f"{digest[:16]}-a-2").symlink_to(outside)
    extraction = Extraction(tmp_path)
    extraction.take("a", b"content")
    extraction.take("a", b"content")
    assert taken.read_bytes() == b"mine"
    assert not outside.exists()
    assert (tmp_path / f"{digest[:16]}-a-3").read_bytes() == b"content"
    assert not (tmp_path / f"{digest[:16]}-a-4").exists()


def test_an_index_of_another_run_stays(tmp_path: Path) -> None:
    (tmp_path / INDEX).write_text("mine")
    with pytest.raises(FileExistsError):
        Extraction(tmp_path)
    dangling = tmp_path / "other"
    dangling.mkdir()
    (dangling / INDEX).symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        Extraction(dangling)


def test_what_is_written_is_bounded(tmp_path: Path) -> None:
    by_bytes = Extraction(tmp_path / "bytes", max_bytes=10)
    for content in (b"12345678", b"abcdefgh", b"yz", None, b""):
        by_bytes.take("a", content)
    assert sorted(path.read_bytes() for path in (tmp_path / "bytes").iterdir()) == [b"12345678", b"yz"]
    assert by_bytes.left_out == 2
    by_number = Extraction(tmp_path / "number", max_files=1)
    by_number.take("a", b"1")
    by_number.take("a", b"2")
    assert (len(list((tmp_path / "number").iterdir())), by_number.left_out) == (1, 1)


def analyze(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `sightglass analyze`."""
    command = [sys.executable, "-m", "sightglass.cli.main", "analyze", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def lines(path: Path) -> list[dict[str, Any]]:
    """Objects of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def transfers(tmp_path: Path) -> tuple[Path, bytes]:
    """A capture in which two files are fetched, one under a name that climbs."""
    pytest.importorskip("sightglass._engine", reason="the engine is not built")
    from tests.fixtures.http_transfer import write_transfers

    content = bytes(number * 7 % 256 for number in range(4500))
    path = tmp_path / "transfer.pcap"
    write_transfers(path, [("../../../firmware.bin", content), ("notes.zip", b"PK\3\4 notes")])
    return path, content


def test_files_are_extracted_with_their_index(transfers: tuple[Path, bytes], tmp_path: Path) -> None:
    path, content = transfers
    folder, out = tmp_path / "files", tmp_path / "out"
    result = analyze(path, "--extract", folder, "--out", out)
    assert result.returncode == 0, result.stderr
    first, second = lines(folder / INDEX)
    digest = hashlib.sha256(content).hexdigest()
    assert first["stored"] == f"{digest[:16]}-firmware.bin"
    assert (folder / first["stored"]).read_bytes() == content
    assert (folder / second["stored"]).read_bytes() == b"PK\3\4 notes"
    expected = {
        "size": 4500,
        "sha256": digest,
        "stored_sha256": digest,
        "stored_bytes": 4500,
        "protocol": "http",
        "direction": "upload",
        "complete": True,
        "client_address": "192.0.2.10",
        "server_address": "192.0.2.20",
        "not_stored": "",
    }
    assert {name: first[name] for name in expected} == expected
    assert first["first_frame"] < first["last_frame"] < second["first_frame"]
    assert {len(first["client"]), len(first["server"])} == {16}
    listed = lines(out / "files.jsonl")
    assert [row["sha256"] for row in listed] == [first["sha256"], second["sha256"]]
    assert not any(name.startswith("stored") for row in listed for name in row)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [INDEX, first["stored"], second["stored"]]
    )


def test_without_the_option_nothing_is_kept(transfers: tuple[Path, bytes]) -> None:
    from sightglass import engine

    path, content = transfers
    contents = [batch.contents for batch in engine.analyze([path])]
    assert [each for batch in contents for each in batch] == []
    kept = [each for batch in engine.analyze([path], contents=True) for each in batch.contents]
    assert kept == [content, b"PK\3\4 notes"]


@pytest.mark.parametrize("workers", [2, 3])
def test_contents_do_not_depend_on_the_workers(transfers: tuple[Path, bytes], workers: int) -> None:
    from sightglass import engine

    path, content = transfers
    run = engine.analyze([path], contents=True, workers=workers)
    assert [each for batch in run for each in batch.contents] == [content, b"PK\3\4 notes"]


def test_a_file_with_a_gap_is_kept_to_the_gap(tmp_path: Path) -> None:
    pytest.importorskip("sightglass._engine", reason="the engine is not built")
    from tests.fixtures.http_transfer import write_transfers

    content = bytes(number % 251 for number in range(4500))
    path = tmp_path / "gap.pcap"
    write_transfers(path, [("image.bin", content)], lose=2)
    assert analyze(path, "--extract", tmp_path / "files").returncode == 0
    (row,) = lines(tmp_path / "files" / INDEX)
    assert (row["complete"], row["sha256"]) == (False, "")
    kept = (tmp_path / "files" / row["stored"]).read_bytes()
    assert kept == content[: len(kept)]
    assert row["stored_sha256"] == hashlib.sha256(kept).hexdigest()


def test_folders_that_would_mix_are_refused(transfers: tuple[Path, bytes], tmp_path: Path) -> None:
    path, _ = transfers
    result = analyze(path, "--extract", tmp_path / "same", "--out", tmp_path / "same")
    assert result.returncode == 2
    assert "--extract" in result.stderr
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / INDEX).write_text("")
    again = analyze(path, "--extract", tmp_path / "used")
    assert again.returncode == 2
    assert INDEX in again.stderr
