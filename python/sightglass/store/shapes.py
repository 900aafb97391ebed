"""The published shape of every kind, as plain JSON data: what the exports hold and the API answers.

Field names are a contract (design.md section 6). Times are RFC 3339 text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sightglass.model import (
    Activity,
    Alert,
    AttributeValue,
    Connection,
    Device,
    Evidence,
    Finding,
    PluginSummary,
    ProcessValue,
    Summary,
    rfc3339,
)

SCHEMA_VERSION = 1  # of summary.json and the files beside it

Shape = dict[str, Any]


def evidence_shape(items: Iterable[Evidence]) -> list[Shape]:
    """Frames that show a claim."""
    return [{"capture": item.capture, "frame": item.frame, "time": item.time} for item in items]


def attributes_shape(items: Iterable[AttributeValue]) -> dict[str, list[Shape]]:
    """Candidate values by attribute, names ascending, in the order given within."""
    found: dict[str, list[Shape]] = {}
    for item in items:
        found.setdefault(item.name, []).append(
            {
                "value": item.value,
                "protocol": item.protocol,
                "confidence": item.confidence,
                "frame": item.evidence.frame,
                "capture": item.evidence.capture,
                "time": item.evidence.time,
                "path": item.path,
            }
        )
    return dict(sorted(found.items()))


def device_shape(item: Device) -> Shape:
    """A line of devices.jsonl."""
    return {
        "id": item.id,
        "name": item.name,
        "kind": item.kind.value,
        "type": item.type,
        "vendor": item.vendor,
        "model": item.model,
        "firmware": item.firmware,
        "serial": item.serial,
        "order_number": item.order_number,
        "os": item.os,
        "hostname": item.hostname,
        "description": item.description,
        "location": item.location,
        "purdue_level": item.purdue_level,
        "roles": list(item.roles),
        "interfaces": [
            {"mac": face.mac, "ips": list(face.ips), "vlans": list(face.vlans), "vendor": face.vendor}
            for face in item.interfaces
        ],
        "protocols": list(item.protocols),
        "modules": [
            {
                "slot": part.slot,
                "kind": part.kind,
                "name": part.name,
                "vendor": part.vendor,
                "model": part.model,
                "order_number": part.order_number,
                "firmware": part.firmware,
                "serial": part.serial,
            }
            for part in item.modules
        ],
        "site": item.site,
        "zone": item.zone,
        "network": item.network,
        "first_seen": rfc3339(item.first_seen_ns),
        "last_seen": rfc3339(item.last_seen_ns),
        "important": item.important,
        "authorized": item.authorized,
        "packets": item.packets,
        "bytes": item.bytes,
        "risk": item.risk,
        "attributes": attributes_shape(item.attributes),
        "aliases": list(item.aliases),
    }


def connection_shape(item: Connection) -> Shape:
    """A line of connections.jsonl."""
    return {
        "id": item.id,
        "client": item.client,
        "server": item.server,
        "client_address": item.client_address,
        "server_address": item.server_address,
        "transport": item.transport,
        "port": item.port,
        "protocol": item.protocol,
        "recognised_by": item.recognised_by,
        "vlan": item.vlan,
        "state": item.state,
        "flows": item.flows,
        "packets": item.packets,
        "bytes": item.bytes,
        "bytes_client": item.bytes_client,
        "bytes_server": item.bytes_server,
        "first_seen": rfc3339(item.first_seen_ns),
        "last_seen": rfc3339(item.last_seen_ns),
        "site": item.site,
        "zone": item.zone,
        "network": item.network,
        "evidence": evidence_shape(item.evidence),
    }


def activity_shape(item: Activity) -> Shape:
    """A line of activities.jsonl."""
    return {
        "id": item.id,
        "client": item.client,
        "server": item.server,
        "client_address": item.client_address,
        "server_address": item.server_address,
        "vlan": item.vlan,
        "protocol": item.protocol,
        "address": item.address,
        "object": item.object,
        "function": item.function,
        "code": item.code,
        "category": item.category,
        "outcome": item.outcome,
        "count": item.count,
        "ok": item.ok,
        "errors": item.errors,
        "last_error": item.last_error,
        "first_seen": rfc3339(item.first_seen_ns),
        "last_seen": rfc3339(item.last_seen_ns),
        "site": item.site,
        "zone": item.zone,
        "network": item.network,
        "evidence": evidence_shape(item.evidence),
    }


def alert_shape(item: Alert) -> Shape:
    """A line of alerts.jsonl."""
    return {
        "id": item.id,
        "detection": item.detection,
        "title": item.title,
        "summary": item.summary,
        "engine": item.engine.value,
        "severity": item.severity.value,
        "status": item.status.value,
        "learnable": item.learnable,
        "source": item.source,
        "source_address": item.source_address,
        "source_name": item.source_name,
        "destination": item.destination,
        "destination_address": item.destination_address,
        "destination_name": item.destination_name,
        "protocol": item.protocol,
        "first_seen": rfc3339(item.first_seen_ns),
        "last_seen": rfc3339(item.last_seen_ns),
        "count": item.count,
        "attack": list(item.attack),
        "explanation": item.explanation,
        "benign_when": list(item.benign_when),
        "remediation": list(item.remediation),
        "details": [{"name": name, "text": text} for name, text in item.details],
        "evidence": evidence_shape(item.evidence),
        "comments": [
            {
                "id": comment.id,
                "author": comment.author,
                "text": comment.text,
                "written_at": rfc3339(comment.written_at_ns),
            }
            for comment in item.comments
        ],
        "site": item.site,
        "zone": item.zone,
        "network": item.network,
    }


def finding_shape(item: Finding) -> Shape:
    """A line of findings.jsonl."""
    return {
        "id": item.id,
        "device": item.device,
        "part": item.part,
        "cve": item.cve,
        "advisory": item.advisory,
        "title": item.title,
        "score": item.score,
        "vector": item.vector,
        "severity": item.severity,
        "confidence": item.confidence.value,
        "reason": item.reason,
        "matched": dict(item.matched),
        "kev": item.kev,
        "epss": item.epss,
        "fixed_in": item.fixed_in,
        "remediation": item.remediation,
        "references": list(item.references),
        "site": item.site,
        "zone": item.zone,
        "network": item.network,
    }


def value_shape(item: ProcessValue) -> Shape:
    """A line of values.jsonl."""
    return {
        "id": item.id,
        "server": item.server,
        "server_address": item.server_address,
        "protocol": item.protocol,
        "address": item.address,
        "object": item.object,
        "type": item.type,
        "last": item.last,
        "minimum": item.minimum,
        "maximum": item.maximum,
        "changes": item.changes,
        "samples": item.samples,
        "last_seen": rfc3339(item.last_seen_ns),
        "site": item.site,
        "zone": item.zone,
        "network": item.network,
        "evidence": evidence_shape(item.evidence),
    }


def plugin_shape(item: PluginSummary) -> Shape:
    """What summary.json says of a dissector in Python."""
    return {
        "package": item.package,
        "asked": item.asked,
        "claimed": item.claimed,
        "bytes": item.bytes,
        "bytes_left_out": item.bytes_left_out,
        "faults": dict(sorted(item.faults.items())),
        "switched_off": item.switched_off,
        "first_fault": item.first_fault,
        "first_fault_frame": item.first_fault_frame,
    }


def summary_shape(item: Summary) -> Shape:
    """The object of summary.json, without the counts that the exporter adds."""
    return {
        "schema_version": SCHEMA_VERSION,
        "site": item.site,
        "zone": item.zone,
        "packets": item.packets,
        "bytes": item.bytes,
        "first_time": None if item.first_ts_ns is None else rfc3339(item.first_ts_ns),
        "last_time": None if item.last_ts_ns is None else rfc3339(item.last_ts_ns),
        "loss": dict(sorted(item.loss.items())),
        "protocols": {
            name: {
                "messages": counts.messages,
                "flows": counts.flows,
                "functions": dict(sorted(counts.functions.items())),
                "bytes": counts.bytes,
                "malformed": counts.malformed,
                "unknown_functions": counts.unknown_functions,
            }
            for name, counts in sorted(item.protocols.items())
        },
        "unknown": [
            {
                "transport": part.transport,
                "port": part.port,
                "guess": part.guess,
                "flows": part.flows,
                "packets": part.packets,
                "bytes": part.bytes,
                "smallest": part.smallest,
                "mean": part.mean,
                "largest": part.largest,
                "entropy": part.entropy,
                "entropy_bytes": part.entropy_bytes,
                "sample": part.sample,
            }
            for part in item.unknown
        ],
        "plugins": {name: plugin_shape(each) for name, each in sorted(item.plugins.items())},
        "captures": [
            {
                "name": capture.name,
                "sha256": capture.sha256,
                "label": capture.label,
                "packets": capture.packets,
                "cut": capture.cut,
                "warnings": list(capture.warnings),
            }
            for capture in item.captures
        ],
        "not_judged": list(item.not_judged),
    }
