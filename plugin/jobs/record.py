"""What ran, when, and with what outcome, as DBOS keeps it in the jobs' database."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dbos import DBOSClient, Serializer

from plugin.jobs.schedule import Job

#: Whose jobs they are, for DBOS.
NAME = "score-reports"
#: How long it is on record what ran.
KEPT = datetime.timedelta(days=30)
#: Three jobs a minute are 4,320 a day.
FORGOTTEN_AT_ONCE = 10_000


class Failed(Exception):
    """What a job ended with, by the name of its kind."""


class NoTextKept(Serializer):
    """Into the jobs' database go numbers, ids and moments; of an error its kind, since its text may name people."""

    def serialize(self, data: Any) -> str:
        return json.dumps({"error": type(data).__name__} if isinstance(data, BaseException) else data, default=str)

    def deserialize(self, serialized_data: str) -> Any:
        data = json.loads(serialized_data)
        return Failed(data["error"]) if isinstance(data, dict) and "error" in data else data

    def name(self) -> str:
        return "no_text_kept"


@dataclass(frozen=True)
class Run:
    """`error` is the name of its kind. `outcome` is DBOS's: SUCCESS, ERROR, PENDING while it runs, ENQUEUED."""

    due_at: datetime.datetime
    ended_at: datetime.datetime | None
    worker: str
    outcome: str
    error: str


def forget(url: str, now: datetime.datetime) -> None:
    """Take off the record what ran long ago."""
    with _reading(url) as client:
        old = client.list_workflows(
            end_time=(now - KEPT).isoformat(), limit=FORGOTTEN_AT_ONCE, load_input=False, load_output=False
        )
        client.delete_workflows([one.workflow_id for one in old if one.status not in {"PENDING", "ENQUEUED"}])


def last_runs(url: str, job: Job, limit: int, **which: Any) -> list[Run]:
    """The newest first. Raises whatever the database raises where no worker has begun yet."""
    with _reading(url) as client:
        found = client.list_workflows(schedule_name=job.name, limit=limit, sort_desc=True, load_input=False, **which)
        return [_run(one) for one in found]


@contextmanager
def _reading(url: str) -> Iterator[DBOSClient]:
    client = DBOSClient(
        system_database_url=url,
        serializer=NoTextKept(),
        application_name=NAME,
        system_database_pool_size=1,
        retry_connection_errors=False,
    )
    try:
        yield client
    finally:
        client.destroy()


def _run(one: Any) -> Run:
    return Run(
        _moment(one.created_at),
        _moment(one.completed_at) if one.completed_at else None,
        one.executor_id or "",
        one.status,
        str(one.error or ""),
    )


def _moment(milliseconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
