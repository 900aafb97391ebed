"""What an installation drags in, and what it must not."""

from __future__ import annotations

import ast
import re
import struct
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "python" / "sightglass"
HEAVY = {
    "pyarrow",
    "pandas",
    "polars",
    "numpy",
    "scapy",
    "pyshark",
    "dpkt",
    "matplotlib",
    "requests",
    "httpx",
}


def locked(name: str) -> set[str]:
    """Distributions of a requirements file."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {
        found.lower().replace("_", "-") for found in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE)
    }


def test_the_runtime_closure_is_light() -> None:
    closure = locked("runtime.txt")
    assert {"duckdb", "arro3-core", "click"} <= closure
    assert closure & HEAVY == set()


def test_development_includes_the_runtime() -> None:
    assert locked("runtime.txt") <= locked("dev.txt")


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_every_requirement_is_pinned_by_hash(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[A-Za-z0-9_.-]+==.*?(?=^[A-Za-z0-9_.-]+==|\Z)", text, re.MULTILINE | re.DOTALL)
    assert pins
    assert [pin.split("\n")[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[<>=\[ ]", each)[0].lower() for each in project["dependencies"]}
    assert wanted <= locked("runtime.txt")


def imports(path: Path) -> set[str]:
    """Modules that a file imports, wherever it does."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_only_the_engine_package_imports_the_compiled_engine() -> None:
    importers = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        if "sightglass._engine" in imports(path)
    }
    assert importers == {"engine"}


def test_detections_use_the_public_interface_only() -> None:
    allowed = ("sightglass.sdk", "sightglass.model", "sightglass.detection.detections._")
    for path in (PACKAGE / "detection" / "detections").glob("*.py"):
        own = {name for name in imports(path) if name.startswith("sightglass")}
        assert {name for name in own if not name.startswith(allowed)} <= {
            "sightglass.detection.detections"
        }, path.name


def test_no_code_of_the_product_opens_a_raw_socket_or_asks_the_network() -> None:
    forbidden = {"urllib.request", "http.client", "requests", "httpx", "ftplib", "smtplib", "scapy"}
    users = {path.name for path in PACKAGE.rglob("*.py") if imports(path) & forbidden}
    assert users == set()
    raw = {path.name for path in PACKAGE.rglob("*.py") if "SOCK_RAW" in path.read_text(encoding="utf-8")}
    assert raw == set()


def test_help_imports_neither_engine_nor_database() -> None:
    code = (
        "import sys, contextlib, io\n"
        "sys.argv = ['sightglass', '--help']\n"
        "from sightglass.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): main()\n"
        "print(sorted({'duckdb', 'sqlalchemy', 'fastapi', 'sightglass._engine', 'xlsxwriter'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_an_analysis_imports_only_what_it_needs(tmp_path: Path) -> None:
    capture = tmp_path / "quiet.pcap"
    capture.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    code = (
        "import sys, contextlib, io\n"
        f"sys.argv = ['sightglass', 'analyze', {str(capture)!r}, '--format', 'json']\n"
        "from sightglass.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): main()\n"
        "print(*sorted(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(result.stdout.split())
    assert {"sightglass.sensor.pipeline", "sightglass.model.device"} <= loaded
    unneeded = {
        "asyncio", "csv", "duckdb", "email", "http", "importlib.metadata", "pydantic", "random", "rich", "sqlalchemy",
        "sightglass.history", "sightglass.lab", "sightglass.model.connection", "sightglass.model.finding",
        "sightglass.portal", "sightglass.reports", "sightglass.store", "sightglass.vulnerability", "socket", "structlog",
        "subprocess", "tempfile", "xlsxwriter",
    }  # fmt: skip
    assert loaded & unneeded == set()


def test_the_repository_keeps_its_rules() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "check_repository.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
