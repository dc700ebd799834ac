"""Ids, parameters, forms and cookies swapped at random: nobody sees, opens or asks for what is not theirs."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings

from sandbox.district import Pupil
from sandbox.stage import Stage
from tests.access.hostile import LONG, OWNERS, Swap, encoded, pairs, swaps
from tests.access.people import launch, own_link, pupil
from tests.conftest import visitor_of
from tests.visitor import Visitor, filled

#: Door and user name; then whom of the district they may see, and nobody else.
INTRUDERS: dict[str, tuple[str, Callable[[Stage, Pupil], bool]]] = {
    "lucia.ejemplo": ("parent", lambda _, one: one.last == "Ejemplo"),
    "mateo.ejemplo": ("student", lambda _, one: one.first == "Mateo"),
    "frankie.verbena": ("teacher", lambda stage, one: teaches(stage, "frankie.verbena", one)),
    "pat.principle": ("staff", lambda _, one: one.school_number == 101),
    "kelly.clerkson": ("staff", lambda _stage, _one: False),
}
OTHERS = {"alex.sampleton": "parent", "lee.coordinado": "staff"}
COOKIE = "score-reports-demo"
LARGEST = 100_000
#: What would stand in a page if somebody's text were taken for markup or for a template.
TAKEN_FOR_CODE = ("<script>hostile", "<svg/onload", '"onmouseover=hostile', str(7331 * 7))


@dataclass(frozen=True)
class Known:
    """Somebody signed in: the cookie, a form's token, and one of their links ("" for none)."""

    visitor: Visitor
    cookie: str
    token: str
    link: str
    reach: frozenset[int]


class Intrusion:
    """The stage with everybody signed in, and one swapped request at a time."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        everybody = frozenset(one.id for one in stage.district.pupils)
        self.people = {name: self._sign_in(name, door, everybody) for name, door in OTHERS.items()}
        for name, (door, sees) in INTRUDERS.items():
            reach = frozenset(one.id for one in stage.district.pupils if sees(stage, one))
            self.people[name] = self._sign_in(name, door, reach)
        self.links = {f"<link of {owner}>": self.people[owner].link for owner in OWNERS}

    def _sign_in(self, name: str, door: str, reach: frozenset[int]) -> Known:
        visitor = visitor_of(self.stage, door, name)
        launch(visitor, door, pupil(self.stage, "Juniper" if name in {*OTHERS, "pat.principle"} else "Mateo"))
        link = own_link(visitor) if visitor.page.status == 200 else ""
        token = filled(visitor.page.form("Sign out"))["csrf_token"]
        return Known(visitor, visitor.session.cookies[COOKIE], token, link, reach)

    def attempt(self, swap: Swap) -> None:
        """Send it, and look at everything that came of it."""
        mine, victim = self.people[swap.intruder], self.people["lee.coordinado"]
        cookie = swap.mixed
        if not isinstance(cookie, str):
            # The content, the time and the signature. A long content is packed, and then begins with a dot.
            parts = zip(swap.mixed, mine.cookie.rsplit(".", 2), victim.cookie.rsplit(".", 2), strict=True)
            cookie = ".".join(theirs if mixed else own for mixed, own, theirs in parts)
        if swap.address in {"/sign-in", "/sign-out"}:  # these end the session of whoever is signed in
            cookie = ""
        as_themselves = cookie == mine.cookie
        before = len(self.stage.state.calls)
        answer, body = self._send(swap, cookie)
        asked = {call.pupil for call in self.stage.state.calls[before:]} - {None}
        assert asked <= (mine.reach if as_themselves else set())
        assert answer.status < 500
        assert len(body) <= LARGEST
        self._assert_nothing_of_others(body, mine, as_themselves)
        self._assert_leads_nowhere_else(answer.headers.get("Location", ""), swap, mine, as_themselves)

    def _send(self, swap: Swap, cookie: str) -> tuple[http.client.HTTPResponse, str]:
        token = {"own": self.people[swap.intruder].token, "another": self.people["alex.sampleton"].token, "none": ""}
        form = pairs((("csrf_token", token.get(swap.token, "IjE2.hostile")), *swap.form))
        path = swap.path()
        for name, link in self.links.items():
            path, form = path.replace(encoded(name), link), form.replace(encoded(name), link)
        headers = {
            "Cookie": f"{COOKIE}={LONG.get(cookie, cookie)}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = http.client.HTTPConnection(urlsplit(self.stage.url).netloc, timeout=30)
        try:
            connection.request(swap.method, path, form if swap.method in {"POST", "PUT"} else None, headers)
            answer = connection.getresponse()
            return answer, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def _assert_nothing_of_others(self, body: str, mine: Known, as_themselves: bool) -> None:
        seen = [one for one in self.stage.district.pupils if as_themselves and one.id in mine.reach]
        own = {f"{one.first} {one.last}" for one in seen}
        names = {f"{one.first} {one.last}" for one in self.stage.district.pupils} - own
        links = {one.link for one in self.people.values() if one is not mine and one.link}
        words = (*names, *links, *self.stage.secrets, *TAKEN_FOR_CODE, "X-Amz-")
        assert not [word for word in words if word in body]

    def _assert_leads_nowhere_else(self, location: str, swap: Swap, mine: Known, as_themselves: bool) -> None:
        if location.startswith(self.stage.state.sandbox_url + "/"):
            assert as_themselves
            assert swap.path().startswith(f"/reports/{encoded(f'<link of {swap.intruder}>')}")
        elif location:
            ours = location.startswith("/") and location[1:2] not in {"/", "\\"}
            assert ours or location.startswith((self.stage.url + "/", self.stage.school.url + "/"))


def teaches(stage: Stage, username: str, one: Pupil) -> bool:
    """Whether the pupil sits today in a section that this teacher has today."""
    district, today = stage.district, stage.district.today
    numbers = {
        number for person in district.staff if person.account.username == username for _, number in person.staff_ids
    }
    sections = {it.section_id for it in district.teachings if it.staff_id in numbers and it.start <= today <= it.end}
    seats = [seat for seat in district.seats if seat.pupil_id == one.id and seat.section_id in sections]
    return any(seat.entered <= today < seat.left and not seat.dropped for seat in seats)


@pytest.fixture(scope="module")
def intrusion(stage: Stage) -> Intrusion:
    return Intrusion(stage)


def try_swaps(intrusion: Intrusion, **how: object) -> None:
    @settings(deadline=None, database=None, **how)
    @given(swaps(tuple(INTRUDERS)))
    def intrude(swap: Swap) -> None:
        intrusion.attempt(swap)

    intrude()
    for name in INTRUDERS:  # or else the last of them were refused for want of a session
        own = intrusion.people[name].visitor
        assert own.session.get(f"{own.sidecar}/students", allow_redirects=False).status_code != 401


def test_swapped_ids_parameters_and_cookies_open_nothing_of_anybody_else(intrusion):
    try_swaps(intrusion, max_examples=50, derandomize=True)


@pytest.mark.soak
def test_five_hundred_swaps_open_nothing_of_anybody_else(intrusion):
    try_swaps(intrusion, max_examples=500, print_blob=True)
