"""What an answer can say wrong: each fault changes the good answer of a call."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

from plugin.ets.contract import Contract
from sandbox.state.storage import Storage

Body = dict[str, Any]

#: Changes an answer's body, in the contract's names; the storage signs links.
Edit = Callable[[Body, Contract, Storage], None]

LONG_AGO = datetime.datetime(2001, 11, 20, 18, tzinfo=datetime.UTC)


def _all(name: str, *values: Any) -> Edit:
    """Every report gets one of these values in turn; a function is asked for it with the good one."""

    def change(body: Body, contract: Contract, _: Storage) -> None:
        key = getattr(contract.report, name)
        for report, value in zip(body.get(contract.reports.list, ()), cycle(values), strict=False):
            report[key] = value(report[key]) if callable(value) else value

    return change


def _list(change: Callable[[list[Body]], Any]) -> Edit:
    def replace(body: Body, contract: Contract, _: Storage) -> None:
        if contract.reports.list in body:
            body[contract.reports.list] = change(body[contract.reports.list])

    return replace


def _wrong_ssid(body: Body, contract: Contract, _: Storage) -> None:
    body[contract.reports.ssid] = "9" * 10


def _stale_links(body: Body, contract: Contract, storage: Storage) -> None:
    """The links as they would have been signed long ago."""
    for report in body[contract.reports.list]:
        link = urlsplit(report[contract.report.url])
        query = storage.sign(link.netloc, link.path, 1800, at=LONG_AGO)
        report[contract.report.url] = link._replace(query=query).geturl()


def _foreign(host: str) -> Callable[[str], str]:
    return lambda url: re.sub(r"^http://[^/]*", host, url)


FOREIGN_LINKS = (
    _foreign("https://reports.example.net"),
    _foreign("http://127.0.0.1:9"),
    _foreign("https://somebody-elses.s3.us-west-2.amazonaws.com"),
    lambda url: url.replace("://", "://127.0.0.1:80@"),
    lambda url: url.replace("://", ":\\\\"),
    lambda url: url + "\r\nSet-Cookie: a=b",
    lambda url: url + "#" + "x" * 20_000,
    "javascript:alert(1)",
    "//reports.example.net/a.pdf",
    "",
    None,
    7,
)

REPORTS: dict[str, Edit] = {
    "wrong_ssid": _wrong_ssid,
    "no_ssid": lambda body, contract, _: body.pop(contract.reports.ssid, None),
    "foreign_link": _all("url", *FOREIGN_LINKS[:1]),
    "odd_links": _all("url", *FOREIGN_LINKS),
    "stale_links": _stale_links,
    "endless_links": _all("url", lambda url: url.partition("?")[0]),
    "odd_years": _all("year", "2031-32", "1999-00", "23-24", "2024-26", "", None, 2024),
    "odd_types": _all("record_types", "01", [], None, [1, 2], ["01", "01"], {"01": 1}),
    "odd_languages": _all("language", "xx", "", None, "ENG-US", "spa"),
    "markup": _all("test_name", "<script>alert(1)</script>", "x" * 10_000, "\u202eELA"),
    "lone_surrogate": _all("test_name", "ELA \ud800"),
    "not_final": _all("status", "Preliminary"),
    "no_status": _all("status", None),
    "empty_list": _list(lambda reports: []),
    "null_list": _list(lambda reports: None),
    "list_of_text": _list(lambda reports: ["report"]),
    "duplicates": _list(lambda reports: reports * 2),
    "many": _list(lambda reports: (reports * 5000)[:5000]),
}


def _token_gets(name: str, value: Any) -> Edit:
    def change(body: Body, contract: Contract, _: Storage) -> None:
        body[getattr(contract.token, name)] = value

    return change


TOKENS: dict[str, Edit] = {
    "null": _token_gets("token", None),
    "line_break": _token_gets("token", "a\r\nb: c"),
    "no_life": _token_gets("expires_in", None),
    "zero_life": _token_gets("expires_in", 0),
    "past_life": _token_gets("expires_in", -3600),
    "long_life": _token_gets("expires_in", 315_360_000),
    "text_life": _token_gets("expires_in", "soon"),
    "no_leas": _token_gets("leas", []),
}
