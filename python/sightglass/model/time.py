"""Packet time as text: RFC 3339 in UTC with nine decimals, and back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_NS_PER_S = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MIN_NS = -62_135_596_800 * _NS_PER_S  # year 1, the first that `datetime` can hold
_MAX_NS = 253_402_300_800 * _NS_PER_S - 1  # end of year 9999, RFC 3339 section 5.6
_TEXT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)",
    re.ASCII,
)


def rfc3339(ts_ns: int) -> str:
    """Write a packet time as text.

    Args:
        ts_ns: Unix nanoseconds; a capture can hold any, so years outside 1 to 9999 are cut to that range.

    Returns:
        For example ``"2026-01-31T23:59:59.000000001Z"``.
    """
    seconds, nanoseconds = divmod(min(max(ts_ns, _MIN_NS), _MAX_NS), _NS_PER_S)
    return f"{_second(seconds)}.{nanoseconds:09d}Z"


@lru_cache(maxsize=4096)  # rows of an export fall into few seconds
def _second(seconds: int) -> str:
    moment = _EPOCH + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0")


def parse_rfc3339(text: str) -> int:
    """Read an RFC 3339 time; digits beyond the nanosecond are cut.

    Returns:
        Unix nanoseconds.

    Raises:
        ValueError: When the text is not an RFC 3339 time with a zone.
    """
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"not an RFC 3339 time: {text[:64]!r}")
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    seconds = int((moment - _EPOCH).total_seconds())
    if zone not in "Zz":
        sign = -1 if zone[0] == "+" else 1
        seconds += sign * (int(zone[1:3]) * 3600 + int(zone[4:6]) * 60)
    return seconds * _NS_PER_S + int((fraction or "0").ljust(9, "0"))
