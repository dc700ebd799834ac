"""What copying and pasting does to credentials: found before the state is asked, and named in words.

The state's screen shows user name and secret key below each other; on their way here they pass through mails and
documents, which put blanks around them, break lines and make typographic signs. Only signs that can't belong to them
are ever named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from plugin.reports.faults import Fault

#: The length of every secret key that public sources tell of. A hint, never a rule.
KNOWN_LENGTH = 20
#: Whoever pastes more has pasted something else.
LONGEST = 200
#: So short a text may stand in the other one by chance.
SHORTEST_TWIN = 4

TYPOGRAPHIC = re.compile("[‘’‚‛“”„‟«»‹›′″´＂＇‐‑‒–—―−]")  # noqa: RUF001  # these very signs
#: Letters that are drawn as nothing but a gap, and marks that are not drawn: Unicode counts all of them as printable.
GAPS = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
UNDRAWN = re.compile("[\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")

NAMES = {" ": "blank", "\t": "tab", "\n": "line break", "\r": "line break"}
WHAT = {"user": "user name", "secret": "secret key"}

AROUND = "The %(what)s came with something around it that can't be seen: %(signs)s. It is taken away."
WITHIN = "The %(what)s came with something in it that can't be seen: %(signs)s. It is taken away."
APART = (
    "In the %(what)s there is a gap (%(signs)s). Perhaps user name and secret key both got into this one field. "
    "Type each into its own."
)
TYPESET = (
    "The %(what)s holds signs that a document program makes of plain ones: %(signs)s. Type it again, or copy it from "
    "the state's own screen."
)
QUOTED = "The %(what)s stands between quotation marks. Type it again, without them."
TWINS = "The %(what)s holds the %(other)s as well. Type each into its own field."
TOO_LONG = "The %(what)s is longer than %(longest)s characters: something else was pasted. Type it again."


@dataclass(frozen=True)
class Pasted:
    """What is left of both texts, empty where it has to be typed again, and all that is wrong with them."""

    user: str = field(repr=False)
    secret: str = field(repr=False)
    faults: tuple[Fault, ...]


def look(user: str, secret: str) -> Pasted:
    left = {name: _bare(text) for name, text in (("user", user), ("secret", secret))}
    faults = (*_in_one("user", user), *_in_one("secret", secret), *_twins(left["user"], left["secret"]))
    for one in faults:
        if not one.is_mended:
            left[one.field] = ""
    return Pasted(left["user"], left["secret"], faults)


def _in_one(name: str, text: str) -> Iterator[Fault]:
    bare, what = _bare(text), WHAT[name]
    ahead, behind = _edges(text)
    inner = text[ahead:behind]
    if signs := _listed(text[:ahead] + text[behind:]):
        yield Fault(name, AROUND, {"what": what, "signs": signs}, is_mended=True)
    if signs := _listed(sign for sign in inner if _is_unseen(sign) and not _is_gap(sign)):
        yield Fault(name, WITHIN, {"what": what, "signs": signs}, is_mended=True)
    if signs := _listed(filter(_is_gap, inner)):
        yield Fault(name, APART, {"what": what, "signs": signs})
    if signs := _listed(TYPOGRAPHIC.findall(bare)):
        yield Fault(name, TYPESET, {"what": what, "signs": signs})
    if re.fullmatch(r"([\"']).*\1", bare, re.DOTALL):
        yield Fault(name, QUOTED, {"what": what})
    if len(bare) > LONGEST:
        yield Fault(name, TOO_LONG, {"what": what, "longest": LONGEST})


def _twins(user: str, secret: str) -> Iterator[Fault]:
    if min(len(user), len(secret)) >= SHORTEST_TWIN:
        if user in secret:
            yield Fault("secret", TWINS, {"what": WHAT["secret"], "other": WHAT["user"]})
        if secret in user:
            yield Fault("user", TWINS, {"what": WHAT["user"], "other": WHAT["secret"]})


def _bare(text: str) -> str:
    """Without what can't be seen, but for gaps in the middle: who knows what they stand for."""
    ahead, behind = _edges(text)
    return "".join(sign for sign in text[ahead:behind] if _is_gap(sign) or not _is_unseen(sign))


def _edges(text: str) -> tuple[int, int]:
    """Where what can be seen begins and ends; all of a text without any is before it."""
    seen = [place for place, sign in enumerate(text) if not _is_unseen(sign)]
    return (seen[0], seen[-1] + 1) if seen else (len(text), len(text))


def _is_gap(sign: str) -> bool:
    return sign.isspace() or GAPS.match(sign) is not None


def _is_unseen(sign: str) -> bool:
    return _is_gap(sign) or not sign.isprintable() or UNDRAWN.match(sign) is not None


def _listed(signs: Iterable[str]) -> str:
    """Each sign once, by its name and number in Unicode; five at most."""
    names = list(dict.fromkeys(map(_name, signs)))
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")


def _name(sign: str) -> str:
    name = NAMES.get(sign) or unicodedata.name(sign, "unnamed character").lower()
    return name if sign in NAMES else f"{name} (U+{ord(sign):04X})"
