"""Route of unknown traffic."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from sightglass.portal.auth.access import Reader, StateDep
from sightglass.portal.shared import Schema
from sightglass.store.statistics import unknown_traffic

router = APIRouter(prefix="/unknown", tags=["protocols"])


class UnknownOut(Schema):
    """Traffic of one service that no dissector claimed."""

    transport: str
    port: int
    guess: str = Field(description="What the port usually carries; a guess, never a fact.")
    flows: int
    packets: int
    bytes: int
    smallest: int = Field(description="Smallest payload in bytes; 0 where none was looked at.")
    mean: int = Field(description="Mean payload in bytes.")
    largest: int = Field(description="Largest payload in bytes.")
    entropy: float | None = Field(description="Bits per byte of the first payloads, 0 to 8.")
    entropy_bytes: int = Field(description="Bytes that the entropy was taken from.")
    sample: str = Field(description="First bytes of the first flow, hexadecimal, at most 16 bytes.")


class UnknownList(Schema):
    """All of it, most bytes first."""

    items: list[UnknownOut]


@router.get("")
def list_unknown(state: StateDep, _user: Reader) -> UnknownList:
    """Traffic whose content nobody recognised, by service."""
    return UnknownList(
        items=[
            UnknownOut(
                transport=part.transport,
                port=part.port,
                guess=part.guess,
                flows=part.flows,
                packets=part.packets,
                bytes=part.bytes,
                smallest=part.smallest,
                mean=part.mean,
                largest=part.largest,
                entropy=part.entropy,
                entropy_bytes=part.entropy_bytes,
                sample=part.sample,
            )
            for part in unknown_traffic(state.store)
        ]
    )
