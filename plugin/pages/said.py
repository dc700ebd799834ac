"""What a page with a form says after something was tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from plugin.reports.faults import Fault

Typed = TypeVar("Typed")


@dataclass(frozen=True)
class Said(Generic[Typed]):
    """`word` chooses the sentence in the page's templates. `typed` is the form as it was sent, where it isn't saved."""

    word: str = ""
    typed: Typed | None = None
    faults: tuple[Fault, ...] = ()

    def about(self, field: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.field == field]
