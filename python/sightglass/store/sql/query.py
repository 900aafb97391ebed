"""Conditions, order and pages as SQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, or_, select

from sightglass.store.conditions import AtLeast, Condition, Contains, OneOf, Related, Tagged
from sightglass.store.page import Cursor
from sightglass.store.sql.schema import DEVICE_TAG, TABLES


def matching(table: Table, conditions: Iterable[Condition]) -> Select[Any]:
    """Rows that fulfil all conditions, without columns yet."""
    return select().select_from(table).where(*(_condition(table, condition) for condition in conditions))


def after(table: Table, column: str, cursor: Cursor, *, falling: bool) -> ColumnElement[bool]:
    """Rows behind a cursor."""
    sorted_by = table.c[column]
    beyond = sorted_by < cursor.value if falling else sorted_by > cursor.value
    return or_(beyond, and_(sorted_by == cursor.value, table.c.id > cursor.key))


def order(table: Table, column: str, *, falling: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Order by a column, rows alike by key."""
    return (table.c[column].desc() if falling else table.c[column].asc(), table.c.id.asc())


def _condition(table: Table, condition: Condition) -> ColumnElement[bool]:
    match condition:
        case OneOf(columns, values):
            return or_(*(table.c[column].in_(values) for column in columns))
        case AtLeast(column, value):
            return table.c[column] >= value
        case Contains(text):
            return func.instr(table.c.search, text.casefold()) > 0
        case Tagged(tag, values):
            tags = DEVICE_TAG.alias().c  # a name of its own: the statement around may join the same table
            return (
                exists()
                .where(tags.id == table.c.id, tags.tag == tag, tags.value.in_(values))
                .correlate(table)
            )
        case Related(kind, wanted):
            found = _related(kind, table)
            return found if wanted else ~found


def _related(kind: str, table: Table) -> ColumnElement[bool]:
    other = TABLES[kind].alias().c
    if kind == "alert":
        return or_(
            exists().where(other.source == table.c.id, other.open == 1).correlate(table),
            exists().where(other.destination == table.c.id, other.open == 1).correlate(table),
        )
    return exists().where(other.device == table.c.id).correlate(table)
