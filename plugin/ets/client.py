"""The state's score-report service: one method per call. What we assume of its interface stands in contract.py."""

from __future__ import annotations

import re

import structlog
from requests.auth import AuthBase

from plugin.deadline import Deadline
from plugin.errors import SsidUnknown
from plugin.ets import messages
from plugin.ets.contract import Contract, ReportsCall, TokenCall
from plugin.ets.credentials import BasicAuth, Credentials, TokenAuth
from plugin.ets.links import LinkPolicy
from plugin.ets.replies import Refusal, Reply, failures_of
from plugin.ets.retrying import twice
from plugin.ets.strict_json import Unreadable
from plugin.ets.tokens import Tokens
from plugin.model import Lea, Report, SchoolYear
from plugin.network import Answer, Network

log = structlog.get_logger()

_SOME_LEA = Lea("", "this LEA")


def is_asked_for(ssid: str) -> bool:
    """Whether the state is asked for this SSID at all: it has ten digits."""
    return re.fullmatch(r"[0-9]{10}", ssid) is not None


class StateClient:
    """Safe for threads. What a call needs (token, second try) is over within the network's `total` seconds.

    `backoff` is the longest pause before a second try, in seconds.
    """

    def __init__(self, network: Network, contract: Contract, links: LinkPolicy, *, backoff: float = 0.5) -> None:
        self._network, self._contract, self._links, self._backoff = network, contract, links, backoff
        self._tokens = Tokens(self._fetch_token)

    def reports(
        self,
        lea: Lea,
        credentials: Credentials,
        ssid: str,
        *,
        years: frozenset[SchoolYear] | None = None,
        somebody_waits: bool = True,
    ) -> list[Report]:
        """The final reports of one student whose links we may follow; none where the state has no test data.

        Of these `years`, if any are given, and of those that we can't read. For a person who waits, and nobody else,
        an exchange that failed is tried once more.
        Raises SsidUnknown (without a call where it is not ten digits), NotEnrolledHere, CredentialsRejected,
        StateSlow, StateDown, StateUntrusted or StateUnreadable.
        """
        if not is_asked_for(ssid):
            raise SsidUnknown
        with failures_of(lea):
            deadline = Deadline.after(self._network.total, somebody_waits=somebody_waits)
            reply = self._ask_for_reports(credentials, ssid, deadline)
            if reply.cause == "no_test_data":
                return []
            if reply.cause != "ok":
                raise Refusal(reply)
            return self._followable(messages.reports(reply.content, self._contract, ssid, years), lea)

    def check(self, credentials: Credentials, lea: Lea = _SOME_LEA) -> frozenset[str]:
        """Try credentials anew. Returns the CDS codes of the LEAs that they open; none where the state doesn't say.

        Raises what `reports` raises; `lea` is for the failure's text.
        """
        with failures_of(lea):
            return self._fetch_token(credentials, Deadline.after(self._network.total)).leas

    def _ask_for_reports(self, credentials: Credentials, ssid: str, deadline: Deadline) -> Reply:
        """A token that the state refuses is renewed once: it may have ended before its time."""
        token = self._tokens.current(credentials, deadline)
        reply = self._ask_with(token, ssid, deadline)
        if reply.cause != "not_authorized":
            return reply
        token = self._tokens.current(credentials, deadline, refused=token)
        return self._ask_with(token, ssid, deadline)

    def _ask_with(self, token: messages.Token, ssid: str, deadline: Deadline) -> Reply:
        call = self._contract.reports
        return self._ask(call, TokenAuth(call.header, call.scheme, token.text), deadline, ssid)

    def _fetch_token(self, credentials: Credentials, deadline: Deadline) -> messages.Token:
        reply = self._ask(self._contract.token, BasicAuth(credentials), deadline)
        if reply.cause != "ok":
            raise Refusal(reply)
        return messages.token(reply.content, self._contract)

    def _ask(self, call: TokenCall | ReportsCall, auth: AuthBase, deadline: Deadline, ssid: str = "") -> Reply:
        path, body = (text.replace("{ssid}", ssid) for text in (call.path, call.body))
        headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body else {})

        def ask() -> Answer:
            data = body.encode() or None
            return self._network.ask(call.method, path, deadline=deadline, headers=headers, auth=auth, data=data)

        return Reply.read(twice(ask, deadline, self._backoff), self._contract)

    def _followable(self, reports: list[Report], lea: Lea) -> list[Report]:
        """Without those that have no link yet, and those whose link leads elsewhere.

        That may be an attack, so it is logged, but not the link.
        """
        linked = [report for report in reports if report.url]
        followable = [report for report in linked if self._links.allows(report.url)]
        if len(followable) < len(linked):
            log.error("state.link_refused", refused=len(linked) - len(followable), of=len(reports), lea=lea.cds)
        if linked and not followable:
            raise Unreadable("no link that leads where links may lead")
        return followable
