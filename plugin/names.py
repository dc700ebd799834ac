"""How names of people and schools are compared, whoever typed them."""

from __future__ import annotations

import unicodedata

#: Letters that Unicode takes for letters of their own, though an office without their keys types the plain ones; and
#: dashes, which join names as blanks do. Behind them apostrophes, of which each keyboard has another one.
STROKES = str.maketrans("đðøłħŧı-\u2010\u2011\u2013", "ddolhti    ", "'`\u00b4\u2018\u2019\u02bb\u02bc")


def folded(name: str) -> str:
    """A name as it is searched for and sorted by: without capitals, accents, apostrophes and needless blanks.

    So Núñez is found as nunez and O'Brien as obrien, and Álvarez stands beside Alvarez and not behind Zuniga.
    """
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(STROKES)
    return unicodedata.normalize("NFC", " ".join(plain.split()))
