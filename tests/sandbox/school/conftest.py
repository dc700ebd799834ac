"""A school system with the real archive, one with an archive of a few lines, and people who walk about in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from plugin.district import District
from plugin.package import build
from sandbox.district import make
from sandbox.school import SchoolSystem
from sandbox.school.portals.doors import DOORS
from tests.visitor import Visitor

ROOT = Path(__file__).parents[3]
#: Nothing answers there: these tests end where the school system sends people away.
SIDECAR = "http://127.0.0.1:9"
MANIFEST = f"""<plugin xmlns="http://plugin.powerschool.pearson.com" name="Tiny" version="1.0">
<oauth base-url="{SIDECAR}" redirect-uri="/back" allow-client-credential="true" allow-auth-code="true">
<allow-persona>parent</allow-persona><allow-persona>staff</allow-persona></oauth>
<access_request><field table="SCHOOLS" field="NAME" access="ViewOnly"/></access_request></plugin>"""

Installed = Callable[[Mapping[str, str]], SchoolSystem]
Person = Callable[[SchoolSystem, str, str], Visitor]


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, SIDECAR, District.load(ROOT / "district.toml"), tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="session")
def school(archive: Path) -> Iterator[SchoolSystem]:
    """The product's own archive, installed. Tests that change something use `own_school`."""
    with SchoolSystem(make(), archive) as running:
        yield running


@pytest.fixture
def own_school(archive: Path) -> Iterator[SchoolSystem]:
    with SchoolSystem(make(), archive) as running:
        yield running


@pytest.fixture
def installed() -> Iterator[Installed]:
    """Install an archive of these files, by path, and a manifest of a few lines."""
    with ExitStack() as running:
        yield lambda files: running.enter_context(SchoolSystem(make(), zipped({"plugin.xml": MANIFEST, **files})))


def zipped(files: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return content.getvalue()


@pytest.fixture
def person() -> Person:
    """Somebody with a browser, signed in at the door of their persona."""

    def sign_in(school: SchoolSystem, persona: str, username: str) -> Visitor:
        account = next(one for one in school.accounts if (one.persona, one.username) == (persona, username))
        visitor = Visitor(SIDECAR)
        visitor.open(school.url + DOORS[account.portal][0])
        visitor.send("Sign In", username=username, password=account.password)
        return visitor

    return sign_in


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session
