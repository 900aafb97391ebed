"""Tables of plant state.

One table per kind of row: scope and key, the columns it is filtered and sorted by (`store.kinds`), and the
value itself as JSON. Ids are hashes that hold the scope, so they are unique over all scopes as well.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Float, Index, MetaData, Table, Text, UniqueConstraint

from sightglass.store.kinds import KINDS, SCOPE, Kind

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_TYPES: dict[type, type[Any]] = {str: Text, int: BigInteger, float: Float}
# Columns that a detail page asks by; the rest is scanned, which takes milliseconds at 100,000 rows.
_INDEXED = {
    "connection": ("client", "server"),
    "activity": ("client", "server"),
    "alert": ("source", "destination"),
    "finding": ("device",),
    "value": ("server",),
}


def _scope(*, key: bool = True) -> list[Column[Any]]:
    return [Column(name, Text, primary_key=key, nullable=False) for name in SCOPE]


def _kind_table(kind: Kind[Any]) -> Table:
    columns = [
        Column(name, _TYPES[python], nullable=False)
        for name, python in kind.columns.items()
        if name not in SCOPE
    ]
    return Table(
        kind.name,
        METADATA,
        *_scope(),
        Column("id", Text, primary_key=True, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        *columns,
        Column("search", Text, nullable=False),
        Column("payload", Text, nullable=False, doc="The item as shown."),
        Column("observed", Text, nullable=True, doc="The item without edits, where there are edits."),
        UniqueConstraint("id"),
        *(Index(None, name) for name in _INDEXED.get(kind.name, ())),
    )


TABLES: dict[str, Table] = {kind.name: _kind_table(kind) for kind in KINDS}

DEVICE_TAG = Table(
    "device_tag",
    METADATA,
    Column("id", Text, primary_key=True, nullable=False),
    Column("tag", Text, primary_key=True, nullable=False),
    Column("value", Text, primary_key=True, nullable=False),
    Index(None, "tag", "value"),
)
DEVICE_ALIAS = Table(
    "device_alias",
    METADATA,
    Column("alias", Text, primary_key=True, nullable=False),
    Column("id", Text, nullable=False),
)
EDIT = Table(
    "edit",
    METADATA,
    Column("kind", Text, primary_key=True, nullable=False),
    Column("target", Text, primary_key=True, nullable=False),
    Column("edit", Text, primary_key=True, nullable=False),
    Column("payload", Text, nullable=False),
)
FINDINGS_FLOOR = Table(
    "findings_floor",
    METADATA,
    *_scope(),
    Column("device", Text, primary_key=True, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
SUMMARY = Table(
    "summary",
    METADATA,
    Column("site", Text, primary_key=True, nullable=False),
    Column("zone", Text, primary_key=True, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
)
SITE = Table(
    "site",
    METADATA,
    Column("site", Text, primary_key=True, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
)
ZONE = Table(
    "zone",
    METADATA,
    Column("site", Text, primary_key=True, nullable=False),
    Column("zone", Text, primary_key=True, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
)
BASELINE = Table(
    "baseline",
    METADATA,
    *_scope(),
    Column("baseline", Text, primary_key=True, nullable=False),
    Column("key", Text, primary_key=True, nullable=False, doc="Its parts as a JSON array."),
    Column("first_seen", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
)
META = Table(
    "meta",
    METADATA,
    Column("name", Text, primary_key=True, nullable=False),
    Column("value", BigInteger, nullable=False),
)
