"""Requests at a pace, and people who wait: sent from threads, which cost little while they wait."""

from __future__ import annotations

import http.client
import itertools
import multiprocessing
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

#: Seconds that anybody waits for an answer.
PATIENCE = 30


@dataclass(frozen=True)
class Page:
    """A request that can be sent again and again; with a `body` it is a form."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: str = field(default="", repr=False)


@dataclass(frozen=True)
class Answered:
    """Status 0 is no answer."""

    status: int
    seconds: float


def elsewhere() -> Executor:
    """Another process to ask from, so that those who ask don't wait for each other's interpreter."""
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def ask(page: Page) -> Answered:
    """Over a connection of its own, as the next person's browser would."""
    parts = urlsplit(page.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    begun = time.perf_counter()
    try:
        connection.request("POST" if page.body else "GET", parts.path, page.body or None, dict(page.headers))
        answer = connection.getresponse()
        answer.read()
        return Answered(answer.status, time.perf_counter() - begun)
    except (OSError, http.client.HTTPException):
        return Answered(0, time.perf_counter() - begun)
    finally:
        connection.close()


def paced(pages: Sequence[Page], a_second: float, seconds: float) -> list[Answered]:
    """Ask for the pages in turn, so many a second whether or not the earlier ones were answered."""
    asked = []
    with ThreadPoolExecutor(200) as threads:
        begin = time.perf_counter()
        for number, page in enumerate(itertools.islice(itertools.cycle(pages), round(a_second * seconds))):
            time.sleep(max(0.0, begin + number / a_second - time.perf_counter()))
            asked.append(threads.submit(ask, page))
        return [one.result() for one in asked]


def all_waiting(pages: Sequence[Page], over: float, seconds: float) -> list[Answered]:
    """One person for each page, who asks again as soon as there is an answer. They come one by one, `over` seconds."""
    end = time.perf_counter() + seconds

    def wait(number: int) -> list[Answered]:
        time.sleep(over * number / len(pages))
        told = []
        while time.perf_counter() < end:
            told.append(ask(pages[number]))
        return told

    with ThreadPoolExecutor(len(pages)) as threads:
        return list(itertools.chain.from_iterable(threads.map(wait, range(len(pages)))))
