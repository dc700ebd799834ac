"""The assumed names of the state's interface, and the file that corrects them."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin.ets.contract import Contract, ContractError


def load(folder: Path, text: str) -> Contract:
    path = folder / "state.toml"
    path.write_text(text)
    return Contract.load(path)


def test_an_empty_file_corrects_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, "") == Contract()


def test_what_a_file_names_is_corrected_and_the_rest_stays(tmp_path: Path) -> None:
    contract = load(tmp_path, '[token]\nmethod = "PUT"\npath = "/v2/login"\n[report]\nurl = "href"\n')
    assert (contract.token.method, contract.token.path, contract.token.token) == ("PUT", "/v2/login", "token")
    assert (contract.report.url, contract.report.status) == ("href", "status")
    assert contract.codes == Contract().codes


def test_a_table_of_codes_replaces_ours(tmp_path: Path) -> None:
    assert load(tmp_path, '[codes]\nE7 = "no_test_data"\n').codes == {"E7": "no_test_data"}


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        load(
            tmp_path,
            """
            error = "code"
            [tokens]
            [token]
            methods = "GET"
            method = "DELETE"
            path = "//elsewhere.example"
            body = 7
            [reports]
            header = "X-Token: y"
            path = "https://elsewhere.example"
            [codes]
            E7 = "all is well"
            E8 = ["no_test_data"]
            """,
        )
    told = str(caught.value).splitlines()
    for name in ("error", "tokens", "token.methods", "token.method", "token.path", "token.body"):
        assert any(f"{name}" in line for line in told)
    for name in ("reports.header", "reports.path", "codes.E7", "codes.E8"):
        assert any(f"{name}" in line for line in told)
    assert len(told) == 10


@pytest.mark.parametrize("path", ["token", "/a b", "/a\\b", "/{lea}", "/ü", "/a#b", "/@x"])
def test_a_path_begins_with_a_slash_and_holds_nothing_surprising(tmp_path: Path, path: str) -> None:
    with pytest.raises(ContractError):
        load(tmp_path, f"[token]\npath = '{path}'\n")


@pytest.mark.parametrize("text", ["[token", "a = 1\na = 2", "\x00"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContractError):
        load(tmp_path, text)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError):
        Contract.load(tmp_path / "nowhere.toml")
