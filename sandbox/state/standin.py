"""What the stand-in's routes work with."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from plugin.ets.contract import Contract
from sandbox.district.model import Pupil
from sandbox.state.catalogue import Sheet, document, sheets
from sandbox.state.documents.press import Press
from sandbox.state.documents.words import Document
from sandbox.state.keyring import Clock, Keyring
from sandbox.state.settings import Settings
from sandbox.state.storage import Storage


@dataclass(frozen=True)
class Call:
    """One request, told without secrets, tokens, SSIDs and links. `path` is a template, `pupil` is Students.ID.

    `lea` is the LEA, or several with a blank between, whose credentials were used; '' when they were not accepted.
    """

    at: datetime.datetime
    method: str
    path: str
    lea: str
    pupil: int | None
    status: int
    fault: str


@dataclass(frozen=True)
class StandIn:
    """`pupils` by SSID, `schools` by number."""

    contract: Contract
    pupils: dict[str, Pupil] = field(repr=False)
    schools: dict[int, str]
    clock: Clock
    keyring: Keyring
    storage: Storage
    settings: Settings = field(default_factory=Settings)
    press: Press = field(default_factory=Press)
    calls: list[Call] = field(default_factory=list)

    def sheets(self, pupil: Pupil) -> list[Sheet]:
        return sheets(pupil, self.keyring.today())

    def document(self, pupil: Pupil, sheet: Sheet) -> Document:
        number = sheet.school_number
        return document(pupil, sheet, self.schools.get(number, f"School {number}"))
