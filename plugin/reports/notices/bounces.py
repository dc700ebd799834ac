"""Mails that were taken and came back: what a mail server's notification (RFC 3464) says of one of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message

from plugin.reports.services import Services

NOT_ONE = "Ignored: this is no notification of a mail that could not be delivered."
NOT_OURS = "Ignored: it is about no mail of ours that went."
KEPT = "Kept: the mail counts as not delivered."

#: Statuses that speak of this mail or of a mailbox's passing state: full, too long, no way there, not wanted
#: (RFC 3463, 3.3 to 3.8). All others of class 5 say that there is nobody.
PASSING = re.compile(r"4\..*|5\.(2\.[2-4]|[3467]\.).*")


@dataclass(frozen=True)
class Bounce:
    """`status` is three numbers with dots (RFC 3463)."""

    message_id: str
    status: str


def keep(services: Services, raw: bytes) -> str:
    """Keep what a notification says of a mail of ours; one sentence that says what was done. Names no address."""
    bounce = read(raw)
    if bounce is None:
        return NOT_ONE
    for_good = not PASSING.fullmatch(bounce.status)
    outcome = f"bounced {bounce.status}"
    known = services.mails.attempts.refuse(bounce.message_id, outcome, services.now(), for_good=for_good)
    return KEPT if known else NOT_OURS


def read(raw: bytes) -> Bounce | None:
    """None for what is not the notification of a failure for good, whatever it is."""
    message = message_from_bytes(raw)
    if message.get_content_type() != "multipart/report":
        return None
    status, message_id = _status(message), _message_id(message)
    return Bounce(message_id, status) if status and message_id else None


def _status(message: Message) -> str:
    """What is said of the recipient; empty where it did not fail, or where not every one of several failed."""
    blocks = [block for block in _blocks(message) if "Final-Recipient" in block]
    if not blocks or any(_field(block, "Action").lower() != "failed" for block in blocks):
        return ""
    found = re.match(r"[45]\.\d{1,3}\.\d{1,3}(?!\d)", _field(blocks[0], "Status"))
    return found[0] if found else ""


def _blocks(message: Message) -> Iterator[Message]:
    for part in _parts(message, "message/delivery-status"):
        yield from _inner(part)


def _message_id(message: Message) -> str:
    """Of the mail that came back: whole, or its headers only."""
    whole = [inner for part in _parts(message, "message/rfc822") for inner in _inner(part)]
    headers = [message_from_string(str(part.get_payload())) for part in _parts(message, "text/rfc822-headers")]
    return next((_field(one, "Message-ID") for one in (*whole, *headers)), "")


def _parts(message: Message, kind: str) -> Iterator[Message]:
    return (part for part in _inner(message) if part.get_content_type() == kind)


def _inner(message: Message) -> Iterator[Message]:
    payload = message.get_payload()
    return (part for part in payload if isinstance(part, Message)) if isinstance(payload, list) else iter(())


def _field(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip()
