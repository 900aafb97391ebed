"""Packet time as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightglass.model import parse_rfc3339, rfc3339

_YEAR_1 = -62_135_596_800_000_000_000
_YEAR_10000 = 253_402_300_800_000_000_000


@given(st.integers(_YEAR_1, _YEAR_10000 - 1))
def test_text_and_back_keeps_every_nanosecond(ts_ns: int) -> None:
    text = rfc3339(ts_ns)
    assert len(text) == len("2026-01-31T23:59:59.000000001Z")
    assert parse_rfc3339(text) == ts_ns


@given(st.integers(), st.integers())
def test_order_of_texts_is_order_of_times(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert rfc3339(low) <= rfc3339(high)


@pytest.mark.parametrize(
    ("text", "ts_ns"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.5Z", 500_000_000),
        ("1970-01-01T01:00:00.000000001+01:00", 1),
        ("1969-12-31T23:00:00-01:00", 0),
        ("1970-01-01 00:00:00.123456789999z", 123_456_789),
    ],
)
def test_reads_what_others_write(text: str, ts_ns: int) -> None:
    assert parse_rfc3339(text) == ts_ns


@pytest.mark.parametrize("text", ["", "now", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00", "2026-01-01"])
def test_refuses_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_rfc3339(text)
