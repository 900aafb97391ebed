"""Hypothesis strategies for model values with hostile texts."""

from __future__ import annotations

from hypothesis import strategies as st

from sightglass.model import (
    Activity,
    Alert,
    AlertStatus,
    AttributeValue,
    Confidence,
    Connection,
    Device,
    DeviceKind,
    Engine,
    Evidence,
    Finding,
    Interface,
    ProcessValue,
    Severity,
)
from sightglass.model.changes import (
    ActivityRolledUp,
    AlertRaised,
    BaselineLearned,
    Change,
    ConnectionUpserted,
    DeviceUpserted,
    FindingsReplaced,
    FindingUpserted,
    ValueRolledUp,
)

HOSTILE = (
    "",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "'; DROP TABLE device; --",
    "%s%n {0} ${7*7} {{7*7}}",
    "\u202eexe.txt",
    "a\nb\r\nc\t",
    "\\x00\\xff",
    "10.0.0.1\x7f",
    "漢字 🏭 ñ",
    "-5",
    "+1",
    " ",
)
# What the engine hands over is valid UTF-8 without control characters; the store must take more than that.
text = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ids = st.sampled_from([f"{number:032x}" for number in range(6)])
scopes = {"site": st.just("s"), "zone": st.just("z")}
times = st.integers(0, 2**62)
evidence = st.builds(Evidence, text, st.integers(0, 2**40), times)
levels = st.none() | st.sampled_from([0.0, 1.0, 2.0, 3.0, 3.5, 4.0, 5.0])


def _tuples(of: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(of, max_size=3, unique=True).map(tuple)


def devices() -> st.SearchStrategy[Device]:
    """Devices of one scope."""
    attribute = st.builds(AttributeValue, text, text, text, st.integers(1, 100), evidence, text)
    interface = st.builds(
        Interface, text, _tuples(text), st.lists(st.integers(0, 4095), max_size=2).map(tuple), text
    )
    return st.builds(
        Device,
        id=ids,
        **scopes,
        name=text,
        kind=st.sampled_from(DeviceKind),
        type=text,
        vendor=text,
        purdue_level=levels,
        roles=_tuples(text),
        interfaces=st.lists(interface, max_size=2).map(tuple),
        protocols=_tuples(text),
        first_seen_ns=times,
        last_seen_ns=times,
        important=st.booleans(),
        bytes=st.integers(0, 2**60),
        attributes=st.lists(attribute, max_size=2).map(tuple),
    )


def alerts() -> st.SearchStrategy[Alert]:
    """Alerts of one scope."""
    return st.builds(
        Alert,
        id=ids,
        detection=text,
        title=text,
        engine=st.sampled_from(Engine),
        severity=st.sampled_from(Severity),
        first_seen_ns=times,
        last_seen_ns=times,
        **scopes,
        status=st.sampled_from(AlertStatus),
        learnable=st.booleans(),
        summary=text,
        source=ids,
        destination=ids | st.just(""),
        count=st.integers(1, 2**40),
        attack=_tuples(text),
        evidence=st.lists(evidence, max_size=2).map(tuple),
        learn_keys=st.lists(st.tuples(st.just("writers"), text), max_size=2).map(tuple),
    )


def connections() -> st.SearchStrategy[Connection]:
    """Connections of one scope; few keys, so that they meet."""
    return st.builds(
        Connection,
        client=ids,
        server=ids,
        client_address=st.sampled_from(["10.0.0.1", "fe80::1", "x"]),
        server_address=st.just("10.0.0.2"),
        transport=st.sampled_from(["tcp", "udp"]),
        port=st.sampled_from([102, 502]),
        protocol=text,
        vlan=st.none() | st.integers(0, 4095),
        packets=st.integers(0, 2**40),
        bytes=st.integers(0, 2**60),
        first_seen_ns=times,
        last_seen_ns=times,
        **scopes,
        recognised_by=st.sampled_from(["", "port", "content"]),
    )


def activities() -> st.SearchStrategy[Activity]:
    """Activities of one scope."""
    return st.builds(
        Activity,
        client=ids,
        server=ids,
        protocol=st.sampled_from(["modbus", "s7comm"]),
        address=text,
        function=text,
        code=st.none() | st.integers(0, 255),
        category=st.sampled_from(["read", "write"]),
        outcome=st.sampled_from(["ok", "error"]),
        count=st.integers(0, 2**40),
        first_seen_ns=times,
        last_seen_ns=times,
        **scopes,
        object=text,
    )


def findings() -> st.SearchStrategy[Finding]:
    """Findings of one scope."""
    return st.builds(
        Finding,
        device=ids,
        cve=st.sampled_from(["CVE-2099-1", "CVE-2099-2", ""]),
        advisory=st.sampled_from(["A", "B"]),
        score=st.none() | st.floats(0, 10),
        vector=text,
        severity=st.sampled_from(["critical", "high", "medium", "low", "none", ""]),
        confidence=st.sampled_from(Confidence),
        reason=text,
        kev=st.booleans(),
        epss=st.none() | st.floats(0, 1),
        **scopes,
    )


def values() -> st.SearchStrategy[ProcessValue]:
    """Process values of one scope."""
    return st.builds(
        ProcessValue,
        server=ids,
        protocol=st.just("modbus"),
        address=st.sampled_from(["unit 1", ""]),
        type=st.just("int"),
        last=text,
        minimum=text,
        maximum=text,
        changes=st.integers(0, 2**40),
        **scopes,
        object=text,
    )


def changes() -> st.SearchStrategy[Change]:
    """Change records as a sensor sends them, numbered."""
    number = st.integers(0, 20)
    return st.one_of(
        st.builds(DeviceUpserted, devices(), number),
        st.builds(ConnectionUpserted, connections(), number),
        st.builds(ActivityRolledUp, activities(), number),
        st.builds(ValueRolledUp, values(), number),
        st.builds(AlertRaised, alerts(), number),
        st.builds(FindingUpserted, findings(), number),
        st.builds(BaselineLearned, st.just("s"), st.just("z"), st.just("main"), text, _tuples(text), times),
        ids.flatmap(
            lambda device: st.builds(
                FindingsReplaced,
                site=st.just("s"),
                zone=st.just("z"),
                network=st.just("main"),
                device=st.just(device),
                findings=st.lists(
                    findings().map(lambda found: _of(found, device)),
                    max_size=2,
                    unique_by=lambda found: found.id,
                ).map(tuple),
                sequence=number,
            )
        ),
    )


def _of(finding: Finding, device: str) -> Finding:
    from dataclasses import replace

    return replace(finding, device=device)
