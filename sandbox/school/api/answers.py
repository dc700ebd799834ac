"""Refusals as PowerSchool words them for programs: JSON with `message`, and sometimes `errors`."""

from __future__ import annotations

from collections.abc import Iterable


class Refused(Exception):
    """`status` is the HTTP status, `fields` the columns that were the reason."""

    def __init__(self, status: int, message: str, fields: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.fields = sorted(fields)

    @property
    def body(self) -> dict[str, object]:
        errors = [{"resource": "query", "field": field, "code": "no_access"} for field in self.fields]
        return {"message": self.message, **({"errors": errors} if errors else {})}
