"""What a browser gets: views that read a form, call `reports`, and render or redirect.

`add_pages` is the whole map of addresses. Each view class takes what it needs when it is added here; which page an
endpoint belongs to, and who may open it, stands in security.py.
"""

from __future__ import annotations

from collections.abc import Callable

import flask
from werkzeug.routing import BaseConverter

from plugin.config import Settings
from plugin.pages import alarms, failures, headers, leas, locale
from plugin.pages.access import Access, SaveAccess
from plugin.pages.dashboard import Dashboard
from plugin.pages.deadlines import Deadlines, ExportCalendar, ImportCalendar, SaveCalendar, SaveReceipts
from plugin.pages.grade_names import ExportGradeNames, GradeNames, ImportGradeNames, SaveGradeNames
from plugin.pages.health import Live, Ready
from plugin.pages.manager import ExportReleases, HandleReleases, ReportManager
from plugin.pages.new_reports import ChangeSearch, NewReports, SaveSearchPlan
from plugin.pages.notice_texts import NoticeText, PreviewNoticeText, RestoreNoticeText, SaveNoticeText
from plugin.pages.notices import Notices, SaveNotices
from plugin.pages.score_reports import CloseFollowUp, ScoreReports, Students, ViewReport
from plugin.pages.setup import Discard, SaveContacts, SaveCredentials, Setup, TestCredentials
from plugin.pages.signing_in import Launch, SignedOut, SignIn, SignOut
from plugin.powerschool.sign_in import SignIn as OpenIdConnect
from plugin.reports.services import Services
from plugin.store.database import Database
from plugin.store.launches import Launches
from plugin.store.sessions import Sessions

#: Flask's own verb for adding an address.
Add = Callable[..., None]


class Number(BaseConverter):
    """PowerSchool's numbers: ASCII digits only, and never so many that converting them is work."""

    regex = "[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        return int(value)


def add_pages(
    app: flask.Flask,
    settings: Settings,
    services: Services,
    connect: OpenIdConnect,
    launches: Launches,
    sessions: Sessions,
    database: Database,
) -> None:
    app.url_map.converters["number"] = Number
    add, sends_mail = app.add_url_rule, bool(settings.smtp_host)
    _add_ways_in(add, services, connect, launches, sessions)
    _add_score_reports(add, services)
    _add_settings(add, services, sends_mail)
    _add_new_reports(add, services, sends_mail)
    _add_report_manager(add, services)
    add("/live", view_func=Live.as_view("live"))
    add("/ready", view_func=Ready.as_view("ready", database))
    locale.speak(app)
    headers.protect(app, https=not settings.demo)
    alarms.sound(app, services)
    leas.tell(app, services)
    failures.explain(app, services, powerschool_url=settings.powerschool_url)


def _add_ways_in(add: Add, services: Services, connect: OpenIdConnect, launches: Launches, sessions: Sessions) -> None:
    add("/launch/<page>", view_func=Launch.as_view("launch", connect, launches, services.now))
    add("/sign-in", view_func=SignIn.as_view("sign_in", connect, launches, sessions, services))
    add("/sign-out", view_func=SignOut.as_view("sign_out", sessions, services))
    add("/signed-out", view_func=SignedOut.as_view("signed_out"))


def _add_score_reports(add: Add, services: Services) -> None:
    add("/students", view_func=Students.as_view("students", services))
    add("/students/<number:dcid>/score-reports", view_func=ScoreReports.as_view("score_reports", services))
    add("/students/<number:dcid>/follow-up", view_func=CloseFollowUp.as_view("close_follow_up", services))
    add("/reports/<link>", view_func=ViewReport.as_view("view_report", services))


def _add_settings(add: Add, services: Services, sends_mail: bool) -> None:
    """What a district sets up once: credentials, who may open what, the names of its grades."""
    add("/setup", view_func=Setup.as_view("setup", services, sends_mail))
    add("/setup/<cds>", view_func=SaveCredentials.as_view("save_credentials", services, sends_mail))
    add("/setup/<cds>/test", view_func=TestCredentials.as_view("test_credentials", services, sends_mail))
    add("/setup/<cds>/contacts", view_func=SaveContacts.as_view("save_contacts", services, sends_mail))
    add("/setup/<cds>/discard", view_func=Discard.as_view("discard_draft", services))
    add("/access", view_func=Access.as_view("access", services))
    add("/access", view_func=SaveAccess.as_view("save_access", services))
    add("/grade-names", view_func=GradeNames.as_view("grade_names", services))
    add("/grade-names/<cds>", endpoint="grade_names")
    add("/grade-names/<cds>", view_func=SaveGradeNames.as_view("save_grade_names", services))
    add("/grade-names/<cds>/import", view_func=ImportGradeNames.as_view("import_grade_names", services))
    add("/grade-names/<cds>/export", view_func=ExportGradeNames.as_view("export_grade_names", services))


def _add_new_reports(add: Add, services: Services, sends_mail: bool) -> None:
    """Searching for new reports, and telling families of them."""
    add("/new-reports", view_func=NewReports.as_view("new_reports", services))
    add("/new-reports/<cds>", endpoint="new_reports")
    add("/new-reports/<cds>", view_func=SaveSearchPlan.as_view("save_search_plan", services))
    add("/new-reports/<cds>/search", view_func=ChangeSearch.as_view("change_search", services))
    add("/notices", view_func=Notices.as_view("notices", services, sends_mail))
    add("/notices/<cds>", endpoint="notices")
    add("/notices/<cds>", view_func=SaveNotices.as_view("save_notices", services, sends_mail))
    text = "/notices/<cds>/<language>/<kind>"
    add(text, view_func=NoticeText.as_view("notice_text", services))
    add(text, view_func=SaveNoticeText.as_view("save_notice_text", services))
    add(f"{text}/preview", view_func=PreviewNoticeText.as_view("preview_notice_text", services))
    add(f"{text}/built-in", view_func=RestoreNoticeText.as_view("restore_notice_text", services))


def _add_report_manager(add: Add, services: Services) -> None:
    """Who was told, who looked and who needs paper, and by when."""
    add("/report-manager", view_func=ReportManager.as_view("report_manager", services))
    add("/report-manager/<cds>", endpoint="report_manager")
    add("/report-manager/<cds>/handle", view_func=HandleReleases.as_view("handle_releases", services))
    add("/report-manager/<cds>/export", view_func=ExportReleases.as_view("export_releases", services))
    add("/dashboard", view_func=Dashboard.as_view("dashboard", services))
    add("/dashboard/<cds>", endpoint="dashboard")
    add("/deadlines", view_func=Deadlines.as_view("deadlines", services))
    add("/deadlines/<cds>", endpoint="deadlines")
    add("/deadlines/<cds>/receipts", view_func=SaveReceipts.as_view("save_receipts", services))
    add("/deadlines/<cds>/calendar", view_func=SaveCalendar.as_view("save_calendar", services))
    add("/deadlines/<cds>/calendar/import", view_func=ImportCalendar.as_view("import_calendar", services))
    add("/deadlines/<cds>/calendar/export", view_func=ExportCalendar.as_view("export_calendar", services))
