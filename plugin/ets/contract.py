"""Every name that we had to assume of the state's interface, as data.

The state's specification is handed to vendors only; the names below its base address are not public. The
defaults are assumptions (docs/assumptions.md lists them); a district that holds the specification corrects
them in a TOML file with one table per class here, and changes no code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

#: What a code of theirs can mean to us; all but the first two are causes of plugin.errors.
CAUSES = ("no_test_data", "not_authorized", "not_enrolled_here", "ssid_unknown", "state_slow", "state_down")

#: The form that a value must have beyond being text, by the name of its key; the remaining keys take any text.
FORMS = {
    "method": re.compile(r"GET|POST|PUT"),
    "path": re.compile(r"/(?!/)([A-Za-z0-9._~/?&=%-]|\{ssid\})*"),
    "header": re.compile(r"[A-Za-z0-9-]+"),
    "scheme": re.compile(r"[A-Za-z0-9-]*"),
}


class ContractError(Exception):
    """A contract file that can't be used; the message names every fault, one per line."""


@dataclass(frozen=True)
class TokenCall:
    """Credentials (HTTP Basic) in, a token out. `expires_in` counts seconds; `leas` holds 14-digit CDS codes."""

    method: str = "POST"
    path: str = "/token"
    body: str = "{}"
    token: str = field(default="token")
    expires_in: str = "expiresIn"
    leas: str = "leas"


@dataclass(frozen=True)
class ReportsCall:
    """One student in, that student's reports out. `{ssid}` in path and body is filled with the ten digits.

    The token travels in `header` after the word `scheme`, or alone where `scheme` is empty.
    """

    method: str = "GET"
    path: str = "/scorereports/{ssid}"
    body: str = ""
    header: str = "Authorization"
    scheme: str = "Bearer"
    list: str = "reports"
    ssid: str = "ssid"


@dataclass(frozen=True)
class ReportFields:
    """One report of the list. `final` is the value of the `status` field that may be shown to people."""

    record_types: str = "recordTypes"
    test_name: str = "testName"
    program: str = "program"
    year: str = "adminYear"
    grade: str = "gradeAssessed"
    language: str = "language"
    format: str = "format"
    status: str = "status"
    url: str = "url"
    final: str = "Final"


@dataclass(frozen=True)
class ErrorFields:
    code: str = "code"
    message: str = "message"


CODES = {
    "NO_TEST_DATA": "no_test_data",
    "NOT_AUTHORIZED": "not_authorized",
    "LEA_MISMATCH": "not_enrolled_here",
    "SSID_NOT_FOUND": "ssid_unknown",
    "PROCESSING_ERROR": "state_down",
    "INTERNAL_ERROR": "state_down",
}


@dataclass(frozen=True)
class Contract:
    """The whole interface. `codes` maps a code of theirs to what it means to us (one of CAUSES)."""

    token: TokenCall = field(default_factory=TokenCall)
    reports: ReportsCall = field(default_factory=ReportsCall)
    report: ReportFields = field(default_factory=ReportFields)
    error: ErrorFields = field(default_factory=ErrorFields)
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(CODES))

    @classmethod
    def load(cls, path: Path) -> Contract:
        """Read a TOML file. What it leaves out keeps its default; a `[codes]` table replaces ours whole."""
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
            raise ContractError(f"{path.name} is not a readable TOML file: {fault}") from fault
        faults = list(_faults(tables))
        if faults:
            raise ContractError("\n".join(f"{path.name}: {fault}" for fault in faults))
        calls = {table: kind(**tables.get(table, {})) for table, kind in _CALLS.items()}
        return cls(**calls, codes=MappingProxyType(tables.get("codes", CODES)))


_CALLS: dict[str, type[Any]] = {
    "token": TokenCall,
    "reports": ReportsCall,
    "report": ReportFields,
    "error": ErrorFields,
}


def _faults(tables: dict[str, Any]) -> Iterator[str]:
    for table, keys in tables.items():
        if table != "codes" and table not in _CALLS:
            yield f"[{table}] is not a table of the contract"
        elif not isinstance(keys, dict):
            yield f"{table} must be a table"
        elif table == "codes":
            yield from (
                f"codes.{code} = {cause!r}: no known cause" for code, cause in keys.items() if cause not in CAUSES
            )
        else:
            yield from _key_faults(table, keys)


def _key_faults(table: str, keys: dict[str, Any]) -> Iterator[str]:
    names = {known.name for known in fields(_CALLS[table])}
    for key, value in keys.items():
        if key not in names:
            yield f"{table}.{key} is not a key of the contract"
        elif not isinstance(value, str):
            yield f"{table}.{key} must be text"
        elif key in FORMS and not FORMS[key].fullmatch(value):
            yield f"{table}.{key} = {value!r} can't be used"
