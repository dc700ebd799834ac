"""Which LEA a page is about: the one that its address names, or the one to begin with; and whose it is to change."""

from __future__ import annotations

import flask

from plugin.errors import Forbidden, NotFound
from plugin.model import Lea
from plugin.pages.asking import viewer
from plugin.reports import scope
from plugin.reports.services import Services


def chosen(services: Services, cds: str) -> Lea:
    """The LEA with this CDS code, the district without one; else NotFound."""
    for lea in services.roster.leas():
        if cds in {"", lea.cds}:
            return lea
    raise NotFound


def chosen_to_change(services: Services, cds: str) -> Lea:
    """The LEA with this CDS code; Forbidden to whoever reaches none of its schools."""
    lea = chosen(services, cds)
    if not scope.reaches(services.roster, viewer(), lea):
        raise Forbidden
    return lea


def chosen_in_reach(services: Services, cds: str) -> Lea:
    """The same; without a code, the first LEA of whose schools the viewer reaches one."""
    reach = scope.reach(services.roster, viewer())
    if not cds and reach is not None:
        for lea in services.roster.leas():
            if reach & services.roster.schools_of(lea).keys():
                return lea
    return chosen(services, cds)


def tell(app: flask.Flask, services: Services) -> None:
    """Let pages ask whether to show the forms of an LEA."""
    known = services.for_showing()
    app.jinja_env.globals["reaches"] = lambda lea: scope.reaches(known.roster, viewer(), lea)
