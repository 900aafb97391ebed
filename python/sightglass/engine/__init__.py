"""The typed face of the compiled engine; nothing else imports it."""

from sightglass.engine.api import (
    Batch,
    CaptureError,
    Decoding,
    Run,
    Table,
    analyze,
    decode,
    event_schema,
    protocols,
    rule_errors,
)

__all__ = [
    "Batch",
    "CaptureError",
    "Decoding",
    "Run",
    "Table",
    "analyze",
    "decode",
    "event_schema",
    "protocols",
    "rule_errors",
]
