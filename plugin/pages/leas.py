"""Which LEA a page is about: the one that its address names, or the one to begin with."""

from __future__ import annotations

from plugin.errors import NotFound
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


def chosen_in_reach(services: Services, cds: str) -> Lea:
    """The same; without a code, the first LEA of whose schools the viewer reaches one."""
    reach = scope.reach(services.roster, viewer())
    if not cds and reach is not None:
        for lea in services.roster.leas():
            if reach & services.roster.schools_of(lea).keys():
                return lea
    return chosen(services, cds)
