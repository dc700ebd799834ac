"""The words that the manager's page and its file have for a release."""

from __future__ import annotations

import datetime

from plugin.reports.assessments import KINDS
from plugin.reports.manager.listing import Row
from plugin.store.releases import Telling
from plugin.wording import _

#: How far the telling of a family is. Of one that was told, the day says more.
TELLING: dict[str, str] = {
    Telling.WAITING: _("Not yet"),
    Telling.OFF: _("No: notices were off"),
    Telling.NOBODY: _("No: nobody to write to"),
    Telling.SENDING: _("On its way"),
    Telling.TOLD: _("Told"),
    Telling.UNKNOWN: _("Not known: it may have arrived"),
    Telling.REFUSED: _("No: the mail was refused"),
}


def tests(record_types: str) -> list[str]:
    """The tests of a release, of which we keep the record types; a type that nobody knows yet, as it is."""
    return [KINDS.get(one, one) for one in record_types.split(",") if one]


def is_overdue(row: Row, today: datetime.date) -> bool:
    return row.due_on is not None and row.due_on < today and not row.informed


def due(row: Row, today: datetime.date) -> str:
    """What is to be said of a due date beside the day."""
    said = ["estimated"] * row.due_estimated + ["overdue"] * is_overdue(row, today)
    return ", ".join(said) if row.due_on else ""
