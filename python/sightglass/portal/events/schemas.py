"""Events as the API shows them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from sightglass.portal.shared import Schema

Cell = str | int | float | bool | list[int] | None


class EventQueryIn(BaseModel):
    """Which events are wanted."""

    kind: Literal[
        "flow",
        "activity",
        "occurrence",
        "observation",
        "value",
        "anomaly",
        "match",
        "arp",
        "file",
        "endpoint",
    ] = Field(
        "occurrence", description="`occurrence`: each single write, control, program, login or file act."
    )
    device: str = Field("", description="Device id: events with one of its addresses on any side.")
    address: list[str] = Field([], description="IP or MAC on any side.")
    protocol: list[str] = []
    since: str = Field("", max_length=40, description="RFC 3339, included.")
    until: str = Field("", max_length=40, description="RFC 3339, not included.")
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=10_000_000)


class EventPage(Schema):
    """Events, newest first."""

    kind: str
    columns: list[str]
    items: list[dict[str, Cell]] = Field(
        description="The engine's columns, and `time` as RFC 3339 beside them."
    )
    next: int | None = Field(description="`offset` of the following page; null on the last.")
    total: int = Field(description="Events of this kind, whatever the filter.")
