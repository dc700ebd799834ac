"""When the password was typed, as an identity token tells it: a number of the past, or not at all."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable

import pytest
import time_machine
from joserfc import jwk, jwt

from plugin.errors import SignInRefused
from plugin.model import Persona
from plugin.network import Network
from plugin.powerschool.sign_in import SignedIn, SignIn

NOW = datetime.datetime(2026, 11, 22, 17, 0, tzinfo=datetime.UTC)
#: Signs a token.
KEY = jwk.RSAKey.generate_key(2048)

Finish = Callable[..., SignedIn]


@pytest.fixture
def finish(serve) -> Finish:
    """Finishes a sign-in against a school system that tells this `auth_time`, or other claims."""

    def finish(auth_time: object = None, **others: object) -> SignedIn:
        answers: list[dict[str, object]] = []
        server = serve(*[lambda sock, number=number: sock.sendall(spoken(answers[number])) for number in range(3)])
        endpoints = {
            name: f"{server.url}/oauth2/x" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        }
        claims = told(server.url, auth_time) | others
        answers += [{"issuer": f"{server.url}/oauth2/", **endpoints}]
        answers += [{"id_token": jwt.encode({"alg": "RS256"}, claims, KEY)}, {"keys": [KEY.as_dict(private=False)]}]
        connect = SignIn(Network(server.url), server.url, "client", "secret", "http://localhost/sign-in")
        return connect.finish(Persona.STAFF, code="code", nonce="nonce", verifier="verifier")

    return finish


def told(address: str, auth_time: object) -> dict[str, object]:
    base = {"iss": f"{address}/oauth2/", "sub": "dana", "aud": "client", "nonce": "nonce"}
    times = {"iat": int(time.time()), "exp": int(time.time()) + 60, "auth_time": auth_time}
    return {**base, **times, "persona": "staff", "ps_dcid": 7, "preferred_username": "dana.overlook"}


def spoken(content: dict[str, object]) -> bytes:
    body = json.dumps(content).encode()
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


@pytest.mark.parametrize(
    ("told", "seconds"), [(-7200, -7200), (-299.5, -299.5), (0, 0), (119, 0)], ids=["old", "fraction", "now", "skew"]
)
@time_machine.travel(NOW, tick=False)
def test_a_number_of_the_past_is_when_the_password_was_typed(finish: Finish, told, seconds):
    assert finish(NOW.timestamp() + told).auth_time == NOW + datetime.timedelta(seconds=seconds)


NONSENSE = [None, True, False, "", "soon", str(int(NOW.timestamp())), [], [1], {}, {"now": 1}, 0, -1, 1e-9, 10**30]
NONSENSE += [-(10**30), 1e308, float("nan"), float("inf"), float("-inf")]


@pytest.mark.parametrize("told", [*NONSENSE, NOW.timestamp() + 121, NOW.timestamp() * 1000])
@time_machine.travel(NOW, tick=False)
def test_anything_else_signs_in_and_tells_no_recent_time(finish: Finish, told):
    signed_in = finish(told)
    assert signed_in.viewer.username == "dana.overlook"
    assert signed_in.auth_time is None or signed_in.auth_time.year == 1970


@pytest.mark.parametrize("claims", [{"exp": -119}, {"iat": 119}, {"nbf": 119}], ids=["ended", "made", "begins"])
@time_machine.travel(NOW, tick=False)
def test_the_school_systems_clock_may_be_two_minutes_off(finish: Finish, claims):
    at = {name: int(NOW.timestamp()) + seconds for name, seconds in claims.items()}
    assert finish(**at).viewer.username == "dana.overlook"


@pytest.mark.parametrize("claims", [{"exp": -121}, {"iat": 121}, {"nbf": 121}], ids=["ended", "made", "begins"])
@time_machine.travel(NOW, tick=False)
def test_a_clock_that_is_further_off_signs_nobody_in(finish: Finish, claims):
    at = {name: int(NOW.timestamp()) + seconds for name, seconds in claims.items()}
    with pytest.raises(SignInRefused):
        finish(**at)
