"""The OpenID Connect provider: what it tells, whom it lets pass, and how it refuses."""

import base64
import datetime
import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import requests
from joserfc import jwk, jwt
from joserfc.errors import BadSignatureError

from sandbox.district import make
from sandbox.school import SchoolSystem, Switch
from tests.visitor import Visitor

Person = Callable[[SchoolSystem, str, str], Visitor]

VERIFIER = "a-verifier-of-forty-three-characters-or-more"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def test_discovery_describes_the_provider(school: SchoolSystem, http: requests.Session) -> None:
    told = http.get(school.url + "/oauth2/.well-known/openid-configuration").json()
    assert told["issuer"] == f"{school.url}/oauth2/"
    assert told["authorization_endpoint"] == f"{school.url}/oauth2/authorize.action"
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["id_token_signing_alg_values_supported"] == ["RS256"]
    assert "private" not in http.get(told["jwks_uri"]).text
    assert set(http.get(told["jwks_uri"]).json()["keys"][0]) == {"kty", "n", "e", "kid", "use", "alg"}


@pytest.mark.parametrize(
    ("persona", "username", "token"),
    [
        ("staff", "dana.overlook", False),
        ("teacher", "frankie.verbena", False),
        ("parent", "alex.sampleton", True),
        ("student", "rowan.sampleton", True),
    ],
)
def test_each_persona_passes_silently_when_signed_in(
    school: SchoolSystem, person: Person, persona: str, username: str, token: bool
) -> None:
    account = next(one for one in school.accounts if (one.persona, one.username) == (persona, username))
    claims = claims_of(school, code_of(school, person(school, persona, username), _persona=persona))
    assert claims["sub"] == claims["ps_uri"] == f"{school.url}/uri/{persona}/{account.number}"
    assert claims["iss"] == f"{school.url}/oauth2/"
    assert claims["aud"] == [school.client_id]
    assert claims["nonce"] == "n-1"
    assert claims["persona"] == persona
    assert claims["preferred_username"] == username
    assert (claims["given_name"], claims["family_name"]) == (account.first, account.last)
    assert claims["ps_dcid"] == account.number
    assert claims.get("ps_account_token") == (account.token if token else None)
    assert claims["iat"] <= time.time() < claims["exp"]
    assert claims["auth_time"] <= claims["iat"]
    assert claims["jti"]
    assert claims["kid"]


def test_the_account_token_is_what_the_database_knows_the_account_by(school: SchoolSystem, person: Person) -> None:
    claims = claims_of(school, code_of(school, person(school, "parent", "alex.sampleton"), _persona="parent"))
    sql = "select guardianid from guardian where accountidentifier = ?"
    assert [row[0] for row in school.database.rows(sql, [claims["ps_account_token"]])] == [claims["ps_dcid"]]


@pytest.mark.parametrize(
    ("persona", "username", "door"),
    [
        ("staff", "dana.overlook", "/admin/pw.html"),
        ("teacher", "frankie.verbena", "/teachers/pw.html"),
        ("parent", "alex.sampleton", "/public/home.html"),
        ("student", "rowan.sampleton", "/public/home.html"),
    ],
)
def test_whoever_is_not_signed_in_goes_through_the_personas_own_door(
    school: SchoolSystem, persona: str, username: str, door: str
) -> None:
    visitor = Visitor(school.sidecar_url)
    visitor.open(authorize(school, _persona=persona))
    assert urlsplit(visitor.page.url).path == door
    answer = send(visitor, username)
    assert claims_of(school, answer["code"])["preferred_username"] == username


def test_a_student_who_is_signed_in_does_not_pass_as_a_parent(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "student", "rowan.sampleton")
    visitor.open(authorize(school, _persona="parent"))
    assert urlsplit(visitor.page.url).path == "/public/home.html"
    assert claims_of(school, send(visitor, "alex.sampleton")["code"])["persona"] == "parent"


