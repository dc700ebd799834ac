"""Whether anybody does the background work."""

import datetime

from plugin.store.workers import Workers


def test_the_last_sign_of_life_of_any_worker_counts(database, now):
    workers = Workers(database)
    assert workers.last_seen() is None
    workers.note("one", now)
    workers.note("two", now + datetime.timedelta(minutes=1))
    workers.note("one", now + datetime.timedelta(seconds=30))
    assert workers.last_seen() == now + datetime.timedelta(minutes=1)
