"""BACnet/IP: virtual link control, network and application layer.

Spec: ANSI/ASHRAE 135 (annex J for BVLC, clause 6 network layer, 20 encoding). Usual port UDP 47808.
"""

from __future__ import annotations

import struct

from sightglass.lab.protocols.base import Kind, Mark, Message

PORT = 47808
CONFIRMED = {
    5: "subscribe_cov",
    12: "read_property",
    14: "read_property_multiple",
    15: "write_property",
    20: "reinitialize_device",
}
UNCONFIRMED = {0: "i_am", 2: "unconfirmed_cov_notification", 8: "who_is"}
ANALOG_INPUT, ANALOG_VALUE, BINARY_INPUT, DEVICE = 0, 2, 3, 8
PRESENT_VALUE, OBJECT_NAME, VENDOR_NAME, MODEL_NAME, FIRMWARE, STATUS_FLAGS = 85, 77, 121, 70, 44, 111
NAMED_PROPERTIES = {OBJECT_NAME: "name", VENDOR_NAME: "vendor", MODEL_NAME: "model", FIRMWARE: "firmware"}


def _packet(
    apdu: bytes, mark: Mark, *, broadcast: bool, reply: bool, facts: tuple[tuple[str, str, str], ...] = ()
) -> Message:
    network = b"\x01\x20\xff\xff\x00\xff" if broadcast else bytes([1, 4 if reply else 0])
    function = 0x0B if broadcast else 0x0A
    head = struct.pack("!BBH", 0x81, function, 4 + len(network) + len(apdu))
    return Message(head + network + apdu, (mark,), facts)


def _unsigned(value: int) -> bytes:
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big")


def _context(tag: int, raw: bytes) -> bytes:
    return bytes([tag << 4 | 8 | len(raw)]) + raw


def _object(kind: int, instance: int) -> bytes:
    return struct.pack("!I", kind << 22 | instance)


def real(value: float) -> bytes:
    """Application-tagged real."""
    return b"\x44" + struct.pack("!f", value)


def enumerated(value: int) -> bytes:
    """Application-tagged enumeration of one byte."""
    return bytes([0x91, value])


def text(value: str) -> bytes:
    """Application-tagged character string in UTF-8."""
    raw = b"\0" + value.encode()
    head = bytes([0x70 | len(raw)]) if len(raw) < 5 else bytes([0x75, len(raw)])
    return head + raw


def who_is() -> Message:
    """Ask all devices to answer."""
    return _packet(b"\x10\x08", Mark("bacnet", "who_is", 8, "request"), broadcast=True, reply=False)


def i_am(instance: int, vendor_id: int) -> Message:
    """A device says who it is: instance, largest APDU, segmentation, vendor."""
    body = b"\x10\x00\xc4" + _object(DEVICE, instance) + b"\x22" + struct.pack("!H", 1476) + b"\x91\x03"
    body += bytes([0x21, vendor_id])
    facts = (("bacnet", "device_instance", str(instance)), ("bacnet", "vendor_id", str(vendor_id)))
    return _packet(body, Mark("bacnet", "i_am", 0, "request"), broadcast=True, reply=False, facts=facts)


def _confirmed(invoke: int, service: int, body: bytes) -> Message:
    mark = Mark("bacnet", CONFIRMED[service], service, "request")
    return _packet(bytes([0x00, 0x05, invoke, service]) + body, mark, broadcast=False, reply=True)


def simple_ack(invoke: int, service: int) -> Message:
    """The service was done."""
    mark = Mark("bacnet", CONFIRMED[service], service, "response")
    return _packet(bytes([0x20, invoke, service]), mark, broadcast=False, reply=False)


def _reference(kind: int, instance: int, prop: int) -> bytes:
    return _context(0, _object(kind, instance)) + _context(1, _unsigned(prop))


def read_property(invoke: int, kind: int, instance: int, prop: int) -> Message:
    """Read one property."""
    return _confirmed(invoke, 12, _reference(kind, instance, prop))


def property_value(
    invoke: int, reference: tuple[int, int, int], value: bytes, fact: str | None = None
) -> Message:
    """The property's value; ``fact`` is its text when it says something about the device."""
    body = bytes([0x30, invoke, 12]) + _reference(*reference) + b"\x3e" + value + b"\x3f"
    name = NAMED_PROPERTIES.get(reference[2])
    facts = (("bacnet", name, fact),) if name and fact is not None else ()
    mark = Mark("bacnet", "read_property", 12, "response")
    return _packet(body, mark, broadcast=False, reply=False, facts=facts)


def write_property(invoke: int, reference: tuple[int, int, int], value: bytes, priority: int) -> Message:
    """Write one property with a priority from 1 to 16."""
    body = _reference(*reference) + b"\x3e" + value + b"\x3f" + _context(4, bytes([priority]))
    return _confirmed(invoke, 15, body)


def subscribe(invoke: int, process_id: int, kind: int, instance: int, lifetime_s: int) -> Message:
    """Subscribe to changes of an object, without confirmation."""
    body = _context(0, _unsigned(process_id)) + _context(1, _object(kind, instance)) + b"\x29\x00"
    return _confirmed(invoke, 5, body + _context(3, _unsigned(lifetime_s)))


def changed(process_id: int, device: int, reference: tuple[int, int], left_s: int, value: bytes) -> Message:
    """An object's present value changed."""
    body = b"\x10\x02" + _context(0, _unsigned(process_id)) + _context(1, _object(DEVICE, device))
    body += _context(2, _object(*reference)) + _context(3, _unsigned(left_s))
    body += b"\x4e" + _context(0, bytes([PRESENT_VALUE])) + b"\x2e" + value + b"\x2f"
    body += _context(0, bytes([STATUS_FLAGS])) + b"\x2e\x82\x04\x00\x2f\x4f"
    kind: Kind = "request"
    mark = Mark("bacnet", "unconfirmed_cov_notification", 2, kind)
    return _packet(body, mark, broadcast=False, reply=False)
