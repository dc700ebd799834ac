"""How often a process that works hard looks for garbage."""

from __future__ import annotations

import gc

#: Objects made since the last look. Python's own 700 are fewer than one answer of the state takes.
OFTEN = 50_000


def look_seldom() -> None:
    """Leave what is there by now out of the looks to come, and look less often: it saves a search a tenth of its work.

    What nothing refers to any more goes at once in any case; only rings of objects wait for a look.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OFTEN)
