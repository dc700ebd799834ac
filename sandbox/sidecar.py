"""The sidecar's settings and first contents in the sandbox. All of it stays in one folder until the next start."""

from __future__ import annotations

import base64
import datetime
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import DatabaseError

from plugin.config import SettingsError, from_environ
from plugin.model import SchoolYear
from plugin.store.contacts import Contacts
from plugin.store.credentials import CredentialSets
from plugin.store.database import Database, DatabaseUnavailable
from plugin.store.grade_names import GradeName, GradeNames, version
from plugin.store.vault import Vault, VaultError
from sandbox.district import TK
from sandbox.guard import write_token
from sandbox.ports import LOOPBACK, Ports
from sandbox.state import StateCredentials

ROOT = Path(__file__).parent.parent

#: The production server, with the product's own settings for it.
COMMAND = (sys.executable, "-m", "gunicorn", "--config", "python:plugin.gunicorn_conf", "--bind")
#: Background work.
WORKER = (sys.executable, "-m", "plugin", "work")
#: What `furnish` raises where an earlier start's keys or database are damaged, not of each other or of a newer version.
UNUSABLE = (SettingsError, VaultError, DatabaseUnavailable, DatabaseError, CommandError)
MAIL_DOMAIN = "poppyvalley.example"
STATE_CREDENTIALS_LIVE = datetime.timedelta(days=365)


def environment(ports: Ports, folder: Path) -> dict[str, str]:
    """What the sidecar reads at its start, as names and values."""
    return {
        "DEMO": "1",
        "SIDECAR_URL": f"http://localhost:{ports.sidecar}",
        "POWERSCHOOL_URL": f"http://{LOOPBACK}:{ports.school}",
        "STATE_URL": f"http://{LOOPBACK}:{ports.state}/api/v1",
        "STATE_LINK_HOSTS": f"{LOOPBACK}:{ports.state}",
        "DATABASE_URL": f"sqlite:///{folder / 'score-reports.sqlite3'}",
        "JOBS_DATABASE_URL": f"sqlite:///{folder / 'score-reports-jobs.sqlite3'}",
        "DISTRICT_FILE": str(ROOT / "district.toml"),
        "SMTP_HOST": LOOPBACK,
        "SMTP_PORT": str(ports.smtp),
        "SMTP_SECURITY": "none",
        "MAIL_FROM": f"score-reports@{MAIL_DOMAIN}",
        **_keys(folder / "keys.env"),
    }


def furnish(environ: Mapping[str, str], leas: Sequence[str]) -> dict[str, StateCredentials]:
    """Make the database ready. Every LEA has credentials of the state in it afterwards, which are returned.

    The made-up district has told its grade number of transitional kindergarten as well, and whom to write to.
    """
    settings = from_environ(environ)
    database = Database(settings.database_url)
    database.migrate()
    sets = CredentialSets(database, Vault(settings.vault_keys, next(iter(settings.vault_keys))))
    try:
        names = GradeNames(database)
        for lea in leas:
            _name_tk(names, lea)
            _name_contact(Contacts(database), lea)
        return {lea: _credentials(sets, lea) for lea in leas}
    finally:
        database.close()


def _name_tk(names: GradeNames, lea: str) -> None:
    if not names.of(lea):
        names.replace(lea, [GradeName(TK, SchoolYear(2023), "TK", "TK")], seen=version(()))


def _name_contact(contacts: Contacts, lea: str) -> None:
    if not contacts.of(lea).version:
        addresses, systems = [f"coordinator-{lea}@{MAIL_DOMAIN}"], "The (made-up) system for special education"
        contacts.save(lea, addresses, systems, replaces=0, by="make run", now=datetime.datetime.now(datetime.UTC))


def _credentials(sets: CredentialSets, lea: str) -> StateCredentials:
    now = datetime.datetime.now(datetime.UTC)
    saved = sets.load(lea)
    if saved and saved.record.expires_on > now.date():
        return StateCredentials(saved.user, saved.secret, saved.record.expires_on)
    new = StateCredentials(f"sis-{lea}", secrets.token_urlsafe(15), now.date() + STATE_CREDENTIALS_LIVE)
    version = saved.record.version if saved else 0
    sets.save(lea, new.user, new.secret, expires_on=new.expires_on, saved_by="make run", now=now, replaces=version)
    return new


def _keys(file: Path) -> dict[str, str]:
    """The secrets of this sandbox, made at its first start and then kept where only this user can read them."""
    if not file.exists():
        made = {
            "POWERSCHOOL_CLIENT_ID": secrets.token_hex(8),
            "POWERSCHOOL_CLIENT_SECRET": secrets.token_urlsafe(24),
            "SECRET_KEYS": _key(),
            "VAULT_KEYS": f"sandbox:{_key()}",
        }
        write_token(file, "\n".join(f"{name}={value}" for name, value in made.items()))
    lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def _key() -> str:
    return base64.b64encode(os.urandom(32)).decode()
