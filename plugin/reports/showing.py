"""Results as a page shows them: a row for each test and year, and one control for each language and format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plugin.reports.assessments import AREAS, KINDS
from plugin.reports.languages import ENGLISH, Language, language
from plugin.store.links import KeptLink
from plugin.wording import _

#: The state's formats in our words; another one is shown by its own name.
FORMATS = {"PDF": "PDF", "HTML": _("web page"), "VIDEO": _("video")}


@dataclass(frozen=True)
class Control:
    """One View. `areas` names the content areas where the file holds fewer than its row."""

    link: str
    language: Language
    format: str
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    tests: tuple[str, ...]
    year: str
    grade: str
    controls: tuple[Control, ...]


def rows(links: Iterable[KeptLink], own: Language = ENGLISH) -> list[Row]:
    """Newest first, and of a year in the form's order.

    Files whose record types overlap belong to one row, as a combined PDF and its web pages do.
    """
    groups: list[list[KeptLink]] = []
    for link in sorted(links, key=lambda link: -len(link.report.record_types)):
        for group in groups:
            if _belongs(link, group[0]):
                group.append(link)
                break
        else:
            groups.append([link])
    of_a_year = [_row(group, own) for group in sorted(groups, key=_place)]
    return sorted(of_a_year, key=lambda row: row.year, reverse=True)


def _place(group: list[KeptLink]) -> tuple[int, str]:
    """What the form lacks comes last, by the state's own names."""
    report = group[0].report
    places = [place for place, kind in enumerate(KINDS) if kind in report.record_types]
    return min(places, default=len(KINDS)), report.test_name


def _belongs(link: KeptLink, first: KeptLink) -> bool:
    same_year = link.report.year_text == first.report.year_text and link.report.program == first.report.program
    return same_year and bool(link.report.record_types & first.report.record_types)


def _row(group: list[KeptLink], own: Language) -> Row:
    types = group[0].report.record_types
    controls = sorted((_control(link, types) for link in group), key=lambda control: _rank(control, own))
    report = group[0].report
    return Row(_names(types, report.test_name), report.year_text, report.grade, tuple(controls))


def _control(link: KeptLink, types: frozenset[str]) -> Control:
    report = link.report
    areas = () if report.record_types == types else _names(report.record_types, report.test_name, AREAS)
    return Control(link.id, language(report.language), FORMATS.get(report.format.upper(), report.format), areas)


def _rank(control: Control, own: Language) -> tuple[object, ...]:
    """The viewer's own language first, then English, then the rest; PDF before the others."""
    spoken = control.language
    return spoken != own, spoken != ENGLISH, spoken.name, control.format != "PDF", control.format, control.areas


def _names(types: frozenset[str], given: str, known: Mapping[str, str] = KINDS) -> tuple[str, ...]:
    """The names of the record types in the form's order; where we lack one, the name that the state gave."""
    return tuple(known[kind] for kind in KINDS if kind in types) if types <= known.keys() else (given,)
