"""The command line: `score-reports <verb>`, or `flask --app plugin <verb>`."""

from __future__ import annotations

import base64
import datetime
import getpass
import os
import re

import click
import flask

from plugin.errors import StateFailure
from plugin.ets.credentials import Credentials
from plugin.reports.services import Services
from plugin.store.audit import Event
from plugin.store.database import Database
from plugin.store.purging import purge
from plugin.store.rotation import reseal
from plugin.store.vault import Vault

#: The state's own lifetime was 90 days when the sources were written and is 365 today: the date on its screen counts.
LIFETIME = 90


def add_commands(app: flask.Flask, services: Services, database: Database, vault: Vault) -> None:
    """Give the app its verbs."""
    app.cli.add_command(_migrate(database))
    app.cli.add_command(_set_credentials(services))
    app.cli.add_command(_rotate_keys(services, database, vault))
    app.cli.add_command(_purge(services, database))
    app.cli.add_command(_reset_access(services))


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
    @click.option("--days", default=LIFETIME, show_default=True, help="The lifetime, where no day is given.")
    @click.option("--untested", is_flag=True, help="Save without asking the state first.")
    def set_credentials(lea: str, user: str, expires: datetime.datetime | None, days: int, untested: bool) -> None:
        """Save the state-issued credentials of one LEA, after trying them. Asks for the secret key."""
        if not re.fullmatch("[0-9]{14}", lea):
            raise click.BadParameter("an LEA's CDS code has 14 digits", param_hint="--lea")
        # Typed or piped, never an argument: those are shown to everybody on the machine.
        secret = click.prompt("Secret key", hide_input=True)
        if not untested:
            _try(services, lea, Credentials(user, secret))
        last = expires.date() if expires else services.today() + datetime.timedelta(days=days)
        _save(services, lea, user, secret, last)
        click.echo(f"Saved for {lea}. The last day is {last.isoformat()}.")

    return set_credentials


def _rotate_keys(services: Services, database: Database, vault: Vault) -> click.Command:
    @click.command()
    def rotate_keys() -> None:
        """Encrypt everything with the first of VAULT_KEYS, while people use the pages."""
        services.audit.record(Event.KEYS_ROTATED, services.now(), subject=_operator())
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
        services.audit.record(Event.ACCESS_CHANGED, services.now(), subject=_operator(), change=change)
        services.grants.forget()
        click.echo("Now district.toml says who may open what, until somebody saves the page again.")

    return reset_access


@click.command()
def make_key() -> None:
    """Print a fresh key for SECRET_KEYS or, behind an id and a colon, for VAULT_KEYS."""
    click.echo(base64.b64encode(os.urandom(32)).decode())


def _try(services: Services, lea: str, credentials: Credentials) -> None:
    try:
        opened = services.state.check(credentials)
    except StateFailure as failure:
        raise click.ClickException(
            f"Nothing is saved. {failure.administrator % {'lea': lea, **failure.facts}}"
        ) from None
    if opened and lea not in opened:
        raise click.ClickException(f"Nothing is saved. The state says that these credentials are not those of {lea}.")


def _save(services: Services, lea: str, user: str, secret: str, last: datetime.date) -> None:
    now, operator = services.now(), _operator()
    versions = {record.lea_cds: record.version for record in services.credentials.describe()}
    services.audit.record(Event.CREDENTIALS_SAVED, now, subject=operator, lea_cds=lea)
    services.credentials.save(
        lea,
        user,
        secret,
        expires_on=last,
        saved_by=operator,
        now=now,
        replaces=versions.get(lea, 0),
    )


def _operator() -> str:
    return f"{getpass.getuser()} on the command line"
