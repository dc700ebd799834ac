"""`score-reports`, and `python -m plugin`."""

from __future__ import annotations

import click
import flask
from flask.cli import FlaskGroup

from plugin import create_app
from plugin.cli import make_key
from plugin.config import SettingsError
from plugin.district import DistrictError
from plugin.ets.contract import ContractError


def main() -> None:
    """Run a verb. What is missing or wrong in the settings, or in a file that they name, is told line by line."""
    verbs = FlaskGroup(create_app=_create_app, add_default_commands=False, help="California score reports.")
    verbs.add_command(make_key)
    verbs()


def _create_app() -> flask.Flask:
    try:
        return create_app()
    except (SettingsError, DistrictError, ContractError) as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
