"""EtherNet/IP encapsulation and the CIP services that a Logix controller is used with.

Spec: ODVA CIP volume 1 (services, connection manager, identity) and volume 2 (encapsulation); Rockwell
Automation
publication 1756-PM020 (Logix data access: tag services). Usual port TCP and UDP 44818.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from sightglass.lab.protocols.base import Kind, Mark, Message

PORT = 44818
COMMANDS = {
    0x04: "list_services",
    0x63: "list_identity",
    0x64: "list_interfaces",
    0x65: "register_session",
    0x66: "unregister_session",
    0x6F: "send_rr_data",
    0x70: "send_unit_data",
}
SERVICES = {
    0x01: "get_attributes_all",
    0x03: "get_attribute_list",
    0x05: "reset",
    0x06: "start",
    0x07: "stop",
    0x0A: "multiple_service_packet",
    0x0E: "get_attribute_single",
    0x10: "set_attribute_single",
    0x4C: "read_tag",
    0x4D: "write_tag",
    0x4E: "forward_close",
    0x52: "unconnected_send",
    0x54: "forward_open",
}
CLASS_IDENTITY, CLASS_ROUTER, CLASS_MANAGER, CLASS_TCPIP = 0x01, 0x02, 0x06, 0xF5
REAL, DINT, BOOL = 0xCA, 0xC4, 0xC1
SUCCESS, PATH_UNKNOWN, SERVICE_NOT_SUPPORTED = 0x00, 0x05, 0x08


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity object of one module (CIP volume 1, 5A-2)."""

    vendor_id: int
    device_type: int
    product_code: int
    major: int
    minor: int
    serial: int
    name: str

    def data(self) -> bytes:
        """Attributes 1 to 7 as Get_Attributes_All returns them."""
        name = self.name.encode()
        return (
            struct.pack(
                "<HHHBBHI",
                self.vendor_id,
                self.device_type,
                self.product_code,
                self.major,
                self.minor,
                0x3060,
                self.serial,
            )
            + bytes([len(name)])
            + name
        )

    @property
    def facts(self) -> tuple[tuple[str, str, str], ...]:
        """What it says about the module, in the writing of ``decode``."""
        return (
            ("cip", "product_name", self.name),
            ("cip", "firmware", f"{self.major}.{self.minor:03d}"),
            ("cip", "serial", f"{self.serial:08x}"),
        )


@dataclass(frozen=True, slots=True)
class Cip:
    """A CIP request or response and the services inside it, outermost first."""

    data: bytes
    marks: tuple[Mark, ...]
    facts: tuple[tuple[str, str, str], ...] = ()


# -- CIP ---------------------------------------------------------------------------------------------------


def logical(class_id: int, instance: int, attribute: int | None = None) -> bytes:
    """A padded path of class, instance and attribute (CIP volume 1, appendix C)."""
    path = struct.pack("<BB", 0x20, class_id) if class_id < 256 else struct.pack("<BBH", 0x21, 0, class_id)
    path += struct.pack("<BB", 0x24, instance) if instance < 256 else struct.pack("<BBH", 0x25, 0, instance)
    return path if attribute is None else path + struct.pack("<BB", 0x30, attribute)


def symbol(name: str) -> bytes:
    """An ANSI extended symbol segment, padded to a whole word."""
    raw = name.encode()
    return struct.pack("<BB", 0x91, len(raw)) + raw + bytes(len(raw) & 1)


