"""What ICSNPP's parsers log of a protocol, taken from our messages: one file a log.

A file is named after the log and holds ``PROTOCOL`` (ours), ``rows`` (our messages of one capture -> rows of the log) and
``FIELDS``, the fields of a row that mean the same on both sides. A row leaves out what its message has not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Message = dict[str, Any]
Row = dict[str, str]
Rows = Callable[[Iterable[Message]], Iterator[Row]]


def row(**fields: Any) -> Row:
    """A row without the fields that are None."""
    return {name: str(value) for name, value in fields.items() if value is not None}


def joined(values: Iterable[Any]) -> str:
    """Values as Zeek writes a vector."""
    return ",".join(str(value) for value in values)


def titled(name: str | None) -> str | None:
    """``return_query_data`` as ``Return Query Data``."""
    return None if name is None else name.replace("_", " ").title()


def flow_of(message: Message) -> tuple[str, ...]:
    """The two ends of a message's flow, in either direction."""
    return tuple(sorted((message["src"], message["dst"])))
