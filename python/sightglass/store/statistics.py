"""Totals over all scopes of a store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sightglass.model import PluginSummary, ProtocolSummary, Summary, UnknownTraffic
from sightglass.store.filters import ConnectionFilter
from sightglass.store.interface import Store


@dataclass(frozen=True, slots=True)
class ProtocolTraffic:
    """What connections carried of one protocol, and how many devices took part."""

    connections: int = 0
    packets: int = 0
    bytes: int = 0
    clients: int = 0
    servers: int = 0


def protocol_totals(store: Store) -> dict[str, ProtocolSummary]:
    """Message counts per protocol over all scopes, names ascending."""
    messages: Counter[str] = Counter()
    flows: Counter[str] = Counter()
    functions: dict[str, Counter[str]] = defaultdict(Counter)
    more: dict[str, Counter[str]] = defaultdict(Counter)
    for summary in store.summaries():
        for name, counts in summary.protocols.items():
            messages[name] += counts.messages
            flows[name] += counts.flows
            functions[name].update(counts.functions)
            more[name].update(
                bytes=counts.bytes, malformed=counts.malformed, unknown_functions=counts.unknown_functions
            )
    return {
        name: ProtocolSummary(messages[name], flows[name], dict(functions[name]), **more[name])
        for name in sorted(messages)
    }


def protocol_traffic(store: Store) -> dict[str, ProtocolTraffic]:
    """Traffic per protocol that was recognised by content or handshake, names ascending."""
    found: dict[str, ProtocolTraffic] = {}
    clients: dict[str, set[str]] = defaultdict(set)
    servers: dict[str, set[str]] = defaultdict(set)
    where = ConnectionFilter(recognised_by=("content", "handshake"))
    for (protocol, client, server), part in store.traffic(where, ("protocol", "client", "server")).items():
        name = str(protocol)
        known = found.get(name, ProtocolTraffic())
        found[name] = replace(
            known,
            connections=known.connections + part.connections,
            packets=known.packets + part.packets,
            bytes=known.bytes + part.bytes,
        )
        clients[name].add(str(client))
        servers[name].add(str(server))
    return {
        name: replace(found[name], clients=len(clients[name] - {""}), servers=len(servers[name] - {""}))
        for name in sorted(found)
    }


def unknown_traffic(store: Store) -> list[UnknownTraffic]:
    """Traffic that nobody recognised by content, most bytes first; what the port suggests stays a guess.

    Taken from the summaries where the engine counted it, else from the connections.
    """
    found: dict[tuple[str, int, str], UnknownTraffic] = {}
    told = [part for summary in store.summaries() for part in summary.unknown]
    if not told:
        keys = ("transport", "port", "protocol")
        parts = store.traffic(ConnectionFilter(recognised_by=("", "port")), keys).items()
        told = [
            UnknownTraffic(str(transport), int(port), part.connections, part.packets, part.bytes, str(guess))
            for (transport, port, guess), part in parts
        ]
    for part in told:
        key = (part.transport, part.port, part.guess)
        known = found.get(key, UnknownTraffic(part.transport, part.port, guess=part.guess))
        found[key] = _together(known, part)
    return sorted(found.values(), key=lambda part: (-part.bytes, part.transport, part.port, part.guess))


def _together(one: UnknownTraffic, other: UnknownTraffic) -> UnknownTraffic:
    """The same kind of traffic in two scopes; mean and entropy weighed by what they were taken from."""
    payloads = _weighed(one.mean, one.packets, other.mean, other.packets)
    sizes = [part.smallest for part in (one, other) if part.largest]
    entropies = [part for part in (one, other) if part.entropy is not None]
    looked_at = sum(part.entropy_bytes for part in entropies)
    bits = sum((part.entropy or 0.0) * part.entropy_bytes for part in entropies)
    return replace(
        one,
        flows=one.flows + other.flows,
        packets=one.packets + other.packets,
        bytes=one.bytes + other.bytes,
        smallest=min(sizes, default=0),
        mean=payloads,
        largest=max(one.largest, other.largest),
        entropy=round(bits / looked_at, 2) if looked_at else None,
        entropy_bytes=looked_at,
        sample=one.sample or other.sample,
    )


def _weighed(one: int, count: int, other: int, of_other: int) -> int:
    whole = (count if one else 0) + (of_other if other else 0)
    return round((one * count + other * of_other) / whole) if whole else 0


def merged_plugins(parts: Iterable[Summary]) -> dict[str, PluginSummary]:
    """What dissectors in Python did over several scopes, by protocol."""
    found: dict[str, PluginSummary] = {}
    for part in parts:
        for name, each in part.plugins.items():
            known = found.get(name, PluginSummary(each.package))
            first = known if known.first_fault else each
            found[name] = replace(
                known,
                asked=known.asked + each.asked,
                claimed=known.claimed + each.claimed,
                bytes=known.bytes + each.bytes,
                bytes_left_out=known.bytes_left_out + each.bytes_left_out,
                faults=dict(Counter(known.faults) + Counter(each.faults)),
                switched_off=known.switched_off + each.switched_off,
                first_fault=first.first_fault,
                first_fault_frame=first.first_fault_frame,
            )
    return found


def merged_summary(store: Store) -> Summary:
    """Totals over all scopes as one summary, its scope left at the default."""
    parts = store.summaries()
    loss: Counter[str] = Counter()
    for part in parts:
        loss.update(part.loss)
    first = [part.first_ts_ns for part in parts if part.first_ts_ns is not None]
    last = [part.last_ts_ns for part in parts if part.last_ts_ns is not None]
    return Summary(
        packets=sum(part.packets for part in parts),
        bytes=sum(part.bytes for part in parts),
        first_ts_ns=min(first, default=None),
        last_ts_ns=max(last, default=None),
        loss=dict(loss),
        protocols=protocol_totals(store),
        unknown=tuple(unknown_traffic(store)),
        captures=tuple(capture for part in parts for capture in part.captures),
        not_judged=tuple(sorted({name for part in parts for name in part.not_judged})),
        plugins=merged_plugins(parts),
    )
