"""The school system's parts, joined, and the verbs that change them while it runs."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from sandbox.district import District
from sandbox.district.staff import CLERKS
from sandbox.district.years import PACIFIC
from sandbox.guard import new_token
from sandbox.school.api.endpoints import Call, Endpoints
from sandbox.school.api.query_runner import QueryRunner
from sandbox.school.api.tokens import Client, Tokens
from sandbox.school.database import Database, Values
from sandbox.school.installed import pshtml
from sandbox.school.installed.archive import read_archive
from sandbox.school.people.accounts import Account, Accounts
from sandbox.school.people.page_security import Level, PageSecurity
from sandbox.school.people.sessions import Sessions
from sandbox.school.roster import Roster
from sandbox.school.switches import Switch, Switches

Clock = Callable[[], datetime.datetime]


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class School:
    """A district with the plugin archive installed. Raises what reading the archive raises.

    At first every admin page of the archive is open to every group but the office clerks.
    """

    def __init__(self, district: District, archive: Path | bytes, client: Client, clock: Clock = now) -> None:
        self.district, self.client, self.clock = district, client, clock
        self.token = new_token()
        self.archive = read_archive(archive)
        self.database = Database(district)
        self.roster = Roster(self.database, clock)
        self.switches = Switches()
        self.security = PageSecurity()
        self.directory = Accounts(district)
        self.sessions = Sessions(clock)
        self.tokens = Tokens(clock)
        runner = QueryRunner(self.archive, self.database, self.switches)
        self.disabled = frozenset(runner.disabled)
        self.endpoints = Endpoints(client, self.archive.manifest, self.tokens, runner)
        for page in self.archive.files:
            self.security.set(CLERKS.number, page, Level.NONE)

    @property
    def accounts(self) -> tuple[Account, ...]:
        return self.directory.all

    @property
    def calls(self) -> list[Call]:
        """Every query that was asked, in order, without what it was asked with."""
        return self.endpoints.calls

    def check(self) -> None:
        """Raise pshtml.UnknownTag for the first tag, in any page of the archive, that this stand-in does not know."""
        for address, source in self.archive.files.items():
            if address.endswith((".html", ".txt")):
                pshtml.check(source.decode())

    def remove_guardian_access(self, username: str, student_dcid: int) -> None:
        """Take the row away that lets a parent's account see a student. Raises LookupError where there is none."""
        parent = self.directory.named("parent", username)
        sql = "delete from guardianstudent where guardianid = ? and studentsdcid = ?"
        if not self.database.change(sql, (parent.number, student_dcid)):
            raise LookupError("This account does not see this student.")

    def restore_guardian_access(self, username: str, student_dcid: int) -> None:
        """Raises LookupError where there is no such account or student."""
        if self.roster.student(student_dcid) is None:
            raise LookupError("There is no student with this DCID.")
        parent = self.directory.named("parent", username)
        sql = "insert into guardianstudent (guardianid, studentsdcid) values (?, ?)"
        self.database.change(sql, (parent.number, student_dcid))

    def drop_from_classes(self, student_dcid: int) -> None:
        """Out of every class from today on: PowerSchool turns the section's number negative."""
        sql = """update cc set sectionid = -abs(sectionid), dateleft = ?
                 where studentid = (select id from students where dcid = ?)"""
        self.database.change(sql, (self.clock().astimezone(PACIFIC).date().isoformat(), student_dcid))

    def execute(self, sql: str, values: Values = ()) -> int:
        """Any other change of the database; the number of rows changed."""
        return self.database.change(sql, values)

    def set_page_permission(self, group: int, page: str, level: Level) -> None:
        self.security.set(group, page, level)

    def switch(self, switch: Switch, value: float = 1) -> None:
        """Turn a fault on, or off with 0. Raises ValueError for a value that makes no sense."""
        self.switches.set(switch, value)

    def refuse_column(self, column: str, *, refused: bool = True) -> None:
        """Let PowerSchool's exclude list hold a column, as TABLE.FIELD."""
        change = self.switches.refused_columns.add if refused else self.switches.refused_columns.discard
        change(column.upper())

    def revoke_tokens(self) -> None:
        """End every bearer token at once."""
        self.tokens.revoke_all()
