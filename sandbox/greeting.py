"""What `make run` prints once everything answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sandbox.district import District
from sandbox.ports import LOOPBACK, Ports
from sandbox.school.people.accounts import Account, Accounts, Persona

#: A few that show most of the product; all the others stand on the school system's first page.
WORTH_TRYING: tuple[tuple[Persona, str], ...] = (
    ("staff", "lee.coordinado"),
    ("staff", "robin.headley"),
    ("staff", "charlie.charterhouse"),
    ("staff", "kelly.clerkson"),
    ("teacher", "toni.chalkwell"),
    ("parent", "alex.sampleton"),
    ("parent", "lucia.ejemplo"),
    ("student", "juniper.sampleton"),
    ("student", "yu.lizi"),
    ("student", "hazel.mockridge"),
    ("student", "fern.trialworth"),
    ("student", "linden.trialworth"),
)

STAND_INS = ("school-system", "state-service", "mail-server")


def greeting(district: District, ports: Ports, folder: Path) -> str:
    accounts = Accounts(district)
    tried = [accounts.named(persona, name) for persona, name in WORTH_TRYING]
    school, state, mail = (f"http://{LOOPBACK}:{port}" for port in (ports.school, ports.state, ports.mail))
    places = [
        ("School system", school, "begin here; it lists every account"),
        ("State service", state, "what it was asked; faults to switch on"),
        ("Mails", mail, f"what the product sent; port {ports.smtp} takes mails"),
        ("Sidecar", f"http://localhost:{ports.sidecar}", "reached through the school system"),
    ]
    tokens = [(name, (folder / f"{name}.token").read_text().strip()) for name in STAND_INS]
    sections = (
        [f"{district.name} is made up, and it is open. Ctrl-C closes it."],
        aligned(places),
        aligned([("Who", "User name", "Password", "What there is to see"), *map(_row, tried)]),
        ["Tokens for changing the stand-ins, each also in a file:", *aligned(tokens)],
        [f"Keys, database, archive, tokens and logs: {folder}"],
    )
    return "\n\n".join("\n".join(lines) for lines in sections)


def aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  " + "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(account: Account) -> tuple[str, str, str, str]:
    return account.persona.capitalize(), account.username, account.password, f"{account.name}: {account.see}"
