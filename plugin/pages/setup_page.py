"""The set-up page itself: what it shows of each LEA, and what was typed on it and isn't saved yet.

A secret key comes in and never goes out again, nor does a user name, into whose field a key may have been pasted. What
was typed is kept in `drafts` instead, and the page says how many characters there are.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace

import flask
import flask_login

from plugin import identity
from plugin.errors import StateFailure
from plugin.model import Lea
from plugin.pages.asking import viewer
from plugin.pages.said import Said
from plugin.reports import addresses, entering, pasting
from plugin.reports.cards import cards
from plugin.reports.services import Services
from plugin.store.drafts import Draft

NOTHING = Draft("", "", "")
#: What can be a day is kept and shown again; a key that got into its field is not.
LIKE_A_DAY = re.compile(r"[0-9./-]{0,10}")


@dataclass(frozen=True)
class SaidOfLea(Said[None]):
    """Of one of the LEAs. What was typed is kept, and not sent back.

    `insistable` where the set can be saved all the same, `at` is when something can be tried again.
    """

    cds: str = ""
    failure: StateFailure | None = None
    insistable: bool = False
    at: datetime.datetime | None = None

    def of(self, cds: str) -> SaidOfLea:
        """What is said of this LEA, if anything."""
        return self if self.cds == cds else SaidOfLea(cds=cds)

    @property
    def is_mended(self) -> bool:
        return all(fault.is_mended for fault in self.faults)


@dataclass(frozen=True)
class Kept:
    """What is kept of an LEA's forms. Of a set only the lengths, in characters."""

    user: int
    secret: int
    expires_on: str
    contacts: Draft | None

    @property
    def is_of_odd_length(self) -> bool:
        return self.secret not in {0, pasting.KNOWN_LENGTH}


def page(services: Services, said: SaidOfLea, *, sends_mail: bool) -> str:
    now, shown = services.now(), list(cards(services))
    return flask.render_template(
        "setup.html",
        cards=shown,
        kept={card.lea.cds: kept(services, card.lea) for card in shown},
        said=said,
        to_confirm="" if identity.is_fresh(now) else _to_confirm(),
        sends_mail=sends_mail,
        otherwise=services.today() + services.lifetime,
        latest=services.today() + entering.LONGEST_LIFE,
        today=services.today(),
        known_length=pasting.KNOWN_LENGTH,
        most=addresses.MOST,
    )


def take_set(services: Services, lea: Lea) -> Draft:
    """What stands in the form, and what is kept where its fields are empty; kept from now on."""
    form, before = flask.request.form, _find(services, lea.cds) or NOTHING
    user, secret = form.get("user") or before.user, form.get("secret") or before.secret
    now = Draft(user, secret, form.get("expires_on", "").strip())
    keep(services, lea, now)
    return now


def take_contacts(services: Services, lea: Lea) -> Draft:
    """The addresses and the note, kept like user name and secret key of a set."""
    now = Draft(flask.request.form.get("addresses", ""), flask.request.form.get("other_systems", ""), "")
    services.drafts.keep(viewer().subject, _contacts_of(lea), now, services.now())
    return now


def keep(services: Services, lea: Lea, draft: Draft) -> None:
    if not LIKE_A_DAY.fullmatch(draft.expires_on):
        draft = replace(draft, expires_on="")
    if draft != NOTHING:
        services.drafts.keep(viewer().subject, lea.cds, draft, services.now())
    else:
        forget(services, lea)


def forget(services: Services, lea: Lea) -> None:
    services.drafts.forget(viewer().subject, lea.cds)


def forget_contacts(services: Services, lea: Lea) -> None:
    services.drafts.forget(viewer().subject, _contacts_of(lea))


def kept(services: Services, lea: Lea) -> Kept:
    draft = _find(services, lea.cds) or NOTHING
    return Kept(len(draft.user), len(draft.secret), draft.expires_on, _find(services, _contacts_of(lea)))


def _find(services: Services, place: str) -> Draft | None:
    return services.drafts.find(viewer().subject, place, services.now())


def _contacts_of(lea: Lea) -> str:
    return f"contacts of {lea.cds}"


def _to_confirm() -> str:
    """Why whoever asks has to prove who they are: not yet tried, tried in vain, or the school system tells no time."""
    if flask.request.args.get("confirmed") != "1":
        return "ask"
    return "in_vain" if flask_login.current_user.auth_time else "never_told"
