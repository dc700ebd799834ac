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
    assert settings.step_up


@pytest.mark.parametrize("address", ["https://scores.example.org:8443", "https://10.0.0.7"])
def test_a_service_may_have_a_port_and_a_number_for_a_name(environ, address):
    assert from_environ({**environ, "SIDECAR_URL": address}).sidecar_url == address


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
        ("SIDECAR_URL", "https://scores.example.org\\@elsewhere.example.org"),
        ("SIDECAR_URL", "https://scores.example.org elsewhere"),
        ("SIDECAR_URL", "https://scores.example.org:65536"),
        ("SIDECAR_URL", "https://scores.example.org:port"),
        ("SIDECAR_URL", "https://scores..example.org"),
        ("SIDECAR_URL", "https://[2001:db8::7]"),
        ("STATE_LINK_HOSTS", "s3.amazonaws.com.cn"),
        ("STATE_LINK_HOSTS", "s3.amazonaws.com."),
        ("STATE_LINK_HOSTS", "amazonaws.com"),
        ("STATE_LINK_HOSTS", "two words"),
        ("STATE_LINK_HOSTS", "reports.example.org:0"),
        ("POWERSCHOOL_URL", "https://:pw@ps.example.org"),
        ("DATABASE_URL", "mysql://user:pw@db/x"),
        ("DATABASE_URL", "postgresql://user:pw@db:port/x"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all.sqlite3"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("JOBS_DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgresql+psycopg2://user:pw@db/x"),
        ("DATABASE_URL", f"sqlite:////{'x' * 300}/a.sqlite3"),
        ("VAULT_KEYS", "an id: with blanks"),
        ("STATE_CONTRACT", "nowhere.toml"),
        ("SECRET_KEYS", "dev"),
        ("SECRET_KEYS", base64.b64encode(b"short").decode()),
        ("SECRET_KEYS", base64.b64encode(bytes(32)).decode()),
        ("VAULT_KEYS", base64.b64encode(bytes(range(32))).decode()),
        ("VAULT_KEYS", "a:" + base64.b64encode(bytes(range(33))).decode()),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_POOL_SIZE", "١٠"),
        ("STEP_UP", "no"),
        ("TRUSTED_PROXIES", "-1"),
        ("LOG_LEVEL", "loud"),
        ("SMTP_HOST", "mail.example.org:25"),
        ("SMTP_HOST", "smtps://mail.example.org"),
        ("SMTP_PORT", "0"),
        ("SMTP_PORT", "65536"),
        ("SMTP_SECURITY", "ssl"),
        ("MAIL_FROM", "Score Reports <reports@example.org>"),
        ("MAIL_FROM", "reports@example.org, others@example.org"),
        ("MAIL_FROM", "réports@example.org"),
        ("MAIL_FROM", "reports@example.org\nBcc: others@example.org"),
        ("MAIL_FROM", "reports"),
        ("SMTP_USER", "somebody without a password"),
        ("DEMO", "yes"),
    ],
)
def test_a_bad_setting_is_named_in_one_sentence(environ, name, value):
    [problem] = problems({**environ, name: value})
    assert problem.startswith(name)
    assert "KEY" not in name or value not in problem


def test_a_database_password_is_not_told(environ):
    [problem] = problems({**environ, "DATABASE_URL": "postgresql://user:hidden-word@db:port/x"})
    assert "hidden-word" not in problem


@pytest.fixture
def mailing(environ):
    return {**environ, "SMTP_HOST": "mail.example.org", "MAIL_FROM": "reports@example.org"}


def test_without_a_mail_server_no_other_mail_setting_is_needed(environ):
    assert from_environ(environ).smtp_host == ""


def test_a_mail_server_is_spoken_to_with_starttls_unless_something_else_is_set(mailing):
    settings = from_environ(mailing)
    assert (settings.smtp_port, settings.smtp_security) == (587, "starttls")


def test_a_mail_server_needs_an_address_to_send_from(mailing):
    [problem] = problems({**mailing, "MAIL_FROM": ""})
    assert problem.startswith("MAIL_FROM")


def test_mails_go_in_the_clear_on_this_machine_only(mailing):
    clear = {**mailing, "SMTP_SECURITY": "none"}
    [problem] = problems(clear)
    assert problem.startswith("SMTP_SECURITY")
    assert from_environ({**clear, "SMTP_HOST": "127.0.0.1"}).smtp_security == "none"
    local = {"DEMO": "1", "SIDECAR_URL": "http://localhost:8000"}
    assert from_environ({**clear, **local}).smtp_security == "none"


@pytest.mark.parametrize("password", ["pässword", "hidden\x00word", "hidden\nword"])
def test_a_mail_password_that_can_not_be_sent_is_named_without_being_told(mailing, password):
    [problem] = problems({**mailing, "SMTP_USER": "reports", "SMTP_PASSWORD": password})
    assert problem.startswith("SMTP_PASSWORD")
    assert password not in problem


def test_every_problem_with_the_mail_settings_is_named_at_once(environ):
    bad = {"SMTP_HOST": "mail.example.org", "SMTP_SECURITY": "none", "SMTP_PASSWORD": "hidden", "SMTP_PORT": "smtp"}
    named = [problem.split()[0] for problem in problems({**environ, **bad})]
    assert named == ["SMTP_PORT", "MAIL_FROM", "SMTP_SECURITY", "SMTP_USER"]


def test_demo_allows_plain_http_on_this_machine_only(environ):
    local = {**environ, "DEMO": "1", "SIDECAR_URL": "http://localhost:8000", "POWERSCHOOL_URL": "http://127.0.0.1:8001"}
    assert from_environ(local).demo
    [problem] = problems({**environ, "DEMO": "1"})
    assert "localhost" in problem
    assert problems({**local, "STATE_URL": "http://state.example.org"})


def test_no_secret_stands_in_the_settings_repr(environ):
    hidden = {"DATABASE_URL": "postgresql://u:hidden-word@db/x", "SMTP_USER": "u", "SMTP_PASSWORD": "hidden-word"}
    text = repr(from_environ({**environ, **hidden}))
    assert "not in any repr" not in text
    assert "hidden-word" not in text
    assert environ["SECRET_KEYS"] not in text


def test_the_jobs_have_a_database_and_a_worker_of_their_own(environ):
    settings = from_environ(environ)
    assert settings.jobs_database_url == "sqlite:///score-reports-jobs.sqlite3"
    assert settings.worker_id
    assert "jobs.sqlite3" not in repr(settings)
    same = "sqlite:///one.sqlite3"
    wrong = {"DATABASE_URL": same, "JOBS_DATABASE_URL": same, "WORKER_ID": "two words"}
    assert [problem.split()[0] for problem in problems(environ | wrong)] == ["WORKER_ID", "JOBS_DATABASE_URL"]
