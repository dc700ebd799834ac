"""Score Reports: one page behind the administrators', the teachers' and the families' doors."""

from __future__ import annotations

import flask
from flask.views import MethodView
from werkzeug.wrappers import Response

from plugin.errors import BadRequest, Failure, NoChildren, NotFound, OwnReportsClosed
from plugin.model import Persona, SchoolYear, Student, Viewer
from plugin.pages.answer import Answer, kept_answer
from plugin.pages.asking import asking, is_prefetch, viewer
from plugin.pages.forms import GetReportForm
from plugin.reports import assessments, follow_ups, grades, on_opening, release, requesting, scope
from plugin.reports.opening import open_report
from plugin.reports.requesting import Choice
from plugin.reports.services import Services
from plugin.store.audit import Event

#: What is said to somebody for whom there is nobody to show at all.
NOBODY: dict[Persona, type[Failure]] = {Persona.PARENT: NoChildren, Persona.STUDENT: OwnReportsClosed}


class Students(MethodView):
    """The way in from the portal, which knows a student's other number, or none: then the first of the family's."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self) -> Response:
        wish = flask.request.args.get("student_id", type=int)
        pages = self._services.district.pages
        everybody = scope.students(self._services.recent_roster, pages, viewer(), self._services.today())
        found = [student for student in everybody if wish in {None, student.id}]
        if not found:
            refusal = NotFound if everybody else NOBODY.get(viewer().persona, NotFound)
            self._services.record(Event.REFUSED, viewer(), asking(), outcome=refusal.cause)
            raise refusal
        target = flask.url_for("score_reports", dcid=found[0].dcid, assessment=flask.request.args.get("assessment"))
        return flask.redirect(target, 303)


class ScoreReports(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self, dcid: int) -> str | Response:
        student = requesting.student_in_scope(self._services.for_showing(), viewer(), dcid, asking())
        wished = flask.request.args.get("assessment", "")
        choice = None if is_prefetch() else on_opening.choice(self._services, viewer(), dcid, wished)
        return self._ask(dcid, choice) if choice else self._show(viewer(), student)

    def post(self, dcid: int) -> Response:
        form = self._form(kept_answer(self._services, viewer(), dcid))
        if not form.validate():
            raise BadRequest
        return self._ask(dcid, form.choice())

    def _ask(self, dcid: int, choice: Choice) -> Response:
        requesting.get_report(self._services, viewer(), dcid, choice, asking())
        return flask.redirect(flask.url_for("score_reports", dcid=dcid, _anchor="results"), 303)

    def _show(self, who: Viewer, student: Student) -> str:
        roster, today = self._services.recent_roster, self._services.today()
        is_family = who.persona in {Persona.PARENT, Persona.STUDENT}
        answer = kept_answer(self._services, who, student.dcid)
        return flask.render_template(
            "score_reports.html",
            student=student,
            answer=answer,
            begins_later=answer is not None and assessments.begins_later(answer.assessment, student.grade),
            form=self._form(answer),
            grades=grades.of_student(self._services.for_showing(), student, tested=bool(answer and answer.rows)),
            this_year=SchoolYear.containing(today),
            others=scope.students(roster, self._services.district.pages, who, today) if is_family else [],
            classes=scope.classes(roster, who, student.dcid, today),
            families=self._services.district.families if is_family else None,
            for_administrators=self._for_administrators(student) if who.persona is Persona.STAFF else None,
        )

    def _form(self, answer: Answer | None) -> GetReportForm:
        asked = {"assessment": answer.assessment, "year": answer.year} if answer else {}
        form = GetReportForm(data=asked)
        years = {row.year for row in answer.rows} | {answer.year} - {""} if answer else set()
        form.offer(SchoolYear.containing(self._services.today()), {year for year in years if SchoolYear.parse(year)})
        return form

    def _for_administrators(self, student: Student) -> dict[str, object]:
        return {
            "last_look": self._services.audit.last_look(student.dcid, Persona.PARENT),
            "release": release.standing(self._services.recent_roster, student.dcid),
            "rights_are_read": self._services.recent_roster.rights_denied(student.dcid) is not None,
            "follow_up": self._services.follow_ups.newest(student.dcid, follow_ups.BLOCKED),
        }


class CloseFollowUp(MethodView):
    """The office handed the report over another way."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def post(self, dcid: int) -> Response:
        student = requesting.student_in_scope(self._services, viewer(), dcid, asking())
        follow_ups.close(self._services, viewer(), student.school.lea.cds, dcid, asking())
        return flask.redirect(flask.url_for("score_reports", dcid=dcid, _anchor="office"), 303)


class ViewReport(MethodView):
    """View. The state's link goes into a header only: Flask's own redirect would write it into the body as well."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self, link: str) -> Response:
        if is_prefetch():
            return Response(status=204)
        address = open_report(self._services, viewer(), link, asking())
        response = Response(status=303)
        response.headers["Location"] = address
        return response
