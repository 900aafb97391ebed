"""The typed face of the compiled engine; nothing else imports it."""

from sightglass.engine.api import (
    Batch,
    CaptureError,
    Decoding,
    Run,
    Table,
    Written,
    analyze,
    decode,
    event_schema,
    protocols,
    rule_errors,
    write_evidence,
)
from sightglass.engine.plugins import Plugin, Plugins, installed, plugin

__all__ = [
    "Batch",
    "CaptureError",
    "Decoding",
    "Plugin",
    "Plugins",
    "Run",
    "Table",
    "Written",
    "analyze",
    "decode",
    "event_schema",
    "installed",
    "plugin",
    "protocols",
    "rule_errors",
    "write_evidence",
]
