"""The command line: `score-reports <verb>`, or `flask --app plugin <verb>`."""

from __future__ import annotations

import base64
import contextlib
import datetime
import os
import sys
from collections.abc import Iterator

import click
import flask

from plugin.model import Lea
from plugin.reports.faults import Faulty
from plugin.reports.notices import bounces
from plugin.reports.services import Services
from plugin.reports.setting_up import Trying, save
from plugin.reports.trying import NotAccepted, OtherLeas, record_of
from plugin.store.audit import Event
from plugin.store.database import Database, DatabaseUnavailable
from plugin.store.drafts import Draft
from plugin.store.purging import purge
from plugin.store.rotation import reseal
from plugin.store.vault import Vault
from plugin.store.versions import SavedMeanwhile
from plugin.terminal import lea_of, operator

MEANWHILE = (
    "Nothing is saved: somebody else saved credentials for {lea} just now. Look at the set-up page, then try again."
)

#: Bytes of a notification: it repeats a mail of ours, which is short.
LONGEST_BOUNCE = 1 << 20
#: What tells a mail server to bring a mail again later (EX_TEMPFAIL of sysexits.h).
TRY_AGAIN = 75


def add_commands(app: flask.Flask, services: Services, database: Database, vault: Vault) -> None:
    """Give the app its verbs."""
    app.cli.add_command(_migrate(database))
    app.cli.add_command(_set_credentials(services))
    app.cli.add_command(_rotate_keys(services, database, vault))
    app.cli.add_command(_purge(services, database))
    app.cli.add_command(_reset_access(services))
    app.cli.add_command(_bounce(services))
    app.cli.add_command(_try_refused_addresses(services))


def _migrate(database: Database) -> click.Command:
    @click.command()
    def migrate() -> None:
        """Bring the database to this version."""
        database.migrate()
        click.echo("The database is up to date.")

    return migrate


def _set_credentials(services: Services) -> click.Command:
    @click.command()
    @click.option("--lea", required=True, metavar="CDS", help="The LEA's 14-digit CDS code.")
    @click.option("--user", required=True, help="The user name that the state issued.")
    @click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The last day, from the state's screen.")
    @click.option("--days", type=click.IntRange(1, 730), help="The lifetime, where no day is given.")
    @click.option("--untested", is_flag=True, help="Save without asking the state first.")
    def set_credentials(
        lea: str, user: str, expires: datetime.datetime | None, days: int | None, untested: bool
    ) -> None:
        """Save the state-issued credentials of one LEA, after trying them. Asks for the secret key."""
        ours = lea_of(lea)
        record = record_of(services, ours)
        # Typed or piped, never an argument: those are shown to everybody on the machine.
        secret = click.prompt("Secret key", hide_input=True)
        last = expires.date() if expires else days and services.today() + datetime.timedelta(days=days)
        typed = Draft(user, secret, last.isoformat() if last else "")
        trying = Trying.LEFT_OUT if untested else Trying.MUST_WORK
        with _told(ours):
            day = save(services, operator(), ours, typed, seen=record.version if record else 0, trying=trying)
        click.echo(f"Saved for {lea}. The last day is {day.isoformat()}.")

    return set_credentials


def _rotate_keys(services: Services, database: Database, vault: Vault) -> click.Command:
    @click.command()
    def rotate_keys() -> None:
        """Encrypt everything with the first of VAULT_KEYS, while people use the pages."""
        services.audit.record(Event.KEYS_ROTATED, services.now(), subject=operator().name)
        resealed = reseal(database, vault)
        click.echo(f"{resealed.done} values encrypted anew, {resealed.left} left under another key.")

    return rotate_keys


def _purge(services: Services, database: Database) -> click.Command:
    @click.command("purge")
    def purge_expired() -> None:
        """Delete what has expired: links, sessions, sign-ins that were begun."""
        purge(database, services.now())
        click.echo("What had expired is deleted.")

    return purge_expired


def _reset_access(services: Services) -> click.Command:
    @click.command()
    def reset_access() -> None:
        """Forget what was saved under "Who may open what", so that district.toml holds again."""
        change = {"everything": "as district.toml says"}
        services.audit.record(Event.ACCESS_CHANGED, services.now(), subject=operator().name, change=change)
        services.grants.forget()
        click.echo("Now district.toml says who may open what, until somebody saves the page again.")

    return reset_access


def _bounce(services: Services) -> click.Command:
    @click.command()
    def bounce() -> None:
        """Take note of a mail that came back, whose notification comes from standard input."""
        raw = sys.stdin.buffer.read(LONGEST_BOUNCE)
        try:
            click.echo(bounces.keep(services, raw))
        except DatabaseUnavailable:
            click.echo("The database can't be reached: to be tried again.", err=True)
            raise SystemExit(TRY_AGAIN) from None

    return bounce


def _try_refused_addresses(services: Services) -> click.Command:
    @click.command()
    def try_refused_addresses() -> None:
        """Forget which addresses were refused: for when the mail server was wrong, and not they."""
        click.echo(f"{services.refusals.forget()} addresses are written to again from the next release on.")

    return try_refused_addresses


@click.command()
def make_key() -> None:
    """Print a fresh key for SECRET_KEYS or, behind an id and a colon, for VAULT_KEYS."""
    click.echo(base64.b64encode(os.urandom(32)).decode())


@contextlib.contextmanager
def _told(lea: Lea) -> Iterator[None]:
    """Whatever keeps a set from being saved, in words."""
    try:
        yield
    except Faulty as refusal:
        faults = " ".join(one.text % one.facts for one in refusal.faults)
        raise click.ClickException(f"Nothing is saved. {faults}") from None
    except OtherLeas:
        text = f"Nothing is saved. The state says that these credentials are not those of {lea.cds}."
        raise click.ClickException(text) from None
    except NotAccepted as refusal:
        text = refusal.failure.administrator % {"lea": lea.cds, **refusal.failure.facts}
        raise click.ClickException(f"Nothing is saved. {text}") from None
    except SavedMeanwhile:
        raise click.ClickException(MEANWHILE.format(lea=lea.cds)) from None
