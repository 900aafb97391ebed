"""Activities as the API shows them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from sightglass.model import Activity
from sightglass.portal.shared import DeviceStub, EvidenceOut, Schema, Stubs
from sightglass.store import ActivityFilter
from sightglass.store.shapes import activity_shape


class ActivityQuery(BaseModel):
    """Filter of the activity list."""

    q: str = Field("", max_length=200, description="Words that function, object, address ... contain.")
    device: list[str] = Field([], description="Device id on either end.")
    client: list[str] = []
    server: list[str] = []
    protocol: list[str] = []
    category: list[str] = Field([], description="`read`, `write`, `control`, `program_download` ...")
    function: list[str] = []
    outcome: list[str] = []
    site: list[str] = []
    zone: list[str] = []

    def to_filter(self) -> ActivityFilter:
        """The store's form of it."""
        return ActivityFilter(
            q=self.q,
            device=tuple(self.device),
            client=tuple(self.client),
            server=tuple(self.server),
            protocol=tuple(self.protocol),
            category=tuple(self.category),
            function=tuple(self.function),
            outcome=tuple(self.outcome),
            site=tuple(self.site),
            zone=tuple(self.zone),
        )


class ActivityOut(Schema):
    """One function, asked by one client of one server on one object."""

    id: str
    client: str
    server: str
    client_device: DeviceStub | None
    server_device: DeviceStub | None
    client_address: str
    server_address: str
    vlan: int | None
    protocol: str
    address: str
    object: str
    function: str
    code: int | None
    category: str
    outcome: str
    count: int
    ok: int
    errors: int
    last_error: str
    first_seen: str
    last_seen: str
    site: str
    zone: str
    network: str
    evidence: list[EvidenceOut]


def activity(item: Activity, stubs: Stubs) -> ActivityOut:
    """An activity with its ends' names."""
    return ActivityOut(
        **activity_shape(item), client_device=stubs.get(item.client), server_device=stubs.get(item.server)
    )
