"""Score Reports: one page behind the administrators', the teachers' and the families' doors."""

from __future__ import annotations

import flask
from flask.views import MethodView
from werkzeug.wrappers import Response

from plugin.errors import BadRequest, NotFound
from plugin.model import Persona, SchoolYear, Student
from plugin.pages.answer import Answer, kept_answer
from plugin.pages.asking import asking, viewer
from plugin.pages.forms import GetReportForm
from plugin.reports import grades, release, requesting, scope
from plugin.reports.opening import open_report
from plugin.reports.services import Services


class Students(MethodView):
    """The way in from the portal, which knows a student's other number, or none: then the first of the family's."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self) -> Response:
        wish = flask.request.args.get("student_id", type=int)
        everybody = scope.students(self._services.roster, viewer(), self._services.today())
        found = [student for student in everybody if wish in {None, student.id}]
        if not found:
            raise NotFound
        return flask.redirect(flask.url_for("score_reports", dcid=found[0].dcid), 303)


class ScoreReports(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self, dcid: int) -> str:
        who = viewer()
        student = requesting.student_in_scope(self._services, who, dcid, asking())
        answer = kept_answer(self._services, who, dcid)
        return flask.render_template(
            "score_reports.html",
            student=student,
            answer=answer,
            form=self._form(answer),
            grades=grades.of_student(self._services, student, tested=bool(answer and answer.rows)),
            this_year=SchoolYear.containing(self._services.today()),
            others=scope.students(self._services.roster, who, self._services.today()),
            for_administrators=self._for_administrators(student) if who.persona is Persona.STAFF else None,
        )

    def post(self, dcid: int) -> Response:
        form = self._form(kept_answer(self._services, viewer(), dcid))
        if not form.validate():
            raise BadRequest
        requesting.get_report(self._services, viewer(), dcid, form.choice(), asking())
        return flask.redirect(flask.url_for("score_reports", dcid=dcid, _anchor="results"), 303)

    def _form(self, answer: Answer | None) -> GetReportForm:
        asked = {"assessment": answer.assessment, "year": answer.year} if answer else {}
        form = GetReportForm(data=asked)
        years = {row.year for row in answer.rows} | {answer.year} - {""} if answer else set()
        form.offer(SchoolYear.containing(self._services.today()), {year for year in years if SchoolYear.parse(year)})
        return form

    def _for_administrators(self, student: Student) -> dict[str, object]:
        return {
            "last_look": self._services.audit.last_look(student.dcid, Persona.PARENT),
            "release": release.standing(self._services.roster, student),
        }


class ViewReport(MethodView):
    """View. The state's link goes into a header only: Flask's own redirect would write it into the body as well."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self, link: str) -> Response:
        if "prefetch" in flask.request.headers.get("Sec-Purpose", flask.request.headers.get("Purpose", "")):
            return Response(status=204)
        address = open_report(self._services, viewer(), link, asking())
        response = Response(status=303)
        response.headers["Location"] = address
        return response
