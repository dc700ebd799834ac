"""A language that nobody speaks: every text of ours between ⟦ and ⟧, in letters with accents, and 40 % longer.

What stays in plain English on a page is not in the catalogues; what it breaks, a longer language would break too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_babel
from babel.messages.pofile import read_po
from babel.support import NullTranslations

from sandbox.stage import Stage

#: Any language's will do: another test holds them all complete.
CATALOGUE = Path(__file__).parent.parent / "plugin/translations/es/LC_MESSAGES/messages.po"
ACCENTS = str.maketrans("aceinosuyACEINOSUY", "áçéíñóšúýÁÇÉÍÑÓŠÚÝ")


class Pseudo(NullTranslations):
    def __init__(self) -> None:
        super().__init__()
        with CATALOGUE.open("rb") as file:
            ids = [message.id for message in read_po(file) if message.id]
        self._known = {text for one in ids for text in ([one] if isinstance(one, str) else one)}

    def gettext(self, message: str) -> str:
        return pseudo(message) if message in self._known else message

    def ngettext(self, singular: str, plural: str, num: int) -> str:
        return self.gettext(singular if num == 1 else plural)

    ugettext = gettext
    ungettext = ngettext


def pseudo(text: str) -> str:
    """Each word is made longer by its own letters; placeholders stay."""
    parts = re.split(r"(%\(\w+\)s|[^\w%]+|%)", text)
    return f"⟦{''.join(part if index % 2 else _longer(part) for index, part in enumerate(parts))}⟧"


def _longer(word: str) -> str:
    return (word + word[: (len(word) * 4 + 9) // 10]).translate(ACCENTS)


@contextmanager
def pseudo_instead_of_english(stage: Stage) -> Iterator[None]:
    """For as long as it lasts, whoever would read English reads this. Nothing in the product knows of it."""
    with stage.app.app_context():
        spoken = flask_babel.get_domain().cache
    spoken["en", "messages"] = Pseudo()
    yield
    del spoken["en", "messages"]
