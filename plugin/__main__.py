"""`score-reports`, and `python -m plugin`."""

from __future__ import annotations

import click
import flask
from flask.cli import FlaskGroup

from plugin import create_app
from plugin.cli import make_key
from plugin.config import SettingsError
from plugin.district import DistrictError
from plugin.errors import Failure
from plugin.ets.contract import ContractError


def main() -> None:
    """Run a verb. What is missing or wrong in the settings, or in a file that they name, is told line by line.

    So is what keeps a verb from its work, such as a database without tables.
    """
    verbs = FlaskGroup(create_app=_create_app, add_default_commands=False, help="California score reports.")
    verbs.add_command(make_key)
    try:
        verbs()
    except Failure as failure:
        click.echo(f"Error: {_in_words(failure)}", err=True)
        raise SystemExit(1) from None


def _in_words(failure: Failure) -> str:
    """What whoever runs the service can do. The access record fails for a reason of its own: mostly the database's."""
    while isinstance(failure.__cause__, Failure):
        failure = failure.__cause__
    return f"{failure.title}. {failure.administrator % failure.facts}"


def _create_app() -> flask.Flask:
    try:
        return create_app()
    except (SettingsError, DistrictError, ContractError) as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