def test_another_persons_sign_in_takes_the_place_of_the_first(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "parent", "alex.sampleton")
    visitor.open(school.url + "/guardian/home.html")
    visitor.send("Sign Out")
    visitor.send("Sign In", username="casey.mockridge", password="let-me-look")
    claims = claims_of(school, code_of(school, visitor, _persona="parent"))
    assert claims["preferred_username"] == "casey.mockridge"


def test_the_portals_are_signed_in_to_separately(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "staff", "vic.twohats")
    visitor.open(authorize(school, _persona="teacher"))
    assert urlsplit(visitor.page.url).path == "/teachers/pw.html"


def test_without_a_persona_the_person_chooses(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "parent", "alex.sampleton")
    visitor.open(authorize(school))
    assert "code" in follow(visitor, visitor.page.link("Parent"))


def test_the_state_comes_back_as_it_was_sent(school: SchoolSystem, person: Person) -> None:
    answer = follow(person(school, "parent", "alex.sampleton"), authorize(school, _persona="parent", state="s & 1"))
    assert answer["state"] == "s & 1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "http://127.0.0.1:9/back/"},
        {"redirect_uri": "http://127.0.0.1:9/back?x=1"},
        {"redirect_uri": "http://evil.example/back"},
        {"client_id": "somebody-else"},
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_the_plugins_own(
    school: SchoolSystem, person: Person, wrong: dict[str, str]
) -> None:
    page = person(school, "parent", "alex.sampleton").open(authorize(school, _persona="parent", **wrong))
    assert page.status == 400
    assert page.url.startswith(school.url)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "email"}, "invalid_scope"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"max_age": "9" * 5_000}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"_persona": "janitor"}, "access_denied"),
    ],
)
def test_a_request_that_is_wrong_is_declined_at_the_plugins_address(
    school: SchoolSystem, person: Person, wrong: dict[str, str], error: str
) -> None:
    asked = {"_persona": "parent", **wrong}
    answer = follow(person(school, "parent", "alex.sampleton"), authorize(school, **asked))
    assert answer == {"error": error, "state": "s-1"}


def test_a_persona_that_the_manifest_does_not_allow_is_declined(
    installed: Callable[..., SchoolSystem], person: Person
) -> None:
    school = installed({})
    answer = follow(person(school, "teacher", "frankie.verbena"), authorize(school, _persona="teacher"))
    assert answer["error"] == "access_denied"
    assert "code" in follow(person(school, "parent", "alex.sampleton"), authorize(school, _persona="parent"))


def test_prompt_none_is_declined_without_a_sign_in(school: SchoolSystem, person: Person) -> None:
    answer = follow(Visitor(school.sidecar_url), authorize(school, _persona="parent", prompt="none"))
    assert answer["error"] == "login_required"
    assert "code" in follow(
        person(school, "parent", "alex.sampleton"), authorize(school, _persona="parent", prompt="none")
    )


def test_prompt_none_is_declined_without_a_persona(school: SchoolSystem, person: Person) -> None:
    answer = follow(person(school, "parent", "alex.sampleton"), authorize(school, prompt="none"))
    assert answer == {"error": "interaction_required", "state": "s-1"}


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "0"}])
def test_a_fresh_sign_in_can_be_asked_for(school: SchoolSystem, person: Person, asked: dict[str, str]) -> None:
    visitor = person(school, "parent", "alex.sampleton")
    first = claims_of(school, code_of(school, visitor, _persona="parent"))
    visitor.open(authorize(school, _persona="parent", **asked))
    assert urlsplit(visitor.page.url).path == "/public/home.html"
    again = claims_of(school, send(visitor, "alex.sampleton")["code"])
    assert again["auth_time"] >= first["auth_time"]


