"""Whether hosts and what they say of themselves are on the right device: ``python -m tests.conformance.identity [CAPTURE]...``.

Per capture: a host of the truth that sends at least two packets and is on-link is on exactly one device; one that is
only addressed is on none; two on-link hosts with different MACs are two devices. Per identity text of the truth: it is
a value of that host's device (found), and a device has no text that the truth gives to other hosts alone (wrong).
"""

from __future__ import annotations

import ipaddress
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from sightglass.model import AttributeValue, Device, DeviceKind
from sightglass.sensor.pipeline import Pipeline
from tests.conformance.truth import Truth, all_truth

IDENTITY = re.compile(
    r"s7\.|cip\.|enip\.|modbus\.device_id|bacnet\.(vendor|string|device_instance)|opcua\.(application|product)_uri"
    r"|mms\.(vendor|model|revision)|pn_dcp\.(station|type|vendor_id|device_id|role)|pn_io\.station|hart\.|fins\.|ads\."
    r"|lldp\.(chassis|system_name|system_desc|mgmt_ip)|cdp\.(device|platform|software)|snmp\.sys"
    r"|dhcp\.(hostname|vendor_class|fqdn)|ntlm\.(host|nb_computer|dns_computer)|browser\.|smb\.|http\.(server|user_agent)"
    r"|ssh\.banner|ftp\.banner|sip\.user_agent|mdns\.srv|goose\.id|sv\.id|mqtt\.client_id|hl7\.sending_app"
)
"""Keys by which a host says what it is, as the captures' README lists them."""
NUMBERS: dict[str, frozenset[str]] = {
    "bacnet.device_instance": frozenset({"device_instance", "object_instance"}),
    "bacnet.vendor": frozenset({"vendor_id", "vendor"}),
    "cip.device_type": frozenset({"device_type"}),
    "cip.major_rev": frozenset({"firmware"}),
    "cip.minor_rev": frozenset({"firmware"}),
    "cip.product_code": frozenset({"product_code"}),
    "cip.serial": frozenset({"serial"}),
    "cip.vendor": frozenset({"vendor_id"}),
    "enip.device_type": frozenset({"device_type"}),
    "enip.product_code": frozenset({"product_code"}),
    "enip.serial": frozenset({"serial"}),
    "enip.vendor": frozenset({"vendor_id"}),
    "pn_dcp.device_id": frozenset({"device_id"}),
    "pn_dcp.role": frozenset({"role_bits"}),
    "pn_dcp.vendor_id": frozenset({"vendor_id"}),
}
"""Keys with numbers, and the attributes that hold them: a bare number says nothing by itself."""
SHOWN = frozenset(
    {
        "banner", "firmware", "fqdn", "hostname", "http_server", "http_user_agent", "model", "module_name", "name",
        "netbios_name", "order_number", "os", "plc_name", "product_name", "serial", "vendor",
    }
)  # fmt: skip
"""Attributes that say what a device is: another host's text there is an error."""
FORWARDED = 3
"""A MAC that sends for as many IPv4 addresses is a router: nobody can say which of them are on the link."""


@dataclass(slots=True)
class Outcome:
    """What is right and wrong in one capture."""

    hosts: int = 0
    host_faults: list[tuple[str, str]] = field(default_factory=list)
    """Host and what is wrong with it."""
    found: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    """Host, key and text that its device does not have."""
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    """Device, attribute and text that belongs to other hosts alone."""


def plain(text: str) -> str:
    """A text without case, and without space around or repeated."""
    return " ".join(text.replace("\\x00", " ").split()).casefold()


def numbers(text: str) -> set[int]:
    """The numbers that a text may stand for."""
    found = set()
    for base in (10, 16):
        try:
            found.add(int(text.removeprefix("0x"), base))
        except ValueError:
            continue
    return found


def holds(value: AttributeValue, key: str, text: str) -> bool:
    """Whether an attribute repeats a text of the truth."""
    names = NUMBERS.get(key)
    if names is None:
        return plain(value.value) == plain(text) or plain(text) in {
            plain(text_) for text_ in spellings(value)
        }
    if value.name not in names:
        return False
    if key.endswith("_rev"):
        parts = value.value.split(".")
        own = parts[0] if key == "cip.major_rev" else parts[-1]
        return bool(numbers(text) & {int(own)} if own.isdigit() else set())
    return bool(numbers(text) & numbers(value.value))


def spellings(value: AttributeValue) -> Iterator[str]:
    """Other ways in which the truth writes a value."""
    if value.name == "firmware":
        yield value.value.lstrip("Vv")
    if value.name == "mac_address":
        yield value.value.replace(":", "-")
    if value.name in {"hostname", "fqdn"}:
        yield f"{value.value}."


