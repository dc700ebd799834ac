"""People who sign in over HTTP as a browser would, and what is needed to ask for their pages again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import requests

from bench.asking import Page
from bench.stand import Stand
from sandbox.ports import LOOPBACK
from sandbox.school import Account
from sandbox.school.people.accounts import PORTALS, Accounts
from sandbox.school.portals.doors import DOORS


@dataclass(frozen=True)
class Person:
    """Somebody with a session. `page` is their Score Reports page, `get_report` its form: all tests of all years."""

    dcid: int
    page: Page
    get_report: Page


def parents(stand: Stand) -> Iterator[Person]:
    """Parents who have signed in and whose first child has reports; one for each child, so that nobody shares."""
    closed = {pupil.dcid for pupil in stand.district.pupils if pupil.release_block or pupil.hidden_contact}
    good = {pupil.dcid for pupil in stand.district.pupils if pupil.outcome == "reports"} - closed
    for account in Accounts(stand.district).all:
        if account.persona == "parent":
            person = _sign_in(stand, account, "score-reports-portal?persona=parent")
            if person and person.dcid in good:
                good.remove(person.dcid)
                yield person


def administrator(stand: Stand, dcid: int) -> Person:
    """Somebody of the district office on this student's page."""
    office = Accounts(stand.district).named("staff", "dana.overlook")
    person = _sign_in(stand, office, f"score-reports-admin?frn=001{dcid}")
    if person is None:
        raise RuntimeError("the administrator can't open a student's page")
    return person


def reader(stand: Stand) -> Page:
    """The bare application's page, for somebody who has signed in there."""
    answer = requests.get(f"{stand.bare}/sign-in", timeout=20)
    return Page(f"{stand.bare}/", {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]})


def _sign_in(stand: Stand, account: Account, launch: str) -> Person | None:
    """Through the school system to the first page that the launch leads to; None where that is not a student's."""
    with requests.Session() as browser:
        browser.trust_env = False
        door, _ = DOORS[PORTALS[account.persona]]
        known = {"username": account.username, "password": account.password}
        browser.post(stand.school + door, data=known, timeout=20)
        shown = browser.get(f"{stand.sidecar}/launch/{launch}", timeout=20)
        own = [f"{cookie.name}={cookie.value}" for cookie in browser.cookies if cookie.name.startswith("score-reports")]
    return _person(shown, "; ".join(own))


def _person(shown: requests.Response, cookies: str) -> Person | None:
    dcid = re.search(r"/students/([0-9]+)/score-reports$", shown.url)
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', shown.text)
    if not (shown.ok and dcid and token):
        return None
    parts = urlsplit(shown.url)
    # The server stands on this address only; its name may lead to another one first.
    url = f"http://{LOOPBACK}:{parts.port}{parts.path}"
    headers = {"Host": parts.netloc, "Cookie": cookies}
    form = urlencode({"csrf_token": token[1], "assessment": "", "year": ""})
    typed = {"Content-Type": "application/x-www-form-urlencoded"}
    return Person(int(dcid[1]), Page(url, headers), Page(url, headers | typed, form))
