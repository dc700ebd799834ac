"""Saving an LEA's credentials: the same rules for the page and for the command line.

A set is tried before it takes the place of the one that is saved, and the saved one stays where the new one doesn't
work, unless whoever saves insists. A set of another LEA is never saved, and nobody's set is overwritten unseen.
"""

from __future__ import annotations

import datetime
import enum

from plugin.ets.credentials import Credentials
from plugin.model import Lea
from plugin.reports import entering
from plugin.reports.faults import Fault, Faulty
from plugin.reports.services import Services
from plugin.reports.trying import NotAccepted, Operator, record_of, try_set
from plugin.reports.typed_days import day_of
from plugin.store.audit import Event, Facts
from plugin.store.drafts import Draft
from plugin.store.vault import VaultError
from plugin.store.versions import SavedMeanwhile


class Trying(enum.Enum):
    """What a new set has to show before it is saved."""

    MUST_WORK = enum.auto()
    MAY_FAIL = enum.auto()
    LEFT_OUT = enum.auto()


class Taken(enum.StrEnum):
    """How the state took a new set."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def save(
    services: Services, operator: Operator, lea: Lea, typed: Draft, *, seen: int, trying: Trying = Trying.MUST_WORK
) -> datetime.date:
    """Save a set, or another last day alone, in the place of the version `seen`; the last day.

    Raises Faulty, OtherLeas, NotAccepted, SavedMeanwhile where another version is saved now, and AuditUnavailable:
    then nothing is changed.
    """
    entering.check(typed, services.today())
    last = day_of(typed.expires_on) or services.today() + services.lifetime
    try:
        record = record_of(services, lea)
        if (record.version if record else 0) != seen:
            raise SavedMeanwhile
        if typed.user:
            _save_set(services, operator, lea, Credentials(typed.user, typed.secret), last, seen, trying)
        else:
            _save_day(services, operator, lea, last, seen)
    except SavedMeanwhile:
        if not _is_saved(services, lea, typed, last):
            facts: Facts = {**operator.facts, "lea_cds": lea.cds}
            services.audit.record(Event.REFUSED, services.now(), outcome="credentials_saved_meanwhile", **facts)
            raise
    return last


def _is_saved(services: Services, lea: Lea, typed: Draft, last: datetime.date) -> bool:
    """Whether this very set is there already: a button was pressed twice, or two people had the same news."""
    try:
        saved = services.credentials.load(lea.cds)
    except VaultError:
        return False
    same = saved and (typed.user or saved.user, typed.secret or saved.secret) == (saved.user, saved.secret)
    return bool(saved and same and saved.record.expires_on == last)


def _save_set(
    services: Services, operator: Operator, lea: Lea, new: Credentials, last: datetime.date, seen: int, trying: Trying
) -> None:
    taken = _try(services, operator, lea, new, trying)
    _record(services, operator, lea, {"set": "new", "state": taken, "last day": last.isoformat()})
    services.credentials.save(
        lea.cds,
        new.user,
        new.secret,
        expires_on=last,
        saved_by=operator.name,
        now=services.now(),
        replaces=seen,
    )
    if taken is Taken.ACCEPTED:
        services.trials.worked(lea.cds, seen + 1, services.now())
    elif taken is Taken.REFUSED:
        services.trials.refused(lea.cds, seen + 1, services.now())


def _save_day(services: Services, operator: Operator, lea: Lea, last: datetime.date, seen: int) -> None:
    if not seen:
        raise Faulty([Fault("user", entering.NO_SET_YET)])
    _record(services, operator, lea, {"set": "as before", "last day": last.isoformat()})
    services.credentials.change_day(lea.cds, last, saved_by=operator.name, now=services.now(), replaces=seen)


def _try(services: Services, operator: Operator, lea: Lea, new: Credentials, trying: Trying) -> Taken:
    if trying is Trying.LEFT_OUT:
        return Taken.UNKNOWN
    try:
        try_set(services, operator, lea, new)
    except NotAccepted as refusal:
        if trying is Trying.MUST_WORK:
            raise
        return Taken.REFUSED if refusal.refused else Taken.UNKNOWN
    return Taken.ACCEPTED


def _record(services: Services, operator: Operator, lea: Lea, change: dict[str, str]) -> None:
    facts: Facts = {**operator.facts, "lea_cds": lea.cds, "change": change}
    services.audit.record(Event.CREDENTIALS_SAVED, services.now(), **facts)
