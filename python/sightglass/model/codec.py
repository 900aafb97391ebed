"""Model values as plain JSON data, and back.

One generic pair of functions instead of one pair per class: field names and types say it all.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
_Decoder = Callable[[Any], Any]


def encode(value: object) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """Turn a model value into dicts, lists and scalars; fields at their default are left out."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if is_dataclass(value):
        return _encode_fields(value)
    raise TypeError(f"cannot encode {type(value).__name__}")


def _encode_fields(value: object) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, default in _defaults(cast("Hashable", type(value))):
        item = getattr(value, name)
        if item is default or (type(item) is type(default) and item == default):
            continue
        found[name] = encode(item)
    return found


@cache
def _defaults(kind: Hashable) -> tuple[tuple[str, object], ...]:
    found = []
    for field in fields(cast("type", kind)):
        default = field.default
        if field.default_factory is not MISSING:
            default = field.default_factory()
        found.append((field.name, default))
    return tuple(found)


def decode(kind: type[T], data: object) -> T:
    """Build a model value from what `encode` gave.

    Unknown keys are ignored, so that an older release reads what a newer one wrote.

    Raises:
        ValueError: When a needed field is missing or a value does not fit its type.
    """
    try:
        return cast("T", _decoder(cast("Hashable", kind))(data))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not a {kind.__name__}: {error}") from error


@cache
def _decoder(kind: Hashable) -> _Decoder:
    origin, args = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _tuple_decoder(args)
    if origin is dict:
        inner = _decoder(args[1])
        return lambda data: {str(key): inner(item) for key, item in data.items()}
    if origin in {Union, UnionType}:
        (inner_kind,) = [arg for arg in args if arg is not NoneType]
        inner = _decoder(inner_kind)
        return lambda data: None if data is None else inner(data)
    return _plain_decoder(cast("type", kind))


def _plain_decoder(kind: type) -> _Decoder:
    if is_dataclass(kind):
        return _dataclass_decoder(kind)
    if kind is float or issubclass(kind, Enum):
        return kind
    return _checked(kind)


def _checked(kind: type) -> _Decoder:
    def check(data: Any) -> Any:  # noqa: ANN401 - whatever the JSON held
        if not isinstance(data, kind):
            raise TypeError(f"{type(data).__name__} where {kind.__name__} belongs")
        return data

    return check


def _tuple_decoder(args: tuple[Any, ...]) -> _Decoder:
    if len(args) == 2 and args[1] is Ellipsis:
        inner = _decoder(args[0])
        return lambda data: tuple(inner(item) for item in data)
    inners = tuple(_decoder(arg) for arg in args)
    return lambda data: tuple(inner(item) for inner, item in zip(inners, data, strict=True))


def _dataclass_decoder(kind: type) -> _Decoder:
    hints = get_type_hints(kind)
    decoders = {field.name: _decoder(hints[field.name]) for field in fields(kind)}

    def build(data: Any) -> Any:  # noqa: ANN401 - whatever the JSON held
        return kind(**{name: decoders[name](item) for name, item in data.items() if name in decoders})

    return build
