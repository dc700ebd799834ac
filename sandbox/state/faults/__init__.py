"""What can go wrong on purpose, by name.

Three sorts: in what an answer says (content), in how it is written (writing), and in how it comes (wire). A plain name
spoils the reports call, `token_…` the token call, `link_…` the opening of a link. Three digits from 400 to 599 are an
error page with that status, as a gateway in front of the service would send it.
"""

from __future__ import annotations

from typing import Literal

from plugin.ets.contract import Contract
from sandbox.state.faults.content import REPORTS, TOKENS, Body
from sandbox.state.faults.wire import WAYS
from sandbox.state.faults.writing import REPLIES, STATUS
from sandbox.state.storage import Storage

Place = Literal["reports", "token", "link"]


def split(name: str) -> tuple[Place, str]:
    """'token_hang' → ('token', 'hang')."""
    if name.startswith("token_"):
        return "token", name.removeprefix("token_")
    return ("link", name.removeprefix("link_")) if name.startswith("link_") else ("reports", name)


def names() -> list[str]:
    """Every fault by its full name, statuses aside."""
    ways = (*REPLIES, *WAYS)
    return [*REPORTS, *ways, *(f"token_{kind}" for kind in (*TOKENS, *ways)), *(f"link_{kind}" for kind in ways)]


def known(name: str) -> bool:
    return name in names() or STATUS.fullmatch(split(name)[1]) is not None


def edit(place: Place, kind: str, body: Body, contract: Contract, storage: Storage) -> None:
    """Change what a good answer says."""
    edits = TOKENS if place == "token" else REPORTS
    if kind in edits:
        edits[kind](body, contract, storage)
