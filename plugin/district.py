"""A district's own names: who it is, which schools report on their own, and where it keeps what PowerSchool has no
field for. They stand in a TOML file, which the archive is built from and the sidecar reads: the same file for both.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from plugin import district_file
from plugin.model import Lea


class DistrictError(Exception):
    """The file does not describe a district: `problems` has one sentence for each fault."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class DistrictField:
    """A column that the district chose. `key` is the column that joins it: it holds Students.DCID, or for a contact's
    role StudentContactDetail.StudentContactDetailID. `when` has the values that mean yes."""

    role: str
    table: str
    column: str
    key: str
    when: frozenset[str]

    @property
    def of_contact(self) -> bool:
        return self.role in district_file.OF_CONTACT

    def says_yes(self, value: str | None) -> bool:
        """Small and capital letters are the same: a block must not hang on somebody's shift key."""
        return value is not None and value.strip().casefold() in {yes.casefold() for yes in self.when}


@dataclass(frozen=True)
class Pages:
    """How the pages behave: `list_on_opening` lists all reports at once, without waiting for Get Report."""

    list_on_opening: bool = False
    student_self_access: str = "all"
    teachers_see_blocked: bool = False


@dataclass(frozen=True)
class Families:
    """What families are shown beside the reports: the state's guides, and whom to ask; empty is the school office."""

    caaspp_guide: str = "https://ca.startingsmarter.org/"
    elpac_guide: str = "https://elpac.startingsmarter.org/"
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""


@dataclass(frozen=True)
class District:
    """`lea` is the district itself. Groups are PowerSchool's security group numbers, as the text that PowerQueries
    answer with; accounts are user names of staff. `schools` overrides which LEA a school number reports to. `revision`
    counts the archives that the district built from one release: PowerSchool installs only a higher version. `holidays`
    are the weekdays on which the district's offices are closed.
    """

    lea: Lea
    revision: int = 0
    full_groups: frozenset[str] = frozenset()
    full_accounts: frozenset[str] = frozenset()
    view_groups: frozenset[str] = frozenset()
    schools: Mapping[int, Lea] = field(default_factory=lambda: MappingProxyType({}))
    fields: Mapping[str, DistrictField] = field(default_factory=lambda: MappingProxyType({}))
    pages: Pages = Pages()
    families: Families = Families()
    holidays: frozenset[datetime.date] = frozenset()

    @classmethod
    def load(cls, path: Path) -> District:
        """Read the file, or raise DistrictError that names every fault in it."""
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
            raise DistrictError(path, [f"this is not a readable TOML file: {fault}"]) from fault
        problems = district_file.faults(tables)
        if problems:
            raise DistrictError(path, problems)
        return cls(
            lea=_lea(tables["district"]),
            revision=tables["district"].get("revision", 0),
            **{name: frozenset(map(str, listed)) for name, listed in tables.get("access", {}).items()},
            schools=MappingProxyType({n: _lea(lea) for lea in tables.get("lea", []) for n in lea["schools"]}),
            fields=MappingProxyType({role: _field(role, told) for role, told in tables.get("fields", {}).items()}),
            pages=Pages(**tables.get("pages", {})),
            families=Families(**tables.get("families", {})),
            holidays=frozenset(tables.get("calendar", {}).get("holidays", [])),
        )


def _lea(table: Mapping[str, Any]) -> Lea:
    return Lea(cds=table["cds"], name=table["name"])


def _field(role: str, told: Mapping[str, Any]) -> DistrictField:
    return DistrictField(role, told["table"], told["field"], told["key"], frozenset(told["when"]))
