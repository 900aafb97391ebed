"""JSON objects as Python sees them, and the words of JSON Schema that describe them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
"""A JSON object; a decoded message is one, as `sightglass decode` prints it."""

SCHEMA = "https://json-schema.org/draft/2020-12/schema"
STRING: Json = {"type": "string"}
INTEGER: Json = {"type": "integer"}
NUMBER: Json = {"type": "number"}
BOOLEAN: Json = {"type": "boolean"}
ANY_OBJECT: Json = {"type": "object"}


def array(items: Json) -> Json:
    """A list."""
    return {"type": "array", "items": items}


def one_of(*values: str) -> Json:
    """One of these texts."""
    return {"enum": list(values)}


def record(properties: Json, *required: str) -> Json:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def known(**members: Any) -> Json:
    """An object of the members that are known: those that are not None."""
    return {name: value for name, value in members.items() if value is not None}


def endpoint(text: str) -> tuple[str, int | None]:
    """Address and port of ``ip:port`` or ``[ip]:port``; the port is None where there is none, as in a MAC address.

    Args:
        text: As the decoder writes `src` and `dst`.
    """
    if text.startswith("["):
        address, _, port = text[1:].partition("]:")
        return address, int(port) if port else None
    if text.count(":") == 1:
        address, _, port = text.partition(":")
        return address, int(port)
    return text, None


def is_mac(text: str) -> bool:
    """Whether an address is a hardware address; an IPv6 address never has six groups of two digits."""
    return len(text) == 17 and text[2::3] == ":::::"  # aa:bb:cc:dd:ee:ff


def hex_of_registers(values: list[int]) -> str:
    """Registers as the wire carried them."""
    return "".join(f"{value & 0xFFFF:04x}" for value in values)


def hex_of_bits(values: list[int]) -> str:
    """Bits packed eight to a byte, the first lowest, as Modbus carries them."""
    packed = bytearray((len(values) + 7) // 8)
    for number, value in enumerate(values):
        if value:
            packed[number // 8] |= 1 << number % 8
    return packed.hex()
