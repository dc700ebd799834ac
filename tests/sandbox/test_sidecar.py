"""What the sidecar of the sandbox is given, and what stays for the next start."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from plugin.config import from_environ
from plugin.store.contacts import Contacts
from plugin.store.database import Database
from plugin.store.vault import VaultError
from sandbox.ports import Ports
from sandbox.sidecar import environment, furnish

LEA = "19999010000000"
NOW = datetime.datetime(2026, 11, 22, 8, tzinfo=datetime.UTC)


def test_the_settings_are_such_as_the_sidecar_accepts(tmp_path: Path) -> None:
    settings = from_environ(environment(Ports(9000), tmp_path))
    assert settings.sidecar_url == "http://localhost:9000"
    assert settings.powerschool_url == "http://127.0.0.1:9001"
    assert settings.state_link_hosts == {"127.0.0.1:9002"}
    assert (settings.smtp_host, settings.smtp_port) == ("127.0.0.1", 9004)


def test_the_keys_are_made_once_for_this_user_alone(tmp_path: Path) -> None:
    first = environment(Ports(), tmp_path)
    assert environment(Ports(), tmp_path) == first
    assert (tmp_path / "keys.env").stat().st_mode & 0o777 == 0o600


def test_no_two_folders_share_a_secret(tmp_path: Path) -> None:
    secrets = [set(_secrets(tmp_path / name).values()) for name in ("one", "other")]
    assert not secrets[0] & secrets[1]


def test_the_credentials_of_the_state_last_until_the_next_start(tmp_path: Path) -> None:
    environ = environment(Ports(), tmp_path)
    issued = furnish(environ, [LEA])
    assert furnish(environ, [LEA]) == issued
    assert issued[LEA].user == f"sis-{LEA}"


def test_every_lea_has_somebody_to_write_to_who_is_kept(tmp_path: Path) -> None:
    environ = environment(Ports(), tmp_path)
    furnish(environ, [LEA])
    contacts = Contacts(Database(environ["DATABASE_URL"]))
    assert contacts.of(LEA).addresses == [f"coordinator-{LEA}@poppyvalley.example"]
    contacts.save(LEA, ["casey@poppyvalley.example"], "", replaces=1, by="casey", now=NOW)
    furnish(environ, [LEA])
    assert contacts.of(LEA).addresses == ["casey@poppyvalley.example"]
    contacts.database.close()


def test_a_database_under_lost_keys_is_not_opened(tmp_path: Path) -> None:
    furnish(environment(Ports(), tmp_path), [LEA])
    (tmp_path / "keys.env").unlink()
    with pytest.raises(VaultError):
        furnish(environment(Ports(), tmp_path), [LEA])


def _secrets(folder: Path) -> dict[str, str]:
    folder.mkdir()
    environ = environment(Ports(), folder)
    return {name: environ[name] for name in ("POWERSCHOOL_CLIENT_SECRET", "SECRET_KEYS", "VAULT_KEYS")}
