"""What somebody types of an LEA's search plan: checked as a whole, and saved as a whole or not at all."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from plugin.model import Lea
from plugin.reports import choosing
from plugin.reports.detection.plan import KIND, SearchPlan, plan_of
from plugin.reports.faults import Fault, Faulty
from plugin.reports.services import Services
from plugin.reports.trying import Operator
from plugin.reports.typed_days import NO_DAY, day_of

#: Calls a second. Nobody outside knows what the state stands; a search slows down by itself, but begins at this rate.
SLOWEST, FASTEST = 0.1, 20.0
#: The state keeps three years of reports.
LONGEST_AGO = datetime.timedelta(days=3 * 366)

NO_DAYS = "Choose at least one day of the week, or leave the searches by plan off."
NO_TIME = "This is not a time of day. Write it in this way: 20:00."
TO_COME = "This day is still to come. Write the first day of leaving that counts, or leave the field empty."
TOO_LONG_AGO = "This day is more than three years back, and the state keeps three years of reports."
NO_RATE = "Write a number from %(slowest)g to %(fastest)g, such as 5."


@dataclass(frozen=True)
class Typed:
    """The form as it was sent."""

    enabled: bool
    days: frozenset[int]
    at: str
    previous_years: bool
    left_since: str
    leave_out_status: bool
    schools: frozenset[int]
    rate: str

    @classmethod
    def of(cls, plan: SearchPlan) -> Typed:
        return cls(
            enabled=plan.enabled,
            days=plan.days,
            at=f"{plan.at:%H:%M}",
            previous_years=plan.previous_years,
            left_since=plan.left_since.isoformat() if plan.left_since else "",
            leave_out_status=plan.leave_out_status,
            schools=plan.schools,
            rate=f"{plan.rate:g}",
        )


def checked(typed: Typed, today: datetime.date) -> SearchPlan:
    """The plan that this makes. Raises Faulty, with every fault."""
    at, rate, left_since = _time(typed.at), _rate(typed.rate), day_of(typed.left_since)
    faults = [*_days_and_time(typed, at), *_leaving(typed, left_since, today)]
    if rate is None:
        faults.append(Fault("rate", NO_RATE, {"slowest": SLOWEST, "fastest": FASTEST}))
    if faults or at is None or rate is None:
        raise Faulty(faults)
    return SearchPlan(
        typed.enabled,
        typed.days,
        at,
        typed.previous_years,
        left_since,
        typed.leave_out_status,
        typed.schools,
        rate,
    )


def save(services: Services, operator: Operator, lea: Lea, plan: SearchPlan, *, seen: int) -> None:
    """Save it in the place of the version `seen`. Raises SavedMeanwhile and AuditUnavailable: nothing is changed."""
    change = _in_words(plan_of(services, lea.cds), plan)
    if change:
        choosing.save(services, operator, lea, KIND, plan.as_choice(), change, seen=seen)


def _days_and_time(typed: Typed, at: datetime.time | None) -> Iterator[Fault]:
    if typed.enabled and not typed.days:
        yield Fault("days", NO_DAYS)
    if at is None:
        yield Fault("at", NO_TIME)


def _leaving(typed: Typed, day: datetime.date | None, today: datetime.date) -> Iterator[Fault]:
    if typed.left_since and day is None:
        yield Fault("left_since", NO_DAY)
    elif day and day > today:
        yield Fault("left_since", TO_COME)
    elif day and day < today - LONGEST_AGO:
        yield Fault("left_since", TOO_LONG_AGO)


def _time(typed: str) -> datetime.time | None:
    """As browsers send it, with seconds where somebody chose some."""
    matched = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(:[0-5][0-9](\.0+)?)?", typed)
    return datetime.time(int(matched[1]), int(matched[2])) if matched else None


def _rate(typed: str) -> float | None:
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,2})?", typed):
        return None
    return float(typed) if SLOWEST <= float(typed) <= FASTEST else None


def _in_words(before: SearchPlan, after: SearchPlan) -> dict[str, str]:
    was, becomes = before.as_choice(), after.as_choice()
    return {f"search {name}": f"{was[name]} → {becomes[name]}" for name in becomes if was[name] != becomes[name]}