def test_max_age_sends_an_old_sign_in_back_to_the_door(archive: Path, person: Person) -> None:
    clock = Clock()
    with SchoolSystem(make(), archive, clock=clock) as school:
        visitor = person(school, "parent", "alex.sampleton")
        clock.now += datetime.timedelta(seconds=299)
        assert "code" in follow(visitor, authorize(school, _persona="parent", max_age="300"))
        clock.now += datetime.timedelta(seconds=2)
        asked = authorize(school, _persona="parent", max_age="300")
        assert urlsplit(visitor.open(asked).url).path == "/public/home.html"
        assert "Password" in visitor.page.text
        again = claims_of(school, send(visitor, "alex.sampleton")["code"])
        assert again["auth_time"] == int(clock.now.timestamp())


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "300"}])
def test_a_provider_that_passes_an_old_sign_in_silently_can_be_played(
    archive: Path, person: Person, asked: dict[str, str]
) -> None:
    clock = Clock()
    with SchoolSystem(make(), archive, clock=clock) as school:
        visitor, begin = person(school, "parent", "alex.sampleton"), clock.now
        clock.now += datetime.timedelta(seconds=301)
        school.switch(Switch.OLD_AUTH_TIME)
        claims = claims_of(school, code_of(school, visitor, _persona="parent", **asked))
        assert claims["auth_time"] == int(begin.timestamp())


def test_a_code_is_good_once(school: SchoolSystem, person: Person) -> None:
    code = code_of(school, person(school, "parent", "alex.sampleton"), _persona="parent")
    assert exchange(school, code).status_code == 200
    assert exchange(school, code).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "another"},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1:9/other"},
        {"code": "guess"},
    ],
)
def test_a_code_is_good_only_with_what_belongs_to_it(
    school: SchoolSystem, person: Person, wrong: dict[str, str]
) -> None:
    code = code_of(school, person(school, "parent", "alex.sampleton"), _persona="parent")
    assert exchange(school, **{"code": code, **wrong}).json() == {"error": "invalid_grant"}


def test_a_code_is_over_after_a_minute(archive: Path, person: Person) -> None:
    clock = Clock()
    with SchoolSystem(make(), archive, clock=clock) as school:
        code = code_of(school, person(school, "parent", "alex.sampleton"), _persona="parent")
        clock.now += datetime.timedelta(seconds=60)
        assert exchange(school, code).json() == {"error": "invalid_grant"}


def test_the_exchange_wants_the_plugins_own_credentials(school: SchoolSystem, person: Person) -> None:
    code = code_of(school, person(school, "parent", "alex.sampleton"), _persona="parent")
    assert exchange(school, code, client_secret="wrong").status_code == 401
    assert exchange(school, code, grant_type="password").json() == {"error": "unsupported_grant_type"}
    assert exchange(school, code, auth=(school.client_id, school.client_secret), client_id="").status_code == 200


@pytest.mark.parametrize(
    ("switch", "claim", "told"),
    [
        (Switch.WRONG_ISSUER, "iss", "https://somebody.example/oauth2/"),
        (Switch.WRONG_AUDIENCE, "aud", ["somebody-else"]),
        (Switch.OTHER_CLIENT, "azp", "another-client"),
        (Switch.NO_NONCE, "nonce", None),
        (Switch.WRONG_NONCE, "nonce", "not-what-you-sent"),
        (Switch.NO_AUTH_TIME, "auth_time", None),
        (Switch.UNKNOWN_PERSONA, "persona", "janitor"),
    ],
)
def test_a_bad_provider_can_be_played(
    own_school: SchoolSystem, person: Person, switch: Switch, claim: str, told: object
) -> None:
    visitor = person(own_school, "parent", "alex.sampleton")
    own_school.switch(switch)
    assert claims_of(own_school, code_of(own_school, visitor, _persona="parent")).get(claim) == told
    own_school.switch(switch, 0)
    assert claims_of(own_school, code_of(own_school, visitor, _persona="parent")).get(claim) != told


