"""The sidecar: serves California's student score reports beside PowerSchool."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from plugin import cli, identity, logs, security
from plugin.config import Settings, from_environ
from plugin.district import District
from plugin.ets.client import StateClient
from plugin.ets.contract import Contract
from plugin.ets.links import LinkPolicy
from plugin.jobs import commands
from plugin.network import Network
from plugin.pages import add_pages
from plugin.powerschool.client import PowerSchoolClient
from plugin.powerschool.memory import Afresh, Memory
from plugin.powerschool.roster import Roster
from plugin.powerschool.sign_in import SignIn
from plugin.reports.services import Services
from plugin.store.audit import Audit
from plugin.store.choices import Choices
from plugin.store.contacts import Contacts
from plugin.store.credentials import CredentialSets
from plugin.store.database import Database
from plugin.store.drafts import Drafts
from plugin.store.follow_ups import FollowUps
from plugin.store.grade_names import GradeNames
from plugin.store.grants import Grants
from plugin.store.handlings import Handlings
from plugin.store.launches import Launches
from plugin.store.links import Links
from plugin.store.looks import Looks
from plugin.store.mails import Mails
from plugin.store.marks import Marks
from plugin.store.refusals import Refusals
from plugin.store.release_counts import ReleaseCounts
from plugin.store.release_list import ReleaseList
from plugin.store.releases import Releases
from plugin.store.searches import Searches
from plugin.store.sessions import Sessions
from plugin.store.state_paces import StatePaces
from plugin.store.tellings import Tellings
from plugin.store.trials import Trials
from plugin.store.vault import Vault
from plugin.store.workers import Workers

#: Bytes of one answer of PowerSchool: a teacher's list names every student of every year.
LONGEST_LIST = 32 << 20
#: Seconds that PowerSchool has for a list of all of a district's students.
LIST_TIME = 60.0


def create_app(settings: Settings | None = None, *, clock: Callable[[], float] = time.monotonic) -> flask.Flask:
    """The whole service, joined in the order in which a request meets its parts. Reads the environment by default.

    By `clock`, in seconds, grows old what PowerSchool said.
    """
    settings = settings or from_environ(os.environ)
    logs.begin(settings.log_level)
    app = flask.Flask(__name__)
    app.config.update(_configuration(settings))
    hops = settings.trusted_proxies
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # Flask's own advice

    database = Database(settings.database_url, settings.database_pool_size)
    vault = Vault(settings.vault_keys, next(iter(settings.vault_keys)))
    services = assemble(settings, database, vault, clock=clock)
    sessions = Sessions(database, vault)
    # Signing in is open to strangers: it has a door of its own, so that a crowd there holds up nobody who is in.
    sign_in_door = Network(settings.powerschool_url)
    connect = SignIn(sign_in_door, settings.powerschool_url, *_client(settings), f"{settings.sidecar_url}/sign-in")

    add_pages(app, settings, services, connect, Launches(database, vault), sessions, database)
    identity.remember(app, sessions, services.now, step_up=settings.step_up)
    CSRFProtect(app)
    security.guard(app, services)
    cli.add_commands(app, services, database, vault)
    commands.add_commands(app, settings, services, database)
    return app


def assemble(
    settings: Settings, database: Database, vault: Vault, *, clock: Callable[[], float] = time.monotonic
) -> Services:
    """What the product works with, on these settings: for the pages, for the command line and for background work."""
    district = District.load(settings.district_file)
    school_system = Network(settings.powerschool_url, limit=LONGEST_LIST)
    lists = Network(settings.powerschool_url, limit=LONGEST_LIST, total=LIST_TIME, idle=LIST_TIME)
    memory = Memory(PowerSchoolClient(school_system, *_client(settings), lists=lists), clock)
    return Services(
        roster=Roster(Afresh(memory), district),
        recent_roster=Roster(memory, district),
        state=_state(settings),
        credentials=CredentialSets(database, vault),
        drafts=Drafts(database, vault),
        trials=Trials(database),
        contacts=Contacts(database),
        mails=Mails(database, vault),
        searches=Searches(database),
        releases=Releases(database),
        tellings=Tellings(database),
        refusals=Refusals(database, vault),
        release_list=ReleaseList(database),
        release_counts=ReleaseCounts(database),
        handlings=Handlings(database),
        looks=Looks(database),
        marks=Marks(database),
        state_paces=StatePaces(database),
        choices=Choices(database),
        links=Links(database, vault),
        grade_names=GradeNames(database),
        audit=Audit(database),
        follow_ups=FollowUps(database),
        workers=Workers(database),
        grants=Grants(database),
        district=district,
        address=settings.sidecar_url,
        portal=f"{settings.powerschool_url}/public/",
        lifetime=datetime.timedelta(days=settings.credentials_lifetime_days),
        now=partial(datetime.datetime.now, datetime.UTC),
    )


def _client(settings: Settings) -> tuple[str, str]:
    """What PowerSchool knows the plugin by."""
    return settings.powerschool_client_id, settings.powerschool_client_secret


def _state(settings: Settings) -> StateClient:
    contract = Contract.load(settings.state_contract) if settings.state_contract else Contract()
    return StateClient(Network(settings.state_url), contract, link_policy(settings))


def link_policy(settings: Settings) -> LinkPolicy:
    """Which of the state's links may reach a browser: over plain http in the sandbox only."""
    return LinkPolicy(settings.state_link_hosts, allow_plain_http=settings.demo)


def _configuration(settings: Settings) -> dict[str, object]:
    """Flask's own settings. The cookie holds ids only; `__Host-` keeps other hosts of the district from setting it."""
    signs, *accepted = settings.secret_keys
    return {
        "SECRET_KEY": signs,
        "SECRET_KEY_FALLBACKS": accepted,
        "SESSION_COOKIE_NAME": "score-reports-demo" if settings.demo else "__Host-score-reports",
        "SESSION_COOKIE_SECURE": not settings.demo,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "TRUSTED_HOSTS": [urlsplit(settings.sidecar_url).hostname],
        "REMEMBER_COOKIE_NAME": ";",  # nobody is remembered beyond a session: no cookie can be named so
        "MAX_CONTENT_LENGTH": 128 * 1024,  # a file of grade names may have half of it
        "WTF_CSRF_SECRET_KEY": settings.secret_keys[::-1],  # itsdangerous signs with the last of several
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session
        "WTF_CSRF_SSL_STRICT": False,  # wants a Referer, which our own policy keeps browsers from sending
    }
