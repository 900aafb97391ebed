"""The repository's own check finds what it looks for, and no more."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_repository", ROOT / "tools" / "check_repository.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        ("addresses_in_locks", "console/package-lock.json", '{"resolved": "somewhere"}'),
        ("addresses_in_locks", "requirements/dev.txt", "--index-url somewhere\n"),
        ("addresses_in_locks", "requirements/runtime.txt", "a @ https" + "://example.org/a.whl\n"),
        ("unsourced_content", "content/tables/colours.tsv", "1\tred\n"),
        ("long_files", "python/sightglass/long.py", "x = 1\n" * 1000),
        ("machine_traces", "docs/page.md", "look into /ro" + "ot/x/y\n"),
        ("machine_traces", "python/a.py", 'HOST = "files.python' + 'hosted.org"\n'),
    ],
)
def test_a_breach_is_found(check: ModuleType, rule: str, path: str, text: str) -> None:
    problems = list(getattr(check, rule)([check.Source(path, text)]))
    assert [problem.path for problem in problems] == [path]


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (
            "addresses_in_locks",
            "console/package-lock.json",
            '{"funding": {"url": "https' + '://example.org"}}',
        ),
        (
            "unsourced_content",
            "content/tables/colours.tsv",
            "# source: ours\n# licence: Apache-2.0\n1\tred\n",
        ),
        ("long_files", "console/src/api/schema.d.ts", "x\n" * 5000),
        (
            "machine_traces",
            "docs/page.md",
            "the folder ~/work/ and crates/network/root.rs and $HOME/root/x\n",
        ),
    ],
)
def test_what_is_right_is_left_alone(check: ModuleType, rule: str, path: str, text: str) -> None:
    assert list(getattr(check, rule)([check.Source(path, text)])) == []


def test_a_trace_of_a_capture_is_found_outside_the_tests(check: ModuleType) -> None:
    traces = check.Traces(
        names=frozenset({"some-plant-01"}),
        hashes=frozenset({"0123456789abcdef"}),
        macs=frozenset({"00:1b:1b:12:83:f7"}),
        hosts=frozenset({"203.88.45.9"}),
    )
    text = "Some-Plant-01.pcap\n0123456789abcdef99\n00-1B-1B-12-83-F7\n203.88.45.9\nsome-plant-010 1203.88.45.9\n"
    found = list(check.capture_traces([check.Source("python/a.py", text)], traces))
    assert [problem.line for problem in found] == [1, 2, 3, 4]
    assert list(check.capture_traces([check.Source("tests/test_a.py", text)], traces)) == []


def test_only_what_belongs_to_one_place_betrays_it(check: ModuleType) -> None:
    assert check.is_distinctive("00:1b:1b:12:83:f7")
    assert not check.is_distinctive("00:11:22:33:44:55")
    assert not check.is_distinctive("01:00:5e:12:83:f7")
    assert not check.is_distinctive("00:00:00:00:00:01")
    assert check.is_public("141.88.45.90")
    assert not any(
        map(check.is_public, ("192.168.1.7", "10.1.2.3", "8.8.8.8", "224.0.0.251", "nonsense", "fe80::1"))
    )
