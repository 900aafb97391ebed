"""The public plugin interface; built-in detections use nothing else."""

from sightglass.model import Engine, Severity
from sightglass.sdk import events
from sightglass.sdk.baseline import Baseline
from sightglass.sdk.context import Context, Stage
from sightglass.sdk.detection import Alert, Detection, DetectionMeta, documentation
from sightglass.sdk.dissector import (
    Dissector,
    Fact,
    Message,
    NoMessage,
    ParseContext,
    Parsed,
    Probe,
    Variable,
    Verdict,
)

__all__ = [
    "Alert",
    "Baseline",
    "Context",
    "Detection",
    "DetectionMeta",
    "Dissector",
    "Engine",
    "Fact",
    "Message",
    "NoMessage",
    "ParseContext",
    "Parsed",
    "Probe",
    "Severity",
    "Stage",
    "Variable",
    "Verdict",
    "documentation",
    "events",
]
