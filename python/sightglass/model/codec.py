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
_Coder = Callable[[Any], Any]


def encode(value: object) -> Any:
    """Turn a model value into dicts, lists and scalars; fields at their default are left out.

    Raises:
        TypeError: When it is no model value.
    """
    if not is_dataclass(value):
        raise TypeError(f"cannot encode {type(value).__name__}")
    return _encoder(cast("Hashable", type(value)))(value)


@cache
def _encoder(kind: Hashable) -> _Coder:
    """Encoder of one type; the identity for what JSON holds as it is."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _tuple_encoder(args)
    if origin is dict:
        inner = _encoder(args[1])
        return lambda value: {str(key): inner(item) for key, item in value.items()}
    if origin in {Union, UnionType}:
        (inner_kind,) = [arg for arg in args if arg is not NoneType]
        some = _encoder(inner_kind)
        return some if some is _same else lambda value: None if value is None else some(value)
    if is_dataclass(kind):
        return _dataclass_encoder(cast("type", kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value: value.value
    return _same


def _same(value: Any) -> Any:
    return value


def _tuple_encoder(args: tuple[Any, ...]) -> _Coder:
    if len(args) == 2 and args[1] is Ellipsis:
        inner = _encoder(args[0])
        return list if inner is _same else lambda value: [inner(item) for item in value]
    inners = tuple(_encoder(arg) for arg in args)
    return lambda value: [inner(item) for inner, item in zip(inners, value, strict=True)]


def _dataclass_encoder(kind: type) -> _Coder:
    hints = get_type_hints(kind)
    plan = []
    for field in fields(kind):
        default = field.default
        if field.default_factory is not MISSING:
            default = field.default_factory()
        coder = _encoder(hints[field.name])
        plan.append((field.name, default, None if coder is _same else coder))

    def build(value: Any) -> Any:
        found: dict[str, Any] = {}
        for name, default, coder in plan:
            item = getattr(value, name)
            if item is default or item == default:
                continue
            found[name] = item if coder is None else coder(item)
        return found

    return build


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
def _decoder(kind: Hashable) -> _Coder:
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


def _plain_decoder(kind: type) -> _Coder:
    if is_dataclass(kind):
        return _dataclass_decoder(kind)
    if kind is float or issubclass(kind, Enum):
        return kind
    return _checked(kind)


def _checked(kind: type) -> _Coder:
    def check(data: Any) -> Any:
        if not isinstance(data, kind):
            raise TypeError(f"{type(data).__name__} where {kind.__name__} belongs")
        return data

    return check


def _tuple_decoder(args: tuple[Any, ...]) -> _Coder:
    if len(args) == 2 and args[1] is Ellipsis:
        inner = _decoder(args[0])
        return lambda data: tuple(inner(item) for item in data)
    inners = tuple(_decoder(arg) for arg in args)
    return lambda data: tuple(inner(item) for inner, item in zip(inners, data, strict=True))


def _dataclass_decoder(kind: type) -> _Coder:
    hints = get_type_hints(kind)
    decoders = {field.name: _decoder(hints[field.name]) for field in fields(kind)}

    def build(data: Any) -> Any:
        return kind(**{name: decoders[name](item) for name, item in data.items() if name in decoders})

    return build
