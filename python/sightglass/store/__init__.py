"""Plant state: change records in, filtered pages out. Implementations are imported where they are needed."""

from sightglass.store.filters import (
    ActivityFilter,
    AlertFilter,
    ConnectionFilter,
    DeviceFilter,
    FindingFilter,
    ValueFilter,
)
from sightglass.store.interface import (
    Applied,
    ReadOnlyError,
    Related,
    StateFileError,
    Store,
    Traffic,
    UnknownTargetError,
)
from sightglass.store.page import BadQueryError, Page, PageRequest

__all__ = [
    "ActivityFilter",
    "AlertFilter",
    "Applied",
    "BadQueryError",
    "ConnectionFilter",
    "DeviceFilter",
    "FindingFilter",
    "Page",
    "PageRequest",
    "ReadOnlyError",
    "Related",
    "StateFileError",
    "Store",
    "Traffic",
    "UnknownTargetError",
    "ValueFilter",
]
