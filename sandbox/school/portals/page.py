"""One page for one person: what the PSHTML tags mean on it, and what the stand-in's own templates ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import render_template
from markupsafe import Markup, escape

from sandbox.district import DISTRICT_OFFICE
from sandbox.school.installed import insertion, pshtml
from sandbox.school.installed.archive import Archive, Fragment
from sandbox.school.people.page_security import Level, PageSecurity
from sandbox.school.people.sessions import Session
from sandbox.school.roster import Roster, Student


@dataclass(frozen=True)
class Page:
    """`path` is the page's address; `student` the one on screen; `arguments` those of the request.

    The first methods are the meanings of tags. Those of `insert` and after serve the templates.
    """

    path: str
    session: Session
    archive: Archive
    security: PageSecurity
    roster: Roster
    student: Student | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    _moves: list[tuple[str, Fragment]] = field(default_factory=list)

    def wildcard(self, name: str) -> Markup:
        return _html(render_template(f"wildcards/{name}.html", page=self))

    def message(self, key: str) -> Markup:
        try:
            return _html(self.archive.message(self.session.locale, key))
        except KeyError:
            raise pshtml.PshtmlError("there is no text", f"~[text:{key}]", 0) from None

    def teacher_pages(self) -> Markup:
        options = [(f"{address}?frn={self.student_frn()}", title) for address, title in self.archive.teacher_pages()]
        return Markup().join(Markup('<option value="{}">{}</option>').format(*option) for option in options)

    def parameter(self, name: str) -> Markup:
        return escape(self.arguments.get(name, ""))

    def student_frn(self) -> str:
        return self.student.frn if self.student else ""

    def current_student_id(self) -> str:
        return str(self.session.student_id or "")

    def is_guardian(self) -> bool:
        return self.session.account.persona == "parent"

    def in_district_office(self) -> bool:
        return self.session.school == DISTRICT_OFFICE

    def may_not_open(self, page: str) -> bool:
        return self.security.level(self.session.account.group, page) is Level.NONE

    def insert(self, point: str, holder: str = "") -> Markup:
        """The archive's fragments for an insertion point of this page, or of the page or wildcard named `holder`."""
        parts = []
        for fragment in self.archive.fragments(holder or self.path, point):
            parts.append(pshtml.render(fragment.source, self))
            if fragment.location:
                self._moves.append((parts[-1], fragment))
        return _html("".join(parts))

    def catalogued(self, context: str) -> list[tuple[str, str, str]]:
        """Enhanced navigation: section, address and title of the archive's entries for "student" or "none".

        Entries for district level (2) show in the district office only, those for school level (1) in schools only.
        """
        hidden = 1 if self.in_district_office() else 2
        entries = sorted(self.archive.catalogue, key=lambda entry: entry.get("sortOrder", 0))
        return [
            (entry["parentHTMLID"], pshtml.render(entry["pageURL"], self), self.message(entry["title"]))
            for entry in entries
            if entry.get("contextType", "none") == context and entry.get("districtLevelContext", 0) != hidden
            if not self.may_not_open(entry["pageURL"].partition("?")[0])
        ]

    def schools(self) -> dict[int, str]:
        """Where this administrator may work."""
        return self.roster.schools(self.session.account.schools)

    def children(self) -> list[Student]:
        """Whom this parent's account opens."""
        return self.roster.children(self.session.account.number)

    def finish(self, html: str) -> str:
        """The whole page, with the fragments moved to where their metadata wants them."""
        for part, fragment in self._moves:
            rest = html.replace(part, "", 1)
            html = insertion.inject(rest, part, fragment.location, fragment.how) or html
        return html


def show(page: Page, template: str, **values: object) -> str:
    """A page of the stand-in's own."""
    return page.finish(render_template(template, page=page, **values))


def show_installed(page: Page) -> str | None:
    """A page of the archive; None where it has no such page. Raises pshtml.PshtmlError."""
    source = page.archive.page(page.path)
    return None if source is None else page.finish(pshtml.render(source, page))


def _html(text: str) -> Markup:
    return Markup(text)  # noqa: S704 (out of our templates and archive; what a browser sends is escaped before)
