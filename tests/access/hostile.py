"""Swapped requests: somebody signed in who puts other people's numbers, and worse, in every place of a request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from hypothesis import strategies as st

from sandbox.district import make
from tests.access.rules import ROWS, rule_of

#: As they are typed; each is percent-encoded on its way.
TYPED = (
    *("", " ", "0", "-1", "+1", " 1", "1\n", "1e9", "0x1F", "1_000", "²", "５０４５", "NaN", "null", "[]"),
    *("\u202e5045", "\u200b5045", "\ufeff5045", "5045\u2028", "ß", "ẞ", "İ", "e\u0301", "é", "\ud800", "\x1b[2J"),
    *("' OR 1=1--", '";DROP TABLE links', "1;SELECT pg_sleep(5)", "*)(uid=*", "|id", "$(id)", "`id`", "%n%s"),
    *("{{7331*7}}", "${7331*7}", "<script>hostile</script>", "<svg/onload=hostile>", '"onmouseover=hostile'),
    *("javascript:hostile", "</title><script>hostile</script>", "=HYPERLINK(hostile)", "@SUM(hostile)"),
    *(
        "../../../etc/passwd",
        "\\..\\",
        "file:///etc/passwd",
        "//hostile.example",
        "https://hostile.example/",
        "/\\hostile",
    ),
)
#: As they stand on the wire.
ENCODED = (
    "%00",
    "%ff",
    "%c0%af",
    "%ed%a0%80",
    "..%2f..%2fsetup",
    "..%252f",
    "%2e%2e/setup",
    "%0d%0aSet-Cookie:x=1",
    "%",
)
#: By a name that a report of a failure has room for. The last is for forms: servers cut addresses and headers off.
LONG = {"<5,000 digits>": "9" * 5_000, "<8 kB>": "x" * 8_000, "<200 kB>": "x" * 200_000}

DISTRICT = make(80)
OWNERS = ("lucia.ejemplo", "alex.sampleton", "lee.coordinado")
WORDS = ("score-reports-admin", "score-reports-portal", "setup", "parent", "student", "staff", "01", "elpac", "full")
#: What is true of somebody or something, by the name of the place for it.
TRUE = {
    "dcid": [str(pupil.dcid) for pupil in DISTRICT.pupils[:12]],
    "id": [str(pupil.id) for pupil in DISTRICT.pupils[:12]],
    "frn": [f"001{pupil.dcid}" for pupil in DISTRICT.pupils[:12]],
    "ssid": [pupil.ssid for pupil in DISTRICT.pupils[:6] if pupil.ssid],
    "link": [f"<link of {owner}>" for owner in OWNERS],
    "cds": [lea.cds for lea in DISTRICT.leas],
    "section": [str(section.id) for section in DISTRICT.sections[:3]],
    "page": list(WORDS),
    "filename": ["score-reports.css"],
    "language": ["en", "es", "zh-Hant", "ar"],
    "kind": ["released", "blocked"],
}
PARAMETERS = ("student_id", "student_id[]", "dcid", "frn", "ssid", "assessment", "year", "persona", "language", "state")
PARAMETERS += ("code", "page", "cds", "link", "openid_identifier", "_method", "next")
FIELDS = (*PARAMETERS, "csrf_token", "version", "number-1", "name-1", "confirmed", "account", "was/access/group:13")
FIELDS += ("is/access/group:13", "further/access", "subject", "body", "enabled", "click_rate", "summary_to")
FIELDS += ("release", "do", "on", "text", "first-1", "holidays", "school", "sort", "cursor", "only", "tick", "done")
#: Every route, and those more often that are about one student or one report.
ROUTES = sorted(
    {(row.method, rule_of(row.address)) for row in ROWS} | {("GET", "/students/<dcid>/score-reports/<dcid>")}
)
ROUTES += 4 * [route for route in ROUTES if "<dcid>" in route[1] or "<link>" in route[1]]
#: What Get Report's form has to have; then come the fields that are drawn.
COMPLETE = (("assessment", ""), ("year", ""))

value = st.one_of(
    st.sampled_from([text for texts in TRUE.values() for text in texts]),
    st.sampled_from(TYPED),
    st.sampled_from(ENCODED),
    st.sampled_from([*LONG][:2]),
)


@dataclass(frozen=True)
class Swap:
    """One request. `mixed` says for each part of the cookie whether it is somebody else's; `token` whose it is."""

    intruder: str
    method: str
    address: str
    places: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    form: tuple[tuple[str, str], ...]
    mixed: tuple[bool, ...] | str
    token: str

    def path(self) -> str:
        places = iter(self.places)
        path = re.sub(r"<[^>]+>", lambda _: encoded(next(places)), self.address)
        return f"{path}?{pairs(self.query)}" if self.query else path


@st.composite
def swaps(draw: st.DrawFn, intruders: tuple[str, ...]) -> Swap:
    """Most are whole requests with the own cookie and somebody's true numbers: what is broken gets nowhere."""
    method, address = draw(st.sampled_from(ROUTES))
    own = (False, False, False)
    parts = st.tuples(st.booleans(), st.booleans(), st.booleans()).filter(lambda mixed: not all(mixed))
    broken = parts | st.sampled_from(("", "..", "a.b.c", "{}", "<8 kB>"))
    fields = st.lists(st.tuples(st.sampled_from(FIELDS), value | st.sampled_from([*LONG])), max_size=3).map(tuple)
    return Swap(
        draw(st.sampled_from(intruders)),
        draw(st.sampled_from((*5 * [method], "HEAD", "PUT", "OPTIONS"))),
        address,
        tuple(draw(st.sampled_from(2 * TRUE[place]) | value) for place in re.findall("<([^>]+)>", address)),
        draw(st.just(()) | st.lists(st.tuples(st.sampled_from(PARAMETERS), value), max_size=4).map(tuple)),
        draw(st.just(COMPLETE) | fields | fields.map(lambda drawn: COMPLETE + drawn)),
        draw(st.one_of(st.just(own), st.just(own), st.just(own), broken)),
        draw(st.sampled_from(("own", "own", "own", "another", "hostile", "none"))),
    )


def encoded(text: str) -> str:
    return text if text in ENCODED else quote(LONG.get(text, text).encode("utf-8", "surrogatepass"), safe="")


def pairs(named: tuple[tuple[str, str], ...]) -> str:
    return "&".join(f"{encoded(name)}={encoded(text)}" for name, text in named)
