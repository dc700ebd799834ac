"""The numbers of the dashboard: how far the families of an LEA know of one year's reports, and what is due."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugin.model import Lea
from plugin.reports.languages import Language, language
from plugin.reports.manager.pictures import Bar, cumulated, lengths
from plugin.reports.services import Services
from plugin.store.release_counts import Chosen, Count

#: As far as the dashboard looks ahead, today included, and back for what is overdue day by day.
WEEK = datetime.timedelta(days=7)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class AtSchool:
    """`name` is empty where PowerSchool was not asked yet, or no longer names the school."""

    number: int
    name: str
    count: Count


@dataclass(frozen=True)
class InLanguage:
    language: Language
    count: Count


@dataclass(frozen=True)
class Due:
    """How many are due on a day, or were due `before` it."""

    day: datetime.date
    many: int
    overdue: bool
    before: bool = False


@dataclass(frozen=True)
class Figures:
    """Schools come by how many families are left to inform, languages by how many reports there are.

    `days` are sums at the end of each day or week, from zero on.
    """

    whole: Count
    overdue: int
    schools: Sequence[AtSchool]
    languages: Sequence[InLanguage]
    days: Sequence[tuple[datetime.date, Count]]
    due: Sequence[Due]

    @property
    def due_bars(self) -> list[Bar]:
        return lengths(("overdue" if one.overdue else "due", one.many) for one in self.due)


def figures(services: Services, reach: frozenset[int] | None, lea: Lea, year: str, program: str) -> Figures:
    """Of the schools in `reach`, which comes from reports/scope.py. An empty `program` is all of them."""
    today = services.today()
    counts = services.release_counts.count(Chosen(lea.cds, year, program, reach), due_until=today + WEEK - DAY)
    return Figures(
        sum(counts.by_school.values(), Count()),
        sum(many for day, many in counts.due.items() if day < today),
        _schools(counts.by_school, services.roster.schools()),
        _languages(counts.by_language),
        cumulated(counts.by_day, today),
        due(counts.due, today),
    )


def due(many: Mapping[datetime.date, int], today: datetime.date) -> list[Due]:
    """The days of the coming week, each; before them the overdue days of the last week that have something.

    What is overdue for longer comes first, together.
    """
    week_ago = today - WEEK
    earlier = sum(count for day, count in many.items() if day < week_ago)
    late = [Due(day, count, overdue=True) for day, count in sorted(many.items()) if week_ago <= day < today]
    ahead = [Due(day, many.get(day, 0), overdue=False) for day in (today + DAY * number for number in range(7))]
    return [*[Due(week_ago, earlier, overdue=True, before=True)] * bool(earlier), *late, *ahead]


def _schools(counts: Mapping[int, Count], names: Mapping[int, str]) -> list[AtSchool]:
    found = [AtSchool(number, names.get(number, ""), count) for number, count in counts.items()]
    return sorted(found, key=lambda one: (-one.count.left, one.name, one.number))


def _languages(counts: Mapping[str, Count]) -> list[InLanguage]:
    """The state has several codes for some languages."""
    together: dict[Language, Count] = {}
    for code, count in counts.items():
        together[language(code)] = together.get(language(code), Count()) + count
    return sorted((InLanguage(*one) for one in together.items()), key=lambda one: (-one.count.found, one.language.name))
