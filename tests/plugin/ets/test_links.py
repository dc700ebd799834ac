"""Which links may reach a browser: judged here as a browser reads them, which is not how Python does."""

from __future__ import annotations

import datetime
import re
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plugin.ets.links import LONGEST, LinkPolicy, lives_until

BUCKET = "reports.s3.us-west-2.amazonaws.com"
POLICY = LinkPolicy({BUCKET, "files.example:8443", "127.0.0.1:8002"})
DEMO = LinkPolicy({BUCKET, "127.0.0.1:8002", "localhost"}, allow_plain_http=True)
NOW = datetime.datetime(2025, 6, 2, 17, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "url",
    [
        f"https://{BUCKET}/",
        f"https://{BUCKET}/a/b%20c.pdf?X-Amz-Date=20250602T170000Z&X-Amz-Expires=1800&X-Amz-Signature=feed",
        "https://files.example:8443/video/en.mp4",
        f"https://{BUCKET}/@elsewhere.example/?https://elsewhere.example",
    ],
)
def test_a_link_to_a_named_host_is_allowed(url: str) -> None:
    assert POLICY.allows(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        f"http://{BUCKET}/",
        "http://127.0.0.1:8002/",
        f"https://{BUCKET}",
        f"//{BUCKET}/",
        f"https:{BUCKET}/",
        f"https:/{BUCKET}/",
        f"HTTPS://{BUCKET}/",
        f"https://{BUCKET}:443/",
        f"https://{BUCKET}:8443/",
        f"https://{BUCKET}./",
        f"https://{BUCKET.upper()}/",
        f"https://evil.{BUCKET}/",
        f"https://{BUCKET}.evil.example/",
        "https://evil.s3.us-west-2.amazonaws.com/",
        "https://files.example/",
        "https://169.254.169.254/latest/meta-data/",
        f"https://user@{BUCKET}/",
        f"https://{BUCKET}@evil.example/",
        f"https://{BUCKET}:pass@evil.example/",
        f"https://evil.example\\@{BUCKET}/",
        f"https://{BUCKET}\\@evil.example/",
        f"https:\\\\{BUCKET}/",
        f"https://evil.example#@{BUCKET}/",
        f"https://evil.example?@{BUCKET}/",
        f"https://{BUCKET}/#fragment",
        f"https://{BUCKET}/\r\nSet-Cookie: a=b",
        f"https://{BUCKET}/\n",
        f" https://{BUCKET}/",
        f"https://{BUCKET}/ ",
        f"ht\ttps://{BUCKET}/",
        f"https://{BUCKET}/\x00",
        f"https://{BUCKET}/ａ",
        f"https://{BUCKET.replace('e', 'е')}/",
        f"https://{BUCKET.replace('.', '。')}/",
        f"https://{BUCKET}%2f@evil.example/",
        "https://%72eports.s3.us-west-2.amazonaws.com/",
        "javascript:alert(1)",
        "data:text/html,hello",
        "file:///etc/passwd",
        f"https://{BUCKET}/" + "x" * LONGEST,
    ],
)
def test_every_other_link_is_refused(url: str) -> None:
    assert not POLICY.allows(url)


def test_plain_http_is_for_the_sandbox_on_loopback_only() -> None:
    assert DEMO.allows("http://127.0.0.1:8002/a.pdf")
    assert DEMO.allows("http://localhost/a.pdf")
    assert DEMO.allows(f"https://{BUCKET}/a.pdf")
    assert not DEMO.allows(f"http://{BUCKET}/a.pdf")
    assert not DEMO.allows("http://127.0.0.1:8003/a.pdf")
    assert not DEMO.allows("http://127.0.0.1.evil.example:8002/")


PIECES = [
    "https:",
    "http:",
    "/",
    "//",
    "\\",
    "@",
    ":",
    "#",
    "?",
    "%2f",
    "%40",
    "\t",
    "\n",
    " ",
    ".",
    "443",
    "8002",
    "\xa0",
]
HOSTS = [BUCKET, "127.0.0.1", "files.example", "evil.example", "user", "[::1]", "ｅvil", "xn--evil"]
mixtures = st.lists(st.sampled_from(PIECES + HOSTS) | st.text(max_size=3), max_size=12).map("".join)
near_misses = st.builds("https://{}{}/{}".format, st.sampled_from([BUCKET, "files.example:8443"]), mixtures, mixtures)


@settings(deadline=None)
@given(url=mixtures | near_misses | mixtures.map("https://{}".format))
@example(url=f"https://evil.example\\@{BUCKET}/")
@pytest.mark.parametrize("policy", [POLICY, DEMO], ids=["production", "demo"])
def test_what_is_allowed_leads_a_browser_to_a_named_host(policy: LinkPolicy, url: str) -> None:
    if policy.allows(url):
        scheme, host = as_a_browser_reads(url)
        assert host in policy.hosts
        assert scheme == "https" or (policy.allow_plain_http and host.split(":")[0] in {"127.0.0.1", "localhost"})


def as_a_browser_reads(url: str) -> tuple[str, str]:
    """Scheme and host with port, by the rules of the WHATWG URL standard for http and https."""
    text = re.sub("[\t\n\r]", "", url.strip("".join(map(chr, range(33)))))
    scheme, _, rest = text.partition(":")
    authority = re.split(r"[/\\?#]", rest.lstrip("/\\"), maxsplit=1)[0]
    host, _, port = authority.rpartition("@")[2].partition(":")
    host = unquote(host).lower()
    default = {"https": "443", "http": "80"}[scheme.lower()]
    return scheme.lower(), host if port in ("", default) else f"{host}:{int(port)}"


@settings(deadline=None)
@given(url=st.text() | st.text(min_size=20).map(f"https://{BUCKET}/?X-Amz-Date=".__add__))
def test_no_link_breaks_the_policy_or_the_clock(url: str) -> None:
    POLICY.allows(url)
    assert lives_until(url, NOW) <= NOW + datetime.timedelta(minutes=29)


# --- Until when ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "minutes"),
    [
        ("X-Amz-Date=20250602T170000Z&X-Amz-Expires=1800", 29),
        ("X-Amz-Date=20250602T165000Z&X-Amz-Expires=1800", 19),
        ("X-Amz-Expires=600&X-Amz-Date=20250602T170000Z", 9),
        ("X-Amz-Date=20250602T170000Z&X-Amz-Expires=604800", 29),
        ("X-Amz-Date=20250602T171000Z&X-Amz-Expires=1800", 29),
        ("X-Amz-Date=20250602T163000Z&X-Amz-Expires=1800", -1),
        ("X-Amz-Date=20250602T170000Z&X-Amz-Expires=0", -1),
        ("X-Amz-Date=20250602T170000Z", 29),
        ("X-Amz-Expires=600", 29),
        ("X-Amz-Date=20251302T170000Z&X-Amz-Expires=600", 29),
        ("X-Amz-Date=99991231T235959Z&X-Amz-Expires=9999999", 29),
        ("X-Amz-Date=00010101T000000Z&X-Amz-Expires=0", 29),
        ("X-Amz-Date=soon&X-Amz-Expires=-5", 29),
        ("Not-X-Amz-Date=20250602T163000Z&X-Amz-Expires=600", 29),
        ("", 29),
    ],
)
def test_a_link_is_dead_a_minute_before_its_end_and_after_29_minutes_at_most(query: str, minutes: int) -> None:
    assert lives_until(f"https://{BUCKET}/a.pdf?{query}", NOW) == NOW + datetime.timedelta(minutes=minutes)
