"""What staff write beside releases: for one or many, for all of them or none, and on record before."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from contextlib import nullcontext

import pytest
from sqlalchemy import select

from plugin.errors import AuditUnavailable, NotFound
from plugin.model import Lea, Persona, Viewer
from plugin.reports import follow_ups
from plugin.reports.faults import Faulty
from plugin.reports.manager import handing_over
from plugin.reports.manager.listing import Filters, Row, page
from plugin.reports.services import Asking
from plugin.store.audit import Audit, Event
from plugin.store.handlings import Handling, Kind
from plugin.store.tables import audit
from sandbox.district import Pupil
from sandbox.stage import Stage
from tests.conftest import account_of
from tests.releases import Kept, releases_on

ASKING = Asking("127.0.0.1", "a test of handing over")


class Clerk:
    """Somebody of the staff, by user name, with the releases of a district."""

    def __init__(self, kept: Kept, username: str) -> None:
        self.kept, self.services = kept, kept.services
        account = account_of(kept.stage, "staff", username)
        self.viewer = Viewer("subject", Persona.STAFF, str(account.number), username, "A. Clerk")
        self.lea = self.services.district.lea
        self.today = self.services.today()

    def hand_over(self, ids: Collection[int], on: datetime.date | None = None, lea: Lea | None = None) -> None:
        handing_over.hand_over(self.services, self.viewer, lea or self.lea, ids, on or self.today, ASKING)

    def take_back(self, ids: Collection[int]) -> None:
        handing_over.take_back(self.services, self.viewer, self.lea, ids, ASKING)

    def note(self, ids: Collection[int], text: str) -> None:
        handing_over.note(self.services, self.viewer, self.lea, ids, text, ASKING)

    def rows(self) -> list[Row]:
        return list(page(self.services, None, self.lea, Filters()).rows)

    def handed(self, *ids: int) -> list[object]:
        return [self.kept.found(number)["handed_over_on"] for number in ids]

    def written(self, number: int) -> list[Handling]:
        return self.services.handlings.of([number])[number]

    def recorded(self, since: int) -> list[tuple[str, int, object]]:
        columns = audit.c.event, audit.c.student_dcid, audit.c.change
        mine = select(*columns).where(audit.c.request_id == ASKING.request_id, audit.c.id > since)
        with self.services.audit.database.read() as connection:
            return [tuple(row) for row in connection.execute(mine.order_by(audit.c.id))]

    def last_entry(self) -> int:
        entries = self.services.looks.entries(0, 1_000_000)
        return entries[-1].number if entries else 0


@pytest.fixture
def kept(stage: Stage) -> Iterator[Kept]:
    with releases_on(stage) as kept:
        yield kept


@pytest.fixture
def dana(kept: Kept) -> Clerk:
    """Of the district office."""
    return Clerk(kept, "dana.overlook")


def pupils(kept: Kept, count: int, *, lea: str = "") -> list[Pupil]:
    here = lea or kept.stage.district.cds
    return [one for one in kept.stage.district.pupils if one.lea_cds == here][:count]


def test_many_are_handed_over_at_once_and_the_families_count_as_informed(dana: Clerk) -> None:
    ids = [dana.kept.keep(one) for one in pupils(dana.kept, 3)]
    dana.hand_over(ids[:2], dana.today - datetime.timedelta(days=1))
    yesterday = dana.today - datetime.timedelta(days=1)
    assert dana.handed(*ids) == [yesterday, yesterday, None]
    rows = {row.id: row for row in dana.rows()}
    assert [rows[number].informed for number in ids] == [True, True, False]
    assert rows[ids[0]].handed_over_by == "dana.overlook"
    assert [(one.kind, one.on_day) for one in dana.written(ids[0])] == [(Kind.HANDED_OVER, yesterday)]


def test_taken_back_it_waits_again_and_what_was_said_stays_readable(dana: Clerk) -> None:
    number = dana.kept.keep(pupils(dana.kept, 1)[0])
    dana.hand_over([number])
    dana.take_back([number])
    [row] = dana.rows()
    assert (row.handed_over_on, row.handed_over_by, row.informed) == (None, "", False)
    assert [one.kind for one in dana.written(number)] == [Kind.TAKEN_BACK, Kind.HANDED_OVER]


def test_notes_stand_beside_the_newest_first(dana: Clerk) -> None:
    number, other = (dana.kept.keep(one) for one in pupils(dana.kept, 2))
    dana.note([number, other], "  asked for Spanish\n")
    dana.note([number], "sent by registered mail")
    rows = {row.id: row for row in dana.rows()}
    assert [(one.text, one.by) for one in rows[number].notes] == [
        ("sent by registered mail", "dana.overlook"),
        ("asked for Spanish", "dana.overlook"),
    ]
    assert [one.text for one in rows[other].notes] == ["asked for Spanish"]


def test_each_student_has_a_row_on_record_however_many_releases(dana: Clerk) -> None:
    one, other = pupils(dana.kept, 2)
    ids = [dana.kept.keep(one), dana.kept.keep(one, year="2024-25"), dana.kept.keep(other)]
    before = dana.last_entry()
    dana.hand_over(ids)
    dana.take_back(ids[:1])
    dana.note(ids[:1], "a note")
    told = {"handed_over_on": dana.today.isoformat()}
    assert dana.recorded(before) == [
        ("handed_over", one.dcid, told),
        ("handed_over", other.dcid, told),
        ("handed_over", one.dcid, {"handed_over_on": "–"}),
        ("noted", one.dcid, None),
    ]


def test_handing_over_does_what_the_office_owed_the_student_by_another_day(dana: Clerk) -> None:
    one = pupils(dana.kept, 1)[0]
    number, due = dana.kept.keep(one), dana.today + datetime.timedelta(days=5)
    dana.services.follow_ups.open(
        one.lea_cds, one.dcid, follow_ups.BLOCKED, by="parent", due_on=due, now=dana.services.now()
    )
    assert dana.rows()[0].follow_up_due == due
    before = dana.last_entry()
    dana.hand_over([number])
    assert dana.rows()[0].follow_up_due is None
    assert [event for event, *_ in dana.recorded(before)] == ["handed_over", "follow_up_closed"]


def test_taken_back_the_office_owes_what_the_slip_had_settled(dana: Clerk) -> None:
    [pupil] = pupils(dana.kept, 1)
    number = dana.kept.keep(pupil)
    due_on = dana.today + datetime.timedelta(days=3)
    owed = {"by": "a parent", "due_on": due_on, "now": dana.services.now()}
    dana.services.follow_ups.open(dana.lea.cds, pupil.dcid, follow_ups.BLOCKED, **owed)
    dana.hand_over([number])
    dana.take_back([number])
    assert dana.services.follow_ups.due([pupil.dcid], follow_ups.BLOCKED) == {pupil.dcid: due_on}
    dana.take_back([number])
    dana.hand_over([number])
    assert dana.services.follow_ups.due([pupil.dcid], follow_ups.BLOCKED) == {}


def test_what_was_settled_before_stays_settled_when_a_handing_over_is_taken_back(dana: Clerk) -> None:
    [pupil] = pupils(dana.kept, 1)
    number = dana.kept.keep(pupil)
    owed = {"by": "a parent", "due_on": dana.today, "now": dana.services.now()}
    dana.services.follow_ups.open(dana.lea.cds, pupil.dcid, follow_ups.BLOCKED, **owed)
    dana.services.follow_ups.close(pupil.dcid, follow_ups.BLOCKED, by="dana.overlook", now=dana.services.now())
    dana.hand_over([number])
    dana.take_back([number])
    assert dana.services.follow_ups.due([pupil.dcid], follow_ups.BLOCKED) == {}


def test_nothing_is_owed_again_that_can_not_be_put_on_record(dana: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    [pupil] = pupils(dana.kept, 1)
    number = dana.kept.keep(pupil)
    owed = {"by": "a parent", "due_on": dana.today, "now": dana.services.now()}
    dana.services.follow_ups.open(dana.lea.cds, pupil.dcid, follow_ups.BLOCKED, **owed)
    dana.hand_over([number])
    record = type(dana.services.audit).record

    def fail(self: Audit, event: Event, *rest: object, **facts: object) -> None:
        if event is Event.FOLLOW_UP_OPENED:
            raise AuditUnavailable
        record(self, event, *rest, **facts)

    monkeypatch.setattr(type(dana.services.audit), "record", fail)
    with pytest.raises(AuditUnavailable):
        dana.take_back([number])
    assert dana.services.follow_ups.due([pupil.dcid], follow_ups.BLOCKED) == {}


def test_a_release_of_another_school_and_none_of_the_others_is_touched(kept: Kept) -> None:
    clerk = Clerk(kept, "kelly.clerkson")
    schools = clerk.services.roster.staff_schools(clerk.viewer.account)
    own = next(one for one in pupils(kept, 80) if one.school_number in schools)
    foreign = next(one for one in pupils(kept, 80) if one.school_number not in schools)
    ids, before = [kept.keep(own), kept.keep(foreign)], clerk.last_entry()
    for attempt in (clerk.hand_over, clerk.take_back, lambda these: clerk.note(these, "a note")):
        with pytest.raises(NotFound):
            attempt(ids)
    assert (clerk.handed(*ids), clerk.recorded(before)) == ([None, None], [])
    clerk.hand_over(ids[:1])
    assert clerk.handed(*ids) == [clerk.today, None]


def test_a_release_of_another_lea_or_of_nobody_is_not_found(dana: Clerk) -> None:
    charter = next(one for one in dana.kept.stage.district.pupils if one.lea_cds != dana.lea.cds)
    number, foreign = dana.kept.keep(pupils(dana.kept, 1)[0]), dana.kept.keep(charter)
    for ids in ([number, foreign], [number, 987654321]):
        with pytest.raises(NotFound):
            dana.hand_over(ids)
    assert dana.handed(number, foreign) == [None, None]


@pytest.mark.parametrize("persona", [Persona.TEACHER, Persona.PARENT, Persona.STUDENT])
def test_whoever_is_not_of_the_staff_reaches_no_release(dana: Clerk, persona: Persona) -> None:
    number = dana.kept.keep(pupils(dana.kept, 1)[0])
    dana.viewer = Viewer("subject", persona, dana.viewer.account, "dana.overlook", "D.")
    with pytest.raises(NotFound):
        dana.hand_over([number])


def test_what_can_not_be_meant_is_refused_in_words(dana: Clerk) -> None:
    number = dana.kept.keep(pupils(dana.kept, 1)[0])
    tomorrow = dana.today + datetime.timedelta(days=1)
    attempts = {
        "on": lambda: dana.hand_over([number], tomorrow),
        "ids": lambda: dana.hand_over([]),
        "text": lambda: dana.note([number], " \n"),
    }
    for field, attempt in attempts.items():
        with pytest.raises(Faulty) as refusal:
            attempt()
        assert [fault.field for fault in refusal.value.faults] == [field]
    with pytest.raises(Faulty):
        dana.note([number], "x" * 501)
    with pytest.raises(Faulty):
        dana.hand_over(range(201))
    assert dana.handed(number) == [None]


@pytest.mark.parametrize(
    ("year", "on", "taken"),
    [
        ("2025-26", datetime.date(2025, 7, 1), True),
        ("2025-26", datetime.date(2025, 6, 30), False),
        ("2025-26", datetime.date(1, 1, 1), False),
        ("a year", datetime.date(2025, 7, 1), False),
        ("0000-01", datetime.date(2025, 7, 1), False),
    ],
)
def test_no_report_is_handed_over_before_the_school_year_of_its_test(
    dana: Clerk, year: str, on: datetime.date, taken: bool
) -> None:
    number = dana.kept.keep(pupils(dana.kept, 1)[0], year=year)
    with nullcontext() if taken else pytest.raises(Faulty):
        dana.hand_over([number], on)
    assert dana.handed(number) == [on if taken else None]


def test_what_can_not_be_put_on_record_is_not_done(dana: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = dana.kept.keep(pupils(dana.kept, 1)[0])

    def fail(*_: object, **__: object) -> None:
        raise AuditUnavailable

    monkeypatch.setattr(type(dana.services.audit), "record", fail)
    with pytest.raises(AuditUnavailable):
        dana.hand_over([number])
    assert dana.handed(number) == [None]
