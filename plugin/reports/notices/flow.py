"""How many mails a minute go to an LEA's families: as many as bring so many people that the state can serve them.

Of a hundred who read a mail some come at once and ask the state for their report. The state takes so many calls a
second; a search that goes on measures how many, and while none does, one small call a round measures it.
"""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass

from plugin.errors import CredentialsMissing, StateFailure
from plugin.model import Lea
from plugin.reports.asking_state import ask_state, standing_of
from plugin.reports.detection.plan import plan_of
from plugin.reports.mailing import refuses_everybody
from plugin.reports.notices.settings import settings_of
from plugin.reports.services import Services
from plugin.reports.standing import CLOSED
from plugin.reports.trying import record_of
from plugin.store.state_paces import StatePace

#: A round measures anew what nobody has measured for so long: while a search goes on, it does.
MEASURED_ANEW = datetime.timedelta(seconds=45)
#: What was measured so long ago says nothing about now.
LATELY = datetime.timedelta(minutes=3)
#: Parts of the highest rate: what it never falls below, and what it climbs by in a round.
FLOOR, STEP = 1 / 64, 1 / 10
#: Seconds. However quick the state was before, a call as short as this is not a slow one.
QUICK = 0.25
#: By such a part of the difference what a call usually takes follows what it took.
CREEP = 1 / 16

OFF = "Notices are switched off."
CLOSED_DOOR = (
    "The state can't be asked with this LEA's credentials, so families could not open a report. Mails wait until new "
    "credentials are saved."
)
STOPPED = "The state's service does not answer as it should. Mails wait until it does."
NO_RELAY = (
    "The mail server refuses every family's address, so mails wait. It may not take mails from this service to "
    "addresses outside: ask whoever runs it."
)
NO_SERVER = "The mail server can't be reached, or does not let this service in. Mails wait until it does."


@dataclass(frozen=True)
class Flow:
    """`obstacle` is a sentence that says why no mail goes; else it is empty, and `a_minute` go at most."""

    a_minute: int
    obstacle: str = ""


@dataclass(frozen=True)
class Outlook:
    """For pages: how much is left to do, how fast it goes, when it will be done, or why it doesn't go on.

    `unaddressed` are releases of which nobody has looked yet whom to write to, `unsent` mails on their way. `ends_at`
    is the earliest that is possible; None where nothing is left or nothing goes on.
    """

    unaddressed: int
    unsent: int
    a_minute: int
    ends_at: datetime.datetime | None
    obstacle: str


def flow_of(services: Services, lea: Lea) -> Flow:
    """How many mails may go to this LEA's families in this minute. May ask the state."""
    if obstacle := _own_obstacle(services, lea):
        return Flow(0, obstacle)
    try:
        pace = _known(services, lea, MEASURED_ANEW) or _measured(services, lea)
    except CredentialsMissing:
        return Flow(0, CLOSED_DOOR)
    return _flow(services, lea, pace)


def outlook(services: Services, lea: Lea) -> Outlook:
    """Asks only the database."""
    unaddressed, unsent = services.tellings.left(lea.cds)
    obstacle = _own_obstacle(services, lea) or (_mail_servers(services, lea) if unsent else "")
    flow = Flow(0, obstacle) if obstacle else _flow(services, lea, _known(services, lea, LATELY))
    left = unaddressed + unsent
    ends_at = services.now() + datetime.timedelta(minutes=left / flow.a_minute) if left and flow.a_minute else None
    return Outlook(unaddressed, unsent, flow.a_minute, ends_at, flow.obstacle)


def _flow(services: Services, lea: Lea, pace: StatePace | None) -> Flow:
    """Of an LEA that nobody has asked the state for lately, the highest pace is supposed."""
    if pace and pace.stopped:
        return Flow(0, STOPPED)
    highest = plan_of(services, lea.cds).rate
    rate = min(pace.rate, highest) if pace else highest
    return Flow(max(1, int(60 * rate * 100 / settings_of(services, lea.cds).click_rate)))


def _own_obstacle(services: Services, lea: Lea) -> str:
    """What keeps mails back whatever the state does."""
    if not settings_of(services, lea.cds).enabled:
        return OFF
    return CLOSED_DOOR if standing_of(services, record_of(services, lea)).word in CLOSED else ""


def _mail_servers(services: Services, lea: Lea) -> str:
    """What keeps mails back though they are tried: each minute, or as rarely as each was put off to."""
    if refuses_everybody(services.mails.attempts, lea.cds):
        return NO_RELAY
    last = "".join(services.mails.attempts.lately(lea.cds, 1))
    return "" if last.startswith(("recipient", "text", "bounced")) or not last else NO_SERVER


def _known(services: Services, lea: Lea, since: datetime.timedelta) -> StatePace | None:
    pace = services.state_paces.of(lea.cds)
    return pace if pace and services.now() - pace.measured_at < since else None


def _measured(services: Services, lea: Lea) -> StatePace | None:
    """With the smallest call. The rate halves when it fails or takes twice as long as usual, else climbs a little.

    Raises CredentialsMissing.
    """
    known, highest = services.state_paces.of(lea.cds), plan_of(services, lea.cds).rate
    rate, usual = (known.rate, known.check_took) if known else (highest, None)
    took = _seconds(services, lea)
    if took is None or (usual is not None and took > max(2 * usual, QUICK)):
        rate = max(highest * FLOOR, rate / 2)
    else:
        rate = min(highest, rate + highest * STEP)
    if took is not None:
        usual = took if usual is None else usual + (took - usual) * CREEP
    latency = known.latency if known else took or 0.0
    services.state_paces.keep(lea.cds, rate, latency, services.now(), stopped=took is None, check_took=usual)
    return services.state_paces.of(lea.cds)


def _seconds(services: Services, lea: Lea) -> float | None:
    """How long the smallest call takes; None where it fails."""
    begun = time.monotonic()
    try:
        ask_state(services, lea, services.state.check)
    except CredentialsMissing:
        raise
    except StateFailure:
        return None
    return time.monotonic() - begun
