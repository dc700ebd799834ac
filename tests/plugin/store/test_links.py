"""What a viewer was last answered for a student, and the links that open for nobody else and not for long."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from plugin.model import Report, SchoolYear
from plugin.store import tables
from plugin.store.database import Database
from plugin.store.links import LINK_LIFE, RESULT_LIFE, Asked, Links
from plugin.store.vault import Vault

SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)
ASKED = Asked(4711, "elpac", "2024-25")
COMBINED = Report(
    record_types=frozenset({"01", "02", "06"}),
    test_name="Smarter Balanced",
    program="CAASPP",
    year=SchoolYear(2024),
    year_text="2024-25",
    grade="05",
    language="SPA",
    format="PDF",
    url="https://reports.example/a.pdf?X-Amz-Signature=CANARY",
)
STRANGE = Report(frozenset(), "", "?", None, "next year", "KN", "xx-Klingon", "HOLOGRAM", "https://reports.example/b")


@pytest.fixture
def links(database: Database, vault: Vault) -> Links:
    return Links(database, vault)


@pytest.fixture
def until(now: datetime.datetime) -> datetime.datetime:
    return now + 20 * MINUTE


def test_a_result_comes_back_with_its_reports_in_order_and_without_links(links: Links, now, until) -> None:
    links.keep("ada", ASKED, [(STRANGE, until), (COMBINED, until)], now)
    kept = links.latest("ada", 4711, now)
    assert (kept.asked, kept.asked_at, kept.cause, kept.facts) == (ASKED, now, "", {})
    assert [link.report for link in kept.links] == [replace(STRANGE, url=""), replace(COMBINED, url="")]
    assert {link.expires_at for link in kept.links} == {until}


def test_a_failure_comes_back_with_its_facts(links: Links, now: datetime.datetime) -> None:
    links.keep("ada", ASKED, [], now, cause="credentials_expired", facts={"lea": "Näher", "tried": 2})
    kept = links.latest("ada", 4711, now)
    assert (kept.cause, kept.facts, kept.links) == ("credentials_expired", {"lea": "Näher", "tried": 2}, ())


def test_a_link_opens_for_its_viewer(links: Links, now, until) -> None:
    links.keep("ada", ASKED, [(COMBINED, until), (STRANGE, until)], now)
    for kept, report in zip(links.latest("ada", 4711, now).links, (COMBINED, STRANGE), strict=True):
        found = links.find(kept.id, "ada", now)
        assert (found.report, found.student_dcid, found.expires_at) == (report, 4711, until)


def test_somebody_elses_link_and_one_that_never_was_are_the_same(links: Links, now, until) -> None:
    links.keep("ada", ASKED, [(COMBINED, until)], now)
    [kept] = links.latest("ada", 4711, now).links
    assert links.find(kept.id, "bob", now) is None
    assert links.find("never was", "ada", now) is None
    assert links.latest("bob", 4711, now) is None
    assert links.latest("ada", 4712, now) is None


def test_a_link_is_refused_from_the_moment_it_expires(links: Links, now, until) -> None:
    links.keep("ada", ASKED, [(COMBINED, until)], now)
    [kept] = links.latest("ada", 4711, now).links
    assert links.find(kept.id, "ada", until - SECOND).report == COMBINED
    assert links.find(kept.id, "ada", until).report == replace(COMBINED, url="")


def test_no_link_lives_longer_than_thirty_minutes(links: Links, now: datetime.datetime) -> None:
    links.keep("ada", ASKED, [(COMBINED, now + datetime.timedelta(days=7))], now)
    [kept] = links.latest("ada", 4711, now).links
    assert kept.expires_at == now + LINK_LIFE
    assert links.find(kept.id, "ada", now + LINK_LIFE - SECOND).report.url
    assert not links.find(kept.id, "ada", now + LINK_LIFE + SECOND).report.url


def test_an_expired_link_is_deleted_and_its_page_can_still_name_the_report(
    database: Database, links: Links, now, until
) -> None:
    links.keep("ada", ASKED, [(COMBINED, until), (STRANGE, until + 5 * MINUTE)], now)
    first, second = links.latest("ada", 4711, now).links
    assert links.forget_expired(until) == 1
    assert links.forget_expired(until) == 0
    with database.read() as connection:
        assert connection.scalars(select(tables.links.c.id).where(tables.links.c.url.is_not(None))).all() == [second.id]
    assert links.find(first.id, "ada", now).report == replace(COMBINED, url="")
    assert links.find(second.id, "ada", now).report == STRANGE


def test_a_new_answer_takes_the_place_of_the_old_one_whose_links_open_until_they_die(links: Links, now, until) -> None:
    """Another tab may still show them."""
    links.keep("ada", ASKED, [(COMBINED, until)] * 3, now)
    [old, *_] = links.latest("ada", 4711, now).links
    again = Asked(4711, "", "")
    links.keep("ada", again, [(STRANGE, until)], now + SECOND, cause="")
    kept = links.latest("ada", 4711, now + SECOND)
    assert (kept.asked, [link.report.test_name for link in kept.links]) == (again, [STRANGE.test_name])
    assert links.find(old.id, "ada", now + SECOND).report.url == COMBINED.url
    assert not links.find(old.id, "ada", until).report.url


def test_links_of_replaced_answers_do_not_pile_up(database: Database, links: Links, now, until) -> None:
    links.keep("ada", ASKED, [(COMBINED, until)] * 3, now)
    links.keep("ada", ASKED, [(COMBINED, until)], until + datetime.timedelta(hours=12))
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.links)) == 1


def test_viewers_and_students_have_results_of_their_own(links: Links, now, until) -> None:
    for viewer in ("ada", "bob"):
        for dcid in (1, 2):
            links.keep(viewer, Asked(dcid, "", ""), [(COMBINED, until)], now)
    kept = [links.latest(viewer, dcid, now).links[0].id for viewer in ("ada", "bob") for dcid in (1, 2)]
    assert len(set(kept)) == 4


def test_a_result_is_shown_for_twelve_hours(links: Links, now, until) -> None:
    links.keep("ada", ASKED, [(COMBINED, until)], now)
    assert links.latest("ada", 4711, now + RESULT_LIFE - SECOND)
    assert links.latest("ada", 4711, now + RESULT_LIFE + SECOND) is None


def test_a_link_cannot_be_moved_to_another_row_or_viewer(database: Database, links: Links, now, until) -> None:
    links.keep("ada", ASKED, [(COMBINED, until), (STRANGE, until)], now)
    links.keep("bob", ASKED, [(STRANGE, until)], now)
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE links SET url = (SELECT url FROM links WHERE position = 1)")
    first, second = links.latest("ada", 4711, now).links
    [bobs] = links.latest("bob", 4711, now).links
    assert links.find(second.id, "ada", now).report.url == STRANGE.url
    assert links.find(first.id, "ada", now).report.url == ""
    assert links.find(bobs.id, "bob", now).report.url == ""


def test_a_row_given_to_another_viewer_opens_nothing(database: Database, links: Links, now, until) -> None:
    links.keep("ada", ASKED, [(COMBINED, until)], now)
    links.keep("bob", ASKED, [], now)
    [kept] = links.latest("ada", 4711, now).links
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE links SET subject = 'bob'")
    assert links.find(kept.id, "bob", now).report.url == ""


def test_ids_are_long_random_and_fit_into_an_address(links: Links, now, until) -> None:
    links.keep("ada", ASKED, [(COMBINED, until)] * 500, now)
    ids = {link.id for link in links.latest("ada", 4711, now).links}
    assert len(ids) == 500
    assert all(len(one) >= 128 / 6 and one.replace("-", "").replace("_", "").isalnum() for one in ids)


def test_eight_who_ask_at_once_leave_one_whole_result(
    connect: Callable[..., Database], database: Database, vault: Vault, now, until
) -> None:
    links = Links(connect(8), vault)
    with ThreadPoolExecutor(8) as threads:
        answers = [
            threads.submit(links.keep, "ada", Asked(4711, str(size), ""), [(COMBINED, until)] * size, now)
            for size in range(1, 41)
        ]
    assert [answer.exception() for answer in answers] == [None] * 40
    kept = links.latest("ada", 4711, now)
    assert len(kept.links) == int(kept.asked.assessment)
    with database.read() as connection:
        listed = tables.links.c.position >= 0
        assert connection.scalar(select(func.count()).select_from(tables.links).where(listed)) == len(kept.links)


def test_what_is_kept_shows_no_link(links: Links, now, until) -> None:
    links.keep("ada", ASKED, [(COMBINED, until)], now)
    kept = links.latest("ada", 4711, now)
    assert "CANARY" not in repr(kept) + repr(links.find(kept.links[0].id, "ada", now))


def test_how_many_asked_lately_is_known_to_those_who_give_them_room(links: Links, now: datetime.datetime) -> None:
    links.keep("ada", ASKED, [], now - MINUTE)
    links.keep("grace", ASKED, [], now)
    links.keep("grace", Asked(5, "", ""), [], now, cause="state_slow")
    assert links.asked_since(now - SECOND) == 2