def request(
    service: int, path: bytes, data: bytes = b"", inner: tuple[Mark, ...] = (), name: str | None = None
) -> Cip:
    """A service request."""
    mark = Mark("cip", name or SERVICES.get(service, f"unknown_0x{service:02x}"), service, "request")
    return Cip(bytes([service, len(path) // 2]) + path + data, (mark, *inner))


def response(
    service: int,
    data: bytes = b"",
    status: int = SUCCESS,
    inner: tuple[Mark, ...] = (),
    facts: tuple[tuple[str, str, str], ...] = (),
    name: str | None = None,
) -> Cip:
    """A service's answer with its general status."""
    mark = Mark("cip", name or SERVICES.get(service, f"unknown_0x{service:02x}"), service, "response")
    return Cip(struct.pack("<BBBB", service | 0x80, 0, status, 0) + data, (mark, *inner), facts)


def read_tag(name: str, count: int = 1) -> Cip:
    """Read elements of a tag."""
    return request(0x4C, symbol(name), struct.pack("<H", count))


def tag_value(kind: int, raw: bytes) -> Cip:
    """The answer to reading a tag."""
    return response(0x4C, struct.pack("<H", kind) + raw)


def write_tag(name: str, kind: int, raw: bytes) -> Cip:
    """Write one element of a tag."""
    return request(0x4D, symbol(name), struct.pack("<HH", kind, 1) + raw)


def multiple(parts: list[Cip], kind: Kind) -> Cip:
    """Several services in one packet (CIP volume 1, A-4.10)."""
    offset = 2 + 2 * len(parts)
    table, body = bytearray(struct.pack("<H", len(parts))), bytearray()
    for part in parts:
        table += struct.pack("<H", offset + len(body))
        body += part.data
    inner = tuple(mark for part in parts for mark in part.marks)
    data = bytes(table + body)
    if kind == "request":
        return request(0x0A, logical(CLASS_ROUTER, 1), data, inner)
    return response(0x0A, data, inner=inner)


def unconnected_send(inner: Cip, slot: int) -> Cip:
    """Route a request through the chassis to a slot (CIP volume 1, 3-5.5.4)."""
    embedded = inner.data + bytes(len(inner.data) & 1)
    data = struct.pack("<BBH", 0x07, 0xE9, len(inner.data)) + embedded + bytes([1, 0, 1, slot])
    return request(0x52, logical(CLASS_MANAGER, 1), data, inner.marks)


def forward_open(connection_serial: int, originator_serial: int, target_to_originator: int, slot: int) -> Cip:
    """Open a class 3 connection to the message router of a slot."""
    data = struct.pack(
        "<BBIIHHIBBBBIHIHBB",
        0x0A,
        0x0E,
        0,
        target_to_originator,
        connection_serial,
        0x0001,
        originator_serial,
        1,
        0,
        0,
        0,
        2_000_000,
        0x43F4,
        2_000_000,
        0x43F4,
        0xA3,
        3,
    )
    return request(0x54, logical(CLASS_MANAGER, 1), data + bytes([1, slot]) + logical(CLASS_ROUTER, 1))


def forward_opened(
    originator_to_target: int, target_to_originator: int, connection_serial: int, originator_serial: int
) -> Cip:
    """The connection is open."""
    data = struct.pack(
        "<IIHHIIIBB",
        originator_to_target,
        target_to_originator,
        connection_serial,
        0x0001,
        originator_serial,
        2_000_000,
        2_000_000,
        0,
        0,
    )
    return response(0x54, data)


def forward_close(connection_serial: int, originator_serial: int, slot: int) -> Cip:
    """Close a connection."""
    data = struct.pack("<BBHHIBB", 0x0A, 0x0E, connection_serial, 0x0001, originator_serial, 3, 0)
    return request(0x4E, logical(CLASS_MANAGER, 1), data + bytes([1, slot]) + logical(CLASS_ROUTER, 1))


def forward_closed(connection_serial: int, originator_serial: int) -> Cip:
    """The connection is closed."""
    return response(0x4E, struct.pack("<HHIBB", connection_serial, 0x0001, originator_serial, 0, 0))


# -- encapsulation -----------------------------------------------------------------------------------------


def _encapsulate(
    command: int, kind: Kind, session: int, data: bytes, context: bytes = bytes(8), cip: Cip | None = None
) -> Message:
    head = struct.pack("<HHII8sI", command, len(data), session, 0, context, 0)
    mark = Mark("enip", COMMANDS[command], command, kind)
    return Message(head + data, (mark, *(cip.marks if cip else ())), cip.facts if cip else ())


def list_identity_request() -> Message:
    """Ask every module for its identity."""
    return _encapsulate(0x63, "request", 0, b"")


def list_identity_response(identity: Identity, ip: bytes) -> Message:
    """The identity item with the module's socket address (volume 2, 2-4.2)."""
    item = struct.pack("<H", 1) + struct.pack("!HH4s8x", 2, PORT, ip) + identity.data() + b"\x03"
    data = struct.pack("<HHH", 1, 0x000C, len(item)) + item
    message = _encapsulate(0x63, "response", 0, data)
    facts = tuple(("enip", attribute, value) for _, attribute, value in identity.facts)
    return Message(message.data, message.marks, facts)


def list_services(kind: Kind) -> Message:
    """Ask for, or state, the communication services."""
    if kind == "request":
        return _encapsulate(0x04, kind, 0, b"")
    item = struct.pack("<HH16s", 1, 0x0120, b"Communications")
    return _encapsulate(0x04, kind, 0, struct.pack("<HHH", 1, 0x0100, len(item)) + item)


def register(kind: Kind, session: int) -> Message:
    """Open an encapsulation session; the request's handle is zero."""
    return _encapsulate(0x65, kind, 0 if kind == "request" else session, struct.pack("<HH", 1, 0))


def unregister(session: int) -> Message:
    """Close an encapsulation session; there is no answer."""
    return _encapsulate(0x66, "request", session, b"")


def rr_data(kind: Kind, session: int, context: int, cip: Cip) -> Message:
    """An unconnected CIP message."""
    items = struct.pack("<IHHHHHH", 0, 8, 2, 0, 0, 0x00B2, len(cip.data)) + cip.data
    return _encapsulate(0x6F, kind, session, items, struct.pack("<Q", context), cip)


def unit_data(kind: Kind, session: int, connection: int, sequence: int, cip: Cip) -> Message:
    """A CIP message on an open connection."""
    body = struct.pack("<H", sequence & 0xFFFF) + cip.data
    items = struct.pack("<IHHHHIHH", 0, 0, 2, 0x00A1, 4, connection, 0x00B1, len(body)) + body
    return _encapsulate(0x70, kind, session, items, cip=cip)
