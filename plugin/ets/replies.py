"""What an answer of the state means to us, and which failure a fault becomes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from plugin.errors import STATE_FAILURES, CredentialsRejected, StateBusy, StateUnreadable
from plugin.ets import messages
from plugin.ets.contract import Contract
from plugin.ets.retrying import retry_after
from plugin.ets.strict_json import Document, Unreadable, document
from plugin.model import Lea
from plugin.network import Answer, NetworkFault, Redirected, Slow, Unreachable, Untrusted

log = structlog.get_logger()


@dataclass(frozen=True)
class Reply:
    """`cause` is "ok" or a word for a failure; `tried` names status and code for an administrator.

    `retry_after` is how long the state wants to be left alone, in seconds.
    """

    cause: str
    tried: str
    retry_after: int
    content: Document = field(repr=False)

    @classmethod
    def read(cls, answer: Answer, contract: Contract) -> Reply:
        """A code that the contract knows decides, else the status. Raises Unreadable where a 200 holds no JSON."""
        try:
            content = document(answer.body)
        except Unreadable:
            if answer.status == 200:
                raise
            content = {}
        code = messages.code(content, contract)
        cause = contract.codes.get(code) or _by_status(answer.status)
        safe = re.sub(r"[^A-Za-z0-9_.-]", "", code)[:16]
        tried = f"HTTP {answer.status}" + (f", code {safe}" if safe else "")
        return cls(cause, tried, math.ceil(retry_after(answer)), content)


class Refusal(Exception):
    """The state answered, but not with what it was asked for."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.tried)
        self.cause = reply.cause
        self.facts: dict[str, str | int] = {"tried": reply.tried}
        if reply.retry_after or reply.cause == StateBusy.cause:
            self.facts["retry_after"] = reply.retry_after


def _by_status(status: int) -> str:
    known = {200: "ok", 401: "not_authorized", 429: "state_busy"}
    return known.get(status, "state_down" if status >= 500 else "state_unreadable")


_FAULTS = {Slow: "state_slow", Unreachable: "state_slow", Untrusted: "state_untrusted"}
_FAILURES = {**STATE_FAILURES, "not_authorized": CredentialsRejected}


@contextmanager
def failures_of(lea: Lea) -> Iterator[None]:
    """Every fault of a call leaves as one StateFailure, made afresh: callers who waited together add facts to it."""
    try:
        yield
        return
    except Refusal as refusal:
        cause, facts = refusal.cause, refusal.facts
    except Unreadable as fault:
        cause, facts = StateUnreadable.cause, {"tried": str(fault)}
        _alert(fault, lea)
    except NetworkFault as fault:
        cause, facts = _FAULTS.get(type(fault), StateUnreadable.cause), {"tried": str(fault)}
        _alert(fault, lea)
    except TimeoutError:
        cause, facts = "state_slow", {"tried": "no token in time"}
    raise _FAILURES.get(cause, StateUnreadable)(lea=lea.name, **facts) from None


def _alert(fault: Exception, lea: Lea) -> None:
    """What may be an attack stands out in the log."""
    if isinstance(fault, messages.WrongStudent | Untrusted | Redirected):
        log.error("state.not_to_be_trusted", fault=str(fault), lea=lea.cds)
