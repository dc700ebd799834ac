"""Who gets what at which address: the promise that tests/access/test_matrix.py keeps, written as a table.

It is not derived from plugin/security.py. A route that is missing here, or that is gone, fails a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Persona:
    """`username` signs in at `door`; `child` is the first name of the student at whose address they knock."""

    name: str
    group: str
    door: str = ""
    username: str = ""
    child: str = "Mateo"


#: In the order of the columns below.
PERSONAS = (
    Persona("nobody", "Nobody"),
    Persona("signed out, with a copy of the cookie", "Nobody", "parent", "lucia.ejemplo"),
    Persona("parent of this student", "Parents", "parent", "lucia.ejemplo"),
    Persona("parent of another", "Parents", "parent", "alex.sampleton"),
    Persona("parent whose access was withdrawn", "Parents", "parent", "tomas.muestra"),
    Persona("guardian from next week on", "Parents", "parent", "qing.lizi", "Xuě"),
    Persona("guardian until yesterday", "Parents", "parent", "suet.laizi", "Ka-yan"),
    Persona("this student", "Students", "student", "mateo.ejemplo"),
    Persona("another student", "Students", "student", "minh.vidu"),
    Persona("teacher of this class", "Teachers", "teacher", "frankie.verbena"),
    Persona("teacher of another class", "Teachers", "teacher", "toni.chalkwell"),
    Persona("co-teacher of today", "Teachers", "teacher", "andy.cohelper"),
    Persona("co-teacher from next week on", "Teachers", "teacher", "billie.soonhere"),
    Persona("co-teacher until yesterday", "Teachers", "teacher", "gale.formerly"),
    Persona("school administrator, student in reach", "Staff", "staff", "robin.headley"),
    Persona("school administrator, student out of reach", "Staff", "staff", "pat.principle"),
    Persona("district administrator", "Staff", "staff", "dana.overlook"),
    Persona("clerk, whose group has no page", "Staff", "staff", "kelly.clerkson"),
    Persona("support account, whose group has no page", "Staff", "staff", "sam.helpdesk"),
)
NOBODY, SIGNED_OUT = PERSONAS[0], PERSONAS[1]

MARKS = {"o": 200, ".": 204, ">": 303, "!": 400, "?": 401, "x": 403, "-": 404}
WORDS = {
    200: "opens",
    204: "gets nothing (204)",
    303: "opens (303)",
    400: "refused (400)",
    401: "signs in first (401)",
    403: "refused (403)",
    404: "nothing there (404)",
}

#: A line is a method, an address, a mark for each persona, and what it is. The blanks between the marks are for the
#: eye: nobody, parents, students, teachers, staff. HEAD is as GET unless it has a line. Tests knock in this order:
#: Get Report makes new links, and the last two end the session.
TABLE = """
GET  /students                                 ?? >>>-- >> >>>-- ---xx  the way in from the portals
GET  /students?student_id=<id>                 ?? >---- >- >->-- ---xx  the way in, for a student
GET  /students/<dcid>/score-reports            ?? o---- o- o-o-- o-oxx  Score Reports
GET  /reports/<link>                           ?? >---- >- >->-- >->xx  View: their own link, if they ever had one
HEAD /reports/<link>                           ?? ..... .. ..... ...xx  View, fetched ahead
GET  /reports/<link of somebody else>          ?? ----- -- ----- ---xx  View, with a link of somebody else
HEAD /reports/<link of somebody else>          ?? ..... .. ..... ...xx  the same, fetched ahead
POST /students/<dcid>/score-reports            !? >---- >- >->-- >->xx  Get Report
GET  /students/<dcid>/score-reports?assessment=01 ?? >---- >- >->-- >->xx  a link straight to the results
HEAD /students/<dcid>/score-reports?assessment=01 ?? o---- o- o-o-- o-oxx  the same, fetched ahead
POST /students/<dcid>/follow-up                !? xxxxx xx xxxxx xx>xx  the office has handed the report over
GET  /setup                                    ?? xxxxx xx xxxxx oooxx  Electronic Reporting Communication Setup
POST /setup/<cds>/test                         !? xxxxx xx xxxxx xxoxx  Set-up: test the credentials of an LEA
POST /setup/<cds>/contacts                     !? xxxxx xx xxxxx xx>xx  Set-up: save whom to remind
POST /setup/<cds>/discard                      !? xxxxx xx xxxxx xx>xx  Set-up: discard what was typed
POST /setup/<cds>                              !? xxxxx xx xxxxx xx>xx  Set-up: save credentials, or another last day
POST /setup/<cds that is not there>            !? xxxxx xx xxxxx xx-xx  Set-up: save credentials of no LEA
GET  /access                                   ?? xxxxx xx xxxxx oooxx  Who may open what
POST /access                                   !? xxxxx xx xxxxx xx>xx  Who may open what: save
GET  /grade-names                              ?? xxxxx xx xxxxx oooxx  Grade names
GET  /grade-names/<cds>                        ?? xxxxx xx xxxxx oooxx  Grade names of an LEA
GET  /grade-names/<cds that is not there>      ?? xxxxx xx xxxxx ---xx  Grade names of no LEA
POST /grade-names/<cds>                        !? xxxxx xx xxxxx xx>xx  Grade names: save
POST /grade-names/<cds>/import                 !? xxxxx xx xxxxx xxoxx  Grade names: read a file
GET  /grade-names/<cds>/export                 ?? xxxxx xx xxxxx oooxx  Grade names: download
GET  /new-reports                              ?? xxxxx xx xxxxx oooxx  New reports
GET  /new-reports/<cds>                        ?? xxxxx xx xxxxx oooxx  New reports of an LEA
GET  /new-reports/<cds that is not there>      ?? xxxxx xx xxxxx ---xx  New reports of no LEA
POST /new-reports/<cds>                        !? xxxxx xx xxxxx xx>xx  New reports: save the search plan
POST /new-reports/<cds>/search                 !? xxxxx xx xxxxx xx>xx  New reports: begin, pause, resume or stop one
GET  /report-manager                           ?? xxxxx xx xxxxx oooxx  Report manager
GET  /report-manager/<cds>                     ?? xxxxx xx xxxxx oooxx  Report manager of an LEA
GET  /report-manager/<cds that is not there>   ?? xxxxx xx xxxxx ---xx  Report manager of no LEA
POST /report-manager/<cds>/handle              !? xxxxx xx xxxxx xx-xx  Report manager: write beside a release not there
GET  /report-manager/<cds>/export              ?? xxxxx xx xxxxx oooxx  Report manager: download
HEAD /report-manager/<cds>/export              ?? xxxxx xx xxxxx ...xx  the same, fetched ahead
GET  /notices                                  ?? xxxxx xx xxxxx oooxx  Notices to families
GET  /notices/<cds>                            ?? xxxxx xx xxxxx oooxx  Notices to families of an LEA
GET  /notices/<cds that is not there>          ?? xxxxx xx xxxxx ---xx  Notices to families of no LEA
POST /notices/<cds>                            !? xxxxx xx xxxxx xx>xx  Notices to families: save the settings
GET  /notices/<cds>/<language>/<kind>          ?? xxxxx xx xxxxx oooxx  The text of a notice in one language
GET  /notices/<cds>/<language that is not there>/<kind> ?? xxxxx xx xxxxx ---xx  The text of a notice in no language
POST /notices/<cds>/<language>/<kind>/built-in !? xxxxx xx xxxxx xx>xx  The text of a notice: use the built-in one again
POST /notices/<cds>/<language>/<kind>          !? xxxxx xx xxxxx xx>xx  The text of a notice: save
POST /notices/<cds>/<language>/<kind>/preview  !? xxxxx xx xxxxx xxoxx  The text of a notice: look at the mail
GET  /dashboard                                ?? xxxxx xx xxxxx oooxx  Dashboard
GET  /dashboard/<cds>                          ?? xxxxx xx xxxxx oooxx  Dashboard of an LEA
GET  /dashboard/<cds that is not there>        ?? xxxxx xx xxxxx ---xx  Dashboard of no LEA
GET  /deadlines                                ?? xxxxx xx xxxxx oooxx  Due dates and school calendar
GET  /deadlines/<cds>                          ?? xxxxx xx xxxxx oooxx  Due dates and school calendar of an LEA
GET  /deadlines/<cds that is not there>        ?? xxxxx xx xxxxx ---xx  Due dates and school calendar of no LEA
POST /deadlines/<cds>/receipts                 !? xxxxx xx xxxxx xx>xx  Due dates: save when the results came in
POST /deadlines/<cds>/calendar                 !? xxxxx xx xxxxx xx>xx  School calendar: save
POST /deadlines/<cds>/calendar/import          !? xxxxx xx xxxxx xxoxx  School calendar: read a file
GET  /deadlines/<cds>/calendar/export          ?? xxxxx xx xxxxx oooxx  School calendar: download
GET  /launch/<page>                            >> >>>>> >> >>>>> >>>>>  on to PowerSchool's sign-in
GET  /launch/<page that is not there>          -- ----- -- ----- -----  on to PowerSchool's sign-in for no page
GET  /signed-out                               oo ooooo oo ooooo ooooo  said after signing out
GET  /live                                     oo ooooo oo ooooo ooooo  whether the service lives
GET  /ready                                    oo ooooo oo ooooo ooooo  whether it can serve
GET  /static/<filename>                        oo ooooo oo ooooo ooooo  stylesheets and scripts
GET  /static/<filename that is not there>      -- ----- -- ----- -----  no such file
POST /sign-out                                 !> >>>>> >> >>>>> >>>>>  sign out
GET  /sign-in                                  xx xxxxx xx xxxxx xxxxx  PowerSchool's answer, one nobody asked for
"""

#: Where whoever gets through makes us ask the state. Nobody does anywhere else, and nobody who is turned away does.
ASKS_THE_STATE = {
    ("POST", "/students/<dcid>/score-reports"),
    ("GET", "/students/<dcid>/score-reports?assessment=01"),
    ("POST", "/setup/<cds>/test"),
}


@dataclass(frozen=True)
class Row:
    method: str
    address: str
    statuses: tuple[int, ...]
    what: str

    @property
    def rule(self) -> str:
        return rule_of(self.address)

    def status(self, persona: Persona) -> int:
        return self.statuses[PERSONAS.index(persona)]


def rule_of(address: str) -> str:
    """The address as the app's map of routes has it, without converters."""
    return re.sub(r"<(\w+)[^>]*>", r"<\1>", address.partition("?")[0])


