"""Process values as the API shows them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from sightglass.model import ProcessValue
from sightglass.portal.shared import DeviceStub, EvidenceOut, Schema, Stubs
from sightglass.store import ValueFilter
from sightglass.store.shapes import value_shape


class ValueQuery(BaseModel):
    """Filter of the value list."""

    q: str = Field("", max_length=200, description="Words that address or object contain.")
    server: list[str] = Field([], description="Device id of the owner.")
    protocol: list[str] = []
    type: list[str] = []
    site: list[str] = []
    zone: list[str] = []

    def to_filter(self) -> ValueFilter:
        """The store's form of it."""
        return ValueFilter(
            q=self.q,
            server=tuple(self.server),
            protocol=tuple(self.protocol),
            type=tuple(self.type),
            site=tuple(self.site),
            zone=tuple(self.zone),
        )


class ValueOut(Schema):
    """A process variable with the range it went through."""

    id: str
    server: str
    server_device: DeviceStub | None
    server_address: str
    protocol: str
    address: str
    object: str
    type: str
    last: str
    minimum: str
    maximum: str
    changes: int
    samples: int
    last_seen: str
    site: str
    zone: str
    network: str
    evidence: list[EvidenceOut]


def value(item: ProcessValue, stubs: Stubs) -> ValueOut:
    """A value with its owner's name."""
    return ValueOut(**value_shape(item), server_device=stubs.get(item.server))
