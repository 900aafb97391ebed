"""Each detection: what fires it, and what comes near and must not."""

from __future__ import annotations

from typing import Any

import pytest

from sightglass.detection.registry import detection_classes
from sightglass.sdk.events import Event
from tests.detection import act_cases
from tests.detection.act_cases import Case
from tests.detection.judging import raised
from tests.detection.rows import SECOND_NS, act, activity, arp, endpoint, flow, relation

PLC = "10.0.0.1"


def tried(count: int, every_s: float = 0.5, **given: Any) -> list[Event]:
    """Addresses tried one after the other on one port."""
    return [
        flow(n * every_s, **({"event": "final", "state": "syn", "server_ip": f"10.0.1.{n + 1}"} | given))
        for n in range(count)
    ]


def refused(errors: int, minutes: float = 1) -> list[Event]:
    """A pair that polls, and between second 10 and the end of these minutes refuses this often."""
    ends = {"first_error_ts_ns": 10 * SECOND_NS, "last_error_ts_ns": int((minutes * 60 + 10) * SECOND_NS)}
    frames = {"first_error_frame": 11, "last_error_frame": 500}
    bursts = {"error_frames": (11,), "error_times": (10 * SECOND_NS,)}
    return [relation(errors=errors, reasons="illegal_data_address", **ends, **frames, **bursts)]


FIRES: list[Case] = [
    ("port-scan", "25 ports in a quarter of a minute", [flow(n / 2, port=n + 1) for n in range(25)], None),
    ("address-scan", "20 addresses that stay silent", tried(20), None),
    ("address-scan", "20 addresses that refuse", tried(20, state="rejected", packets_server=1), None),
    (
        "arp-scan",
        "40 questions nobody answers",
        [arp(n / 4, target_ip=f"10.0.2.{n + 1}") for n in range(40)],
        None,
    ),
    (
        "arp-spoofing",
        "a second device claims the address",
        [
            arp(1, operation=2, sender_ip=PLC, sender_mac="02:00:00:00:00:01"),
            arp(2, operation=2, sender_ip=PLC, sender_mac="02:00:00:00:00:66"),
        ],
        None,
    ),
    (
        "plc-scan",
        "ten controllers asked who they are",
        [
            activity(
                n, server_ip=f"10.0.0.{n + 1}", function="read_device_identification", category="discovery"
            )
            for n in range(10)
        ],
        None,
    ),
    ("plc-scan", "ten industrial services in vain", tried(10, server_port=44818), None),
    ("plc-stop", "a stop, not yet answered", [act(1, "control", "plc_stop")], None),
    ("plc-stop", "a stop by CIP", [act(1, "control", "stop", protocol="cip")], None),
    ("dnp3-restart", "a cold restart", [act(1, "control", "cold_restart", protocol="dnp3")], None),
    (
        "program-download",
        "a block goes in",
        [act(1, "program_download", "download_block", object="OB1")],
        None,
    ),
    ("program-upload", "a block comes out", [act(1, "program_upload", "upload", object="OB1")], None),
    (
        "firmware-update",
        "firmware goes in",
        [act(1, "firmware_update", "nvs_transfer", protocol="cip")],
        None,
    ),
    ("modbus-exception-storm", "20 refusals in a minute", refused(20), None),
    ("new-device", "a sender that was not there", [endpoint(1)], [endpoint(1, mac="02:00:00:00:00:01")]),
    (
        "new-function",
        "a known pair, another function",
        [activity(1, function="write_single_register", category="write")],
        [activity(1)],
    ),
    ("unauthorised-write", "a client that only read", [act(1, "write", "write_var")], [activity(1)]),
    *act_cases.FIRES,
]

