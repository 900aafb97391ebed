"""Route of protocol statistics."""

from __future__ import annotations

from fastapi import APIRouter

from sightglass.model import ProtocolSummary
from sightglass.portal.auth.access import Reader, StateDep
from sightglass.portal.protocols.schemas import FunctionCount, ProtocolList, ProtocolOut
from sightglass.store.statistics import ProtocolTraffic, protocol_totals, protocol_traffic

router = APIRouter(prefix="/protocols", tags=["protocols"])


@router.get("")
def list_protocols(state: StateDep, _user: Reader) -> ProtocolList:
    """Messages, functions and traffic per protocol, as recognised by content."""
    totals, traffic = protocol_totals(state.store), protocol_traffic(state.store)
    rows = [
        _row(name, totals.get(name, ProtocolSummary()), traffic.get(name, ProtocolTraffic()))
        for name in {*totals, *traffic}
    ]
    return ProtocolList(items=sorted(rows, key=lambda row: (-row.messages, -row.bytes, row.name)))


def _row(name: str, counts: ProtocolSummary, carried: ProtocolTraffic) -> ProtocolOut:
    functions = sorted(counts.functions.items(), key=lambda item: (-item[1], item[0]))
    return ProtocolOut(
        name=name,
        messages=counts.messages,
        flows=counts.flows,
        connections=carried.connections,
        packets=carried.packets,
        bytes=carried.bytes,
        clients=carried.clients,
        servers=carried.servers,
        malformed=counts.malformed,
        unknown_functions=counts.unknown_functions,
        functions=[FunctionCount(name=function, count=count) for function, count in functions],
    )
