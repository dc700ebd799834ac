"""No secret, link, token or name stands in the database's files in any shape that could be read."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from plugin.model import Persona, Report, Viewer
from plugin.store.audit import Audit, Event, described
from plugin.store.credentials import CredentialSets
from plugin.store.database import Database
from plugin.store.drafts import Draft, Drafts
from plugin.store.launches import Launch, Launches, Wish
from plugin.store.links import Asked, Links
from plugin.store.mails import Mails, Notice
from plugin.store.sessions import Sessions
from plugin.store.vault import Vault
from tests.canaries import shapes

CANARIES = {
    name: f"CANARY/{name}+{'x' * 12}?9f27c1"
    for name in ("user", "secret", "typed", "recipient", "url", "verifier", "username", "name", "state", "browser")
}


@pytest.fixture
def files(url: str, request: pytest.FixtureRequest, tmp_path: Path, database: Database) -> Callable[[], list[bytes]]:
    """What stands in every file of the database: SQLite's with its log and index, or the server's with its logs."""
    if url.startswith("sqlite"):
        return lambda: [path.read_bytes() for path in tmp_path.iterdir()]
    server: Path = request.getfixturevalue("postgresql")

    def files() -> list[bytes]:
        with database.begin() as connection:
            connection.exec_driver_sql("CHECKPOINT")
            own = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar()
        folders = server / "data" / "pg_wal", server / "data" / "base" / str(own)
        return [(server / "log").read_bytes()] + [
            path.read_bytes() for folder in folders for path in folder.iterdir() if path.is_file()
        ]

    return files


def test_nothing_secret_stands_in_any_file(
    database: Database, vault: Vault, files, now: datetime.datetime, capfd: pytest.CaptureFixture[str]
) -> None:
    viewer = Viewer("a subject", Persona.PARENT, "an account", CANARIES["username"], CANARIES["name"])
    report = Report(frozenset({"21"}), "a test", "ELPAC", None, "2024-25", "KN", "SPA", "PDF", CANARIES["url"])
    launch = Launch("score-reports-portal", Persona.PARENT, Wish(), "a nonce", CANARIES["verifier"])
    secrets = {"expires_on": now.date(), "saved_by": "ada", "now": now}

    CredentialSets(database, vault).save("19", CANARIES["user"], CANARIES["secret"], **secrets)
    Drafts(database, vault).keep("a subject", "19", Draft(CANARIES["typed"], CANARIES["typed"], ""), now)
    Mails(database, vault).tell(Notice("19", 1, "a kind", now), [CANARIES["recipient"]], now, domain="example.org")
    Launches(database, vault).begin(launch, state=CANARIES["state"], browser=CANARIES["browser"], now=now)
    token = Sessions(database, vault).begin(viewer, now, now)
    Links(database, vault).keep("a subject", Asked(1, "", ""), [(report, now + datetime.timedelta(minutes=9))], now)
    facts = {"subject": "a subject", "persona": Persona.PARENT, "lea_cds": "19", "student_dcid": 1}
    Audit(database).record(Event.VIEW, now, report=described(report), address="203.0.113.7", request_id="1", **facts)

    for content in [*files(), capfd.readouterr().out.encode()]:
        canaries = {**CANARIES, "token": token}.items()
        found = [name for name, text in canaries if any(one in content for one in shapes(text).values())]
        assert found == []
    assert any(b"a subject" in content for content in files()), "the search would have found nothing in any case"
