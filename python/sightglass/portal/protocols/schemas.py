"""Protocol statistics as the API shows them."""

from __future__ import annotations

from pydantic import Field

from sightglass.portal.shared import Schema


class FunctionCount(Schema):
    """A function and how often it was asked or answered."""

    name: str
    count: int


class ProtocolOut(Schema):
    """What was seen of one protocol, recognised by content."""

    name: str
    messages: int
    flows: int
    connections: int
    packets: int
    bytes: int
    clients: int
    servers: int
    malformed: int = Field(description="Messages that are out of their specification.")
    unknown_functions: int = Field(description="Messages whose function has no name.")
    functions: list[FunctionCount] = Field(description="Most frequent first.")


class ProtocolList(Schema):
    """All protocols, most messages first."""

    items: list[ProtocolOut]
