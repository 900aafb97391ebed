"""Schemas that several resources use."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from sightglass.model import Device
from sightglass.store import Store


class Schema(BaseModel):
    """Base of all answers: unknown fields are a defect here, not the client's."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_serialization_defaults_required=True)


class EvidenceOut(Schema):
    """A frame that shows a claim."""

    capture: str = Field(description="File name and first digits of its SHA-256.")
    frame: int = Field(description="1-based number in the original file.")
    time: str = Field(description="Packet time, RFC 3339 with nine decimals.")


class DeviceStub(Schema):
    """Enough of a device to name it."""

    id: str
    name: str
    type: str
    address: str
    purdue_level: float | None


def stub(device: Device) -> DeviceStub:
    """Shorten a device."""
    return DeviceStub(
        id=device.id,
        name=device.name,
        type=device.type,
        address=device.address,
        purdue_level=device.purdue_level,
    )


class Stubs:
    """Looks up the devices of one answer, each once."""

    def __init__(self, store: Store) -> None:
        """Look up in this store."""
        self._store = store
        self._known: dict[str, DeviceStub | None] = {}

    def get(self, device_id: str) -> DeviceStub | None:
        """The device's stub, None when it is not in the store."""
        if device_id not in self._known:
            device = self._store.device(device_id) if device_id else None
            self._known[device_id] = stub(device) if device else None
        return self._known[device_id]
