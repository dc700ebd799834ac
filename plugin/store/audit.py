"""Who did what, when and from where. Written before the thing is done, never changed and never deleted."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, Unpack

from sqlalchemy import func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from plugin.errors import AuditUnavailable
from plugin.model import Persona, Report
from plugin.store.database import Database, DatabaseUnavailable
from plugin.store.tables import audit


class Event(enum.StrEnum):
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    GET_REPORT = "get_report"
    VIEW = "view"
    REFUSED = "refused"
    CREDENTIALS_TESTED = "credentials_tested"
    CREDENTIALS_SAVED = "credentials_saved"
    CONTACTS_CHANGED = "contacts_changed"
    KEYS_ROTATED = "keys_rotated"
    ACCESS_CHANGED = "access_changed"
    GRADE_NAMES_CHANGED = "grade_names_changed"
    FOLLOW_UP_OPENED = "follow_up_opened"
    FOLLOW_UP_CLOSED = "follow_up_closed"
    CHOICE_CHANGED = "choice_changed"
    SEARCH_CHANGED = "search_changed"
    HANDED_OVER = "handed_over"
    NOTED = "noted"
    LIST_EXPORTED = "list_exported"


class Facts(TypedDict, total=False):
    """`report` is `described(...)`, or what was asked for in the same words; `subject` may be a command line's user.

    `change` says what became what, in words of ours.
    """

    subject: str
    persona: Persona
    account: str
    lea_cds: str
    student_dcid: int
    report: Mapping[str, str | list[str]]
    change: Mapping[str, str]
    address: str
    request_id: str


WHO = frozenset({"subject", "persona"})
WHENCE = frozenset({"address", "request_id"})
WHICH = frozenset({"lea_cds", "student_dcid", "report"})
ANY = WHO | WHENCE | WHICH | {"account"}

#: What each event must say, and what else it may.
VOCABULARY: dict[Event, tuple[frozenset[str], frozenset[str]]] = {
    Event.SIGN_IN: (WHO | WHENCE, frozenset({"account"})),
    Event.SIGN_OUT: (WHO | WHENCE, frozenset({"account"})),
    Event.GET_REPORT: (WHO | WHENCE | WHICH, frozenset({"account"})),
    Event.VIEW: (WHO | WHENCE | WHICH, frozenset({"account"})),
    Event.REFUSED: (frozenset(), ANY),  # of a command line nobody knows whence
    Event.CREDENTIALS_TESTED: (frozenset({"subject", "lea_cds", "change"}), WHO | WHENCE | {"account"}),
    Event.CREDENTIALS_SAVED: (frozenset({"subject", "lea_cds"}), WHO | WHENCE | {"account", "change"}),
    Event.CONTACTS_CHANGED: (frozenset({"subject", "lea_cds", "change"}), WHO | WHENCE | {"account"}),
    Event.ACCESS_CHANGED: (frozenset({"subject", "change"}), WHO | WHENCE | {"account"}),
    Event.GRADE_NAMES_CHANGED: (WHO | WHENCE | {"lea_cds", "change"}, frozenset({"account"})),
    Event.FOLLOW_UP_OPENED: (WHO | WHENCE | {"lea_cds", "student_dcid"}, frozenset({"account", "change"})),
    Event.FOLLOW_UP_CLOSED: (WHO | WHENCE | {"lea_cds", "student_dcid"}, frozenset({"account", "change"})),
    Event.CHOICE_CHANGED: (frozenset({"subject", "lea_cds", "change"}), WHO | WHENCE | {"account"}),
    Event.SEARCH_CHANGED: (frozenset({"subject", "lea_cds", "change"}), WHO | WHENCE | {"account"}),
    Event.HANDED_OVER: (WHO | WHENCE | {"lea_cds", "student_dcid", "change"}, frozenset({"account"})),
    Event.NOTED: (WHO | WHENCE | {"lea_cds", "student_dcid"}, frozenset({"account"})),
    Event.LIST_EXPORTED: (WHO | WHENCE | {"lea_cds", "change"}, frozenset({"account"})),
    Event.KEYS_ROTATED: (frozenset({"subject"}), WHENCE),
}

#: What `report` may say. A link is not among it.
REPORT = frozenset({"record_types", "assessment", "test_name", "program", "year", "grade", "language", "format"})


@dataclass(frozen=True)
class Audit:
    database: Database

    def record(self, event: Event, now: datetime.datetime, *, outcome: str = "ok", **facts: Unpack[Facts]) -> None:
        """Commit one row. `outcome` is "ok" or a failure's cause.

        AuditUnavailable where the row isn't there or can't be known to be: what it was to record must not happen.
        Facts that the event doesn't declare, or lacks, are a ValueError. Texts are made printable and cut at 300
        characters; a number that no database holds is left out, for a refusal of nonsense must be recorded too.
        """
        _check(event, facts)
        row = {"at": now, "event": event, "outcome": outcome, **facts}
        if abs(facts.get("student_dcid", 0)) >= 2**63:
            del row["student_dcid"]
        try:
            with self.database.begin() as connection:
                connection.execute(insert(audit).values(row))
        except (SQLAlchemyError, DatabaseUnavailable) as error:
            raise AuditUnavailable from error

    def last_look(self, student_dcid: int, persona: Persona) -> datetime.datetime | None:
        """When somebody who came through this door was last handed a report of this student."""
        looks = select(func.max(audit.c.at)).where(
            audit.c.student_dcid == student_dcid, audit.c.event == Event.VIEW, audit.c.persona == persona
        )
        with self.database.read() as connection:
            return connection.scalar(looks)


def described(report: Report) -> dict[str, str | list[str]]:
    """A report as the audit names it: all but its link."""
    return {
        "record_types": sorted(report.record_types),
        "test_name": report.test_name,
        "program": report.program,
        "year": report.year_text,
        "grade": report.grade,
        "language": report.language,
        "format": report.format,
    }


def _check(event: Event, facts: Facts) -> None:
    needed, allowed = VOCABULARY[event]
    given = {name for name, value in facts.items() if value is not None}
    if not needed <= given <= needed | allowed or not REPORT >= facts.get("report", {}).keys():
        raise ValueError(f"the audit's {event} is not declared with these facts: {', '.join(sorted(given))}")
