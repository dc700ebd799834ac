"""What the verbs of the command line have in common: who types them, the LEA that is named, how a moment is told."""

from __future__ import annotations

import datetime
import getpass
import re

import click

from plugin.model import PACIFIC, Lea
from plugin.reports.trying import Operator


def operator() -> Operator:
    name = f"{getpass.getuser()} on the command line"
    return Operator(name, {"subject": name})


def lea_of(cds: str) -> Lea:
    """The LEA of the option --lea; what it is called is not asked for."""
    if not re.fullmatch("[0-9]{14}", cds):
        raise click.BadParameter("an LEA's CDS code has 14 digits", param_hint="--lea")
    return Lea(cds, cds)


def clock(moment: datetime.datetime) -> str:
    return moment.astimezone(PACIFIC).strftime("%Y-%m-%d %H:%M:%S %Z")