def test_an_identity_token_that_is_over_can_be_played(own_school: SchoolSystem, person: Person) -> None:
    own_school.switch(Switch.EXPIRED)
    visitor = person(own_school, "parent", "alex.sampleton")
    assert claims_of(own_school, code_of(own_school, visitor, _persona="parent"))["exp"] < time.time()


def test_a_signature_by_another_key_can_be_played(own_school: SchoolSystem, person: Person) -> None:
    own_school.switch(Switch.WRONG_KEY)
    code = code_of(own_school, person(own_school, "parent", "alex.sampleton"), _persona="parent")
    with pytest.raises(BadSignatureError):
        claims_of(own_school, code)


def test_a_token_without_a_signature_can_be_played(own_school: SchoolSystem, person: Person) -> None:
    own_school.switch(Switch.ALG_NONE)
    code = code_of(own_school, person(own_school, "parent", "alex.sampleton"), _persona="parent")
    header, _, signature = exchange(own_school, code).json()["id_token"].split(".")
    assert b'"none"' in base64.urlsafe_b64decode(header + "==")
    assert signature == ""


def test_a_provider_without_pkce_can_be_played(
    own_school: SchoolSystem, person: Person, http: requests.Session
) -> None:
    own_school.switch(Switch.NO_PKCE)
    told = http.get(own_school.url + "/oauth2/.well-known/openid-configuration").json()
    assert "code_challenge_methods_supported" not in told
    code = code_of(own_school, person(own_school, "parent", "alex.sampleton"), _persona="parent")
    assert exchange(own_school, code, code_verifier="").status_code == 200


class Clock:
    def __init__(self) -> None:
        self.now = datetime.datetime.now(datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.now


def authorize(school: SchoolSystem, **asked: str) -> str:
    usual = {
        "response_type": "code",
        "client_id": school.client_id,
        "redirect_uri": school.archive.manifest.redirect_uri,
        "scope": "openid email profile",
        "state": "s-1",
        "nonce": "n-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"{school.url}/oauth2/authorize.action?{urlencode({**usual, **asked})}"


def follow(visitor: Visitor, address: str) -> dict[str, str]:
    """Go on until the browser is sent to the plugin; what it is sent there with."""
    while True:
        answer = visitor.session.get(address, allow_redirects=False)
        assert answer.is_redirect, answer.text
        address = requests.compat.urljoin(answer.url, answer.headers["Location"])
        if address.startswith(visitor.sidecar):
            return dict(parse_qsl(urlsplit(address).query))


def send(visitor: Visitor, username: str) -> dict[str, str]:
    """Sign in on the page on screen, and go on to the plugin."""
    target = parse_qs(urlsplit(visitor.page.url).query)["loginTarget"][0]
    form = {"username": username, "password": "let-me-look", "loginTarget": target}
    answer = visitor.session.post(visitor.page.url, data=form, allow_redirects=False)
    return follow(visitor, requests.compat.urljoin(answer.url, answer.headers["Location"]))


def code_of(school: SchoolSystem, visitor: Visitor, **asked: str) -> str:
    return follow(visitor, authorize(school, **asked))["code"]


def exchange(school: SchoolSystem, code: str, auth: tuple[str, str] | None = None, **changed: str) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": school.archive.manifest.redirect_uri,
        "client_id": school.client_id,
        "client_secret": school.client_secret,
        "code_verifier": VERIFIER,
        **changed,
    }
    with requests.Session() as http:
        http.trust_env = False
        return http.post(school.url + "/oauth2/token.action", data=form, auth=auth)


def claims_of(school: SchoolSystem, code: str) -> dict[str, Any]:
    """The claims of the identity token that a code is worth, if the published key signed it."""
    with requests.Session() as http:
        http.trust_env = False
        published = http.get(school.url + "/oauth2/jwks.action").json()
    key = jwk.import_key(published["keys"][0])
    return jwt.decode(exchange(school, code).json()["id_token"], key, algorithms=["RS256"]).claims
