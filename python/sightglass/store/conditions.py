"""What a filter asks of a row, in a form that memory and SQL stores both can answer."""

from __future__ import annotations

from dataclasses import dataclass

Scalar = str | int | float


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any of these columns holds one of the values."""

    columns: tuple[str, ...]
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The column is this or more."""

    column: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Contains:
    """The row's search text holds this, letter case aside."""

    text: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """The row carries one of these values of a list-valued field."""

    tag: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Rows of another kind refer to this one, or none does.

    Attributes:
        kind: ``alert`` (open ones) or ``finding``.
    """

    kind: str
    wanted: bool


Condition = OneOf | AtLeast | Contains | Tagged | Related