def _rows() -> Iterator[Row]:
    marks = f"[{re.escape(''.join(MARKS))} ]+"
    for line in TABLE.strip().splitlines():
        method, address, marked, what = re.fullmatch(rf"(\S+) +(/.*?) +({marks})  (.+)", line).groups()
        yield Row(method, address, tuple(MARKS[mark] for mark in marked.replace(" ", "")), what)


ROWS = tuple(_rows())


@cache
def declared() -> dict[str, set[str]]:
    """Every rule with the methods that it takes."""
    methods: dict[str, set[str]] = {}
    for row in ROWS:
        methods.setdefault(row.rule, {"OPTIONS"}).update({row.method, "HEAD"} if row.method == "GET" else {row.method})
    return methods


def promises(persona: Persona) -> dict[tuple[str, str], int]:
    """The status of every method at every address, in the order in which tests knock."""
    promised: dict[tuple[str, str], int] = {}
    for rule, methods in declared().items():
        promised |= {(method, rule): 405 for method in METHODS if method not in methods}
        promised["OPTIONS", rule] = _options(rule, persona)
    for row in ROWS:
        promised[row.method, row.address] = row.status(persona)
        if row.method == "GET":
            promised["HEAD", row.address] = row.status(persona)
    return promised


def _options(rule: str, persona: Persona) -> int:
    """OPTIONS says which methods there are to whoever may use one of them, and hands out nothing else."""
    rows = [row for row in ROWS if row.rule == rule]
    if rows[0].status(SIGNED_OUT) != 401:  # open to everybody
        return 200
    if persona in {NOBODY, SIGNED_OUT}:
        return 401
    return 403 if all(row.status(persona) == 403 for row in rows) else 200
