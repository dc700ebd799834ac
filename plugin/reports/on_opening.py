"""What is asked of the state when the page opens, before anybody chooses Get Report.

Nothing, unless the district wants all reports listed at once, or the address names an assessment: a link on a language
page leads to the results. Opening the page again shows what was asked for, until its links die.
"""

from __future__ import annotations

from plugin.ets.links import LIFE
from plugin.model import Viewer
from plugin.reports import assessments
from plugin.reports.requesting import Choice
from plugin.reports.services import Services


def choice(services: Services, viewer: Viewer, dcid: int, assessment: str) -> Choice | None:
    """What to ask for now; None for nothing. An assessment that nobody knows is no wish."""
    named = Choice(assessment, None) if assessments.known(assessment) else None
    if named is None and not services.district.pages.list_on_opening:
        return None
    kept = services.links.latest(viewer.subject, dcid, services.now())
    if kept and services.now() - kept.asked_at < LIFE and (named is None or named.is_what_was(kept.asked)):
        return None
    return named or Choice("", None)
