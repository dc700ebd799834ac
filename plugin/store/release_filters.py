"""Which releases a list shows."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Boolean, ColumnElement, and_, false, literal_column, not_, true

from plugin.names import folded
from plugin.store.tables import releases
from plugin.store.tables.releasing import NO_MAIL

#: What is due within so many days is due soon.
SOON = datetime.timedelta(days=7)
#: Behind every text that begins with what stands before it.
HIGHEST = "\U0010ffff"


class Only(enum.StrEnum):
    """NOT_LOOKED: nor handed over. NO_MAIL: nobody could be written to. DUE_SOON: within a week, or overdue."""

    NOT_LOOKED = "not_looked"
    NO_MAIL = "no_mail"
    BLOCKED = "blocked"
    DUE_SOON = "due_soon"
    LEFT = "left"


@dataclass(frozen=True)
class Filters:
    """None and empty don't filter. `name` is the beginning of a first or last name, or of both in either order, in any
    letters' case and without or with accents."""

    school: int | None = None
    grade: int | None = None
    program: str = ""
    year: str = ""
    only: frozenset[Only] = frozenset()
    name: str = field(default="", repr=False)

    def told(self) -> Sequence[object]:
        """The same as values that tell one filter from another, in an order that is always the same."""
        return [self.school, self.grade, self.program, self.year, sorted(self.only), folded(self.name)]


def where(lea_cds: str, reach: frozenset[int] | None, filters: Filters, today: datetime.date) -> ColumnElement[bool]:
    """An LEA's releases, of the schools in `reach`, or of all where it is None; whatever they are named."""
    c = releases.c
    named: dict[str, object] = {"lea_cds": lea_cds, "school_number": filters.school, "grade": filters.grade}
    named |= {"program": filters.program, "year": filters.year}
    conditions = [c[column] == value for column, value in named.items() if value not in {None, ""}]
    conditions += [_only(one, today) for one in sorted(filters.only)]
    if reach is not None:
        conditions.append(c.school_number.in_(sorted(reach)) if reach else false())
    return and_(*conditions)


def by_name(filters: Filters) -> Sequence[ColumnElement[bool]]:
    """Conditions of which those listed meet one, and nobody two: an index has who meets one, but not who meets any."""
    name = folded(filters.name.replace(",", " "))
    if not name:
        return [true()]
    last, first = (and_(one >= name, one <= name + HIGHEST) for one in (releases.c.last_first, releases.c.first_last))
    return [last, and_(first, not_(last))]


def _only(one: Only, today: datetime.date) -> ColumnElement[bool]:
    match one:
        case Only.NOT_LOOKED:
            return releases.c.urgency < 2
        case Only.NO_MAIL:
            return literal_column(f"({NO_MAIL})", Boolean)  # as it stands in the index, for PostgreSQL to see that
        case Only.BLOCKED:
            return releases.c.blocked
        case Only.DUE_SOON:
            return and_(releases.c.urgency < 2, releases.c.due_on <= today + SOON)
        case Only.LEFT:
            return releases.c.has_left
