"""Families of an LEA that tells them: a school system and a state that answer from memory, and a clock to be moved."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from plugin.district import District, DistrictField
from plugin.errors import SchoolSystemUnavailable, StateFailure
from plugin.model import Lea
from plugin.powerschool.client import QueryRefused, Row
from plugin.powerschool.roster import Roster
from plugin.reports.notices.telling import tell
from plugin.reports.services import Services
from plugin.store import tables
from plugin.store.found_reports import FoundReport
from plugin.store.mail_record import TO_FAMILIES, Mail, read
from plugin.store.mails import Mails
from plugin.store.releases import Telling
from plugin.store.searched import Outcome
from plugin.store.searches import State
from tests.office import LEA, Office

PORTAL_FIELDS = ("release_block", "hidden_contact")


class School:
    """PowerSchool, with what it says of each student. `away` or `mute` (names of queries) keep it from answering."""

    def __init__(self) -> None:
        self.contacts: dict[int, list[Row]] = {}
        self.rights: dict[str, str] = {}
        self.blocked: set[int] = set()
        self.away = False
        self.mute: set[str] = set()

    def query(self, name: str, **arguments: str | int) -> list[Row]:
        if self.away:
            raise SchoolSystemUnavailable(tried=name)
        short = name.removeprefix("org.cascorereports.")
        if short in self.mute:
            raise QueryRefused(tried=name)
        dcid = int(arguments.get("student_dcid", 0))
        match short:
            case "roster.student.contacts":
                return self.contacts.get(dcid, [])
            case "district.educational_rights.value":
                return [{"contact_detail_id": one, "value": value} for one, value in self.rights.items()]
            case "district.release_block.all" | "district.release_block.value":
                return [{"dcid": str(one), "value": "Y"} for one in self.blocked if not dcid or one == dcid]
            case _:
                return []

    def roster(self) -> Roster:
        named = {role: DistrictField(role, "U_X", role, "dcid", frozenset({"Y"})) for role in PORTAL_FIELDS}
        rights = DistrictField("educational_rights", "U_X", "rights", "studentcontactdetailid", frozenset({"Y"}))
        return Roster(self, District(Lea(LEA, "Poppy Valley Unified"), fields=named | {rights.role: rights}))


class StateAtRest:
    """The state, of which only the smallest call is asked. `takes` seconds, or `fails`."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails: StateFailure | None = None

    def check(self, *_: object) -> frozenset[str]:
        self.asked += 1
        if self.fails:
            raise self.fails
        return frozenset({LEA})


class Households(Office):
    """Its credentials work, its notices are on, and nothing was found yet."""

    def __init__(self, folder: Path, begins: datetime.datetime, database: str = "") -> None:
        self.school, self.state = School(), StateAtRest()
        super().__init__(folder, begins, database)
        self.save(days=300)
        self.services.trials.worked(LEA, 1, begins)
        self.choose(enabled=True)

    def worker(self) -> Services:
        roster = self.school.roster()
        return replace(super().worker(), roster=roster, recent_roster=roster, state=self.state)

    def choose(self, **notices: object) -> None:
        choices = self.services.choices
        chosen = choices.of(LEA, "notices")
        kept = {**(chosen.choice or {}), **notices}
        choices.save(LEA, "notices", kept, replaces=chosen.version, by="somebody", now=self.now)

    def enrol(self, dcid: int, *adults: str, language: str = "ENG", **facts: str) -> None:
        """A student with these adults, by e-mail address, who may all be told."""
        usual = {"has_data_access": "1", "isactive": "1", "legalguardian": "1", "language": language}
        numbers = [f"{dcid}{place}" for place in range(len(adults))]
        self.school.contacts[dcid] = [
            {**usual, "personid": number, "contact_detail_id": number, "email": email, **facts}
            for number, email in zip(numbers, adults, strict=True)
        ]

    def find(self, *dcids: int) -> None:
        """A search finds a report of each of these students."""
        searches = self.services.searches
        searches.begin(LEA, dcids, by="the plan", now=self.now)
        search = searches.latest(LEA)
        found = [FoundReport(dcid, frozenset({"01"}), "caaspp", "2025-26", "ENG") for dcid in dcids]
        searches.keep(search, [Outcome(one.dcid, "ok", [one]) for one in found], self.now)
        searches.change(search.id, State.DONE, self.now)

    def round(self, services: Services | None = None) -> None:
        tell(services or self.services, self.postbox)

    @property
    def mails(self) -> list[Mail]:
        return to_families(self.services.mails)

    @property
    def told(self) -> dict[Telling, int]:
        """How many releases of the latest search are how far."""
        counted: dict[Telling, int] = {}
        for (telling, _), number in self.services.tellings.of_search(self.services.searches.latest(LEA).id).items():
            counted[telling] = counted.get(telling, 0) + number
        return counted

    def posted(self) -> Sequence[str]:
        """The addresses that the mail server took mails for."""
        return sorted(recipient for recipient, _ in self.postbox.posted)


def releases(services: Services) -> dict[int, int]:
    """The student of every release, by its number."""
    every = select(tables.releases.c.id, tables.releases.c.student_dcid).order_by(tables.releases.c.id)
    with services.mails.database.read() as connection:
        return {number: dcid for number, dcid in connection.execute(every)}


def to_families(mails: Mails) -> list[Mail]:
    """Every mail about a release, by release."""
    columns = tables.mails.c
    these = select(tables.mails).where(TO_FAMILIES).order_by(columns.release_id, columns.message_id)
    with mails.database.read() as connection:
        return [read(mails.vault, row) for row in connection.execute(these).mappings()]
