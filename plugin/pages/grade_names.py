"""Grade names: what each LEA calls PowerSchool's grade numbers, typed into a table or read from a file."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

import flask
from flask.views import MethodView
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from plugin.model import Lea, SchoolYear
from plugin.pages.asking import asking, viewer
from plugin.pages.download import csv_download
from plugin.pages.leas import chosen, chosen_to_change
from plugin.reports import grade_name_file, grade_names
from plugin.reports.faults import Fault, Faulty
from plugin.reports.grade_names import Change, Typed
from plugin.reports.grades import CODES
from plugin.reports.services import Services
from plugin.store.grade_names import GradeName, NamesChangedMeanwhile, version

#: Empty rows below the table, for new names.
SPARE_ROWS = 3


@dataclass(frozen=True)
class Shown:
    """What stands on the page beside what is saved: `state` is saved, faulty, meanwhile, imported or unreadable."""

    rows: Mapping[int, Typed]
    state: str = ""
    removed: frozenset[int] = frozenset()
    faults: tuple[Fault, ...] = ()
    changes: tuple[Change, ...] = ()


class GradeNames(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self, cds: str = "") -> str:
        lea, done = chosen(self._services, cds), flask.request.args.get("done", "")
        shown = Shown(typed(self._services.grade_names.of(lea.cds)), done if done == "saved" else "")
        return page(self._services, lea, shown)


class SaveGradeNames(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services

    def post(self, cds: str) -> Response | tuple[str, int]:
        lea, seen = chosen_to_change(self._services, cds), flask.request.form.get("version", "")
        shown = read(flask.request.form)
        kept = {place: row for place, row in shown.rows.items() if place not in shown.removed and row != Typed()}
        try:
            names = grade_names.checked(kept, this_year(self._services))
            grade_names.save(self._services, viewer(), lea, names, seen, asking())
        except Faulty as refusal:
            return page(self._services, lea, replace(shown, state="faulty", faults=refusal.faults)), 422
        except NamesChangedMeanwhile:
            wanted = grade_names.changes(self._services.grade_names.of(lea.cds), names)
            return page(self._services, lea, replace(shown, state="meanwhile", changes=tuple(wanted))), 409
        return flask.redirect(flask.url_for("grade_names", cds=lea.cds, done="saved"), 303)


class ImportGradeNames(MethodView):
    """Puts a file's names into the table. They are saved like typed ones, so what would change is seen before."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def post(self, cds: str) -> str | tuple[str, int]:
        lea, file = chosen_to_change(self._services, cds), flask.request.files.get("file")
        saved = self._services.grade_names.of(lea.cds)
        try:
            names = grade_name_file.read(file.read() if file else b"", this_year(self._services))
        except Faulty as refusal:
            return page(self._services, lea, Shown(typed(saved), "unreadable", faults=refusal.faults)), 422
        changed = tuple(grade_names.changes(saved, names))
        return page(self._services, lea, Shown(typed(names), "imported", changes=changed))


class ExportGradeNames(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self, cds: str) -> Response:
        lea = chosen(self._services, cds)
        written = grade_name_file.write(self._services.grade_names.of(lea.cds))
        return csv_download(written, f"grade-names-{lea.cds}.csv")


def page(services: Services, lea: Lea, shown: Shown) -> str:
    spare = range(max(shown.rows, default=0) + 1, max(shown.rows, default=0) + 1 + SPARE_ROWS)
    return flask.render_template(
        "grade_names.html",
        lea=lea,
        leas=services.roster.leas(),
        shown=shown,
        spare=spare if shown.state not in {"faulty", "meanwhile"} else (),
        # The lines of a file that is not taken are not the table's rows.
        wrong={(one.place, one.field): one for one in shown.faults if shown.state != "unreadable"},
        columns=[field.name for field in fields(Typed)],
        codes=CODES,
        version=version(services.grade_names.of(lea.cds)),
        limits={"rows": grade_names.MOST_ROWS, "name": grade_names.LONGEST_NAME},
        header=",".join(grade_name_file.HEADER),
    )


def this_year(services: Services) -> SchoolYear:
    return SchoolYear.containing(services.today())


def typed(names: Iterable[GradeName]) -> dict[int, Typed]:
    return dict(enumerate(map(Typed.of, names), 1))


def read(form: MultiDict[str, str]) -> Shown:
    """The table as it was sent, a row for each `number-1` and on."""
    rows = {}
    for place in itertools.takewhile(lambda place: f"number-{place}" in form, itertools.count(1)):
        rows[place] = Typed(**{field.name: form.get(f"{field.name}-{place}", "") for field in fields(Typed)})
    return Shown(rows, removed=frozenset(place for place in rows if f"remove-{place}" in form))
