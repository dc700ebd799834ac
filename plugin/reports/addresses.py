"""The e-mail addresses that somebody types into a field, one on a line."""

from __future__ import annotations

import email.errors
import re
from collections.abc import Iterator
from email.headerregistry import Address

from plugin.reports.faults import Fault

MOST = 20
#: Characters of one address (RFC 5321, 4.5.3.1.3).
LONGEST = 254

NO_ADDRESS = "This is not an e-mail address: %(typed)s. Write it like name@district.example, with nothing around it."
NOT_ASCII = "This address has letters that many mail servers don't take: %(typed)s. Write it with plain ones."
TOO_MANY = "There are more than %(most)s addresses. A mailing list of your own needs only one."


def listed(typed: str) -> list[str]:
    """Each address once, whatever its letters' case. Address books put commas or semicolons between them."""
    parts = (part.strip() for part in re.split(r"[\r\n,;]", typed))
    return list({part.casefold(): part for part in parts if part}.values())


def is_address(text: str) -> bool:
    """As the standard library reads it, with nothing left over, and with a domain that has a dot in it."""
    if len(text) > LONGEST:
        return False
    try:
        read = Address(addr_spec=text)
    except (email.errors.MessageError, ValueError, IndexError):  # the last for "a@"
        return False
    return read.addr_spec == text and bool(re.fullmatch(r"[\w-]+(\.[\w-]+)+", read.domain))


def faults(lines: list[str], field: str) -> Iterator[Fault]:
    """What keeps mails from going to these, which were typed into this field."""
    if len(lines) > MOST:
        yield Fault(field, TOO_MANY, {"most": MOST})
    for line in lines[: MOST + 1]:
        if not line.isascii():
            yield Fault(field, NOT_ASCII, {"typed": line[:LONGEST]})
        elif not is_address(line):
            yield Fault(field, NO_ADDRESS, {"typed": line[:LONGEST]})
