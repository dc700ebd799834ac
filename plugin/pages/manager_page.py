"""The manager's page itself: the list that an address asks for, and what is said above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import flask

from plugin.model import Lea, SchoolYear
from plugin.names import folded
from plugin.pages.asking import viewer
from plugin.pages.locale import grade_name
from plugin.pages.manager_form import Asked, Sent
from plugin.pages.said import Said
from plugin.reports import due_dates, grades, scope
from plugin.reports.grades import Label
from plugin.reports.manager import in_words, listing
from plugin.reports.manager.listing import Only, Row, Sort
from plugin.reports.services import Services
from plugin.store.grade_names import GradeName

ONLY = {
    Only.NOT_LOOKED: "Not looked, nothing handed over",
    Only.NO_MAIL: "Could not be told by e-mail",
    Only.BLOCKED: "Blocked in PowerSchool",
    Only.DUE_SOON: "Due within a week, or overdue",
    Only.LEFT: "Has left",
}
#: Before anything is sent.
NOTHING: Said[Sent] = Said()
#: By what the list can be sorted, with how it begins and how it begins the other way round.
ORDERS = {
    Sort.NAME: ("Student, from A", "Student, from Z"),
    Sort.SCHOOL: ("School", "School, from the last"),
    Sort.GRADE: ("Grade, from the lowest", "Grade, from the highest"),
    Sort.FOUND: ("Found first", "Found last"),
    Sort.TOLD: ("Told first", "Told last"),
    Sort.LOOKED: ("Looked first", "Looked last"),
    Sort.DUE: ("Due first", "Due last"),
}


@dataclass(frozen=True)
class LeaGrades:
    """What an LEA calls its grades in one school year."""

    names: tuple[GradeName, ...]
    year: SchoolYear

    def of(self, row: Row) -> Label:
        return grades.named(row.grade, self.year, self.names)

    def offered(self) -> list[tuple[int, str]]:
        numbers = {*range(13), *(one.number for one in self.names)}
        return [(number, grade_name(grades.named(number, self.year, self.names))) for number in sorted(numbers)]


def orders() -> Iterator[tuple[str, str]]:
    """As an address says them, and in words."""
    yield "", "Most urgent first"
    for sort, (forth, back) in ORDERS.items():
        yield from ((sort.value, forth), (f"-{sort}", back))


def page(services: Services, lea: Lea, asked: Asked, said: Said[Sent] = NOTHING) -> str:
    reach, today = scope.reach(services.roster, viewer()), services.today()
    schools = {one: name for one, name in services.roster.schools_of(lea).items() if reach is None or one in reach}
    return flask.render_template(
        "manager.html",
        lea=lea,
        leas=services.roster.leas(),
        asked=asked,
        listing=listing.page(
            services, reach, lea, asked.filters, asked.sort, asked.cursor, descending=asked.descending
        ),
        orders=list(orders()),
        sorts=[one.value for one in ORDERS],
        schools=sorted(schools.items(), key=lambda school: folded(school[1])),
        grades=LeaGrades(tuple(services.grade_names.of(lea.cds)), SchoolYear.containing(today)),
        years=[(year, year) for year in listing.years(services, lea)],
        words=in_words,
        programs=due_dates.NAMES,
        only=ONLY,
        said=said,
        sent=said.typed or Sent(),
        today=today,
        done=flask.request.args.get("done", ""),
        count=flask.request.args.get("count", 0, type=int),
        tick_all=flask.request.args.get("tick") == "all",
    )
