"""What all tables share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData, text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def partly(condition: str, *, sqlite: str = "") -> dict[str, Any]:
    """What makes an index one of some rows only; `sqlite` where SQLite puts the condition in other words."""
    return {"sqlite_where": text(sqlite or condition), "postgresql_where": text(condition)}
