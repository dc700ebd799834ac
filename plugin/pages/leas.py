"""Which LEA a page is about: the one that its address names, or the one to begin with; and whose it is to change."""

from __future__ import annotations

import flask

from plugin.errors import Forbidden, NotFound
from plugin.model import Lea
from plugin.pages.asking import viewer
from plugin.reports import scope
from plugin.reports.services import Services


def chosen(services: Services, cds: str) -> Lea:
    """The LEA with this CDS code; without one the first that the viewer reaches, or else the district. NotFound."""
    leas = services.roster.leas()
    if not cds:
        return next((lea for lea in leas if scope.reaches(services.roster, viewer(), lea)), leas[0])
    for lea in leas:
        if lea.cds == cds:
            return lea
    raise NotFound


def chosen_to_change(services: Services, cds: str) -> Lea:
    """The LEA with this CDS code; Forbidden to whoever reaches none of its schools."""
    lea = chosen(services, cds)
    if not scope.reaches(services.roster, viewer(), lea):
        raise Forbidden
    return lea


def chosen_to_change_whole(services: Services, cds: str) -> Lea:
    """The same for what holds for all of its schools: Forbidden to whoever doesn't reach each of them."""
    lea = chosen(services, cds)
    if not scope.reaches_all(services.roster, viewer(), lea):
        raise Forbidden
    return lea


def tell(app: flask.Flask, services: Services) -> None:
    """Let pages ask whether to show the forms of an LEA."""
    known = services.for_showing()
    app.jinja_env.globals["reaches"] = lambda lea: scope.reaches(known.roster, viewer(), lea)
