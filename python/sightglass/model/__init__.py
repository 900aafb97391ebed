"""The vocabulary: frozen values that every layer shares."""

from sightglass.model.activity import Activity
from sightglass.model.alert import Alert, AlertStatus, Comment, Engine, Severity
from sightglass.model.attribute import AttributeValue
from sightglass.model.capture_info import CaptureInfo
from sightglass.model.connection import Connection
from sightglass.model.device import Device, DeviceKind
from sightglass.model.evidence import Evidence
from sightglass.model.finding import Confidence, Finding
from sightglass.model.interface import Interface
from sightglass.model.module import Module
from sightglass.model.process_value import ProcessValue
from sightglass.model.site import Site
from sightglass.model.summary import ProtocolSummary, Summary, UnknownTraffic
from sightglass.model.time import parse_rfc3339, rfc3339
from sightglass.model.zone import Zone

__all__ = [
    "Activity",
    "Alert",
    "AlertStatus",
    "AttributeValue",
    "CaptureInfo",
    "Comment",
    "Confidence",
    "Connection",
    "Device",
    "DeviceKind",
    "Engine",
    "Evidence",
    "Finding",
    "Interface",
    "Module",
    "ProcessValue",
    "ProtocolSummary",
    "Severity",
    "Site",
    "Summary",
    "UnknownTraffic",
    "Zone",
    "parse_rfc3339",
    "rfc3339",
]
