"""Which links of the state may reach a browser, and until when."""

from __future__ import annotations

import datetime
import re
from collections.abc import Set
from dataclasses import dataclass

#: Longer than a signed S3 link with a session token, and short enough for a proxy's header buffer.
LONGEST = 4096
#: The sources give a link 30 minutes. It is called dead a minute early, so that nobody is sent to one that dies.
LIFE = datetime.timedelta(minutes=30)
MARGIN = datetime.timedelta(seconds=60)
LOOPBACK = ("127.0.0.1", "localhost")

# Matched, not parsed: Python's parser and a browser's read `https://evil.example\@bucket.example/` as two different
# hosts. Nothing that they could disagree about is in this alphabet: no user name, backslash, control character,
# fragment or letter beyond ASCII.
_LINK = re.compile(r"(https?)://([a-z0-9.-]+(?::[0-9]{1,5})?)/[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*")


@dataclass(frozen=True)
class LinkPolicy:
    """Links lead to exactly these hosts ("host" or "host:port", lower case) over https.

    Never a wildcard: anybody can own a bucket. `allow_plain_http` is for the sandbox, and for loopback only.
    """

    hosts: Set[str]
    allow_plain_http: bool = False

    def allows(self, url: str) -> bool:
        link = _LINK.fullmatch(url) if len(url) <= LONGEST else None
        if link is None or link[2] not in self.hosts:
            return False
        return link[1] == "https" or (self.allow_plain_http and link[2].partition(":")[0] in LOOPBACK)


def lives_until(url: str, now: datetime.datetime) -> datetime.datetime:
    """When a link must no longer be used: a minute before S3's own end, and at most 29 minutes from now.

    S3 signs a link with X-Amz-Date (UTC) and X-Amz-Expires (seconds); where one is missing or unreadable the 29
    minutes count. The result lies in the past for a link that is dead already.
    """
    signed = re.search(r"[?&]X-Amz-Date=([0-9]{8}T[0-9]{6})Z(?=&|$)", url)
    life = re.search(r"[?&]X-Amz-Expires=([0-9]{1,7})(?=&|$)", url)
    latest = now + LIFE - MARGIN
    if not signed or not life:
        return latest
    try:
        begins = datetime.datetime.strptime(signed[1], "%Y%m%dT%H%M%S").replace(tzinfo=datetime.UTC)
        return min(latest, begins + datetime.timedelta(seconds=int(life[1])) - MARGIN)
    except (ValueError, OverflowError):
        return latest
