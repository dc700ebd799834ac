"""New reports: how the search through an LEA's students stands, what can be done to it, and when the next one is."""

from __future__ import annotations

import flask
from flask.views import MethodView
from werkzeug.wrappers import Response

from plugin.errors import BadRequest
from plugin.model import Lea
from plugin.names import folded
from plugin.pages.asking import operator, version_seen
from plugin.pages.leas import chosen, chosen_to_change
from plugin.pages.said import Said
from plugin.reports.detection import control, planning, searching
from plugin.reports.detection.control import Verb
from plugin.reports.detection.overview import HOLDS, Overview, overview
from plugin.reports.detection.plan import KIND, SearchPlan
from plugin.reports.detection.planning import Typed, checked
from plugin.reports.faults import Faulty
from plugin.reports.services import Services
from plugin.store.searched import Progress
from plugin.store.searches import Search
from plugin.store.versions import SavedMeanwhile

#: What the page says after it was sent back to: what was done to a search, that somebody was faster, a saved plan.
DONE = frozenset({*Verb, "overtaken", "saved"})
#: How many searches before the newest are shown.
EARLIER = 10
#: Seconds between two looks of a page that updates by itself.
EVERY = 10
#: How often without anybody doing anything: twenty minutes, less than a session that nobody uses lives.
TIMES = 120


class NewReports(MethodView):
    """With `watch` it updates by itself so often while a search moves: not for ever, for each time renews the session.

    Then it has no form, so that nothing typed is lost.
    """

    def __init__(self, services: Services) -> None:
        self._services = services.for_showing()

    def get(self, cds: str = "") -> Response:
        lea, done = chosen(self._services, cds), flask.request.args.get("done", "")
        now, times = overview(self._services, lea), min(flask.request.args.get("watch", 0, int), TIMES)
        shown = page(self._services, now, Said(done if done in DONE else ""), watched=times > 0)
        answer = flask.make_response(shown)
        if times > 0 and now.is_searching:
            again = flask.url_for("new_reports", cds=lea.cds, watch=times - 1)
            answer.headers["Refresh"] = f"{EVERY}; url={again}"
        return answer


class ChangeSearch(MethodView):
    """Run now, Pause, Resume, Stop for good."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def post(self, cds: str) -> Response:
        lea, wanted = chosen_to_change(self._services, cds), flask.request.form.get("do", "")
        if wanted not in set(Verb):
            raise BadRequest
        done = control.change(self._services, operator(), lea, Verb(wanted))
        return back(lea, wanted if done else "overtaken")


class SaveSearchPlan(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services

    def post(self, cds: str) -> Response | tuple[str, int]:
        lea = chosen_to_change(self._services, cds)
        typed = read(self._services.roster.schools_of(lea))
        try:
            plan = checked(typed, self._services.today())
            planning.save(self._services, operator(), lea, plan, seen=version_seen())
        except Faulty as refusal:
            return page(self._services, overview(self._services, lea), Said("faulty", typed, refusal.faults)), 422
        except SavedMeanwhile:
            return page(self._services, overview(self._services, lea), Said("meanwhile", typed)), 409
        return back(lea, "saved")


def page(services: Services, now: Overview, said: Said[Typed], *, watched: bool = False) -> str:
    saved = services.choices.of(now.lea.cds, KIND)
    plan = SearchPlan.of(saved.choice)
    return flask.render_template(
        "new_reports.html",
        lea=now.lea,
        leas=services.roster.leas(),
        now=now,
        holds=HOLDS,
        earlier=_earlier(services, now),
        said=said,
        watched=watched,
        every=EVERY,
        times=TIMES,
        saved=saved,
        plan=plan,
        typed=said.typed or Typed.of(plan),
        schools=sorted(services.roster.schools_of(now.lea).items(), key=lambda one: folded(one[1])),
        unreadable=searching.unreadable(services),
        status_field=services.district.fields.get("status"),
        today=services.today(),
    )


def read(offered: dict[int, str]) -> Typed:
    """The plan as it was sent, with those of the offered schools that are ticked."""
    form = flask.request.form
    return Typed(
        enabled="enabled" in form,
        days=frozenset(day for day in range(7) if f"day-{day}" in form),
        at=form.get("at", "").strip(),
        previous_years="previous_years" in form,
        left_since=form.get("left_since", "").strip(),
        leave_out_status="leave_out_status" in form,
        schools=frozenset(number for number in offered if f"school-{number}" in form),
        rate=form.get("rate", "").strip(),
    )


def back(lea: Lea, done: str) -> Response:
    return flask.redirect(flask.url_for("new_reports", cds=lea.cds, done=done), 303)


def _earlier(services: Services, now: Overview) -> list[tuple[Search, Progress]]:
    before = services.searches.recent(now.lea.cds, EARLIER + 1)[1:]
    return [(search, services.searches.progress(search.id)) for search in before]
