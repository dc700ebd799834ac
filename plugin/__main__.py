"""`score-reports`, and `python -m plugin`."""

from __future__ import annotations

import click
import flask
from flask.cli import FlaskGroup

from plugin import create_app
from plugin.cli import make_key
from plugin.config import SettingsError


def main() -> None:
    """Run a verb. Settings that are missing or wrong are named line by line."""
    verbs = FlaskGroup(create_app=_create_app, add_default_commands=False, help="California score reports.")
    verbs.add_command(make_key)
    verbs()


def _create_app() -> flask.Flask:
    try:
        return create_app()
    except SettingsError as error:
        raise click.ClickException("\n".join(error.problems)) from None


if __name__ == "__main__":
    main()
