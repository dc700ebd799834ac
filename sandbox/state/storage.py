"""Where the reports lie: links signed as on S3, that whoever holds them may use until they die.

The parameters, the errors' codes and words are those of S3's query-string authentication; the signature is an HMAC
with a key that is new at every start.
"""

from __future__ import annotations

import datetime
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from sandbox.district.model import Pupil
from sandbox.state.catalogue import Sheet
from sandbox.state.keyring import Clock

BUCKET = "/made-up-score-reports"
STAMP = "%Y%m%dT%H%M%SZ"
XML_STAMP = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Refusal:
    """An error as S3 words it; `facts` are further elements of its XML."""

    status: int
    code: str
    message: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def xml(self) -> str:
        told = {"Code": self.code, "Message": self.message, **self.facts, "RequestId": secrets.token_hex(8).upper()}
        inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items())
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inside}</Error>'


NOT_SIGNED = Refusal(403, "AccessDenied", "Access Denied")
WRONG_SIGNATURE = Refusal(
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
)
NO_SUCH_KEY = Refusal(404, "NoSuchKey", "The specified key does not exist.")


class Storage:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._kept: dict[str, tuple[Pupil, Sheet]] = {}

    def put(self, pupil: Pupil, sheet: Sheet) -> str:
        """Keep a report and return its path, which says nothing of the pupil and stays the same until the end."""
        name = self._hmac(f"{pupil.id} {sheet}")[:32]
        path = f"{BUCKET}/{sheet.year}/{name}.{'pdf' if sheet.format == 'PDF' else 'html'}"
        self._kept[path] = (pupil, sheet)
        return path

    def sign(self, host: str, path: str, life: int, at: datetime.datetime | None = None) -> str:
        """The query of a link to this host and path that lives so many seconds, from now or from `at`."""
        query = _query((at or self._clock()).strftime(STAMP), life)
        return f"{query}&X-Amz-Signature={self._signature('GET', host, path, query)}"

    def open(self, method: str, host: str, path: str, query: Mapping[str, str]) -> tuple[Pupil, Sheet] | Refusal:
        """What a link leads to. Links are signed for GET only, as the state's are."""
        if "X-Amz-Signature" not in query:
            return NOT_SIGNED
        signed = {name: value for name, value in query.items() if name != "X-Amz-Signature"}
        expected = self._signature(method, host, path, urlencode(sorted(signed.items())))
        if not hmac.compare_digest(expected.encode(), query["X-Amz-Signature"].encode()):
            return WRONG_SIGNATURE
        late = _expiry(query["X-Amz-Date"], query["X-Amz-Expires"], self._clock())
        if late:
            return late
        return self._kept.get(path, NO_SUCH_KEY)

    def _signature(self, method: str, host: str, path: str, query: str) -> str:
        return self._hmac("\n".join((method, host, path, query)))

    def _hmac(self, text: str) -> str:
        return hmac.digest(self._key, text.encode(), "sha256").hex()


@lru_cache(maxsize=100)  # all links of a second have it in common
def _query(stamp: str, life: int) -> str:
    """What is signed, in the order of the names."""
    return urlencode(
        {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"MADEUPACCESSKEY/{stamp[:8]}/us-west-2/s3/aws4_request",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": life,
            "X-Amz-SignedHeaders": "host",
        }
    )


def _expiry(stamp: str, life: str, now: datetime.datetime) -> Refusal | None:
    dies = datetime.datetime.strptime(stamp, STAMP).replace(tzinfo=datetime.UTC) + datetime.timedelta(seconds=int(life))
    if now <= dies:
        return None
    facts = {"X-Amz-Expires": life, "Expires": f"{dies:{XML_STAMP}}", "ServerTime": f"{now:{XML_STAMP}}"}
    return Refusal(403, "AccessDenied", "Request has expired", facts)
