"""Lookup tables and techniques, as shipped."""

from __future__ import annotations

import pytest

from sightglass.content.attack import technique_names, techniques
from sightglass.content.root import ContentMissingError, content_file
from sightglass.content.tables import mac_vendor, numbered, table
from sightglass.detection.registry import detection_classes

TABLES = ["cip-vendors", "cip-device-types", "bacnet-vendors", "profinet-vendors"]


@pytest.mark.parametrize("name", TABLES)
def test_numbers_have_names(name: str) -> None:
    rows = table(name)
    assert len(rows) >= 3
    assert all(key.isdigit() and len(key) == 6 and value.strip() for key, value in rows.items())


@pytest.mark.parametrize("name", [*TABLES, "oui"])
def test_every_table_names_source_and_licence(name: str) -> None:
    head = content_file("tables", f"{name}.tsv").read_text(encoding="utf-8").splitlines()[:2]
    assert head[0].startswith("# source: ")
    assert head[1].startswith("# licence: ")


def test_a_number_is_looked_up_as_the_wire_or_a_person_writes_it() -> None:
    assert numbered("cip-vendors", "1") == numbered("cip-vendors", "0x1") != ""
    assert numbered("cip-vendors", "999999") == ""
    assert numbered("cip-vendors", "no number") == ""


def test_prefixes_are_sorted_for_the_search() -> None:
    lines = content_file("tables", "oui.tsv").read_bytes().splitlines()
    keys = [line.split(b"\t")[0] + b"\t" for line in lines if not line.startswith(b"#")]
    assert keys == sorted(keys)
    assert len(keys) > 40_000


def test_every_prefix_is_found_by_the_search_in_place() -> None:
    rows = table("oui")
    for key in list(rows)[::997]:
        mac = (key + "0" * 12)[:12]
        if int(mac[1], 16) & 3 == 0:
            assert mac_vendor(":".join(mac[n : n + 2] for n in range(0, 12, 2))) != ""


@pytest.mark.parametrize("mac", ["", "00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "02:00:00:00:00:01"])
def test_group_and_local_addresses_have_no_maker(mac: str) -> None:
    assert mac_vendor(mac) == ""


def test_every_technique_of_a_detection_exists() -> None:
    known = techniques()
    assert {technique for each in detection_classes() for technique in each.meta.attack} <= set(known)
    assert technique_names()["T0843"]


def test_missing_content_says_what_to_do() -> None:
    with pytest.raises(ContentMissingError, match="install"):
        content_file("tables", "no-such-table.tsv")
