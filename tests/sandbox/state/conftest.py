import datetime
import json
from collections.abc import Callable, Iterator

import pytest
import requests

from sandbox.district import District, Pupil, make
from sandbox.state import StateService

TODAY = datetime.date(2026, 11, 20)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime.datetime.combine(TODAY, datetime.time(18), datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += datetime.timedelta(**time)


class Caller:
    """A school system with the district's credentials."""

    def __init__(self, service: StateService, lea: str, session: requests.Session) -> None:
        self.service, self.lea, self.session = service, lea, session

    def sign_in(self, lea: str = "", **options: object) -> requests.Response:
        known = self.service.credentials[lea or self.lea]
        auth = (known.user, known.secret)
        return self.session.post(f"{self.service.url}/token", data="{}", auth=auth, **{"timeout": 5, **options})

    def ask(self, ssid: str | None, token: str = "", **options: object) -> requests.Response:
        bearer = token or self.sign_in().json()["token"]
        headers = {"Authorization": f"Bearer {bearer}"}
        return self.session.get(f"{self.service.url}/scorereports/{ssid}", headers=headers, **{"timeout": 5, **options})

    def change(self, path: str, body: object) -> requests.Response:
        headers = {"X-Sandbox-Token": self.service.admin_token}
        return self.session.post(f"{self.service.sandbox_url}/sandbox/{path}", data=json.dumps(body), headers=headers)


@pytest.fixture(scope="session")
def district() -> District:
    return make(today=TODAY)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(district: District, clock: Clock) -> Iterator[StateService]:
    with StateService(district.pupils, schools=district.schools, clock=clock) as service:
        yield service


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def caller(service: StateService, district: District, session: requests.Session) -> Caller:
    return Caller(service, district.cds, session)


@pytest.fixture
def pupil(district: District) -> Callable[..., Pupil]:
    """The first pupil of the district's own schools for whom all of this holds."""

    def find(**facts: object) -> Pupil:
        wanted = {"outcome": "reports", "lea_cds": district.cds, **facts}
        return next(p for p in district.pupils if all(getattr(p, name) == value for name, value in wanted.items()))

    return find
