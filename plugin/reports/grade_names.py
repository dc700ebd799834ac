"""An LEA's grade names as somebody types or imports them: checked as a whole, and saved as a whole or not at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass

from plugin.model import Lea, SchoolYear, Viewer
from plugin.reports.faults import Fault, Faulty
from plugin.reports.grades import CODES, OWN_NAMES_FROM
from plugin.reports.services import Asking, Services
from plugin.store.audit import Event
from plugin.store.columns import UNPRINTABLE
from plugin.store.grade_names import GradeName, NamesChangedMeanwhile, version
from plugin.wording import _

LONGEST_NAME = 25
MOST_ROWS = 200
#: How many years ahead a name may be announced: beyond it is a slip of the hand.
YEARS_AHEAD = 10


@dataclass(frozen=True)
class Typed:
    """One row as it was typed."""

    number: str = ""
    name: str = ""
    code: str = ""
    from_year: str = ""

    @classmethod
    def of(cls, name: GradeName) -> Typed:
        return cls(str(name.number), name.name, name.code, str(name.from_year))

    def tidied(self) -> Typed:
        """Without blanks around, with composed letters, and with the zero before a code that spreadsheets drop."""
        number, name, code, from_year = (unicodedata.normalize("NFC", text.strip()) for text in astuple(self))
        return Typed(number, name, code.upper().zfill(2) if code else "", from_year)


@dataclass(frozen=True)
class Change:
    """What becomes of one number from one year on: `before` is None for a new name, `after` for one that is gone."""

    number: int
    from_year: SchoolYear
    before: GradeName | None
    after: GradeName | None


WRONG = {
    "number": _("Write PowerSchool's grade number: a whole number from -99 to 99 in plain digits, such as -1 or 5."),
    "name": _("Write a name of 1 to %(longest)s characters, without line breaks and invisible characters."),
    "code": _("Choose one of CALPADS's grade codes: %(codes)s."),
    "from_year": _("Write a school year from %(first)s to %(last)s in this way: 2023-24."),
}
TWICE = _("This grade number already has a name from this school year, in row or line %(other)s.")
TOO_MANY = _("There are more than %(most)s rows.")


def checked(rows: Mapping[int, Typed], this_year: SchoolYear, faults: Iterable[Fault] = ()) -> tuple[GradeName, ...]:
    """The names in these rows, by their places. Faulty, with every fault in them and those found before."""
    last = SchoolYear(this_year.starts + YEARS_AHEAD)
    tidy = {place: row.tidied() for place, row in rows.items()}
    found = [*faults, *(fault for place, row in tidy.items() for fault in _faults(place, row, last)), *_twice(tidy)]
    if len(rows) > MOST_ROWS:
        found.append(Fault("", TOO_MANY, {"most": MOST_ROWS}))
    if found:
        raise Faulty(found)
    return tuple(sorted(_name(row) for row in tidy.values()))


def save(services: Services, viewer: Viewer, lea: Lea, names: Iterable[GradeName], seen: str, asking: Asking) -> None:
    """Save the names, after putting on record what becomes what.

    NamesChangedMeanwhile, with nothing changed, where the viewer hasn't seen the names which are saved now: `seen` is
    the `version` of what the page showed. Raises AuditUnavailable.
    """
    saved, names = services.grade_names.of(lea.cds), tuple(names)
    changed = changes(saved, names)
    if not changed:
        return
    if version(saved) != seen:
        raise NamesChangedMeanwhile
    services.record(Event.GRADE_NAMES_CHANGED, viewer, asking, lea_cds=lea.cds, change=_in_words(changed))
    try:
        services.grade_names.replace(lea.cds, names, seen=seen)
    except NamesChangedMeanwhile:
        services.record(Event.REFUSED, viewer, asking, outcome="grade_names_changed_meanwhile", lea_cds=lea.cds)
        raise


def changes(before: Iterable[GradeName], after: Iterable[GradeName]) -> list[Change]:
    """By number, then by year."""
    was = {(name.number, name.from_year): name for name in before}
    becomes = {(name.number, name.from_year): name for name in after}
    keys = sorted(key for key in was | becomes if was.get(key) != becomes.get(key))
    return [Change(*key, was.get(key), becomes.get(key)) for key in keys]


def _faults(place: int, row: Typed, last: SchoolYear) -> Iterator[Fault]:
    year = SchoolYear.parse(row.from_year)
    if not re.fullmatch(r"-?[0-9]{1,2}", row.number):
        yield Fault("number", WRONG["number"], place=place)
    if not 1 <= len(row.name) <= LONGEST_NAME or any(unicodedata.category(c) in UNPRINTABLE for c in row.name):
        yield Fault("name", WRONG["name"], {"longest": LONGEST_NAME}, place=place)
    if row.code not in CODES:
        yield Fault("code", WRONG["code"], {"codes": " ".join(CODES)}, place=place)
    if year is None or not OWN_NAMES_FROM <= year <= last:
        yield Fault("from_year", WRONG["from_year"], {"first": str(OWN_NAMES_FROM), "last": str(last)}, place=place)


def _twice(rows: Mapping[int, Typed]) -> Iterator[Fault]:
    places: dict[tuple[str, str], int] = {}
    for place, row in rows.items():
        number = str(int(row.number)) if re.fullmatch(r"-?[0-9]{1,2}", row.number) else ""
        first = places.setdefault((number, row.from_year), place)
        if number and row.from_year and first != place:
            yield Fault("number", TWICE, {"other": first}, place=place)


def _name(row: Typed) -> GradeName:
    return GradeName(int(row.number), SchoolYear(int(row.from_year[:4])), row.name, row.code)


def _in_words(changed: Iterable[Change]) -> dict[str, str]:
    def said(name: GradeName | None) -> str:
        return f"{name.name} ({name.code})" if name else "–"

    return {f"{one.number} from {one.from_year}": f"{said(one.before)} → {said(one.after)}" for one in changed}
