"""Message counts of the truth file equal what tshark counts, protocol by protocol."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sightglass.lab import ATTACKS, Scenario, truth_path, write_lab

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
Counts = Counter[tuple[int, str]]


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A capture with every attack."""
    path = tmp_path_factory.mktemp("oracle") / "plant.pcapng"
    write_lab(path, Scenario(77, 0.08, attacks=tuple(sorted(ATTACKS))))
    return path, json.loads(truth_path(path).read_text())


def rows(path: Path, display_filter: str, *fields: str) -> list[list[list[str]]]:
    """Values of each field in each frame that passes the filter; retransmissions are left out."""
    command = ["tshark", "-r", str(path), "-Y", f"({display_filter}) and not tcp.analysis.retransmission"]
    command += ["-T", "fields", "-E", "occurrence=a", "-E", "aggregator=;"]
    for field in fields:
        command += ["-e", field]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [[value.split(";") if value else [] for value in line.split("\t")] for line in lines]


def written(truth: dict[str, Any], protocol: str) -> Counts:
    """Requests and responses by code, as the lab wrote them."""
    counts: Counts = Counter()
    for entry in truth["messages"][protocol].values():
        if entry["code"] is not None:
            counts[entry["code"], "request"] += entry["requests"]
            counts[entry["code"], "response"] += entry["responses"]
    return +counts


def test_modbus(plant: tuple[Path, dict[str, Any]]) -> None:
    seen: Counts = Counter()
    for port, codes in rows(plant[0], "modbus", "tcp.dstport", "modbus.func_code"):
        for code in codes:
            seen[int(code), "request" if port == ["502"] else "response"] += 1
    assert seen == written(plant[1], "modbus")


def test_s7comm(plant: tuple[Path, dict[str, Any]]) -> None:
    seen: Counts = Counter()
    for kinds, codes in rows(plant[0], "s7comm.param.func", "s7comm.header.rosctr", "s7comm.param.func"):
        assert len(kinds) == len(codes) == 1
        seen[int(codes[0], 0), "request" if kinds == ["1"] else "response"] += 1
    assert seen == written(plant[1], "s7comm")
    lists = rows(plant[0], "s7comm.header.rosctr == 7", "s7comm.param.userdata.type")
    entry = plant[1]["messages"]["s7comm"]["read_szl"]
    assert len(lists) == entry["requests"] + entry["responses"]


def test_enip_and_cip(plant: tuple[Path, dict[str, Any]]) -> None:
    enip: Counts = Counter()
    for command, tcp, udp in rows(plant[0], "enip", "enip.command", "tcp.dstport", "udp.dstport"):
        enip[int(command[0], 0), "request" if "44818" in tcp + udp else "response"] += 1
    assert enip == written(plant[1], "enip")
    cip: Counts = Counter()
    for services, port in rows(plant[0], "cip", "cip.sc", "tcp.dstport"):
        for service in services:
            cip[int(service, 0), "request" if port == ["44818"] else "response"] += 1
    assert cip == written(plant[1], "cip")


def test_dnp3(plant: tuple[Path, dict[str, Any]]) -> None:
    seen: Counts = Counter()
    for codes, links in rows(plant[0], "dnp3", "dnp3.al.func", "dnp.hdr.CRC.status"):
        for code in codes:
            seen[int(code, 0), "response" if int(code, 0) >= 129 else "request"] += 1
        assert set(links) == {"1"}
    assert seen == written(plant[1], "dnp3")
    assert rows(plant[0], "dnp.data_chunk.CRC.status == 0", "frame.number") == []


def test_bacnet(plant: tuple[Path, dict[str, Any]]) -> None:
    seen: Counter[tuple[str, int]] = Counter()
    fields = ("bacapp.type", "bacapp.confirmed_service", "bacapp.unconfirmed_service")
    for kinds, confirmed, unconfirmed in rows(plant[0], "bacapp", *fields):
        seen["unconfirmed" if unconfirmed else kinds[0], int((confirmed or unconfirmed)[0])] += 1
    expected: Counter[tuple[str, int]] = Counter()
    for name, entry in plant[1]["messages"]["bacnet"].items():
        if name in {"i_am", "who_is", "unconfirmed_cov_notification"}:
            expected["unconfirmed", entry["code"]] += entry["requests"]
        else:
            expected["0", entry["code"]] += entry["requests"]
            answer = "2" if name in {"subscribe_cov", "write_property"} else "3"
            expected[answer, entry["code"]] += entry["responses"]
    assert seen == expected


def test_other_protocols(plant: tuple[Path, dict[str, Any]]) -> None:
    """Each message of these stands in a frame of its own."""
    names = {"profinet_dcp": "pn_dcp", "arp": "arp", "stp": "stp"}
    names |= {
        name: name
        for name in ("dns", "mdns", "llmnr", "nbns", "ntp", "dhcp", "snmp", "syslog", "lldp", "http", "rtsp")
    }
    seen = Counter(
        layer
        for (layers,) in rows(plant[0], "frame", "frame.protocols")
        for layer in set(layers[0].split(":"))
    )
    for protocol, layer in names.items():
        entries = plant[1]["messages"][protocol].values()
        total = sum(entry["requests"] + entry["responses"] + entry["events"] for entry in entries)
        assert seen[layer] == total > 0, protocol


def test_identities_are_on_the_wire(plant: tuple[Path, dict[str, Any]]) -> None:
    """Order numbers and names that the truth says were stated are what tshark reads."""
    stated = {
        key: {item["value"] for device in plant[1]["devices"] for item in device["stated"].get(key, [])}
        for key in ("s7comm.order_number", "cip.product_name", "modbus.model", "lldp.name")
    }
    fields = {
        "s7comm.order_number": "s7comm.szl.xy11.0001.anz",
        "cip.product_name": "cip.id.product_name",
        "modbus.model": "modbus.object_str_value",
        "lldp.name": "lldp.tlv.system.name",
    }
    found = rows(plant[0], " or ".join(fields.values()), *fields.values())
    for number, key in enumerate(fields):
        texts = {value.strip() for row in found for value in row[number]}
        assert stated[key] <= texts, key
        assert stated[key], key
