"""Releases as they stand after a search, a round of telling, a parent's look: written as rows, for pages to show."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import delete, insert, select

from plugin.names import folded
from plugin.reports.manager.looking import look_up
from plugin.store.new_releases import NEW
from plugin.store.releases import Telling
from plugin.store.tables import follow_ups, handlings, looks, releases
from sandbox.district import Pupil
from sandbox.stage import Stage

NOW = datetime.datetime.now(datetime.UTC)


class Kept:
    """The releases on a stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.services = stage.services()
        self._database = self.services.releases.database

    def keep(self, pupil: Pupil, **facts: object) -> int:
        """A release of this pupil's, of last year's CAASPP and told of unless the facts say otherwise; its number."""
        return self.keep_all([(pupil, facts)])[0]

    def keep_all(self, these: Iterable[tuple[Pupil, Mapping[str, object]]]) -> list[int]:
        """The same of many at once."""
        rows = [self._row(pupil, facts) for pupil, facts in these]
        with self._database.begin() as connection:
            return list(connection.scalars(insert(releases).returning(releases.c.id), rows))

    def _row(self, pupil: Pupil, facts: Mapping[str, object]) -> dict[str, object]:
        names = folded(f"{pupil.last} {pupil.first}"), folded(f"{pupil.first} {pupil.last}")
        return {
            **NEW,
            "student_dcid": pupil.dcid,
            "program": "caaspp",
            "year": "2025-26",
            "lea_cds": pupil.lea_cds,
            "record_types": "01,02",
            "found_at": NOW - datetime.timedelta(days=3),
            "search_id": 1,
            "checked_at": NOW,
            "name": f"{pupil.last}, {pupil.first}",
            "last_first": names[0],
            "first_last": names[1],
            "school_number": pupil.school_number,
            "grade": pupil.grade,
            "language": pupil.home_language,
            "telling": Telling.TOLD,
            "told_at": NOW - datetime.timedelta(days=2),
            "due_on": self.services.today() + datetime.timedelta(days=20),
            "due_estimated": False,
            **facts,
        }

    def found(self, number: int) -> dict[str, object]:
        """What stands in a release's row now."""
        with self._database.read() as connection:
            return dict(connection.execute(select(releases).where(releases.c.id == number)).mappings().one())

    def clear(self) -> None:
        """Nor will what was opened so far, by whomever, stand as a look beside the next ones."""
        look_up(self.services)
        with self._database.begin() as connection:
            for table in (handlings, releases, follow_ups, looks):
                connection.execute(delete(table))


@contextmanager
def releases_on(stage: Stage) -> Iterator[Kept]:
    """None before and none afterwards."""
    kept = Kept(stage)
    kept.clear()
    yield kept
    kept.clear()
