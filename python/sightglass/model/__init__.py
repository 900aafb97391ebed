"""The vocabulary: frozen values that every layer shares.

A name is imported when it is first asked for: making a frozen class of twenty fields takes some milliseconds, and a
command needs few of them. A new value is a file, and here two lines.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sightglass.model.activity import Activity as Activity
    from sightglass.model.alert import Alert as Alert
    from sightglass.model.alert import AlertStatus as AlertStatus
    from sightglass.model.alert import Comment as Comment
    from sightglass.model.alert import Engine as Engine
    from sightglass.model.alert import Severity as Severity
    from sightglass.model.attribute import AttributeValue as AttributeValue
    from sightglass.model.capture_info import CaptureInfo as CaptureInfo
    from sightglass.model.connection import Connection as Connection
    from sightglass.model.device import Device as Device
    from sightglass.model.device import DeviceKind as DeviceKind
    from sightglass.model.evidence import Evidence as Evidence
    from sightglass.model.file_transfer import FileTransfer as FileTransfer
    from sightglass.model.finding import Confidence as Confidence
    from sightglass.model.finding import Finding as Finding
    from sightglass.model.interface import Interface as Interface
    from sightglass.model.module import Module as Module
    from sightglass.model.process_value import ProcessValue as ProcessValue
    from sightglass.model.site import Site as Site
    from sightglass.model.summary import PluginSummary as PluginSummary
    from sightglass.model.summary import ProtocolSummary as ProtocolSummary
    from sightglass.model.summary import Summary as Summary
    from sightglass.model.summary import UnknownTraffic as UnknownTraffic
    from sightglass.model.time import parse_rfc3339 as parse_rfc3339
    from sightglass.model.time import rfc3339 as rfc3339
    from sightglass.model.zone import Zone as Zone

_HOMES = {
    "Activity": "activity",
    "Alert": "alert",
    "AlertStatus": "alert",
    "AttributeValue": "attribute",
    "CaptureInfo": "capture_info",
    "Comment": "alert",
    "Confidence": "finding",
    "Connection": "connection",
    "Device": "device",
    "DeviceKind": "device",
    "Engine": "alert",
    "Evidence": "evidence",
    "FileTransfer": "file_transfer",
    "Finding": "finding",
    "Interface": "interface",
    "Module": "module",
    "ProcessValue": "process_value",
    "PluginSummary": "summary",
    "ProtocolSummary": "summary",
    "Severity": "alert",
    "Site": "site",
    "Summary": "summary",
    "UnknownTraffic": "summary",
    "Zone": "zone",
    "parse_rfc3339": "time",
    "rfc3339": "time",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a value's class from its file."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return value
