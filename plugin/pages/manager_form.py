"""What is asked for on the manager's page: which releases in what order, and what to write beside the ticked ones."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from plugin.reports.faults import Fault, Faulty
from plugin.reports.manager.handing_over import LONGEST_NOTE, NONE, TOO_LONG
from plugin.reports.manager.listing import Filters, Only, Sort
from plugin.reports.typed_days import day_of, no_day

#: A school or a grade, as no database has longer ones.
NUMBER = re.compile("-?[0-9]{1,9}")
#: Characters of a name, a year, a cursor: more was not asked for on our page.
LONGEST = 200


@dataclass(frozen=True)
class Asked:
    """What an address of the list says. What it says wrongly counts as not said: nobody typed it on our page."""

    filters: Filters
    sort: Sort
    descending: bool
    cursor: str

    @classmethod
    def of(cls, said: MultiDict[str, str]) -> Self:
        short = {name: said.get(name, "").strip()[:LONGEST] for name in ("program", "year", "name", "cursor")}
        filters = Filters(
            school=_number(said.get("school", "")),
            grade=_number(said.get("grade", "")),
            program=short["program"],
            year=short["year"],
            only=frozenset(one for one in Only if one in said.getlist("only")),
            name=short["name"],
        )
        order = said.get("sort", "")
        sort = next((one for one in Sort if one == order.removeprefix("-")), Sort.URGENCY)
        return cls(filters, sort, order.startswith("-") and sort is not Sort.URGENCY, short["cursor"])

    @property
    def is_narrowed(self) -> bool:
        return self.filters != Filters()

    @property
    def order(self) -> str:
        """As an address says it, where it isn't the usual one."""
        return "" if self.sort is Sort.URGENCY else f"{'-' * self.descending}{self.sort}"

    def turned(self, column: str) -> str:
        """The order that a click on this column's heading asks for: by it, and by the second click the other way."""
        return f"-{column}" if self.order == column else column

    def query(self, **instead: str) -> dict[str, Any]:
        """The same as an address says it. `instead` replaces some."""
        filters = {**vars(self.filters), "only": sorted(self.filters.only)}
        said = {**filters, "sort": self.order, "cursor": self.cursor, **instead}
        return {name: value for name, value in said.items() if value not in (None, "", [])}


@dataclass(frozen=True)
class Sent:
    """What was sent of the ticked releases, as it was typed: `do` is hand_over, note or take_back, `text` is a note."""

    ids: frozenset[int] = frozenset()
    do: str = ""
    on: str = ""
    text: str = ""

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> Self:
        numbers = map(_number, form.getlist("release"))
        return cls(
            frozenset(one for one in numbers if one is not None),
            form.get("do", ""),
            form.get("on", "").strip(),
            form.get("text", "").strip(),
        )

    def day(self, today: datetime.date) -> datetime.date:
        """The day of the handing over. Raises Faulty with all that is wrong, unless what is sent can be done."""
        day, faults = day_of(self.on), []
        if not self.ids:
            faults.append(Fault("ids", NONE))
        if self.do == "hand_over" and day is None:
            faults.append(Fault("on", no_day(self.on)))
        if len(self.text) > LONGEST_NOTE:
            faults.append(Fault("text", TOO_LONG, {"longest": LONGEST_NOTE}))
        if faults:
            raise Faulty(faults)
        return day or today


def _number(text: str) -> int | None:
    return int(text) if NUMBER.fullmatch(text) else None
