"""Settings: complete, or a list of everything that is wrong."""

import base64
import os

import pytest

from plugin.config import SettingsError, from_environ


def key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def environ(tmp_path):
    district = tmp_path / "district.toml"
    district.write_text("")
    return {
        "SIDECAR_URL": "https://scores.example.org",
        "POWERSCHOOL_URL": "https://ps.example.org",
        "POWERSCHOOL_CLIENT_ID": "client",
        "POWERSCHOOL_CLIENT_SECRET": "not in any repr",
        "STATE_LINK_HOSTS": "reports.example.org, Other.example.org:444",
        "SECRET_KEYS": key(),
        "VAULT_KEYS": f"2026a:{key()},2025a:{key()}",
        "DISTRICT_FILE": str(district),
    }


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refusal:
        from_environ(environ)
    return refusal.value.problems


def test_a_complete_environment_makes_settings(environ):
    settings = from_environ(environ)
    assert settings.powerschool_url == "https://ps.example.org"
    assert settings.state_url == "https://caaspp-aws.ets.org/api/v1"
    assert settings.state_link_hosts == {"reports.example.org", "other.example.org:444"}
    assert list(settings.vault_keys) == ["2026a", "2025a"]


def test_every_missing_setting_is_named_at_once():
    named = {problem.split()[0] for problem in problems({"DISTRICT_FILE": os.devnull})}
    assert named == {
        "SIDECAR_URL",
        "POWERSCHOOL_URL",
        "POWERSCHOOL_CLIENT_ID",
        "POWERSCHOOL_CLIENT_SECRET",
        "STATE_LINK_HOSTS",
        "SECRET_KEYS",
        "VAULT_KEYS",
        "DISTRICT_FILE",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIDECAR_URL", "http://scores.example.org"),
        ("SIDECAR_URL", "https://scores.example.org/path"),
        ("SIDECAR_URL", "https://user@scores.example.org"),
        ("SIDECAR_URL", "http://localhost:8000"),  # plain http, but not DEMO
        ("POWERSCHOOL_URL", "https://"),
        ("STATE_URL", "http://127.0.0.1/api"),
        ("STATE_LINK_HOSTS", "*.amazonaws.com"),
        ("STATE_LINK_HOSTS", "https://reports.example.org/"),
        ("STATE_LINK_HOSTS", "s3.us-west-2.amazonaws.com"),
        ("SIDECAR_URL", "HTTP://localhost:8000"),
        ("POWERSCHOOL_URL", "https://:pw@ps.example.org"),
        ("DATABASE_URL", "mysql://user:pw@db/x"),
        ("VAULT_KEYS", "an id: with blanks"),
        ("STATE_CONTRACT", "nowhere.toml"),
        ("SECRET_KEYS", "dev"),
        ("SECRET_KEYS", base64.b64encode(b"short").decode()),
        ("SECRET_KEYS", base64.b64encode(bytes(32)).decode()),
        ("VAULT_KEYS", base64.b64encode(bytes(range(32))).decode()),
        ("VAULT_KEYS", "a:" + base64.b64encode(bytes(range(33))).decode()),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_POOL_SIZE", "١٠"),
        ("TRUSTED_PROXIES", "-1"),
        ("LOG_LEVEL", "loud"),
        ("DEMO", "yes"),
    ],
)
def test_a_bad_setting_is_named_in_one_sentence(environ, name, value):
    [problem] = problems({**environ, name: value})
    assert problem.startswith(name)
    assert "KEY" not in name or value not in problem


def test_demo_allows_plain_http_on_this_machine_only(environ):
    local = {**environ, "DEMO": "1", "SIDECAR_URL": "http://localhost:8000", "POWERSCHOOL_URL": "http://127.0.0.1:8001"}
    assert from_environ(local).demo
    [problem] = problems({**environ, "DEMO": "1"})
    assert "localhost" in problem
    assert problems({**local, "STATE_URL": "http://state.example.org"})


def test_no_secret_stands_in_the_settings_repr(environ):
    text = repr(from_environ({**environ, "DATABASE_URL": "postgresql://u:hidden-word@db/x"}))
    assert "not in any repr" not in text
    assert "hidden-word" not in text
    assert environ["SECRET_KEYS"] not in text
