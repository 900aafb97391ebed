"""The fields of the truth files: one file a protocol, each with the counts it takes from our messages.

A file is named after the truth's protocol and holds ``FIELDS``: field of the truth -> our protocols (separated by blanks)
and the values that one of their messages adds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Message = dict[str, Any]
Values = Callable[[Message], Iterable[str]]
Fields = dict[str, tuple[str, Values]]


def one(value: Any, form: Callable[[Any], str] = str) -> Iterator[str]:
    """The value in this form, nothing where the message has none."""
    if value is not None:
        yield form(value)


def hexadecimal(width: int) -> Callable[[Any], str]:
    """Writes numbers as ``0x`` and at least this many digits."""
    return lambda value: f"0x{int(value):0{width}x}"


def side(message: Message) -> str:
    """The word with which some of the truth's values begin."""
    return "req" if message["kind"] == "request" else "rsp"


def nested(message: Message, name: str) -> Iterator[Any]:
    """Every value of a field at any depth, in wire order."""
    for key, value in message.items():
        if key == name and not isinstance(value, (dict, list)):
            yield value
        elif isinstance(value, dict):
            yield from nested(value, name)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from nested(item, name)