SILENT: list[Case] = [
    ("port-scan", "24 ports", [flow(n / 2, port=n + 1) for n in range(24)], None),
    ("port-scan", "25 ports over an hour", [flow(n * 144, port=n + 1) for n in range(25)], None),
    ("port-scan", "many conversations on one port", [flow(n / 10, port=502) for n in range(200)], None),
    ("port-scan", "answers to ephemeral ports", [flow(n / 10, port=50_000 + n) for n in range(200)], None),
    ("address-scan", "19 addresses", tried(19), None),
    ("address-scan", "20 addresses over an hour", tried(20, every_s=180), None),
    ("address-scan", "20 servers that answer", tried(20, state="closed", packets_server=5), None),
    (
        "address-scan",
        "20 groups",
        [
            flow(n, event="final", transport="udp", state="one_sided", server_ip=f"239.0.0.{n + 1}")
            for n in range(30)
        ],
        None,
    ),
    ("arp-scan", "39 questions", [arp(n / 4, target_ip=f"10.0.2.{n + 1}") for n in range(39)], None),
    (
        "arp-scan",
        "60 questions for hosts that are there",
        [
            *[
                arp(0, operation=2, sender_ip=f"10.0.2.{n + 1}", sender_mac="02:00:00:00:00:01")
                for n in range(60)
            ],
            *[arp(n / 4, target_ip=f"10.0.2.{n + 1}") for n in range(60)],
        ],
        None,
    ),
    ("arp-spoofing", "an address told twice by its owner", [arp(n, operation=2) for n in range(5)], None),
    (
        "arp-spoofing",
        "an address shared by VRRP",
        [arp(1, sender_mac="02:00:00:00:00:01"), arp(2, sender_mac="00:00:5e:00:01:07")],
        None,
    ),
    (
        "arp-spoofing",
        "an address that passed on after two hours",
        [arp(1, sender_mac="02:00:00:00:00:01"), arp(7300, sender_mac="02:00:00:00:00:02")],
        None,
    ),
    (
        "plc-scan",
        "nine controllers asked who they are",
        [
            activity(
                n, server_ip=f"10.0.0.{n + 1}", function="read_device_identification", category="discovery"
            )
            for n in range(9)
        ],
        None,
    ),
    (
        "plc-scan",
        "fifty controllers polled",
        [activity(n / 10, server_ip=f"10.0.0.{n + 1}") for n in range(50)],
        None,
    ),
    ("plc-stop", "a start", [act(1, "control", "plc_control", object="P_PROGRAM")], None),
    (
        "plc-stop",
        "a function with that name in another protocol",
        [act(1, "control", "stop", protocol="rtsp")],
        None,
    ),
    ("dnp3-restart", "an operation", [act(1, "control", "direct_operate", protocol="dnp3")], None),
    (
        "dnp3-restart",
        "only the answer",
        [act(1, "control", "cold_restart", protocol="dnp3", outcome="ok")],
        None,
    ),
    ("program-download", "a block comes out", [act(1, "program_upload", "upload")], None),
    ("program-upload", "a block goes in", [act(1, "program_download", "download_block")], None),
    ("firmware-update", "a file is read", [act(1, "file_transfer", "read_file")], None),
    ("modbus-exception-storm", "19 refusals", refused(19), None),
    ("modbus-exception-storm", "20 refusals in an hour", refused(20, minutes=60), None),
    ("new-device", "a sender that was there", [endpoint(1)], [endpoint(1)]),
    (
        "new-device",
        "one frame of an invented sender",
        [endpoint(1, packets=1)],
        [endpoint(1, mac="02:00:00:00:00:01")],
    ),
    ("new-device", "nothing was learned", [endpoint(1)], None),
    ("new-function", "the same function on another object", [activity(1, object="coil 7")], [activity(1)]),
    ("new-function", "an office protocol", [activity(1, protocol="http", function="post")], [activity(1)]),
    ("new-function", "nothing was learned", [activity(1, function="write_single_coil")], None),
    (
        "unauthorised-write",
        "a client that wrote before",
        [act(9, "write", "write_var")],
        [act(1, "write", "write_var")],
    ),
    (
        "unauthorised-write",
        "a form sent to a web page",
        [act(1, "write", "post", protocol="http")],
        [activity(1)],
    ),
    ("unauthorised-write", "nothing was learned", [act(1, "write", "write_var")], None),
    *act_cases.SILENT,
]


def name(case: Case) -> str:
    """How pytest shows it."""
    return f"{case[0]}: {case[1]}"


@pytest.mark.parametrize("case", FIRES, ids=name)
def test_it_fires(case: Case) -> None:
    identifier, _, given, learn = case
    alerts = raised(identifier, given, learn=learn)
    assert [alert.detection for alert in alerts] == [identifier]
    alert = alerts[0]
    assert alert.summary
    assert alert.evidence
    assert alert.explanation
    assert alert.remediation


@pytest.mark.parametrize("case", SILENT, ids=name)
def test_it_keeps_silent(case: Case) -> None:
    identifier, _, given, learn = case
    assert raised(identifier, given, learn=learn) == []


def test_every_detection_has_both() -> None:
    ids = {each.meta.id for each in detection_classes()}
    several = {"dnp3-two-masters"}  # an alert for each of the two
    assert {case[0] for case in FIRES} | several == ids
    assert {case[0] for case in SILENT} == ids


def test_an_alert_names_who_did_what_to_whom() -> None:
    (alert,) = raised("plc-stop", [act(3, "control", "plc_stop", address="slot 2")])
    assert (alert.source_address, alert.destination_address, alert.protocol) == (
        "10.0.0.9",
        "10.0.0.1",
        "s7comm",
    )
    assert "slot 2" in alert.summary
    assert [(each.frame, each.ts_ns) for each in alert.evidence] == [(4, 3_000_000_000)]


def test_a_storm_shows_its_refusals_and_not_the_polling_around() -> None:
    (alert,) = raised("modbus-exception-storm", refused(25))
    assert [each.frame for each in alert.evidence] == [11, 500]
    assert alert.count == 25


def test_a_scan_stays_one_alert_however_long_it_takes() -> None:
    (alert,) = raised("port-scan", [flow(n / 2, port=n + 1) for n in range(300)])
    assert len(alert.evidence) <= 64


def test_two_masters_are_both_shown_with_their_sessions() -> None:
    rogue = act_cases.busy("dnp3", 9, 5, client_ip="10.0.0.8", first_frame=70, last_frame=80)
    given = [rogue, act_cases.dnp3(1, 1), act_cases.dnp3(2, 1, client="10.0.0.8")]
    alerts = raised("dnp3-two-masters", given)
    assert [alert.source_address for alert in alerts] == ["10.0.0.8"]
    assert {each.frame for each in alerts[0].evidence} == {70, 80}


def test_a_scan_of_many_is_one_alert() -> None:
    (alert,) = raised("address-scan", tried(30))
    assert alert.destination_address == ""
    assert alert.count == 11


def test_a_learned_master_that_comes_second_is_not_the_suspect() -> None:
    rogue = act_cases.busy("dnp3", 9, 5, client_ip="10.0.0.8", first_frame=70, last_frame=80)
    given = [rogue, act_cases.dnp3(1, 1, client="10.0.0.8"), act_cases.dnp3(2, 1)]
    alerts = raised("dnp3-two-masters", given, learn=[act_cases.dnp3(1, 1)])
    assert [alert.source_address for alert in alerts] == ["10.0.0.8"]
