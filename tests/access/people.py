"""People at the door: signed in once, each with what they know of the addresses behind it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
import urllib3

from sandbox.district import Pupil
from sandbox.stage import Stage
from tests.access.rules import NOBODY, SIGNED_OUT, Persona, rule_of
from tests.conftest import visitor_of
from tests.visitor import Visitor, filled

#: What a form sends, by its address.
Forms = Mapping[str, Mapping[str, str]]

LAUNCHES = {
    "parent": ("score-reports-portal", {"persona": "parent"}),
    "student": ("score-reports-portal", {"persona": "student"}),
    "teacher": ("score-reports-teacher", {}),
    "staff": ("score-reports-admin", {}),
}
NOT_THERE = {
    "dcid that is not there": "9999999999",
    "id that is not there": "9999999999",
    "link that is not there": "AAAAAAAAAAAAAAAAAAAAAA",
    "cds that is not there": "19999019999999",
    "page that is not there": "not-there",
    "filename that is not there": "not-there.css",
    "language that is not there": "tlh",
    "kind that is not there": "not-there",
}


#: Where the text of a notice is sent to.
TEXTS = tuple(f"/notices/<cds>/<language>/<kind>{end}" for end in ("", "/preview", "/built-in"))

#: What an import is sent.
FILES = {
    "/grade-names/<cds>/import": b"number,name,code,from_year\n",
    "/deadlines/<cds>/calendar/import": b"what,first,last\nholiday,2026-11-11,\n",
}


@dataclass(frozen=True)
class Knocker:
    """Somebody in front of the addresses: `known` fills the places in them, `token` is the forms' own.

    Of ten thousand knocks a session of `requests` would take more time than the doors.
    """

    door: urllib3.HTTPConnectionPool
    token: str
    known: Mapping[str, str]
    forms: Forms
    cookies: dict[str, str] = field(default_factory=dict)

    def knock(self, method: str, address: str) -> urllib3.BaseHTTPResponse:
        path = re.sub(r"<([^>]+)>", lambda place: self.known[place[1]], address)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        fields: dict[str, object] = {}
        if method == "POST":
            fields |= {**self.forms.get(rule_of(address), {}), "csrf_token": self.token}
            fields |= {"file": ("file.csv", FILES[address])} if address in FILES else {}
        options = {"fields": fields, "encode_multipart": address in FILES} if fields else {}
        answer = self.door.request(method, path, headers=headers, redirect=False, retries=False, timeout=30, **options)
        for cookie in answer.headers.getlist("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


@dataclass(frozen=True)
class Office:
    """Somebody with full access: a link of theirs, and their forms as they stand, for others to try."""

    link: str
    forms: Forms


def sign_in(stage: Stage, office: Office, persona: Persona) -> Knocker:
    child = pupil(stage, persona.child)
    known = {
        **NOT_THERE,
        "dcid": str(child.dcid),
        "id": str(child.id),
        "link": office.link,
        "link of somebody else": office.link,
        "cds": child.lea_cds,
        "page": "setup",
        "filename": "score-reports.css",
        "language": "es",
        "kind": "released",
    }
    door = urllib3.connection_from_url(stage.url)
    if persona is NOBODY:
        return Knocker(door, "", known, office.forms)
    visitor = visitor_of(stage, persona.door, persona.username)
    launch(visitor, persona.door, child)
    if visitor.page.status == 200:
        known["link"] = own_link(visitor)
    token = filled(visitor.page.form("Sign out"))["csrf_token"]
    forms = forms_shown_to(visitor) if persona.username == "dana.overlook" else office.forms
    cookies = cookies_of(visitor.session, door.host)
    if persona is SIGNED_OUT:
        visitor.send("Sign out")
    return Knocker(door, token, known, forms, cookies)


def cookies_of(session: requests.Session, host: str) -> dict[str, str]:
    return {cookie.name: cookie.value for cookie in session.cookies if cookie.domain.partition(".")[0] == host}


def pupil(stage: Stage, first: str) -> Pupil:
    return next(one for one in stage.district.pupils if one.first == first)


def launch(visitor: Visitor, door: str, child: Pupil) -> None:
    """Come from PowerSchool's own page about this child."""
    page, query = LAUNCHES[door]
    number = {"student_id": child.id} if page == "score-reports-portal" else {"frn": f"001{child.dcid}"}
    visitor.launch(page, **query, **number)


def own_link(visitor: Visitor) -> str:
    return visitor.send("Get Report").link("View:").rpartition("/")[2]


def forms_shown_to(visitor: Visitor) -> Forms:
    """What is sent from each page when nobody changed anything on it."""
    setup = filled(visitor.open("/setup").form("Save"))
    return {
        "/students/<dcid>/score-reports": {"assessment": "", "year": ""},
        "/setup/<cds>": {**setup, "expires_on": (datetime.date.today() + datetime.timedelta(days=80)).isoformat()},
        "/access": filled(visitor.open("/access").form("Save")),
        "/grade-names/<cds>": filled(visitor.open("/grade-names").form("Save")),
        "/deadlines/<cds>/receipts": filled(visitor.open("/deadlines").form("Save the days")),
        "/deadlines/<cds>/calendar": filled(visitor.page.form("Save the calendar")),
        "/report-manager/<cds>/handle": {"release": "0", "do": "hand_over", "on": "2026-01-02"},
        "/new-reports/<cds>": filled(visitor.open("/new-reports").form("Save the plan")),
        "/new-reports/<cds>/search": {"do": "pause"},
        "/notices/<cds>": filled(visitor.open("/notices").form("Save")),
        **{rule: {"subject": "News", "body": "Look at $portal", "version": "0"} for rule in TEXTS},
    }
