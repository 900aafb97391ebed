"""Connections as the API shows them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from sightglass.model import Connection
from sightglass.portal.shared import DeviceStub, EvidenceOut, Schema, Stubs
from sightglass.store import ConnectionFilter
from sightglass.store.shapes import connection_shape


class ConnectionQuery(BaseModel):
    """Filter of the connection list."""

    q: str = Field("", max_length=200, description="Words that address, protocol or port contain.")
    device: list[str] = Field([], description="Device id on either end.")
    client: list[str] = []
    server: list[str] = []
    protocol: list[str] = Field([], description="Empty text asks for what nobody recognised.")
    transport: list[str] = []
    port: list[int] = []
    site: list[str] = []
    zone: list[str] = []
    recognised_by: list[str] = []

    def to_filter(self) -> ConnectionFilter:
        """The store's form of it."""
        return ConnectionFilter(
            q=self.q,
            device=tuple(self.device),
            client=tuple(self.client),
            server=tuple(self.server),
            protocol=tuple(self.protocol),
            transport=tuple(self.transport),
            port=tuple(port for port in self.port if 0 <= port < 2**32),
            site=tuple(self.site),
            zone=tuple(self.zone),
            recognised_by=tuple(self.recognised_by),
        )


class ConnectionOut(Schema):
    """All flows between two ends with the same service."""

    id: str
    client: str
    server: str
    client_device: DeviceStub | None
    server_device: DeviceStub | None
    client_address: str
    server_address: str
    transport: str
    port: int
    protocol: str
    recognised_by: str = Field(description="`port` is a guess only.")
    vlan: int | None
    state: str
    flows: int
    packets: int
    bytes: int
    bytes_client: int
    bytes_server: int
    first_seen: str
    last_seen: str
    site: str
    zone: str
    network: str
    evidence: list[EvidenceOut]


def connection(item: Connection, stubs: Stubs) -> ConnectionOut:
    """A connection with its ends' names."""
    return ConnectionOut(
        **connection_shape(item), client_device=stubs.get(item.client), server_device=stubs.get(item.server)
    )
