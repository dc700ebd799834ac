"""What the interface answers, in the contract's names."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from flask import Request, Response

from plugin.ets.contract import CODES, Contract
from sandbox.district.model import Pupil
from sandbox.state.catalogue import Sheet
from sandbox.state.standin import StandIn

#: Our word → (code, status, message). The messages are public; codes and statuses are assumed.
ERRORS = {
    "processing_error": ("PROCESSING_ERROR", 500, "There was an error while processing the request"),
    "no_test_data": ("NO_TEST_DATA", 404, "Student does not have any test data"),
    "not_authorized": ("NOT_AUTHORIZED", 401, "You are not authorized to make this request"),
    "internal_error": ("INTERNAL_ERROR", 500, "Internal error occurred"),
    "lea_mismatch": ("LEA_MISMATCH", 403, "Student enrollment record does not match calling district"),
    "ssid_not_found": ("SSID_NOT_FOUND", 404, "Student identification number not found"),
}


@dataclass(frozen=True)
class Answer:
    """`leas` and `pupil` are for the record of calls only."""

    status: int
    body: dict[str, Any] = field(repr=False)
    leas: list[str] = field(default_factory=list)
    pupil: Pupil | None = field(default=None, repr=False)

    def response(self) -> Response:
        return Response(json.dumps(self.body), self.status, content_type="application/json")


def asked_for_token(contract: Contract, request: Request, target: str) -> bool:
    call = contract.token
    return (request.method, target, request.get_data(as_text=True)) == (call.method, call.path, call.body)


def asked_for_ssid(contract: Contract, request: Request, target: str) -> str | None:
    """The SSID that a reports call names in its path or in its body; None when this is no such call."""
    call = contract.reports
    if request.method != call.method:
        return None
    in_path = _template(call.path).fullmatch(target)
    in_body = _template(call.body).fullmatch(request.get_data(as_text=True))
    if not in_path or not in_body:
        return None
    return in_path.groupdict().get("ssid") or in_body.groupdict().get("ssid")


def token(standin: StandIn, request: Request) -> Answer:
    names, life = standin.contract.token, standin.settings.token_life
    who = request.authorization
    user, secret = (who.username or "", who.password or "") if who and who.type == "basic" else ("", "")
    made = standin.keyring.token(user, secret, life)
    if made is None:
        return error(standin.contract, "not_authorized")
    leas = standin.keyring.leas(made)
    return Answer(200, {names.token: made, names.expires_in: life, names.leas: leas}, leas)


def reports(standin: StandIn, request: Request, ssid: str) -> Answer:
    call = standin.contract.reports
    scheme, _, bare = f" {request.headers.get(call.header, '')}".rpartition(" ")
    leas = standin.keyring.leas(bare) if scheme.strip() == call.scheme else []
    if not leas:
        return error(standin.contract, "not_authorized")
    pupil = standin.pupils.get(ssid)
    sheets = standin.sheets(pupil) if pupil else []
    outcome = _outcome(pupil, leas, sheets)
    if pupil is None or outcome != "reports":
        return error(standin.contract, outcome, leas, pupil)
    listed = [_report(standin, request.host, pupil, sheet) for sheet in sheets]
    return Answer(200, {call.ssid: ssid, call.list: listed}, leas, pupil)


def error(contract: Contract, outcome: str, leas: list[str] | None = None, pupil: Pupil | None = None) -> Answer:
    code, status, message = ERRORS[outcome]
    body = {contract.error.code: _their_code(contract, code), contract.error.message: message}
    return Answer(status, body, leas or [], pupil)


def _outcome(pupil: Pupil | None, leas: list[str], sheets: list[Sheet]) -> str:
    if pupil is None or pupil.outcome == "ssid_not_found":
        return "ssid_not_found"
    if pupil.lea_cds not in leas:
        return "lea_mismatch"
    return "no_test_data" if pupil.outcome == "reports" and not sheets else pupil.outcome


def _their_code(contract: Contract, code: str) -> str:
    """The contract's own code of the same meaning. Two of ours mean the same: the first and the last of theirs."""
    theirs = [name for name, cause in contract.codes.items() if cause == CODES[code]]
    return code if not theirs else theirs[-1 if code == "INTERNAL_ERROR" else 0]


def _report(standin: StandIn, host: str, pupil: Pupil, sheet: Sheet) -> dict[str, Any]:
    names = standin.contract.report
    path = standin.storage.put(pupil, sheet)
    return {
        names.record_types: list(sheet.record_types),
        names.test_name: sheet.test_name,
        names.program: sheet.test.program,
        names.year: str(sheet.year),
        names.grade: sheet.grade,
        names.language: sheet.language,
        names.format: sheet.format,
        names.status: names.final if sheet.status == "Final" else sheet.status,
        names.url: f"http://{host}{path}?{standin.storage.sign(host, path, standin.settings.link_life)}",
    }


def _template(text: str) -> re.Pattern[str]:
    """The contract's text as a pattern, with the SSID where it is named; an empty text takes anything."""
    place, escaped = re.escape("{ssid}"), re.escape(text)
    escaped = escaped.replace(place, '(?P<ssid>[^/?&"]+)', 1).replace(place, "(?P=ssid)")
    return re.compile(escaped or ".*", re.DOTALL)
