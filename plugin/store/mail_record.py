"""A mail as it stands on record."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from plugin.store.columns import place
from plugin.store.tables import mails
from plugin.store.vault import Vault, VaultError

TO_FAMILIES = mails.c.release_id.is_not(None)


class State(enum.StrEnum):
    """SENT, REFUSED and WITHDRAWN are the end. UNKNOWN is tried once more, where it has a time for that."""

    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Mail:
    """About `version` of an LEA's set, about the search `search_id`, or to a family about the release `release_id`.

    `since` is the notice's moment; `due_at` when this mail may be tried (again). `recipient` is empty where its key is
    gone. `attempts` that ended nobody knows how are `doubts` as well.
    """

    message_id: str
    kind: str
    lea_cds: str
    version: int | None
    search_id: int | None
    release_id: int | None
    language: str
    since: datetime.datetime
    recipient: str = field(repr=False)
    made_at: datetime.datetime
    due_at: datetime.datetime | None
    state: State
    attempts: int
    doubts: int
    attempted_at: datetime.datetime | None
    outcome: str


def read(vault: Vault, row: Mapping[Any, Any]) -> Mail:
    try:
        recipient = vault.open(row["recipient"], place(mails.c.recipient, row))
    except VaultError:
        recipient = ""
    kept = {one.name: row[one.name] for one in fields(Mail)}
    return Mail(**kept | {"recipient": recipient, "state": State(row["state"])})