def usable(address: str) -> bool:
    """Whether one host can have an address."""
    if re.fullmatch(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", address):
        return address != "00:00:00:00:00:00" and not int(address[1], 16) & 1
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (ip.is_multicast or ip.is_unspecified or ip.is_loopback or address.startswith("0."))


def judge(truth: Truth, devices: list[Device]) -> Outcome:
    """Hold devices against a truth file."""
    outcome = Outcome()
    owners: defaultdict[str, set[str]] = defaultdict(set)
    by_id = {device.id: device for device in devices if device.kind is not DeviceKind.REFERRED}
    for device in by_id.values():
        for interface in device.interfaces:
            for address in (interface.mac, *interface.ips):
                owners[address].add(device.id)
    _hosts(truth, owners, outcome)
    _texts(truth, owners, by_id, outcome)
    return outcome


def _hosts(truth: Truth, owners: dict[str, set[str]], outcome: Outcome) -> None:
    sent: defaultdict[str, set[str]] = defaultdict(set)
    hosts = {row["ip"]: row for row in truth.data.get("hosts", []) if usable(row["ip"])}
    for ip, row in hosts.items():
        for mac in row.get("macs", []):
            if ":" not in ip:
                sent[mac].add(ip)
    routers = {mac for mac, ips in sent.items() if len(ips) >= FORWARDED}
    on_link: dict[str, str] = {}
    for ip, row in hosts.items():
        macs = [mac for mac in row.get("macs", []) if usable(mac)]
        found = owners.get(ip, set())
        if row["tx"] == 0 and found:
            outcome.hosts += 1
            outcome.host_faults.append((ip, "only addressed, and a device"))
        elif row["tx"] >= 2:
            outcome.hosts += 1
            if len(found) != 1:
                outcome.host_faults.append((ip, f"on {len(found)} devices"))
            elif len(macs) == 1 and macs[0] not in routers:
                mine = next(iter(found))
                other = on_link.setdefault(mine, macs[0])
                if other != macs[0]:
                    outcome.host_faults.append((ip, f"on one device with {other}"))
                elif owners.get(macs[0], {mine}) != {mine}:
                    outcome.host_faults.append((ip, "apart from its MAC"))
    for row in truth.data.get("macs", []):
        if usable(row["mac"]) and row["tx"] >= 2:
            outcome.hosts += 1
            count = len(owners.get(row["mac"], ()))
            if count != 1:
                outcome.host_faults.append((row["mac"], f"on {count} devices"))


def _texts(truth: Truth, owners: dict[str, set[str]], by_id: dict[str, Device], outcome: Outcome) -> None:
    said: defaultdict[str, set[str]] = defaultdict(set)
    texts: set[str] = set()
    for host, facts in (truth.data.get("identities") or {}).items():
        for key, values in facts.items():
            if not IDENTITY.match(key):
                continue
            for text in map(str, values):
                devices = [by_id[owner] for owner in owners.get(host, ())]
                if len(text) >= 160 or not plain(text):
                    continue
                if any(holds(value, key, text) for device in devices for value in device.attributes):
                    outcome.found[key] += 1
                else:
                    outcome.missed.append((host, key, text))
                for device in devices:
                    said[plain(text)].add(device.id)
                if key not in NUMBERS and len(plain(text)) > 3 and not plain(text).isdigit():
                    texts.add(plain(text))
    for text in sorted(texts):
        for device in by_id.values():
            if device.id in said[text]:
                continue
            for value in device.attributes:
                if value.name in SHOWN and plain(value.value) == text:
                    outcome.wrong.append((device.name, value.name, value.value))


@lru_cache(maxsize=1)
def outcomes() -> dict[str, Outcome]:
    """Every capture with two hosts or more, but those that were made to be broken."""
    found = {}
    for truth in all_truth():
        if truth.name.startswith("malformed/") or "error" in truth.data or truth.data.get("n_macs", 0) < 2:
            continue
        found[truth.name] = judge(truth, Pipeline().run([truth.path], values=False).devices)
    return found


def main() -> None:
    """Command line."""
    wanted = set(sys.argv[1:])
    chosen = {name: outcome for name, outcome in outcomes().items() if not wanted or name in wanted}
    found: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for name, outcome in chosen.items():
        found.update(outcome.found)
        missed.update(key for _, key, _ in outcome.missed)
        for host, fault in outcome.host_faults:
            print(f"host\t{name}\t{host}\t{fault}")
        for host, key, text in outcome.missed:
            print(f"missed\t{name}\t{host}\t{key}\t{text}")
        for device, attribute, text in outcome.wrong:
            print(f"wrong\t{name}\t{device}\t{attribute}\t{text}")
    for key in sorted(found | missed):
        print(f"{key}\t{found[key]}/{found[key] + missed[key]}")
    faults = sum(len(outcome.host_faults) for outcome in chosen.values())
    print(f"hosts\t{sum(outcome.hosts for outcome in chosen.values()) - faults} right, {faults} wrong")
    wrong = sum(len(outcome.wrong) for outcome in chosen.values())
    print(f"texts\t{found.total()} found, {missed.total()} missed, {wrong} wrong")


if __name__ == "__main__":
    main()
