"""From rows of the engine to devices."""

from __future__ import annotations

from sightglass.inventory.inventory import Inventory, Scope
from sightglass.model import Device, DeviceKind, Evidence

PLC, CLIENT = "02:00:00:00:00:01", "02:00:00:00:00:02"
Row = tuple[object, ...]


def endpoint(
    mac: str, ip: str, packets: int = 10, vlan: int | None = None, at_s: int = 1, event: str = "final"
) -> Row:
    return (event, mac, ip, vlan, packets, packets * 60, at_s * 10**9, at_s * 10**9, at_s, at_s, 0)


def arp(mac: str, ip: str) -> Row:
    return (2, mac, ip, CLIENT, "10.0.0.9", False, mac, None, 10**9, 1, 0)


def fact(ip: str, mac: str, attribute: str, value: str, *, own: bool = True, confidence: int = 80) -> Row:
    return (ip, mac, None, "", attribute, value, "s7comm", confidence, own, 10**9, 7, 0)


def devices(
    endpoints: list[Row],
    arps: list[Row] | None = None,
    facts: list[Row] | None = None,
    scope: Scope | None = None,
) -> tuple[list[Device], Inventory]:
    inventory = Inventory(scope or Scope(), lambda source, frame, ts_ns: Evidence(str(source), frame, ts_ns))
    inventory.endpoints(endpoints)
    inventory.arps(arps or [])
    inventory.observed(facts or [])
    return inventory.build(), inventory


def test_partial_totals_of_a_sender_add_up() -> None:
    (device,), _ = devices([endpoint(PLC, "10.0.0.1", 3), endpoint(PLC, "10.0.0.1", 4, at_s=2)])
    assert (device.packets, device.bytes) == (7, 420)


def test_a_flood_of_invented_senders_fills_a_counter_and_not_the_inventory() -> None:
    flood = [
        endpoint(f"02:00:00:01:{n // 256:02x}:{n % 256:02x}", f"10.1.{n // 256}.{n % 256}", 1)
        for n in range(500)
    ]
    found, inventory = devices([endpoint(PLC, "10.0.0.1"), *flood])
    assert [device.interfaces[0].mac for device in found] == [PLC]
    assert inventory.not_admitted == 500


def test_one_frame_with_a_fact_is_a_device() -> None:
    found, _ = devices([endpoint(PLC, "10.0.0.1", 1)], facts=[fact("10.0.0.1", PLC, "model", "CPU 315")])
    assert [device.model for device in found] == ["CPU 315"]


def test_group_addresses_are_nobody() -> None:
    found, _ = devices([endpoint("ff:ff:ff:ff:ff:ff", ""), endpoint("01:00:5e:00:00:01", "239.0.0.1")])
    assert found == []


def test_a_vlan_does_not_split_a_mac() -> None:
    (device,), _ = devices([endpoint(PLC, "10.0.0.1", vlan=10), endpoint(PLC, "10.0.0.1", vlan=20)])
    assert device.interfaces[0].vlans == (10, 20)


def test_an_address_announced_by_arp_belongs_to_its_mac() -> None:
    (device,), inventory = devices([endpoint(PLC, "")], arps=[arp(PLC, "10.0.0.1")])
    assert device.interfaces[0].ips == ("10.0.0.1",)
    assert inventory.by_address["10.0.0.1"] == device.id


def test_a_fact_goes_to_the_host_it_is_about_with_its_frame() -> None:
    found, _ = devices(
        [endpoint(PLC, "10.0.0.1"), endpoint(CLIENT, "10.0.0.9", at_s=2)],
        facts=[fact("10.0.0.1", PLC, "serial", "S 1234")],
    )
    assert [device.serial for device in found] == ["S 1234", ""]
    (value,) = [each for each in found[0].attributes if each.name == "serial"]
    assert (value.evidence.frame, value.protocol) == (7, "s7comm")


def test_what_one_says_of_an_address_that_never_spoke_is_not_said_of_the_speaker() -> None:
    (device,), _ = devices(
        [endpoint(CLIENT, "10.0.0.9")], facts=[fact("10.0.0.77", CLIENT, "hostname", "printer-7", own=False)]
    )
    assert device.hostname == ""


def test_conflicting_facts_are_kept_and_shown() -> None:
    (device,), _ = devices(
        [endpoint(PLC, "10.0.0.1")],
        facts=[
            fact("10.0.0.1", PLC, "firmware", "V2.9", confidence=90),
            fact("10.0.0.1", PLC, "firmware", "V2.0", confidence=60),
        ],
    )
    assert device.firmware == "V2.9"
    assert [each.value for each in device.attributes if each.name == "firmware"] == ["V2.9", "V2.0"]


def test_public_hosts_behind_a_router_are_external() -> None:
    router = "02:00:00:00:00:fe"
    rows = [
        endpoint(router, ip, at_s=n)
        for n, ip in enumerate(("9.9.9.9", "52.1.2.3", "151.101.1.1", "104.16.0.1"), 2)
    ]
    found, _ = devices([endpoint(PLC, "10.0.0.1"), *rows])
    kinds = {ip: device.kind for device in found for interface in device.interfaces for ip in interface.ips}
    assert kinds["9.9.9.9"] is DeviceKind.EXTERNAL
    assert kinds["10.0.0.1"] is DeviceKind.DEVICE


def test_the_same_address_in_another_zone_is_another_device() -> None:
    (here,), _ = devices([endpoint(PLC, "10.0.0.1")], scope=Scope("default", "press"))
    (there,), _ = devices([endpoint(PLC, "10.0.0.1")], scope=Scope("default", "paint"))
    assert here.id != there.id


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [
        endpoint(PLC, "10.0.0.1"),
        endpoint(CLIENT, "10.0.0.9", at_s=2),
        endpoint(PLC, "10.0.0.1", at_s=3),
    ]
    forwards, _ = devices(rows)
    backwards, _ = devices(rows[::-1])
    assert forwards == backwards
