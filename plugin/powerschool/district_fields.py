"""What a district keeps in fields of its own, one PowerQuery each: a refusal touches only one of them."""

from __future__ import annotations

from plugin.district import District
from plugin.powerschool.client import QueryRefused, Row
from plugin.powerschool.memory import Queries

PREFIX = "org.cascorereports"


class DistrictFields:
    """None is the answer wherever PowerSchool refuses to tell."""

    def __init__(self, client: Queries, district: District) -> None:
        self._client = client
        self._district = district

    def says_yes(self, role: str, dcid: int) -> bool | None:
        """A field that the district names itself: yes or no. Unnamed is no."""
        named = self._district.fields.get(role)
        if named is None:
            return False
        rows = self._ask_or_none(f"district.{role}.value", student_dcid=dcid)
        return None if rows is None else any(named.says_yes(row.get("value")) for row in rows)

    def who_say_yes(self, role: str) -> frozenset[int] | None:
        """The DCIDs of all students of whom a field of the district's says yes."""
        named = self._district.fields.get(role)
        if named is None:
            return frozenset()
        rows = self._ask_or_none(f"district.{role}.all")
        return None if rows is None else frozenset(int(row["dcid"]) for row in rows if named.says_yes(row.get("value")))

    def rights(self, dcid: int) -> dict[str, bool] | None:
        """The contact records of a student that say yes or no to educational rights.

        A record that says nothing is left out, and so are all of them where the district names no such field. Of two
        values for one record a no counts.
        """
        named = self._district.fields.get("educational_rights")
        if named is None:
            return {}
        rows = self._ask_or_none("district.educational_rights.value", student_dcid=dcid)
        if rows is None:
            return None
        held: dict[str, bool] = {}
        for row in rows:
            if (value := row.get("value", "")).strip():
                contact = row["contact_detail_id"]
                held[contact] = held.get(contact, True) and named.says_yes(value)
        return held

    def rights_denied(self, dcid: int) -> frozenset[str] | None:
        """The contact records of a student that say no to educational rights."""
        rights = self.rights(dcid)
        return None if rights is None else frozenset(contact for contact, held in rights.items() if not held)

    def _ask(self, name: str, **arguments: str | int) -> list[Row]:
        return self._client.query(f"{PREFIX}.{name}", **arguments)

    def _ask_or_none(self, name: str, **arguments: str | int) -> list[Row] | None:
        try:
            return self._ask(name, **arguments)
        except QueryRefused:
            return None
