"""``tls``: the messages of a handshake.

Differs from Suricata: given when the handshake ends in the clear, at the first message under keys; later records give no
event. Without `fingerprint`, for the certificate's bytes are not kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from sightglass.formats.eve.event_type import EventType, Step
from sightglass.formats.shapes import STRING, Json, array, known, record

_HASH = record({"hash": STRING})
SCHEMA = record(
    {
        "sni": STRING,
        "version": STRING,
        "subject": STRING,
        "issuerdn": STRING,
        "serial": STRING,
        "notbefore": STRING,
        "notafter": STRING,
        "subjectaltname": array(STRING),
        "client_alpns": array(STRING),
        "server_alpns": array(STRING),
        "ja3": _HASH,
        "ja3s": _HASH,
        "ja4": STRING,
    }
)
_UNDER_KEYS = {
    "application_data",
    "change_cipher_spec",
    "encrypted_handshake_message",
    "encrypted_alert",
}
_VERSIONS = {"SSL 2.0": "SSLv2", "SSL 3.0": "SSLv3", "TLS 1.0": "TLSv1"}


def _colons(digits: str) -> str:
    even = digits if len(digits) % 2 == 0 else f"0{digits}"
    return ":".join(even[at : at + 2] for at in range(0, len(even), 2)).upper()


def _step(message: Json) -> Step | None:
    return Step(None, message["function"].startswith("client_hello"), message["function"] in _UNDER_KEYS)


def _content(messages: Sequence[Json]) -> Json | None:
    by_function = {message["function"]: message for message in reversed(messages)}
    client = by_function.get("client_hello", by_function.get("client_hello_v2", {}))
    server = by_function.get("server_hello", {})
    chain = by_function.get("certificate", {}).get("certificates", ())
    if not client and not server and not chain:
        return None
    leaf: Json = chain[0] if chain and isinstance(chain[0], dict) else {}
    supported = server.get("supported_version_name", server.get("selected_version_name"))
    version = supported or server.get("version_name") or client.get("version_name")
    serial = leaf.get("serial")
    names = [str(name) for name in leaf.get("alternative_names", ())]
    return known(
        sni=client.get("sni"),
        version=_VERSIONS.get(version, version) if version is not None else None,
        subject=leaf.get("subject"),
        issuerdn=leaf.get("issuer"),
        serial=_colons(serial) if isinstance(serial, str) else None,
        notbefore=_without_zone(leaf.get("not_before")),
        notafter=_without_zone(leaf.get("not_after")),
        subjectaltname=names or None,
        client_alpns=client.get("alpn") or None,
        server_alpns=server.get("alpn") or None,
        ja3=_hash(client.get("ja3")),
        ja3s=_hash(server.get("ja3s")),
        ja4=client.get("ja4"),
    )


def _hash(text: str | None) -> Json | None:
    return {"hash": text} if text else None


def _without_zone(text: str | None) -> str | None:
    return text.removesuffix("Z") if text is not None else None


EVENT = EventType("tls", ("tls",), _content, SCHEMA, step=_step)
